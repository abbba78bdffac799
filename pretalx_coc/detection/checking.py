# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""One text through all layers: normalise, match, weigh, score."""

from pretalx_coc.detection.context import DISGUISES, Context
from pretalx_coc.detection.languages import base_code
from pretalx_coc.detection.learnt import MAX_WINDOWS, look
from pretalx_coc.detection.lexicon import load
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise
from pretalx_coc.detection.parts import lexicons, split, without_lexicon
from pretalx_coc.detection.phrases import NONE, find
from pretalx_coc.detection.result import Result, Unchecked
from pretalx_coc.detection.scoring import Hit, merge, score, with_looks

#: Longer texts are read up to here, and the result says so.
MAX_CHARACTERS = 2_000_000

#: Nobody reads more than this; the result says where the list was cut.
MAX_FINDINGS = 500

#: So many places are weighed: a text with more is nothing but bad words.
MAX_HITS = 10_000

_TOO_MANY_FINDINGS = f"Only the first {MAX_FINDINGS} findings are listed."
_TOO_MANY_HITS = (
    f"Only the first {MAX_HITS:,} passages that the word lists know were weighed."
)
_TOO_MANY_WINDOWS = (
    f"Only the first {MAX_WINDOWS:,} groups of sentences that might suggest "
    "something together were weighed."
)


def check_text(text, language=None, phrases=NONE):
    """Look for sexualised content in a text.

    ``language`` is a hint and nothing more: speakers choose a language once
    and then write in another one, so what counts is what the text looks like.
    ``phrases`` are what the people of one event watch and allow.
    """
    read = text[:MAX_CHARACTERS]
    words, turned = normalise(read)
    parts, hint = split(words, language), base_code(language)
    helpers, hits = [], []
    for entry, start, end, steps in _matches(read, words, parts, hint):
        if entry.kind == "rule":
            hits.append((entry, start, end, steps))
        elif DISGUISES.isdisjoint(steps):
            # What protects a passage is written in the open.
            helpers.append((entry, start, end))
    allowed, watched = find(words, phrases) if phrases != NONE else (None, [])
    matches = [*helpers, *(hit[:3] for hit in hits)]
    looks, unweighed = look(words, parts, hint, matches, allowed)
    if turned:
        hits += _backwards(read, turned, language, hits)
    context = Context(read, helpers)
    hits = [hit for hit in hits if not context.excused(*hit[1:3])]
    hits, stops = _first(hits)
    if unweighed is not None:
        stops.append((unweighed, _TOO_MANY_WINDOWS))
    findings = score([_weigh(context, read, *hit) for hit in hits])
    findings = with_looks(read, findings, looks)
    if allowed:
        watched, more = _first(watched)
        own = score([_weigh(context, read, *hit) for hit in watched])
        findings = merge(findings, own, allowed)
        stops += more
    if len(findings) > MAX_FINDINGS:
        stops.append((findings[MAX_FINDINGS].start, _TOO_MANY_FINDINGS))
    unchecked = _unchecked(text, read, words, parts, stops)
    return Result(findings[:MAX_FINDINGS], unchecked)


def _first(hits):
    """As many hits as are weighed, in the order of the text; where and why it stops."""
    hits = sorted(hits, key=lambda hit: (hit[1], hit[2], hit[0].rule))
    stops = [(hits[MAX_HITS][1], _TOO_MANY_HITS)] if len(hits) > MAX_HITS else []
    return hits[:MAX_HITS], stops


def _matches(text, words, parts, hint):
    """Every match with its place, from the lexicons that apply there."""
    for part in parts:
        here = words if len(parts) == 1 else words[part.first : part.last]
        for code, applies in lexicons(part.detected, hint):
            for entry, first, last, steps in match(here, load(code)):
                if entry.kind == "rule" and not applies(entry):
                    continue
                if entry.disguised and DISGUISES.isdisjoint(steps):
                    continue
                # What is drawn backwards ends where it starts.
                start = min(here[first].start, here[last].start)
                end = max(here[first].end, here[last].end)
                if entry.lower_only and not text[start].islower():
                    continue
                yield entry, start, end, steps


def _backwards(text, turned, language, hits):
    """What is only there where the text is drawn from right to left."""
    known = {hit[:3] for hit in hits}
    parts = split(turned, language)
    for entry, start, end, steps in _matches(text, turned, parts, base_code(language)):
        if entry.kind == "rule" and (entry, start, end) not in known:
            yield entry, start, end, (*steps, "backwards")


def _weigh(context, text, entry, start, end, undone):
    passage = " ".join(text[start:end].split())
    steps = [("matched", passage[:80])]
    steps += [("unmasked", step) for step in dict.fromkeys(undone)]
    if entry.rule.startswith("own."):
        steps.append(("own", entry.hit))
    strength, more = context.weigh(entry, start, end, undone)
    return Hit(entry, start, end, strength, (*steps, *more), passage.lower())


def _unchecked(text, read, words, parts, stops):
    unchecked = []
    for part, reason in without_lexicon(parts):
        start = words[part.first].start if part.first else 0
        whole = part.last == len(words)
        end = len(read) if whole else words[part.last].start
        unchecked.append(Unchecked(start, end, "language", reason))
    if stops:
        stop, reason = min(stops)
        unchecked.append(Unchecked(stop, len(read), "number", reason))
    if len(text) > len(read):
        reason = (
            f"The text is longer than {MAX_CHARACTERS:,} characters; "
            "only the part before this was checked."
        )
        unchecked.append(Unchecked(len(read), len(text), "length", reason))
    return tuple(unchecked)
