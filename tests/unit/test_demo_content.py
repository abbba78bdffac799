# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The demo's texts are complete, fit together, and name nobody who exists."""

import re
from collections import Counter
from io import BytesIO

import pytest

from demo import content, slides

LANGUAGES = {"en", "de", "fr", "es", "nl", "it"}
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
LINK = re.compile(r"(?:https?://|\bwww\.)[^\s)\"'>]+")
DOMAIN = re.compile(
    r"\b[\w-]+\.(?:com|net|org|info|io|dev|eu|de|fr|es|it|nl|uk|xxx)\b(?! =)",
    re.IGNORECASE,
)
# What the policy has to say, in either language.
POLICY_SUBJECTS = {
    "en": (
        "scope: video calls",
        "sexualised: slides",
        "sexualised: clothing",
        "sexualised: booths",
        "consequence: without a refund",
        "consequence: future events",
        "report: In person",
        "report: mail",
        "report: telephone",
        "report: Without your name",
        "before the event: before you submit",
        "afterwards: What happens with a report",
    ),
    "de": (
        "scope: Videokonferenzen",
        "sexualised: Folien",
        "sexualised: Kleidung",
        "sexualised: Ständen",
        "consequence: ohne Eintritt oder Reisekosten zu erstatten",
        "consequence: künftigen Veranstaltungen",
        "report: Persönlich",
        "report: Mail",
        "report: Telefon",
        "report: Ohne Namen",
        "before the event: vor der Einreichung",
        "afterwards: Was mit einer Meldung geschieht",
    ),
}


def all_texts():
    return {
        str(path.relative_to(content.CONTENT)): path.read_text(encoding="utf-8")
        for path in content.CONTENT.rglob("*.*")
    }


def test_there_are_about_thirty_proposals_in_six_languages():
    by_language = Counter(each.language for each in content.proposals().values())

    assert 28 <= by_language.total() <= 36
    assert set(by_language) == LANGUAGES
    assert set(content.event()["content_locales"]) == LANGUAGES


def test_most_proposals_are_harmless_and_a_few_are_not():
    kinds = Counter(each.kind for each in content.proposals().values())

    assert set(kinds) == {"plain", "tricky", "concern"}
    assert kinds["tricky"] >= 8
    assert 4 <= kinds["concern"] <= 6
    assert kinds["concern"] < kinds.total() / 5


def test_every_state_that_the_demo_shows_is_there():
    states = Counter(each.state for each in content.proposals().values())

    assert states["draft"] == 1
    assert states["withdrawn"] == 1
    assert states["accepted"] >= 4
    assert states["confirmed"] >= 3
    assert states["rejected"] >= 2
    assert states["submitted"] > states.total() / 2


@pytest.mark.parametrize("key", content.proposals())
def test_a_proposal_is_complete_and_fits_the_event(key):
    proposal, event = content.proposals()[key], content.event()

    assert 10 <= len(proposal.title) <= 200
    assert len(proposal.abstract) >= 80
    assert len(proposal.description) >= 120
    assert proposal.track in {track["key"] for track in event["tracks"]}
    assert proposal.type in {kind["key"] for kind in event["types"]}
    assert proposal.speakers
    assert set(proposal.speakers) <= set(content.speakers())


def test_every_speaker_is_on_a_proposal_and_has_a_biography():
    used = {name for each in content.proposals().values() for name in each.speakers}

    assert used == set(content.speakers())
    assert [
        speaker.key
        for speaker in content.speakers().values()
        if len(speaker.biography) < 60
    ] == []


def test_some_proposals_have_several_speakers():
    assert sum(len(each.speakers) > 1 for each in content.proposals().values()) >= 4


def test_the_speaker_who_logs_in_has_two_proposals_and_accepted():
    (speaker,) = (
        each
        for each in content.speakers().values()
        if each.email == "speaker@example.net"
    )
    own = [
        each.state
        for each in content.proposals().values()
        if speaker.key in each.speakers
    ]

    assert speaker.accepted == "en"
    assert sorted(own) == ["accepted", "submitted"]


def test_speakers_of_confirmed_talks_have_accepted_and_others_are_outstanding():
    """No talk is confirmed while a speaker of it is outstanding."""
    outstanding = {
        key for key, speaker in content.speakers().items() if not speaker.accepted
    }
    confirmed = {
        name
        for each in content.proposals().values()
        if each.state == "confirmed"
        for name in each.speakers
    }

    assert confirmed & outstanding == set()
    assert len(outstanding) >= 5


