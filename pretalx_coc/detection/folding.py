# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which characters count as the same.

One character at a time, so that every folded character knows which original
one it came from. Words are the business of ``normalise``.
"""

import unicodedata
from functools import lru_cache

#: Scripts whose accents may go: beyond it (Hebrew, Arabic, Indic scripts,
#: Thai…) a mark is part of the letter.
_LAST_ACCENTED_SCRIPT = 0x058F

#: Marks that belong to no script of their own and can sit on any letter.
_FREE_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)

#: Characters that show nothing and are not marked as format characters.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800")

#: Letters that Unicode does not take apart although readers do.
_DRAWN_DIFFERENTLY = dict(
    zip(
        "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢøđłıħŧɑɡʋ",
        "abcdefghijklmnopqrstuvwyzodlihtagv",
        strict=True,
    )
)

#: Letters of other scripts that look like a Latin one.
LOOKALIKES = dict(
    zip(
        "авсеһіјкмнорԛѕтухуьԁԝѵαβγεηικνορτυχω",
        "abcehijkmhopqstyxybdwvabyenikvoptuxw",
        strict=True,
    )
)


def is_free_mark(char):
    code = ord(char)
    return code >= 0x0300 and any(first <= code <= last for first, last in _FREE_MARKS)


def _strip_marks(text):
    if not text or ord(text[0]) > _LAST_ACCENTED_SCRIPT:
        # Latin Extended Additional and Greek Extended lie higher, but take
        # apart into a letter below.
        apart = unicodedata.normalize("NFD", text)
        if not apart or ord(apart[0]) > _LAST_ACCENTED_SCRIPT:
            return text
        text = apart
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if not is_free_mark(c))


def _fold_once(char):
    if is_free_mark(char) or char in _INVISIBLE:
        return ""
    if unicodedata.category(char) == "Cf":
        return ""
    folded = unicodedata.normalize("NFKC", char).casefold()
    folded = "".join(_strip_marks(c) for c in folded)
    folded = "".join(_DRAWN_DIFFERENTLY.get(c, c) for c in folded)
    return "".join(c for c in folded if not c.isspace())


@lru_cache(maxsize=8192)
def fold_char(char):
    """The character as it is compared: none, one or several.

    Folding is repeated until nothing changes (capital letters that decompose
    into something with a case of its own need a second round).
    """
    folded = _fold_once(char)
    for _ in range(4):
        again = "".join(_fold_once(c) for c in folded)
        if again == folded:
            break
        folded = again
    return folded


@lru_cache(maxsize=8192)
def is_disguise(char):
    """Is this more than an ordinary letter with an ordinary accent?"""
    return (
        not fold_char(char)
        or char in _DRAWN_DIFFERENTLY
        or unicodedata.normalize("NFKC", char) != char
    )


def script(char):
    """A coarse script: enough to tell a word that mixes them."""
    code = ord(char)
    if code < 0x0250:
        return "latin" if char.isalpha() else ""
    if 0x0370 <= code <= 0x03FF:
        return "greek"
    if 0x0400 <= code <= 0x052F:
        return "cyrillic"
    return ""
