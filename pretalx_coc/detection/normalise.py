# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Turn a text into words that can be compared, each with its place in it.

A word keeps the offsets of the original passage whatever was done to it, and
says what was done, for a finding has to explain itself. What is certain is
done to the word itself (``form``); what is a guess (digits read as letters,
joined parts) is kept beside it (``others``) and only counts if it spells
something in a lexicon.
"""

import re
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from pretalx_coc.detection.folding import LOOKALIKES, fold_char, is_disguise, script

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+|[\U0001f300-\U0001faff]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_LEET = re.compile(r"(?=[0-9@$!]*[a-z])[a-z0-9$!][a-z0-9@$!]*")
_MASKED = re.compile(r"[a-z]+[*#]{1,3}[a-z]+")
_SPELT_OUT = re.compile(r"[^\W_](?:[\W_][^\W_]){2,}")
#: A colon counts: it parts a title from what follows.
_SENTENCE_END = re.compile(r"[.!?…:;。\uff01\uff1f]['\")\]»”’]*$")

_OUTER = "\"'`“”„‘’«»()[]{}<>.,;:?!-–—_*#/\\|~+=&%^…"
_LEET_SIGNS = frozenset("0134578@$!")
_LEET_LETTERS = {
    "0": "o",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "@": "a",
    "$": "s",
    "!": "i",
}

#: Longer words are not searched for disguises: nobody hides a word in them,
#: and the time for guessing must not grow with the length.
_LONGEST_GUESS = 40


class Word(NamedTuple):
    """One word: what it reads as, where it stands, what was undone."""

    form: str
    start: int
    end: int
    steps: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    #: What stands before it: "" inside a chunk, " ", "  " or "\n\n".
    gap: str = ""


class Normalised(NamedTuple):
    words: list[Word]

    @property
    def text(self):
        """The words in a row; normalising this again changes nothing."""
        parts = []
        for word in self.words:
            # Two hyphens: one would look like a word in disguise.
            parts.append((word.gap or "--") if parts else "")
            parts.append(word.form)
        return "".join(parts)


def normalise(text):
    """Split a text into normalised words, in one pass."""
    words, previous_end, gap, singles = [], 0, "", False
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        if start - previous_end > 1:
            space = text[previous_end:start]
            wide = "\n\n" if space.count("\n") > 1 else "  "
            gap = max(gap, wide, key=_width)
        gap = gap or " "
        chunk = match.group()
        parse = _parse if end - start <= _LONGEST_GUESS else _parse_chunk
        pieces, ends_sentence = parse(chunk)
        for form, first, last, steps, others in pieces:
            words.append(Word(form, start + first, start + last, steps, others, gap))
            singles = singles or len(form) == 1
            gap = ""
        if ends_sentence:
            gap = "\n\n"
        previous_end = end
    return Normalised(_join_spaced(words) if singles else words)


def _width(gap):
    return ("", " ", "  ", "\n\n").index(gap)


def _parse_chunk(chunk):
    """The words of what stands between two spaces, with relative offsets."""
    if chunk.isascii():
        folded, where = chunk.lower(), range(len(chunk) + 1)
    else:
        folded, where = _fold(chunk)
    ends_sentence = bool(_SENTENCE_END.search(chunk, max(0, len(chunk) - 8)))
    whole = _whole(folded)
    if whole:
        first, last, form, step = whole
        pieces = (_piece(chunk, where, first, last, form, step),)
    else:
        pieces = tuple(
            _piece(chunk, where, *match.span(), match.group(), "")
            for match in _WORD.finditer(folded)
        )
        pieces = _offer_joined(folded, pieces)
    return pieces, ends_sentence


#: Most words come again and again; what was found out about them is kept.
_parse = lru_cache(maxsize=30_000)(_parse_chunk)


def _fold(chunk):
    """Folded characters, and for each the index of the original one."""
    folded, where = [], []
    for index, char in enumerate(chunk):
        for out in fold_char(char):
            folded.append(out)
            where.append(index)
    where.append(len(chunk))
    return "".join(folded), where


def _whole(folded):
    """Chunks that are one word although punctuation runs through them."""
    if len(folded) > _LONGEST_GUESS or folded.isalnum():
        return None
    core = folded.strip(_OUTER)
    if not core or core.isalnum():
        return None
    first = folded.index(core)
    last = first + len(core)
    if _SPELT_OUT.fullmatch(core):
        letters = "".join(c for c in core if c.isalnum())
        return first, last, letters, "punctuation"
    if _MASKED.fullmatch(core) or _LEET.fullmatch(core):
        return first, last, core, ""
    return None


def _piece(chunk, where, first, last, form, step):
    start = where[first]
    end = max(where[last - 1] + 1, where[last])
    steps = (step,) if step else ()
    if not chunk.isascii() and any(is_disguise(c) for c in chunk[start:end]):
        steps += ("characters",)
    form, more, others = _tidy(form)
    return form, start, end, steps + more, others


def _tidy(form):
    """Undo look-alikes and repeats; offer what digits and runs could mean."""
    if len(form) > _LONGEST_GUESS:
        return form, (), ()
    steps, others = (), ()
    if not form.isascii():
        unmixed = _unmix(form)
        if unmixed != form:
            form, steps = unmixed, ("look-alikes",)
    if _REPEATED.search(form) and len(set(form)) > 1:
        others = tuple((guess, "repeats") for guess in _squeezed(form))
        form = _REPEATED.sub(r"\1\1", form)
    if form.isascii() and not form.isalpha() and _LEET.fullmatch(form):
        others += tuple((guess, "leet") for guess in _unleet(form))
    return form, steps, others


def _unmix(form):
    """Fold look-alikes, but only where a word mixes Latin with another script.

    A Russian word that happens to consist of such letters stays Russian.
    """
    scripts = {script(char) for char in form} - {""}
    if "latin" not in scripts or len(scripts) < 2:
        return form
    return "".join(LOOKALIKES.get(char, char) for char in form)


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
    if not _LEET_SIGNS.intersection(form) or sum(c.isalpha() for c in form) < 2:
        return ()
    read = "".join(_LEET_LETTERS.get(c, c) for c in form)
    if "1" not in read:
        readings = {read}
    else:
        readings = {read.replace("1", "i"), read.replace("1", "l")}
    return sorted(reading for reading in readings if reading.isalpha())


def _offer_joined(folded, pieces):
    """Let parts joined by a hyphen or an underscore also be one word."""
    if not 2 <= len(pieces) <= 3 or len(folded) > _LONGEST_GUESS:
        return pieces
    core = folded.strip(_OUTER)
    joined = core.replace("-", "").replace("_", "")
    if not joined.isalpha() or len(core) - len(joined) != len(pieces) - 1:
        return pieces
    form, start, _, steps, others = pieces[0]
    others += ((joined, f"joined:{len(pieces)}"),)
    return ((form, start, pieces[0][2], steps, others), *pieces[1:])


def _join_spaced(words):
    """Make one word of three and more single letters in a row."""
    joined, run = [], []
    for index, word in enumerate(words):
        single = len(word.form) == 1 and _stands_alone(words, index)
        if run and not (single and word.gap == " "):
            joined += _one_word(run)
            run = []
        if single:
            run.append(word)
        else:
            joined.append(word)
    return joined + _one_word(run)


def _stands_alone(words, index):
    """Is this letter all there is between two spaces?"""
    word = words[index]
    ends = index + 1 == len(words) or words[index + 1].gap
    return bool(word.gap and ends and word.form.isalnum())


def _one_word(run):
    if len(run) < 3 or len(run) > _LONGEST_GUESS:
        return run
    spelt = "".join(word.form for word in run)
    form, steps, others = _tidy(spelt)
    # "a", "i" and the like may be words beside the spelt one.
    for first, last in ((1, None), (None, -1), (1, -1)):
        guess = spelt[first:last]
        if len(guess) > 2:
            others += ((guess, "spacing"),)
    steps = ("spacing", *steps)
    return [Word(form, run[0].start, run[-1].end, steps, others, run[0].gap)]
