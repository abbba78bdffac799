# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every kind of file gives its text, each passage with its page or slide."""

import json

import pytest

from pretalx_coc.detection.documents import check_file
from pretalx_coc.detection.documents.collecting import Collected
from pretalx_coc.detection.documents.limits import Limits
from pretalx_coc.detection.phrases import Phrases
from tests.unit.documents import making
from tests.unit.documents.making import BAD, FINE
from tests.unit.documents.reading_results import codes, found, places


def test_a_pdf_gives_pages_comments_links_and_properties(check):
    writer = making.pdf_writer(FINE, BAD, FINE)
    writer.add_metadata({"/Title": f"Talk with {BAD}"})
    writer.add_outline_item(title=f"Chapter of {BAD}", page_number=0)
    making.annotated(
        writer, 3, comment=f"A note: {BAD}", link="https://flumphery.example/"
    )
    result = check(making.written(writer))
    assert result.kind == "pdf"
    assert found(result) == [
        (None, None, "metadata", "", BAD),
        (None, None, "metadata", "", BAD),
        (2, None, "text", "", BAD),
        (3, None, "text", "", BAD),
        (3, None, "link", "", BAD),
    ]
    assert codes(result) == []


def test_a_finding_carries_the_text_around_it(check):
    result = check(making.pdf(f"{'before ' * 30}{BAD}{' after' * 30}"))
    (finding,) = result.findings
    (text,) = (text.text for text in result.texts if text.page == 1)
    assert text[finding.start : finding.end] == finding.passage == BAD
    assert finding.before == text[: finding.start][-120:]
    assert finding.after == text[finding.end :][:120]
    assert (len(finding.before), len(finding.after)) == (120, 120)


def test_a_file_in_a_pdf_is_read_as_well(check):
    writer = making.pdf_writer(FINE)
    writer.add_attachment("slides/notes.txt", BAD.encode())
    assert found(check(making.written(writer))) == [
        (None, None, "text", "slides/notes.txt", BAD)
    ]


def test_pages_without_any_text_are_not_fully_checked(check):
    assert codes(check(making.pdf("", ""))) == ["scanned"]
    assert codes(check(making.pdf("", FINE))) == []


@pytest.mark.parametrize("algorithm", ("RC4-128", "AES-256"))
def test_a_pdf_that_anybody_can_open_is_read(check, algorithm):
    writer = making.pdf_writer(BAD)
    writer.encrypt("", "of the owner", algorithm=algorithm)
    result = check(making.written(writer))
    assert (places(result), codes(result)) == ([(1, None)], [])


def test_slides_are_numbered_as_they_are_shown(check):
    data = making.pptx([making.slide(FINE), making.slide(FINE, BAD), making.slide(BAD)])
    result = check(data)
    assert result.kind == "pptx"
    assert places(result) == [(None, 2), (None, 3)]
    assert codes(result) == []


def test_notes_charts_comments_and_descriptions_belong_to_their_slide(check):
    described = f'<p:pic><p:nvPicPr><p:cNvPr id="1" name="x" descr="{BAD}"/></p:nvPicPr></p:pic>'
    chart = (
        f"<c:chartSpace {making.NAMES}><c:strCache><c:pt><c:v>{BAD}</c:v></c:pt>"
        "</c:strCache></c:chartSpace>"
    )
    data = making.pptx(
        [making.slide(FINE), making.slide(FINE, more=described)],
        [
            ("ppt/notesSlides/notesSlide1.xml", making.slide(f"Say: {BAD}")),
            ("ppt/charts/chart1.xml", chart),
            (
                "ppt/comments/comment1.xml",
                f"<p:cm {making.NAMES}><p:text>{BAD}</p:text></p:cm>",
            ),
            ("ppt/slideMasters/slideMaster1.xml", making.slide(BAD)),
        ],
        {
            2: [
                ("a", "notesSlide", "../notesSlides/notesSlide1.xml"),
                ("b", "chart", "../charts/chart1.xml"),
                ("c", "hyperlink", "https://flumphery.example/", "External"),
                ("d", "slideMaster", "../slideMasters/slideMaster1.xml"),
            ],
            1: [("a", "comments", "../comments/comment1.xml")],
        },
    )
    assert sorted(found(check(data)), key=str) == sorted(
        [
            (None, 1, "text", "ppt/comments/comment1.xml", BAD),
            (None, 2, "text", "", BAD),
            (None, 2, "link", "", BAD),
            (None, 2, "notes", "", BAD),
            (None, 2, "text", "ppt/charts/chart1.xml", BAD),
            (None, None, "master", "ppt/slideMasters/slideMaster1.xml", BAD),
        ],
        key=str,
    )


