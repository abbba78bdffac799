# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a window says, which words say it, and what is left without allowed ones.

A window is too long to point at, so a finding points at the words that speak
most for it. Those lie in one sentence and close together: a phrase is found in
one sentence only, and an event must be able to allow what it was shown.
"""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from pretalx_coc.detection.languages import is_frequent

#: A word is named as a reason if it is worth so much, and at most so many are.
_TELLING = 0.15
_NAMED = 6

#: Characters that a finding spans at most, so that it can be a phrase.
MAX_PASSAGE = 160


class Window(NamedTuple):
    """The words of a window, and what may speak for it.

    ``forms`` has None for a word that may not, and ``matches`` the entries with
    the index of their first and last word.
    """

    inside: list
    forms: list[str | None]
    matches: list

    @property
    def entries(self):
        return [entry for entry, _, _ in self.matches]

    def without(self, muted):
        """The same window in which some words, by their indexes, may not speak."""
        forms = [
            None if index in muted else form for index, form in enumerate(self.forms)
        ]
        matches = [
            match
            for match in self.matches
            if not muted.issuperset(range(match[1], match[2] + 1))
        ]
        return self._replace(forms=forms, matches=matches)

    def cut(self, first, last):
        """From where to where some of its words stand in the text."""
        start = self.inside[first].start
        return start, min(self.inside[last].end, start + MAX_PASSAGE)


def window(inside, forms, matches):
    """A window, of words with places and of entries with theirs.

    Args:
        inside: Its normalised words.
        forms: Their forms, None for one in a safe phrase.
        matches: What the word lists found, as entry, start and end in the text.
    """
    starts = [word.start for word in inside]
    placed = [
        (
            entry,
            max(0, bisect_right(starts, start) - 1),
            max(0, bisect_left(starts, end) - 1),
        )
        for entry, start, end in matches
    ]
    return Window(inside, forms, placed)


def telling(one, worth):
    """The words that speak most for a window: index → what they are worth.

    Args:
        one: The window.
        worth: What each of its words is worth.
    """
    asked = [index for index, form in enumerate(one.forms) if form]
    asked.sort(key=lambda index: -worth[index])
    best = [index for index in asked if not is_frequent(one.forms[index])][:_NAMED]
    chosen = [index for index in best if worth[index] >= _TELLING]
    return {index: worth[index] for index in chosen or best or asked[:_NAMED] or [0]}


def passage(one, chosen):
    """The first and the last word of what a finding points at.

    Args:
        one: The window.
        chosen: Its telling words.

    Returns:
        Two indexes: of the telling words of one sentence those that are worth
        most, without a word between them that may not speak.
    """
    rows = []
    for index in sorted(chosen):
        if rows and _goes_on(one, rows[-1][0], rows[-1][1], index):
            first, _, value = rows[-1]
            rows[-1] = (first, index, value + chosen[index])
        else:
            rows.append((index, index, chosen[index]))
    first, last, _ = max(rows, key=lambda row: row[2])
    # A single letter or character is no phrase that could be allowed.
    if first == last and len(one.inside[first].form) == 1:
        if last + 1 < len(one.inside) and _goes_on(one, first, last, last + 1):
            last += 1
        elif first and _goes_on(one, first - 1, first - 1, last):
            first -= 1
    return first, last


def _goes_on(one, first, previous, index):
    """Can one passage hold what begins with a word and ends with a later one?"""
    inside = one.inside
    return inside[index].end - inside[first].start <= MAX_PASSAGE and not any(
        inside[n].gap == "\n\n" or one.forms[n] is None
        for n in range(previous + 1, index + 1)
    )


def allowed_in(one, allowed):
    """The indexes of the words that stand in an allowed phrase."""
    return {
        index
        for index, word in enumerate(one.inside)
        if allowed.cover(word.start, word.end)
    }


def sentence(one, index):
    """The indexes of the words in the sentence that a word stands in."""
    first = last = index
    while first and one.inside[first].gap != "\n\n":
        first -= 1
    while last + 1 < len(one.inside) and one.inside[last + 1].gap != "\n\n":
        last += 1
    return set(range(first, last + 1))
