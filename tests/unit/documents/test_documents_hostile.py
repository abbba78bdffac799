# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""No file brings the check down, and none that was not read counts as clean.

What could be read before a limit is there all the same.
"""

import struct
import zipfile
import zlib

import pytest
from pypdf.generic import NameObject

from pretalx_coc.detection.documents import Limits, check_file
from tests.unit.documents import making
from tests.unit.documents.making import BAD, FINE
from tests.unit.documents.reading_results import codes, found, places

MEGABYTE = 1 << 20
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]>'
)
FETCHES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def zeros(megabytes):
    return bytes(megabytes * MEGABYTE)


def nested(data, times):
    for number in range(times):
        data = making.archive([(f"{number}.zip", data)])
    return data


# Archives


def test_a_bomb_is_unpacked_up_to_the_limit_and_what_came_before_counts(check):
    bomb = making.archive([("a.txt", BAD), ("b.txt", zeros(300)), ("c.txt", BAD)])
    assert len(bomb) < MEGABYTE
    result = check(bomb)
    assert [finding.member for finding in result.findings] == ["a.txt"]
    assert codes(result) == ["unpacked"]


def test_many_small_bombs_are_counted_together(check):
    bombs = [(f"{number}.bin", zeros(4)) for number in range(20)]
    result = check(making.archive(bombs), limits=Limits(unpacked=32 * MEGABYTE))
    assert codes(result)[-1] == "unpacked"


def test_one_compressed_member_under_many_names_is_no_way_around_it(check):
    """Entries of the list that all point at the same bytes."""
    data = making.archive([("0.txt", zeros(40))])
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[at:end]
    listed = b"".join(
        entry.replace(b"0.txt", b"%05d" % number) for number in range(1_000)
    )
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1_000, 1_000, len(listed), at, 0)
    result = check(data[:at] + listed + tail)
    assert result.kind == "zip"
    assert set(codes(result)) <= {"broken", "unpacked"}
    assert codes(result)


def test_archives_in_archives_are_opened_only_so_deep(check):
    assert places(check(nested(making.archive([("a.txt", BAD)]), 2))) == [(None, None)]
    result = check(nested(making.archive([("a.txt", BAD)]), 30))
    assert (result.findings, codes(result)) == ((), ["nested"])


def test_an_archive_that_contains_itself_ends(check):
    """As far as it goes: each layer has the next one, and the last is cut off."""
    inner = making.archive([("r.zip", b"")])
    for _layer in range(60):
        inner = making.archive([("r.zip", inner), ("r2.zip", inner[: len(inner) // 2])])
        inner = inner[: 200 * 1024]
    result = check(inner)
    assert result.kind == "zip"
    assert codes(result)


def test_very_many_files_are_not_opened_at_all(check):
    result = check(
        making.archive([(f"{number}", "x") for number in range(300)]),
        limits=Limits(members=100),
    )
    assert codes(result) == ["members"]


def test_an_encrypted_archive_is_not_fully_checked(check):
    data = bytearray(making.archive([("a.txt", BAD), ("b.txt", BAD)]))
    at = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[at + 8] |= 1
    result = check(bytes(data))
    assert codes(result) == ["encrypted"]
    assert [finding.member for finding in result.findings] == ["b.txt"]


@pytest.mark.parametrize("packing", (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
def test_other_ways_of_packing_are_counted_as_well(check, packing):
    data = making.archive([("a", zeros(40))], packing=packing)
    result = check(data, limits=Limits(unpacked=32 * MEGABYTE))
    assert codes(result) == ["unpacked"]


def test_a_way_of_packing_that_nobody_knows_is_not_fully_checked(check):
    data = bytearray(making.archive([("a.txt", BAD)]))
    at = data.index(b"PK\x01\x02")
    data[8] = data[at + 10] = 99
    assert codes(check(bytes(data))) == ["unknown"]


def test_damaged_bytes_in_an_archive_are_noticed(check):
    data = bytearray(making.archive([("a.txt", BAD * 50)], packing=zipfile.ZIP_STORED))
    data[60] ^= 0xFF
    assert codes(check(bytes(data))) == ["broken"]


# XML


@pytest.mark.parametrize("declaration", (LAUGHS, FETCHES))
@pytest.mark.parametrize("kind", ("pptx", "docx", "odp", "svg"))
def test_declared_entities_are_refused(check, kind, declaration):
    text = "&d;" if declaration is LAUGHS else "&a;"
    files = {
        "pptx": making.pptx([making.slide(BAD), declaration + making.slide(text)]),
        "docx": making.docx(
            making.paragraph(BAD),
            [
                (
                    "word/x.xml",
                    declaration + f"<w:x {making.NAMES}>{making.paragraph(text)}</w:x>",
                )
            ],
        ),
        "odp": making.opened(
            "presentation",
            making.open_slide(BAD),
            [("styles.xml", f"{declaration}<x><p>{text}</p></x>")],
        ),
        "svg": f'{declaration}<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>'.encode(),
    }
    result = check(files[kind])
    assert result.kind == kind
    assert codes(result) == ["broken"]
    assert len(result.findings) == (0 if kind == "svg" else 1)
    assert "root:" not in "".join(text.text for text in result.texts)


def test_very_deep_xml_ends(check):
    deep = making.slide(more="<a:x>" * 100_000 + "</a:x>" * 100_000)
    result = check(making.pptx([deep, making.slide(BAD)]))
    assert places(result) == [(None, 2)]


def test_a_bomb_inside_a_presentation_leaves_the_slides_before_it(check):
    bomb = b"<p:sld " + making.NAMES.encode() + b">" + b" " * (300 * MEGABYTE)
    result = check(making.pptx([making.slide(BAD), bomb.decode()]))
    assert (places(result), codes(result)) == ([(None, 1)], ["unpacked"])


def test_names_that_point_elsewhere_lead_nowhere(check):
    data = making.pptx(
        [making.slide(FINE)],
        [
            ("../../../tmp/evil.xml", making.slide(BAD)),
            ("/etc/passwd", "x"),
            ("C:\\evil.xml", making.slide(FINE)),
        ],
        {
            1: [
                ("a", "image", "../../../../../../etc/passwd"),
                ("b", "image", "/etc/hostname"),
                ("c", "notesSlide", "file:///etc/passwd"),
                ("d", "image", "file:///etc/passwd", "External"),
                ("e", "chart", "../slides/slide1.xml"),
            ]
        },
    )
    result = check(data)
    assert result.kind == "pptx"
    assert places(result) == [(None, None)]
    assert codes(result) == ["linked"]


def test_parts_that_refer_to_each_other_are_read_once(check):
    data = making.pptx(
        [making.slide(BAD)],
        [
            ("ppt/a.xml", making.slide(BAD)),
            (
                "ppt/_rels/a.xml.rels",
                making.relations(
                    ("x", "chart", "a.xml"), ("y", "slide", "slides/slide1.xml")
                ),
            ),
        ],
        {1: [("a", "chart", "../a.xml")]},
    )
    assert places(check(data)) == [(None, 1), (None, 1)]


def test_fonts_are_let_pass_and_objects_are_opened_or_named(check):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    data = making.pptx(
        [making.slide(FINE), making.slide(FINE)],
        [
            ("ppt/fonts/font1.fntdata", b"\0\1\2\3" * 50),
            ("ppt/embeddings/oleObject1.bin", ole),
            ("ppt/embeddings/sheet.xlsx", making.xlsx(BAD)),
            ("ppt/media/film.mp4", b"\0\0\0\x20ftypisom" + zeros(1)),
        ],
        {
            1: [
                ("a", "font", "../fonts/font1.fntdata"),
                ("b", "video", "../media/film.mp4"),
            ],
            2: [
                ("a", "oleObject", "../embeddings/oleObject1.bin"),
                ("b", "package", "../embeddings/sheet.xlsx"),
            ],
        },
    )
    result = check(data)
    strings = "ppt/embeddings/sheet.xlsx/xl/sharedStrings.xml"
    assert found(result) == [(None, 2, "text", strings, BAD)]
    assert [(one.code, one.slide, one.member) for one in result.unchecked] == [
        ("unknown", 1, "ppt/media/film.mp4"),
        ("unknown", 2, "ppt/embeddings/oleObject1.bin"),
    ]


def test_more_slides_than_the_limit_are_not_read_and_it_says_so(check):
    data = making.pptx([making.slide(BAD)] * 5)
    result = check(data, limits=Limits(pages=3))
    assert places(result) == [(None, 1), (None, 2), (None, 3)]
    assert codes(result) == ["pages"]
    slides = "".join(making.open_slide(BAD) for _slide in range(5))
    result = check(making.opened("presentation", slides), limits=Limits(pages=3))
    assert places(result) == [(None, 1), (None, 2), (None, 3)]
    assert codes(result) == ["pages"]


def test_encrypted_office_files_are_not_fully_checked(check):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    microsoft = check(ole + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    locked = '<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>'
    opened = check(making.opened("presentation", "x", manifest=locked))
    assert codes(microsoft) == codes(opened) == ["encrypted"]


# PDF


def test_an_encrypted_pdf_is_not_fully_checked(check):
    writer = making.pdf_writer(BAD)
    writer.encrypt("a secret", algorithm="AES-256")
    assert codes(check(making.written(writer))) == ["encrypted"]


def test_of_ten_thousand_pages_the_first_are_read(check):
    result = check(making.pdf(*[BAD] * 10_000))
    assert places(result) == [(page, None) for page in range(1, 201)]
    assert codes(result) == ["pages"]


def test_a_pdf_whose_pages_lead_back_to_themselves_ends(check):
    loop = making.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
    )
    result = check(loop)
    assert (result.kind, codes(result)) == ("pdf", ["broken"])


def test_very_deep_objects_in_a_pdf_end(check):
    deep = b"[" * 50_000 + b"]" * 50_000
    data = making.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /Deep " + deep + b" >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
    )
    assert "broken" in codes(check(data))


def test_drawings_that_draw_themselves_end(check):
    form = making.stream(
        b"/X Do /X Do",
        b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 4 0 R >> >>",
    )
    data = making.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R "
        b"/Resources << /XObject << /X 4 0 R >> >> >>",
        form,
        making.stream(b"/X Do"),
    )
    result = check(data)
    assert result.kind == "pdf"
    assert codes(result)


def test_a_bomb_in_a_page_leaves_the_other_pages(check):
    writer = making.pdf_writer(BAD, "x", BAD)
    data = zeros(200)
    for _layer in range(2):
        data = zlib.compress(data, 9)
    stream = writer.pages[1].get("/Contents").get_object()
    stream.set_data(data)
    filters = making.ArrayObject([NameObject("/FlateDecode")] * 2)
    stream[NameObject("/Filter")] = filters
    result = check(making.written(writer))
    assert places(result) == [(1, None), (3, None)]
    assert [(one.code, one.page) for one in result.unchecked if one.page] == [
        ("unpacked", 2)
    ]


@pytest.mark.parametrize("part", (0.3, 0.6, 0.9))
def test_half_a_pdf_is_read_as_far_as_it_goes_or_is_broken(check, part):
    whole = making.pdf(*[f"{BAD} {number}" for number in range(50)])
    result = check(whole[: int(len(whole) * part)])
    assert result.kind == "pdf"
    assert codes(result) or result.findings


def test_what_is_both_a_pdf_and_an_archive_is_read_as_both(check):
    data = making.pdf(BAD) + making.archive([("hidden.txt", BAD)])
    result = check(data)
    assert result.kind == "pdf"
    assert found(result) == [
        (1, None, "text", "", BAD),
        (None, None, "text", "hidden.txt", BAD),
    ]
    picture = check(making.png() + making.archive([("hidden.txt", BAD)]))
    assert (picture.kind, len(picture.findings)) == ("png", 1)


# Truncated, tiny, huge, gone


@pytest.mark.parametrize(
    "whole",
    (
        making.pptx([making.slide(BAD)]),
        making.opened("presentation", making.open_slide(BAD)),
        making.png(),
        making.gif(),
        making.jpeg(BAD),
        making.webp(description=BAD),
    ),
    ids=("pptx", "odp", "png", "gif", "jpeg", "webp"),
)
def test_half_a_file_is_broken(check, whole):
    result = check(whole[: int(len(whole) * 0.6)])
    assert codes(result) == ["broken"]


def test_an_empty_file_is_not_called_clean(check):
    result = check(b"", name=BAD)
    assert (result.kind, codes(result), len(result.findings)) == (
        "unknown",
        ["empty"],
        1,
    )


@pytest.mark.parametrize("byte", (b"a", b"\0", b"\xff", b"P", b"%", b"<", b"\n"))
def test_one_byte_is_a_text_or_unknown(check, byte):
    result = check(byte)
    assert (result.kind, codes(result)) in (
        ("text", []),
        ("text", ["encoding"]),
        ("unknown", ["unknown"]),
    )


@pytest.mark.parametrize(
    "magic",
    (
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"PK\x05\x06",
    ),
)
def test_a_beginning_and_nothing_more_is_broken(check, magic):
    assert codes(check(magic)) == ["broken"]


def test_one_huge_line_is_read_up_to_the_limit(check):
    result = check(f"{BAD} {'x' * 3_000_000} {BAD}".encode())
    assert len(result.findings) == 1
    assert codes(result) == ["length"]


def test_more_findings_than_anybody_reads_are_cut_off(check):
    result = check(f"{BAD}\n".encode() * 400, limits=Limits(findings=50))
    assert (len(result.findings), codes(result)) == (50, ["number"])


def test_a_web_page_with_nothing_but_open_tags_ends(check):
    for piece in ("<div>", "<", "<!--", "</", "<a href='", '<a b="', "&#", "<![CDATA["):
        result = check(f"<html><p>{BAD}</p>{piece * 100_000}".encode())
        assert (result.kind, len(result.findings), codes(result)) == ("html", 1, [])


def test_files_that_are_gone_or_are_none_are_missing(tmp_path):
    for path in (tmp_path / "gone", tmp_path, "/dev/null", "a\0b"):
        result = check_file(path, "talk.pdf")
        assert (result.kind, codes(result)) == ("unknown", ["missing"])


def test_a_pipe_is_not_waited_for(tmp_path):
    import os  # noqa: PLC0415

    os.mkfifo(tmp_path / "pipe")
    assert codes(check_file(tmp_path / "pipe", "talk.pdf")) == ["missing"]


def test_too_large_a_file_is_not_opened(check):
    assert codes(check(b"x" * 1_001, limits=Limits(file_bytes=1_000))) == ["size"]


# The child's own limits


def test_a_file_that_takes_too_long_is_ended_and_what_was_read_counts(check):
    first = making.pdf_writer(BAD, "x")
    slow = first.pages[1].get("/Contents").get_object()
    slow.set_data(b"BT /F1 12 Tf " + b"1 0 0 1 0 0 cm (x) Tj " * 90_000 + b"ET")
    result = check(making.written(first), limits=Limits(cpu_seconds=1))
    assert places(result) == [(1, None)]
    assert codes(result) == ["time"]


def test_a_file_that_takes_too_much_memory_is_ended_and_says_so(check):
    data = making.archive([("a.txt", BAD), ("b.bin", b"%PDF-" + zeros(250))])
    result = check(data, limits=Limits(memory=256 * MEGABYTE))
    assert len(result.findings) == 1
    assert codes(result) == ["memory"]


def test_more_output_than_is_taken_in_is_cut_off(check):
    result = check(making.pdf(*[BAD] * 50), limits=Limits(output=2_000))
    assert 0 < len(result.findings) < 50
    assert codes(result) == ["length"]
