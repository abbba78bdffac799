# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every text that is shown or read is checked, whichever way it is handed in."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.celery_app import app as celery_app
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Resource

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.queries.unchecked import stale_subjects
from pretalx_coc.models import Check, Finding
from pretalx_coc.tasks import task_check_missed
from tests import factories, materials

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as a real transaction would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def profile(event, speaker, talk):
    return factories.profile_of(speaker, event)


@scopes_disabled()
def found_in(event):
    """Where something is found now."""
    findings = Finding.objects.filter(event=event, check_run__is_current=True)
    return set(findings.values_list("subject_kind", "material"))


@pytest.mark.parametrize("field", ("title", "abstract", "description", "notes"))
def test_every_field_of_a_proposal(event, talk, committed, field):
    with scopes_disabled(), committed():
        setattr(talk, field, BAD)
        talk.save()
    assert found_in(event) == {("talk", field)}


@pytest.mark.parametrize("field", ("name", "biography"))
def test_every_field_of_a_profile(event, profile, committed, field):
    with scopes_disabled(), committed():
        setattr(profile, field, BAD)
        profile.save()
    assert found_in(event) == {("profile", field)}


def test_name_of_the_account_where_the_profile_has_none(event, profile):
    with scopes_disabled():
        profile.name = ""
        profile.save()
        profile.user.name = BAD
        profile.user.save()
    task_check_missed()
    assert found_in(event) == {("profile", "name")}


@pytest.mark.parametrize("variant", ("string", "text"))
@pytest.mark.parametrize("target", ("submission", "speaker"))
def test_answers_to_custom_fields(event, talk, profile, committed, variant, target):
    question = materials.question(event, variant=variant, target=target)
    subject = talk if target == "submission" else profile
    with committed():
        materials.answer(question, BAD, subject)
    kind = "talk" if target == "submission" else "profile"
    assert found_in(event) == {(kind, f"answer:{question.pk}")}
    with committed():
        materials.answer(question, "Nothing of the sort.", subject)
    assert found_in(event) == set()


def test_answer_that_is_an_address(event, talk, committed):
    question = materials.question(event, variant="url")
    with committed():
        materials.answer(question, "https://example.org/hot-naked-girls", talk)
    assert found_in(event) == {("talk", f"answer:{question.pk}")}


def test_what_the_organiser_wrote_to_choose_from_is_not_checked(event, talk, committed):
    with scopes_disabled(), committed():
        question = materials.question(event, variant="choices")
        option = question.options.create(answer=BAD)
        materials.answer(question, option, talk)
    assert found_in(event) == set()


def test_inactive_custom_field_is_not_shown_and_not_checked(event, talk, committed):
    question = materials.question(event)
    with scopes_disabled(), committed():
        materials.answer(question, BAD, talk)
        question.active = False
        question.save()
    assert found_in(event) == set()


def test_description_address_and_name_of_resources(event, talk, committed):
    with committed():
        described = materials.link(talk, description=BAD)
        addressed = materials.link(talk, address="https://example.org/hot-naked-girls")
        named = materials.upload(talk, b"Nothing.", name="hot_naked_girls.txt")
    assert found_in(event) == {
        ("talk", f"resource:{described.pk}"),
        ("talk", f"link:{addressed.pk}"),
        ("talk", f"file-name:{named.pk}"),
    }


def test_random_letters_of_a_stored_name_are_no_part_of_it(event, talk, committed):
    with committed():
        resource = materials.upload(talk, b"Nothing.", name="Essex.txt")
    assert resource.resource.name.endswith(".txt")
    with scopes_disabled():
        check = Check.objects.get(event=event, material=f"file-name:{resource.pk}")
    assert check.name == "Essex.txt"


@pytest.mark.parametrize("how", ("deleted", "emptied"))
def test_what_is_taken_back_is_not_looked_at_any_more(event, talk, committed, how):
    question = materials.question(event)
    with committed():
        materials.answer(question, BAD, talk)
        resource = materials.link(talk, description=BAD)
    assert len(found_in(event)) == 2
    with scopes_disabled(), committed():
        materials.answer(question, "", talk)
        if how == "deleted":
            resource.delete()
        else:
            resource.description = ""
            resource.save()
    assert found_in(event) == set()


