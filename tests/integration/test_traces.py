# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is announced of a decision's traces is what it leaves: nothing more."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from pretalx.common.models.log import ActivityLog
from pretalx.mail.models import QueuedMail
from pretalx.submission.models import Resource, Submission

from pretalx_coc.domain import cases, decisions, traces
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import AlsoDone, CaseSubject, Measure, TraceKind, TwoPeople
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def co_speaker(event):
    return factories.make_user(name="Bea Co")


@pytest.fixture
def talks(event, speaker, co_speaker):
    """A talk in every situation that matters, code name → talk."""
    found = {
        "submitted": factories.make_talk(event, speaker),
        "accepted": factories.make_talk(event, speaker, state="accepted"),
        "shown": factories.make_talk(event, speaker, state="confirmed"),
        "shared": factories.make_talk(event, speaker, co_speaker, state="confirmed"),
    }
    factories.release_schedule(event)
    return found


@pytest.fixture
def case(event, member, speaker, talks):
    profile = factories.profile_of(speaker, event)
    return cases.open_case(
        event=event, by=member, subject=cases.subject_of_profile(profile)
    )


def draft_of(measure, **fields):
    return Draft(
        measure=measure,
        reason="Part 2.",
        statement="Please read this.",
        statement_language="en",
        **fields,
    )


HELD, OFF = AlsoDone.HELD, AlsoDone.OFF_PAGES
SOON = now() + dt.timedelta(days=3)


@pytest.mark.parametrize(
    ("measure", "names", "fields"),
    (
        (Measure.NO_ACTION, (), {}),
        (Measure.NO_ACTION, (), {"statement": ""}),
        (Measure.WARNING, (), {}),
        (Measure.WARNING, ("shown", "shared"), {"also": (OFF, HELD)}),
        (
            Measure.CHANGE_REQUESTED,
            ("accepted",),
            {"also": (HELD,), "change_due": SOON},
        ),
        (Measure.TALK_WITHDRAWN, ("submitted",), {}),
        (Measure.TALK_WITHDRAWN, ("submitted", "accepted", "shown", "shared"), {}),
        (Measure.TALK_WITHDRAWN, ("shown", "shared"), {"also": (OFF,)}),
        (Measure.TALK_WITHDRAWN, ("accepted",), {"talk_state": "withdrawn"}),
        (Measure.TALK_WITHDRAWN, ("accepted",), {"talk_state": "rejected"}),
        (Measure.TAKEN_OFF, ("shared",), {}),
        (Measure.EXCLUDED_EVENT, (), {}),
        (Measure.EXCLUDED_FUTURE, ("shown", "shared"), {}),
    ),
)
def test_log_outbox_and_mails_hold_what_was_announced(
    event,
    case,
    member,
    talks,
    measure,
    names,
    fields,
    django_capture_on_commit_callbacks,
):
    codes = tuple(talks[name].code for name in names)
    draft = replace(draft_of(measure, talks=codes), **fields)
    announced = traces.preview(
        case=case, draft=draft, by=member, alone_because="Nobody else."
    )
    before = set(ActivityLog.objects.values_list("pk", flat=True))
    drafts = set(QueuedMail.objects.values_list("pk", flat=True))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        decisions.propose(
            case=case, by=member, revision=0, draft=draft, alone_because="Nobody else."
        )
    entries = ActivityLog.objects.exclude(pk__in=before)
    actions = [trace.action for trace in announced if trace.action]
    assert sorted(entry.action_type for entry in entries) == sorted(actions)
    assert {entry.person for entry in entries} <= {None}
    assert sorted(address for sent in mail.outbox for address in sent.to) == sorted(
        address for trace in announced for address in trace.to
    )
    assert set(QueuedMail.objects.values_list("pk", flat=True)) == drafts


