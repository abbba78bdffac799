# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Placeholders, the starting texts, and the difference between two texts."""

import random
import re
import time

import pytest

from pretalx_coc.domain.policy_changes import SECONDS, changes
from pretalx_coc.domain.policy_text import (
    PLACEHOLDERS,
    fill,
    left_over,
    misspelt,
    starting_text,
)

VALUES = {"event_name": "PyCon", "contact_email": "a_b@example.org", "nothing": ""}


def test_known_placeholders_are_filled():
    text = "At {event_name}, write to {contact_email}."
    assert fill(text, VALUES) == "At PyCon, write to a_b@example.org."
    assert left_over(text, VALUES) == []


def test_left_over_ones_are_named_once_in_their_order():
    text = "{city} {nothing} {event_name} {city} {contact_fax}"
    assert left_over(text, VALUES) == ["city", "nothing", "contact_fax"]
    assert fill(text, VALUES) == "{city} {nothing} PyCon {city} {contact_fax}"


@pytest.mark.parametrize(
    "text",
    (
        "{ event_name }",
        "{{event_name}}",
        "\\{event_name}",
        "${event_name}",
        "{Event}",
        "{1}",
        "{}",
        "{a b}",
        "{x:>10}",
        "{_private}",
        "if (x) {return;}",
        "{" * 1000 + "a" + "}" * 1000,
    ),
)
def test_other_brackets_are_left_alone(text):
    assert left_over(text, VALUES) == []
    assert fill(text, VALUES) == text


@pytest.mark.parametrize(
    "text",
    (
        "{ event_name }",
        "{{event_name}}",
        "{{ Contact_Email }}",
        "{Event name}",
        "{event\\_name}",
        "{contact-phone}",
        "{EVENT_DATES}",
        "`{ event_name }`",
    ),
)
def test_what_is_meant_as_a_placeholder_is_found(text):
    assert misspelt(f"At {text}, and {{event_name}}, and {text}.") == [text.strip("`")]


@pytest.mark.parametrize(
    "text",
    (
        "{event_name}",
        "\\{event_name}",
        "\\{ event_name }",
        "\\{{event_name}}",
        "${event_name}",
        "{Event}",
        "{ code }",
        "{the event name}",
        "event_name",
    ),
)
def test_what_is_no_placeholder_or_a_right_one_is_not_misspelt(text):
    assert misspelt(text) == []


def test_value_that_looks_like_a_placeholder_is_no_placeholder():
    values = {"event_name": "The {contact_email} conference", "contact_email": "x"}
    assert fill("{event_name}", values) == "The {contact_email} conference"


def test_looking_for_placeholders_takes_no_time():
    began = time.perf_counter()
    for text in (
        "{a_" * 33_000,
        "{" * 100_000,
        "{a" + "_a" * 50_000,
        "{ event " * 12_000,
        "{event_name" + " }" * 40_000,
    ):
        left_over(text, VALUES)
        misspelt(text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("language", ("en", "de", "fr"))
def test_starting_text_is_complete_and_knows_its_placeholders(language):
    text = starting_text(language)
    assert text.startswith("# ")
    assert "SPDX" not in text
    names = set(re.findall(r"{(\w+)}", text))
    assert names == set(PLACEHOLDERS)
    assert left_over(text, dict.fromkeys(PLACEHOLDERS, "x")) == []
    assert 600 < len(text.split()) < 1000


def test_starting_texts_have_the_same_parts():
    def shape(language):
        return re.findall(r"^(#+|-) ", starting_text(language), re.MULTILINE)

    assert shape("en") == shape("de") == shape("fr")


@pytest.mark.parametrize(
    ("language", "words"),
    (
        ("en", "sexualised slides clothing booths online refund future anonymous"),
        ("de", "sexualisiert Folien Kleidung Stände online Erstattung künftig Namen"),
        ("fr", "sexualisé supports tenues stands ligne remboursement futurs nom"),
    ),
)
def test_starting_text_names_what_the_two_codes_name(language, words):
    text = starting_text(language).lower()
    words = words.replace("anonymous", "without your name").split()
    assert [word for word in words if word.lower() not in text] == []


@pytest.mark.parametrize(
    ("language", "expected"),
    (("de-formal", "de"), ("fr-ca", "fr"), ("es", ""), ("../en", ""), ("", "")),
)
def test_starting_text_of_other_languages(language, expected):
    assert starting_text(language) == (starting_text(expected) if expected else "")


def test_changes_by_words():
    assert changes("Be kind to all.", "Be friendly to all.") == [
        ("same", "Be "),
        ("removed", "kind"),
        ("added", "friendly"),
        ("same", " to all."),
    ]


def test_neighbouring_changes_are_joined():
    assert changes("a b c", "a x y") == [
        ("same", "a "),
        ("removed", "b c"),
        ("added", "x y"),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    (("a b", "a\n\nb"), ("x one", "x\n\none two"), ("a x y b", "a\nb"), ("ab", "a b")),
)
def test_words_between_which_only_spaces_changed_stay_apart(before, after):
    found = [passage for kind, passage in changes(before, after) if kind != "removed"]
    assert "".join(found) == after


def test_changes_of_equal_texts_are_none():
    assert changes("Same.", "Same.") == [("same", "Same.")]


def test_long_passages_that_stay_are_shortened_to_whole_words():
    same = " ".join(f"word{number}" for number in range(500))
    (kind, passage), (added, text) = changes(same, f"{same} new")
    assert (kind, added, text) == ("same", "added", " new")
    assert passage.startswith("word0 word1 ")
    assert " […] " in passage
    assert passage.endswith(" word499")
    assert len(passage) < 400


def test_difference_of_long_texts_is_found_in_bounded_time():
    shuffle = random.Random(1)
    words = [f"w{number}" for number in range(20_000)]
    before = " ".join(words)[:100_000]
    shuffle.shuffle(words)
    after = " ".join(words)[:100_000]
    pairs = [
        (before, after),
        ("a b " * 25_000, "b a a " * 16_000),
        ("x" * 100_000, "y" * 100_000),
        ("ab" * 50_000, "a b" * 33_000),
        ("".join(map(chr, range(0x4E00, 0x9FFF))), "\U0001f600" * 100_000),
    ]
    for old, new in pairs:
        began = time.perf_counter()
        found = changes(old, new)
        assert time.perf_counter() - began < SECONDS + 2
        assert found
