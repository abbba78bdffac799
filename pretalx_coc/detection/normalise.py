# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Turn a text into words that can be compared, each with its place in it.

A word keeps the offsets of the original passage whatever was done to it, and
says what was done, for a finding has to explain itself. What is certain is
done to the word itself (``form``); what is a guess (digits read as letters,
joined parts) is kept beside it (``others``) and only counts if it spells
something in a lexicon; see ``guesses``.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from pretalx_coc.detection.folding import compose, fold_char, is_disguised, unflag
from pretalx_coc.detection.guesses import LONGEST, OUTER, joined, tidy, whole
from pretalx_coc.detection.unwrapping import turned, unwrap

#: Written without spaces: each of these characters is a word of its own.
_SINGLE = (
    "\u3041-\u309f\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
#: Borrowed words in Japanese: a run of these is one word.
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\uac00-\ud7a3"

_ASCII_WORD = re.compile(r"[^\W_]+", re.ASCII)
_INNER_END = re.compile(r"[.!?;\u3002]")
#: A colon counts: it parts a title from what follows.
_SENTENCE_END = re.compile(r"[.!?…:;。\uff01\uff1f]['\")\]»”’]*$")


class _Patterns(NamedTuple):
    word: re.Pattern
    single: re.Pattern
    #: Words of these scripts stand beside others without a space.
    unspaced: re.Pattern


@cache
def _patterns():
    """Patterns with large ranges: a third of the import if compiled there."""
    return _Patterns(
        re.compile(
            rf"[{_SINGLE}]|[{_KATAKANA}]+(?:[○◯〇●*][{_KATAKANA}]+)?|[{_HANGUL}]+"
            rf"|[^\W_{_SINGLE}{_KATAKANA}{_HANGUL}]+|[\U0001f300-\U0001faff]"
        ),
        re.compile(f"[{_SINGLE}]"),
        re.compile(f"[{_SINGLE}{_KATAKANA}{_HANGUL}]"),
    )


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
    """The words of a text, and of it as it looks where it is drawn backwards."""

    words: list[Word]
    turned: tuple[Word, ...] = ()

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
    """Split a text into normalised words, in time that grows with its length.

    Markup is read as it is shown; the places are those of the text as it is.
    """
    view = unwrap(text)
    words = view.place(_words(view.text))
    backwards = turned(view)
    if backwards is None:
        return Normalised(words)
    shown = backwards.place(_words(backwards.text))
    return Normalised(words, tuple(shown))


def _words(text):
    words, previous_end, gap, singles, row = [], 0, "", 0, False
    make, add, find = tuple.__new__, words.append, text.find
    for chunk in text.split():
        start = find(chunk, previous_end)
        if start - previous_end > 1:
            gap = _wider(gap, text[previous_end:start])
        previous_end = start + len(chunk)
        parse = _parse if len(chunk) <= LONGEST else _parse_chunk
        pieces, ends_sentence, single = parse(chunk)
        gap = gap or " "
        for form, first, last, steps, others, before in pieces:
            # A named tuple's own constructor takes twice as long.
            place = (form, start + first, start + last, steps, others, gap or before)
            add(make(Word, place))
            gap = ""
        if single:
            singles += 1
            row = row or singles > 2
        elif pieces:
            singles = 0
        if ends_sentence:
            gap = "\n\n"
    return _join_spaced(words) if row else words


def _wider(gap, space):
    wide = "\n\n" if space.count("\n") > 1 else "  "
    return max(gap, wide, key=("", " ", "  ", "\n\n").index)


def is_single(form):
    """Is this one character of a script where each is a word?"""
    return len(form) == 1 and bool(_patterns().single.match(form))


def is_unspaced(text):
    """Is there anything in it that needs no spaces between words?"""
    return bool(_patterns().unspaced.search(text))


def _parse_chunk(chunk):
    """The words of what stands between two spaces, with relative offsets.

    With them whether a sentence ends there, and whether it is a single letter,
    which may be a part of a s p a c e d word.
    """
    ends = not chunk[-1].isalnum() and bool(
        _SENTENCE_END.search(chunk, max(0, len(chunk) - 8))
    )
    if chunk.isascii():
        folded, where = chunk.lower(), range(len(chunk) + 1)
        core = folded.strip(OUTER)
        if core.isalpha() and len(core) <= LONGEST:
            first, last = folded.index(core), folded.index(core) + len(core)
            # Most words are such, so nothing is asked twice.
            core, steps, others = tidy(core)
            piece = (core, first, last, steps, others, "")
            return (piece,), ends, len(core) == 1
    else:
        folded, where = _fold(chunk)
        patterns = _patterns()
        if patterns.unspaced.search(folded) and (
            len(folded) > LONGEST or patterns.single.search(folded)
        ):
            return _unspaced_pieces(chunk, folded, where), ends, False
    if (one := whole(folded)) and _stays_one(one[2]):
        first, last, form, step = one
        return (_piece(chunk, where, first, last, form, step),), ends, False
    word = _ASCII_WORD if folded.isascii() else _patterns().word
    pieces = tuple(
        _piece(chunk, where, *match.span(), match.group(), "")
        for match in word.finditer(folded)
    )
    if 1 < len(pieces) <= 6:
        pieces = _offer_joined(folded, pieces)
    return pieces, ends, len(pieces) == 1 and len(pieces[0][0]) == 1


def _stays_one(form):
    """Is this one word, and not several in scripts that need no spaces?"""
    if form.isascii() or not is_unspaced(form):
        return True
    return len(_patterns().word.findall(form)) == 1


def _unspaced_pieces(chunk, folded, where):
    """Words out of a row without spaces, where sentences end inside as well."""
    pieces, previous_end = [], 0
    for match in _patterns().word.finditer(folded):
        first, last = match.span()
        ended = _INNER_END.search(folded, previous_end, first)
        gap = "\n\n" if ended and previous_end else ""
        form = match.group()
        if is_single(form):
            end = max(where[last - 1] + 1, where[last])
            pieces.append((form, where[first], end, (), (), gap))
        else:
            pieces.append(_piece(chunk, where, first, last, form, "", gap))
        previous_end = last
    return pieces


#: Most words come again and again; what was found out about them is kept.
_parse = lru_cache(maxsize=50_000)(_parse_chunk)


def _fold(chunk):
    """Folded characters, and for each the index of the original one."""
    folded, where = [], []
    # One for one, so the places stay.
    for index, char in enumerate(unflag(chunk)):
        for out in fold_char(char):
            # Half-width Japanese and decomposed Korean come in parts.
            if folded and (whole := compose(folded[-1], out)):
                folded[-1] = whole
                continue
            folded.append(out)
            where.append(index)
    where.append(len(chunk))
    return "".join(folded), where


def _piece(chunk, where, first, last, form, step, gap=""):
    start = where[first]
    end = max(where[last - 1] + 1, where[last])
    steps = (step,) if step else ()
    if form[0].isalnum() and is_disguised(chunk[start:end]):
        steps += ("characters",)
    form, more, others = tidy(form)
    return form, start, end, steps + more, others, gap


def _offer_joined(folded, pieces):
    """Let parts that something runs through also be one word."""
    guess = joined(folded.strip(OUTER), [form for form, *_ in pieces])
    if not guess:
        return pieces
    form, start, end, steps, others, gap = pieces[0]
    return ((form, start, end, steps, others + guess, gap), *pieces[1:])


def _join_spaced(words):
    """Make one word of three and more single letters in a row.

    They have to stand equally far from each other, in one sentence.
    """
    out, run = [], []
    for index, word in enumerate(words):
        single = len(word.form) == 1 and _stands_alone(words, index)
        while run and not (single and _goes_on(run, word)):
            if single and len(run) == 2:
                # The second letter may begin a row that the first is not in.
                out.append(run.pop(0))
            else:
                out += _one_word(run)
                run = []
        if single:
            run.append(word)
        else:
            out.append(word)
    return out + _one_word(run)


def _goes_on(run, word):
    return word.gap != "\n\n" and (len(run) == 1 or word.gap == run[1].gap)


def _stands_alone(words, index):
    """Is this letter all there is between two spaces?"""
    word = words[index]
    ends = index + 1 == len(words) or words[index + 1].gap
    letter = word.form.isalnum() and not is_single(word.form)
    return bool(word.gap and ends and letter)


def _one_word(run):
    if len(run) < 3 or len(run) > LONGEST:
        return run
    spelt = "".join(word.form for word in run)
    if is_unspaced(spelt) and len(_patterns().word.findall(spelt)) > 1:
        return run
    form, steps, others = tidy(spelt)
    # "a", "i" and the like may be words beside the spelt one.
    for first, last in ((1, None), (None, -1), (1, -1)):
        guess = spelt[first:last]
        if len(guess) > 2:
            others += ((guess, "spacing"),)
    steps = ("spacing", *steps)
    return [Word(form, run[0].start, run[-1].end, steps, others, run[0].gap)]
