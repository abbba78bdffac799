# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case is handed over to another event's team: what passes on, and who sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.event import shred_event

from pretalx_coc.domain import audit, case_files, case_members, cases, hand_over
from pretalx_coc.domain.access import members_who_may, visible_cases
from pretalx_coc.domain.access_parts import parts_about
from pretalx_coc.domain.case_export import export_case
from pretalx_coc.domain.case_log import CaseChangedError, chain_of
from pretalx_coc.domain.case_merging import merge
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.hand_over import Chosen
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.reports import Somebody, add_person, write_down
from pretalx_coc.domain.retention import erase_due
from pretalx_coc.enums import (
    CaseSubject,
    DecisionState,
    EntryKind,
    FlagReason,
    Measure,
    Severity,
    Standing,
)
from pretalx_coc.models import (
    AuditEntry,
    Case,
    CaseEntry,
    CaseMember,
    CocSettings,
    Decision,
    HandOver,
)
from tests import factories
from tests.integration.test_evidence import breaches, execute

pytestmark = pytest.mark.django_db
WHY = "They come to you next. Please keep an eye on it."


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def to(event):
    """Another event of the same organiser, not public yet."""
    event = factories.make_event(organiser=event.organiser)
    event.is_public = False
    event.save()
    return event


@pytest.fixture
def member(event, to):
    """Works on the case, and knows of the other event for they review there."""
    member = factories.make_member(event, "Mona Member")
    factories.make_team(to, member, name="Reviewers", is_reviewer=True)
    return member


@pytest.fixture
def theirs(to):
    """The team of the other event."""
    return factories.make_members(to, "Theo There", "Tina There")


@pytest.fixture
def case(event, member, talk):
    return cases.open_case(
        event=event,
        by=member,
        subject=cases.subject_of_profile(talk.speakers.get()),
        severity=Severity.HIGH,
        category=FlagReason.INTIMIDATION,
        place="Hall 2",
        text="Seen at the bar.",
    )


@pytest.fixture
def give(case, to, member, theirs):
    def give_it(case=case, to=to, by=member, text=WHY, **chosen):
        with scope(event=case.event):
            return hand_over.hand_over(
                case=case,
                to=to,
                by=by,
                revision=case.revision,
                text=text,
                chosen=Chosen(**chosen),
            )

    return give_it


def knows(event, user):
    return list(visible_cases(event, user))


def standing_of(case, user):
    rows = CaseMember.objects.filter(case=case, user_code=user.code)
    return rows.values_list("standing", flat=True).first()


def texts_of(case):
    rows = CaseEntry.objects.filter(event=case.event, case_code=case.code)
    return [(row.kind, row.text) for row in rows.order_by("pk")]


def add_to_team(event, *users):
    settings = CocSettings.objects.get(event=event)
    settings.response_teams.first().members.add(*users)


def test_the_other_team_gets_a_case_of_its_own(case, give, to, member):
    opened = give()
    assert (opened.event, opened.state, opened.created_by) == (to, "new", member.code)
    assert (opened.subject_kind, opened.subject_text) == ("account", "Ada Speaker")
    assert (opened.severity, opened.category) == (Severity.HIGH, "intimidation")
    assert (opened.place, opened.may_be_told) == ("", "")
    assert opened.code_name != case.code_name
    assert texts_of(opened) == [(EntryKind.OPENED, ""), (EntryKind.RECEIVED, WHY)]
    assert not opened.people.exists()
    assert not opened.files.exists()


def test_whom_it_is_about_is_their_profile_there_where_they_have_one(give, to, speaker):
    factories.make_talk(to, speaker)
    profile = factories.profile_of(speaker, to)
    opened = give()
    assert (opened.subject_kind, opened.subject_code, opened.subject_user) == (
        CaseSubject.PROFILE,
        profile.code,
        speaker.code,
    )


@pytest.mark.parametrize(
    ("state", "severity"), (("new", Severity.DANGER), ("closed", Severity.HIGH))
)
def test_what_is_over_is_no_danger_there(case, give, state, severity):
    Case.objects.update(severity=Severity.DANGER, state=state)
    case.refresh_from_db()
    assert give().severity == severity


