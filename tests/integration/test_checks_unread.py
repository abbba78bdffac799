# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What was not fully checked is shown with its reason, until somebody has looked."""

import dataclasses
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx_coc.detection import UNCHECKED
from pretalx_coc.detection.documents import UNCHECKED_FILES
from pretalx_coc.domain import detectors
from pretalx_coc.domain.checking_all import summary_of
from pretalx_coc.domain.checks import look_at
from pretalx_coc.domain.errors import CocError
from pretalx_coc.interfaces.materials import UNREAD
from pretalx_coc.models import AuditEntry, Check
from pretalx_coc.tasks import task_check_missed
from tests import factories, materials

pytestmark = pytest.mark.django_db

BROKEN = b"%PDF-1.4\nnothing that follows is a PDF"


def panel_url(event, page=""):
    return f"/orga/event/{event.slug}/p/coc/{page}"


@scopes_disabled()
def check_of(resource):
    return Check.objects.get(is_current=True, material=f"file:{resource.pk}")


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def broken(event, talk):
    resource = materials.upload(talk, BROKEN, name="broken.pdf")
    task_check_missed()
    return resource


@pytest.fixture
def url(event, broken):
    return panel_url(event, f"unchecked/{check_of(broken).pk}/")


def test_every_reason_has_words():
    assert {*UNCHECKED, *UNCHECKED_FILES} <= set(UNREAD)


def test_panel_says_how_much_was_not_fully_checked(login, event, member, broken):
    words = words_of(login(member).get(panel_url(event)))
    assert "1 text or file was not fully checked." in words
    words = words_of(login(member).get(panel_url(event, "?kind=unchecked")))
    assert "Not fully checked" in words
    assert "File broken.pdf broken, or only partly readable" in words


@pytest.mark.parametrize("sees_pictures", (True, False))
def test_pictures_beyond_the_limit_are_hidden_only_where_none_are_checked(
    login, event, member, broken, sees_pictures, monkeypatch
):
    monkeypatch.setattr(detectors, "pictures_available", lambda: sees_pictures)
    with scopes_disabled():
        Check.objects.filter(pk=check_of(broken).pk).update(unchecked="pictures p3")
    shown = words_of(login(member).get(panel_url(event, "?kind=unchecked")))
    assert ("page 3: pictures were not checked" in shown) == sees_pictures
    with scope(event=event):
        summary = dataclasses.replace(summary_of(event), pending=0)
    assert summary.unchecked == {"pictures": 1}
    assert summary.is_complete != sees_pictures


def test_panel_filters_by_reason(login, event, member, broken):
    client = login(member)
    shown = client.get(panel_url(event, "?kind=unchecked&unread=broken"))
    assert "broken.pdf" in words_of(shown)
    other = client.get(panel_url(event, "?kind=unchecked&unread=encrypted"))
    assert "broken.pdf" not in words_of(other)


@pytest.mark.parametrize("unread", ("nosuchreason", "(", "%", "broken|encrypted"))
def test_panel_takes_any_reason(login, event, member, broken, unread):
    url = panel_url(event, f"?kind=unchecked&unread={unread}")
    assert login(member).get(url).status_code == 200


def test_what_was_not_fully_checked_is_no_item_that_waits_for_a_verdict(
    login, event, member, broken
):
    content = login(member).get(panel_url(event)).content.decode()
    assert "Nothing here." in content
    assert 'class="badge color-info"' not in content


def test_i_looked_at_it_myself_is_noted_and_holds(login, event, member, broken, url):
    client = login(member)
    client.post(url, {"action": "looked"})
    check = check_of(broken)
    assert check.looked_at
    assert check.looked_at_by == member.code
    with scopes_disabled():
        entry = AuditEntry.objects.get(event=event, action="check.looked_at")
        assert entry.actor_code == member.code
        assert entry.data["sha256"] == check.content_sha256
        # Newer detectors change nothing about that.
        Check.objects.filter(pk=check.pk).update(detector="an older one")
    task_check_missed()
    assert check_of(broken).pk != check.pk
    assert check_of(broken).looked_at == check.looked_at
    words = words_of(client.get(panel_url(event)))
    assert "not fully checked." not in words
    assert "broken.pdf" not in words_of(client.get(panel_url(event, "?kind=unchecked")))


def test_page_says_why_and_leads_on_to_a_case(login, event, speaker, member, url):
    content = login(member).get(url).content.decode()
    assert "not fully checked, because:" in content
    assert '<li dir="auto">broken, or only partly readable</li>' in content
    case = panel_url(
        event, f"cases/new/speaker/{factories.profile_of(speaker, event).code}/"
    )
    assert f'href="{case}"' in content
    assert login(member).get(case).status_code == 200
    assert "nobody knows until" in content
    login(member).post(url, {"action": "looked"})
    assert "nobody knows until" not in login(member).get(url).content.decode()


def test_it_holds_until_the_content_changes(login, event, member, broken, url):
    client = login(member)
    client.post(url, {"action": "looked"})
    materials.replace(broken, BROKEN + b", either", name="broken.pdf")
    task_check_missed()
    assert check_of(broken).looked_at is None
    assert "1 text or file was not" in words_of(client.get(panel_url(event)))


