# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who is working on a case, asked of the domain."""

import datetime as dt

import pytest
from django.utils.timezone import now

from pretalx_coc.domain import case_claims, cases
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import CaseState, EntryKind
from pretalx_coc.models import Case, CaseEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event", "both")]


@pytest.fixture
def case(event, colleague, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=colleague, subject=subject)


def kinds():
    return list(CaseEntry.objects.values_list("kind", flat=True))[1:]


def let_it_run_out():
    Case.objects.update(claimed_until=now() - dt.timedelta(seconds=1))


def minutes_left():
    left = Case.objects.get().claimed_until - now()
    return round(left.total_seconds() / 60)


def test_a_claim_holds_for_half_an_hour(case, member):
    case_claims.claim(case=case, by=member)
    assert case_claims.holder_of(Case.objects.get()) == member.code
    assert (minutes_left(), kinds()) == (30, [EntryKind.CLAIMED])


def test_the_second_is_told_who_has_it(case, member, colleague):
    case_claims.claim(case=case, by=colleague)
    with pytest.raises(case_claims.ClaimedError) as caught:
        case_claims.claim(case=case, by=member)
    assert caught.value.holder == colleague.code
    assert str(caught.value) == (
        "Colleague is working on this case right now. You can take it over."
    )
    assert Case.objects.get().claimed_by == colleague.code


def test_a_claim_that_ran_out_keeps_nobody_away(case, member, colleague):
    case_claims.claim(case=case, by=colleague)
    let_it_run_out()
    assert case_claims.holder_of(Case.objects.get()) == ""
    case_claims.claim(case=case, by=member)
    assert case_claims.holder_of(Case.objects.get()) == member.code


def test_taking_over_is_noted(case, member, colleague):
    case_claims.claim(case=case, by=colleague)
    case_claims.take_over(case=case, by=member, holder=colleague.code)
    entry = CaseEntry.objects.last()
    assert Case.objects.get().claimed_by == member.code
    assert (entry.kind, entry.data["from"]) == (EntryKind.TAKEN_OVER, colleague.code)


def test_nobody_takes_over_from_somebody_they_have_not_seen(event, case, member):
    third = factories.make_member(event, name="Third")
    case_claims.claim(case=case, by=third)
    with pytest.raises(case_claims.ClaimedError) as caught:
        case_claims.take_over(case=case, by=member, holder="SOMEBODY")
    assert str(caught.value) == "By now Third is working on this case."


def test_what_is_free_is_taken_over_as_a_claim(case, member, colleague):
    case_claims.take_over(case=case, by=member, holder=colleague.code)
    assert kinds() == [EntryKind.CLAIMED]


def test_claiming_again_only_makes_it_longer(case, member):
    case_claims.claim(case=case, by=member)
    Case.objects.update(claimed_until=now() + dt.timedelta(minutes=3))
    case_claims.claim(case=case, by=member)
    assert (minutes_left(), kinds(), case.revision) == (30, [EntryKind.CLAIMED], 1)


def test_whoever_does_something_keeps_their_claim(case, member):
    case_claims.claim(case=case, by=member)
    let_it_run_out()
    cases.add_note(case=case, by=member, text="I called them.")
    assert minutes_left() == 30


def test_what_others_do_does_not_make_it_longer(case, member, colleague):
    case_claims.claim(case=case, by=member)
    Case.objects.update(claimed_until=now() + dt.timedelta(minutes=3))
    cases.add_note(case=case, by=colleague, text="So did I.")
    assert minutes_left() == 3


def test_released_is_free(case, member, colleague):
    case_claims.claim(case=case, by=member)
    case_claims.release(case=case, by=colleague)
    assert Case.objects.get().claimed_by == member.code
    case_claims.release(case=case, by=member)
    assert Case.objects.get().claimed_by == ""
    assert kinds() == [EntryKind.CLAIMED, EntryKind.RELEASED]


def test_a_closed_case_cannot_be_claimed(case, member):
    Case.objects.update(state=CaseState.CLOSED)
    with pytest.raises(CocError):
        case_claims.claim(case=case, by=member)
