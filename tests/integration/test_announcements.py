# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Nobody changes the response team or its rules unnoticed (rule 13)."""

import pytest
from django.core import mail
from django.db import transaction
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.event import shred_event
from pretalx.event.domain.plugins import disable_plugin
from pretalx.event.domain.team import remove_team_member
from pretalx.mail.models import QueuedMail
from pretalx.person.domain.user import deactivate_user
from pretalx.person.models import User

from pretalx_coc.domain import audit, cases
from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.announcements import announce
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.domain.team import choose_teams
from pretalx_coc.domain.team_changes import note_members
from pretalx_coc.enums import AuditAction, CaseSubject
from pretalx_coc.models import AuditEntry, CocSettings
from pretalx_coc.tasks_team import task_look_after_cases
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(django_capture_on_commit_callbacks, event, member):
    """Do something, and say who got which mails."""
    with scopes_disabled():
        announce(event.pk)

    def tell(function):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True), scopes_disabled():
            function()
        return sorted(address for entry in mail.outbox for address in entry.to)

    return tell


@pytest.fixture
def team(event, member):
    with scopes_disabled():
        return CocSettings.objects.get(event=event).response_teams.get()


@pytest.fixture
def outside(event):
    with scopes_disabled():
        CocSettings.objects.filter(event=event).update(
            outside_name="Olivia Outside", outside_email="olivia@example.org"
        )
    return "olivia@example.org"


def body() -> str:
    return mail.outbox[0].body


def test_a_new_member_is_told_to_all_and_to_the_outside_contact(
    told, event, team, member, outside
):
    new = factories.make_user(name="Nova New")
    to = told(lambda: team.members.add(new))
    assert to == sorted([member.email, new.email, outside])
    assert "New on the response team: Nova New" in body()
    with scopes_disabled():
        entry = AuditEntry.objects.filter(action=AuditAction.MEMBERS_CHANGED).last()
        assert audit.first_broken_link(event, audit.POLICY_CHAIN) is None
    assert (entry.data["before"], entry.data["after"]) == (
        [member.code],
        [member.code, new.code],
    )
    assert "Nova" not in repr(entry.data)


def test_nothing_of_it_is_kept_in_the_outbox_or_among_the_sent(told, team):
    told(lambda: team.members.add(factories.make_user()))
    with scopes_disabled():
        assert not QueuedMail.objects.exists()


def test_whoever_is_taken_off_is_told_too(told, team, member, organiser):
    to = told(lambda: remove_team_member(team=team, member=member, actor=organiser))
    assert to == [member.email]
    assert "No longer on the response team: Member" in body()
    assert "Nobody is on the response team any more." in body()


@pytest.mark.parametrize("how", ("deleted", "emptied", "taken off", "set", "reverse"))
def test_every_way_off_the_team_is_told_and_opens_nothing_to_others(
    told, event, team, member, organiser, how
):
    ways = {
        "deleted": team.delete,
        "emptied": team.members.clear,
        "taken off": team.limit_events.clear,
        "set": lambda: team.members.set([]),
        "reverse": member.teams.clear,
    }
    assert told(ways[how]) == [member.email]
    with scope(event=event):
        assert list(members_of(event)) == []


def test_teams_that_are_chosen_anew_are_told_in_one_mail_with_the_name(
    told, event, member, organiser
):
    new = factories.make_user(name="Nova New")
    team = factories.make_team(event, new, name="Others")
    to = told(lambda: choose_teams(event=event, teams=[team], by=organiser))
    assert to == sorted([member.email, new.email])
    assert "Other teams were chosen" in body()
    assert "New on the response team: Nova New" in body()
    assert "Changed by: Organiser" in body()


def test_until_a_team_is_chosen_a_change_of_the_settings_team_is_told(
    django_capture_on_commit_callbacks,
):
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    with scopes_disabled():
        note_members(event)
        team = organiser.teams.get()
        new = factories.make_user()
        with django_capture_on_commit_callbacks(execute=True):
            team.members.add(new)
    assert {address for entry in mail.outbox for address in entry.to} == {
        organiser.email,
        new.email,
    }


