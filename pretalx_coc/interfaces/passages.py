# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Findings in words and marks, for the people who read them."""

import unicodedata

from django.utils.translation import gettext as _

from pretalx_coc.domain.detectors import CONTEXT_LENGTH
from pretalx_coc.domain.phrases import phrase_for
from pretalx_coc.domain.talks import field_label
from pretalx_coc.interfaces.materials import Labels, part_label, unread_sentences

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
        "markup": _("with markup between the letters"),
        "backwards": _("backwards, with a sign that turns it around on the screen"),
    }.get(code, code)


def _part(code: str) -> str:
    """A part of a document, in words."""
    return {
        "notes": _("the speaker’s notes"),
        "name": _("the name of a file"),
        "metadata": _("the properties of the file"),
        "link": _("the address of a link"),
        "master": _("a master that slides are made from"),
    }.get(code, code)


def _seen(code: str) -> str:
    """What a picture may show, in words."""
    return {
        "anus": _("an anus"),
        "buttocks": _("bare buttocks"),
        "female breast": _("a bare breast of a woman"),
        "female genitalia": _("genitals of a woman"),
        "male genitalia": _("genitals of a man"),
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
        "learnt": _("Read together, these words suggest it: {detail}."),
        "lowered": _("Words nearby make it less likely: {detail}."),
        "negated": _("The sentence denies or forbids it: {detail}."),
        "quoted": _("It is quoted, and the words around report it: {detail}."),
        "name": _("It may be part of a name: {detail}."),
        "member": _("It is in the file “{detail}” inside of this one."),
        "part": _("It is in {detail}."),
        "picture": _("The marked part looks like {detail}."),
        "sure": _("The program is {detail} sure of that."),
        "own": _("“{detail}” is one of the words that this event always points at."),
        "detector": _("It was found by “{detail}”, which was added to this event."),
        "said": _("That one says: “{detail}”"),
    }
    names = {"unmasked": _disguise, "part": _part, "picture": _seen}
    return [
        sentences[code].format(detail=names.get(code, visible)(str(detail)))
        for code, detail in steps
        if code in sentences
    ]


def around(before: str, after: str) -> tuple[str, str]:
    """What was copied before and after a passage, without half a word, for a page.

    Args:
        before: At most ``CONTEXT_LENGTH`` code points.
        after: The same.
    """
    return (
        visible(_whole_words(before, cut_before=len(before) == CONTEXT_LENGTH)),
        visible(_whole_words(after, cut_after=len(after) == CONTEXT_LENGTH)),
    )


def _whole_words(text: str, *, cut_before: bool = False, cut_after: bool = False):
    """A copied surrounding without the word it was cut in, and with a mark there."""
    if cut_before:
        __, space, rest = text.partition(" ")
        text = "… " + (rest if space else text)
    if cut_after:
        rest, space, __ = text.rpartition(" ")
        text = (rest if space else text) + " …"
    return text


def present(finding, labels: Labels | None = None) -> dict:
    """What a template shows of a finding.

    Args:
        finding: The finding, with its check.
        labels: What materials are called; one for all findings of a page.
    """
    labels = labels or Labels(finding.event)
    before = _whole_words(finding.before, cut_before=finding.start > CONTEXT_LENGTH)
    after = _whole_words(finding.after, cut_after=len(finding.after) == CONTEXT_LENGTH)
    field = labels.of(finding.material, finding.check_run.name)
    place = part_label(page=finding.page, slide=finding.slide)
    return {
        "finding": finding,
        "before": visible(before),
        "passage": visible(finding.passage),
        "after": visible(after),
        "field": f"{field}, {place}" if place else field,
        "steps": explain(finding.steps),
        "phrase": "" if finding.verdict else visible(phrase_for(finding)),
        "is_picture": bool(finding.box),
        "box": finding.box,
        "earlier_passage": visible(finding.earlier.passage) if finding.earlier else "",
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


def present_unchecked(entry, labels: Labels) -> dict:
    """What a template shows of a material that was not fully checked.

    Args:
        entry: From ``domain.queries.unchecked``.
        labels: What materials are called.
    """
    return {
        "field": labels.of(entry.material, entry.title),
        "reasons": [visible(line) for line in unread_sentences(entry.reasons)],
        "check": entry.check,
        "looked_at": entry.check.looked_at if entry.check else None,
    }
