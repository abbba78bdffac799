# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Two who hand a case over at once, or change it meanwhile, on PostgreSQL."""

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from pretalx_coc.domain import case_members, cases, hand_over
from pretalx_coc.domain.case_log import CaseChangedError
from pretalx_coc.domain.case_merging import merge
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.verify import verify
from pretalx_coc.enums import CaseState, CaseSubject, EntryKind
from pretalx_coc.models import Case, HandOver
from tests import factories
from tests.service.test_cases_postgres import (
    chains_hold,
    in_both_orders,
    kinds,
    one_after_the_other,
    own,
)
from tests.service.test_postgres import at_once

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set COC_TEST_DATABASE=postgres")
    with scopes_disabled():
        yield


@pytest.fixture
def members(event):
    return factories.make_members(event, "Member", "Colleague")


@pytest.fixture
def to(event):
    to = factories.make_event(organiser=event.organiser)
    factories.make_members(to, "Theo There", "Tina There")
    return to


@pytest.fixture
def case(event, members):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    case = cases.open_case(event=event, by=members[0], subject=subject)
    case_members.declare(case=case, by=members[1], conflict=False)
    return case


def give(case, to, by):
    return hand_over.hand_over(
        case=case, to=to, by=by, revision=case.revision, text="They come to you."
    )


def no_breaches():
    return not any(result.breaches for result in verify())


@in_both_orders
def test_of_two_who_hand_over_to_the_same_team_one_does(
    event, case, members, to, turned
):
    copies = [own(case) for __ in members]
    first, second = one_after_the_other(
        case,
        *(
            lambda copy=copy, by=by: give(copy, to, by)
            for copy, by in zip(copies, members, strict=True)
        ),
        turned=turned,
    )
    assert first == Case.objects.get(event=to)
    assert first.created_by == members[1 if turned else 0].code
    assert isinstance(second, CocError)
    assert str(second) == "This case was handed over to that team already."
    assert kinds(case, EntryKind.HANDED_OVER) == [EntryKind.HANDED_OVER]
    assert HandOver.objects.count() == 2
    assert chains_hold(event)
    assert no_breaches()


def test_of_many_who_hand_over_at_once_one_does(event, case, members, to):
    copies = [own(case) for __ in range(6)]
    results = at_once(
        *(
            lambda copy=copy, by=members[index % 2]: give(copy, to, by)
            for index, copy in enumerate(copies)
        )
    )
    done = [result for result in results if isinstance(result, Case)]
    assert done == [Case.objects.get(event=to)]
    assert sum(isinstance(result, CocError) for result in results) == 5
    assert chains_hold(event)
    assert no_breaches()


@in_both_orders
def test_a_hand_over_and_a_change_do_not_pass_each_other(
    event, case, members, to, turned
):
    mine, theirs = (own(case) for __ in range(2))
    results = one_after_the_other(
        case,
        lambda: give(mine, to, members[0]),
        lambda: cases.move(
            case=theirs,
            by=members[1],
            state=CaseState.IN_WORK,
            revision=theirs.revision,
        ),
        turned=turned,
    )
    if turned:
        assert isinstance(results[1], CaseChangedError)
        assert not Case.objects.filter(event=to).exists()
    else:
        # The case does not count as changed by it.
        assert [result.pk for result in results] == [
            Case.objects.get(event=to).pk,
            case.pk,
        ]
    assert own(case).state == CaseState.IN_WORK
    assert chains_hold(event)
    assert no_breaches()


@in_both_orders
def test_a_case_that_went_into_another_is_not_handed_over(
    event, case, members, to, turned
):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Green hat")
    into = cases.open_case(event=event, by=members[0], subject=subject)
    mine, theirs = (own(case) for __ in range(2))
    results = one_after_the_other(
        case,
        lambda: give(mine, to, members[0]),
        lambda: merge(
            case=theirs, into=own(into), by=members[0], revision=theirs.revision
        ),
        turned=turned,
    )
    assert own(case).merged_into == into.code
    assert Case.objects.filter(event=to).exists() is not turned
    if turned:
        assert str(results[1]) == "This case went into another one."
    assert chains_hold(event)
    assert no_breaches()
