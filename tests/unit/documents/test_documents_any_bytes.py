# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whatever bytes a reader gets, it ends, and notes what it could not read.

In this process, for a child for each example would take too long.
"""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretalx_coc.detection.documents import Limits
from pretalx_coc.detection.documents.job import EnoughError, Job, Place
from pretalx_coc.detection.documents.reading import read
from pretalx_coc.detection.documents.result import KINDS, PARTS, UNCHECKED_FILES
from tests.unit.documents import making
from tests.unit.documents.making import BAD, FINE

SMALL = Limits(unpacked=1 << 20, characters=10_000, members=50, pages=5)
EXAMPLES = {
    "pdf": making.pdf(FINE, BAD),
    "pptx": making.pptx([making.slide(FINE), making.slide(BAD)]),
    "docx": making.docx(making.paragraph(FINE)),
    "odp": making.opened("presentation", making.open_slide(FINE, notes=BAD)),
    "zip": making.archive([("a.txt", FINE), ("b.png", making.png())]),
    "html": b"<!doctype html><p title='x'>one<br/>two<img alt=x src=y>&amp;<!-- z -->",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><text>one</text></svg>',
    "png": making.png(texts=[BAD]),
    "jpeg": making.jpeg(description=BAD, comment=FINE),
    "gif": making.gif(comment=BAD),
    "webp": making.webp(description=BAD),
    "text": FINE.encode("utf-16"),
}


def lines_of(data):
    """What a child would say of these bytes."""
    lines = []
    job = Job(lines.append, SMALL, no_pictures="No.")
    try:
        with job.guard(Place()):
            read(io.BytesIO(data), Place(), job)
    except EnoughError as problem:
        job.unchecked(problem.code, problem.reason, Place())
    return [json.loads(line) for line in lines]


def assert_sensible(lines):
    kinds = [line["kind"] for line in lines if line["is"] == "kind"]
    assert kinds
    assert set(kinds) <= set(KINDS)
    unchecked = [line for line in lines if line["is"] == "unchecked"]
    assert {line["code"] for line in unchecked} <= set(UNCHECKED_FILES)
    assert all(line["reason"].endswith((".", "…")) for line in unchecked)
    assert {line["part"] for line in lines if "part" in line} <= set(PARTS)
    texts = [line["text"] for line in lines if line["is"] == "text"]
    assert sum(map(len, texts)) <= SMALL.characters


@given(st.binary(max_size=2_000))
def test_any_bytes(data):
    assert_sensible(lines_of(data))


@given(st.text(max_size=500), st.sampled_from(("<p>", "<svg ", "<?xml ", "")))
def test_any_text(text, start):
    assert_sensible(lines_of((start + text).encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("kind", EXAMPLES)
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=6
    )
)
def test_any_change_to_a_file(kind, changes):
    data = bytearray(EXAMPLES[kind])
    for where, new in changes:
        at = int(where * len(data))
        data[at : at + len(new)] = new
    assert_sensible(lines_of(bytes(data)))


@pytest.mark.parametrize("kind", EXAMPLES)
@given(part=st.floats(0, 1))
def test_any_part_of_a_file(kind, part):
    data = EXAMPLES[kind]
    assert_sensible(lines_of(data[: int(part * len(data))] or b"x"))