def test_change_without_a_signal_is_found_by_the_sweep(event, talk, profile):
    question = materials.question(event)
    answer = materials.answer(question, "Nothing.", talk)
    resource = materials.link(talk)
    task_check_missed()
    assert found_in(event) == set()
    with scopes_disabled():
        type(answer).objects.filter(pk=answer.pk).update(answer=BAD)
        Resource.objects.filter(pk=resource.pk).update(description=BAD)
    task_check_missed()
    assert found_in(event) == {
        ("talk", f"answer:{question.pk}"),
        ("talk", f"resource:{resource.pk}"),
    }
    with scopes_disabled():
        Resource.objects.filter(pk=resource.pk)._raw_delete("default")
    task_check_missed()
    assert found_in(event) == {("talk", f"answer:{question.pk}")}


def test_sweep_does_nothing_where_nothing_has_changed(event, talk, profile):
    materials.answer(materials.question(event), BAD, talk)
    materials.upload(talk, b"Nothing.", name="slides.txt")
    materials.profile_picture(profile)
    task_check_missed()
    with scope(event=event):
        assert list(stale_subjects(event)) == []
        number = Check.objects.filter(event=event).count()
    task_check_missed()
    with scopes_disabled():
        assert Check.objects.filter(event=event).count() == number


def test_sweep_asks_the_database_no_more_for_more_talks(event, speaker):
    question = materials.question(event)

    def add():
        talk = factories.make_talk(event, speaker)
        materials.answer(question, "Nothing.", talk)
        materials.link(talk)

    counts = []
    for number in (1, 2):
        for __ in range(number):
            add()
        with scope(event=event), CaptureQueriesContext(connection) as queries:
            assert len(list(stale_subjects(event))) >= number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_finding_in_an_answer_names_the_custom_field(
    login, event, talk, member, committed
):
    question = materials.question(event, text="Anything to add?")
    with committed():
        materials.answer(question, BAD, talk)
    with scopes_disabled():
        finding = Finding.objects.filter(event=event).first()
    url = f"/orga/event/{event.slug}/p/coc/finding/{finding.code}/"
    content = login(member).get(url).content.decode()
    assert "in “Anything to add?”" in content


def test_task_about_another_event_s_talk_ends_quietly(event, talk):
    other = factories.make_event()
    with scope(event=other):
        assert check_subject(event=other, kind="talk", pk=talk.pk) == 0


# Nothing is lost


@contextmanager
def dead_broker(monkeypatch):
    """A broker that is away: nobody listens there."""
    with monkeypatch.context() as patch:
        configured = celery_app.conf.maps[0]
        patch.setitem(configured, "CELERY_TASK_ALWAYS_EAGER", False)
        patch.setitem(configured, "CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
        # Celery keeps its connections; this test gets some of its own.
        patch.setattr(celery_app, "_pool", None)
        patch.setattr(celery_app.amqp, "_producer_pool", None)
        yield


def test_what_was_saved_while_the_broker_was_away_is_found_by_the_sweep(
    monkeypatch, event, talk, committed
):
    with dead_broker(monkeypatch), scopes_disabled(), committed():
        talk.abstract = BAD
        talk.save()
    assert found_in(event) == set()
    task_check_missed()
    assert found_in(event) == {("talk", "abstract")}


@pytest.fixture
def merge(event, profile):
    """Merge a profile into the speaker's, with the log entry that pretalx writes."""

    @scopes_disabled()
    def merge(other):
        data = {"merged_code": other.code}
        other.delete()
        profile.log_action("pretalx.speaker.merge", data=data, orga=True)

    return merge


def test_findings_about_a_merged_profile_move_to_the_one_that_stays(
    login, event, profile, member, merge, committed
):
    with scopes_disabled(), committed():
        other = SpeakerProfile.objects.create(event=event, name="Other", biography=BAD)
    with scopes_disabled():
        for finding in Finding.objects.filter(event=event):
            verdicts.give(item=finding, by=member, verdict="concerns", revision=0)
        codes = set(Finding.objects.values_list("code", flat=True))
    assert codes
    with committed():
        merge(other)
    with scopes_disabled():
        moved = Finding.objects.filter(event=event, subject_code=profile.code)
        assert set(moved.values_list("code", flat=True)) == codes
        current = Check.objects.filter(event=event, is_current=True)
        about = current.filter(subject_kind="profile")
        assert set(about.values_list("subject_code", "material")) == {
            (profile.code, "name")
        }
    url = f"/orga/event/{event.slug}/p/coc/speaker/{profile.code}/"
    content = login(member).get(url).content.decode()
    assert all(f'id="{code}"' in content for code in codes)
