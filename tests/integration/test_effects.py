# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What measures do to pretalx, and that it can be undone."""

import datetime as dt

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from pretalx.common.exceptions import SubmissionError
from pretalx.common.models.log import ActivityLog
from pretalx.mail.models import QueuedMail
from pretalx.schedule.domain.release import freeze_schedule
from pretalx.submission.domain.submission import delete_submission
from pretalx.submission.models import Resource, Submission

from pretalx_coc.domain import cases, decisions, lifting
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.effects.files import withhold_again
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.exclusions import is_excluded
from pretalx_coc.enums import AlsoDone, CaseSubject, EntryKind, Measure
from pretalx_coc.models import Case, CaseEntry, Decision
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def case(event, member, speaker, talk):
    profile = factories.profile_of(speaker, event)
    return cases.open_case(
        event=event, by=member, subject=cases.subject_of_profile(profile)
    )


@pytest.fixture
def decide(case, member):
    """Decide in the case; a team of one and no exclusion needs no second person."""

    def decide(measure=Measure.WARNING, **fields):
        draft = Draft(
            measure=measure,
            reason="Part 2.",
            statement="Please read this.",
            statement_language="en",
            **fields,
        )
        return decisions.propose(
            case=case, by=member, revision=case.revision, draft=draft
        )

    return decide


@pytest.fixture
def undo(member):
    def undo(decision):
        # Alone, where there is nobody else: see ``test_lifting``.
        return lifting.lift(decision=decision, by=member, text="It was wrong.")

    return undo


@pytest.fixture
def co_speaker(event):
    return factories.make_user(name="Bea Co")


@pytest.fixture
def shared(event, speaker, co_speaker):
    return factories.make_talk(event, speaker, co_speaker, state="confirmed")


@pytest.fixture
def scheduled(event, speaker):
    """A confirmed and featured talk in a released schedule."""
    talk = factories.make_talk(event, speaker, state="confirmed", is_featured=True)
    factories.release_schedule(event)
    return talk


def again(talk):
    return Submission.objects.get(pk=talk.pk)


def file_of(talk, content=b"slides", **fields):
    upload = SimpleUploadedFile("slides.pdf", content, content_type="application/pdf")
    return Resource.objects.create(
        submission=talk, resource=upload, description="Slides", **fields
    )


def new_log(before):
    entries = ActivityLog.objects.exclude(pk__in=before).order_by("pk")
    return [(entry.action_type, entry.person) for entry in entries]


def logged():
    return set(ActivityLog.objects.values_list("pk", flat=True))


def kinds(case):
    return list(
        CaseEntry.objects.filter(case_code=case.code).values_list("kind", flat=True)
    )


# Files


def test_a_withheld_file_is_off_the_page_and_back_when_lifted(talk, decide, undo):
    resource, before = file_of(talk), logged()
    decision = decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,))
    assert not Resource.objects.get().is_public
    assert undo(decision) == []
    assert Resource.objects.get().is_public
    assert new_log(before) == []


def test_a_file_that_was_not_public_stays_so_when_lifted(talk, decide, undo):
    resource = file_of(talk, is_public=False)
    undo(decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,)))
    assert not Resource.objects.get().is_public


def edit_form(talk, **data):
    """What a speaker's form of their talk sends, with one file already there."""
    resource = talk.resources.get()
    return {
        "title": talk.title,
        "submission_type": talk.submission_type_id,
        "content_locale": talk.content_locale,
        "abstract": talk.abstract,
        "resource-TOTAL_FORMS": 1,
        "resource-INITIAL_FORMS": 1,
        "resource-0-id": resource.pk,
        "resource-0-description": resource.description,
        **data,
    }


@pytest.fixture
def _files_asked_for(in_event):
    in_event.cfp.fields["resources"] = {"visibility": "optional"}
    in_event.cfp.save()


@pytest.mark.usefixtures("_files_asked_for")
def test_the_speaker_cannot_make_it_public_again(talk, speaker, case, decide, login):
    resource = file_of(talk)
    decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,))
    response = login(speaker).post(
        talk.urls.user_base, edit_form(talk, **{"resource-0-is_public": "on"})
    )
    assert response.status_code == 302
    assert not Resource.objects.get().is_public
    assert kinds(case)[-1] == EntryKind.APPLIED_AGAIN


