# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import pytest

from pretalx_coc.interfaces.passages import visible
from pretalx_coc.templatetags.coc import policy_html


@pytest.mark.parametrize(
    ("text", "html"),
    (
        ("# A\n\n## B", "<h3>A</h3>\n<h4>B</h4>"),
        ("## A\n\n### B", "<h3>A</h3>\n<h4>B</h4>"),
        ("###### A", "<h3>A</h3>"),
        ("# A\n\n###### B", "<h3>A</h3>\n<h6>B</h6>"),
        ("No heading", "<p>No heading</p>"),
        ("", ""),
    ),
)
def test_headings_of_a_policy_stay_below_those_of_the_page(text, html):
    assert policy_html(text, 3) == html


def test_policy_is_sanitised():
    assert "<script" not in policy_html("# A <script>alert(1)</script>", 3)


@pytest.mark.parametrize(
    ("text", "shown"),
    (
        ("plain\n\ttext", "plain\n\ttext"),
        ("a\u200bb", "a␣b"),
        ("a\u202eb", "a␣b"),
        ("a\x07b", "a␣b"),
        ("äöü 日本 🙂", "äöü 日本 🙂"),
    ),
)
def test_nothing_in_a_passage_stays_invisible(text, shown):
    assert visible(text) == shown
