# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every entry of every word list does what its own examples say."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pretalx_coc.detection import CATEGORIES, LEVELS, check_text, lexicon
from pretalx_coc.detection.entries import LexiconError
from pretalx_coc.detection.languages import base_code
from pretalx_coc.detection.lexicon import available, build, load
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise

RULES = [
    pytest.param(language, entry, id=entry.rule)
    for language in available()
    for entry in load(language).entries
    if entry.kind == "rule"
]


def words_of(text):
    return normalise(text).words


def rules_found(text, language):
    return {finding.rule for finding in check_text(text, language).findings}


@pytest.mark.parametrize(("language", "entry"), RULES)
def test_entry_points_at_its_hit_example(language, entry):
    """By itself, or a stronger one does at its place: a passage is one finding."""
    matched = {found.entry.rule for found in match(words_of(entry.hit), load(language))}
    assert entry.rule in matched
    assert rules_found(entry.hit, language) != set()


@pytest.mark.parametrize(("language", "entry"), RULES)
def test_entry_leaves_its_miss_example_alone(language, entry):
    assert entry.rule not in rules_found(entry.miss, language)


@pytest.mark.parametrize(("language", "entry"), RULES)
def test_findings_of_examples_keep_the_agreed_form(language, entry):
    for finding in check_text(entry.hit, language).findings:
        assert finding.category in CATEGORIES
        assert finding.level in LEVELS
        assert 0 < finding.strength <= 1
        assert (finding.level == "review") is (finding.strength >= 0.7)
        assert finding.reason.endswith(".")
        assert finding.steps[0][0] == "matched"
        assert finding.steps[-1][0] == "scored"
        code, category, number = finding.rule.split(".")
        assert (base_code(code), category) == (code, finding.category)
        assert number.isdigit()


def test_four_languages_have_a_word_list():
    assert set(available()) >= {"de", "en", "es", "fr"}


def entry(**changes):
    return {
        "id": "1",
        "words": ["flurb"],
        "category": "innuendo",
        "strength": 0.5,
        "hit": "flurb",
        "miss": "blurb",
        **changes,
    }


def built(**changes):
    return build("xx", {"entry": [entry(**changes)]})


def test_a_well_formed_entry_is_accepted():
    (only,) = built().entries
    assert (only.rule, only.strength) == ("xx.innuendo.1", 0.5)


@pytest.mark.parametrize(
    ("changes", "message"),
    (
        ({"category": "rude"}, "unknown category 'rude'"),
        ({"strength": 0}, "strength"),
        ({"strength": 1.1}, "strength"),
        ({"words": ["@nobody"]}, "no class '@nobody'"),
        ({"words": ["~3"]}, "without words"),
        ({"words": ["a.b c"]}, "not one word"),
        ({"words": ["*"]}, "not one word"),
        ({"colour": "red"}, "unknown keys"),
        ({"case": "upper"}, "case"),
    ),
)
def test_a_malformed_entry_is_refused_with_its_place(changes, message):
    with pytest.raises(LexiconError, match=message) as error:
        built(**changes)
    assert "xx" in str(error.value)


def test_an_entry_without_an_example_is_refused():
    data = entry()
    del data["miss"]
    with pytest.raises(LexiconError, match="missing"):
        build("xx", {"entry": [data]})


def test_an_id_is_given_only_once():
    with pytest.raises(LexiconError, match="taken"):
        build("xx", {"entry": [entry(), entry(words=["other"])]})


def test_words_are_skipped_only_in_the_phrase_that_says_so():
    lexicon = build(
        "xx",
        {
            "entry": [
                entry(words=["make ~2 flurb"]),
                entry(id="2", words=["make glorp"], strength=0.6),
            ]
        },
    )

    def rules(text):
        return [m.entry.rule for m in match(normalise(text).words, lexicon)]

    assert rules("make it all flurb") == ["xx.innuendo.1"]
    assert rules("make it glorp") == []
    assert rules("make glorp") == ["xx.innuendo.2"]


def test_threads_that_start_together_share_one_lexicon(monkeypatch):
    built = []

    def count(language, data):
        built.append(language)
        return build(language, data)

    monkeypatch.setattr(lexicon, "_loaded", {})
    monkeypatch.setattr(lexicon, "build", count)
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(load, ["en"] * 8))
    assert built == ["en"]
    assert all(one is loaded[0] for one in loaded)