@pytest.mark.parametrize("kind", (CaseSubject.PERSON, CaseSubject.ORGANISATION))
def test_what_was_described_in_words_is_so_there(event, give, member, kind):
    subject = cases.subject_in_words(kind, "Red hat")
    case = cases.open_case(event=event, by=member, subject=subject)
    opened = give(case)
    assert (opened.subject_kind, opened.subject_text) == (kind, "Red hat")


def test_everybody_there_declares_first_also_who_is_on_both_teams(
    case, give, to, member, theirs
):
    add_to_team(to, member)
    opened = give()
    assert members_who_may(opened, write=False) == [member, *theirs]
    assert members_who_may(opened) == []
    assert standing_of(case, member) == Standing.CLEAR
    assert standing_of(opened, member) == Standing.ASKED


def test_what_is_chosen_passes_on_in_copies(case, give, member):
    file = case_files.add_file(
        case=case, by=member, uploaded=SimpleUploadedFile("a.txt", b"what was seen")
    )
    cases.add_note(case=case, by=member, text="For us only.")
    cases.describe(
        case=case, by=member, revision=case.revision, may_be_told="Nothing to anybody."
    )
    decision = decide(case)
    decide(case, state=DecisionState.LIFTED)
    entry = CaseEntry.objects.get(text="Seen at the bar.")
    opened = give(
        entry_ids=[entry.pk], decision_ids=[decision.pk], file_ids=[file.pk], told=True
    )
    assert texts_of(opened)[2:] == [
        (EntryKind.PASSED_ON, "Seen at the bar."),
        (EntryKind.PASSED_ON, "Part 2.\n\nNo contact."),
        (EntryKind.FILE, "a.txt"),
        (EntryKind.DETAILS, "Nothing to anybody."),
    ]
    copy = opened.files.get()
    with copy.file.open("rb") as source:
        assert source.read() == b"what was seen"
    assert (copy.sha256, copy.file.name != file.file.name) == (file.sha256, True)
    assert Case.objects.get(pk=opened.pk).may_be_told == "Nothing to anybody."
    assert not opened.decisions.exists()
    assert breaches() == []


def decide(case, **values):
    values = {
        "measure": Measure.WARNING,
        "state": DecisionState.IN_FORCE,
        "reason": "Part 2.",
        "conditions": "No contact.",
        "starts": now(),
        "proposed": now(),
        "proposed_by": "X",
        **values,
    }
    return Decision.objects.create(event=case.event, case=case, **values)


def test_the_first_case_goes_on_as_it_was(case, give):
    before = Case.objects.filter(pk=case.pk).values().get()
    opened = give()
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert texts_of(case) == [
        (EntryKind.OPENED, "Seen at the bar."),
        (EntryKind.HANDED_OVER, WHY),
    ]
    assert opened.code != case.code


def test_each_chain_has_the_head_of_the_other(event, case, give, to):
    before = audit.AuditChain.objects.get(event=event, name=chain_of(case)).head
    opened = give()
    after = audit.AuditChain.objects.get(event=to, name=chain_of(opened)).head
    entries = AuditEntry.objects.filter(action="case.entry")
    said = {one.data["kind"]: one.data for one in entries}
    assert said[EntryKind.RECEIVED]["head"] == before
    assert said[EntryKind.HANDED_OVER]["head"] == after
    assert said[EntryKind.HANDED_OVER]["names"] is False
    rows = HandOver.objects.order_by("pk").values_list(
        "event", "case", "received", "other_event", "other_slug", "other_code"
    )
    assert list(rows) == [
        (event.pk, case.pk, False, to.pk, to.slug, opened.code),
        (to.pk, opened.pk, True, event.pk, event.slug, case.code),
    ]
    for one in (case, opened):
        assert audit.first_broken_link(one.event, chain_of(one)) is None


# Nobody gains sight


@pytest.fixture
def witness(case, member):
    witness = factories.make_user(name="Wim Witness")
    add_person(case=case, by=member, role="witness", somebody=Somebody(user=witness))
    return witness


def test_who_is_a_part_of_the_case_does_not_see_the_other(
    event, case, give, to, talk, speaker, member, witness
):
    co_speaker = factories.make_user(name="Co-speaker")
    factories.make_talk(event, speaker, co_speaker)
    affected, reporter = (factories.make_user() for __ in range(2))
    write_down(
        event=event,
        by=member,
        case=case,
        text="It was loud.",
        affected=[Somebody(user=affected)],
        reporter=Somebody(user=reporter),
    )
    case.refresh_from_db()
    part = (speaker, co_speaker, affected, witness, reporter)
    add_to_team(to, *part)
    opened = give()
    assert [knows(to, user) for user in part] == [[]] * 5
    assert case_members.not_yet_in(opened) == []


