# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Files are checked in the background, once for each content."""

import os
import shutil
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.event import shred_event

from pretalx_coc.domain import claims, copies, verdicts
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.models import Check, Finding, MaterialCopy
from pretalx_coc.models.storage import private_storage
from pretalx_coc.tasks import task_check_missed, task_check_subject
from tests import factories, materials

pytestmark = pytest.mark.django_db

BAD = "We show hot naked girls on every slide."
FINE = "An introduction to logging."


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def _no_copies():
    """Only the copies of this test lie on the disk."""
    shutil.rmtree(private_storage().location, ignore_errors=True)


@scopes_disabled()
def findings(event, **kwargs):
    found = Finding.objects.filter(event=event, check_run__is_current=True, **kwargs)
    return list(found.select_related("check_run", "copy", "earlier").order_by("pk"))


@scopes_disabled()
def check_of(resource):
    return Check.objects.get(is_current=True, material=f"file:{resource.pk}")


@pytest.mark.parametrize(
    ("name", "data", "place"),
    (
        ("slides.pdf", materials.pdf(FINE, BAD), {"page": 2, "slide": None}),
        ("slides.pptx", materials.pptx(FINE, FINE, BAD), {"page": None, "slide": 3}),
        ("notes.md", f"# {FINE}\n\n{BAD}".encode(), {"page": None, "slide": None}),
        ("lying.pdf", materials.pptx(BAD), {"page": None, "slide": 1}),
    ),
)
def test_passage_in_a_file_is_found_with_its_page_or_slide(
    event, talk, name, data, place
):
    resource = materials.upload(talk, data, name=name)
    task_check_missed()
    found = findings(event)
    assert found
    for finding in found:
        assert finding.material == f"file:{resource.pk}"
        assert finding.passage in BAD
        assert {"page": finding.page, "slide": finding.slide} == place
    assert check_of(resource).name == name


def test_answer_that_is_a_file_is_checked(event, talk):
    question = materials.question(event, variant="file")
    materials.answer(question, ("slides.pdf", materials.pdf(BAD)), talk)
    task_check_missed()
    assert {finding.material for finding in findings(event)} == {
        f"answer-file:{question.pk}"
    }


def test_session_image_and_profile_picture_are_looked_at(event, talk, speaker):
    profile = factories.profile_of(speaker, event)
    materials.session_image(talk)
    materials.profile_picture(profile)
    task_check_missed()
    with scopes_disabled():
        checks = Check.objects.filter(event=event, is_current=True, media="png")
        assert {(check.subject_code, check.material) for check in checks} == {
            (talk.code, "image"),
            (profile.code, "picture"),
        }
    assert findings(event) == []


def test_request_without_a_broker_does_not_wait_for_a_file(event, talk, committed):
    with committed():
        resource = materials.upload(talk, materials.pdf(BAD))
    with scopes_disabled():
        checked = set(
            Check.objects.filter(event=event).values_list("material", flat=True)
        )
    assert f"file-name:{resource.pk}" in checked
    assert f"file:{resource.pk}" not in checked
    task_check_missed()
    assert findings(event, material=f"file:{resource.pk}")


def test_record_says_that_a_file_is_waiting(login, event, talk, member, speaker):
    resource = materials.upload(talk, materials.pdf(FINE))
    profile = factories.profile_of(speaker, event)
    url = f"/orga/event/{event.slug}/p/coc/speaker/{profile.code}/"
    assert "File slides.pdf: waiting" in login(member).get(url).content.decode()
    task_check_missed()
    assert check_of(resource).state == "complete"
    assert "File slides.pdf: waiting" not in login(member).get(url).content.decode()


# The same content once


@scopes_disabled()
def mark(event):
    """Change what was found, to see whether it was found anew."""
    Finding.objects.filter(event=event).update(rule="marked")


def rules_of(event, material):
    return {finding.rule for finding in findings(event, material=material)}


def test_same_file_of_two_speakers_is_checked_once(event, talk):
    data = materials.pdf(FINE, BAD)
    materials.upload(talk, data)
    task_check_missed()
    mark(event)
    other = factories.make_talk(event, factories.make_user())
    second = materials.upload(other, data, name="other.pdf")
    task_check_missed()
    again = findings(event, material=f"file:{second.pk}")
    assert {finding.rule for finding in again} == {"marked"}
    assert {finding.subject_code for finding in again} == {other.code}
    assert {finding.page for finding in again} == {2}
    assert {finding.check_run.name for finding in again} == {"other.pdf"}
    with scopes_disabled():
        assert MaterialCopy.objects.filter(event=event).count() == 1


def test_file_of_another_event_is_checked_there(event, talk):
    data = materials.pdf(BAD)
    materials.upload(talk, data)
    task_check_missed()
    mark(event)
    other = factories.make_event()
    elsewhere = factories.make_talk(other, factories.make_user())
    materials.upload(elsewhere, data)
    task_check_missed()
    assert {finding.rule for finding in findings(other)} & {"marked"} == set()