@pytest.mark.usefixtures("_files_asked_for")
def test_nor_upload_the_same_file_anew(talk, speaker, case, decide, login):
    resource = file_of(talk)
    decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,))
    data = edit_form(talk)
    data |= {
        "resource-TOTAL_FORMS": 2,
        "resource-1-description": "More slides",
        "resource-1-is_public": "on",
        "resource-1-resource": SimpleUploadedFile("again.pdf", b"slides"),
    }
    response = login(speaker).post(talk.urls.user_base, data)
    assert response.status_code == 302
    assert list(Resource.objects.values_list("is_public", flat=True)) == [False, False]
    assert kinds(case)[-1] == EntryKind.APPLIED_AGAIN


def test_another_file_and_the_same_file_of_another_speaker_stay(event, talk, decide):
    resource = file_of(talk)
    decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,))
    better = file_of(talk, content=b"better slides")
    foreign = file_of(factories.make_talk(event, factories.make_user()))
    for kept in (better, foreign):
        kept.refresh_from_db()
        assert kept.is_public


def test_after_its_end_a_file_may_be_public(event, talk, decide):
    resource = file_of(talk)
    end = now() + dt.timedelta(days=1)
    decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,), ends=end)
    Decision.objects.update(ends=now())
    assert decisions.end_what_is_over(event) == 1
    assert Resource.objects.get().is_public


def test_a_file_that_is_gone_is_named_when_lifted(talk, decide, undo):
    resource = file_of(talk)
    decision = decide(Measure.MATERIAL_WITHHELD, resources=(resource.pk,))
    Resource.objects.all().delete()
    assert undo(decision) == ["A file that was withheld is not there any more."]
    assert "not there any more" in CaseEntry.objects.last().text


def test_without_a_file_that_is_withheld_a_save_costs_one_query(
    talk, django_assert_num_queries
):
    resource = file_of(talk)
    resource.refresh_from_db()
    assert talk.event
    resource.submission.event.pk  # noqa: B018 -- read before it is counted
    with django_assert_num_queries(3):
        # One, and the savepoint around it.
        assert withhold_again(resource) is False


# Talks


@pytest.mark.parametrize(
    ("old", "wanted", "new", "action"),
    (
        ("submitted", "", "rejected", "pretalx.submission.reject"),
        ("accepted", "", "canceled", "pretalx.submission.cancel"),
        ("confirmed", "", "canceled", "pretalx.submission.cancel"),
        ("accepted", "withdrawn", "withdrawn", "pretalx.submission.withdraw"),
        ("confirmed", "rejected", "rejected", "pretalx.submission.reject"),
    ),
)
def test_a_talk_ends_without_a_name_and_without_a_draft_and_comes_back(
    event, speaker, member, talk, decide, undo, old, wanted, new, action
):
    own = factories.make_talk(event, speaker, state=old)
    older = QueuedMail.objects.create(event=event, subject="Kept", text="Kept")
    older.submissions.add(own)
    before = logged()
    decision = decide(Measure.TALK_WITHDRAWN, talks=(own.code,), talk_state=wanted)
    assert again(own).state == new
    assert new_log(before) == [(action, None)]
    assert undo(decision) == []
    assert again(own).state == old
    assert {person for _action, person in new_log(before)} == {None}
    assert list(QueuedMail.objects.filter(submissions=own)) == [older]
    assert again(talk).state == "submitted"


def test_place_and_featured_come_back_with_the_talk(event, scheduled, decide, undo):
    slot = event.wip_schedule.talks.get(submission=scheduled)
    place = (slot.room, slot.start, slot.end)
    decision = decide(Measure.TALK_WITHDRAWN, talks=(scheduled.code,))
    assert not event.wip_schedule.talks.filter(submission=scheduled).exists()
    assert undo(decision) == []
    slot = event.wip_schedule.talks.get(submission=scheduled)
    assert (slot.room, slot.start, slot.end) == place
    assert again(scheduled).is_featured


