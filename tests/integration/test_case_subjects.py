# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A profile is merged into another, or given to an account: cases follow it."""

import pytest

from pretalx.person.domain import profile as pretalx_profile
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole

from pretalx_coc.domain import audit, case_claims, cases, decisions, lifting
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.exclusions import is_excluded
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import Measure, Standing, TwoPeople
from pretalx_coc.models import Case, CaseMember, Exclusion
from tests import factories
from tests.integration.test_evidence import breaches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

WORKS, WAS, IS, WITH_FIRST, WITH_OTHER = (
    "Works on it",
    "Was the subject",
    "Is the subject",
    "Speaks with the first",
    "Speaks with the other",
)


def merge(merged, survivor):
    """As pretalx 2026.3 does it, also where there is an older one."""
    if hasattr(pretalx_profile, "merge_speaker_profiles"):
        pretalx_profile.merge_speaker_profiles(merged, survivor, choices={})
        return
    for role in SpeakerRole.objects.filter(speaker=merged):
        role.speaker = survivor
        role.save(update_fields=["speaker"])
    data = {"merged_code": merged.code}
    merged.delete()
    survivor.save()
    survivor.log_action("pretalx.speaker.merge", data=data)


def claim(profile, user):
    if hasattr(pretalx_profile, "claim_speaker_profile"):
        pretalx_profile.claim_speaker_profile(profile, user)
        return
    profile.user = user
    profile.save()
    profile.log_action("pretalx.speaker.claim", person=user)


@pytest.fixture
def team(event):
    """All of them on the response team, some of them with talks."""
    names = (WORKS, WAS, IS, WITH_FIRST, WITH_OTHER)
    team = dict(zip(names, factories.make_members(event, *names), strict=True))
    factories.make_talk(event, team[WAS], team[WITH_FIRST])
    factories.make_talk(event, team[IS], team[WITH_OTHER])
    settings = get_settings(event)
    settings.two_people = TwoPeople.NONE
    settings.save()
    return team


@pytest.fixture
def profiles(event, team):
    return [factories.profile_of(team[name], event) for name in (WAS, IS)]


def about(event, team, profile):
    """A case that every member has declared about, whether they see it or not."""
    subject = cases.subject_of_profile(profile)
    case = cases.open_case(event=event, by=team[WORKS], subject=subject)
    CaseMember.objects.update(standing=Standing.CLEAR)
    return case


def who_sees(client, case, team):
    seen = set()
    for name, user in team.items():
        client.force_login(user)
        url = f"/orga/event/{case.event.slug}/p/coc/case/{case.code}/"
        if client.get(url).status_code == 200:
            seen.add(name)
    return seen


@pytest.fixture
def unknown(event):
    """The profile of a speaker without an account."""
    unknown = SpeakerProfile.objects.create(event=event, name="Ada Speaker")
    talk = factories.make_talk(event)
    talk.speakers.add(unknown)
    return unknown


def decide(case, by, measure, **fields):
    case.refresh_from_db()
    draft = Draft(
        measure=measure,
        reason="Part 2.",
        statement="Please read this.",
        statement_language="en",
        **fields,
    )
    return decisions.propose(case=case, by=by, revision=case.revision, draft=draft)


def test_nobody_sees_their_own_matter_after_a_merge(client, event, team, profiles):
    case = about(event, team, profiles[0])
    assert who_sees(client, case, team) == {WORKS, IS, WITH_OTHER}
    merge(*profiles)
    assert who_sees(client, case, team) == {WORKS}
    case.refresh_from_db()
    assert (case.subject_code, case.subject_user) == (profiles[1].code, team[IS].code)
    assert audit.first_broken_link(event, chain_of(case)) is None
    assert breaches() == []


def test_who_is_the_subject_now_has_the_case_in_their_hands_no_more(
    event, team, profiles
):
    case = about(event, team, profiles[0])
    case_claims.assign(case=case, by=team[WORKS], to=team[IS], revision=case.revision)
    Case.objects.update(claimed_by=team[WITH_OTHER].code)
    merge(*profiles)
    case.refresh_from_db()
    assert (case.assignee, case.claimed_by) == ("", "")


def test_who_works_on_it_keeps_it(event, team, profiles):
    case = about(event, team, profiles[0])
    case_claims.assign(
        case=case, by=team[WORKS], to=team[WORKS], revision=case.revision
    )
    merge(*profiles)
    case.refresh_from_db()
    assert case.assignee == team[WORKS].code


@pytest.mark.parametrize("follows", ("merge", "claim"))
def test_an_exclusion_holds_for_the_account_that_a_profile_gets(
    event, team, unknown, follows
):
    user = factories.make_user()
    case = about(event, team, unknown)
    decision = decide(case, team[WORKS], Measure.EXCLUDED_EVENT)
    assert not is_excluded(event, user)
    if follows == "merge":
        merge(unknown, factories.profile_of(user, event))
    else:
        claim(unknown, user)
    assert is_excluded(event, user)
    assert audit.first_broken_link(event, chain_of(case)) is None
    decision.refresh_from_db()
    lifting.lift(decision=decision, by=team[WORKS], text="It was wrong.")
    assert not is_excluded(event, user)


def test_an_exclusion_holds_for_both_accounts_of_merged_profiles(event, team, profiles):
    case = about(event, team, profiles[0])
    decision = decide(case, team[WORKS], Measure.EXCLUDED_EVENT)
    both = (team[WAS], team[IS])
    assert [bool(is_excluded(event, user)) for user in both] == [True, False]
    merge(*profiles)
    assert [bool(is_excluded(event, user)) for user in both] == [True, True]
    assert Exclusion.objects.count() == 2
    decision.refresh_from_db()
    lifting.lift(decision=decision, by=team[WORKS], text="It was wrong.")
    assert [bool(is_excluded(event, user)) for user in both] == [False, False]


def test_who_is_excluded_already_is_not_excluded_twice(event, team, profiles):
    case = about(event, team, profiles[1])
    decide(case, team[WORKS], Measure.EXCLUDED_EVENT)
    merge(*profiles)
    assert Exclusion.objects.count() == 1


def test_a_decision_that_was_lifted_excludes_nobody_anew(event, team, unknown):
    user = factories.make_user()
    case = about(event, team, unknown)
    decision = decide(case, team[WORKS], Measure.EXCLUDED_EVENT)
    lifting.lift(decision=decision, by=team[WORKS], text="It was wrong.")
    claim(unknown, user)
    assert not Exclusion.objects.exists()


def test_who_was_taken_off_a_talk_stays_off_it(event, team, profiles):
    talk = profiles[0].submissions.get()
    case = about(event, team, profiles[0])
    decision = decide(case, team[WORKS], Measure.TAKEN_OFF, talks=(talk.code,))
    merge(*profiles)
    talk.speakers.add(profiles[1])
    assert [profile.user for profile in talk.speakers.all()] == [team[WITH_FIRST]]
    decision.refresh_from_db()
    lifting.lift(decision=decision, by=team[WORKS], text="It was wrong.")
    assert profiles[1] in talk.speakers.all()


def test_neither_who_had_nor_who_has_a_profile_sees_its_case(
    client, event, team, profiles
):
    case = about(event, team, profiles[0])
    profiles[1].delete()
    assert who_sees(client, case, team) == {WORKS, IS, WITH_OTHER}
    profiles[0].user = team[IS]
    profiles[0].save()
    assert who_sees(client, case, team) == {WORKS, WITH_OTHER}
