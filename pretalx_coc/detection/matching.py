# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Find what a lexicon knows in a row of words: one pass, no going back.

Every word is looked up once. The open beginnings of phrases walk along the
tree; each lives for as many words as its phrase is long, so that the time
grows with the text and with nothing else.
"""

from typing import NamedTuple

from pretalx_coc.detection.entries import Entry

#: More open phrases than this at one word are looked through for twins.
_MANY = 40


class Match(NamedTuple):
    """An entry that fits the words from ``first`` to ``last`` (inclusive)."""

    entry: Entry
    first: int
    last: int
    steps: tuple[str, ...]


def match(words, lexicon):
    """All entries of the lexicon that occur, in the order of their ends.

    The beginning of a phrase that waits for its next word is a plain tuple, for
    there are many: its node, the index of its first word, how many words it may
    still skip, how many are its own already, and what was undone so far.
    """
    found, opened = [], []
    known, look_up = lexicon.known, lexicon.symbols
    for index, (form, _, _, steps, others, gap) in enumerate(words):
        if opened and gap == "\n\n":
            opened = []
        if others:
            readings = _readings(form, steps, others, lexicon)
        else:
            symbols, begun = known.get(form) or look_up(form)
            if not (symbols and (opened or begun)):
                if opened:
                    opened = _passed_by(opened)
                continue
            readings = ((symbols, begun, steps, 0),)
        still_open = _passed_by(opened)
        for reading in readings:
            _go_on(opened, index, reading, found, still_open)
        opened = still_open if len(still_open) < _MANY else _without_twins(still_open)
    return found


def _readings(form, steps, others, lexicon):
    """What a word may stand for: as written, and as each guess reads it."""
    readings = []
    for guess, kind in ((form, ""), *others):
        symbols, begun = lexicon.known.get(guess) or lexicon.symbols(guess)
        if not symbols:
            continue
        step, _, width = kind.partition(":")
        so_far = (*steps, step) if step else steps
        readings.append((symbols, begun, so_far, int(width or 1) - 1))
    return readings


def _passed_by(opened):
    """The open phrases that may leave a word out, or have it already."""
    return [
        (node, first, skips - (not own), own - (own > 0), steps)
        for node, first, skips, own, steps in opened
        if skips or own
    ]


def _go_on(opened, index, reading, found, still_open):
    """Move the open phrases on by one reading of a word, and open new ones."""
    symbols, begun, steps, width = reading
    last = index + width
    for entries, ways in begun:
        for entry in entries:
            found.append(Match(entry, index, last, steps))
        for way, skips in ways:
            still_open.append((way, index, skips, width, steps))
    for node, first, _, own, before in opened:
        if own:
            continue
        edges, so_far = node.edges, before + steps
        # A step has few ways on, and a word may be in many classes.
        few, many = (edges, symbols) if len(edges) < len(symbols) else (symbols, edges)
        for symbol in few:
            if symbol not in many:
                continue
            step = edges[symbol]
            for entry in step.entries:
                found.append(Match(entry, first, last, so_far))
            for way, skips in step.ways:
                still_open.append((way, first, skips, width, so_far))


def _without_twins(opened):
    """Of the same phrase from the same word, the one that can skip most.

    Without this, phrases with several gaps would multiply on a text that
    repeats their words.
    """
    best = {}
    for state in opened:
        key = state[0], state[1], state[3]
        if key not in best or best[key][2] < state[2]:
            best[key] = state
    return list(best.values())
