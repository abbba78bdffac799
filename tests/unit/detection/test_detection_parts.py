# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A text that mixes languages is read part by part."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pretalx_coc.detection import check_text
from pretalx_coc.detection.normalise import normalise
from pretalx_coc.detection.parts import split

ENGLISH = (
    "This is a talk about the code that we have written and how it is tested. "
    "You will see what we have learnt, and why it would not work for all of them. "
)
GERMAN = (
    "In diesem Vortrag zeigen wir euch, wie die Daten aus dem Netz in das Lager "
    "kommen und was man dabei nicht vergessen darf. "
)
GREEK = "Μια ομιλία για το πώς γράφουμε κώδικα και τον διαβάζουμε μαζί με άλλους. "


def languages(text, hint=None):
    words = normalise(text).words
    return [
        (
            text[words[part.first].start : words[part.last - 1].end],
            part.detected.languages,
        )
        for part in split(words, hint)
    ]


def test_a_text_in_one_language_is_one_part():
    assert [found for _, found in languages(ENGLISH * 3)] == [("en",)]


def test_a_paragraph_in_another_language_is_a_part_of_its_own():
    found = languages(f"{ENGLISH * 4}\n\n{GERMAN}\n\n{ENGLISH * 4}", "en")
    assert [code for _, code in found] == [("en",), ("de",), ("en",)]
    assert found[1][0].startswith("In diesem")
    assert found[1][0].endswith("darf")


def test_the_word_list_of_one_part_does_not_run_over_another():
    # The German word for ribbed is a French insult, and so forth: what is an
    # entry in one language is an ordinary word in the next.
    crude = "Auf der Folie sind die dicken Titten der Kollegin für alle zu sehen. "
    text = f"{ENGLISH * 3}\n\n{GERMAN}{crude}\n\n{ENGLISH * 3}"
    rules = {finding.rule[:3] for finding in check_text(text, "en").findings}
    assert "de." in rules
    assert check_text(f"{GERMAN}\n\n{ENGLISH}", "de").findings == ()


def test_what_is_too_short_to_tell_goes_by_the_whole_text():
    found = languages(f"{GERMAN}\n\nKaffee Kuchen\n\n{ENGLISH}")
    assert all(set(code) <= {"de", "en"} and code for _, code in found)


def test_a_part_in_a_language_without_word_list_is_said_to_be_unread():
    text = f"{ENGLISH}\n\n{GREEK * 2}\n\n{ENGLISH}"
    (unchecked,) = check_text(text).unchecked
    assert text[unchecked.start :].startswith("Μια")
    assert text[unchecked.end :].startswith("This is a talk")


def test_a_heading_in_han_belongs_to_the_japanese_text_around_it():
    text = (
        "私たちのコードについて話します。これはとても楽しいです。\n\n開発環境構築手順書"
    )
    assert {code for _, found in languages(text) for code in found} == {"ja"}


@given(st.lists(st.sampled_from([ENGLISH, GERMAN, GREEK, "x", "色情。", "Да. "])))
def test_parts_follow_each_other_and_leave_nothing_out(pieces):
    words = normalise("\n\n".join(pieces)).words
    parts = split(words)
    assert parts[0].first == 0
    assert parts[-1].last == len(words)
    for one, other in pairwise(parts):
        assert one.last == other.first
