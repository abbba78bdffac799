# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the subject reads: a text to start from, and what may give others away."""

import datetime as dt

import pytest
from django.utils.timezone import now

from pretalx.schedule.models import Room

from pretalx_coc.domain import case_items, cases, reports
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.reports import Somebody
from pretalx_coc.domain.statement_check import check_statement
from pretalx_coc.domain.statements import starting_text, statement_language
from pretalx_coc.enums import AlsoDone, CaseSubject, ItemRef, Measure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def subject(event, speaker, talk):
    return cases.subject_of_profile(factories.profile_of(speaker, event))


@pytest.fixture
def case(event, member, subject):
    return cases.open_case(event=event, by=member, subject=subject)


@pytest.fixture
def reported(event, member, subject):
    """A case with a report in which everything stands that gives people away."""
    witness = factories.make_user(name="Wim Witness", email="wim@witness.example")
    report = reports.write_down(
        event=event,
        by=member,
        subject=subject,
        text="He put his arm around me twice although I had asked him to stop it. "
        "That was at 3 pm on 21.11.2026.",
        happened="Friday evening, after the quiz",
        place="Coffee bar, second floor",
        reporter=Somebody(
            name="Rosa Reporter", contact="rosa@home.example, 0171 5551234"
        ),
        affected=[Somebody(name="Olga Özil", contact="@olga_oe")],
        witnesses=[Somebody(user=witness)],
    )
    return report.case


def passages(case, text):
    return [(warned.kind, warned.found) for warned in check_statement(case, text)]


@pytest.mark.parametrize("measure", Measure.values)
def test_every_measure_has_a_text_that_names_event_and_reader(
    event, case, talk, measure
):
    draft = Draft(
        measure=measure,
        reason="",
        talks=(talk.code,),
        also=tuple(AlsoDone.values),
        ends=now() + dt.timedelta(days=5),
        change_due=now() + dt.timedelta(days=3),
        conditions="Talk to us before you come.",
    )
    text = starting_text(case=case, draft=draft, language="en")
    assert text.startswith("Hello Ada Speaker,\n\nwe have looked into something that")
    assert text.endswith(f"The response team of {event.name}")
    assert "{" not in text
    assert "We ask of you: Talk to us before you come." in text


@pytest.mark.parametrize("measure", Measure.values)
def test_the_text_is_complete_enough_without_anything_chosen(case, measure):
    text = starting_text(
        case=case, draft=Draft(measure=measure, reason=""), language="en"
    )
    assert "{" not in text


def test_the_gaps_of_a_starting_text_are_pointed_at(case):
    draft = Draft(measure=Measure.WARNING, reason="")
    text = starting_text(case=case, draft=draft, language="en")
    assert passages(case, text) == [
        ("gap", "[what it is about, without naming anybody else]"),
        ("gap", "[why, in its terms]"),
    ]


def test_the_language_is_the_subject_s_where_the_event_speaks_it(event, case, speaker):
    speaker.locale = "de"
    speaker.save()
    assert statement_language(case) == "de"
    speaker.locale = "fr"
    speaker.save()
    assert statement_language(case) == "en"


def test_a_person_in_words_is_not_called_by_the_words(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    case = cases.open_case(event=event, by=member, subject=subject)
    draft = Draft(measure=Measure.WARNING, reason="")
    text = starting_text(case=case, draft=draft, language="en")
    assert text.startswith("Hello,\n")
    assert "Red hat" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("Rosa Reporter told us.", ("name", "Rosa Reporter")),
        ("ROSA told us.", ("name", "Rosa")),
        ("Rosa's table was near.", ("name", "Rosa")),
        ("Olga Ozil is not to be spoken to.", ("name", "Olga Özil")),
        ("Mr Witness saw it.", ("name", "Witness")),
        ("Write to rosa@home.example.", ("contact", "rosa@home.example")),
        ("Write to wim@witness.example.", ("contact", "wim@witness.example")),
        ("Leave @olga_oe alone.", ("contact", "@olga_oe")),
        ("Do not call +49 171 555-1234.", ("contact", "+49 171 555-1234")),
        ("You stood at the coffee bar.", ("place", "Coffee bar")),
        ("It was at 15:00.", ("time", "15:00")),
        ("It was at 3 p.m. or so.", ("time", "3 p.m")),
        ("It was on 21.11.2026, in the evening.", ("time", "21.11.2026")),
        ("It was on Friday evening.", ("time", "Friday evening")),
        (
            "You “put his arm around me twice although I had asked”.",
            ("phrase", "put his arm around me twice although I had asked"),
        ),
    ),
)
def test_what_gives_somebody_away_is_pointed_at(reported, text, expected):
    assert expected in passages(reported, text)


@pytest.mark.parametrize(
    "text",
    (
        "Hello Ada Speaker, please keep your distance from others.",
        "You can object within 14 days, until 5 December.",
        "Put your arm around nobody who had asked you to stop it.",
        "There are 3 ways to reach us, and 15 people to talk to.",
    ),
)
def test_what_gives_nobody_away_is_left_alone(reported, text):
    assert passages(reported, text) == []


def test_a_room_that_a_report_names_is_a_place(event, member, case):
    Room.objects.create(event=event, name="Lovelace")
    Room.objects.create(event=event, name="Turing")
    text = "It was in Lovelace or in Turing."
    assert passages(case, text) == []
    cases.add_note(case=case, by=member, text="They met before Lovelace.")
    assert passages(case, text) == [("place", "Lovelace")]


def test_who_raised_a_flag_and_its_words_are_pointed_at(event, member, case, talk):
    reviewer = factories.make_user(name="Rhea Viewer")
    said = "The third slide shows a woman in nothing but a towel, twice."
    flag = raise_flag(submission=talk, by=reviewer, reason="sexualised", text=said)
    case_items.attach(case=case, by=member, kind=ItemRef.FLAG, ref=flag.code)
    assert passages(case, "Rhea Viewer said: " + said) == [
        ("name", "Rhea Viewer"),
        ("name", "Rhea"),
        ("name", "Viewer"),
        ("phrase", said.rstrip(".")),
    ]


def test_the_words_of_the_code_of_conduct_may_be_quoted(event, member, case, version):
    quoted = "No sexualised material. No harassment. Be kind to everybody who is here."
    factories.publish_policy(event, texts={"en": f"# Be kind\n\n{quoted}"})
    cases.add_note(case=case, by=member, text=f"This is against: {quoted}")
    assert passages(case, f"Our code says: {quoted}") == []


def test_a_note_is_a_source_like_a_report(case, member):
    text = "She sat down next to him and he moved closer again and again."
    cases.add_note(case=case, by=member, text=text)
    assert passages(case, f"We know that she {text[4:]}") == [
        ("phrase", f"she {text[4:-1]}")
    ]
