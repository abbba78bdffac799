# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The queue of cases: order, filters, and what each member may know."""

import datetime as dt

import pytest
from django.core.paginator import Paginator
from django.utils.timezone import now

from pretalx_coc.domain import case_claims, case_members, cases
from pretalx_coc.domain.access import rights_in
from pretalx_coc.domain.queries.cases import (
    DANGER,
    MINE,
    NOBODY,
    OVERDUE,
    REST,
    WAITING,
    count_groups,
    queue,
)
from pretalx_coc.enums import CaseState, CaseSubject, FlagReason, Severity, Standing
from pretalx_coc.models import Case, CaseMember, CocSettings
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def both(event):
    return factories.make_members(event, "Member", "Colleague")


@pytest.fixture
def member(both):
    return both[0]


@pytest.fixture
def colleague(both):
    return both[1]


@pytest.fixture
def open_case(event, member):
    def open_it(text="Red hat", fields=None, **values):
        subject = cases.subject_in_words(CaseSubject.PERSON, text)
        case = cases.open_case(event=event, by=member, subject=subject, **values)
        Case.objects.filter(pk=case.pk).update(**(fields or {}))
        case.refresh_from_db()
        return case

    return open_it


def codes(event, user, **filters):
    return [row.outside.code for row in queue(event=event, user=user, **filters)]


def row_of(event, user, case):
    rows = queue(event=event, user=user, closed=True)
    return next(row for row in rows if row.outside.code == case.code)


def let_all_in(user):
    CaseMember.objects.filter(user_code=user.code).update(standing=Standing.CLEAR)


def make_blind(event, user):
    factories.make_team(
        event, user, name="Reviewers", is_reviewer=True, force_hide_speaker_names=True
    )


YESTERDAY = dt.timedelta(days=-1)
TOMORROW = dt.timedelta(days=1)


def test_danger_and_overdue_then_mine_then_waiting_then_the_rest(
    event, member, colleague, open_case
):
    in_work = {"state": CaseState.IN_WORK}
    theirs = open_case(fields=in_work | {"assignee": colleague.code})
    nobodys = open_case()
    waits = open_case(
        fields={
            "state": CaseState.WAITING,
            "waiting_until": now() + TOMORROW,
            "assignee": colleague.code,
        }
    )
    mine = open_case(fields=in_work | {"assignee": member.code})
    late = open_case(fields={"acknowledge_due": now() + YESTERDAY})
    danger = open_case(severity=Severity.DANGER)
    closed = open_case(fields={"state": CaseState.CLOSED})
    order = [one.code for one in (danger, late, mine, nobodys, waits, theirs)]
    assert codes(event, member) == order
    assert codes(event, member, closed=True) == [*order, closed.code]
    assert [row.group for row in queue(event=event, user=member)] == [
        DANGER,
        OVERDUE,
        MINE,
        WAITING,
        WAITING,
        REST,
    ]
    assert count_groups(event=event, user=member) == {
        DANGER: 1,
        OVERDUE: 1,
        MINE: 1,
        WAITING: 2,
        REST: 1,
    }


def test_each_row_says_who_has_it(event, member, colleague, open_case):
    case = open_case()
    let_all_in(colleague)
    case_claims.claim(case=case, by=colleague)
    cases.assign(case=case, by=member, to=colleague, revision=case.revision)
    row = row_of(event, member, case)
    assert (row.claimed_by, row.assignee, row.mine) == ("Colleague", "Colleague", False)
    assert row_of(event, colleague, case).mine
    Case.objects.update(claimed_until=now() + YESTERDAY)
    assert row_of(event, member, case).claimed_by == ""


