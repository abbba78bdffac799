# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What many harmless words mean together, by weights learnt from texts.

Innuendo has no bad word, and no list can hold all pairs of ordinary ones. So
each word, pair and class of the word lists has a weight, and a window of a few
sentences is worth a look if their sum says so. The weights are learnt by
logistic regression (``bench/learn.py``) from texts written for it and from
talks of real conferences; they are data, a language a file, and every finding
names the words that spoke for it.
"""

from bisect import bisect_left
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import NamedTuple

from pretalx_coc.detection.datafiles import read_weights, weighed_languages
from pretalx_coc.detection.entries import Entry
from pretalx_coc.detection.lexicon import load
from pretalx_coc.detection.passages import (
    allowed_in,
    passage,
    sentence,
    telling,
    window,
)
from pretalx_coc.detection.windows import (
    features,
    of_entries,
    of_form,
    of_row,
    share,
    speaking,
    windows,
)

#: How much above and below the threshold makes how much of a strength.
_REVIEW, _HINT = 0.7, 0.4
_ABOVE, _BELOW = 0.1, 1.0
_MOST = 0.9

#: Remembered words a language; then it starts over, so memory stays bounded.
_REMEMBERED = 50_000

#: So many windows of a text are weighed with all that is in them, which is more
#: than two million characters of ordinary talks have.
MAX_WINDOWS = 5_000

#: What stands in the place of a rule's number.
NUMBER = "9900"

_REASON = (
    "No single word says it, but read together these words suggest a sexual "
    "meaning, or present people as something to look at or to have."
)


class Look(NamedTuple):
    """A window that is worth a look, and from where to where its words lie."""

    entry: Entry
    start: int
    end: int
    strength: float
    words: tuple[str, ...]
    #: From where to where the window goes.
    window: tuple[int, int]


class Weights:
    """The learnt weights of one language.

    ``threshold`` is the sum from which on a window is for review. ``apart`` is
    what its words must come to, each for itself and by the square root of their
    number, for the rest to be asked.
    """

    def __init__(self, language):
        head, self._worth = read_weights(language)
        self.language = language
        self.bias, self.threshold = head["bias"], head["threshold"]
        self.apart = head["apart"]
        self.known = {}

    def of_form(self, form):
        """What a word is worth by itself."""
        if form in self.known:
            return self.known[form]
        if len(self.known) > _REMEMBERED:
            self.known.clear()
        worth, lexicon = self._worth, load(self.language)
        value = sum(worth.get(name, 0.0) for name in of_form(form, lexicon))
        self.known[form] = value
        return value

    def sum(self, whole, left):
        """What a window is worth: the logit that it is sexualised.

        Args:
            whole: The window.
            left: The same without what the event allows, which may not speak for
                it, and still speaks against it.
        """
        lexicon, worth = load(self.language), self._worth
        found = features(whole.forms, lexicon, whole.entries)
        names = [name for name in found if name in worth]
        if left is not whole:
            still = features(left.forms, lexicon, left.entries)
            names = [name for name in names if worth[name] < 0 or name in still]
        return self.bias + share(found) * sum(map(worth.__getitem__, names))

    def of_each(self, one):
        """What each word of a window is worth, with its share of what it is part of."""
        forms, known = one.forms, self._worth
        worth = [self.of_form(form) if form else 0.0 for form in forms]
        for index, pair in enumerate(pairwise(forms)):
            if all(pair):
                (name,) = of_row(pair, self.language)
                half = known.get(name, 0.0) / 2
                worth[index] += half
                worth[index + 1] += half
        for entry, first, last in one.matches:
            value = sum(known.get(name, 0.0) for name in of_entries([entry]))
            for index in range(first, last + 1):
                worth[index] += value / (last + 1 - first)
        return worth


_loaded = {}


def weights(language):
    """The weights of a language, read once in a process; None if there are none."""
    if language not in _loaded:
        there = language in weighed_languages()
        _loaded[language] = Weights(language) if there else None
    return _loaded[language]


def look(words, parts, hint, matches, allowed=None):
    """The windows of a text that are worth a look.

    Args:
        words: The normalised words of the text.
        parts: Its parts, by language.
        hint: The language that the text is said to have, or None.
        matches: What the word lists found, as entry, start and end.
        allowed: Where the phrases stand that the event allows, or None.

    Returns:
        A list of ``Look``, some of which may overlap, and where weighing stopped
        because there was too much: None if all was weighed.
    """
    found, matches = [], _Matches(matches)
    for number, (learnt, first, last) in enumerate(_suspicious(words, parts, hint)):
        if number == MAX_WINDOWS:
            return found, words[first].start
        if one := _weigh(words[first:last], learnt, matches, allowed):
            found.append(one)
    return found, None


def _suspicious(words, parts, hint):
    """The windows whose words alone, each for itself, make them worth weighing."""
    for part in parts:
        for code in _languages(part.detected, hint):
            if learnt := weights(code):
                for first, last in _in_part(words, part, learnt):
                    yield learnt, first, last


class _Matches:
    """What the word lists found, to be asked for by place."""

    def __init__(self, matches):
        self._sorted = sorted(matches, key=itemgetter(1, 2))
        self._starts = [start for _, start, _ in self._sorted]

    def within(self, start, end):
        """What lies between two places."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        return [match for match in self._sorted[first:last] if match[2] <= end]


