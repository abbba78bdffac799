# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""From hits to findings: what supports each other, what is worth showing."""

from bisect import bisect_left
from typing import NamedTuple

from pretalx_coc.detection.context import NEARBY
from pretalx_coc.detection.entries import Entry
from pretalx_coc.detection.result import Finding

REVIEW = 0.7
HINT = 0.4

#: How much of a neighbour's strength a hit gains, for hits that stand alone
#: and for those that mean nothing without company (double meanings).
_SUPPORT, _SUPPORT_WEAK = 0.4, 1.0

#: By how much a rule of another language may be weaker than the English one.
_ENGLISH_LESS = 0.15

#: Neighbours looked at on each side: keeps the time linear on any text.
_NEIGHBOURS = 12

#: Words without an end are no explanation.
_LONGEST_DETAIL = 300

_REASONS = {
    "explicit_act": "Describes a sexual act.",
    "pornography": "Names pornography or nudity as something to be shown or enjoyed.",
    "vulgar_anatomy": "Uses a vulgar or sexual word for a part of the body.",
    "objectification": "Presents people as something to look at or to have.",
    "sexual_offer": "Offers or asks for sexual contact, pictures or services.",
    "innuendo": "Can be read with a sexual double meaning.",
    "voyeurism": "Is about watching or recording people in an intimate situation.",
    "sexual_slur": "Uses a sexual word to put people down.",
}


class Hit(NamedTuple):
    """A rule that fits a passage, weighed in its surroundings."""

    entry: Entry
    start: int
    end: int
    strength: float
    steps: tuple[tuple[str, str], ...]
    #: The passage in small letters: the same words again are no company.
    said: str = ""


def score(hits):
    """The findings of a text, ordered by where they start."""
    hits = _without_repeats(sorted(hits, key=_by_place))
    findings = []
    for index, hit in enumerate(hits):
        strength, company = _with_company(hits, index)
        if strength >= HINT:
            findings.append(_finding(hit, strength, company))
    return tuple(_apart(findings))


def with_looks(text, findings, looks):
    """The findings, and what only many words together say.

    A rule that is sure of a passage explains it better; one that is not gives
    way to the whole that it is a part of.
    """
    if not looks:
        return findings
    sure = [one for one in findings if one.level == "review"]
    wholes = [_whole(text, look) for look in looks if not _touches(sure, look.window)]
    return tuple(_apart([*findings, *wholes]))


def _whole(text, look):
    passage = " ".join(text[look.start : look.end].split())
    steps = (("matched", passage[:80]), ("learnt", ", ".join(look.words)))
    hit = Hit(look.entry, look.start, look.end, look.strength, steps)
    return _finding(hit, look.strength, ())


def _touches(apart, window):
    """Does one of these, which do not overlap each other, lie in the window?"""
    start, end = window
    place = max(0, bisect_left(apart, window, key=_span) - 1)
    return any(start < one.end and one.start < end for one in apart[place : place + 2])


def merge(findings, own, allowed):
    """The findings with those of an event's own words, without the allowed ones.

    What is allowed goes last, so that it lets nothing come up that a stronger
    finding had kept away, and changes no other finding.
    """
    return tuple(
        finding
        for finding in _apart([*findings, *own])
        if not allowed.cover(finding.start, finding.end)
    )


def _by_place(hit):
    return hit.start, -hit.strength, hit.end, hit.entry.rule


def _without_repeats(hits):
    """One hit for a rule and a place: several phrases of a rule may overlap."""
    ends, kept = {}, []
    for hit in hits:
        if hit.start < ends.get(hit.entry.rule, -1):
            continue
        ends[hit.entry.rule] = hit.end
        kept.append(hit)
    return kept


def _with_company(hits, index):
    """A hit gains from different passages nearby, each counting once."""
    hit = hits[index]
    share = _SUPPORT_WEAK if hit.entry.strength < HINT else _SUPPORT
    doubt, company = 1 - hit.strength, {}
    low, high = max(0, index - _NEIGHBOURS), index + _NEIGHBOURS + 1
    for other in hits[low:high]:
        near = other.start <= hit.end + NEARBY and other.end >= hit.start - NEARBY
        apart = other.start >= hit.end or other.end <= hit.start
        if near and apart and other.said != hit.said:
            best = company.get(other.said)
            if best is None or other.strength > best.strength:
                company[other.said] = other
    for other in company.values():
        doubt *= 1 - share * other.strength
    return 1 - doubt, sorted(company)


def _finding(hit, strength, company):
    entry, steps = hit.entry, hit.steps
    if company:
        steps += (("together", ", ".join(company[:3])),)
    strength = round(strength, 2)
    level = "review" if strength >= REVIEW else "hint"
    steps = tuple((code, _cut(detail)) for code, detail in steps)
    steps += (("scored", f"{strength:.2f}: {level}"),)
    reason = entry.reason or _REASONS[entry.category]
    return Finding(
        hit.start, hit.end, entry.rule, entry.category, strength, level, reason, steps
    )


def _cut(detail):
    whole = len(detail) <= _LONGEST_DETAIL
    return detail if whole else f"{detail[: _LONGEST_DETAIL - 1]}…"


def _apart(findings):
    """One finding for a passage: of those that overlap, the strongest stays.

    Three rules that point at the same three words are one thing to look at,
    and the reader is asked for one verdict.
    """
    kept = []
    for finding in sorted(findings, key=_by_weight):
        place = bisect_left(kept, (finding.start, finding.end), key=_span)
        neighbours = kept[max(0, place - 1) : place + 1]
        if not any(_overlap(finding, other) for other in neighbours):
            kept.insert(place, finding)
    return kept


def _by_weight(finding):
    # English is looked for in every text: where two rules weigh about the same,
    # the one of the text's own language has the say.
    english = _ENGLISH_LESS if finding.rule.startswith("en.") else 0.0
    length = finding.end - finding.start
    return english - finding.strength, -length, finding.start, finding.rule


def _span(finding):
    return finding.start, finding.end


def _overlap(one, other):
    return one.start < other.end and other.start < one.end
