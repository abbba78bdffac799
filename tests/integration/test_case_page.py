# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the page of a case is given, and what may belong to a case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pretalx.person.models import User

from pretalx_coc.domain import (
    case_files,
    case_items,
    case_links,
    case_members,
    cases,
    reports,
    verdicts,
)
from pretalx_coc.domain.access import members_who_may
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.queries.case_members import known_members
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.queries.proposals import CASE, proposals
from pretalx_coc.domain.reports import Somebody
from pretalx_coc.enums import (
    CaseState,
    CaseSubject,
    EntryKind,
    FlagReason,
    ItemRef,
    Standing,
    SubjectKind,
    Verdict,
)
from pretalx_coc.models import Case, CaseItem, CaseMember, Finding
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event", "both")]

BAD = "Before the demo we show hot naked girls on every slide."
LISTS = ("timeline", "items", "people", "reports", "files", "decisions", "links")


@pytest.fixture
def flag(talk, reviewer):
    return raise_flag(submission=talk, by=reviewer, reason=FlagReason.OTHER)


@pytest.fixture
def case(event, member, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject, text="Ada did it.")


def described(event, by, text="Red hat"):
    subject = cases.subject_in_words(CaseSubject.PERSON, text)
    return cases.open_case(event=event, by=by, subject=subject)


def make_blind(event, user):
    factories.make_team(
        event, user, name="Reviewers", is_reviewer=True, force_hide_speaker_names=True
    )


def let_in(case, user):
    CaseMember.objects.filter(case=case, user_code=user.code).update(
        standing=Standing.CLEAR
    )


def proposed(case, user):
    return {(one.kind, one.ref): one.reason for one in proposals(case=case, user=user)}


def fill(event, case, member, reviewer, number):
    """Put as many of everything on a case."""
    for __ in range(number):
        talk = factories.make_talk(event, factories.make_user())
        flag = raise_flag(submission=talk, by=reviewer, reason=FlagReason.OTHER)
        for kind, ref in ((ItemRef.TALK, talk.code), (ItemRef.FLAG, flag.code)):
            case_items.attach(case=case, by=member, kind=kind, ref=ref)
        case_files.add_file(
            case=case, by=member, uploaded=SimpleUploadedFile("a.txt", b"a")
        )
        reports.write_down(
            event=event,
            by=member,
            case=case,
            text="They said it.",
            reporter=Somebody(name="A volunteer"),
        )
        other = described(event, member)
        case_links.link(case=case, other=other, by=member)
        cases.add_note(case=case, by=member, text="A note.")


def test_the_page_has_everything(event, case, member, reviewer):
    fill(event, case, member, reviewer, 1)
    page = read_case(case=case, user=member)
    assert (page.case, page.rights.open, page.held_back) == (case, True, False)
    sizes = {name: len(getattr(page, name)) for name in LISTS}
    assert sizes == {
        "timeline": 8,
        "items": 2,
        "people": 1,
        "reports": 1,
        "files": 1,
        "decisions": 0,
        "links": 1,
    }
    talk, flag = (item.what for item in page.items)
    assert [item.talk for item in page.items] == [talk, talk]
    assert flag.subject_code == talk.code
    assert page.timeline[0].author == "Member"
    assert [(one.user.name, one.declared) for one in page.members] == [
        ("Member", True),
        ("Colleague", False),
    ]


def test_its_queries_do_not_grow(event, case, member, reviewer):
    fill(event, case, member, reviewer, 1)
    with CaptureQueriesContext(connection) as one:
        read_case(case=case, user=member)
    fill(event, case, member, reviewer, 2)
    with CaptureQueriesContext(connection) as three:
        read_case(case=case, user=member)
    assert len(one) == len(three)


def test_who_has_not_declared_is_given_the_outside_and_no_more(
    event, case, member, colleague, reviewer
):
    fill(event, case, member, reviewer, 1)
    page = read_case(case=case, user=colleague)
    assert (page.rights.declare, page.case, page.members) == (True, None, [])
    assert [getattr(page, name) for name in LISTS] == [[]] * len(LISTS)
    assert page.outside.subject == "Ada Speaker"


