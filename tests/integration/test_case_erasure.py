# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Accounts that go, profiles that are merged, events that are deleted: and cases."""

import pytest
from django.apps import apps
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx.event.domain.event import shred_event
from pretalx.person.domain.user import deactivate_user, shred_user
from pretalx.submission.models import Submission

from pretalx_coc.domain import audit, case_claims, case_members, cases
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.case_subjects import carry_cases_over
from pretalx_coc.domain.reports import Somebody, write_down
from pretalx_coc.enums import EntryKind
from pretalx_coc.models import (
    AuditText,
    Case,
    CaseEntry,
    CaseMember,
    CasePerson,
    Exclusion,
)
from tests import factories
from tests.integration.test_evidence import breaches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def case(event, member, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject, text="Seen today")


def go(user, way):
    if way == "deactivated":
        deactivate_user(user)
    else:
        for team in user.teams.all():
            team.members.remove(user)
        Submission.all_objects.filter(speakers__user=user).delete()
        shred_user(user)


both_ways = pytest.mark.parametrize("way", ("deactivated", "deleted"))


@both_ways
def test_a_case_says_whom_it_is_about_while_it_is_kept_and_the_log_does_not(
    case, speaker, way
):
    code = case.subject_code
    assert AuditText.objects.filter(text="Ada Speaker").exists()
    go(speaker, way)
    case.refresh_from_db()
    assert (case.subject_text, case.subject_code) == ("Ada Speaker", code)
    assert not AuditText.objects.filter(text="Ada Speaker").exists()
    assert audit.first_broken_link(case.event, chain_of(case)) is None
    assert breaches() == []


@both_ways
def test_who_saw_or_reported_it_goes(event, member, case, way):
    witness = factories.make_user(name="Wim Witness")
    reporter = factories.make_user(name="Rita Reporter")
    write_down(
        event=event,
        by=member,
        text="It was loud",
        case=case,
        reporter=Somebody(user=reporter, contact="Tent 5"),
        witnesses=[Somebody(user=witness)],
    )
    go(reporter, way)
    rows = CasePerson.objects.values_list("role", "name", "contact", "user_code")
    assert sorted(rows) == [
        ("reporter", "", "", ""),
        ("witness", "Wim Witness", "", witness.code),
    ]
    assert breaches() == []


@both_ways
def test_a_member_who_goes_leaves_what_they_did_and_holds_nothing(
    event, member, case, way
):
    other = factories.make_user(name="Olga Other")
    member.teams.get().members.add(other)
    case_members.let_in(case=case, by=member, user=other)
    case_members.declare(case=case, by=other, conflict=False)
    case_claims.assign(case=case, by=member, to=other, revision=case.revision)
    cases.add_note(case=case, by=other, text="I was there")
    Case.objects.update(claimed_by=other.code, claimed_until=now())
    code = other.code
    go(other, way)
    left = Case.objects.get()
    assert (left.assignee, left.claimed_by, left.claimed_until) == ("", "", None)
    assert list(CaseMember.objects.values_list("user_code", flat=True)) == [member.code]
    written = CaseEntry.objects.get(kind=EntryKind.NOTE)
    assert (written.author_code, written.text) == (code, "I was there")
    assert CaseEntry.objects.last().data["to"] == ""
    assert breaches() == []


@pytest.mark.parametrize("state", ("new", "closed"))
def test_an_event_that_is_deleted_takes_its_cases_and_leaves_exclusions(
    event, case, speaker, state
):
    Case.objects.update(state=state)
    Exclusion.objects.create(
        organiser=event.organiser,
        event_slug=event.slug,
        user_code=speaker.code,
        starts=now(),
        created=now(),
    )
    shred_event(event)
    models = apps.get_app_config("pretalx_coc").get_models()
    ours = [
        model.__name__
        for model in models
        if hasattr(model, "event") and model._base_manager.exists()
    ]
    assert ours == []
    assert Exclusion.objects.count() == 1


def test_a_case_about_a_profile_is_carried_over_to_another(event, member, case):
    survivor = factories.profile_of(factories.make_user(), event)
    carry_cases_over(event=event, merged_code=case.subject_code, survivor=survivor)
    case.refresh_from_db()
    assert (case.subject_code, case.subject_user) == (survivor.code, survivor.user.code)
    assert breaches() == []


def test_a_case_about_a_merged_profile_is_about_the_one_that_stays(event, case):
    profile = pytest.importorskip("pretalx.person.domain.profile")
    if not hasattr(profile, "merge_speaker_profiles"):
        pytest.skip("needs pretalx 2026.3")
    survivor = factories.profile_of(factories.make_user(), event)
    merged = event.submitters.get(code=case.subject_code)
    profile.merge_speaker_profiles(merged, survivor, choices={})
    case.refresh_from_db()
    assert case.subject_code == survivor.code
    assert breaches() == []
