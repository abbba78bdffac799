# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What may happen to a case, asked of the domain."""

import datetime as dt

import pytest
from django.utils.timezone import now

from pretalx_coc.domain import audit, case_members, cases
from pretalx_coc.domain.access import case_rights, visible_cases
from pretalx_coc.domain.case_log import CaseChangedError, chain_of
from pretalx_coc.domain.case_steps import STEPS, WITH_DECISIONS
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import CaseState, CaseSubject, EntryKind, Severity, WaitingFor
from pretalx_coc.models import Case, CaseEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def case(event, member, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject, text="Seen today.")


@pytest.fixture
def colleague(event, member):
    return factories.make_member(event)


def test_who_opens_a_case_may_work_on_it(case, member):
    rights = case_rights(member, case)
    assert (rights.knows, rights.declare, rights.open, rights.write) == (
        True,
        False,
        True,
        True,
    )


def test_another_member_knows_of_it_and_declares_first(colleague, case):
    before = case_rights(colleague, case)
    assert (before.knows, before.declare, before.open) == (True, True, False)
    case_members.declare(case=case, by=colleague, conflict=False)
    after = case_rights(colleague, case)
    assert (after.knows, after.declare, after.open) == (True, False, True)


def test_a_member_with_a_conflict_does_not_know_of_it_any_more(event, colleague, case):
    case_members.declare(case=case, by=colleague, conflict=True)
    assert not case_rights(colleague, case).knows
    assert list(visible_cases(event, colleague)) == []


def test_members_who_come_later_see_no_older_case_until_let_in(event, case, member):
    new = factories.make_member(event)
    assert list(visible_cases(event, new)) == []
    case_members.let_in(case=case, by=member, user=new)
    assert list(visible_cases(event, new)) == [case]
    assert not case_rights(new, case).open


def test_a_case_about_oneself_cannot_be_opened(event, member):
    with pytest.raises(CocError):
        cases.open_case(
            event=event, by=member, subject=cases.subject_of_account(member)
        )
    assert not Case.objects.exists()


def test_every_state_has_its_steps():
    assert set(STEPS) == set(WITH_DECISIONS) == set(CaseState)


@pytest.mark.parametrize("old", CaseState.values)
@pytest.mark.parametrize("new", [state for state in CaseState if state != "closed"])
def test_a_step_is_taken_if_the_table_has_it_and_refused_if_not(case, member, old, new):
    Case.objects.update(state=old)
    case.refresh_from_db()
    waits = {
        "waiting_for": WaitingFor.WITNESS,
        "waiting_until": now() + dt.timedelta(days=1),
    }
    if new in STEPS[CaseState(old)]:
        cases.move(case=case, by=member, state=new, revision=0, **waits)
        assert (case.state, case.revision) == (new, 1)
    else:
        with pytest.raises(CocError):
            cases.move(case=case, by=member, state=new, revision=0, **waits)
        assert Case.objects.get().state == old


def test_the_second_of_two_is_told_what_the_first_did(colleague, case, member):
    case_members.declare(case=case, by=colleague, conflict=False)
    cases.move(case=case, by=member, state=CaseState.ACKNOWLEDGED, revision=0)
    with pytest.raises(CaseChangedError) as caught:
        cases.describe(case=case, by=colleague, revision=0, severity=Severity.DANGER)
    assert [entry.kind for entry in caught.value.since] == [EntryKind.STATE]
    assert Case.objects.get().severity == Severity.MEDIUM


def test_a_note_is_added_whatever_happened_in_between(case, member):
    cases.move(case=case, by=member, state=CaseState.ACKNOWLEDGED, revision=0)
    cases.add_note(case=case, by=member, text="  The lamp was on. ")
    assert list(CaseEntry.objects.values_list("kind", "text")) == [
        (EntryKind.OPENED, "Seen today."),
        (EntryKind.STATE, ""),
        (EntryKind.NOTE, "The lamp was on."),
    ]


def test_a_case_has_a_chain_of_its_own_without_a_name_in_it(event, case, member):
    cases.add_note(case=case, by=member, text="Ada Speaker said it.")
    assert audit.first_broken_link(event, chain_of(case)) is None
    entries = audit.AuditEntry.objects.filter(chain=chain_of(case))
    assert "Ada" not in repr(list(entries.values()))
    assert entries.count() == 3


def test_a_described_person_is_a_subject(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, " Red hat, badge 7 ")
    case = cases.open_case(event=event, by=member, subject=subject)
    assert (case.subject_text, case.subject_code) == ("Red hat, badge 7", "")
