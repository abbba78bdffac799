# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Findings in words and marks, for the people who read them."""

import unicodedata

from django.utils.translation import gettext as _

from pretalx_coc.domain.checks import CONTEXT_LENGTH
from pretalx_coc.domain.talks import field_label

# Shown instead of what would change the order of the page's own text, or hide.
INVISIBLE = "␣"


def visible(text: str) -> str:
    """A text in which no character is invisible or turns others around.

    Line breaks and tabs stay; control and format characters are shown as a
    mark, so that a passage looks like what it is.
    """
    return "".join(
        INVISIBLE
        if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\n\t"
        else char
        for char in text
    )


def _disguise(code: str) -> str:
    """How a passage was disguised, in words."""
    return {
        "characters": _("with unusual characters"),
        "look-alikes": _("with look-alike letters of another script"),
        "repeats": _("with repeated letters"),
        "leet": _("with digits instead of letters"),
        "spacing": _("with spaces between the letters"),
        "punctuation": _("with signs between the letters"),
        "joined": _("with a hyphen or underscore between its parts"),
    }.get(code, code)


def explain(steps) -> list[str]:
    """The steps by which a finding came about, in the reader's language.

    Args:
        steps: Pairs of a code and a detail, as the detectors give them.
    """
    sentences = {
        "matched": _("The text contains “{detail}”."),
        "unmasked": _("It is written {detail}."),
        "raised": _("Words nearby make it more likely: {detail}."),
        "together": _("It stands beside other passages: {detail}."),
        "lowered": _("Words nearby make it less likely: {detail}."),
    }
    return [
        sentences[code].format(
            detail=_disguise(detail) if code == "unmasked" else visible(str(detail))
        )
        for code, detail in steps
        if code in sentences
    ]


def _whole_words(text: str, *, cut_before: bool = False, cut_after: bool = False):
    """A copied surrounding without the word it was cut in, and with a mark there."""
    if cut_before:
        __, space, rest = text.partition(" ")
        text = "… " + (rest if space else text)
    if cut_after:
        rest, space, __ = text.rpartition(" ")
        text = (rest if space else text) + " …"
    return text


def present(finding) -> dict:
    """What a template shows of a finding."""
    before = _whole_words(finding.before, cut_before=finding.start > CONTEXT_LENGTH)
    after = _whole_words(finding.after, cut_after=len(finding.after) == CONTEXT_LENGTH)
    return {
        "finding": finding,
        "before": visible(before),
        "passage": visible(finding.passage),
        "after": visible(after),
        "field": field_label(finding.subject_kind, finding.material),
        "steps": explain(finding.steps),
    }


def present_flag(flag) -> dict:
    """What a template shows of a flag, with the texts as they were."""
    return {
        "flag": flag,
        "snapshot": [
            (field_label(flag.subject_kind, field), visible(text))
            for field, text in flag.snapshot.items()
        ],
    }


def present_unchecked(entry) -> dict:
    """What a template shows of a material that was not fully checked."""
    sentences = {
        "pending": _("waiting to be checked"),
        "error": _("the check failed; it will be tried again when the text is saved"),
        "length": _("the text is very long, and its end was not read"),
        "number": _("there are more passages than are listed"),
        "language": _("there is no word list for its language yet"),
    }
    return {
        "field": field_label(entry.subject_kind, entry.material),
        "reasons": [sentences.get(reason, reason) for reason in entry.reasons],
    }