def test_who_speaks_with_the_subject_there_does_not_see_it(give, to, speaker, theirs):
    factories.make_talk(to, speaker, theirs[0])
    opened = give()
    assert [knows(to, user) for user in theirs] == [[], [opened]]


@pytest.mark.parametrize("how", ("conflict", "stepped back", "late"))
def test_who_must_not_see_the_first_does_not_see_the_other(
    event, case, give, to, member, how
):
    other = factories.make_user(name="Other")
    add_to_team(event, other)
    add_to_team(to, other)
    if how != "late":
        case_members.let_in(case=case, by=member, user=other)
        case_members.declare(case=case, by=other, conflict=how == "conflict")
    if how == "stepped back":
        case_members.step_back(case=case, by=other)
    case.refresh_from_db()
    opened = give()
    assert knows(to, other) == []
    # Who only came late can be let in there as here; the others cannot.
    late = [other] if how == "late" else []
    assert case_members.not_yet_in(opened) == late


def test_who_comes_to_the_other_team_later_and_was_a_part_is_not_let_in(
    event, case, give, to, member, witness
):
    opened = give()
    add_to_team(to, witness)
    assert case_members.not_yet_in(opened) == []
    assert knows(to, witness) == []


def test_a_conflict_goes_along_from_team_to_team(event, case, give, to, member, theirs):
    """Also through a team that they are not on."""
    third = factories.make_event(organiser=event.organiser)
    other = factories.make_user(name="Other")
    add_to_team(event, other)
    case_members.let_in(case=case, by=member, user=other)
    case_members.declare(case=case, by=other, conflict=True)
    last = factories.make_members(third, "Lea Last", "Lou Last")
    add_to_team(third, other)
    case.refresh_from_db()
    opened = give()
    case_members.declare(case=opened, by=theirs[0], conflict=False)
    again = give(opened, third, theirs[0])
    assert members_who_may(again, write=False) == last
    assert texts_of(again)[1] == (EntryKind.RECEIVED, WHY)


def test_where_nobody_there_may_know_of_it_nothing_passes_on(
    event, case, give, to, theirs, member
):
    for user in theirs:
        add_person(case=case, by=member, role="witness", somebody=Somebody(user=user))
    case.refresh_from_db()
    with pytest.raises(CocError, match="Nobody on that team may know of this case"):
        give()
    assert not Case.objects.filter(event=to).exists()
    assert not HandOver.objects.exists()


# Names


def test_witnesses_stay_out_without_being_named(case, give, witness):
    opened = give()
    assert list(opened.people.values_list("role", "user_code", "name", "contact")) == [
        ("witness", witness.code, "", "")
    ]


def test_names_pass_on_only_if_they_are_meant_to(event, case, give, member):
    reporter = Somebody(name="Rita Reporter", contact="rita@example.org")
    write_down(event=event, by=member, case=case, text="Loud.", reporter=reporter)
    case.refresh_from_db()
    opened = give(names=True, text="Rita Reporter says so.")
    assert list(opened.people.values_list("role", "name", "contact")) == [
        ("reporter", "Rita Reporter", "rita@example.org")
    ]


@pytest.mark.parametrize("where", ("text", "entry", "file", "told", "subject"))
def test_a_name_does_not_pass_on_by_the_way(event, case, give, to, member, where):
    reporter = Somebody(name="Rita Reporter", contact="rita@example.org")
    write_down(event=event, by=member, case=case, text="Loud.", reporter=reporter)
    chosen = {}
    if where == "entry":
        cases.add_note(case=case, by=member, text="rita@example.org wrote again.")
        entry = CaseEntry.objects.get(kind=EntryKind.NOTE)
        chosen["entry_ids"] = [entry.pk]
    elif where == "file":
        upload = SimpleUploadedFile("from rita.txt", b"x")
        file = case_files.add_file(case=case, by=member, uploaded=upload)
        chosen["file_ids"] = [file.pk]
    elif where == "told":
        Case.objects.update(may_be_told="All to Rita.")
        chosen["told"] = True
    elif where == "subject":
        about = {"subject_kind": "person", "subject_code": "", "subject_user": ""}
        Case.objects.update(subject_text="The brother of Rita", **about)
    case.refresh_from_db()
    with pytest.raises(CocError, match="This would say who reported it"):
        give(text="Rita told us." if where == "text" else WHY, **chosen)
    assert not Case.objects.filter(event=to).exists()


