# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What tests ask of a result."""


def found(result):
    """(page, slide, part, member, passage) of all findings, in their order."""
    return [
        (one.page, one.slide, one.part, one.member, one.passage)
        for one in result.findings
    ]


def places(result):
    """(page, slide) of all findings, in their order."""
    return [(one.page, one.slide) for one in result.findings]


def codes(result):
    """Why something was not checked, without what follows from the test's setup."""
    return [one.code for one in result.unchecked if one.code != "pictures"]
