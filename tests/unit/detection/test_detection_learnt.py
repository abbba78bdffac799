# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What many harmless words mean together."""

import itertools
import random

import pytest

from pretalx_coc.detection import Phrases, check_text
from pretalx_coc.detection import learnt as learnt_weights
from pretalx_coc.detection.datafiles import read_weights, weighed_languages
from pretalx_coc.detection.languages import Detected
from pretalx_coc.detection.learnt import NUMBER, look
from pretalx_coc.detection.lexicon import available, load
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise
from pretalx_coc.detection.parts import Part
from pretalx_coc.detection.passages import MAX_PASSAGE
from pretalx_coc.detection.phrases import NONE, literal
from pretalx_coc.detection.windows import features, speaking, windows

INNUENDO = {
    "en": "At our stand six stunning hostesses in very short skirts will keep you "
    "company, and they are happy to be photographed sitting on your lap.",
    "de": "An unserem Stand verwöhnen euch sechs bildhübsche Hostessen in sehr kurzen "
    "Röcken, die sich gern auf eurem Schoß fotografieren lassen.",
    "fr": "Sur notre stand, six hôtesses ravissantes en jupe très courte s'assoient "
    "volontiers sur vos genoux pour la photo.",
}
ORDINARY = {
    "en": "We moved forty services to one cluster, and this talk shows how we "
    "measured what it cost and which mistakes we would not make again.",
    "de": "Wir haben vierzig Dienste in einen Cluster verschoben. Der Vortrag zeigt, "
    "was das gekostet hat und welche Fehler wir nicht noch einmal machen würden.",
    "fr": "Nous avons déplacé quarante services vers un seul cluster. Cet exposé "
    "montre ce que cela a coûté et les erreurs à ne pas refaire.",
}


LOOKED_AT = (
    "I mentor young women only, in the evening, at my place, and I ask for nothing "
    "that you would not enjoy giving."
)


PACKAGE = (
    "The VIP package includes a driver, a dinner and a companion who stays until "
    "breakfast."
)


def learnt(text, language, phrases=NONE):
    findings = check_text(text, language, phrases).findings
    return [finding for finding in findings if finding.rule.endswith(f".{NUMBER}")]


def learnt_with(text, language, phrase):
    return learnt(text, language, Phrases(allowed=(phrase,)))


def test_every_language_with_a_word_list_has_weights():
    assert tuple(weighed_languages()) == available()


@pytest.mark.parametrize("language", weighed_languages())
def test_a_file_of_weights_says_what_goes_for_all_and_nothing_twice(language):
    head, worth = read_weights(language)
    assert set(head) == {"bias", "threshold", "apart"}
    assert len(worth) > 1000
    assert {name.partition(":")[0] for name in worth} <= set("wskbtperh")
    assert all(worth.values())


@pytest.mark.parametrize("language", INNUENDO)
def test_innuendo_without_a_bad_word_is_worth_a_look(language):
    findings = check_text(INNUENDO[language], language).findings
    assert "review" in {finding.level for finding in findings}


@pytest.mark.parametrize("language", ORDINARY)
def test_an_ordinary_talk_is_left_alone(language):
    assert check_text(ORDINARY[language], language).findings == ()


def test_a_finding_names_the_words_that_speak_for_it_and_points_at_some_of_them():
    text = f"{ORDINARY['en']}\n\n{LOOKED_AT}\n\n{ORDINARY['en']}"
    (finding,) = learnt(text, "en")
    passage = text[finding.start : finding.end].lower()
    named = dict(finding.steps)["learnt"].split(", ")
    assert len(named) > 2
    assert [word for word in named if word not in text.lower()] == []
    assert [word for word in named if word in passage]
    assert passage in LOOKED_AT.lower()
    assert finding.reason.endswith(".")


@pytest.mark.parametrize(
    "text",
    (
        f"{LOOKED_AT} " * 30,
        LOOKED_AT.replace(".", "").replace(",", "") * 400,
        LOOKED_AT.replace(" ", f" {'-' * 300} "),
        LOOKED_AT.replace("mentor", f"mentor{'r' * 5000}"),
        "我们展台的姑娘不懂技术，她们穿得很少，可谁是来听技术的呢" * 200,
    ),
)
def test_a_passage_is_short_whatever_the_length_of_a_sentence_or_a_word(text):
    findings = learnt(text, None)
    assert findings
    for finding in findings:
        passage = text[finding.start : finding.end]
        assert 0 < len(passage) <= MAX_PASSAGE
        assert passage == passage.strip()


def test_a_passage_lies_in_one_sentence():
    text = f"{LOOKED_AT} {PACKAGE}"
    found = learnt(text, "en")
    assert found
    assert [one for one in found if "." in text[one.start : one.end]] == []


def test_words_in_a_safe_phrase_say_nothing():
    lexicon = load("en")
    text = "Massage the data of the girls"
    words = normalise(text).words
    matches = [
        (found.entry, words[found.first].start, words[found.last].end)
        for found in match(words, lexicon)
    ]
    forms, left = speaking(words, matches)
    assert forms == [None, None, None, "of", "the", "girls"]
    assert {entry.kind for entry, start, _ in left if start < 16} == {"safe"}
    assert {"w:massage", "w:data", "b:the data", "b:data of"}.isdisjoint(
        features(forms, lexicon, [])
    )


def test_words_without_a_safe_phrase_all_speak():
    words = normalise("The data of the girls").words
    assert speaking(words, []) == ([word.form for word in words], [])


