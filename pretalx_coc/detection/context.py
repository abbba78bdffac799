# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What stands around a hit, and what that makes of its strength.

Safe phrases excuse it, topics, negation, quotation and names lower it, raising
words and a disguise raise it.
"""

import re
from bisect import bisect_left, bisect_right

from pretalx_coc.detection.entries import (
    FORBID,
    NAME,
    NEGATION,
    QUOTE,
    RAISE,
    SAFE,
    TOPIC,
)

#: Characters. Over a whole text, a topic would hide real hits.
NEARBY = 150
#: Raising words have to stand closer, for they are more ordinary.
CLOSE_BY = 70
#: "… is banned" stands in the same sentence, a few words away; between "no" and
#: what it denies there is hardly a word.
_BESIDE, _BEFORE = 30, 12

#: What remains of a strength near one, and near two or more topic words.
_ONE_TOPIC, _TOPICS = 0.5, 0.3
#: The same for entries that are out of place in such a talk as well.
_FIRM = 0.8
#: What remains of it where the passage is denied, quoted, part of a name.
_NEGATED, _QUOTED, _NAMED = 0.4, 0.5, 0.4

_RAISED_BY = 0.1
#: Nobody spells a harmless word like this by chance, nor the word that a talk on
#: filters is about: topics lower it less.
_DISGUISED_BY = 0.15
DISGUISES = frozenset(
    {
        "characters",
        "look-alikes",
        "leet",
        "punctuation",
        "spacing",
        "backwards",
        "markup",
    }
)

#: What can be denied as a thing; of innuendo and of people in a slide's picture
#: "no" is rather a part ("no bra, no problem").
_DENIABLE = frozenset({"pornography", "explicit_act", "sexual_offer"})
#: What is a family name as well; nobody is called pornography.
_NAMEABLE = frozenset(
    {"vulgar_anatomy", "sexual_slur", "explicit_act", "sexual_offer", "innuendo"}
)

_CLAUSE_BREAK = re.compile(r"[.!?,;:()\u2013\u2014\u3001\u3002\n]")
_SENTENCE_BREAK = re.compile(r"[.!?\u3002\n]")
_QUOTATION = re.compile(r"[\"“„«「『‹][^\"“”„«»「」『』‹›\n]{1,200}[\"”“»」』›]")
#: A name and another, such as "Dick Smith" in the middle of a sentence.
_NAME_BESIDE = re.compile(r"\s[^\W\d_a-z][^\W\d_]*[a-z]")
_WORD_START = re.compile(r"(?<!\w)[^\W\d_]")
_LONGEST_SENTENCE = 300


class Context:
    """The helpers found in one text, ready to be asked about a passage."""

    def __init__(self, text, helpers):
        self._text = text
        spans = {}
        for entry, start, end in helpers:
            spans.setdefault(entry.kind, set()).add((start, end))
        self._spans = {kind: sorted(found) for kind, found in spans.items()}
        self._safe = _merged(self._spans.get(SAFE, ()))
        self._safe_starts = [start for start, _ in self._safe]
        self._quotations = None

    def excused(self, start, end):
        """Does a safe phrase touch the passage with all or part of it?"""
        index = bisect_right(self._safe_starts, end - 1) - 1
        return index >= 0 and self._safe[index][1] > start

    def weigh(self, entry, start, end, undone=()):
        """The strength of a hit in its surroundings, and the steps to it."""
        strength, steps, firm = entry.strength, [], entry.firm
        if not DISGUISES.isdisjoint(undone):
            strength, firm = min(1.0, strength + _DISGUISED_BY), True
        if raising := self._words_near(RAISE, start, end, CLOSE_BY):
            strength = min(1.0, strength + _RAISED_BY)
            steps.append(("raised", ", ".join(raising[:3])))
        topics = self._words_near(TOPIC, start, end, NEARBY)
        for code, words, factor in (
            ("lowered", topics, _ONE_TOPIC if len(topics) == 1 else _TOPICS),
            ("negated", self._negation(entry, start, end), _NEGATED),
            ("quoted", self._quoted(start, end, topics), _QUOTED),
            ("name", self._name(entry, start, end), _NAMED),
        ):
            if words:
                strength *= max(factor, _FIRM) if firm else factor
                steps.append((code, ", ".join(words[:3])))
        return strength, steps

    def _words_near(self, kind, start, end, reach):
        """The different words of a kind that stand near, outside the hit."""
        spans = self._spans.get(kind, ())
        low = bisect_left(spans, (start - reach, 0))
        near = {}
        for first, last in spans[low : low + 60]:
            if first > end + reach:
                break
            if last <= start or first >= end:
                near[self._text[first:last].lower()] = None
        return list(near)

    def _negation(self, entry, start, end):
        """What denies or forbids the passage in its own sentence."""
        if entry.category not in _DENIABLE:
            return ()
        near = []
        if self._spans.get(NEGATION):
            before = _after_last(_CLAUSE_BREAK, self._text, start - _BEFORE, start)
            near += self._between(NEGATION, before, start)
        if self._spans.get(FORBID):
            before = _after_last(_SENTENCE_BREAK, self._text, start - _BESIDE, start)
            stop = _SENTENCE_BREAK.search(self._text, end, end + _BESIDE)
            after = stop.start() if stop else end + _BESIDE
            near += self._between(FORBID, before, start)
            near += self._between(FORBID, end, after)
        return [self._text[first:last].lower() for first, last in near]

    def _between(self, kind, start, end):
        spans = self._spans.get(kind, ())
        low = bisect_left(spans, (max(0, start), 0))
        return [span for span in spans[low : low + 30] if span[1] <= end]

    def _quoted(self, start, end, topics):
        """Reporting words or topics beside a quotation that holds the passage."""
        if self._quotations is None:
            self._quotations = [m.span() for m in _QUOTATION.finditer(self._text)]
        index = bisect_right(self._quotations, (start, end)) - 1
        if index < 0 or self._quotations[index][1] < end:
            return ()
        return self._words_near(QUOTE, *self._quotations[index], NEARBY) or topics

    def _name(self, entry, start, end):
        """The rest of the name that the passage, one word, is a part of."""
        passage = self._text[start:end]
        if entry.category not in _NAMEABLE or not passage.istitle():
            return ()
        if not passage.isalpha():
            return ()
        titles = [
            self._text[first:last]
            for first, last in self._between(NAME, start - 12, start)
        ]
        if titles or entry.rule.startswith("de."):
            # German writes every noun like a name.
            return titles
        beside = _NAME_BESIDE.match(self._text, end, end + 30)
        if beside and self._is_prose(start):
            return [f"{passage}{beside.group()}…"]
        return ()

    def _is_prose(self, place):
        """Is this a sentence in which capitals are rare? Titles have them all over."""
        first = _after_last(
            _SENTENCE_BREAK, self._text, place - _LONGEST_SENTENCE, place
        )
        stop = _SENTENCE_BREAK.search(self._text, place, place + _LONGEST_SENTENCE)
        last = stop.start() if stop else place + _LONGEST_SENTENCE
        letters = _WORD_START.findall(self._text, first, last)
        small = sum(letter.islower() for letter in letters)
        return len(letters) > 4 and small > 0.6 * len(letters)


def _after_last(pattern, text, start, end):
    """Where the last match before ``end`` stops, or ``start``."""
    last = max(0, start)
    for match in pattern.finditer(text, last, end):
        last = match.end()
    return last


def _merged(spans):
    """Overlapping spans as one, so that a single look-up finds them."""
    merged = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
