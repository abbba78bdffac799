# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Cases that are merged, split and linked: nothing is lost, nobody gains sight."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from pretalx_coc.domain import (
    audit,
    case_claims,
    case_files,
    case_items,
    case_links,
    case_members,
    case_merging,
    cases,
    reports,
)
from pretalx_coc.domain.access import case_rights, visible_cases
from pretalx_coc.domain.case_log import CaseChangedError, chain_of, codes_of
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.reports import Somebody
from pretalx_coc.enums import (
    CaseRole,
    CaseState,
    CaseSubject,
    EntryKind,
    ItemRef,
    Measure,
    Severity,
    Standing,
)
from pretalx_coc.models import Case, CaseItem, CaseLink, CaseMember, Decision, Exclusion
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event", "both")]


@pytest.fixture
def open_case(event, member):
    def open_it(text="Red hat", subject=None, **values):
        subject = subject or cases.subject_in_words(CaseSubject.PERSON, text)
        return cases.open_case(event=event, by=member, subject=subject, **values)

    return open_it


@pytest.fixture
def case(open_case):
    return open_case("Red hat", severity=Severity.HIGH)


@pytest.fixture
def into(open_case):
    return open_case("Badge 7")


def merge(case, into, by):
    return case_merging.merge(case=case, into=into, by=by, revision=case.revision)


def stand(case, user, standing):
    CaseMember.objects.filter(case=case, user_code=user.code).update(standing=standing)


def standing_of(case, user):
    rows = CaseMember.objects.filter(case=case, user_code=user.code)
    return rows.values_list("standing", flat=True).first()


def upload():
    return SimpleUploadedFile("photo.jpg", b"what was seen")


def test_everything_moves_and_the_timeline_is_read_through_the_survivor(
    event, case, into, member, talk
):
    case_items.attach(case=case, by=member, kind=ItemRef.TALK, ref=talk.code)
    reporter = Somebody(name="A volunteer")
    reports.write_down(
        event=event, by=member, case=case, text="They said it.", reporter=reporter
    )
    case_files.add_file(case=case, by=member, uploaded=upload())
    cases.add_note(case=into, by=member, text="Seen at lunch.")
    merge(case, into, member)
    case.refresh_from_db()
    page = read_case(case=into, user=member)
    assert (case.merged_into, into.severity) == (into.code, Severity.HIGH)
    assert [item.what for item in page.items] == [talk]
    assert [report.text for report in page.reports] == ["They said it."]
    assert [file.name for file in page.files] == ["photo.jpg"]
    assert [person.name for person in page.people] == ["A volunteer"]
    texts = [line.entry.text for line in page.timeline if line.entry.text]
    assert texts == ["They said it.", "photo.jpg", "Seen at lunch."]
    assert list(visible_cases(event, member)) == [into]


def test_both_chains_hold_and_end_with_the_merge(event, case, into, member):
    merge(case, into, member)
    for one in (case, into):
        assert audit.first_broken_link(event, chain_of(one)) is None
        last = audit.AuditEntry.objects.filter(chain=chain_of(one)).last()
        assert last.data["kind"] == EntryKind.MERGED
        assert (last.data["from"], last.data["into"]) == (case.code, into.code)


def test_decisions_and_exclusions_go_with_it(event, case, into, member):
    decision = Decision.objects.create(
        event=event,
        case=case,
        measure=Measure.EXCLUDED_EVENT,
        reason="Part 2 of the code of conduct",
        starts=now(),
        proposed_by=member.code,
        proposed=now(),
    )
    exclusion = Exclusion.objects.create(
        organiser=event.organiser,
        event_slug=event.slug,
        case_code=case.code,
        decision_code=decision.code,
        user_code="NOBODY",
        starts=now(),
        created=now(),
    )
    merge(case, into, member)
    exclusion.refresh_from_db()
    assert read_case(case=into, user=member).decisions == [decision]
    assert exclusion.case_code == into.code


def test_what_went_into_the_merged_one_before_is_not_lost(
    case, into, open_case, member
):
    first = open_case("Green bag")
    merge(first, case, member)
    merge(case, into, member)
    assert codes_of(into) == [into.code, case.code, first.code]


@pytest.mark.parametrize(
    ("one", "two", "after"),
    (
        (Standing.CLEAR, Standing.CLEAR, Standing.CLEAR),
        (Standing.CLEAR, Standing.ASKED, Standing.ASKED),
        (Standing.CONFLICT, Standing.CLEAR, Standing.CONFLICT),
        (Standing.CLEAR, Standing.STEPPED_BACK, Standing.STEPPED_BACK),
        (None, Standing.CLEAR, None),
        (Standing.CLEAR, None, None),
        (None, Standing.CONFLICT, Standing.CONFLICT),
    ),
)
def test_only_who_may_know_of_both_knows_of_the_survivor(
    event, case, into, member, colleague, one, two, after
):
    for row, standing in ((case, one), (into, two)):
        if standing:
            stand(row, colleague, standing)
        else:
            CaseMember.objects.filter(case=row, user_code=colleague.code).delete()
    merge(case, into, member)
    assert standing_of(into, colleague) == after
    knows = after in (Standing.ASKED, Standing.CLEAR)
    assert visible_cases(event, colleague).exists() is knows