def test_a_place_that_was_taken_is_not_given_twice(
    event, scheduled, speaker, decide, undo
):
    slot = event.wip_schedule.talks.get(submission=scheduled)
    decision = decide(Measure.TALK_WITHDRAWN, talks=(scheduled.code,))
    other = factories.make_talk(event, factories.make_user(), state="confirmed")
    event.wip_schedule.talks.filter(submission=other).update(
        room=slot.room, start=slot.start, end=slot.end
    )
    assert undo(decision) == [
        f"“{scheduled.title}” has no place in the schedule: its own was taken."
    ]
    assert again(scheduled).state == "confirmed"


def test_what_somebody_changed_since_is_left_alone(talk, decide, undo):
    decision = decide(Measure.TALK_WITHDRAWN, talks=(talk.code,))
    again(talk).accept()
    assert undo(decision) == [f"“{talk.title}” was changed since, and stays as it is."]
    assert again(talk).state == "accepted"


def test_a_talk_that_is_not_accepted_by_its_speaker_comes_back_accepted(
    event, speaker, decide, undo
):
    talk = factories.make_talk(event, speaker, state="confirmed")
    decision = decide(Measure.TALK_WITHDRAWN, talks=(talk.code,))
    factories.publish_policy(event)
    (left,) = undo(decision)
    assert left.startswith(f"“{talk.title}” is accepted again, and not confirmed:")
    assert again(talk).state == "accepted"
    assert not QueuedMail.objects.exists()


