# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words keep their place in the text, and folding comes to an end."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pretalx_coc.detection.folding import fold_char
from pretalx_coc.detection.normalise import normalise

#: Random text, and text made of what disguises and breaks words.
texts = st.one_of(
    st.text(max_size=80),
    st.text("abexz oOSs .-_*@$!019\n\t", max_size=60),
    st.text(
        "pоrnѕех\u200b\u200d\u0301\u0327\u202e אבش 🍆💦ＰＯＲ𝓼ßİﬁ½ǹ^-.", max_size=60
    ),
)


def forms(text):
    return [word.form for word in normalise(text).words]


def readings(text):
    return {
        form.partition(":")[0]
        for word in normalise(text).words
        for form in (word.form, *(other for other, _ in word.others))
    }


@given(texts)
@example("a-b c d")
@example("x y z  a b  c")
@example("p--o--r--n")
@example("a a a b")
@example("'" * 40 + "p.o.r.n")
def test_normalising_twice_changes_nothing(text):
    once = normalise(text).text
    assert normalise(once).text == once


@given(texts)
def test_words_cut_the_text_in_order_and_are_never_empty(text):
    start = end = 0
    for word in normalise(text).words:
        assert word.form
        assert 0 <= word.start < word.end <= len(text)
        # Two words may share a character that folds to several, such as "¼".
        assert (start, end) <= (word.start, word.end)
        assert end <= word.end
        start, end = word.start, word.end


@given(st.lists(st.sampled_from(["slides", "girls", "of", "server"]), max_size=8))
def test_plain_words_stand_where_they_stood(words):
    text = "\u200b, ".join(words)
    found = [text[word.start : word.end] for word in normalise(text).words]
    assert [part.strip("\u200b") for part in found] == words


def test_folding_any_character_twice_changes_nothing():
    unstable = []
    for char in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.normalize("NFKD", char) == char == char.casefold():
            continue
        folded = fold_char.__wrapped__(char)
        if "".join(fold_char.__wrapped__(c) for c in folded) != folded:
            unstable.append(f"U+{ord(char):04X}")
    assert unstable == []


@pytest.mark.parametrize(
    ("text", "form"),
    (
        ("PORN", "porn"),
        ("ＰＯＲＮ", "porn"),
        ("𝓼𝓮𝔁", "sex"),
        ("Fᴜᴄᴋ", "fuck"),
        ("d\u200bi\u200bck", "dick"),
        ("ǹúd̂ẽs", "nudes"),
        ("pоrn", "porn"),
        ("bøøbs", "boobs"),
        ("p.o.r.n", "porn"),
        ("s e x y", "sexy"),
        ("s, e, x, y", "sexy"),
        ("Straße", "strasse"),
        ("c*ck", "c*ck"),
    ),
)
def test_disguises_fold_to_one_word(text, form):
    assert forms(text) == [form]


@pytest.mark.parametrize(
    ("text", "reading"),
    (
        ("h0rny", "horny"),
        ("fr33", "free"),
        ("$exy", "sexy"),
        ("p@rn", "parn"),
        ("d1ck", "dick"),
        ("sexxxy", "sexy"),
        ("dickkk", "dick"),
        ("po-rn", "porn"),
        ("is a s e x", "sex"),
    ),
)
def test_guesses_stand_beside_the_word(text, reading):
    assert reading in readings(text)
    assert reading not in forms(text)


@pytest.mark.parametrize("text", ("800B", "2x", "4K", "100", "3D"))
def test_quantities_are_not_read_as_letters(text):
    (word,) = normalise(text).words
    assert word.others == ()


@pytest.mark.parametrize("text", ("сех", "порно", "μορφη"))
def test_words_of_one_script_stay_in_it(text):
    (form,) = forms(text)
    assert not form.isascii()
    assert len(form) == len(text)


def test_marks_of_other_scripts_are_part_of_their_letters():
    for letter in "กี", "שָׁ", "कि":
        mark = letter[-1]
        assert unicodedata.category(mark).startswith("M")
        assert fold_char(mark) == mark


def test_a_sentence_end_is_kept_and_a_line_break_is_not_one():
    gaps = [word.gap for word in normalise("One two.\nThree\nfour\n\nfive").words]
    assert gaps == [" ", " ", "\n\n", " ", "\n\n"]