def test_the_subject_of_the_merged_one_does_not_see_the_survivor(
    event, into, member, colleague, open_case
):
    known = open_case(subject=cases.subject_of_account(colleague))
    assert case_rights(colleague, into).knows
    merge(known, into, member)
    assert (into.subject_kind, into.subject_user) == (
        CaseSubject.ACCOUNT,
        colleague.code,
    )
    assert not visible_cases(event, colleague).exists()


def test_who_had_the_survivor_in_their_hands_and_lost_sight_has_it_no_more(
    case, into, member, colleague
):
    stand(into, colleague, Standing.CLEAR)
    case_claims.claim(case=into, by=colleague)
    case_claims.assign(case=into, by=member, to=colleague, revision=into.revision)
    stand(case, colleague, Standing.CONFLICT)
    merge(case, into, member)
    assert (into.assignee, into.claimed_by) == ("", "")


def test_cases_about_two_known_people_stay_two(event, open_case, member, talk):
    other = factories.make_talk(event, factories.make_user(name="Bob"))
    one, two = (
        open_case(subject=cases.subject_of_profile(one.speakers.get()))
        for one in (talk, other)
    )
    with pytest.raises(CocError, match="different people"):
        merge(one, two, member)
    assert set(Case.objects.values_list("merged_into", flat=True)) == {""}


def test_an_organisation_is_no_person(open_case, case, member):
    sponsor = cases.subject_in_words(CaseSubject.ORGANISATION, "Sponsor")
    with pytest.raises(CocError, match="different people"):
        merge(open_case(subject=sponsor), case, member)


def test_a_case_one_must_not_work_on_is_not_there_to_merge_with(
    event, case, into, member, colleague
):
    for standing in (Standing.CONFLICT, Standing.ASKED):
        stand(into, member, standing)
        with pytest.raises(CocError, match="There is no such case"):
            merge(case, into, member)
    with pytest.raises(CocError, match="There is no such case"):
        merge(case, case, member)


@pytest.mark.parametrize("state", (CaseState.CLOSED, CaseState.APPEALED))
def test_what_is_closed_or_objected_to_is_not_merged(case, into, member, state):
    Case.objects.filter(pk=case.pk).update(state=state)
    with pytest.raises(CocError):
        merge(case, into, member)
    assert Case.objects.get(pk=case.pk).merged_into == ""


def test_a_merge_of_what_somebody_changed_is_refused(case, into, member):
    revision = case.revision
    cases.add_note(case=case, by=member, text="One more thing.")
    with pytest.raises(CaseChangedError):
        case_merging.merge(case=case, into=into, by=member, revision=revision)


def test_nothing_goes_to_a_case_that_is_gone_and_nobody_declares_on_it(
    case, into, member, colleague
):
    merge(case, into, member)
    with pytest.raises(CocError, match="This case went into another one"):
        cases.add_note(case=case, by=member, text="Too late.")
    with pytest.raises(CocError, match="This case went into another one"):
        case_members.declare(case=case, by=colleague, conflict=True)


def test_a_talk_on_both_is_on_the_survivor_once(case, into, member, talk):
    for one in (case, into):
        case_items.attach(case=one, by=member, kind=ItemRef.TALK, ref=talk.code)
    merge(case, into, member)
    assert CaseItem.objects.get().case == into


def test_links_move_and_none_leads_to_itself(case, into, open_case, member):
    third = open_case("Green bag")
    for one, other in ((case, into), (case, third), (into, third)):
        case_links.link(case=one, other=other, by=member)
    merge(case, into, member)
    assert set(CaseLink.objects.values_list("case__code", "other__code")) == {
        (into.code, third.code),
        (third.code, into.code),
    }


def test_a_part_becomes_a_case_of_its_own(event, case, member, talk):
    item = case_items.attach(case=case, by=member, kind=ItemRef.TALK, ref=talk.code)
    subject = cases.subject_of_profile(talk.speakers.get())
    new = case_links.split(
        case=case,
        by=member,
        revision=case.revision,
        item_ids=[item.pk],
        subject=subject,
        text="Another matter.",
    )
    assert CaseItem.objects.get().case == new
    assert (new.subject_text, new.severity) == ("Ada Speaker", Severity.HIGH)
    for one, other in ((case, new), (new, case)):
        page = read_case(case=one, user=member)
        last = page.timeline[-1]
        assert (last.entry.kind, last.other) == (EntryKind.SPLIT, other.code)
        assert [link.other for link in page.links] == [other]
        assert audit.first_broken_link(event, chain_of(one)) is None