def test_who_has_not_declared_sees_the_outside_and_no_more(
    event, member, colleague, open_case
):
    case = open_case(
        "Red hat",
        severity=Severity.DANGER,
        category=FlagReason.CONSENT,
        place="Hall 2",
        fields={"state": CaseState.IN_WORK, "next_step": "Call them"},
    )
    cases.assign(case=case, by=member, to=member, revision=case.revision)
    row = row_of(event, colleague, case)
    assert (row.declare, row.opens, row.outside.subject) == (True, False, "Red hat")
    assert (row.outside.severity, row.outside.danger, row.outside.place) == (
        Severity.DANGER,
        True,
        "Hall 2",
    )
    inside = (row.state, row.assignee, row.next_step, row.claimed_by, row.changed)
    assert inside == ("", "", "", "", None)
    assert codes(event, colleague, state=CaseState.IN_WORK) == []
    assert codes(event, colleague, assignee=member.code) == []
    assert codes(event, colleague, query="hat") == []
    assert codes(event, colleague, query=case.code_name) == [case.code]


def test_filters_and_search(event, member, open_case):
    one = open_case("Red hat", category=FlagReason.CONSENT)
    two = open_case("Blue hat", severity=Severity.HIGH)
    cases.assign(case=one, by=member, to=member, revision=one.revision)
    cases.move(case=one, by=member, state=CaseState.ACKNOWLEDGED, revision=one.revision)
    assert codes(event, member, query="red") == [one.code]
    assert codes(event, member, query=two.code.lower()) == [two.code]
    assert codes(event, member, query="   ") == [one.code, two.code]
    assert codes(event, member, state=CaseState.ACKNOWLEDGED) == [one.code]
    assert codes(event, member, severity=Severity.HIGH) == [two.code]
    assert codes(event, member, category=FlagReason.CONSENT) == [one.code]
    assert codes(event, member, assignee=member.code) == [one.code]
    assert codes(event, member, assignee=NOBODY) == [two.code]


def test_who_reviews_without_names_reads_and_finds_none(
    event, member, colleague, open_case
):
    case = open_case("Red hat", fields={"next_step": "Call Ada"})
    let_all_in(colleague)
    make_blind(event, colleague)
    row = row_of(event, colleague, case)
    assert (row.opens, row.outside.subject, row.next_step) == (True, "", "")
    assert codes(event, colleague, query="hat") == []
    case_members.ask_for_name(case=case, by=colleague)
    assert row_of(event, colleague, case).outside.subject == "Red hat"
    assert codes(event, colleague, query="hat") == [case.code]


def test_a_hidden_case_changes_nothing(event, member, colleague, open_case):
    open_case("Red hat")
    before = (
        list(queue(event=event, user=colleague)),
        count_groups(event=event, user=colleague),
    )
    hidden = open_case("Red hat", severity=Severity.DANGER)
    case_members.declare(case=hidden, by=colleague, conflict=True)
    about = cases.subject_of_account(colleague)
    cases.open_case(event=event, by=member, subject=about)
    after = (
        list(queue(event=event, user=colleague)),
        count_groups(event=event, user=colleague),
    )
    assert before == after


def test_administrators_see_cases_only_where_they_may_look(event, open_case):
    case = open_case()
    administrator = factories.make_user(is_administrator=True)
    assert codes(event, administrator) == []
    CocSettings.objects.update(administrators_look=True)
    row = row_of(event, administrator, case)
    assert (row.opens, row.outside.subject) == (True, "Red hat")


def test_a_page_of_the_queue_reads_that_page(event, member, open_case):
    made = [open_case().code for __ in range(5)]
    paginator = Paginator(queue(event=event, user=member), 2)
    page = paginator.page(2)
    assert (paginator.count, [row.outside.code for row in page]) == (5, made[2:4])


@pytest.mark.parametrize("number", (1, 3))
def test_the_queue_is_two_queries_and_those_of_the_rights(
    event, member, open_case, django_assert_num_queries, number
):
    for __ in range(number):
        case = open_case()
        cases.assign(case=case, by=member, to=member, revision=case.revision)
    rights = rights_in(member, event)
    with django_assert_num_queries(2):
        rows = queue(event=event, user=member, rights=rights)
        assert (len(rows), len(rows[:50])) == (number, number)
