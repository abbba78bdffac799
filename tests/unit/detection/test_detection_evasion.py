# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words in disguise are read as readers see them, and cut as they stand."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pretalx_coc.detection import check_text
from pretalx_coc.detection.lexicon import build
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise

WORDS = ("sexy", "porn", "порно", "sexo", "セックス", "色情", "야동", "🍆 💦")

LEXICON = build(
    "xx",
    {
        "entry": [
            {
                "id": "1",
                "words": [word, f"zzz {word}"],
                "category": "pornography",
                "strength": 0.7,
                "hit": "",
                "miss": "",
            }
            for word in WORDS[:1]
        ]
        + [
            {
                "id": str(number),
                "words": [word],
                "category": "pornography",
                "strength": 0.7,
                "hit": "",
                "miss": "",
            }
            for number, word in enumerate(WORDS[1:], start=2)
        ]
    },
)


def passages(text):
    found = []
    for words in normalise(text):
        for entry, first, last, _ in match(words, LEXICON):
            if entry.rule != "xx.pornography.1" or words[first].form != "zzz":
                start = min(words[first].start, words[last].start)
                found.append(text[start : max(words[first].end, words[last].end)])
    return found


@pytest.mark.parametrize(
    "text",
    (
        # Digits and signs for letters
        "s3xy",
        "$exy",
        "s€xy",
        "p0rn",
        "п0рно",
        # Spaces
        "s e x y",
        "s  e  x  y",
        "p\no\nr\nn",
        "セ ッ ク ス",
        "色 情",
        # Punctuation inside
        "s.e.x.y",
        "p-o-r-n",
        "po-rn",
        "po.rn",
        "se·xy",
        "p|o|r|n",
        "p...o...r...n",
        "p_o_r_n",
        "s*xy",
        "п*рно",
        "セ○クス",
        "色・情",
        # Repeats
        "seexxxy",
        "ppoorrnn",
        "порррно",
        "🍆🍆🍆💦💦",
        # Look-alikes and mixed scripts
        "sеxy",
        "pоrn",
        "ѕеху",
        "рorn",
        "pοrn",
        "pогп",
        "pօrn",
        "ᏢoᎡn",
        "пoрнo",
        # Shapes of letters
        "ｐｏｒｎ",
        "𝓅ℴ𝓇𝓃",
        "𝗉𝗈𝗋𝗇",
        "ⓟⓞⓡⓝ",
        "🄿🄾🅁🄽",
        "🅟🅞🅡🅝",
        "🅿🅾🆁🅽",
        "🇵🇴🇷🇳",
        "ᴘᴏʀɴ",
        "ᵖᵒʳⁿ",
        "ｾｯｸｽ",
        # What cannot be seen
        "p\u200bo\u200brn",
        "po\u2060rn",
        "po\xadrn",
        "p\u034forn",
        "\ufeffporn",
        "야\u200b동",
        # Marks
        "p\u0336o\u0336r\u0336n\u0336",
        "põ̃r̈n̊",
        # Turned around
        "\u202enrop\u202c",
        "p\u202ero\u202cn",
        "\u202eyxes",
        # Markup
        "&#112;orn",
        "p&#x6f;rn",
        "po&shy;rn",
        "&pscr;orn",
        "po<b></b>rn",
        "<i>p</i>orn",
        "p<!-- x -->orn",
        "p<span class='a'>o</span>rn",
        "p**o**rn",
        "p_or_n",
        "**po**rn",
        "se~~x~~y",
        "[porn](http://example.org)",
        "[po](http://example.org)rn",
        "po[rn](x)",
        # Emoji
        "🍆💦",
        "🍆\ufe0f💦",
        "🍆🏽💦",
        "🍆 💦",
    ),
)
def test_a_disguise_is_read_and_cut_as_it_stands(text):
    for before, after in (("", ""), ("xx ", " yy"), ("xx, ", ". Yy"), ("«", "»")):
        whole = f"{before}{text}{after}"
        found = passages(whole)
        assert found, whole
        shown = {part.strip(f"{before}{after}[]*()<>i/_\u202e\u202c") for part in found}
        assert any(part and part in whole for part in shown)
        for part in found:
            assert part in whole