ALLOWABLE = (
    ("en", LOOKED_AT),
    ("en", f"{ORDINARY['en']} {LOOKED_AT} {ORDINARY['en']}"),
    ("de", "Die Damen aus der Buchhaltung bringen Kuchen und Ausschnitt."),
    ("nl", "Mijn ex was een mainframe, mijn nieuwe is een slank modelletje."),
    ("ja", "美人秘書がついてくるプラン、松竹梅の三つをご用意しました。"),
    ("zh", "房间号八零六，红酒已开，浴袍两件，女讲师请一个一个来。"),
    ("ko", "저희 부스 언니들은 설명은 못 해도 보는 재미는 확실합니다."),
)


@pytest.mark.parametrize(("language", "text"), ALLOWABLE)
def test_a_passage_that_the_event_allows_is_not_shown_again(language, text):
    (finding,) = learnt(text, language)
    passage = text[finding.start : finding.end]
    allowed = Phrases(allowed=(literal(passage),))
    assert check_text(text, language, allowed).findings == ()


@pytest.mark.parametrize(("language", "text"), ALLOWABLE)
def test_other_phrases_that_the_event_allows_change_nothing(language, text):
    allowed = Phrases(allowed=("penguin parade", "企鹅游行"))
    before = check_text(text, language)
    assert check_text(text, language, allowed) == before


def test_allowed_words_speak_no_more_for_what_stands_around_them():
    (before,) = learnt(PACKAGE, "en")
    after = learnt_with(PACKAGE, "en", "breakfast")
    assert "breakfast" in dict(before.steps)["learnt"].split(", ")
    assert [one for one in after if one.strength >= before.strength] == []
    assert [one for one in after if "breakfast" in dict(one.steps)["learnt"]] == []


def test_what_speaks_against_it_still_does_so_when_it_is_allowed():
    text = f"{PACKAGE} Harassment is not tolerated."
    (alone,), (before,) = learnt(PACKAGE, "en"), learnt(text, "en")
    (after,) = learnt_with(text, "en", "harassment is not tolerated")
    assert after.strength <= before.strength < alone.strength


def test_an_allowed_passage_hides_no_other_sentence():
    other = "Naked dancers wait for you in the sauna."
    (finding,) = learnt(LOOKED_AT, "en")
    phrase = LOOKED_AT[finding.start : finding.end]
    text = f"{LOOKED_AT} {other}"
    found = check_text(text, "en", Phrases(allowed=(phrase,))).findings
    assert found
    assert {one.start >= len(LOOKED_AT) for one in found} == {True}


def test_a_rule_that_is_sure_explains_its_window_alone():
    text = "Naked girls will dance on the tables of our booth, and they love it."
    rules = {finding.rule for finding in check_text(text, "en").findings}
    assert rules
    assert not [rule for rule in rules if rule.endswith(f".{NUMBER}")]


def test_every_sentence_is_in_a_window_and_no_window_within_another():
    text = " ".join(f"Sentence {n} has {'more ' * (n % 30)}words." for n in range(80))
    words = normalise(text).words
    found = list(windows(words, 0, len(words), "en"))
    covered = set(itertools.chain(*(range(*span) for span in found)))
    assert covered == set(range(len(words)))
    assert [first for first, _ in found] == sorted({first for first, _ in found})
    assert [last for _, last in found] == sorted({last for _, last in found})
    assert max(last - first for first, last in found) <= 60


def test_what_one_row_of_characters_hides_is_cut():
    words = normalise("word " * 1000).words
    assert max(b - a for a, b in windows(words, 0, len(words), "en")) <= 60
    assert list(windows(words, 5, 5, "en")) == []


def test_a_window_has_each_feature_once():
    lexicon = load("en")
    once = features(["tight", "skirt"], lexicon, [])
    assert features(["tight", "skirt", "tight", "skirt"], lexicon, []) - once == {
        "b:skirt tight"
    }


def test_only_the_language_of_a_part_is_asked():
    words = normalise(INNUENDO["de"]).words
    whole = (0, len(words))
    asked = [
        look(words, (Part(*whole, Detected(found)),), hint, [])
        for found, hint in (((), None), (("lt",), "de"))
    ]
    assert asked == [([], None), ([], None)]


@pytest.mark.parametrize(("language", "most"), (("en", 60), ("zh", 150)))
def test_every_word_is_read_and_none_more_than_a_dozen_times_or_so(language, most):
    chance = random.Random(4)
    for longest in (1, 2, 5, 30, 200):
        lengths = [chance.randint(1, longest) for _ in range(300)]
        words = normalise(" ".join("word " * length + "." for length in lengths)).words
        times = [0] * len(words)
        for first, last in windows(words, 0, len(words), language):
            assert last - first <= most
            for index in range(first, last):
                times[index] += 1
        assert min(times) == 1
        assert max(times) <= 20


@pytest.mark.parametrize("text", ("美女。" * 400, f"{INNUENDO['en']} " * 40))
def test_of_many_suspicious_windows_not_all_are_weighed_and_that_is_said(
    text, monkeypatch
):
    monkeypatch.setattr(learnt_weights, "MAX_WINDOWS", 20)
    (left,) = check_text(text).unchecked
    assert left.code == "number"
    assert 0 < left.start < left.end == len(text)
    assert left.reason == (
        "Only the first 5,000 groups of sentences that might suggest something "
        "together were weighed."
    )


def test_words_without_an_end_are_cut_in_the_explanation():
    long = "x" * 9000
    text = f"Naked girlfriend{long} and hot naked girls moan at the porn party."
    findings = check_text(text, "en").findings
    details = [detail for finding in findings for _, detail in finding.steps]
    assert max(map(len, details)) == 300