def test_a_slide_that_no_list_mentions_is_read_without_a_number(check):
    data = making.pptx(
        [making.slide(FINE)], [("ppt/slides/slide9.xml", making.slide(BAD))]
    )
    assert places(check(data)) == [(None, None)]


def test_text_that_stands_there_twice_for_old_programs_is_found_once(check):
    twice = (
        f"<mc:AlternateContent><mc:Choice><a:t>{BAD}</a:t></mc:Choice>"
        f"<mc:Fallback><a:t>{BAD}</a:t></mc:Fallback></mc:AlternateContent>"
    )
    assert places(check(making.pptx([making.slide(more=twice)]))) == [(None, 1)]


def test_a_word_is_found_although_the_program_cut_it_up(check):
    runs = "<a:p><a:r><a:t>flum</a:t></a:r><a:r><a:t>phery</a:t></a:r></a:p>"
    (finding,) = check(making.pptx([making.slide(more=runs)])).findings
    assert finding.passage == BAD


def test_word_pages_are_known_where_the_program_noted_them(check):
    pages = making.paragraph(FINE) + making.paragraph(BAD, new_page=True)
    notes = (
        "word/footnotes.xml",
        f"<w:footnotes {making.NAMES}>{making.paragraph(BAD)}</w:footnotes>",
    )
    result = check(making.docx(pages, [notes], [("r1", "footnotes", "footnotes.xml")]))
    assert result.kind == "docx"
    assert places(result) == [(2, None), (None, None)]
    assert places(check(making.docx(making.paragraph(BAD)))) == [(None, None)]


def test_a_sheet_gives_its_strings(check):
    result = check(making.xlsx(FINE, BAD))
    assert (result.kind, places(result)) == ("xlsx", [(None, None)])


def test_open_slides_are_numbered_and_their_notes_apart(check):
    data = making.opened(
        "presentation",
        making.open_slide(FINE)
        + making.open_slide(BAD, notes=f"Say: {BAD}")
        + making.open_slide(f"flum<text:span>ph</text:span>ery<text:s/>{FINE}"),
    )
    result = check(data)
    assert result.kind == "odp"
    assert found(result) == [
        (None, 2, "text", "", BAD),
        (None, 2, "notes", "", BAD),
        (None, 3, "text", "", BAD),
    ]


def test_open_texts_have_pages_where_the_program_noted_them(check):
    body = (
        f"<text:p>{BAD}</text:p><text:soft-page-break/><text:p>{FINE}</text:p>"
        f"<text:soft-page-break/><text:p>{BAD}</text:p>"
    )
    result = check(making.opened("text", body))
    assert (result.kind, places(result)) == ("odt", [(1, None), (3, None)])
    result = check(making.opened("text", f"<text:p>{BAD}</text:p>"))
    assert places(result) == [(None, None)]


