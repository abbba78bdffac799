# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which part of a policy a finding leads to."""

from importlib.resources import files

import pytest

from pretalx_coc.interfaces.policy_parts import sexualised_part, with_anchors
from pretalx_coc.templatetags.coc import policy_html_to_link


@pytest.mark.parametrize(
    ("text", "part"),
    (
        ("# Rules\n\n## Be kind\n\nNothing sexual.\n\n## No sexual slides", "part-3"),
        (
            "# Rules\n\nBe kind.\n\n## Slides\n\nNothing sexualised, no sexism.",
            "part-2",
        ),
        ("# Regeln\n\n## Folien\n\nKeine sexuellen Bilder.", "part-2"),
        ("# 行動規範\n\n## 資料\n\n性的な画像は使わないでください。", "part-2"),
        ("# Правила\n\n## Слайды\n\nБез сексуальных картинок.", "part-2"),
        ("# Be kind\n\nThat is all.", ""),
        ("No heading, nothing sexual.", ""),
        ("", ""),
    ),
)
def test_part_about_sexualised_material_is_found(text, part):
    assert sexualised_part(text) == part


@pytest.mark.parametrize("language", ("en", "de", "fr"))
def test_starting_text_leads_to_its_own_part(language):
    folder = files("pretalx_coc") / "data" / "starting_policy"
    text = (folder / f"{language}.md").read_text(encoding="utf-8")
    number = int(sexualised_part(text).removeprefix("part-"))
    html = policy_html_to_link(text, 3)
    heading = html.partition(f'id="part-{number}">')[2].partition("<")[0]
    assert "sexu" in heading.lower()


def test_every_heading_has_a_name_of_its_own():
    assert with_anchors("<h3>A</h3><p>h4</p><h4>B</h4>") == (
        '<h3 id="part-1">A</h3><p>h4</p><h4 id="part-2">B</h4>'
    )
