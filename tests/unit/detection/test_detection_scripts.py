# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Scripts without spaces are taken apart, and scripts tell languages."""

import pytest

from pretalx_coc.detection.languages import detect
from pretalx_coc.detection.lexicon import build
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise


def forms(text):
    return [word.form for word in normalise(text).words]


def matched(text, *patterns, classes=None):
    """The passages that patterns find in a text."""
    entry = {
        "id": "1",
        "words": list(patterns),
        "category": "innuendo",
        "strength": 0.5,
        "hit": "",
        "miss": "",
    }
    lexicon = build("xx", {"classes": classes or {}, "entry": [entry]})
    words = normalise(text).words
    found = match(words, lexicon)
    return [text[words[m.first].start : words[m.last].end] for m in found]


@pytest.mark.parametrize(
    ("text", "words"),
    (
        ("女の子", ["女", "の", "子"]),
        ("ピエロの話", ["ピエロ", "の", "話"]),
        ("AV女優", ["av", "女", "優"]),
        ("porn을 보다", ["porn", "을", "보다"]),
        ("ｴﾛ ｶﾞｲﾄﾞ", ["エロ", "ガイド"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", ["한국"]),
        ("色.情", ["色", "情"]),
        ("セ.ッ.ク.ス", ["セックス"]),
        ("色 情 片", ["色", "情", "片"]),
    ),
)
def test_text_without_spaces_is_taken_apart(text, words):
    assert forms(text) == words


@pytest.mark.parametrize(
    ("text", "passages"),
    (("エロ動画", ["エロ"]), ("ピエロの話", []), ("エロい話", ["エロ"])),
)
def test_katakana_is_matched_as_a_word(text, passages):
    assert matched(text, "エロ") == passages


def test_a_star_works_on_katakana_and_not_on_single_characters():
    assert matched("ギャルズの写真", "ギャル*") == ["ギャルズ"]
    assert matched("巨乳の", "巨乳*") == ["巨乳"]


def test_a_gap_skips_characters_and_ends_with_the_sentence():
    assert matched("盗撮した写真", "盗撮 ~6 写真") == ["盗撮した写真"]
    assert matched("盗撮。写真", "盗撮 ~6 写真") == []
    assert matched("盗撮あいうえおかき写真", "盗撮 ~6 写真") == []


def test_a_class_may_hold_words_of_several_characters():
    classes = {"people": ["女", "女の子", "ギャル*", "男 性".replace(" ", "")]}
    assert "裸の女の子" in matched("裸の女の子と", "裸 の @people", classes=classes)
    assert matched("裸の男性", "裸 の @people", classes=classes) == ["裸の男性"]
    assert matched("裸の子", "裸 の @people", classes=classes) == []


@pytest.mark.parametrize(
    ("one", "other"),
    (
        ("ISPARTA", "ısparta"),
        ("İLGİ", "ilgi"),
        ("Straße", "STRASSE"),
        ("ёлка", "Елка"),
        ("ґанок", "ГАНОК"),
        ("Łódź", "lodz"),
        ("ﾊﾟﾝﾂ", "パンツ"),
    ),
)
def test_spellings_that_readers_take_for_one_are_one(one, other):
    assert forms(one) == forms(other)


@pytest.mark.parametrize(
    ("text", "hint", "languages"),
    (
        ("Доклад о том, как мы пишем код и читаем его", None, {"ru"}),
        ("Доповідь про те, як ми пишемо код і читаємо його", "ru", {"uk"}),
        ("コードを書く話", None, {"ja"}),
        ("关于编写代码的演讲", None, {"zh"}),
        ("盗撮動画", "ja", {"ja", "zh"}),
        ("코드를 작성하는 방법", "en", {"ko"}),
        ("Za górami, za lasami jest to, co się nie śniło", None, {"pl"}),
        ("Jak jsme to udělali a proč by se to nemělo být dělat", None, {"cs"}),
        ("Veri tabanı için bir yöntem ve daha hızlı sorgular", None, {"tr"}),
        ("Hoe wij het netwerk bouwen en waarom dat niet werkt", None, {"nl"}),
        ("Hur vi bygger ett nätverk och varför det inte går", None, {"sv"}),
        ("Come scrivere il codice che non si rompe nella notte", None, {"it"}),
        ("Como escrever um código que não quebra e por quê", None, {"pt"}),
        ("Как да пишем код, който може да се чете и след време", None, {"bg"}),
    ),
)
def test_the_text_tells_its_language(text, hint, languages):
    detected = detect(normalise(text).words, hint)
    assert set(detected.languages) == languages


def test_words_in_another_script_add_the_language_that_is_written_in_it():
    words = normalise("A talk about how the word エロ is used and why").words
    assert detect(words).languages == ("en", "ja")
    words = normalise("A talk about the word девушки and how it is used").words
    assert set(detect(words).languages) == {"en", "ru", "uk"}


def test_a_script_without_word_list_is_named():
    assert detect(normalise("Μια ομιλία για το πώς").words).foreign_script == "greek"
