# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words that the people of one event watch or allow, beside the word lists.

They are compared as the word lists are: whatever their capitals, accents and
disguises. A phrase is what somebody typed: words in a row, each with ``*`` at
its beginning or its end for "anything more", and no other sign with a meaning.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from pretalx_coc.detection.datafiles import PROFILES, read
from pretalx_coc.detection.entries import SAFE, Entry
from pretalx_coc.detection.lexicon import Lexicon
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import is_single, normalise

#: Why a phrase is refused.
REFUSALS = ("empty", "short", "everything", "ordinary", "sentence")

#: Letters that a word with ``*`` needs, and those of scripts without case.
_STARRED, _STARRED_DENSE = 3, 2
#: A pattern that fits so many of a language's most frequent words fits all texts.
_TOO_MANY = 2

_OUTER_STARS = re.compile(r"(?<!\w)\*+|\*+(?!\w)")

#: Above every rule, and hardly lowered by a topic: "always" means always.
_STRENGTH = 1.0

_REASON = "Is one of the words that the people of this event watch."


class PhraseError(ValueError):
    """A phrase that cannot be compared; ``code`` is one of ``REFUSALS``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Phrases(NamedTuple):
    """What one event watches and allows: plain values, for any process.

    ``watched`` has pairs of a phrase and a category.
    """

    watched: tuple[tuple[str, str], ...] = ()
    allowed: tuple[str, ...] = ()


NONE = Phrases()


class _Compiled(NamedTuple):
    watched: Lexicon
    allowed: Lexicon


class Allowed:
    """Where allowed phrases stand in a text."""

    def __init__(self, spans):
        spans = sorted(spans)
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def cover(self, start, end):
        """Does one allowed phrase hold all of this passage?

        All of it: whoever allows "hot" has not allowed a longer passage.
        """
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and self._ends[index] >= end


def pattern(phrase):
    """A phrase in the words by which it is compared.

    Two phrases with the same pattern are the same.

    Raises:
        PhraseError: It has no words, is too short, fits any text, or has words
            of more than one sentence, which are never found together.
    """
    words = normalise(phrase).words
    if not words:
        raise PhraseError("everything" if "*" in phrase else "empty")
    if any(word.gap == "\n\n" for word in words[1:]):
        raise PhraseError("sentence")
    if any(not part.strip("*") for part in phrase.split()):
        raise PhraseError("everything")
    parts = [_part(phrase, word) for word in words]
    _refuse_short(parts)
    if all(part in _frequent() for part in parts) or (
        len(parts) == 1 and _fits_many(parts[0])
    ):
        raise PhraseError("ordinary")
    return " ".join(parts)


def literal(passage):
    """A passage of a text as a phrase: its stars are no patterns."""
    return " ".join(_OUTER_STARS.sub("", passage).split())


def _part(phrase, word):
    if is_single(word.form):
        # A character is a word there; what it stands in may go on in any case.
        return word.form
    first = "*" if phrase[: word.start].endswith("*") else ""
    last = "*" if phrase[word.end :].startswith("*") else ""
    return f"{first}{word.form}{last}"


def _is_starred(part):
    return part.startswith("*") or part.endswith("*")


def _refuse_short(parts):
    for part in parts:
        bare = part.strip("*")
        dense = all(unicodedata.category(char) == "Lo" for char in bare)
        if _is_starred(part) and len(bare) < (_STARRED_DENSE if dense else _STARRED):
            raise PhraseError("short")
    letters = "".join(parts)
    # A picture character is a word; a letter is not.
    if len(letters) < 2 and letters.isalnum():
        raise PhraseError("short")


@cache
def _frequent():
    """The most frequent words of all languages, each with its languages."""
    found = {}
    for language, listed in read(PROFILES)["frequent"].items():
        for word in normalise(listed).words:
            found.setdefault(word.form, set()).add(language)
    return found


def _fits_many(part):
    if not _is_starred(part):
        return False
    bare, count = part.strip("*"), {}
    for form, languages in _frequent().items():
        begins = form.startswith(bare)
        ends = form.endswith(bare)
        fits = (
            (bare in form)
            if part[0] == part[-1] == "*"
            else (begins if part[-1] == "*" else ends)
        )
        if fits:
            for language in languages:
                count[language] = count.get(language, 0) + 1
    return max(count.values(), default=0) >= _TOO_MANY


@lru_cache(maxsize=64)
def compile_phrases(phrases):
    """The phrases of an event as lexicons; those that cannot be compared are left out.

    What was accepted once may be refused by newer rules; that must not keep a
    text from being checked.
    """
    compiled = _Compiled(Lexicon("own"), Lexicon("own"))
    for phrase, category in phrases.watched:
        entry = Entry(
            rule=f"own.{category}",
            kind="rule",
            category=category,
            strength=_STRENGTH,
            hit=phrase,
            reason=_REASON,
            firm=True,
        )
        _add(compiled.watched, phrase, entry)
    for phrase in phrases.allowed:
        _add(compiled.allowed, phrase, Entry(f"own.allowed: {phrase}", SAFE))
    for lexicon in compiled:
        lexicon.finish()
    return compiled


def _add(lexicon, phrase, entry):
    try:
        lexicon.add(pattern(phrase), entry)
    except ValueError:
        return


def _spans(words, lexicon):
    for entry, first, last, steps in match(words, lexicon):
        yield entry, words[first].start, words[last].end, steps


def find(words, phrases):
    """Where the phrases stand in a row of normalised words.

    Returns:
        An ``Allowed``, and the watched ones as entry, start, end and what was
        undone to read them.
    """
    compiled = compile_phrases(phrases)
    spans = _spans(words, compiled.allowed)
    allowed = Allowed((start, end) for _, start, end, _ in spans)
    return allowed, list(_spans(words, compiled.watched))


def covers(before, passage, after, phrases):
    """Does an allowed phrase hold a passage, from its first word to its last?

    ``before`` and ``after`` are what stands around it, for the phrase may be
    longer than the passage.
    """
    if not phrases.allowed:
        return False
    first, last = len(before), len(before) + len(passage)
    words = normalise(before + passage + after).words
    inside = [word for word in words if word.end > first and word.start < last]
    if not inside:
        return False
    allowed, _ = find(words, phrases)
    return allowed.cover(inside[0].start, inside[-1].end)


def occurs(text, phrase):
    """The places of one phrase in a text, as pairs of offsets."""
    lexicon = compile_phrases(Phrases(allowed=(phrase,))).allowed
    words = normalise(text).words
    return sorted({(start, end) for _, start, end, _ in _spans(words, lexicon)})