def test_who_has_a_conflict_is_given_nothing(case, colleague):
    case_members.declare(case=case, by=colleague, conflict=True)
    assert read_case(case=case, user=colleague) is None


def test_who_reviews_without_names_reads_nothing_that_can_name_somebody(
    event, case, member, colleague, reviewer
):
    fill(event, case, member, reviewer, 1)
    let_in(case, colleague)
    make_blind(event, colleague)
    page = read_case(case=case, user=colleague)
    assert (page.held_back, page.outside.subject) == (True, "")
    assert (page.case.subject_text, page.case.subject_code) == ("", "")
    assert {line.entry.text for line in page.timeline} == {""}
    assert [page.items, page.people, page.reports, page.files] == [[]] * 4
    attached = [
        line.entry.data
        for line in page.timeline
        if line.entry.kind == EntryKind.ATTACHED
    ]
    assert [list(data) for data in attached] == [["revision"]] * 2
    case_members.ask_for_name(case=case, by=colleague)
    page = read_case(case=case, user=colleague)
    assert (page.outside.subject, len(page.items)) == ("Ada Speaker", 2)


def test_what_pretalx_deleted_stays_on_the_case(case, member, talk, flag):
    for kind, ref in ((ItemRef.TALK, talk.code), (ItemRef.FLAG, flag.code)):
        case_items.attach(case=case, by=member, kind=kind, ref=ref)
    talk.delete()
    page = read_case(case=case, user=member)
    assert [(item.what, item.talk) for item in page.items] == [
        (None, None),
        (flag, None),
    ]


def test_the_members_of_a_case_are_those_who_may_know_of_it(event, reviewer):
    names = ("Opener", "Subject", "Speaks with", "On it", "Affected", "Other", "Left")
    people = factories.make_members(event, *names)
    opener, subject, speaks_with, on_it, affected, __, left = people
    talk = factories.make_talk(event, subject, speaks_with)
    profile = factories.profile_of(subject, event)
    case = cases.open_case(
        event=event, by=opener, subject=cases.subject_of_profile(profile)
    )
    assert len(known_members(case)) == 5
    flagged = raise_flag(
        submission=factories.make_talk(event, on_it),
        by=reviewer,
        reason=FlagReason.OTHER,
    )
    case_items.attach(case=case, by=opener, kind=ItemRef.FLAG, ref=flagged.code)
    reports.add_person(
        case=case, by=opener, role="affected", somebody=Somebody(user=affected)
    )
    case_members.declare(case=case, by=left, conflict=True)
    talk.speakers.remove(factories.profile_of(speaks_with, event))
    members = [user for user, __ in known_members(case)]
    assert members == members_who_may(case, write=False)


def test_flags_of_the_same_speaker_are_proposed_with_a_reason(
    case, member, flag, talk, reviewer
):
    second = raise_flag(submission=talk, by=reviewer, reason=FlagReason.CONSENT)
    third = raise_flag(submission=talk, by=reviewer, reason=FlagReason.OFFENSIVE)
    for one, verdict in ((second, Verdict.CONCERNS), (third, Verdict.DISMISSED)):
        verdicts.give(item=one, by=member, verdict=verdict, reason="So", revision=0)
    assert proposed(case, member) == {
        (ItemRef.FLAG, flag.code): (
            "On a talk of the same speaker, and nobody has judged it yet."
        ),
        (ItemRef.FLAG, second.code): (
            "On a talk of the same speaker, and concerns the code of conduct."
        ),
    }
    assert not CaseItem.objects.exists()


