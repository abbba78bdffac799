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
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from pretalx_coc.detection.datafiles import read_weights, weighed_languages
from pretalx_coc.detection.entries import Entry
from pretalx_coc.detection.languages import is_frequent
from pretalx_coc.detection.lexicon import load
from pretalx_coc.detection.windows import features, of_form, of_row, share, windows

#: How much above and below the threshold makes how much of a strength.
_REVIEW, _HINT = 0.7, 0.4
_ABOVE, _BELOW = 0.1, 1.0
_MOST = 0.9

#: A word is named as a reason if it is worth so much, and at most so many are.
_TELLING = 0.15
_NAMED = 6

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

    def sum(self, forms, entries):
        """What a window is worth: the logit that it is sexualised."""
        found = features(forms, load(self.language), entries)
        worth = self._worth
        total = sum(worth[name] for name in found if name in worth)
        return self.bias + share(found) * total

    def telling(self, forms):
        """The indexes of the words that speak most for it, in their order."""
        worth = [self.of_form(form) for form in forms]
        pairs = [self._worth.get(name, 0.0) for name in of_row(forms, self.language)]
        for index, value in enumerate(pairs[: max(0, len(forms) - 1)]):
            worth[index] += value / 2
            worth[index + 1] += value / 2
        best = sorted(range(len(forms)), key=lambda index: -worth[index])
        best = [index for index in best if not is_frequent(forms[index])]
        best = [index for index in best[:_NAMED] if worth[index] >= _TELLING]
        return sorted(best)


_loaded = {}


def weights(language):
    """The weights of a language, read once in a process; None if there are none."""
    if language not in _loaded:
        there = language in weighed_languages()
        _loaded[language] = Weights(language) if there else None
    return _loaded[language]


def look(words, parts, hint, matches):
    """The windows of a text that are worth a look.

    Args:
        words: The normalised words of the text.
        parts: Its parts, by language.
        hint: The language that the text is said to have, or None.
        matches: What the word lists found, as entry, start and end.

    Returns:
        A list of ``Look``, some of which may overlap, and where weighing stopped
        because there was too much: None if all was weighed.
    """
    found, matches = [], _Matches(matches)
    for number, (learnt, first, last) in enumerate(_suspicious(words, parts, hint)):
        if number == MAX_WINDOWS:
            return found, words[first].start
        if one := _weigh(words[first:last], learnt, matches):
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
        """The entries that lie between two places."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        return [entry for entry, _, stop in self._sorted[first:last] if stop <= end]


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


def _weigh(inside, learnt, matches):
    start, end = inside[0].start, inside[-1].end
    entries = matches.within(start, end)
    forms = [word.form for word in inside]
    above = learnt.sum(forms, entries) - learnt.threshold
    if above < -_BELOW:
        return None
    if above >= 0:
        strength = min(_MOST, _REVIEW + above * _ABOVE)
    else:
        strength = _REVIEW + above / _BELOW * (_REVIEW - _HINT) - 0.001
    telling = [inside[index] for index in learnt.telling(forms)] or inside
    entry = Entry(
        rule=f"{learnt.language}.{_category(entries)}.{NUMBER}",
        kind="rule",
        category=_category(entries),
        strength=strength,
        reason=_REASON,
    )
    named = tuple(dict.fromkeys(word.form for word in telling[:_NAMED]))
    return Look(entry, telling[0].start, telling[-1].end, strength, named, (start, end))


def _category(entries):
    """What it is about, as far as a rule says: else it is innuendo."""
    rules = [entry for entry in entries if entry.kind == "rule"]
    if not rules:
        return "innuendo"
    return max(rules, key=lambda entry: entry.strength).category
