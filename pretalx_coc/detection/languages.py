# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which languages a text is written in, offline and in next to no time.

Counts frequent short words. That is less than a real language identifier
does, but it is enough to decide which word lists apply, it works on texts
that mix languages, and it says when there is too little to tell.
"""

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


class Detected(NamedTuple):
    """Languages by evidence, best first, and a script that is not Latin.

    Where there is too little to tell, ``languages`` is empty and ``guesses``
    has what would come first.
    """

    languages: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    foreign_script: str = ""


@cache
def _profiles():
    """For each frequent word the languages that use it."""
    users = {}
    for language, listed in read(PROFILES)["frequent"].items():
        for word in {word.form for word in normalise(listed).words}:
            users.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in users.items()}


def detect(words, hint=None):
    """The languages of a row of normalised words."""
    profiles, counted = _profiles(), {}
    for word in words:
        form = word.form
        if form in profiles:
            counted[form] = counted.get(form, 0) + 1
    score, own = {}, {}
    for form, count in counted.items():
        languages = profiles[form]
        # A single letter may be a variable, an initial, a letter of a list.
        weight = count * (0.3 if len(form) == 1 else 1) / len(languages)
        for language in languages:
            score[language] = score.get(language, 0) + weight
        if len(languages) == 1 and len(form) > 1:
            own[languages[0]] = own.get(languages[0], 0) + count
    chosen, enough = _choose(score, own, base_code(hint))
    script = _foreign_script(words)
    return Detected(chosen if enough else (), () if enough else chosen, script)


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


def _foreign_script(words):
    """The script other than Latin that most words use, if most words do."""
    counted = {}
    foreign = [word.form for word in words if not word.form.isascii()]
    for form in foreign:
        code = ord(form[0])
        for name, first, last in _SCRIPTS:
            if first <= code <= last:
                counted[name] = counted.get(name, 0) + len(form)
                break
    if not counted:
        return ""
    name = max(counted, key=counted.get)
    letters = sum(len(word.form) for word in words)
    return name if sum(counted.values()) * 2 > letters else ""
