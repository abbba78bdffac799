# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Reports that were given in person, asked of the domain."""

import datetime as dt

import pytest
from django.utils.timezone import now

from pretalx_coc.domain import case_claims, cases, reports
from pretalx_coc.domain.access import case_rights, visible_cases
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.reports import Somebody
from pretalx_coc.enums import (
    CaseOutcome,
    CaseRole,
    CaseState,
    CaseSubject,
    EntryKind,
    HearingState,
    Severity,
)
from pretalx_coc.models import AuditEntry, Case, CaseEntry, CasePerson, Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event", "both")]

SAID = "They came too close, twice, and did not stop."
NOT_ANSWERED = "Whoever reported it has had no answer yet."


@pytest.fixture
def write_down(event, member):
    def write(**values):
        if "case" not in values:
            values.setdefault(
                "subject", cases.subject_in_words(CaseSubject.PERSON, "Red hat")
            )
        return reports.write_down(event=event, by=member, **({"text": SAID} | values))

    return write


def days_from_now(time):
    return round((time - now()) / dt.timedelta(days=1))


def test_a_report_opens_a_case_for_who_wrote_it_down(member, write_down):
    report = write_down(
        severity=Severity.HIGH,
        place="Hall 2",
        happened="Tuesday at lunch",
        wishes="Do not tell them who I am.",
        reporter=Somebody(name="A volunteer", contact="Desk 4"),
    )
    case = Case.objects.get()
    assert (case.severity, case.place) == (Severity.HIGH, "Hall 2")
    assert case_rights(member, case).write
    assert (report.text, report.happened, report.recorded_by) == (
        SAID,
        "Tuesday at lunch",
        member.code,
    )
    assert (report.reporter.name, report.reporter.role) == (
        "A volunteer",
        CaseRole.REPORTER,
    )
    assert list(CaseEntry.objects.values_list("kind", flat=True)) == [
        EntryKind.OPENED,
        EntryKind.PERSON,
        EntryKind.REPORT,
    ]


def test_what_was_said_is_not_in_the_log(write_down):
    write_down(reporter=Somebody(name="A volunteer"), wishes="Nothing more")
    log = repr(list(AuditEntry.objects.values()))
    assert [word for word in ("close", "volunteer", "Nothing") if word in log] == []


def test_a_report_is_added_to_an_open_case(write_down):
    case = write_down().case
    second = write_down(case=case)
    assert Case.objects.get() == second.case
    assert case.reports.count() == 2


def test_a_closed_case_is_given_no_report(write_down):
    case = write_down().case
    Case.objects.update(state=CaseState.CLOSED)
    with pytest.raises(CocError):
        write_down(case=case)
    assert Report.objects.count() == 1


def test_nothing_said_is_no_report(write_down):
    with pytest.raises(CocError):
        write_down(text="  ")
    assert not Case.objects.exists()


@pytest.mark.parametrize("part", ("affected", "witnesses"))
def test_who_was_affected_or_saw_it_does_not_see_the_case(
    event, member, colleague, write_down, part
):
    write_down(**{part: [Somebody(user=colleague)]})
    assert list(visible_cases(event, colleague)) == []
    assert visible_cases(event, member).count() == 1


def test_who_reported_sees_it_like_every_member(event, colleague, write_down):
    write_down(reporter=Somebody(user=colleague))
    assert visible_cases(event, colleague).count() == 1
    assert CasePerson.objects.get().name == "Colleague"


def test_a_witness_named_later_has_it_in_their_hands_no_more(
    member, colleague, write_down
):
    case = write_down().case
    case.members.update(standing="clear")
    case_claims.claim(case=case, by=colleague)
    case_claims.assign(case=case, by=member, to=colleague, revision=case.revision)
    reports.add_person(
        case=case, by=member, role=CaseRole.WITNESS, somebody=Somebody(user=colleague)
    )
    case.refresh_from_db()
    assert (case.assignee, case.claimed_by, case.claimed_until) == ("", "", None)
    assert not case_rights(colleague, case).knows


def test_nobody_is_no_person(member, write_down):
    case = write_down().case
    with pytest.raises(CocError):
        reports.add_person(
            case=case, by=member, role=CaseRole.WITNESS, somebody=Somebody(name=" ")
        )
    assert not CasePerson.objects.exists()


def test_a_first_answer_is_due_in_a_day_and_the_outcome_in_two_weeks(
    member, write_down
):
    report = write_down(reporter=Somebody(name="A volunteer"))
    assert days_from_now(report.answer_due) == 1
    reports.answer_reporter(report=report, by=member, text="We look.", final=False)
    assert (days_from_now(report.answer_due), report.answered) == (14, None)
    assert cases.missing_for_closing(report.case) == [NOT_ANSWERED]
    reports.answer_reporter(report=report, by=member, text="We spoke to them.")
    assert report.answered is not None
    assert cases.missing_for_closing(report.case) == []


def test_who_gave_no_name_is_owed_no_answer(member, write_down):
    report = write_down()
    assert (report.reporter, report.answer_due) == (None, None)
    assert cases.missing_for_closing(report.case) == []
    with pytest.raises(CocError):
        reports.answer_reporter(report=report, by=member, text="Hello?")


def test_who_has_their_answer_is_not_answered_again(member, write_down):
    report = write_down(reporter=Somebody(name="A volunteer"))
    reports.answer_reporter(report=report, by=member, text="We spoke to them.")
    with pytest.raises(CocError):
        reports.answer_reporter(report=report, by=member, text="Once more.")
    assert Report.objects.get().answer == "We spoke to them."


def test_another_look_is_asked_for_once_and_needs_another_answer(member, write_down):
    report = write_down(reporter=Somebody(name="A volunteer"))
    with pytest.raises(CocError):
        reports.second_look(report=report, by=member, text="Please.")
    reports.answer_reporter(report=report, by=member, text="We spoke to them.")
    reports.second_look(report=report, by=member, text="It went on.")
    assert cases.missing_for_closing(report.case) == [NOT_ANSWERED]
    reports.answer_reporter(report=report, by=member, text="We sent them away.")
    assert cases.missing_for_closing(report.case) == []
    with pytest.raises(CocError):
        reports.second_look(report=report, by=member, text="And again.")


def test_another_look_at_a_closed_case_opens_it_again(member, write_down):
    report = write_down(reporter=Somebody(name="A volunteer"))
    reports.answer_reporter(report=report, by=member, text="We found nothing.")
    Case.objects.update(state=CaseState.DECIDED, hearing=HearingState.SKIPPED)
    case = Case.objects.get()
    cases.close(
        case=case,
        by=member,
        outcome=CaseOutcome.NOT_ESTABLISHED,
        revision=case.revision,
    )
    reports.second_look(report=Report.objects.get(), by=member, text="It went on.")
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed) == (CaseState.IN_WORK, "", None)
    assert [entry.kind for entry in CaseEntry.objects.order_by("-pk")[:2]] == [
        EntryKind.STATE,
        EntryKind.SECOND_LOOK,
    ]
