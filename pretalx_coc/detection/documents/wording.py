# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words that cameras and programs store in pictures: titles, comments, captions.

Only the structure around the pixels is read, never the pixels.
"""

import re
import struct
import zlib

from pretalx_coc.detection.documents.job import NotCheckedError
from pretalx_coc.detection.documents.plain import decode

_MOST_TEXT = 1 << 20
_CUT_OFF = "The picture is cut off."

#: EXIF: (number of the tag, how its text is written)
_EXIF_TEXTS = {
    0x010D: "latin",  # DocumentName
    0x010E: "latin",  # ImageDescription
    0x013B: "latin",  # Artist
    0x9286: "comment",  # UserComment
    0x9C9B: "utf-16-le",  # XPTitle
    0x9C9C: "utf-16-le",  # XPComment
    0x9C9D: "utf-16-le",  # XPAuthor
    0x9C9E: "utf-16-le",  # XPKeywords
    0x9C9F: "utf-16-le",  # XPSubject
}
_EXIF_FURTHER = 0x8769
_EXIF_TYPES = (1, 2, 7)
_MOST_ENTRIES = 500

_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_TEXT = re.compile(r"<rdf:li[^>]{0,100}>([^<]{1,5000})</rdf:li>")
_WEBP_LEAST = 20
_SCANS = 0xDA
_COMMENT = 0xFE
_APPLICATION_1 = 0xE1
#: JPEG markers without a length.
_BARE = {0x01, *range(0xD0, 0xDA)}


def words_in(kind, data):
    """The texts in the bytes of a picture of this ``kind``, in their order.

    Raises NotCheckedError if the picture ends before its own structure does.
    """
    readers = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp, "tiff": _exif}
    words = readers[kind](data) if kind in readers else ()
    return [word for word in dict.fromkeys(map(_tidy, words)) if word]


def _tidy(word):
    return word.replace("\0", " ").strip()


def _text(data):
    return decode(data[:_MOST_TEXT], is_cut=True)[0] or ""


def _inflate(data):
    return _text(zlib.decompressobj().decompress(data, _MOST_TEXT))


def _png(data):
    at = 8
    while True:
        if at + 12 > len(data):
            raise NotCheckedError("broken", _CUT_OFF)
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if kind == b"IEND":
            return
        if kind == b"tEXt":
            yield _text(body.partition(b"\0")[2])
        elif kind == b"zTXt":
            yield _inflate(body.partition(b"\0")[2][1:])
        elif kind == b"iTXt":
            yield from _png_international(body)
        elif kind == b"eXIf":
            yield from _exif(body)
        at += 12 + length


def _png_international(body):
    keyword, _, rest = body.partition(b"\0")
    is_packed, text = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
    read = _inflate(text) if is_packed else _text(text)
    if keyword == b"XML:com.adobe.xmp":
        yield from _xmp(read)
    else:
        yield read


def _jpeg(data):
    at = 2
    while True:
        if at + 4 > len(data):
            raise NotCheckedError("broken", _CUT_OFF)
        if data[at] != 0xFF:
            raise NotCheckedError("broken", "The picture is damaged.")
        marker = data[at + 1]
        if marker in _BARE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        if marker == _COMMENT:
            yield _text(body)
        elif marker == _APPLICATION_1 and body.startswith(b"Exif\0\0"):
            yield from _exif(body[6:])
        elif marker == _APPLICATION_1 and body.startswith(_XMP_HEAD):
            yield from _xmp(_text(body[len(_XMP_HEAD) :]))
        elif marker == _SCANS:
            if b"\xff\xd9" not in data[at:]:
                raise NotCheckedError("broken", _CUT_OFF)
            return
        at += 2 + length


def _gif(data):
    at = 13
    if len(data) < at:
        raise NotCheckedError("broken", _CUT_OFF)
    if data[10] & 0x80:
        at += 3 << ((data[10] & 7) + 1)
    while True:
        block = data[at : at + 1]
        if block == b";":
            return
        if block == b"!":
            label, at = data[at + 1 : at + 2], at + 2
            body, at = _gif_blocks(data, at)
            if label == b"\xfe":
                yield _text(body)
        elif block == b"," and at + 10 <= len(data):
            flags = data[at + 9]
            at += 10 + ((3 << ((flags & 7) + 1)) if flags & 0x80 else 0)
            _pixels, at = _gif_blocks(data, at + 1)
        else:
            raise NotCheckedError("broken", _CUT_OFF)


def _gif_blocks(data, at):
    """Blocks of up to 255 bytes, and where they end."""
    pieces = []
    while True:
        if at >= len(data):
            raise NotCheckedError("broken", _CUT_OFF)
        length = data[at]
        if not length:
            return b"".join(pieces), at + 1
        pieces.append(data[at + 1 : at + 1 + length])
        at += 1 + length


def _webp(data):
    (declared,) = struct.unpack_from("<I", data, 4)
    if declared + 8 > len(data) or len(data) < _WEBP_LEAST:
        raise NotCheckedError("broken", _CUT_OFF)
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if kind == b"EXIF":
            yield from _exif(body.removeprefix(b"Exif\0\0"))
        elif kind == b"XMP ":
            yield from _xmp(_text(body))
        at += 8 + length + (length & 1)


def _xmp(text):
    for found in _XMP_TEXT.finditer(text):
        yield found[1]


def _exif(data):
    """Texts of a TIFF structure, whose lists may point anywhere, also back."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return
    waiting, done = [struct.unpack_from(f"{order}I", data, 4)[0]], set()
    while waiting:
        at = waiting.pop()
        if at in done or at + 2 > len(data):
            continue
        done.add(at)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(min(count, _MOST_ENTRIES)):
            here = at + 2 + 12 * entry
            if here + 12 > len(data):
                break
            tag, kind, length, where = struct.unpack_from(f"{order}HHII", data, here)
            if tag == _EXIF_FURTHER:
                waiting.append(where)
            elif tag in _EXIF_TEXTS and kind in _EXIF_TYPES:
                start = here + 8 if length <= 4 else where
                value = data[start : start + min(length, _MOST_TEXT)]
                yield _exif_text(_EXIF_TEXTS[tag], value, order)


def _exif_text(how, value, order):
    if how == "utf-16-le":
        return value.decode("utf-16-le", "replace")
    if how == "comment":
        code, value = value[:8], value[8:]
        if code == b"UNICODE\0":
            return value.decode("utf-16-le" if order == "<" else "utf-16-be", "replace")
    return _text(value.strip(b"\0"))
