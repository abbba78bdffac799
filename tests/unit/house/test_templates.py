# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What pretalx's content security policy and our own habits ask of a template."""

import re

import pytest

from tests.unit.house.files import PACKAGE, name, package_files

PAGES = [
    path
    for path in package_files(".html")
    if path.is_relative_to(PACKAGE / "templates")
]
TEXTS = [
    path
    for path in package_files(".html", ".txt")
    if path.is_relative_to(PACKAGE / "templates")
]
FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped output": re.compile(
        r"\|\s*safe(seq)?\b|\{%-?\s*autoescape\s+off|<[^>]*\bsrcdoc="
    ),
    "address of another server": re.compile(
        r"<(script|link|img|iframe)\b[^>]*\b(src|href)\s*=\s*[\"'](https?:)?//",
        re.IGNORECASE,
    ),
}
COMMENT = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL
)
TRANSLATES = re.compile(r"\{%\s*(block)?translate\b|_\([\"']")
LOADS_I18N = re.compile(r"\{%\s*load\b[^%]*\bi18n\b[^%]*%\}")


def offences(source):
    markup = COMMENT.sub("", source)
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(markup)]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_template_has_nothing_inline_and_escapes_everything(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_template_that_translates_loads_i18n(path):
    source = COMMENT.sub("", path.read_text(encoding="utf-8"))

    assert LOADS_I18N.search(source) or not TRANSLATES.search(source)


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_template_uses_the_tag_names_that_pretalx_uses(path):
    source = path.read_text(encoding="utf-8")

    assert re.findall(r"\{%\s*(?:end)?(?:block)?trans\s", source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    (
        ('<p class="text">{{ name }}</p>', []),
        ('<script src="{% static "x.js" %}" defer></script>', []),
        ('<link rel="stylesheet" href="{% static "x.css" %}">', []),
        ('<a href="https://example.org">{{ x|safely }}</a>', []),
        ("{# <script>alert(1)</script> #}", []),
        ("<script>alert(1)</script>", ["inline script"]),
        ('<script type="text/x">1</script>', ["inline script"]),
        ('<p style="color: red">', ["inline style"]),
        ('<button onclick="go()">', ["inline handler"]),
        ('<button hx-on:click="go()">', ["inline handler"]),
        ('<a href="javascript:go()">', ["javascript: address"]),
        ("{{ text|safe }}", ["unescaped output"]),
        ("{% autoescape off %}", ["unescaped output"]),
        ('<img src="https://example.org/x.png">', ["address of another server"]),
    ),
)
def test_the_rule_itself(source, expected):
    assert offences(source) == expected
