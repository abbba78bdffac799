# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Pieces of a text that are read as a whole, and what can be seen in one.

A pair of words is found by the word lists. What lies in the company of many
words, each of them harmless, is weighed here: see ``learnt``. What counts as a
feature is said in this file alone, for the weights are learnt from the same
features that they are applied to.
"""

from itertools import combinations, pairwise

from pretalx_coc.detection.entries import SAFE

#: Sentences are put together until there are so many words, and one that is
#: longer is cut. Where each character is a word, it takes more of them.
_LENGTHS, _LENGTHS_BY_CHARACTER = (40, 60), (100, 150)

#: The next one begins so many words further on, or later: where a sentence is a
#: word or two, each word would be read as often as there are words in a window.
_APART, _APART_BY_CHARACTER = 5, 10

#: Words with the same beginning count as forms of one word.
_STEM, _STEM_KOREAN = 5, 2
_BY_CHARACTER = ("ja", "zh")

#: Keeps the weights of a window's features near one.
_SCALE = 8.0
_FEW = 40


def windows(words, first, last, language):
    """Where the windows of a part of a text begin and end.

    Each begins with a sentence and goes on to others until it has enough words,
    so that most sentences are read together with those around them.

    Args:
        words: The normalised words of a text.
        first: The index of the part's first word.
        last: The index behind its last one.
        language: The code of the part's language.

    Yields:
        Indexes of the first word and behind the last one.
    """
    by_character = language in _BY_CHARACTER
    enough, most = _LENGTHS_BY_CHARACTER if by_character else _LENGTHS
    apart = _APART_BY_CHARACTER if by_character else _APART
    begins = [first] if first < last else []
    for index, word in enumerate(words[first + 1 : last], first + 1):
        if word.gap == "\n\n" or index - begins[-1] >= most:
            begins.append(index)
    begins.append(last)
    latest, reached, until = first - apart, -1, 0
    for number, begin in enumerate(begins[:-1]):
        until = max(until, number + 1)
        while until < len(begins) - 1 and begins[until] - begin < enough:
            if begins[until + 1] - begin > most:
                break
            until += 1
        near = begin - latest < apart and begins[number + 1] <= reached
        # What lies within the one before has been read.
        if begins[until] > reached and not near:
            latest, reached = begin, begins[until]
            yield begin, reached


def speaking(inside, matches):
    """What of a window may speak for or against it: nothing in a safe phrase.

    Args:
        inside: The normalised words of a window.
        matches: What the word lists found in it, as entry, start and end.

    Returns:
        The forms of its words, None for one in a safe phrase, and the matches.
    """
    safe = [(start, end) for entry, start, end in matches if entry.kind == SAFE]
    if not safe:
        return [word.form for word in inside], matches
    forms = [
        None if _touched(word.start, word.end, safe) else word.form for word in inside
    ]
    return forms, [
        (entry, start, end)
        for entry, start, end in matches
        if entry.kind == SAFE or not _touched(start, end, safe)
    ]


def _touched(start, end, spans):
    return any(first < end and start < last for first, last in spans)


def stem(form, language):
    """What forms of a word have in common."""
    return form[: _STEM_KOREAN if language == "ko" else _STEM]


def of_form(form, lexicon):
    """The features that a word has by itself: spelling, stem, classes."""
    found = [f"w:{form}"]
    if lexicon.language not in _BY_CHARACTER:
        found.append(f"s:{stem(form, lexicon.language)}")
    found += [f"k:{name}" for name in classes(form, lexicon)]
    return found


def classes(form, lexicon):
    """The named classes of the word list that a word is in."""
    symbols = (lexicon.known.get(form) or lexicon.symbols(form))[0]
    return [name for name in symbols if name[0] == "@" and "|" not in name]


def of_row(forms, language):
    """The features of words that follow each other."""
    if language in _BY_CHARACTER:
        for one, two in pairwise(forms):
            if one and two:
                yield f"b:{one}{two}"
        for one, two, three in zip(forms, forms[1:], forms[2:], strict=False):
            if one and two and three:
                yield f"t:{one}{two}{three}"
    else:
        for one, two in pairwise(forms):
            if one and two:
                yield f"b:{stem(one, language)} {stem(two, language)}"


def of_entries(entries):
    """The features of what the word lists found there."""
    for entry in entries:
        if entry.kind == "rule":
            yield f"e:{entry.category}"
            yield f"e:{entry.category} {int(entry.strength * 5)}"
            yield f"r:{int(entry.strength * 10)}"
        else:
            yield f"h:{entry.kind}"


def features(forms, lexicon, entries):
    """All features of a window.

    Args:
        forms: The forms of its words, in their order; None for one that may not
            speak.
        lexicon: The word list of its language.
        entries: What the word lists found in it.

    Returns:
        A set of names.
    """
    found, together = set(), set()
    for form in set(forms) - {None}:
        found.update(of_form(form, lexicon))
        together.update(classes(form, lexicon))
    found.update(of_row(forms, lexicon.language))
    found.update(of_entries(entries))
    found.update(f"p:{one}{two}" for one, two in combinations(sorted(together), 2))
    return found


def share(found):
    """How much each feature of a window counts: less, where there are many.

    Otherwise long windows would be all suspicion, or none. A title of a few
    words has no more to say for being short.
    """
    return _SCALE / max(_FEW, len(found)) ** 0.5