def test_a_report_goes_with_who_gave_it_and_the_witnesses_are_on_both(
    event, case, member, colleague
):
    report = reports.write_down(
        event=event,
        by=member,
        case=case,
        text="They said it.",
        reporter=Somebody(name="A volunteer"),
        witnesses=[Somebody(user=colleague)],
    )
    new = case_links.split(
        case=case, by=member, revision=case.revision, report_ids=[report.pk]
    )
    report.refresh_from_db()
    assert (report.case, report.reporter.case) == (new, new)
    assert list(case.people.values_list("role", flat=True)) == [CaseRole.WITNESS]
    assert set(new.people.values_list("role", flat=True)) == {
        CaseRole.WITNESS,
        CaseRole.REPORTER,
    }
    assert not visible_cases(event, colleague).exists()


def test_nobody_gains_sight_by_a_split(event, case, member, colleague):
    theirs = factories.make_talk(event, colleague)
    later = factories.make_user(name="Later")
    item = case_items.attach(case=case, by=member, kind=ItemRef.TALK, ref=theirs.code)
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    factories.make_team(event, later, name="More")
    case_links.split(case=case, by=member, revision=case.revision, file_ids=[file.pk])
    case_links.split(case=case, by=member, revision=case.revision, item_ids=[item.pk])
    assert Case.objects.count() == 3
    assert not visible_cases(event, colleague).exists()
    assert not CaseMember.objects.filter(user_code=later.code).exists()


def test_standings_are_carried_over_to_a_split(event, case, member, colleague):
    stand(case, colleague, Standing.CONFLICT)
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    new = case_links.split(
        case=case, by=member, revision=case.revision, file_ids=[file.pk]
    )
    assert standing_of(new, member) == Standing.CLEAR
    assert standing_of(new, colleague) == Standing.CONFLICT


def test_nothing_or_what_is_elsewhere_is_not_split_off(case, into, member, talk):
    item = case_items.attach(case=into, by=member, kind=ItemRef.TALK, ref=talk.code)
    for chosen in ([], [item.pk]):
        with pytest.raises(CocError):
            case_links.split(
                case=case, by=member, revision=case.revision, item_ids=chosen
            )
    assert Case.objects.count() == 2


def test_a_link_goes_both_ways_and_joins_nothing(case, into, member):
    case_links.link(case=case, other=into, by=member, reason="Retaliation")
    for one, other in ((case, into), (into, case)):
        page = read_case(case=one, user=member)
        assert [(link.other, link.reason) for link in page.links] == [
            (other, "Retaliation")
        ]
        last = page.timeline[-1]
        assert (last.entry.kind, last.other) == (EntryKind.LINKED, other.code)
    assert set(Case.objects.values_list("merged_into", flat=True)) == {""}


def test_the_log_of_a_case_does_not_name_what_it_is_linked_with(case, into, member):
    case_links.link(case=case, other=into, by=member, reason="Retaliation")
    log = audit.AuditEntry.objects.filter(chain=chain_of(case))
    texts = audit.AuditText.objects.filter(chain=chain_of(case))
    written = repr([*log.values(), *texts.values()])
    assert [word for word in (into.code, "Retaliation") if word in written] == []


def test_who_must_not_know_of_the_other_sees_nothing_of_the_link(
    case, into, member, colleague
):
    for one in (case, into):
        stand(one, colleague, Standing.CLEAR)
    case_members.declare(case=into, by=member, conflict=False)
    stand(into, colleague, Standing.CONFLICT)
    before = read_case(case=Case.objects.get(pk=case.pk), user=colleague)
    case_links.link(case=case, other=into, by=member, reason="Retaliation")
    after = read_case(case=Case.objects.get(pk=case.pk), user=colleague)
    assert (before.links, after.links) == ([], [])
    assert [line.entry for line in after.timeline] == [
        line.entry for line in before.timeline
    ]
    assert (after.case.revision, after.case.changed) == (
        before.case.revision,
        before.case.changed,
    )


def test_who_did_not_know_of_the_first_case_learns_nothing_from_the_split(
    event, case, member, colleague
):
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    new = case_links.split(
        case=case, by=member, revision=case.revision, file_ids=[file.pk]
    )
    stand(case, colleague, Standing.CONFLICT)
    stand(new, colleague, Standing.CLEAR)
    page = read_case(case=new, user=colleague)
    last = page.timeline[-1]
    assert (last.entry.kind, last.entry.data, last.other) == (EntryKind.SPLIT, {}, "")
    assert page.links == []


def test_nobody_links_with_what_they_must_not_know_of(case, into, member):
    stand(into, member, Standing.CONFLICT)
    for other in (into, case):
        with pytest.raises(CocError, match="There is no such case"):
            case_links.link(case=case, other=other, by=member)
    assert not CaseLink.objects.exists()