def _languages(detected, hint):
    """Which weights apply: of one language, or of those that it may well be."""
    if detected.languages:
        return detected.languages[:1]
    if detected.foreign_script:
        return ()
    return tuple(dict.fromkeys(code for code in (hint, *detected.guesses[:1]) if code))


def _in_part(words, part, learnt):
    forms = [word[0] for word in words[part.first : part.last]]
    values = list(map(learnt.known.get, forms))
    if None in values:
        values = [learnt.of_form(form) for form in forms]
    sums = list(accumulate(values, initial=0.0))
    for first, last in windows(words, part.first, part.last, learnt.language):
        apart = sums[last - part.first] - sums[first - part.first]
        if apart >= learnt.apart * (last - first) ** 0.5:
            yield first, last


def _weigh(inside, learnt, matches, allowed):
    start, end = inside[0].start, inside[-1].end
    whole = left = window(inside, *speaking(inside, matches.within(start, end)))
    least = -_BELOW
    if allowed:
        left, least = _not_allowed(whole, learnt, allowed)
    above = learnt.sum(whole, left) - learnt.threshold
    if above < least:
        return None
    if above >= 0:
        strength = min(_MOST, _REVIEW + above * _ABOVE)
    else:
        strength = _REVIEW + above / _BELOW * (_REVIEW - _HINT) - 0.001
    chosen = telling(left, learnt.of_each(left))
    named = tuple(dict.fromkeys(inside[index].form for index in sorted(chosen)))
    category = _category(left.entries)
    entry = Entry(
        rule=f"{learnt.language}.{category}.{NUMBER}",
        kind="rule",
        category=category,
        strength=strength,
        reason=_REASON,
    )
    return Look(entry, *left.cut(*passage(left, chosen)), strength, named, (start, end))


def _not_allowed(whole, learnt, allowed):
    """A window without what the event allows, and what it must then be worth.

    Where the very passage is allowed that the window would be shown with, people
    have judged its sentence, and the others have to be for review without it.
    """
    muted = allowed_in(whole, allowed)
    if not muted:
        return whole, -_BELOW
    first, last = passage(whole, telling(whole, learnt.of_each(whole)))
    if not allowed.cover(*whole.cut(first, last)):
        return whole.without(muted), -_BELOW
    return whole.without(muted | sentence(whole, first)), 0.0


def _category(entries):
    """What it is about, as far as a rule says: else it is innuendo."""
    rules = [entry for entry in entries if entry.kind == "rule"]
    if not rules:
        return "innuendo"
    return max(rules, key=lambda entry: entry.strength).category