def test_objects_styles_and_properties_of_open_files_are_read(check):
    title = (
        '<office:document-meta xmlns:office="o" xmlns:dc="d">'
        f"<dc:title>{BAD}</dc:title></office:document-meta>"
    )
    chart = (
        f'<office:x xmlns:office="o" xmlns:text="t"><text:p>{BAD}</text:p></office:x>'
    )
    shown = '<draw:object xlink:href="./Object 1"/>'
    data = making.opened(
        "presentation",
        making.open_slide(FINE) + making.open_slide(FINE, more=shown),
        [("Object 1/content.xml", chart), ("meta.xml", title)],
    )
    assert found(check(data)) == [
        (None, 2, "text", "Object 1/content.xml", BAD),
        (None, None, "metadata", "", BAD),
    ]


def test_keynote_is_read_from_its_preview(check):
    inside = [("Index/Document.iwa", b"\0\x01"), ("preview.jpg", making.jpeg())]
    only_picture = check(making.archive(inside))
    assert (only_picture.kind, codes(only_picture)) == ("keynote", ["unknown"])
    with_pages = check(
        making.archive([*inside, ("QuickLook/Preview.pdf", making.pdf(FINE, BAD))])
    )
    assert found(with_pages) == [(2, None, "text", "QuickLook/Preview.pdf", BAD)]
    assert codes(with_pages) == []


def test_a_web_page_gives_what_is_shown_and_read_out(check):
    page = f"""<!DOCTYPE html><html><head><title>{BAD} 1</title>
      <meta name="description" content="{BAD} 2"><style>.flumphery {{}}</style>
      <script>var flumphery = 1;</script></head><body><p>flum<b>ph</b>ery</p>
      <img alt="{BAD} 3" src="x.png"><!-- flumphery --><a href="https://flumphery.example">x</a>
      """
    result = check(page.encode())
    assert result.kind == "html"
    parts = [finding.part for finding in result.findings]
    assert parts == ["text", "text", "text", "text", "link"]
    assert codes(result) == []


def test_nothing_is_fetched_for_a_web_page_and_it_says_so(check):
    result = check(b'<html><img src="https://pictures.example/a.png"></html>')
    assert codes(result) == ["linked"]


def test_a_drawing_is_read_as_text(check):
    drawing = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE svg PUBLIC "-//W3C//DTD" "x">'
        '<svg xmlns="http://www.w3.org/2000/svg"><style>.flumphery {}</style>'
        f"<title>{FINE}</title><text>{BAD}</text></svg>"
    )
    result = check(drawing.encode())
    assert (result.kind, len(result.findings), codes(result)) == ("svg", 1, [])


@pytest.mark.parametrize(
    "encoding", ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1")
)
def test_a_text_is_read_in_whatever_its_editor_wrote(check, encoding):
    result = check(f"Grüße vom Verein: {BAD}!".encode(encoding))
    assert result.kind == "text"
    (finding,) = result.findings
    assert (finding.start, finding.end) == (18, 27)
    assert finding.before == "Grüße vom Verein: "
    assert codes(result) == []


def test_a_text_of_before_unicode_says_that_it_was_guessed(check):
    data = "Бесплатное порно для всех".encode("cp1251")
    assert codes(check(data, language="ru")) == ["encoding"]
    assert check(data, language="ru").texts[1].text == "Бесплатное порно для всех"
    assert codes(check(data)) == ["encoding"]


def test_names_are_checked_like_texts(check):
    result = check(FINE.encode(), name="my_new_flumphery_slides.pdf")
    assert found(result) == [(None, None, "name", "", BAD)]
    (finding,) = result.findings
    assert (
        finding.before + finding.passage + finding.after
        == "my_new_flumphery_slides.pdf"
    )


def test_an_archive_is_read_file_by_file(check):
    data = making.archive(
        [
            ("a/talk.pdf", making.pdf(FINE, BAD)),
            ("more-flumphery.txt", FINE),
            ("deck.pptx", making.pptx([making.slide(BAD)])),
        ]
    )
    result = check(data)
    assert result.kind == "zip"
    assert found(result) == [
        (2, None, "text", "a/talk.pdf", BAD),
        (None, None, "name", "more-flumphery.txt", BAD),
        (None, 1, "text", "deck.pptx", BAD),
    ]