def test_the_other_speakers_are_told_neutrally_and_told_again(
    shared, case, co_speaker, decide, undo, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        decision = decide(Measure.TALK_WITHDRAWN, talks=(shared.code,))
    (sent,) = [sent for sent in mail.outbox if sent.to == [co_speaker.email]]
    assert sent.subject.endswith(f"“{shared.title}” does not take place")
    assert case.code not in sent.body
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        undo(decision)
    (sent,) = [sent for sent in mail.outbox if sent.to == [co_speaker.email]]
    assert sent.subject.endswith(f"“{shared.title}” is back in the programme")
    assert not QueuedMail.objects.exists()


# One speaker


def test_one_speaker_is_taken_off_and_the_talk_stays(
    event, shared, speaker, co_speaker, decide, undo
):
    before = logged()
    decision = decide(Measure.TAKEN_OFF, talks=(shared.code,))
    assert [profile.user for profile in again(shared).speakers.all()] == [co_speaker]
    assert again(shared).state == "confirmed"
    assert new_log(before) == [("pretalx.submission.speakers.remove", None)]
    assert undo(decision) == []
    speakers = [profile.user for profile in again(shared).sorted_speakers]
    assert speakers == [speaker, co_speaker]


def test_the_others_learn_who_speaks_and_not_why(
    event, shared, co_speaker, case, decide, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        decide(Measure.TAKEN_OFF, talks=(shared.code,))
    (sent,) = [sent for sent in mail.outbox if sent.to == [co_speaker.email]]
    assert "Ada Speaker is no longer one of them. Your talk stays." in " ".join(
        sent.body.split()
    )
    assert case.code not in sent.body
    assert not QueuedMail.objects.exists()


def test_invited_again_they_are_taken_off_again(
    event, shared, speaker, co_speaker, case, decide, undo, login
):
    decision = decide(Measure.TAKEN_OFF, talks=(shared.code,))
    invitation = shared.invitations.create(email=speaker.email)
    login(speaker).post(invitation.urls.base)
    assert [profile.user for profile in again(shared).speakers.all()] == [co_speaker]
    assert kinds(case)[-1] == EntryKind.APPLIED_AGAIN
    undo(decision)
    assert again(shared).speakers.count() == 2


def test_somebody_else_can_join_the_talk(event, shared, decide):
    decide(Measure.TAKEN_OFF, talks=(shared.code,))
    profile = factories.profile_of(factories.make_user(), event)
    shared.speakers.add(profile)
    assert profile in again(shared).speakers.all()


def test_the_only_speaker_cannot_be_taken_off(talk, decide):
    with pytest.raises(CocError):
        decide(Measure.TAKEN_OFF, talks=(talk.code,))
    assert again(talk).speakers.count() == 1


def test_a_profile_that_is_gone_is_named_when_lifted(shared, speaker, decide, undo):
    decision = decide(Measure.TAKEN_OFF, talks=(shared.code,))
    Decision.objects.update(effects=[{**decision.effects[0], "profile": "GONE"}])
    assert undo(decision) == [
        f"“{shared.title}”: the speaker’s profile is not there any more."
    ]


# The public pages


def public(client, event, talk):
    """What anybody sees of a talk."""
    client.logout()
    base = event.urls.base
    data = client.get(f"{base}schedule/widgets/schedule.json").content.decode()
    return {
        "page": client.get(talk.urls.public).status_code,
        "list": talk.title in client.get(f"{base}schedule/nojs").content.decode(),
        "data": talk.title in data,
        "changes": talk.title
        in client.get(f"{base}schedule/changelog/").content.decode(),
        "feed": talk.title in client.get(f"{base}schedule/feed.xml").content.decode(),
        "xml": talk.title
        in client.get(f"{base}schedule/export/schedule.xml").content.decode(),
    }


SHOWN = {"page": 200, "list": True, "data": True, "xml": True}
HIDDEN = {"page": 404, "list": False, "data": False, "xml": False}
HIDDEN |= {"changes": False, "feed": False}


def test_a_talk_vanishes_from_the_public_pages_at_once_and_comes_back(
    event, scheduled, decide, undo, client
):
    seen = public(client, event, scheduled)
    assert seen == seen | SHOWN
    before = logged()
    decision = decide(talks=(scheduled.code,), also=(AlsoDone.OFF_PAGES,))
    cache.clear()
    assert public(client, event, scheduled) == HIDDEN
    slot = scheduled.slots.get(schedule=event.current_schedule)
    assert slot.room
    assert again(scheduled).state == "confirmed"
    assert new_log(before) == []
    assert undo(decision) == []
    cache.clear()
    assert public(client, event, scheduled) == seen
    assert again(scheduled).is_featured


def test_the_next_release_does_not_show_it_again(
    event, scheduled, case, decide, undo, client
):
    decision = decide(talks=(scheduled.code,), also=(AlsoDone.OFF_PAGES,))
    freeze_schedule(event.wip_schedule, name="v2")
    assert public(client, event, scheduled) == HIDDEN
    assert kinds(case)[-1] == EntryKind.APPLIED_AGAIN
    decision.refresh_from_db()
    assert undo(decision) == []
    slots = scheduled.slots.filter(schedule__version__isnull=False)
    assert list(slots.values_list("is_visible", flat=True)) == [True, True]


def test_withdrawn_and_off_the_pages_all_comes_back(
    event, scheduled, decide, undo, client
):
    decision = decide(
        Measure.TALK_WITHDRAWN, talks=(scheduled.code,), also=(AlsoDone.OFF_PAGES,)
    )
    assert public(client, event, scheduled) == HIDDEN
    assert undo(decision) == []
    assert (again(scheduled).state, again(scheduled).is_featured) == ("confirmed", True)
    assert scheduled.slots.get(schedule=event.current_schedule).is_visible


def test_not_confirmed_any_more_it_does_not_come_back(event, scheduled, decide, undo):
    decision = decide(talks=(scheduled.code,), also=(AlsoDone.OFF_PAGES,))
    again(scheduled).cancel()
    assert undo(decision) == [
        f"“{scheduled.title}” is not confirmed, so it is not on the public pages again."
    ]


@pytest.mark.parametrize(
    ("measure", "also"),
    (
        (Measure.TALK_WITHDRAWN, ()),
        (Measure.TAKEN_OFF, ()),
        (Measure.WARNING, (AlsoDone.OFF_PAGES,)),
    ),
)
def test_a_talk_that_pretalx_deleted_is_named_when_lifted(
    shared, decide, undo, measure, also
):
    decision = decide(measure, talks=(shared.code,), also=also)
    delete_submission(again(shared))
    assert undo(decision) == ["A talk is not there any more."]


def test_a_talk_that_is_over_already_is_left_alone(talk, decide, undo):
    again(talk).withdraw()
    decision = decide(Measure.TALK_WITHDRAWN, talks=(talk.code,))
    assert decision.effects == []
    undo(decision)
    assert again(talk).state == "withdrawn"


# Confirmation


def test_a_held_talk_is_not_confirmed_until_it_is_lifted(
    event, speaker, decide, undo, login
):
    talk = factories.make_talk(event, speaker, state="accepted")
    decision = decide(talks=(talk.code,), also=(AlsoDone.HELD,))
    with pytest.raises(SubmissionError) as caught:
        again(talk).confirm()
    assert str(caught.value) == (
        "This talk is not confirmed for now; the response team knows why."
    )
    login(speaker).post(talk.urls.confirm)
    assert again(talk).state == "accepted"
    undo(decision)
    again(talk).confirm()
    assert again(talk).state == "confirmed"


def test_it_is_held_until_its_end_and_not_longer(event, speaker, decide):
    talk = factories.make_talk(event, speaker, state="accepted")
    end = now() + dt.timedelta(hours=1)
    decide(talks=(talk.code,), also=(AlsoDone.HELD,), ends=end)
    Decision.objects.update(ends=now())
    again(talk).confirm()
    assert again(talk).state == "confirmed"


def test_a_request_for_a_change_does_nothing_to_pretalx(talk, decide):
    before = logged()
    decision = decide(
        Measure.CHANGE_REQUESTED,
        talks=(talk.code,),
        change_due=now() + dt.timedelta(days=3),
    )
    assert decision.effects == []
    assert (new_log(before), again(talk).state) == ([], "submitted")
    # Somebody looks when the time is over.
    assert Case.objects.get().next_due == decision.change_due


# Exclusions


@pytest.fixture
def exclude(case, member):
    """Exclude the subject, alone."""

    def exclude(measure=Measure.EXCLUDED_EVENT, **fields):
        draft = Draft(
            measure=measure,
            reason="Part 3.",
            statement="Please stay away.",
            statement_language="en",
            **fields,
        )
        return decisions.propose(
            case=case,
            by=member,
            revision=case.revision,
            draft=draft,
            alone_because="There is nobody else.",
        )

    return exclude


def test_an_exclusion_holds_until_it_is_lifted(event, speaker, exclude, undo):
    decision = exclude(ends=now() + dt.timedelta(days=300))
    held = is_excluded(event, user=speaker)
    assert (held.decision_code, held.ends, held.only_event) == (
        decision.code,
        decision.ends,
        True,
    )
    assert undo(decision) == []
    assert is_excluded(event, user=speaker) is None


def test_for_future_events_it_is_the_organiser_s(event, speaker, exclude):
    exclude(Measure.EXCLUDED_FUTURE)
    assert not is_excluded(event, user=speaker).only_event


def test_one_that_begins_later_holds_nobody_yet(event, speaker, exclude):
    exclude(starts=now() + dt.timedelta(days=1))
    assert is_excluded(event, user=speaker) is None


def test_the_talks_of_who_is_excluded_end_or_stay_with_the_others(
    event, speaker, shared, exclude, undo
):
    own = factories.make_talk(event, speaker, state="confirmed")
    decision = exclude(talks=(own.code, shared.code))
    assert (again(own).state, again(shared).state) == ("canceled", "confirmed")
    assert again(shared).speakers.count() == 1
    assert undo(decision) == []
    assert (again(own).state, again(shared).state) == ("confirmed", "confirmed")
    assert again(shared).speakers.count() == 2


def test_somebody_without_an_account_is_excluded_by_hand_only(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat, badge 7")
    case = cases.open_case(event=event, by=member, subject=subject)
    decision = decisions.propose(
        case=case,
        by=member,
        revision=0,
        draft=Draft(measure=Measure.EXCLUDED_EVENT, reason="Part 3."),
        alone_because="There is nobody else.",
    )
    assert decision.effects == []
