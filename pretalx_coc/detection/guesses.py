# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a word in disguise could be.

What is certain becomes the word; what is a guess stands beside it and counts
only if it spells something in a lexicon.
"""

import re
from itertools import product

from pretalx_coc.detection.folding import (
    CYRILLIC_LOOKALIKES,
    LOOKALIKES,
    NEVER_RUSSIAN,
    script,
)

#: Longer words are not searched for disguises: nobody hides a word in them,
#: and the time for guessing must not grow with the length.
LONGEST = 40

OUTER = "\"'`“”„‘’«»()[]{}<>.,;:?!-–—_*#/\\|~+=&%^…"

_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_LEET = re.compile(r"(?=[0-9@$!€£¥¢]*[a-z])[a-z0-9$!€£¥¢][a-z0-9@$!€£¥¢]*")
_CYRILLIC_LEET = re.compile(r"(?=.*[0346])[а-яієґ0346]+")
_MASKED = re.compile(r"[^\W\d_]+[*#•●○◯■█×]{1,3}[^\W\d_]+")
_MASKS = re.compile("[•●○◯■█×〇]")
_SPELT_OUT = re.compile(r"[^\W_](?:[\W_][^\W_]){2,}")
#: What may run through a word without parting it, such as Markdown's signs.
_SEAMS = re.compile(r"[-_*~`.·•|^=]{1,4}")
_TIGHT_SEAMS = frozenset("-_*~`")
_SPELLING = frozenset("-_")

_LEET_SIGNS = frozenset("013456789@$!€£¥¢")
_LEET_LETTERS = {
    "0": "o",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
    "€": "e",
    "£": "l",
    "¥": "y",
    "¢": "c",
}
_CYRILLIC_LETTERS = {"0": "о", "3": "з", "4": "ч", "6": "б"}


def whole(folded):
    """A chunk that is one word although punctuation runs through it.

    Returns:
        Where it begins and ends, the word, and what was undone; or None.
    """
    if len(folded) > LONGEST or folded.isalnum():
        return None
    core = folded.strip(OUTER)
    if not core or core.isalnum():
        return None
    first = folded.index(core)
    last = first + len(core)
    if _SPELT_OUT.fullmatch(core):
        letters = "".join(c for c in core if c.isalnum())
        return first, last, letters, "punctuation"
    if _MASKED.fullmatch(core):
        return first, last, _MASKS.sub("*", core), "punctuation"
    if _LEET.fullmatch(core):
        return first, last, core, ""
    return None


def tidy(form):
    """Undo look-alikes and repeats; offer what digits and runs could mean.

    Returns:
        The word, what was undone, and pairs of a guess and its kind.
    """
    if len(form) > LONGEST:
        return form, (), ()
    steps, others = (), ()
    if not form.isascii():
        form = _MASKS.sub("*", form) if len(form) > 2 else form
        unmixed, others = _unmix(form)
        if unmixed != form:
            form, steps = unmixed, ("look-alikes",)
    if _REPEATED.search(form) and len(set(form)) > 1:
        others += tuple((guess, "repeats") for guess in _squeezed(form))
        others += ((_DOUBLED.sub(r"\1", form), "repeats"),)
        form = _REPEATED.sub(r"\1\1", form)
    elif len(form) > 5 and form[::2] == form[1::2]:
        others += ((form[::2], "repeats"),)
    if not form.isalpha():
        if "*" in form or "#" in form:
            bare = form.replace("*", "").replace("#", "")
            others += ((bare, "punctuation"),)
        others += tuple((guess, "leet") for guess in _unleet(form))
    return form, steps, others


def _unmix(form):
    """Fold look-alikes, but only where a word mixes Latin with another script.

    A Russian word that happens to consist of such letters stays Russian, and a
    Russian word with a Latin letter in it is offered as one.
    """
    scripts = {script(char) for char in form} - {""}
    if len(scripts) == 1 and "cyrillic" in scripts:
        if NEVER_RUSSIAN.isdisjoint(form):
            return form, ()
    elif "latin" not in scripts or len(scripts) < 2:
        return form, ()
    latin = "".join(LOOKALIKES.get(char, char) for char in form)
    if "cyrillic" not in scripts:
        return latin, ()
    cyrillic = "".join(CYRILLIC_LOOKALIKES.get(char, char) for char in form)
    return latin, ((cyrillic, "look-alikes"),)


def _squeezed(form):
    """Every reading with runs of three and more cut to two or to one."""
    parts, last = [], 0
    for match in list(_REPEATED.finditer(form))[:3]:
        letter = match.group(1)
        parts += [(form[last : match.start()],), (letter * 2, letter)]
        last = match.end()
    parts.append((_REPEATED.sub(r"\1", form[last:]),))
    return ["".join(choice) for choice in product(*parts)]


def _unleet(form):
    """Read digits and signs as letters; a one may be an i or an l.

    Two real letters at least: "800B" is a quantity.
    """
    if sum(c.isalpha() for c in form) < 2:
        return ()
    if _CYRILLIC_LEET.fullmatch(form):
        return ("".join(_CYRILLIC_LETTERS.get(c, c) for c in form),)
    if _LEET_SIGNS.isdisjoint(form) or not _LEET.fullmatch(form):
        return ()
    read = "".join(_LEET_LETTERS.get(c, c) for c in form)
    if "1" not in read:
        readings = {read}
    else:
        readings = {read.replace("1", "i"), read.replace("1", "l")}
    return sorted(reading for reading in readings if reading.isalpha())


def joined(core, forms):
    """The word that the parts of a chunk make without what runs through them.

    Hyphens and Markdown's signs may stand anywhere. A dot parts names and
    numbers of versions, so one of the parts has to be too short for a word.

    Returns:
        Nothing, or a pair of the word and what was undone, with the number of
        parts behind a colon.
    """
    if not 2 <= len(forms) <= 6 or len(core) > LONGEST:
        return ()
    word = "".join(forms)
    if not word.isalpha() or _SEAMS.sub("", core) != word:
        return ()
    seams = {char for char in core if not char.isalpha()}
    if not seams <= _TIGHT_SEAMS and min(map(len, forms)) > 2:
        return ()
    # A hyphen may be a matter of spelling; asterisks inside a word are not.
    step = "joined" if seams <= _SPELLING else "punctuation"
    return ((word, f"{step}:{len(forms)}"),)