def test_previewing_changes_nothing(event, case, member, talks):
    before = ActivityLog.objects.count()
    draft = draft_of(
        Measure.TALK_WITHDRAWN, talks=tuple(talk.code for talk in talks.values())
    )
    assert traces.preview(case=case, draft=draft, by=member)
    assert not case.decisions.exists()
    assert ActivityLog.objects.count() == before
    states = {talk.code: talk.state for talk in talks.values()}
    assert states == dict(
        Submission.objects.filter(code__in=states).values_list("code", "state")
    )


def kinds_of(case, member, draft):
    announced = traces.preview(case=case, draft=draft, by=member)
    return [trace.kind for trace in announced]


def test_a_talk_that_stays_on_the_schedule_is_announced_as_public(case, member, talks):
    draft = draft_of(Measure.TALK_WITHDRAWN, talks=(talks["shown"].code,))
    assert TraceKind.PUBLIC in kinds_of(case, member, draft)
    draft = draft_of(Measure.TALK_WITHDRAWN, talks=(talks["submitted"].code,))
    assert TraceKind.PUBLIC not in kinds_of(case, member, draft)


def test_the_public_list_of_changes_names_it_as_announced(
    event, case, member, talks, client
):
    changelog = f"{event.urls.base}schedule/changelog/"
    draft = draft_of(Measure.TALK_WITHDRAWN, talks=(talks["shown"].code,))
    decisions.propose(case=case, by=member, revision=0, draft=draft)
    shown = client.get(talks["shown"].urls.public)
    assert shown.status_code == 200
    factories.freeze_schedule(event.wip_schedule, name="v2")
    assert talks["shown"].title in client.get(changelog).content.decode()


def test_a_mail_that_waits_in_the_outbox_is_announced(event, case, member, talks):
    talk = talks["submitted"]
    draft = draft_of(Measure.TALK_WITHDRAWN, talks=(talk.code,))
    before = traces.preview(case=case, draft=draft, by=member)
    waiting = QueuedMail.objects.create(event=event, subject="Yes", text="Accepted!")
    waiting.submissions.add(talk)
    announced = traces.preview(case=case, draft=draft, by=member)
    (new,) = (trace for trace in announced if trace not in before)
    assert new.text == (
        f"1 mail about “{talk.title}” waits in the outbox, and stays there: please "
        "look at it before anybody sends it."
    )


def test_files_say_what_stays(case, member, talks):
    upload = SimpleUploadedFile("slides.pdf", b"slides")
    resource = Resource.objects.create(
        submission=talks["shown"], resource=upload, description="My slides"
    )
    draft = draft_of(Measure.MATERIAL_WITHHELD, resources=(resource.pk,))
    announced = traces.preview(case=case, draft=draft, by=member)
    about = [trace for trace in announced if "My slides" in trace.text]
    assert [trace.kind for trace in about] == [
        TraceKind.PUBLIC,
        TraceKind.SUBJECT,
        TraceKind.STAYS,
    ]


def test_whom_nobody_can_mail_is_to_be_talked_to(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    case = cases.open_case(event=event, by=member, subject=subject)
    draft = draft_of(Measure.WARNING)
    (trace,) = traces.preview(case=case, draft=draft, by=member)
    assert trace.kind == TraceKind.STAYS
    assert trace.text == (
        "They have no account, so no mail goes to them: talk to them."
    )


def test_who_is_asked_to_look_is_announced(event, case, organiser, member):
    change_settings(event=event, by=organiser, two_people=TwoPeople.ALL)
    change_settings(event=event, by=organiser, outside_email="wise@outside.example")
    draft = draft_of(Measure.WARNING)
    announced = traces.preview(case=case, draft=draft, by=member)
    to = [trace.to for trace in announced if trace.kind == TraceKind.MAIL]
    assert ("wise@outside.example",) in to


def test_the_number_of_queries_does_not_depend_on_what_is_not_chosen(
    event, case, member, talks, speaker, django_assert_max_num_queries
):
    for _number in range(3):
        factories.make_talk(event, speaker)
    draft = draft_of(Measure.TALK_WITHDRAWN, talks=(talks["submitted"].code,))
    with django_assert_max_num_queries(25):
        traces.preview(case=case, draft=draft, by=member)
