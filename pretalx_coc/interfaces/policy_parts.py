# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The parts of a policy: where a finding leads to.

Every organiser writes their own text. Its parts are what stands between two
headings, and the one about sexualised material is found by its words.
"""

import re
from itertools import pairwise

from django.utils.translation import get_language

from pretalx.common.templatetags.rich_text import render_markdown

from pretalx_coc.domain.policy import text_of, version_in_force

OPENING = re.compile(r"<h[1-6](?=[ >])")
HEADING = re.compile(r"<h[1-6][ >].*?</h[1-6]>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
# "Sexual" and its relatives in the languages that the detectors know.
SEXUALISED = re.compile(
    r"se[xk]su|sexu|sessual|seksu|сексу|性的|性骚扰|セクシュ|성적|cinsel|pornogra|порногра",
    re.IGNORECASE,
)
NAME = "part-{}"


def with_anchors(html: str) -> str:
    """Give the headings of a rendered policy names that links can lead to."""
    number = 0

    def named(match):
        nonlocal number
        number += 1
        return f'{match[0]} id="{NAME.format(number)}"'

    return OPENING.sub(named, html)


def sexualised_part(text: str) -> str:
    """The name of the part of a policy that is about sexualised material.

    That is the first whose heading speaks of it; else the one that speaks of
    it most often. Empty where none does.

    Args:
        text: The policy, in Markdown.
    """
    html = render_markdown(text)
    bounds = [match.start() for match in OPENING.finditer(html)] + [len(html)]
    parts = [html[start:end] for start, end in pairwise(bounds)]
    best, most = "", 0
    for number, part in enumerate(parts, start=1):
        heading = HEADING.match(part)
        if heading and SEXUALISED.search(TAG.sub("", heading[0])):
            return NAME.format(number)
        count = len(SEXUALISED.findall(TAG.sub("", part)))
        if count > most:
            best, most = NAME.format(number), count
    return best


def policy_part_url(event) -> str:
    """Where the policy in force says what it says of sexualised material.

    The whole policy where no part does; empty where none is in force. Read once
    for an event object, so that a page with many findings asks once.
    """
    if not hasattr(event, "coc_policy_part_url"):
        event.coc_policy_part_url = _find_part(event)
    return event.coc_policy_part_url


def _find_part(event) -> str:
    version = version_in_force(event)
    if not version:
        return ""
    part = sexualised_part(text_of(version, get_language()).text)
    url = version.get_public_url()
    return f"{url}#{part}" if part else url