# Where it can go


def test_it_goes_once_to_each_team(case, give, to):
    give()
    with pytest.raises(CocError, match="handed over to that team already"):
        give()
    assert Case.objects.filter(event=to).count() == 1
    assert HandOver.objects.count() == 2


def test_it_does_not_go_back_where_it_came_from(event, give, to, member, theirs):
    opened = give()
    case_members.declare(case=opened, by=theirs[0], conflict=False)
    with pytest.raises(CocError, match="came from that team"):
        give(opened, event, theirs[0])


@pytest.mark.parametrize(
    "what",
    ("another organiser", "no plugin", "no team chosen", "empty team", "not public"),
)
def test_an_event_that_cannot_get_it_is_none(event, case, give, to, member, what):
    if what == "another organiser":
        to = factories.make_event()
        factories.make_member(to)
        factories.make_team(to, member)
    elif what == "no plugin":
        to.plugins = "pretalx_coc_of_somebody_else"
        to.save()
    elif what == "no team chosen":
        CocSettings.objects.filter(event=to).update(team_chosen=False)
    elif what == "empty team":
        CocSettings.objects.get(event=to).response_teams.first().members.clear()
    else:
        member.teams.get(name="Reviewers").members.remove(member)
    with pytest.raises(CocError, match="There is no such event"):
        give(to=to)
    with pytest.raises(CocError, match="There is no such event"):
        give(to=event)
    assert Case.objects.count() == 1


def test_a_public_event_can_be_chosen_by_everybody_on_the_team(give, to, member):
    member.teams.get(name="Reviewers").members.remove(member)
    to.is_public = True
    to.save()
    assert give().event == to


def test_it_says_what_for(give):
    with pytest.raises(CocError, match="what the other team is to know"):
        give(text=" ")