def test_file_with_another_time_and_the_same_content_is_not_checked_again(event, talk):
    resource = materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    before = check_of(resource)
    mark(event)
    os.utime(resource.resource.path, (1_000_000_000, 1_000_000_000))
    task_check_missed()
    after = check_of(resource)
    assert after.pk == before.pk
    assert after.source != before.source
    assert rules_of(event, f"file:{resource.pk}") == {"marked"}


def test_file_that_another_worker_has_in_hand_is_left_to_it(event, talk):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    with scopes_disabled():
        check = Check.objects.get(event=event, media="pdf")
        content = f"{check.content_sha256}:{check.detector}"
        Check.objects.filter(event=event).delete()
    with scope(event=event):
        with claims.claim(event, content), pytest.raises(claims.TakenError):
            check_subject(event=event, kind="talk", pk=talk.pk)
        assert not Check.objects.filter(event=event, media="pdf").exists()
        # The texts do not wait for it.
        assert Check.objects.filter(event=event, material="title").exists()
        check_subject(event=event, kind="talk", pk=talk.pk)
    assert findings(event)


def test_worker_that_died_on_another_machine_keeps_a_file_for_a_while_only(
    event, talk, monkeypatch
):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    with scopes_disabled():
        check = Check.objects.get(event=event, media="pdf")
        content = f"{check.content_sha256}:{check.detector}"
        Check.objects.filter(event=event).delete()
    with monkeypatch.context() as patch:
        patch.setattr(claims, "CLAIM_SECONDS", 1)
        patch.setattr(claims, "_me", lambda: "elsewhere.example.org:7")
        killed = claims.claim(event, content)
        killed.__enter__()
    with pytest.raises(claims.TakenError), claims.claim(event, content):
        pass
    time.sleep(1.1)
    task_check_missed()
    assert findings(event)


def test_sweep_checks_again_what_older_detectors_have_checked(event, talk):
    resource = materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    with scopes_disabled():
        Check.objects.filter(event=event).update(detector="before-the-deploy")
        before = Check.objects.filter(event=event, is_current=True).count()
    task_check_missed()
    with scopes_disabled():
        current = Check.objects.filter(event=event, is_current=True)
        assert current.count() == before > 1
        assert not current.filter(detector="before-the-deploy").exists()
    assert {finding.material for finding in findings(event)} == {f"file:{resource.pk}"}


def test_task_whose_file_is_taken_ends_quietly(event, talk):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    with scopes_disabled():
        check = Check.objects.get(event=event, media="pdf")
        content = f"{check.content_sha256}:{check.detector}"
        Check.objects.filter(event=event).delete()
    with claims.claim(event, content):
        ids = {"event_id": event.pk, "kind": "talk", "pk": talk.pk, "is_swept": True}
        assert task_check_subject.apply(kwargs=ids).successful()
    assert findings(event) == []


def kill_during(event, content):
    """What a worker leaves in the cache that is killed while it has a file."""
    manager = claims.claim(event, content)
    manager.__enter__()
    cache.delete(claims._key("claim", event, content))  # it has run out
    return manager


def test_file_that_ends_its_worker_again_and_again_is_given_up_until_asked(
    login, event, talk, member
):
    resource = materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    check = check_of(resource)
    content = f"{check.content_sha256}:{check.detector}"
    with scopes_disabled():
        Check.objects.filter(event=event).delete()
    killed = [kill_during(event, content) for __ in range(claims.ATTEMPTS)]
    task_check_missed()
    assert check_of(resource).unchecked == "broken_off"
    url = f"/orga/event/{event.slug}/p/coc/unchecked/{check_of(resource).pk}/"
    assert "broken off several times" in login(member).get(url).content.decode()
    login(member).post(url, {"action": "again"})
    task_check_missed()
    assert check_of(resource).state == "complete"
    assert findings(event)
    del killed


# Verdicts


@scopes_disabled()
def judge(member, finding, verdict="dismissed"):
    return verdicts.give(
        item=finding, by=member, verdict=verdict, reason="Quoted", revision=0
    )


@scopes_disabled()
def outdate(event):
    Check.objects.filter(event=event).update(detector="an older one")


def test_verdict_holds_for_the_same_file_with_newer_detectors(event, talk, member):
    resource = materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    codes = {judge(member, finding).code for finding in findings(event)}
    outdate(event)
    task_check_missed()
    after = findings(event, material=f"file:{resource.pk}")
    assert {finding.code for finding in after} == codes
    assert {finding.verdict for finding in after} == {"dismissed"}
    assert check_of(resource).detector != "an older one"