def test_accounts_are_told_apart_by_their_address():
    addresses = [each.email for each in content.speakers().values()]
    addresses += [person["email"] for person in content.event()["staff"]]

    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("name", all_texts())
def test_addresses_are_example_addresses_and_nothing_links_anywhere(name):
    text = all_texts()[name]

    assert set(ADDRESS.findall(text)) <= {"example.net"}
    assert LINK.findall(text) == []
    assert {found.lower() for found in DOMAIN.findall(text)} <= {"example.net"}


@pytest.mark.parametrize("name", all_texts())
def test_every_file_says_whose_it_is_and_on_what_terms(name):
    text = all_texts()[name]

    assert "SPDX-FileCopyrightText: 2026-present pretalx-coc contributors" in text
    assert "SPDX-License-Identifier: Apache-2.0" in text


def test_the_policy_is_there_in_english_and_german():
    assert set(content.policy()) == {"en", "de"}
    assert set(content.policy()) <= set(content.event()["locales"])


@pytest.mark.parametrize("language", ("en", "de"))
def test_a_policy_is_a_full_text_without_the_comment_of_its_file(language):
    text = content.policy()[language]

    assert text.startswith("# ")
    assert "<!--" not in text
    assert 500 <= len(text.split()) <= 900
    assert text.count("\n## ") == 8


@pytest.mark.parametrize(
    ("language", "subject"),
    tuple(
        (language, each)
        for language, found in POLICY_SUBJECTS.items()
        for each in found
    ),
)
def test_a_policy_covers_what_it_has_to(language, subject):
    assert subject.split(": ", 1)[1] in content.policy()[language]


def test_reviews_flags_and_verdicts_are_about_proposals_that_are_there():
    reviews = content.reviews()
    reviewers = {
        person["email"]
        for person in content.event()["staff"]
        if "reviewer" in person["role"]
    }
    entries = [*reviews["review"], *reviews["flag"], *reviews["verdict"]]

    assert {entry["proposal"] for entry in entries} <= set(content.proposals())
    assert {entry["by"] for entry in reviews["review"] + reviews["flag"]} == reviewers
    assert sum(bool(flag.get("retracted")) for flag in reviews["flag"]) == 1


def test_flags_and_verdicts_use_the_words_of_the_plugin():
    from pretalx_coc.enums import FlagReason, Verdict  # noqa: PLC0415 -- needs Django

    reviews = content.reviews()

    assert {flag["reason"] for flag in reviews["flag"]} <= set(FlagReason.values)
    assert {each["verdict"] for each in reviews["verdict"]} == set(Verdict.values)


def test_cases_use_the_words_of_the_plugin_and_what_is_there():
    from pretalx_coc.enums import FlagReason, Severity  # noqa: PLC0415 -- needs Django

    cases = content.cases()
    entries = [*cases["case"], *cases["report"]]
    flags = {flag["proposal"] for flag in content.reviews()["flag"]}
    staff = {person["email"] for person in content.event()["staff"]}

    assert {entry["flag"] for entry in cases["case"]} <= flags
    assert {entry["declares"] for entry in cases["case"]} <= staff
    assert {entry["severity"] for entry in entries} <= set(Severity.values)
    assert {entry["category"] for entry in cases["report"]} <= set(FlagReason.values)
    assert cases["outside"]["outside_email"] not in staff


def test_slides_belong_to_the_one_proposal_that_announces_them():
    with_slides = [key for key, each in content.proposals().items() if each.slides]

    assert with_slides == [content.slides()["proposal"]]


def test_slides_are_a_pdf_with_a_page_for_each_entry():
    pypdf = pytest.importorskip("pypdf")
    pages = content.slides()["page"]

    file = slides.as_pdf(pages=pages, author="Leon Schmidt")

    read = pypdf.PdfReader(BytesIO(file)).pages
    assert [page.extract_text().splitlines()[0] for page in read] == [
        page["title"] for page in pages
    ]


def test_slides_are_the_same_file_each_time():
    pages = content.slides()["page"]

    assert slides.as_pdf(pages=pages, author="A") == slides.as_pdf(
        pages=pages, author="A"
    )
