# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which languages a text is written in, offline and in next to no time.

Counts frequent short words, and letters where the script decides. That is less
than a real language identifier does, but it is enough to decide which word
lists apply, it works on texts that mix languages, and it says when there is too
little to tell.
"""

import re
from functools import cache
from typing import NamedTuple

from pretalx_coc.detection.datafiles import PROFILES, read
from pretalx_coc.detection.normalise import normalise

#: A language counts if it has this share of the evidence of the first one…
_CLOSE = 0.55
#: …or if enough words speak for it that occur in no other language.
_OWN_WORDS = 3
_OWN_SHARE = 0.12
#: Less evidence than this does not settle it, and less than that is none.
_ENOUGH = 1.5
_WORTH_A_GUESS = 0.5

_SCRIPTS = (
    ("cyrillic", 0x0400, 0x052F),
    ("greek", 0x0370, 0x03FF),
    ("hebrew", 0x0590, 0x05FF),
    ("arabic", 0x0600, 0x06FF),
    ("devanagari", 0x0900, 0x097F),
    ("thai", 0x0E00, 0x0E7F),
    ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x9FFF),
    ("hangul", 0xAC00, 0xD7AF),
)
#: Scripts that say which language it is, and these languages.
_TELLING = ("kana", "han", "hangul")
SPACELESS = frozenset({"ja", "zh", "ko"})

#: Languages in Cyrillic: the word lists that apply where nothing tells them
#: apart, and those known only so that they are not taken for one of them.
_CYRILLIC_READ = ("ru", "uk")
_CYRILLIC = (*_CYRILLIC_READ, "be", "bg", "mk", "sr")
#: Letters that only some of these use, after folding, and what a word with one
#: says beside a frequent word.
_LETTERS = {
    "ru": re.compile("[ыэъ]"),
    "uk": re.compile("[ієґ]"),
    "sr": re.compile("[јљњђћ]"),
    "mk": re.compile("[ѕјљњ]"),
}
_LETTER_WEIGHT = 0.5
#: So few Han characters without kana may well be a Japanese title.
_SHORT_TITLE = 40


class Detected(NamedTuple):
    """Languages by evidence, best first, and a script that is not Latin.

    Where there is too little to tell, ``languages`` is empty and ``guesses``
    has what would come first. ``foreign_script`` is only there where it does
    not tell the language; ``mixed`` says that parts may differ.
    """

    languages: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    foreign_script: str = ""
    mixed: bool = False


@cache
def _profiles():
    """For each frequent word the languages that use it."""
    users = {}
    for language, listed in read(PROFILES)["frequent"].items():
        for word in {word.form for word in normalise(listed).words}:
            users.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in users.items()}


def is_frequent(form):
    """Is this one of the short words that a language is known by?"""
    return form in _profiles()


def detect(words, hint=None):
    """The languages of a row of normalised words."""
    profiles, counted, foreign = _profiles(), {}, []
    for word in words:
        form = word.form
        if form in profiles:
            counted[form] = counted.get(form, 0) + 1
        if not form.isascii():
            foreign.append(form)
    hint, scripts = base_code(hint), _scripts(foreign)
    score, own = _weighed(counted, profiles)
    if "cyrillic" in scripts:
        _add_letters(foreign, score)
    chosen, enough = _choose(score, own, hint)
    if not scripts:
        mixed = _is_mixed(chosen, own)
        return Detected(chosen if enough else (), () if enough else chosen, mixed=mixed)
    told = _told_by_script(scripts, chosen, hint)
    main = _main_script(scripts, words)
    if main in _TELLING:
        # The frequent words of other languages are a quotation or a name.
        spoken = (*told, *(chosen if enough else ()))
        return Detected(spoken, mixed=len(spoken) > 1)
    chosen += told
    if main == "cyrillic":
        main = ""
    return Detected(
        chosen if enough else (), () if enough else chosen, main, mixed=True
    )


def _is_mixed(chosen, own):
    """Does a second language have words that only it uses?"""
    return len(chosen) > 1 or any(
        count > 1 and language not in chosen for language, count in own.items()
    )


def _weighed(counted, profiles):
    """Evidence for each language, and how often only this one has the word."""
    score, own = {}, {}
    for form, count in counted.items():
        languages = profiles[form]
        # A single letter may be a variable, an initial, a letter of a list.
        weight = count * (0.3 if len(form) == 1 else 1) / len(languages)
        for language in languages:
            score[language] = score.get(language, 0) + weight
        if len(languages) == 1 and len(form) > 1:
            own[languages[0]] = own.get(languages[0], 0) + count
    return score, own


def _add_letters(forms, score):
    """Let letters speak that not every language in Cyrillic has."""
    for language, letters in _LETTERS.items():
        if count := sum(1 for form in forms if letters.search(form)):
            score[language] = score.get(language, 0) + count * _LETTER_WEIGHT


def _choose(score, own, hint):
    if hint in score:
        # A hint decides between languages that are close; it invents none.
        score[hint] *= 1.5
        score[hint] += 0.5
    best = max(score.values(), default=0)
    if best < _WORTH_A_GUESS:
        return (), False
    needed = max(_OWN_WORDS, _OWN_SHARE * sum(own.values()))
    chosen = [
        language
        for language, value in score.items()
        if value >= _CLOSE * best or own.get(language, 0) >= needed
    ]
    chosen.sort(key=lambda language: -score[language])
    return tuple(chosen), best >= _ENOUGH


def base_code(language):
    """``pt-br``, ``pt_BR`` and ``PT`` are ``pt``; anything odd is no hint."""
    if not isinstance(language, str):
        return None
    base = language.strip().lower().replace("_", "-").partition("-")[0]
    return base if 2 <= len(base) <= 3 and base.isascii() and base.isalpha() else None


def _scripts(forms):
    """How many letters there are of each script that is known by its range."""
    counted = {}
    for form in forms:
        code = ord(form[0])
        for name, first, last in _SCRIPTS:
            if first <= code <= last:
                counted[name] = counted.get(name, 0) + len(form)
                break
    return counted


def _told_by_script(scripts, chosen, hint):
    """Languages whose word lists can only apply to what is in their script."""
    told = ()
    if "kana" in scripts:
        told += ("ja",)
    elif "han" in scripts:
        short = scripts["han"] <= _SHORT_TITLE
        told += ("zh", "ja") if hint == "ja" and short else ("zh",)
    if "hangul" in scripts:
        told += ("ko",)
    if "cyrillic" in scripts and not any(code in _CYRILLIC for code in chosen):
        told += _CYRILLIC_READ
    return told


def _main_script(scripts, words):
    """The script other than Latin that most words use, if most words do."""
    letters = sum(len(word.form) for word in words)
    if sum(scripts.values()) * 2 <= letters:
        return ""
    return max(scripts, key=scripts.get)