def test_changed_file_shows_the_old_verdict_beside_the_new_finding(
    login, event, talk, member
):
    resource = materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    judged = [judge(member, finding) for finding in findings(event)]
    materials.replace(resource, materials.pdf(FINE, BAD))
    task_check_missed()
    new = findings(event, page=2)
    assert {finding.verdict for finding in new} == {""}
    assert {finding.earlier for finding in new} <= set(judged)
    url = f"/orga/event/{event.slug}/p/coc/finding/{new[0].code}/"
    content = " ".join(login(member).get(url).content.decode().split())
    said = f"Before this text was changed, {member.name} said: Dismissed"
    assert said in content
    assert "Quoted" in content


def test_changed_text_shows_the_old_verdict_beside_the_new_finding(
    login, event, talk, member, committed
):
    with scopes_disabled(), committed():
        talk.abstract = BAD
        talk.save()
    for finding in findings(event):
        judge(member, finding, "concerns")
    with scopes_disabled(), committed():
        talk.abstract = f"{FINE} {BAD}"
        talk.save()
    new = findings(event)
    assert {finding.verdict for finding in new} == {""}
    assert {finding.earlier.verdict for finding in new} == {"concerns"}
    url = f"/orga/event/{event.slug}/p/coc/finding/{new[0].code}/"
    content = " ".join(login(member).get(url).content.decode().split())
    assert f"{member.name} said: Concerns the code of conduct" in content


def test_changed_text_with_nothing_judged_shows_no_verdict(event, talk, committed):
    for text in (BAD, f"{FINE} {BAD}"):
        with scopes_disabled(), committed():
            talk.abstract = text
            talk.save()
    assert {finding.earlier for finding in findings(event)} == {None}


# Copies


def stored():
    """The copies on the disk."""
    root = Path(private_storage().location)
    return [path for path in root.rglob("*") if path.is_file()]


def file_url(event, finding):
    return f"/orga/event/{event.slug}/p/coc/finding/{finding.code}/file/"


def test_file_is_kept_as_it_was_when_something_was_found(login, event, talk, member):
    data = materials.pdf(FINE, BAD)
    resource = materials.upload(talk, data)
    task_check_missed()
    finding = judge(member, findings(event)[0], "concerns")
    Path(resource.resource.path).unlink()
    materials.replace(resource, materials.pdf(FINE))
    task_check_missed()
    response = login(member).get(file_url(event, finding))
    assert b"".join(response.streaming_content) == data
    disposition = response["Content-Disposition"]
    assert disposition == 'attachment; filename="slides.pdf"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_copy_lies_where_no_web_server_looks(event, talk):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    (path,) = stored()
    assert not path.is_relative_to(settings.MEDIA_ROOT)
    assert path.stat().st_mode & 0o077 == 0
    assert event.slug not in str(path.relative_to(private_storage().location))


def test_file_without_a_finding_is_not_kept(event, talk):
    materials.upload(talk, materials.pdf(FINE))
    task_check_missed()
    assert stored() == []


def test_copy_goes_with_the_last_finding_in_it(event, talk, committed):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    assert len(stored()) == 1
    with scope(event=event), committed():
        copies.drop_unused(event)
    assert len(stored()) == 1
    with scopes_disabled():
        Finding.objects.filter(event=event).delete()
    with scope(event=event), committed():
        copies.drop_unused(event)
        # Only after the commit: it may still be undone.
        assert len(stored()) == 1
    assert stored() == []


def test_copy_goes_with_the_event(event, talk, committed):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    with scopes_disabled(), committed():
        shred_event(event)
    assert stored() == []


def test_what_a_killed_worker_left_on_the_disk_is_removed(event, talk):
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    (kept,) = stored()
    root = Path(private_storage().location)
    old, new = root / "working" / "tmp1" / "file", root / "ab" / "abcdef"
    for path in (old, new):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left")
    os.utime(old.parent, (0, 0))
    os.utime(kept, (0, 0))
    task_check_missed()
    assert set(stored()) == {kept, new}
    os.utime(new, (0, 0))
    task_check_missed()
    assert stored() == [kept]


def test_file_of_a_forgotten_speaker_is_not_kept(event, talk, speaker, committed):
    from pretalx_coc.domain.erasure import forget_user  # noqa: PLC0415

    question = materials.question(event, variant="file", target="speaker")
    profile = factories.profile_of(speaker, event)
    materials.answer(question, ("me.pdf", materials.pdf(BAD)), profile)
    task_check_missed()
    assert len(stored()) == 1
    with scopes_disabled(), committed():
        forget_user(speaker)
    assert findings(event) == []
    assert stored() == []
    # The same file of somebody else is not taken for clean.
    materials.upload(talk, materials.pdf(BAD))
    task_check_missed()
    assert findings(event, subject_code=talk.code)
