# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What stands around a passage raises it, lowers it or excuses it."""

import pytest

from pretalx_coc.detection import check_text
from pretalx_coc.detection.context import Context
from pretalx_coc.detection.entries import LexiconError
from pretalx_coc.detection.learnt import NUMBER
from pretalx_coc.detection.lexicon import available, build, load
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise

DATA = {
    "context": {
        "safe": ["flurb ratio"],
        "topic": ["harass*"],
        "raise": ["tonight"],
        "negation": ["no", "without"],
        "forbid": ["is|are banned", "not allowed"],
        "quote": ["called", "comment*"],
        "name": ["dr", "mrs"],
    },
    "entry": [
        {
            "id": number,
            "words": [word],
            "category": category,
            "strength": 0.8,
            "hit": "",
            "miss": "",
        }
        for number, word, category in (
            ("1", "flurb", "pornography"),
            ("2", "wobble", "vulgar_anatomy"),
            ("3", "glimp", "innuendo"),
        )
    ],
}


def weighed(text, language="xx"):
    """Strength and steps of the one hit in a text."""
    words, _ = normalise(text)
    found = [
        (entry, words[first].start, words[last].end)
        for entry, first, last, _ in match(words, build(language, DATA))
    ]
    context = Context(text, [hit for hit in found if hit[0].kind != "rule"])
    (hit,) = [hit for hit in found if hit[0].kind == "rule"]
    if context.excused(*hit[1:]):
        return 0, {"excused": ""}
    strength, steps = context.weigh(*hit)
    return round(strength, 2), dict(steps)


@pytest.mark.parametrize(
    ("text", "strength", "step"),
    (
        ("Look at the flurb.", 0.8, None),
        ("Look at the flurb ratio.", 0, "excused"),
        ("Look at the flurb tonight.", 0.9, "raised"),
        ("Look at the flurb and at harassment.", 0.4, "lowered"),
        ("We show no flurb here.", 0.32, "negated"),
        ("A stage without any flurb.", 0.32, "negated"),
        ("Any flurb is banned here.", 0.32, "negated"),
        ("We have no time. Look at the flurb.", 0.8, None),
        ("Look at the flurb. Dogs are banned.", 0.8, None),
        ("Life without bugs is all flurb.", 0.8, None),
        ("A flurb without end.", 0.8, None),
        ("No: flurb.", 0.8, None),
        ("It is not allowed to show flurb.", 0.32, "negated"),
        ("No idea what may come next but I want to see flurb.", 0.8, None),
        # "No bra, no problem" denies nothing.
        ("There is no wobble here.", 0.8, None),
    ),
)
def test_words_around_a_passage_change_what_it_counts(text, strength, step):
    found, steps = weighed(text)
    assert found == strength
    assert set(steps) == ({step} if step else set())


@pytest.mark.parametrize(
    ("text", "strength"),
    (
        ("Somebody called her “a wobble” in a comment.", 0.4),
        ('One of the comments was "what a wobble" and worse.', 0.4),
        ("Ein Kommentar: „wobble“, called out.", 0.4),
        ("『wobble』 is what they called it.", 0.4),
        # No word that reports it
        ("Come and see “a wobble” with us.", 0.8),
        # The quotation is another one
        ("They called it “fine” and then came the wobble.", 0.8),
    ),
)
def test_a_quotation_counts_less_where_somebody_reports_it(text, strength):
    assert weighed(text)[0] == strength


@pytest.mark.parametrize(
    ("text", "strength"),
    (
        ("Yesterday Dr. Wobble spoke about the data.", 0.32),
        ("We met Mrs Wobble there.", 0.32),
        ("A tool that was written by Wobble Smith some years ago.", 0.32),
        # Not written like a name, or everything is
        ("A tool that was written by wobble smith some years ago.", 0.8),
        ("A Tool For Your Wobble And Other Things", 0.8),
        # Nobody is called that
        ("A site that was built by Flurb Hub some years ago.", 0.8),
    ),
)
def test_a_name_counts_less(text, strength):
    assert weighed(text)[0] == strength


def test_german_nouns_are_no_names_only_for_their_capitals():
    text = "Auf der Bühne ist heute der Wobble Klaus zu sehen und zu hören."
    assert weighed(text, "xx")[0] == 0.32
    assert weighed(text, "de")[0] == 0.8


def test_a_disguise_raises():
    text = "Look at the flurb."
    words, _ = normalise(text)
    ((entry, first, last, _),) = match(words, build("xx", DATA))
    context = Context(text, [])
    places = words[first].start, words[last].end
    assert context.weigh(entry, *places, ("leet",))[0] == pytest.approx(0.95)
    assert context.weigh(entry, *places, ("joined",))[0] == 0.8


def test_an_unknown_kind_of_context_is_refused():
    with pytest.raises(LexiconError, match="unknown context"):
        build("xx", {"context": {"maybe": ["word"]}})


def test_every_language_has_the_usual_words_for_denying_and_reporting():
    denied = check_text("There is no porn here.", "en").findings
    assert [finding for finding in denied if finding.level == "review"] == []
    assert [finding for finding in denied if finding.rule[-4:] != NUMBER] == []
    for language in available():
        kinds = {entry.kind for entry in load(language).entries}
        assert {"forbid", "quote"} <= kinds, language


def test_a_word_that_only_counts_in_disguise():
    data = {"entry": [{**DATA["entry"][1], "disguised": True}]}
    (entry,) = build("xx", data).entries
    assert entry.disguised
