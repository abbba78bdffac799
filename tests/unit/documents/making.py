# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Files of all kinds, made when they are needed, so that none has to be stored."""

import io
import struct
import zipfile
import zlib

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

#: An invented word that the tests have watched, whatever the word lists say, and
#: a text in which nothing is found.
BAD = "flumphery"
FINE = "The life of a packet"

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xlsx" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>'
    '<Override PartName="/{main}" ContentType="application/'
    'vnd.openxmlformats-officedocument.{type}.main+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:r="{RELATION}"'
)
OPEN_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("text", "text"),
        ("draw", "drawing"),
        ("presentation", "presentation"),
        ("svg", "svg-compatible"),
    )
)
OPEN_NAMES += ' xmlns:xlink="http://www.w3.org/1999/xlink"'


def archive(members, *, packing=zipfile.ZIP_DEFLATED):
    """A ZIP of (name, bytes or text) pairs, in their order and with doubles."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as packed:
        for name, content in members:
            packed.writestr(zipfile.ZipInfo(name), content, packing)
    return out.getvalue()


def relations(*entries):
    """(id, type, target) for what lies inside, with "External" for what does not."""
    lines = "".join(
        f'<Relationship Id="{id_}" Type="{RELATION}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode[0]}"' if mode else "")
        + "/>"
        for id_, kind, target, *mode in entries
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'


def slide(*paragraphs, more=""):
    lines = "".join(
        f"<a:p><a:r><a:t>{paragraph}</a:t></a:r></a:p>" for paragraph in paragraphs
    )
    return f"<p:sld {NAMES}><p:txBody>{lines}</p:txBody>{more}</p:sld>"


def pptx(slides, members=(), relations_of=None):
    """A presentation. ``slides`` is their XML in the order in which they are shown.

    The parts are numbered backwards, as happens when slides are moved around.
    ``relations_of`` has further relations by the number of the slide.
    """
    relations_of = relations_of or {}
    count = len(slides)
    names = {number: count + 1 - number for number in range(1, count + 1)}
    listed = "".join(
        f'<p:sldId r:id="rId{number}" id="{255 + number}"/>' for number in names
    )
    main = relations(
        *(
            (f"rId{number}", "slide", f"slides/slide{part}.xml")
            for number, part in names.items()
        )
    )
    parts = [
        (
            "[Content_Types].xml",
            TYPES.format(
                main="ppt/presentation.xml", type="presentationml.presentation"
            ),
        ),
        ("_rels/.rels", relations(("r1", "officeDocument", "ppt/presentation.xml"))),
        (
            "ppt/presentation.xml",
            f"<p:presentation {NAMES}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        ),
        ("ppt/_rels/presentation.xml.rels", main),
    ]
    for number, xml in enumerate(slides, start=1):
        part = names[number]
        parts.append((f"ppt/slides/slide{part}.xml", xml))
        if number in relations_of:
            parts.append(
                (
                    f"ppt/slides/_rels/slide{part}.xml.rels",
                    relations(*relations_of[number]),
                )
            )
    return archive([*parts, *members])


def docx(body, members=(), document_relations=()):
    parts = [
        (
            "[Content_Types].xml",
            TYPES.format(main="word/document.xml", type="wordprocessingml.document"),
        ),
        ("_rels/.rels", relations(("r1", "officeDocument", "/word/document.xml"))),
        (
            "word/document.xml",
            f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        ),
        ("word/_rels/document.xml.rels", relations(*document_relations)),
    ]
    return archive([*parts, *members])


def paragraph(text, *, new_page=False):
    turned = "<w:lastRenderedPageBreak/>" if new_page else ""
    return f"<w:p><w:r>{turned}<w:t>{text}</w:t></w:r></w:p>"


def xlsx(*strings):
    shared = "".join(f"<si><t>{string}</t></si>" for string in strings)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return archive(
        [
            (
                "[Content_Types].xml",
                TYPES.format(main="xl/workbook.xml", type="spreadsheetml.sheet"),
            ),
            ("_rels/.rels", relations(("r1", "officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", f'<workbook xmlns="{space}"/>'),
            (
                "xl/_rels/workbook.xml.rels",
                relations(("r1", "sharedStrings", "sharedStrings.xml")),
            ),
            ("xl/sharedStrings.xml", f'<sst xmlns="{space}">{shared}</sst>'),
        ]
    )


def opened(kind, body, members=(), manifest="<manifest/>"):
    """An OpenDocument file of this kind ("presentation", "text", …)."""
    content = (
        f"<office:document-content {OPEN_NAMES}><office:body><office:{kind}>{body}"
        f"</office:{kind}></office:body></office:document-content>"
    )
    return archive(
        [
            ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
            ("content.xml", content),
            ("META-INF/manifest.xml", manifest),
            *members,
        ]
    )


def open_slide(text, notes="", more=""):
    spoken = f"<presentation:notes><text:p>{notes}</text:p></presentation:notes>"
    return (
        f'<draw:page draw:master-page-name="M"><draw:frame><text:p>{text}</text:p>'
        f"</draw:frame>{more}{spoken if notes else ''}</draw:page>"
    )


def pdf_writer(*texts, operators=None):
    """A PDF with a page for each text, not yet written."""
    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    for text in texts:
        page = writer.add_blank_page(400, 300)
        stream = DecodedStreamObject()
        shown = f"BT /F1 12 Tf 40 200 Td ({text}) Tj ET" if text else ""
        stream.set_data((operators or shown).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    return writer


def written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf(*texts):
    return written(pdf_writer(*texts))


def annotated(writer, page, *, comment="", link=""):
    """Put a comment and a link on a page of a PDF."""
    entries = {NameObject("/Type"): NameObject("/Annot")}
    if comment:
        entries[NameObject("/Contents")] = TextStringObject(comment)
    if link:
        entries[NameObject("/A")] = DictionaryObject(
            {NameObject("/URI"): TextStringObject(link)}
        )
    rectangle = ArrayObject([NumberObject(value) for value in (0, 0, 10, 10)])
    entries[NameObject("/Rect")] = rectangle
    reference = writer._add_object(DictionaryObject(entries))
    writer.pages[page - 1][NameObject("/Annots")] = ArrayObject([reference])


def raw_pdf(*objects):
    """A PDF of these objects, the first of which is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def stream(data, entries=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def png(width=60, height=40, *, texts=(), claimed=None):
    """A grey picture; ``claimed`` is a size that it only pretends to have."""
    rows = b"".join(b"\0" + b"\x80" * width for _row in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 0, 0, 0, 0))
    ]
    chunks += [(b"tEXt", b"Comment\0" + text.encode("latin-1")) for text in texts]
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body))
        + name
        + body
        + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def gif(width=1, height=1, comment=""):
    """One point, on a screen that may be very large."""
    said = (
        b"!\xfe" + bytes([len(comment)]) + comment.encode() + b"\0" if comment else b""
    )
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x80\0\0"
        + b"\0\0\0\xff\xff\xff"
        + said
        + b","
        + struct.pack("<HHHH", 0, 0, width, height)
        + b"\0\x02\x02D\x01\0;"
    )


def exif(description):
    """A TIFF structure with one entry, the description of a picture."""
    text = description.encode() + b"\0"
    entry = struct.pack("<HHII", 0x010E, 2, len(text), 26)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + text


def jpeg(description="", comment=""):
    """The structure of a JPEG without any pixels."""
    parts = []
    if description:
        parts.append((0xE1, b"Exif\0\0" + exif(description)))
    if comment:
        parts.append((0xFE, comment.encode()))
    parts.append((0xDA, b"\x01\x01\0\0\x3f\0"))
    body = b"".join(
        bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data
        for marker, data in parts
    )
    return b"\xff\xd8" + body + b"\x12\x34\xff\xd9"


def webp(width=40, height=30, description=""):
    """The structure of a WebP with an EXIF part and no pixels."""
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x08\0\0\0" + size
    if description:
        data = exif(description)
        chunks += (
            b"EXIF" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)
        )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
