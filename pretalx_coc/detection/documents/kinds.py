# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a file is, by the bytes that it begins with."""

#: How much of a file is enough to tell.
HEAD = 2048

#: Readers of PDF accept a little of anything before it begins.
_PDF_WITHIN = 1024

#: (where, bytes, kind)
_MAGIC = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK\x07\x08", "zip"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (0, b"BM", "bmp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (8, b"AVI ", "video"),
    (4, b"ftypqt", "video"),
    (4, b"ftyp", "video"),
    (4, b"moov", "video"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"\x00\x00\x01\xba", "video"),
    (0, b"\x00\x00\x01\xb3", "video"),
    (0, b"FLV\x01", "video"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "video"),
    (8, b"WAVE", "audio"),
    (8, b"AIFF", "audio"),
    (0, b"OggS", "audio"),
    (0, b"fLaC", "audio"),
    (0, b"ID3", "audio"),
    (0, b"\xff\xfb", "audio"),
    (0, b"\xff\xf3", "audio"),
    (0, b"\xff\xf1", "audio"),
    (0, b"MThd", "audio"),
    (0, b"\x01\x00\x00\x00", "metafile"),
    (0, b"\xd7\xcd\xc6\x9a", "metafile"),
    (0, b"{\\rtf", "other"),
    (0, b"\x1f\x8b", "other"),
    (0, b"BZh", "other"),
    (0, b"7z\xbc\xaf\x27\x1c", "other"),
    (0, b"Rar!\x1a\x07", "other"),
    (0, b"\xfd7zXZ\x00", "other"),
    (0, b"\x28\xb5\x2f\xfd", "other"),
    (0, b"%!PS", "other"),
    (0, b"\x7fELF", "other"),
)
#: Kinds that are known, and what is said of them.
NOT_READABLE = {
    "video": "This is a video, and only its name was checked.",
    "audio": "This is a recording, and only its name was checked.",
    "picture": "This picture is of a kind that cannot be looked at.",
    "metafile": "This picture is of a kind that cannot be looked at.",
    "other": "Files of this type cannot be read.",
}

_STILL_PICTURES = (b"ftypavif", b"ftypheic", b"ftypheix", b"ftypmif1")

#: A text that begins with one of these is a web page, as browsers have it.
_HTML = (
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<title",
    "<style",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a ",
    "<br",
    "<p>",
    "<p ",
    "<b>",
    "<!--",
)
#: What a drawing begins with.
_DRAWING = ("<svg", "<?xml", "<!doctype", "<!--")


def kind_of(head):
    """The kind of a file that begins with ``head``, or "" for a text, perhaps.

    Not all of them are kinds of ``result.KINDS``: "ole" is an office file of
    before 2007 or an encrypted one, "metafile" a Windows metafile, "picture" a
    picture of a kind that is not looked at, "other" known and not readable.
    """
    for start, magic, kind in _MAGIC:
        if head.startswith(magic, start) and _confirmed(kind, magic, head):
            if kind == "video" and head.startswith(_STILL_PICTURES, 4):
                return "picture"
            return kind
    return "pdf" if b"%PDF-" in head[:_PDF_WITHIN] else ""


def _confirmed(kind, magic, head):
    """Two letters begin many a text, and four bytes many a thing."""
    if kind == "bmp":
        return head[6:10] == bytes(4) and len(head) > 14
    if magic in {b"WEBP", b"AVI ", b"WAVE"}:
        return head.startswith(b"RIFF")
    if magic == b"AIFF":
        return head.startswith(b"FORM")
    if magic == b"\x01\x00\x00\x00":
        return head[40:44] == b" EMF"
    return True


def kind_of_text(text):
    """Whether a text is "html", "svg" or nothing but "text"."""
    head = text[:HEAD].lstrip("\ufeff \t\r\n").lower()
    is_page = head.startswith("<!doctype html") or "<html" in head
    if "<svg" in head and head.startswith(_DRAWING) and not is_page:
        return "svg"
    if head.startswith("<?xml"):
        return "html" if is_page else "text"
    return "html" if head.startswith(_HTML) else "text"