def test_what_is_on_another_case_does_not_pass_on(event, case, give, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    other = cases.open_case(event=event, by=member, subject=subject, text="Secret")
    upload = SimpleUploadedFile("a.txt", b"x")
    file = case_files.add_file(case=other, by=member, uploaded=upload)
    entry = CaseEntry.objects.get(text="Secret")
    decision = decide(other)
    for chosen in (
        {"entry_ids": [entry.pk]},
        {"decision_ids": [decision.pk]},
        {"file_ids": [file.pk]},
    ):
        with pytest.raises(CocError, match="not on this case"):
            give(**chosen)


def test_what_somebody_changed_in_between_is_not_handed_over(case, give, member, to):
    case.revision -= 1
    cases.add_note(case=Case.objects.get(pk=case.pk), by=member, text="One more.")
    case.revision += 1
    with pytest.raises(CaseChangedError):
        give()
    assert not Case.objects.filter(event=to).exists()


# Each on its own


def test_a_closed_case_can_be_handed_over_and_an_erased_one_cannot(event, case, give):
    Case.objects.update(state="closed", outcome="warning", closed=now())
    case.refresh_from_db()
    opened = give()
    later = now().replace(year=now().year + 3)
    assert erase_due(event, later) == [case.code]
    opened.refresh_from_db()
    assert (opened.subject_text, opened.state) == ("Ada Speaker", "new")
    assert texts_of(opened)[1] == (EntryKind.RECEIVED, WHY)
    assert texts_of(case) == [(EntryKind.OPENED, ""), (EntryKind.HANDED_OVER, "")]
    assert breaches() == []
    case.refresh_from_db()
    with pytest.raises(CocError, match="time of this case is over"):
        give()


def test_the_other_case_is_kept_by_its_own_outcome(event, case, give, to):
    opened = give()
    Case.objects.filter(pk=opened.pk).update(
        state="closed", outcome="unfounded", closed=now()
    )
    later = now().replace(year=now().year + 1)
    assert (erase_due(to, later), erase_due(event, later)) == ([opened.code], [])
    case.refresh_from_db()
    assert (case.subject_text, texts_of(case)[1][1]) == ("Ada Speaker", WHY)
    assert breaches() == []


@pytest.mark.parametrize("gone", ("first", "other"))
def test_an_event_that_is_deleted_leaves_the_other_case(
    event, case, give, to, member, theirs, gone
):
    upload = SimpleUploadedFile("a.txt", b"what was seen")
    file = case_files.add_file(case=case, by=member, uploaded=upload)
    case.refresh_from_db()
    opened = give(file_ids=[file.pk])
    case_members.declare(case=opened, by=theirs[0], conflict=False)
    shred_event(event if gone == "first" else to)
    left, user = (opened, theirs[0]) if gone == "first" else (case, member)
    assert list(Case.objects.all()) == [left]
    page = read_case(case=left, user=user)
    slug = event.slug if gone == "first" else to.slug
    assert [(one.event, one.acknowledged) for one in page.hand_overs] == [(slug, False)]
    with page.files[0].file.open("rb") as source:
        assert source.read() == b"what was seen"
    assert breaches() == []


def test_a_merge_keeps_where_it_went(event, case, give, member, to):
    opened = give()
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    into = cases.open_case(event=event, by=member, subject=subject)
    case.refresh_from_db()
    merge(case=case, into=into, by=member, revision=case.revision)
    (one,) = read_case(case=into, user=member).hand_overs
    assert (one.event, one.code) == (str(to.name), opened.code)
    assert breaches() == []


# What is seen of it


def test_the_first_team_sees_that_it_is_acknowledged_and_no_more(
    case, give, member, theirs, to
):
    opened = give()
    case_members.declare(case=opened, by=theirs[0], conflict=False)
    opened.refresh_from_db()
    (one,) = read_case(case=case, user=member).hand_overs
    assert (one.event, one.code, one.acknowledged) == (str(to.name), opened.code, False)
    cases.move(case=opened, by=theirs[0], state="acknowledged", revision=0)
    (one,) = read_case(case=case, user=member).hand_overs
    assert one.acknowledged is True
    (one,) = read_case(case=opened, user=theirs[0]).hand_overs
    assert (one.received, one.code, one.acknowledged) == (True, case.code, False)


def test_who_must_not_know_of_the_other_case_does_not_see_that_it_went_there(
    event, case, give, to, member, speaker
):
    both = factories.make_user(name="On both teams")
    add_to_team(event, both)
    add_to_team(to, both)
    case_members.let_in(case=case, by=member, user=both)
    case_members.declare(case=case, by=both, conflict=False)
    case.refresh_from_db()
    opened = give()
    case_members.declare(case=opened, by=both, conflict=True)
    seen = {
        user: read_case(case=Case.objects.get(pk=case.pk), user=user)
        for user in (member, both)
    }
    assert [len(page.hand_overs) for page in seen.values()] == [1, 0]
    files = {user: "\n".join(export_case(case=case, by=user)) for user in seen}
    for said in (WHY, opened.code, str(to.name)):
        assert [said in file for file in files.values()] == [True, False]
    packages = [repr(parts_about(event, speaker, user)) for user in seen]
    assert [WHY in package for package in packages] == [True, False]
    kinds = {user: [one.entry.kind for one in seen[user].timeline] for user in seen}
    assert kinds[member] == [*kinds[both], EntryKind.HANDED_OVER]


def test_who_reviews_without_names_reads_nothing_of_what_passed_on(give, to, theirs):
    opened = give()
    case_members.declare(case=opened, by=theirs[0], conflict=False)
    factories.make_team(to, theirs[0], is_reviewer=True, force_hide_speaker_names=True)
    page = read_case(case=Case.objects.get(pk=opened.pk), user=theirs[0])
    received = page.timeline[-1].entry
    assert (received.kind, received.text) == (EntryKind.RECEIVED, "")
    assert received.data == {"revision": 0}


# Tampering


@pytest.mark.parametrize(
    ("change", "message"),
    (
        ("DELETE FROM pretalx_coc_handover WHERE received", "its hand-over is gone"),
        ("UPDATE pretalx_coc_handover SET other_code = 'X'", "has another chain"),
        ("UPDATE pretalx_coc_handover SET id = id + 9", "is not in the audit log"),
    ),
)
def test_a_hand_over_that_somebody_changed_is_found(give, change, message):
    give()
    assert breaches() == []
    execute(change)
    assert [text for __, text in breaches() if message in text]
