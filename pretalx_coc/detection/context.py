# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What stands around a hit: phrases that excuse it, topics, raising words."""

from bisect import bisect_left, bisect_right

from pretalx_coc.detection.lexicon import RAISE, SAFE, TOPIC

#: Characters. Over a whole text, a topic would hide real hits.
NEARBY = 150
#: Raising words have to stand closer, for they are more ordinary.
CLOSE_BY = 70

#: What remains of a strength near one, and near two or more topic words.
_ONE_TOPIC, _TOPICS = 0.5, 0.3
#: The same for entries that are out of place in such a talk as well.
_FIRM = 0.8

_RAISED_BY = 0.1


class Context:
    """The helpers found in one text, ready to be asked about a passage."""

    def __init__(self, text, helpers):
        self._text = text
        self._topics = self._sorted(helpers, TOPIC)
        self._raising = self._sorted(helpers, RAISE)
        self._safe = _merged(self._sorted(helpers, SAFE))
        self._safe_starts = [start for start, _ in self._safe]

    @staticmethod
    def _sorted(helpers, kind):
        return sorted({(s, e) for entry, s, e in helpers if entry.kind == kind})

    def excused(self, start, end):
        """Does a safe phrase touch the passage with all or part of it?"""
        index = bisect_right(self._safe_starts, end - 1) - 1
        return index >= 0 and self._safe[index][1] > start

    def weigh(self, entry, start, end):
        """The strength of a hit in its surroundings, and the steps to it."""
        strength, steps = entry.strength, []
        raising = self._words_near(self._raising, start, end, CLOSE_BY)
        if raising:
            strength = min(1.0, strength + _RAISED_BY)
            steps.append(("raised", ", ".join(raising[:3])))
        topics = self._words_near(self._topics, start, end, NEARBY)
        if topics:
            factor = _ONE_TOPIC if len(topics) == 1 else _TOPICS
            strength *= max(factor, _FIRM) if entry.firm else factor
            steps.append(("lowered", ", ".join(topics[:3])))
        return strength, steps

    def _words_near(self, spans, start, end, reach):
        """The different words among these that stand near, outside the hit."""
        low = bisect_left(spans, (start - reach, 0))
        near = {}
        for first, last in spans[low : low + 60]:
            if first > end + reach:
                break
            if last <= start or first >= end:
                near[self._text[first:last].lower()] = None
        return list(near)


def _merged(spans):
    """Overlapping spans as one, so that a single look-up finds them."""
    merged = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
