# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which word lists apply to which part of a text.

A word list that runs over another language finds what nobody meant, so a text
that mixes languages is cut where sentences end, and each part is asked for its
own. What is too short to tell goes by the whole text.
"""

from typing import NamedTuple

from pretalx_coc.detection.languages import SPACELESS, Detected, base_code, detect
from pretalx_coc.detection.lexicon import available

#: Sentences with fewer words are put together, for they tell too little.
_SENTENCE = 8
#: A part with fewer words in a language without word list is a name or a title.
_WORTH_SAYING = 15

#: English is always looked for, if only for words that every language uses.
_EVERYWHERE = "en"

#: Strength an entry needs where nothing tells which language it is.
_UNMISTAKABLE = 0.8


class Part(NamedTuple):
    """Words from ``first`` up to ``last``, in one mixture of languages."""

    first: int
    last: int
    detected: Detected


def split(words, hint=None):
    """The parts of a row of normalised words: one, if nothing is mixed."""
    whole = detect(words, hint)
    if not whole.mixed:
        return (Part(0, len(words), whole),)
    parts, leaning = [], base_code(hint) or (*whole.languages, "")[0]
    for first, last in _groups(words):
        detected = _with_fallback(detect(words[first:last], leaning), whole)
        if parts and parts[-1].detected == detected:
            parts[-1] = parts[-1]._replace(last=last)
        else:
            parts.append(Part(first, last, detected))
    return tuple(parts)


def _groups(words):
    """Long sentences each for itself, and short ones together."""
    begun = sentence = 0
    for index in range(1, len(words) + 1):
        if index < len(words) and words[index].gap != "\n\n":
            continue
        if index - sentence >= _SENTENCE and begun < sentence:
            yield begun, sentence
            begun = sentence
        if index - begun >= _SENTENCE or index == len(words):
            yield begun, index
            begun = index
        sentence = index


def _with_fallback(detected, whole):
    languages, guesses = detected.languages, detected.guesses
    if "ja" in whole.languages and "ja" in languages:
        # A heading in Han alone, in a Japanese text.
        languages = tuple(code for code in languages if code != "zh")
    if not languages and not detected.foreign_script:
        languages = tuple(code for code in whole.languages if code in guesses)
        languages = languages or whole.languages
        guesses = () if languages else guesses or whole.guesses
    return Detected(languages, guesses, detected.foreign_script)


def lexicons(detected, hint):
    """Which word lists apply, and which of their entries."""
    written = available()
    if detected.languages or detected.foreign_script:
        full = [code for code in detected.languages if code in written]
        if _EVERYWHERE not in full:
            yield _EVERYWHERE, _is_anywhere
    else:
        # Too short to tell: English, the hint and the best guesses; without
        # any guess, of the others what cannot be mistaken for anything else.
        likely = (_EVERYWHERE, hint, *detected.guesses)
        full = [code for code in written if code in likely]
        if not detected.guesses:
            others = set(written) - set(full) - SPACELESS
            yield from ((code, _is_unmistakable) for code in sorted(others))
    for code in full:
        yield code, _any_entry


def _any_entry(entry):
    return True


def _is_anywhere(entry):
    return entry.anywhere


def _is_unmistakable(entry):
    return entry.strength >= _UNMISTAKABLE


def without_lexicon(parts):
    """The parts in a language that has no word list, and what to say of each."""
    for part in parts:
        if len(parts) > 1 and part.last - part.first < _WORTH_SAYING:
            continue
        main = part.detected.languages[0] if part.detected.languages else ""
        if part.detected.foreign_script:
            name = f"language ({part.detected.foreign_script} script)"
        elif main and main not in available():
            name = f"language ({main})"
        else:
            continue
        reason = f"There is no word list for this {name}; "
        yield part, f"{reason}only a few words were looked for."
