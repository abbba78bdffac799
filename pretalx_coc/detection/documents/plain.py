# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Bytes to text, whatever its author's editor made of it."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # The longer one first: both begin with the same two bytes.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: What was usual before Unicode, by language; elsewhere it was cp1252.
_BEFORE_UNICODE = {
    "cs": "cp1250",
    "ja": "cp932",
    "ko": "cp949",
    "pl": "cp1250",
    "ru": "cp1251",
    "tr": "cp1254",
    "uk": "cp1251",
    "zh": "gb18030",
}
_WESTERN = "cp1252"

_SAMPLE = 4096

#: In texts of Western Europe, fewer letters than this are not ASCII.
_MOST_ACCENTS = 0.25

#: Some escape sequences and form feeds are fine; more is no text.
_MOST_CONTROLS = 0.02
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\b"))


def decode(data, language="", *, is_cut=False):
    """The text, and whether its encoding is a guess; (None, False) for no text.

    Unicode is recognised by its mark or by being valid, what is none is read in
    the encoding that was usual for ``language``. ``is_cut`` tells that the data
    end in the middle, so that half a character at the end is no mistake.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), False
    encoding = _utf16_without_mark(data)
    if encoding:
        return data.decode(encoding, "replace"), False
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\0" in data or controls > _MOST_CONTROLS * len(data):
        return None, False
    try:
        # Half a character at the end of a cut text is left out.
        return codecs.getincrementaldecoder("utf-8")().decode(data, not is_cut), False
    except UnicodeDecodeError:
        pass
    usual = _BEFORE_UNICODE.get(language.partition("-")[0].lower())
    if usual:
        return data.decode(usual, "replace"), True
    sample = data[: 1 << 20]
    accents = sum(byte > 127 for byte in sample) / len(sample)
    return data.decode(_WESTERN, "replace"), accents > _MOST_ACCENTS


def _utf16_without_mark(data):
    """Every other byte of a mostly Latin text is zero then."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or len(data) % 2:
        return ""
    high, low = sample[::2], sample[1::2]
    half = len(low) / 2
    if low.count(0) > half and not high.count(0):
        return "utf-16-le"
    if high.count(0) > half and not low.count(0):
        return "utf-16-be"
    return ""