@pytest.mark.parametrize(
    "text",
    (
        "рог",
        "List<b> c = a<i>(x)",
        "пороно",
        "R2D2 and C3PO",
        "p.12, o.13",
        "version 1.0.3 of po",
        "se. Xy",
        "по рно",
        "AT&T; R&D",
        "array[po](rn)",
        "🇩🇪 🇫🇷",
        "po\n\nrn",
    ),
)
def test_what_is_no_disguise_stays(text):
    assert passages(text) == []


def test_a_single_flag_is_no_word():
    assert [word.form for word in normalise("in 🇩🇪 now").words] == ["in", "now"]


def test_markup_around_words_parts_sentences_only_where_it_does_on_the_page():
    def gaps(text):
        return [(w.form, w.gap) for w in normalise(text).words]

    assert gaps("<p>one</p><p>two</p>") == [("one", "\n\n"), ("two", "\n\n")]
    assert gaps("<b>one</b> <i>two</i>") == [("one", " "), ("two", " ")]
    assert [form for form, _ in gaps("an <Int> by")] == ["an", "int", "by"]


def test_a_word_from_an_entity_covers_the_whole_entity():
    text = "x &#112;or&#110; x"
    assert passages(text) == ["&#112;or&#110;"]


def test_a_disguise_raises_and_is_explained():
    plain = check_text("Some porn here", "en").findings[0]
    for text, step in (
        ("Some p0rn here", "leet"),
        ("Some p.o.r.n here", "punctuation"),
        ("Some p o r n here", "spacing"),
        ("Some pоrn here", "look-alikes"),
        ("Some p\u200born here", "characters"),
        ("Some \u202enrop\u202c here", "backwards"),
    ):
        finding = check_text(text, "en").findings[0]
        assert ("unmasked", step) in finding.steps
        assert finding.strength > plain.strength


@pytest.mark.parametrize(
    "text",
    ("cafe\u0301", "ﬁnal", "ＡＢＣ", "Łódź", "søster", "Wort\xadteil", "\ufeffword"),
)
def test_what_is_typed_printed_or_extracted_so_is_no_disguise(text):
    assert [word.steps for word in normalise(text).words] == [()]


PIECES = st.lists(
    st.sampled_from(
        [
            *"pornsexyпорно ",
            "&#112;",
            "&shy;",
            "&amp;",
            "<b>",
            "</b>",
            "<p>",
            "<!--",
            "-->",
            "[",
            "](x)",
            "**",
            "\u202e",
            "\u202c",
            "\u200b",
            "🇵",
            "🍆",
            "色",
            "エ",
            "ｶﾞ",
            ".",
            "\n\n",
        ]
    ),
    max_size=40,
).map("".join)


@settings(deadline=None)
@given(PIECES)
@example("\u202e" * 5)
@example("<b><b")
def test_words_cut_the_original_whatever_is_wrapped_around_them(text):
    words, turned = normalise(text)
    previous = 0
    for word in words:
        assert 0 <= word.start < word.end <= len(text)
        assert previous <= word.start
        previous = word.start
    for word in turned:
        assert 0 <= word.start < word.end <= len(text)
    check_text(text)


@given(PIECES)
def test_normalising_markup_twice_changes_nothing(text):
    once = normalise(text).text
    assert normalise(once).text == once


def test_singles_of_different_scripts_are_no_word():
    assert [word.form for word in normalise("p エ p").words] == ["p", "エ", "p"]


@pytest.mark.parametrize(
    ("text", "found"),
    (
        ("The c0ck and the hen", ["c0ck"]),
        ("The c o c k and the hen", ["c o c k"]),
        ("The c&#111;ck and the hen", ["c&#111;ck"]),
        ("The c*ck and the hen", ["c*ck"]),
        ("The c**o**ck and the hen", ["c**o**ck"]),
        ("To jest c h u j i inne", ["c h u j i"]),
        ("The pen is here, a nal le", []),
    ),
)
def test_an_ordinary_word_counts_where_it_is_hidden(text, found):
    passages = [
        text[finding.start : finding.end]
        for finding in check_text(text).findings
        if finding.level == "review"
    ]
    assert passages == found


def test_what_protects_is_written_in_the_open():
    text = "We show p0rn to everybody, h4rassment or not."
    assert check_text(text, "en").findings[0].level == "review"


def test_a_topic_hardly_lowers_what_is_hidden():
    text = "A classifier for p0rn, which we have collected."
    (finding,) = check_text(text, "en").findings
    assert finding.level == "review"
    assert "lowered" in dict(finding.steps)