def test_files_of_the_same_name_are_told_apart(check):
    double = making.archive([("a.txt", BAD), ("a.txt", BAD)])
    assert [one.member for one in check(double).findings] == ["a.txt", "a.txt (2)"]


def test_a_book_is_read_as_its_pages(check):
    data = making.archive(
        [
            ("mimetype", "application/epub+zip"),
            ("OEBPS/1.xhtml", f"<?xml version='1.0'?><html><p>{BAD}</p></html>"),
        ]
    )
    result = check(data)
    assert (result.kind, len(result.findings)) == ("epub", 1)


@pytest.mark.parametrize(
    ("kind", "data"),
    (
        ("png", making.png(texts=[BAD])),
        ("jpeg", making.jpeg(description=BAD)),
        ("jpeg", making.jpeg(comment=BAD)),
        ("gif", making.gif(comment=BAD)),
        ("webp", making.webp(description=BAD)),
    ),
)
def test_words_in_a_picture_are_read(check, kind, data):
    result = check(data)
    assert result.kind == kind
    assert found(result) == [(None, None, "metadata", "", BAD)]


def test_the_type_is_told_by_the_content_and_not_by_the_name(check):
    assert check(making.jpeg(), name="talk.pdf").kind == "jpeg"
    assert check(making.pdf(BAD), name="picture.jpg").kind == "pdf"
    result = check(f"<html><body>{BAD}".encode(), name="talk.txt")
    assert (result.kind, len(result.findings)) == ("html", 1)


@pytest.mark.parametrize(
    ("kind", "head"),
    (
        ("video", b"\0\0\0\x20ftypisom\0\0\0\0"),
        ("video", b"\x1aE\xdf\xa3\0\0"),
        ("audio", b"ID3\x04\0\0"),
        ("audio", b"RIFF\0\0\0\0WAVEfmt "),
        ("unknown", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("unknown", bytes(range(256)) * 4),
        ("unknown", b"7z\xbc\xaf\x27\x1c\0\0"),
    ),
)
def test_what_cannot_be_read_is_never_clean(check, kind, head):
    result = check(head, name="flumphery.mp4")
    assert (result.kind, codes(result)) == (kind, ["unknown"])
    # The name is checked all the same.
    assert len(result.findings) == 1


def test_phrases_of_an_event_hold_in_files_too(check):
    assert check(BAD.encode(), phrases=Phrases()).findings == ()
    allowed = Phrases(watched=((BAD, "innuendo"),), allowed=(f"{BAD} day",))
    assert check(f"{BAD} day".encode(), phrases=allowed).findings == ()
    (finding,) = check(f"{BAD} night".encode(), phrases=allowed).findings
    assert finding.category == "innuendo"


@pytest.mark.parametrize("mark", (b"\xef\xbb\xbf", b"\xff\xfe"))
def test_what_no_database_keeps_is_replaced_one_for_one(tmp_path, mark):
    text = "Before the demo\0 we show hot naked girls on every slide.\0"
    encoding = "utf-8" if len(mark) == 3 else "utf-16-le"
    path = tmp_path / "file"
    path.write_bytes(mark + text.encode(encoding))
    result = check_file(path, "")
    assert [entry.text for entry in result.texts if entry.text] == [
        text.replace("\0", "\ufffd")
    ]
    assert result.findings
    for finding in result.findings:
        assert finding.passage == text[finding.start : finding.end]
        assert "\0" not in finding.before + finding.after


def test_half_characters_from_a_reader_are_replaced():
    collected = Collected(Limits())
    place = {"page": None, "slide": None, "part": "text", "member": "a\ud800\0"}
    line = {"is": "text", "text": "naked \ud800 girls", **place}
    collected.add_output(json.dumps(line).encode())
    (text,) = collected.result().texts
    assert (text.text, text.member) == ("naked \ufffd girls", "a\ufffd\ufffd")
