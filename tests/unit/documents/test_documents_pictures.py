# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Pictures are looked at where the extra is installed, and give hints at most.

There are no pictures here that the detector should point at. That it runs is
tested with drawn ones, and what becomes of its answers with recorded ones.
"""

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import pretalx_coc
from pretalx_coc.detection.documents import Limits, checking, pictures_available
from tests.unit.documents import making
from tests.unit.documents.making import BAD, FINE
from tests.unit.documents.reading_results import codes, found

installed = pytest.mark.skipif(
    not pictures_available(), reason="The extra “images” is not installed"
)

#: As NudeNet writes them, for a picture of 640 × 480.
RECORDED = [
    {"class": "FACE_FEMALE", "score": 0.91, "box": [300, 20, 80, 80]},
    {"class": "FEMALE_BREAST_EXPOSED", "score": 0.84, "box": [160, 120, 64, 48]},
    {"class": "FEMALE_BREAST_COVERED", "score": 0.83, "box": [160, 120, 64, 48]},
    {"class": "MALE_BREAST_EXPOSED", "score": 0.83, "box": [0, 0, 64, 48]},
    {"class": "BUTTOCKS_EXPOSED", "score": 0.41, "box": [320, 240, 320, 240]},
    {"class": "MALE_GENITALIA_EXPOSED", "score": 0.5, "box": [0, 0, 640, 480]},
    {"class": "FEMALE_GENITALIA_EXPOSED", "score": 0.49, "box": [0, 0, 1, 1]},
    {"class": "ANUS_EXPOSED", "score": 0.2, "box": [0, 0, 1, 1]},
    {"class": "FEET_EXPOSED", "score": 0.9, "box": [0, 0, 1, 1]},
]

#: The child, with recorded answers in the place of the model.
RECORDING_CHILD = (
    "import json,sys;sys.path[:]=json.loads(sys.argv[1])['path'];"
    "from pretalx_coc.detection.documents import looking;"
    f"rows={RECORDED[1:2]!r};"
    "dark=lambda pixels: pixels.mean() < 100;"
    "look=lambda self, pixels: rows if dark(pixels) else [];"
    "looking._Detector=type('Recorded',(),{'detect':look});"
    "from pretalx_coc.detection.documents.child import main;main(sys.argv[1])"
)


@pytest.fixture
def recorded(monkeypatch):
    """Dark pictures have something to point at, and light ones have not."""
    monkeypatch.setattr(checking, "_CHILD", RECORDING_CHILD)


def drawing(kind="PNG", mode="RGB", shade=40, size=(320, 240), **options):
    from PIL import Image, ImageDraw  # noqa: PLC0415

    picture = Image.new("RGB", size, (shade, shade, shade))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 40, 200, 200), fill=(shade, shade, 90))
    pen.line((0, 0, 300, 200), fill=(90, shade, shade), width=5)
    out = io.BytesIO()
    picture.convert(mode).save(out, kind, **options)
    return out.getvalue()


def places(result):
    return [(one.page, one.slide, one.member) for one in result.findings]


def test_only_exposed_classes_count_from_the_threshold_on():
    pytest.importorskip("nudenet")
    from pretalx_coc.detection.documents.looking import relevant  # noqa: PLC0415

    assert relevant(RECORDED, (640, 480), 0.5) == [
        ("female_breast", 0.84, [0.25, 0.25, 0.1, 0.1]),
        ("male_genitalia", 0.5, [0.0, 0.0, 1.0, 1.0]),
    ]
    assert [name for name, _, _ in relevant(RECORDED, (640, 480), 0.2)] == [
        "female_breast",
        "male_genitalia",
        "female_genitalia",
        "buttocks",
        "anus",
    ]
    assert relevant(RECORDED, (640, 480), 0.9) == []
    assert relevant([], (640, 480), 0.2) == []


@installed
@pytest.mark.parametrize(
    ("kind", "mode"),
    (
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
        ("BMP", "RGB"),
        ("TIFF", "RGB"),
    ),
)
def test_drawn_pictures_of_all_kinds_are_looked_at_and_give_nothing(check, kind, mode):
    if mode == "I;16":
        from PIL import Image  # noqa: PLC0415

        out = io.BytesIO()
        Image.new("I;16", (300, 200), 30_000).save(out, "PNG")
        data = out.getvalue()
    else:
        data = drawing(kind, mode)
    result = check(data, pictures=True)
    assert (result.kind, result.findings, result.unchecked) == (kind.lower(), (), ())


@installed
def test_drawn_pages_and_slides_are_looked_at_and_give_nothing(check):
    deck = making.pptx(
        [making.slide(FINE)],
        [("ppt/media/a.png", drawing())],
        {1: [("a", "image", "../media/a.png")]},
    )
    for data in (making.pdf(FINE, FINE), deck):
        result = check(data, pictures=True)
        assert (result.findings, result.unchecked) == ((), ())


@installed
@pytest.mark.usefixtures("recorded")
def test_a_picture_finding_is_a_hint_with_class_box_and_preview(check):
    result = check(drawing(size=(1280, 960)), pictures=True)
    (finding,) = result.findings
    assert (finding.rule, finding.category, finding.level, finding.part) == (
        "picture.female_breast",
        "pornography",
        "hint",
        "picture",
    )
    assert (finding.strength, finding.box) == (0.84, (0.25, 0.25, 0.1, 0.1))
    assert (finding.start, finding.end, finding.passage) == (0, 0, "")
    assert "female breast" in finding.reason
    (picture,) = result.pictures
    assert (picture.width, picture.height) == (640, 480)
    from PIL import Image  # noqa: PLC0415

    assert Image.open(io.BytesIO(picture.jpeg)).size == (640, 480)


@installed
@pytest.mark.usefixtures("recorded")
def test_the_page_of_a_pdf_is_looked_at_as_it_is_drawn(check):
    black = "0 0 0 rg 0 0 400 300 re f"
    writer = making.pdf_writer(FINE)
    writer.append(io.BytesIO(making.written(making.pdf_writer("x", operators=black))))
    result = check(making.written(writer), pictures=True)
    assert places(result) == [(2, None, "")]
    (picture,) = result.pictures
    assert (picture.page, picture.width, picture.height) == (2, 640, 480)


@installed
@pytest.mark.usefixtures("recorded")
def test_pictures_of_documents_have_their_slide_and_are_looked_at_once(check):
    shown = [("a", "image", "../media/a.png")]
    deck = making.pptx(
        [making.slide(FINE)] * 3,
        [("ppt/media/a.png", drawing()), ("ppt/media/b.jpg", drawing("JPEG"))],
        {1: shown, 3: shown},
    )
    result = check(deck, pictures=True, limits=Limits(pictures=2))
    assert places(result) == [
        (None, 1, "ppt/media/a.png"),
        (None, 3, "ppt/media/a.png"),
        (None, None, "ppt/media/b.jpg"),
    ]
    assert len(result.pictures) == 3
    assert result.unchecked == ()


@installed
@pytest.mark.usefixtures("recorded")
def test_pictures_of_other_documents_have_their_place(check):
    picture = drawing()
    frame = '<draw:image xlink:href="Pictures/a.png"/>'
    odp = making.opened(
        "presentation",
        making.open_slide(FINE) + making.open_slide(FINE, more=frame),
        [("Pictures/a.png", picture), ("Pictures/light.png", drawing(shade=240))],
    )
    word = making.docx(
        making.paragraph(FINE)
        + making.paragraph(FINE, new_page=True)
        + '<w:p><w:r><a:blip r:embed="rId7"/></w:r></w:p>',
        [("word/media/a.png", picture)],
        [("rId7", "image", "media/a.png")],
    )
    import base64  # noqa: PLC0415

    inline = base64.b64encode(picture).decode()
    page = f'<html><img src="data:image/png;base64,{inline}"></html>'.encode()
    packed = making.archive([("one/odp.bin", odp), ("two.png", picture)])
    assert places(check(odp, pictures=True)) == [(None, 2, "Pictures/a.png")]
    assert places(check(word, pictures=True)) == [(2, None, "word/media/a.png")]
    assert places(check(page, pictures=True)) == [(None, None, "picture 1")]
    assert places(check(packed, pictures=True)) == [
        (None, 2, "one/odp.bin/Pictures/a.png"),
        (None, None, "two.png"),
    ]


@installed
@pytest.mark.usefixtures("recorded")
def test_of_a_moving_picture_all_parts_are_looked_at(check):
    from PIL import Image  # noqa: PLC0415

    frames = [Image.new("L", (100, 100), shade) for shade in [250] * 30 + [10] * 10]
    for kind in ("GIF", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50)
        result = check(out.getvalue(), pictures=True)
        assert len(result.findings) == len(result.pictures) == 1


def webp_of(width, height):
    """The head of a picture without loss: 14 bits for each side."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(10)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