def test_passages_of_talk_and_profile_are_proposed(event, case, member, talk):
    talk.abstract = BAD
    talk.save()
    profile = talk.speakers.get()
    profile.biography = BAD
    profile.save()
    for kind, instance in ((SubjectKind.TALK, talk), (SubjectKind.PROFILE, profile)):
        check_subject(event=event, kind=kind.value, pk=instance.pk)
    found = proposed(case, member)
    assert set(found) == {
        (ItemRef.FINDING, code) for code in Finding.objects.values_list("code", flat=1)
    }
    assert set(found.values()) == {
        "On a talk of the same speaker, and nobody has judged it yet.",
        "On the profile of the same speaker, and nobody has judged it yet.",
    }


def test_what_is_attached_is_not_proposed_and_its_talk_is(case, member, flag, talk):
    case_items.attach(case=case, by=member, kind=ItemRef.FLAG, ref=flag.code)
    assert proposed(case, member) == {
        (ItemRef.TALK, talk.code): "Something on this case is about it."
    }


def test_what_is_on_a_case_that_they_must_not_know_of_is_still_proposed(
    event, case, member, colleague, flag
):
    other = described(event, member)
    case_items.attach(case=other, by=member, kind=ItemRef.FLAG, ref=flag.code)
    let_in(case, colleague)
    assert list(proposed(case, colleague)) == []
    case_members.declare(case=other, by=colleague, conflict=True)
    assert list(proposed(case, colleague)) == [(ItemRef.FLAG, flag.code)]


def test_earlier_cases_of_the_same_subject_are_proposed_as_links(
    event, case, member, colleague, talk
):
    subject = cases.subject_of_profile(talk.speakers.get())
    earlier = cases.open_case(event=event, by=member, subject=subject)
    Case.objects.filter(pk=earlier.pk).update(state=CaseState.CLOSED)
    open_one = cases.open_case(event=event, by=member, subject=subject)
    assert proposed(case, member) == {
        (CASE, earlier.code): "An earlier case about the same, closed.",
        (CASE, open_one.code): "A case about the same, still open.",
    }
    case_links.link(case=case, other=earlier, by=member)
    assert list(proposed(case, member)) == [(CASE, open_one.code)]
    let_in(case, colleague)
    case_members.declare(case=open_one, by=colleague, conflict=True)
    assert list(proposed(case, colleague)) == []


def test_the_same_organisation_is_proposed_and_the_same_hat_is_not(event, member):
    def open_about(kind, text):
        subject = cases.subject_in_words(kind, text)
        return cases.open_case(event=event, by=member, subject=subject)

    first = open_about(CaseSubject.ORGANISATION, "Sponsor Ltd")
    second = open_about(CaseSubject.ORGANISATION, "sponsor ltd")
    hats = [open_about(CaseSubject.PERSON, "Red hat") for __ in range(2)]
    assert list(proposed(second, member)) == [(CASE, first.code)]
    assert list(proposed(hats[0], member)) == []


def test_a_report_against_who_reported_is_offered_as_a_link_to_those_who_may_read(
    event, case, member, colleague, reviewer
):
    reports.write_down(
        event=event,
        by=member,
        case=case,
        text="They said it.",
        reporter=Somebody(user=reviewer),
    )
    against = cases.open_case(
        event=event, by=member, subject=cases.subject_of_account(reviewer)
    )
    assert proposed(case, member) == {
        (CASE, against.code): "It is about somebody who reported this, or was affected."
    }
    assert proposed(against, member) == {
        (CASE, case.code): "Whom this is about reported that, or was affected."
    }
    let_in(against, colleague)
    assert proposed(against, colleague) == {}


def test_who_reviews_without_names_is_proposed_nothing_that_says_whose_it_is(
    event, case, colleague, flag
):
    let_in(case, colleague)
    assert list(proposed(case, colleague)) == [(ItemRef.FLAG, flag.code)]
    make_blind(event, colleague)
    colleague = User.objects.get(pk=colleague.pk)  # Rights are cached on it.
    assert proposed(case, colleague) == {}
    case_members.ask_for_name(case=case, by=colleague)
    assert proposed(case, colleague) == {}
