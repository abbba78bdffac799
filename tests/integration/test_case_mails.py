# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Mails about cases: to whom, when, and nothing in them."""

import datetime as dt

import pytest
from django.core import mail
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx.mail.models import QueuedMail

from pretalx_coc.domain import case_members, cases
from pretalx_coc.enums import CaseState, CaseSubject, EntryKind
from pretalx_coc.models import (
    Case,
    CaseEntry,
    CaseMember,
    CasePerson,
    CocSettings,
    Decision,
    Report,
)
from pretalx_coc.tasks_team import task_look_after_cases
from tests import factories

pytestmark = pytest.mark.django_db
PAST = now() - dt.timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def team(event, member):
    """Three members: who opens a case, a colleague, and who is a part of it."""
    team = member.teams.get()
    colleague = factories.make_user(name="Cleo Colleague")
    witness = factories.make_user(name="Wim Witness")
    team.members.add(colleague, witness)
    task_look_after_cases()  # tells them of the change
    return {"member": member, "colleague": colleague, "witness": witness}


@pytest.fixture
def case(event, member, team):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    case = cases.open_case(event=event, by=member, subject=subject, text="Hit somebody")
    CasePerson.objects.create(
        event=event, case=case, role="witness", user_code=team["witness"].code
    )
    return case


def recipients() -> list[str]:
    return sorted(address for entry in mail.outbox for address in entry.to)


def sweep() -> list[str]:
    mail.outbox.clear()
    task_look_after_cases()
    return recipients()


def test_members_who_may_know_of_a_new_case_are_told_once(
    event, member, team, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        subject = cases.subject_of_account(team["witness"])
        case = cases.open_case(event=event, by=member, subject=subject, text="A hit")
    assert [entry.to for entry in mail.outbox[-1:]] == [[team["colleague"].email]]
    text = mail.outbox[-1].subject + mail.outbox[-1].body
    assert case.code in text
    assert case.code_name in text
    assert f"/orga/event/{event.slug}/p/coc/case/{case.code}/" in text
    for secret in ("Wim", "hit", str(case.get_category_display()), "Person"):
        assert secret not in text
    assert not QueuedMail.objects.exists()
    assert team["colleague"].email not in sweep()


def test_a_case_that_nobody_was_told_of_is_told_by_the_sweep(case, team):
    assert team["colleague"].email in sweep()
    assert team["colleague"].email not in sweep()


@pytest.fixture
def quiet(case, team):
    """The case, told of, with nothing overdue."""
    sweep()
    Case.objects.update(state=CaseState.IN_WORK)
    assert sweep() == []
    return case


def test_what_is_overdue_is_chased_once_a_day_until_done(quiet, team):
    everybody = sorted([team["member"].email, team["colleague"].email])
    Case.objects.update(decide_due=PAST)
    assert sweep() == everybody
    assert quiet.code in mail.outbox[0].subject
    assert "Red hat" not in mail.outbox[0].body
    assert sweep() == []
    Case.objects.update(chased=now() - dt.timedelta(days=1, minutes=1))
    assert sweep() == everybody
    Case.objects.update(chased=None, state=CaseState.DECIDED)
    assert sweep() == []


def test_who_has_a_conflict_is_not_chased(quiet, team):
    case_members.declare(case=quiet, by=team["colleague"], conflict=True)
    Case.objects.update(decide_due=PAST)
    assert sweep() == [team["member"].email]


@pytest.mark.parametrize(
    "values",
    (
        {"state": "new", "acknowledge_due": PAST},
        {"state": "acknowledged", "decide_due": PAST},
        {"state": "waiting", "waiting_until": PAST},
        {"next_due": PAST},
    ),
)
def test_each_due_date_is_chased_and_none_of_a_closed_case(quiet, values):
    Case.objects.update(**values)
    assert len(sweep()) == 2
    Case.objects.update(state="closed", chased=None)
    assert sweep() == []


@pytest.mark.parametrize("is_done", (True, False))
def test_an_answer_to_a_reporter_is_chased(event, quiet, is_done):
    reporter = CasePerson.objects.create(event=event, case=quiet, role="reporter")
    Report.objects.create(
        event=event,
        case=quiet,
        text="x",
        reporter=reporter,
        recorded_by="X",
        created=PAST,
        answer_due=PAST,
        answered=PAST if is_done else None,
    )
    assert len(sweep()) == (0 if is_done else 2)


@pytest.mark.parametrize("is_done", (True, False))
def test_a_second_look_is_chased(event, quiet, is_done):
    Decision.objects.create(
        event=event,
        case=quiet,
        state="in_force",
        measure="warning",
        reason="x",
        starts=PAST,
        proposed_by="X",
        proposed=PAST,
        emergency=True,
        second_look_due=PAST,
        approved=PAST if is_done else None,
    )
    Case.objects.update(state="decided")
    assert len(sweep()) == (0 if is_done else 2)


def test_a_mail_server_that_is_away_loses_nothing(case, team, settings):
    # pretalx sends nothing to example.org but in tests.
    team["colleague"].email = "cleo@mail.invalid"
    team["colleague"].save()
    settings.EMAIL_BACKEND = "tests.integration.test_case_mails.Away"
    assert sweep() == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert team["colleague"].email in sweep()


@pytest.fixture
def outside(event):
    CocSettings.objects.filter(event=event).update(outside_email="olivia@example.org")
    return "olivia@example.org"


def test_a_case_that_nobody_is_left_for_goes_to_the_outside_contact_once(
    event, case, team, outside, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert outside not in recipients()
    for user in (team["member"], team["colleague"]):
        CaseMember.objects.filter(user_code=user.code).update(standing="conflict")
    for expected in ([outside], []):
        with django_capture_on_commit_callbacks(execute=True):
            sweep()
        assert recipients() == expected
    assert CaseEntry.objects.last().kind == EntryKind.OUTSIDE_ASKED


def test_nobody_is_asked_where_there_is_no_outside_contact(event, case):
    CaseMember.objects.update(standing="conflict")
    sweep()
    assert not CaseEntry.objects.filter(kind=EntryKind.OUTSIDE_ASKED).exists()


class Away:
    """A mail server that cannot be reached."""

    def __init__(self, *args, **kwargs):
        raise ConnectionRefusedError
