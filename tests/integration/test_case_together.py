# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who speaks with the subject of a case does not see it: now, before and afterwards."""

import pytest
from django_scopes import scopes_disabled

from pretalx.submission.domain.submission import add_speaker, remove_speaker

from pretalx_coc.domain import cases, decisions
from pretalx_coc.domain.access import case_rights
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.queries.case_members import known_members
from pretalx_coc.domain.queries.exclusions import visible_exclusions
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import Measure, TwoPeople
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def team(event):
    """Who works on the case, and a member who speaks with its subject."""
    return factories.make_members(event, "Member", "Speaks with them")


@pytest.fixture
def shared(event, speaker, team):
    return factories.make_talk(event, speaker, team[1])


def knows(case, user):
    """Both answers, from either side: they must be the same."""
    listed = user in [member for member, __ in known_members(case)]
    assert case_rights(user, case).knows == listed
    return listed


@pytest.mark.parametrize("kind", ("profile", "account"))
def test_who_speaks_with_them_does_not_see_the_case(event, speaker, team, shared, kind):
    profile = speaker.get_speaker(event)
    subject = {
        "profile": lambda: cases.subject_of_profile(profile),
        "account": lambda: cases.subject_of_account(speaker),
    }[kind]()
    case = cases.open_case(event=event, by=team[0], subject=subject)
    assert knows(case, team[0])
    assert not knows(case, team[1])


@pytest.mark.parametrize("kind", ("profile", "account"))
def test_who_spoke_with_them_does_not_see_it_once_they_are_off_the_talk(
    event, speaker, team, shared, kind
):
    profile = speaker.get_speaker(event)
    subject = {
        "profile": lambda: cases.subject_of_profile(profile),
        "account": lambda: cases.subject_of_account(speaker),
    }[kind]()
    case = cases.open_case(event=event, by=team[0], subject=subject)
    with scopes_disabled():
        remove_speaker(shared, profile, orga=True)
    assert knows(case, team[0])
    assert not knows(case, team[1])


def test_nor_who_joined_a_talk_with_them_later(event, speaker, team):
    talk = factories.make_talk(event, speaker)
    profile = speaker.get_speaker(event)
    case = cases.open_case(
        event=event, by=team[0], subject=cases.subject_of_profile(profile)
    )
    assert knows(case, team[1])
    with scopes_disabled():
        add_speaker(talk, user=team[1])
        remove_speaker(talk, profile, orga=True)
    assert not knows(case, team[1])


@pytest.mark.parametrize("measure", (Measure.TAKEN_OFF, Measure.EXCLUDED_EVENT))
def test_a_decision_that_parts_them_gives_nobody_sight(
    event, organiser, speaker, team, shared, measure
):
    change_settings(event=event, by=organiser, two_people=TwoPeople.NONE)
    profile = speaker.get_speaker(event)
    case = cases.open_case(
        event=event, by=team[0], subject=cases.subject_of_profile(profile)
    )
    decisions.propose(
        case=case,
        by=team[0],
        revision=case.revision,
        draft=Draft(
            measure=measure,
            reason="Part 2.",
            statement="You cannot.",
            statement_language="en",
            talks=(shared.code,),
        ),
    )
    assert list(shared.speakers.all()) == [team[1].get_speaker(event)]
    assert knows(case, team[0])
    assert not knows(case, team[1])
    excluded = measure == Measure.EXCLUDED_EVENT
    assert visible_exclusions(event, team[0]).exists() == excluded
    assert not visible_exclusions(event, team[1]).exists()


def test_that_they_spoke_together_is_on_no_record(login, event, speaker, team, shared):
    """It is noted because of a case, which not every member may know of."""
    profile = speaker.get_speaker(event)
    url = f"/orga/event/{event.slug}/p/coc/speaker/{profile.code}/"
    with scopes_disabled():
        assert shared.title in login(team[0]).get(url).content.decode()
        cases.open_case(
            event=event, by=team[0], subject=cases.subject_of_profile(profile)
        )
        remove_speaker(shared, profile, orga=True)
        assert shared.title not in login(team[0]).get(url).content.decode()