@installed
@pytest.mark.parametrize(
    "data",
    (
        making.png(claimed=(50_000, 50_000)),
        making.gif(65_000, 65_000),
        webp_of(16_000, 16_000),
    ),
    ids=("png", "gif", "webp"),
)
def test_more_pixels_than_the_limit_are_not_unpacked(check, data):
    assert codes(check(data, pictures=True)) == ["pixels"]


@installed
def test_a_damaged_picture_leaves_the_others(check):
    whole = drawing()
    deck = making.pptx(
        [making.slide(BAD), making.slide(FINE)],
        [("ppt/media/a.png", whole[: len(whole) // 2]), ("ppt/media/b.png", whole)],
        {1: [("a", "image", "../media/a.png")], 2: [("b", "image", "../media/b.png")]},
    )
    result = check(deck, pictures=True)
    assert {(one.code, one.slide) for one in result.unchecked} == {("broken", 1)}
    assert [one.slide for one in result.findings] == [1]


@installed
def test_more_pictures_than_the_limit_are_not_looked_at_but_all_text_is_read(check):
    data = making.archive(
        [(f"{shade}.png", drawing(shade=shade)) for shade in range(200, 206)]
        + [("last.txt", BAD)]
    )
    result = check(data, pictures=True, limits=Limits(pictures=3))
    assert [one.code for one in result.unchecked] == ["pictures"]
    assert [one.member for one in result.findings] == ["last.txt"]


@installed
def test_a_page_of_any_size_is_drawn_small(check):
    for box in ("0 0 900000 900000", "0 0 14400 1", "5 5 5 5", "0 0 nan 1"):
        data = making.raw_pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] >>".encode(),
        )
        result = check(data, pictures=True)
        assert (result.kind, codes(result)) == ("pdf", ["scanned"])


@installed
def test_a_page_with_a_picture_of_too_many_pixels_is_not_drawn(check):
    picture = making.stream(
        b"x",
        b"/Type /XObject /Subtype /Image /Width 50000 /Height 50000 "
        b"/ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    bomb = making.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 5 0 R "
        b"/Resources << /XObject << /X 4 0 R >> >> >>",
        picture,
        making.stream(b"400 0 0 300 0 0 cm /X Do"),
    )
    result = check(bomb, pictures=True)
    assert [(one.code, one.page) for one in result.unchecked] == [
        ("pixels", 1),
        ("scanned", None),
    ]


def test_pictures_that_nobody_wants_looked_at_are_not_and_it_says_so(check):
    for data in (making.png(), making.pdf(FINE)):
        (unchecked,) = check(data, pictures=False).unchecked
        assert unchecked.code == "pictures"
    assert check(FINE.encode(), pictures=False).unchecked == ()


def test_without_the_extra_all_texts_are_read_and_pictures_count_as_unseen(tmp_path):
    """In an environment with pypdf and nothing else."""
    import pypdf  # noqa: PLC0415

    site = tmp_path / "site"
    site.mkdir()
    (site / "pypdf").symlink_to(Path(pypdf.__file__).parent)
    root = Path(pretalx_coc.__file__).parents[1]
    data = making.pptx(
        [making.slide("one"), making.slide("two")],
        [("ppt/media/a.png", making.png(texts=["three"]))],
        {2: [("a", "image", "../media/a.png")]},
    )
    (tmp_path / "deck").write_bytes(data)
    (tmp_path / "paper").write_bytes(making.pdf("four"))
    code = (
        f"import sys; sys.path[:0] = [{str(site)!r}, {str(root)!r}]\n"
        "from pretalx_coc.detection.documents import check_file, pictures_available\n"
        "print(pictures_available())\n"
        "for name in sys.argv[1:]:\n"
        "    result = check_file(name, 'x')\n"
        "    print([text.text.strip() for text in result.texts[1:]])\n"
        "    print([(one.code, one.reason[-14:]) for one in result.unchecked])\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, tmp_path / "deck", tmp_path / "paper"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": ""},
    )
    missing = "[('pictures', 'not installed.')]"
    assert done.stdout.splitlines() == [
        "False",
        "['one', 'two', 'three']",
        missing,
        "['four']",
        missing,
    ]


def test_words_in_pictures_are_found_whether_or_not_they_are_looked_at(check):
    data = making.png(texts=[BAD])
    for pictures in (False, True):
        assert found(check(data, pictures=pictures)) == [
            (None, None, "metadata", "", BAD)
        ]
