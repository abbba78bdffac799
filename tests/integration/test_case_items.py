# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What people attach to a case, asked of the domain."""

import pytest

from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain import case_items, case_members, cases, verdicts
from pretalx_coc.domain.access import case_rights, visible_cases
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.flags import raise_flag, retract
from pretalx_coc.enums import (
    CaseState,
    CaseSubject,
    EntryKind,
    FlagReason,
    ItemRef,
    Standing,
    Verdict,
)
from pretalx_coc.models import Case, CaseEntry, CaseItem, CaseMember, Flag
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event", "both")]

NOTHING = "There is nothing here that can be attached."


@pytest.fixture
def flag(talk, reviewer):
    return raise_flag(submission=talk, by=reviewer, reason=FlagReason.INTIMIDATION)


@pytest.fixture
def case(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    return cases.open_case(event=event, by=member, subject=subject)


def items():
    return list(CaseItem.objects.values_list("kind", "ref"))


def attach_flag(case, by, flag):
    return case_items.attach(case=case, by=by, kind=ItemRef.FLAG, ref=flag.code)


def refusal(case, by, kind, ref):
    with pytest.raises(CocError) as caught:
        case_items.attach(case=case, by=by, kind=kind, ref=ref)
    return str(caught.value)


def test_a_flag_is_attached_and_taken_off_again(case, member, flag):
    attach_flag(case, member, flag)
    assert items() == [(ItemRef.FLAG, flag.code)]
    case_items.detach(case=case, by=member, kind=ItemRef.FLAG, ref=flag.code)
    assert items() == []
    assert list(CaseEntry.objects.values_list("kind", flat=True)) == [
        EntryKind.OPENED,
        EntryKind.ATTACHED,
        EntryKind.DETACHED,
    ]


def test_what_is_attached_twice_is_there_once(case, member, flag):
    attach_flag(case, member, flag)
    attach_flag(case, member, flag)
    assert items() == [(ItemRef.FLAG, flag.code)]


def test_what_is_not_there_cannot_be_attached(case, member):
    for kind in (*ItemRef.values, "shoe"):
        assert refusal(case, member, kind, "NOSUCH") == NOTHING


def test_what_was_dismissed_or_retracted_cannot_be_attached(
    case, member, flag, reviewer, talk
):
    verdicts.give(
        item=flag, by=member, verdict=Verdict.DISMISSED, reason="A quote", revision=0
    )
    taken_back = raise_flag(submission=talk, by=reviewer, reason=FlagReason.OTHER)
    retract(flag=taken_back, by=reviewer)
    for one in (flag, taken_back):
        assert refusal(case, member, ItemRef.FLAG, one.code) == NOTHING


def test_own_matters_are_refused_as_if_they_were_not_there(
    event, case, member, reviewer
):
    own = factories.make_talk(event, member)
    flag = raise_flag(submission=own, by=reviewer, reason=FlagReason.OTHER)
    assert refusal(case, member, ItemRef.FLAG, flag.code) == NOTHING
    assert refusal(case, member, ItemRef.TALK, own.code) == NOTHING


def test_a_flag_is_on_one_case_and_the_member_is_told_which(case, member, flag):
    attach_flag(case, member, flag)
    second = cases.open_case(
        event=case.event,
        by=member,
        subject=cases.subject_in_words(CaseSubject.PERSON, "Blue hat"),
    )
    assert refusal(second, member, ItemRef.FLAG, flag.code) == (
        f"This is on case {case.code} already."
    )


def test_a_hidden_case_keeps_a_flag_from_no_other(event, case, both, flag):
    member, colleague = both
    attach_flag(case, member, flag)
    case_members.declare(case=case, by=colleague, conflict=True)
    second = case_items.open_case_from(item=flag, by=colleague)
    assert second.items.filter(kind=ItemRef.FLAG).count() == 1


def test_a_closed_case_is_given_nothing(case, member, flag):
    Case.objects.update(state=CaseState.CLOSED)
    with pytest.raises(CocError):
        attach_flag(case, member, flag)
    assert items() == []


def test_whose_talk_is_attached_does_not_see_the_case_then_or_later(
    event, case, member, colleague
):
    theirs = factories.make_talk(event, colleague)
    assert case_rights(colleague, case).knows
    case_items.attach(case=case, by=member, kind=ItemRef.TALK, ref=theirs.code)
    assert not case_rights(colleague, case).knows
    case_items.detach(case=case, by=member, kind=ItemRef.TALK, ref=theirs.code)
    assert list(visible_cases(event, colleague)) == []
    case_members.let_in(case=case, by=member, user=colleague)
    assert case_rights(colleague, case).declare


def test_who_joins_a_talk_of_a_case_does_not_see_it_even_when_they_leave_again(
    event, case, member, colleague, talk
):
    case_items.attach(case=case, by=member, kind=ItemRef.TALK, ref=talk.code)
    profile = factories.profile_of(colleague, event)
    talk.speakers.add(profile)
    talk.speakers.remove(profile)
    assert not case_rights(colleague, case).knows


def test_a_case_about_the_speaker_of_a_flag(member, flag, talk):
    case = case_items.open_case_from(item=flag, by=member, text="Please look.")
    profile = talk.speakers.get()
    assert (case.subject_code, case.subject_text) == (profile.code, "Ada Speaker")
    assert case.category == FlagReason.INTIMIDATION
    assert items() == [(ItemRef.FLAG, flag.code), (ItemRef.TALK, talk.code)]


def test_with_several_speakers_somebody_says_which(event, member, flag, talk):
    second = factories.profile_of(factories.make_user(name="Bob"), event)
    stranger = factories.profile_of(factories.make_user(name="Cem"), event)
    talk.speakers.add(second)
    for profile in (None, stranger):
        with pytest.raises(CocError):
            case_items.open_case_from(item=flag, by=member, profile=profile)
    assert not Case.objects.exists()
    case = case_items.open_case_from(item=flag, by=member, profile=second)
    assert case.subject_code == second.code


def test_the_speaker_of_a_talk_that_is_gone_is_still_known(member, flag, talk):
    profile = talk.speakers.get()
    talk.delete()
    case = case_items.open_case_from(item=flag, by=member)
    assert case.subject_code == profile.code
    assert items() == [(ItemRef.FLAG, flag.code), (ItemRef.TALK, flag.subject_code)]


def test_where_no_speaker_is_left_nothing_is_opened(event, member, flag, talk):
    talk.delete()
    SpeakerProfile.objects.filter(event=event).delete()
    with pytest.raises(CocError):
        case_items.open_case_from(item=flag, by=member)
    assert not Case.objects.exists()


def test_nobody_opens_a_case_from_a_flag_on_their_own_talk(event, member, reviewer):
    own = factories.make_talk(event, member)
    flag = raise_flag(submission=own, by=reviewer, reason=FlagReason.OTHER)
    with pytest.raises(CocError, match=NOTHING):
        case_items.open_case_from(item=flag, by=member)
    assert not Case.objects.exists()


def test_standings_are_of_this_case_alone(case, member, flag):
    case_items.open_case_from(item=flag, by=member)
    standings = CaseMember.objects.filter(user_code=member.code)
    assert set(standings.values_list("standing", flat=True)) == {Standing.CLEAR}
    assert Flag.objects.get().verdict == ""
