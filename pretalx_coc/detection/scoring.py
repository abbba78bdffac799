# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""From hits to findings: what supports each other, what is worth showing."""

from typing import NamedTuple

from pretalx_coc.detection.context import NEARBY
from pretalx_coc.detection.lexicon import Entry
from pretalx_coc.detection.result import Finding

REVIEW = 0.7
HINT = 0.4

#: How much of a neighbour's strength a hit gains, for hits that stand alone
#: and for those that mean nothing without company (double meanings).
_SUPPORT, _SUPPORT_WEAK = 0.4, 1.0

#: Neighbours looked at on each side: keeps the time linear on any text.
_NEIGHBOURS = 12

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
    return tuple(_outermost(findings))


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
    return 1 - doubt, sorted({other.entry.rule for other in company.values()})


def _finding(hit, strength, company):
    entry, steps = hit.entry, hit.steps
    if company:
        steps += (("raised", f"together with: {', '.join(company[:3])}"),)
    strength = round(strength, 2)
    level = "review" if strength >= REVIEW else "hint"
    steps += (("scored", f"{strength:.2f}: {level}"),)
    reason = entry.reason or _REASONS[entry.category]
    return Finding(
        hit.start, hit.end, entry.rule, entry.category, strength, level, reason, steps
    )


def _outermost(findings):
    """Leave out what a finding at least as strong covers: one passage, one line."""
    kept = []
    for finding in findings:
        while kept and _covers(finding, kept[-1]):
            kept.pop()
        if not any(_covers(other, finding) for other in kept[-3:]):
            kept.append(finding)
    return kept


def _covers(outer, inner):
    inside = outer.start <= inner.start and inner.end <= outer.end
    return inside and outer.strength >= inner.strength
