# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Find what a lexicon knows in a row of words: one pass, no going back.

Every word is looked up once. The open beginnings of phrases walk along the
tree; each lives for as many words as its phrase is long, so that the time
grows with the text and with nothing else.
"""

from typing import NamedTuple

from pretalx_coc.detection.lexicon import Entry


class Match(NamedTuple):
    """An entry that fits the words from ``first`` to ``last`` (inclusive)."""

    entry: Entry
    first: int
    last: int
    steps: tuple[str, ...]


class _Open(NamedTuple):
    """The beginning of a phrase that waits for its next word."""

    node: object
    first: int
    last: int
    skips: int
    steps: tuple[str, ...]


def match(words, lexicon):
    """All entries of the lexicon that occur, in the order of their ends."""
    found, opened = [], []
    known = lexicon.known
    for index, word in enumerate(words):
        if opened and word.gap == "\n\n":
            opened = []
        if word.others:
            readings = _readings(word, lexicon)
        else:
            symbols, begins = known.get(word.form) or lexicon.symbols(word.form)
            if not (opened or begins):
                continue
            readings = ((symbols, word.steps, 0),) if symbols else ()
        if readings or opened:
            opened = _advance(opened, index, readings, lexicon.root, found)
    return found


def _readings(word, lexicon):
    """What a word may stand for: as written, and as each guess reads it."""
    readings = []
    for form, guess in ((word.form, ""), *word.others):
        symbols, _ = lexicon.known.get(form) or lexicon.symbols(form)
        if not symbols:
            continue
        step, _, width = guess.partition(":")
        steps = (*word.steps, step) if step else word.steps
        readings.append((symbols, steps, int(width or 1) - 1))
    return tuple(readings)


def _advance(opened, index, readings, root, found):
    """Move every open phrase on by one word, and open new ones."""
    still_open = [
        state._replace(skips=state.skips - 1) for state in opened if state.skips
    ]
    beginnings = (*opened, _Open(root, index, index, 0, ()))
    for symbols, steps, width in readings:
        for state in beginnings:
            for symbol in symbols:
                node = state.node.edges.get(symbol)
                if node is None:
                    continue
                so_far = state.steps + steps if steps else state.steps
                last = index + width
                for entry in node.entries:
                    found.append(Match(entry, state.first, last, so_far))
                if node.edges:
                    still_open.append(
                        _Open(node, state.first, last, node.skips, so_far)
                    )
    return still_open
