# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Phrases that an event watches or allows, as the detectors compare them."""

import pytest

from pretalx_coc.detection import PhraseError, Phrases, check_text
from pretalx_coc.detection.phrases import covers, literal, occurs, pattern

BAD = "Before the demo we show hot naked girls on every slide."


def passages(text, **phrases):
    found = check_text(text, None, Phrases(**phrases)).findings
    return [text[entry.start : entry.end] for entry in found]


def watched(*texts):
    return {"watched": tuple((text, "innuendo") for text in texts)}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    (
        ("beach party", "Then our Beach-Party starts.", ["Beach-Party"]),
        ("beach party", "A b\u00e9ach\tPARTY!", ["b\u00e9ach\tPARTY"]),
        ("crypto*", "No cryptobros here, no crypto.", ["cryptobros", "crypto"]),
        ("*bros", "No cryptobros here.", ["cryptobros"]),
        ("*tobr*", "No cryptobros here.", ["cryptobros"]),
        ("blockchain", "Call it bl0ckch4in.", ["bl0ckch4in"]),
        ("blockchain", "Call it b l o c k c h a i n today.", ["b l o c k c h a i n"]),
        ("blockchain", "Call it bl\u200bockchain.", ["bl\u200bockchain"]),
        ("вечеринка", "Наша Вечеринка сегодня", ["Вечеринка"]),
        ("温泉", "今夜は温泉で会いましょう", ["温泉"]),
        ("🦄", "We love 🦄 a lot", ["🦄"]),
        ("beach party", "The beach. Party of five.", []),
        ("crypto", "cryptobros", []),
    ),
)
def test_watched_phrase_is_found_as_the_detectors_compare_words(phrase, text, found):
    assert passages(text, **watched(phrase)) == found


def test_watched_phrase_is_always_shown_even_where_a_topic_protects():
    text = "How moderation research prevents harassment: the beach party policy."
    (finding,) = check_text(text, None, Phrases(**watched("beach party"))).findings
    assert (finding.level, finding.category) == ("review", "innuendo")
    assert finding.rule == "own.innuendo"
    assert ("own", "beach party") in finding.steps


def test_watched_phrase_changes_no_other_finding():
    text = f"{BAD} Then the beach party."
    before = check_text(text).findings
    after = check_text(text, None, Phrases(**watched("beach party"))).findings
    assert set(before) < set(after)
    assert len(after) == len(before) + 1


def test_allowed_phrase_takes_its_passage_away_and_lets_nothing_come_up():
    before = passages(BAD)
    assert "naked girls" in before
    after = passages(BAD, allowed=("naked girls",))
    assert after == [passage for passage in before if passage != "naked girls"]


def test_allowed_phrase_may_be_longer_than_the_passage_but_not_shorter():
    before = passages(BAD)
    assert passages(BAD, allowed=(BAD,)) == []
    assert "naked girls" in passages(BAD, allowed=("naked",))
    assert len(passages(BAD, allowed=("naked",))) == len(before)


def test_allowed_phrase_wins_over_a_watched_one():
    assert passages("The Beach Party.", **watched("beach*"), allowed=("beach",)) == []


@pytest.mark.parametrize(
    ("phrase", "why"),
    (
        ("", "empty"),
        ("–!", "empty"),
        ("*", "everything"),
        ("***", "everything"),
        ("beach *", "everything"),
        ("a", "short"),
        ("7", "short"),
        ("a*", "short"),
        ("*ab*", "short"),
        ("的", "short"),
        ("the", "ordinary"),
        ("für", "ordinary"),
        ("to be or not", "ordinary"),
        ("the*", "ordinary"),
        ("One. Two", "sentence"),
    ),
)
def test_phrase_that_fits_nothing_or_everything_is_refused(phrase, why):
    with pytest.raises(PhraseError) as error:
        pattern(phrase)
    assert error.value.code == why


@pytest.mark.parametrize(
    ("one", "other"),
    (("Béach  PARTY", "beach-party"), ("b e a c h", "beach"), ("“Beach”", "beach")),
)
def test_phrases_that_are_compared_alike_have_one_pattern(one, other):
    assert pattern(one) == pattern(other)


@pytest.mark.parametrize(
    "passage", ("**hot** girls", "f*ck", "s e x y", "sex-toys", "巨乳", "b00bs")
)
def test_passage_as_a_phrase_covers_itself(passage):
    assert covers("", passage, "", Phrases(allowed=(literal(passage),)))


def test_stars_of_a_passage_are_no_pattern():
    assert literal("*hot* girls*") == "hot girls"
    assert not covers("", "girlsnight", "", Phrases(allowed=(literal("girls*"),)))


def test_what_stands_around_counts_for_a_longer_phrase():
    phrases = Phrases(allowed=("naked mole rats",))
    assert covers("Our ", "naked mole", " rats dig", phrases)
    assert not covers("Our ", "naked mole", " cats dig", phrases)


def test_phrase_that_newer_rules_refuse_keeps_no_text_from_being_checked():
    assert passages(BAD, allowed=("*",), watched=(("a", "innuendo"),)) == passages(BAD)


def test_places_of_a_phrase_cut_the_original_text():
    text = "Beach-Party, then béach\nparty."
    assert [text[start:end] for start, end in occurs(text, "beach party")] == [
        "Beach-Party",
        "béach\nparty",
    ]


def test_many_phrases_get_through_an_adversarial_text():
    phrases = Phrases(
        watched=tuple((f"aa{number}*", "innuendo") for number in range(300)),
        allowed=("aaa aaa aaa aaa",),
    )
    text = "aaa " * 100_000
    assert check_text(text, None, phrases).findings == ()
