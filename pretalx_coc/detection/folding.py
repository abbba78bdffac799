# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which characters count as the same.

One character at a time, so that every folded character knows which original
one it came from. Words are the business of ``normalise``.
"""

import re
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
#: Russians have no other letter for it, and Ukrainians lost it for decades.
_DRAWN_DIFFERENTLY["ґ"] = "\u0433"

#: Letters of other scripts that look like a Latin one, after folding. They are
#: used in words that mix scripts, so faux Cyrillic may be read freely.
LOOKALIKES = dict(
    zip(
        "авсеһіјкмнорԛѕтухьԁԝѵгияпшзαβγεηικνορτυχωօսհոցզաᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᏀᏃᏏᏙᏚᏞᏟᏢᏦ",
        "abcehijkmhopqstyxbdwvrnrnweabyenikvoptuxwouhngqwdrtiajewmhgzbvslcpk",
        strict=True,
    )
)

#: The other way round, for a Latin letter in a word in Cyrillic.
CYRILLIC_LOOKALIKES = dict(zip("abcehikmoptxy", "авсенікмортху", strict=True))

#: Letters that neither Russian nor Ukrainian has: there they are a disguise.
NEVER_RUSSIAN = frozenset("ѕԁԛԝһѵ")

#: Letters in squares and circles that Unicode does not take apart.
_ENCLOSED = ((0x1F150, 26), (0x1F170, 26))
#: Two of these are a flag; more of them may spell a word.
_FIRST_FLAG_LETTER = 0x1F1E6
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+")

#: What stands in texts without hiding anything: letters of living languages,
#: ligatures out of PDFs, soft hyphens, byte order marks, emoji presentation.
_ORDINARY = frozenset("øđłıħŧʋґ\ufb00\ufb01\ufb02\ufb03\ufb04\xad\ufeff\ufe0f")

#: Colours of skin, which would part one emoji from the next.
_SKIN = (0x1F3FB, 0x1F3FF)


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
    code = ord(char)
    if code >= _ENCLOSED[0][0]:
        if _SKIN[0] <= code <= _SKIN[1]:
            return ""
        for first, count in _ENCLOSED:
            if first <= code < first + count:
                return chr(ord("a") + code - first)
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


def compose(before, char):
    """The one letter that a letter and its trailing part make, if they do.

    Japanese voice marks and the parts of Korean syllables, which half-width
    text and names of files from a Mac carry one by one.
    """
    if char not in "\u3099\u309a" and not "\u1161" <= char <= "\u11c2":
        return ""
    whole = unicodedata.normalize("NFC", before + char)
    return whole if len(whole) == 1 else ""


def unflag(text):
    """The letters that flags are made of as letters, but for single flags."""
    return _FLAG_LETTERS.sub(_spell_flags, text)


def _spell_flags(match):
    run = match.group()
    if len(run) == 2:
        return run
    return "".join(chr(ord("a") + ord(char) - _FIRST_FLAG_LETTER) for char in run)


def is_disguised(text):
    """Is there more in it than letters as they are typed, printed or extracted?"""
    text = unicodedata.normalize("NFC", text)
    return not text.isascii() and any(map(_is_disguise, text))


@lru_cache(maxsize=8192)
def _is_disguise(char):
    if char in _ORDINARY or "\uff00" <= char <= "\uffef":
        return False
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
    if 0x0530 <= code <= 0x058F:
        return "armenian"
    if 0x13A0 <= code <= 0x13FF:
        return "cherokee"
    return ""