def test_a_right_that_makes_a_team_the_response_team_is_told(
    django_capture_on_commit_callbacks,
):
    event = factories.make_event()
    first = factories.make_organiser(event)
    second = factories.make_user()
    team = factories.make_team(event, second, can_change_submissions=True)
    with scopes_disabled(), django_capture_on_commit_callbacks(execute=True):
        team.can_change_event_settings = True
        team.save()
    assert {address for entry in mail.outbox for address in entry.to} == {
        first.email,
        second.email,
    }


def test_a_member_whose_account_goes_is_told_to_the_others(told, event, team, member):
    other = factories.make_user(name="Olga Other")
    told(lambda: team.members.add(other))
    assert told(lambda: deactivate_user(other)) == [member.email]


def test_what_no_signal_tells_of_is_found_by_the_sweep(told, team, member):
    other = factories.make_user(name="Olga Other")
    told(lambda: team.members.add(other))
    assert told(lambda: User.objects.filter(pk=other.pk).update(is_active=False)) == []
    assert told(task_look_after_cases) == [member.email]
    assert told(task_look_after_cases) == []


def test_a_change_of_the_outside_contact_is_told_to_the_one_before_and_after(
    told, event, member, outside, organiser
):
    new = {"outside_name": "Nils New", "outside_email": "nils@example.org"}
    to = told(lambda: change_settings(event=event, by=organiser, **new))
    assert to == sorted([member.email, outside, "nils@example.org"])
    assert "nils@example.org (before: olivia@example.org)" in body()
    with scopes_disabled():
        said = repr(list(AuditEntry.objects.values()))
    for word in ("nils", "Nils", "olivia"):
        assert word not in said


@pytest.mark.parametrize(
    ("values", "line"),
    (
        ({"two_people": "none"}, "Decisions that need two people: None (before: Excl"),
        ({"administrators_look": True}, "may open cases: yes (before: no)"),
        ({"keep_warning": 2}, "warnings and what is milder: 2 (before: 24)"),
    ),
)
def test_a_change_of_the_rules_for_cases_is_told(
    told, event, member, organiser, values, line
):
    to = told(lambda: change_settings(event=event, by=organiser, **values))
    assert to == [member.email]
    assert line in body()
    assert "Changed by: Organiser" in body()


def test_a_change_of_other_settings_is_not_told(told, event, organiser):
    assert told(lambda: change_settings(event=event, by=organiser, gate_holds=0)) == []


def test_switching_the_plugin_off_is_told(told, event, member, outside):
    to = told(lambda: disable_plugin(event, "pretalx_coc"))
    assert to == sorted([member.email, outside])
    assert "switched off" in body()


def test_nothing_is_told_where_the_plugin_is_off(told, event, team):
    told(lambda: disable_plugin(event, "pretalx_coc"))
    assert told(lambda: team.members.add(factories.make_user())) == []


@pytest.mark.parametrize("state", ("new", "closed"))
def test_an_event_that_is_deleted_with_open_cases_is_told(
    told, event, member, outside, state
):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    with scope(event=event):
        case = cases.open_case(event=event, by=member, subject=subject)
        type(case).objects.update(state=state)
    to = told(lambda: shred_event(event))
    assert to == (sorted([member.email, outside]) if state == "new" else [])
    if to:
        assert str(event.name) in body()
        assert case.code not in body()
        assert "Red hat" not in body()


def test_an_event_that_is_not_deleted_after_all_is_not_told(told, event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    with scope(event=event):
        cases.open_case(event=event, by=member, subject=subject)

    def rolled_back():
        with transaction.atomic():
            shred_event(event)
            transaction.set_rollback(True)

    assert told(rolled_back) == []


def test_a_copy_of_the_event_has_no_outside_contact_and_no_look_of_administrators(
    event, member, outside
):
    from pretalx.event.domain.event import copy_event_data  # noqa: PLC0415

    with scopes_disabled():
        CocSettings.objects.update(administrators_look=True, two_people="all")
        clone = factories.make_event(organiser=event.organiser, plugin=False)
        copy_event_data(clone, event)
        from pretalx_coc.domain.cloning import copy_to_clone  # noqa: PLC0415

        copy_to_clone(event=clone, source_slug=event.slug)
        copied = CocSettings.objects.get(event=clone)
    assert copied.two_people == "all"
    assert (copied.outside_name, copied.outside_email) == ("", "")
    assert (copied.administrators_look, copied.team_chosen) == (False, False)
    assert copied.announced == 0