def test_looking_twice_is_noted_once(login, event, member, broken, url):
    client = login(member)
    for __ in range(2):
        assert client.post(url, {"action": "looked"}).status_code == 302
    with scopes_disabled():
        looked = AuditEntry.objects.filter(event=event, action="check.looked_at")
        assert looked.count() == 1


def test_who_looked_at_an_earlier_content_is_told(event, member, broken):
    check = check_of(broken)
    materials.replace(broken, materials.pdf("Fine."), name="fixed.pdf")
    task_check_missed()
    with scope(event=event), pytest.raises(CocError):
        look_at(check=check, by=member)


def test_check_again_checks_again(login, event, member, broken, url):
    before = check_of(broken)
    client = login(member)
    response = client.post(url, {"action": "again"}, follow=True)
    assert "checked again in the background" in words_of(response)
    assert "waiting to be checked" in words_of(client.get(url))
    task_check_missed()
    after = check_of(broken)
    assert (after.pk != before.pk, after.state) == (True, "partial")
    assert after.detector == before.detector


def test_check_again_reads_a_file_that_has_come_back(login, event, talk, member):
    resource = materials.upload(talk, materials.pdf("Fine."))
    path = Path(resource.resource.path)
    data = path.read_bytes()
    path.unlink()
    task_check_missed()
    check = check_of(resource)
    assert check.unchecked == "missing"
    path.write_bytes(data)
    login(member).post(panel_url(event, f"unchecked/{check.pk}/"), {"action": "again"})
    task_check_missed()
    assert check_of(resource).state == "complete"


@pytest.mark.parametrize("data", ({}, {"action": "x"}, {"verdict": "dismissed"}))
def test_forged_post_changes_nothing(login, member, broken, url, data):
    before = check_of(broken)
    assert login(member).post(url, data).status_code == 302
    after = check_of(broken)
    assert (after.pk, after.detector, after.looked_at) == (
        before.pk,
        before.detector,
        None,
    )


def test_record_leads_to_what_was_not_fully_checked(
    login, event, member, speaker, broken, url
):
    profile = factories.profile_of(speaker, event)
    client = login(member)
    content = client.get(panel_url(event, f"speaker/{profile.code}/")).content.decode()
    assert url in content
    client.post(url, {"action": "looked"})
    words = words_of(client.get(panel_url(event, f"speaker/{profile.code}/")))
    assert "Looked at on" in words


def test_talk_that_was_never_checked_is_counted(login, event, talk, member):
    with scopes_disabled():
        Check.objects.filter(event=event).delete()
    client = login(member)
    said = "1 talk is waiting to be checked."
    assert said in words_of(client.get(panel_url(event)))
    task_check_missed()
    assert said not in words_of(client.get(panel_url(event)))


def test_name_of_a_file_within_a_file_turns_nothing_around(
    login, event, member, speaker, talk
):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a\u202efdp.pdf", BROKEN)
    resource = materials.upload(talk, data.getvalue(), name="slides.zip")
    task_check_missed()
    client, profile = login(member), factories.profile_of(speaker, event)
    for page in (
        "?kind=unchecked",
        f"speaker/{profile.code}/",
        f"unchecked/{check_of(resource).pk}/",
    ):
        content = client.get(panel_url(event, page)).content.decode()
        assert "a␣fdp.pdf" in content
        assert "\u202e" not in content


# Not your own matter


def test_member_sees_nothing_about_files_of_their_own(login, event, version):
    with scopes_disabled():
        member = factories.make_member(event, name="Speaking Member")
    talk = factories.make_talk(event, member)
    resource = materials.upload(talk, BROKEN, name="broken.pdf")
    task_check_missed()
    client = login(member)
    url = panel_url(event, f"unchecked/{check_of(resource).pk}/")
    assert client.get(url).status_code == 404
    assert client.post(url, {"action": "looked"}).status_code == 404
    assert client.post(url, {"action": "again"}).status_code == 404
    assert check_of(resource).looked_at is None
    assert "not fully checked." not in words_of(client.get(panel_url(event)))
    shown = words_of(client.get(panel_url(event, "?kind=unchecked")))
    assert "broken.pdf" not in shown


def test_check_of_another_event_does_not_exist_here(login, event, member, talk):
    other = factories.make_event()
    elsewhere = factories.make_talk(other, factories.make_user())
    resource = materials.upload(elsewhere, BROKEN)
    task_check_missed()
    url = panel_url(event, f"unchecked/{check_of(resource).pk}/")
    assert login(member).get(url).status_code == 404


# Cheap


@pytest.mark.parametrize("page", ("?kind=unchecked", "record"))
def test_pages_ask_the_database_no_more_for_more_rows(
    login, event, member, speaker, talk, page
):
    profile = factories.profile_of(speaker, event)
    url = panel_url(event, page if "?" in page else f"speaker/{profile.code}/")
    client = login(member)
    counts = []
    for number in (1, 2):
        for index in range(number):
            question = materials.question(event, variant="file", text=f"Q{index}?")
            materials.answer(question, ("a.pdf", BROKEN), talk)
            materials.upload(talk, BROKEN, name="broken.pdf")
        task_check_missed()
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            shown = words_of(client.get(url))
        assert shown.count("broken.pdf") == sum(range(number + 1))
        counts.append(len(queries))
    assert counts[0] == counts[1]
