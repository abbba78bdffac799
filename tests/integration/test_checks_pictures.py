# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Pictures: always a hint, blurred until asked for, and never silently unchecked."""

import hashlib
import io
import re

import pytest
from django_scopes import scope, scopes_disabled
from PIL import Image

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.check_store import Run, Subject, store
from pretalx_coc.domain.detectors import Detectors, Found, Outcome, pictures_available
from pretalx_coc.domain.materials import materials_of, queryset
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.models import AuditEntry, Check, CocSettings, Finding
from pretalx_coc.tasks import task_check_missed
from tests import factories, materials

pytestmark = pytest.mark.django_db

BAD = "We show hot naked girls on every slide."
SETTINGS = {"check_pictures": "on", "picture_threshold": "0.5"}


def panel_url(event, page=""):
    return f"/orga/event/{event.slug}/p/coc/{page}"


def settings_url(event):
    return f"/orga/event/{event.slug}/settings/p/coc/checks/"


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def jpeg(colour=(180, 140, 120)):
    data = io.BytesIO()
    Image.new("RGB", (64, 40), colour).save(data, "JPEG")
    return data.getvalue()


@scopes_disabled()
def found_in_picture(event, kind, instance, material, tmp_path):
    """Store that the detectors point at a region of a picture."""
    material = materials_of(kind, queryset(kind).get(pk=instance.pk))[material]
    found = Found(
        start=0,
        end=0,
        before="",
        passage="",
        after="",
        rule="picture.buttocks",
        category="pornography",
        level="hint",
        strength=0.6,
        steps=[["picture", "buttocks"], ["sure", "60%"]],
        box=[0.25, 0.5, 0.25, 0.125],
        jpeg=jpeg(),
    )
    path = tmp_path / "picture"
    path.write_bytes(b"the picture as it was uploaded")
    run = Run(
        material,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        Detectors(event).file_version,
        Outcome((found,), (), "png"),
        str(path),
    )
    store(Subject(event, kind, instance.code), run, None)
    return Finding.objects.get(event=event, rule="picture.buttocks")


@pytest.fixture
def finding(event, talk, tmp_path):
    materials.session_image(talk)
    return found_in_picture(event, "talk", talk, "image", tmp_path)


def test_picture_is_blurred_until_somebody_asks_to_see_it(
    login, event, member, finding
):
    content = login(member).get(panel_url(event, f"finding/{finding.code}/")).content
    content = content.decode()
    picture = panel_url(event, f"finding/{finding.code}/picture/")
    (tag,) = re.findall(rf'<img[^>]*src="{picture}"[^>]*>', content)
    assert 'class="coc-blurred"' in tag
    assert '<details class="coc-picture">' in content
    assert "Show the picture" in content
    assert '<rect x="0.2500" y="0.5000" width="0.2500" height="0.1250"/>' in content


def test_finding_in_a_picture_is_called_a_hint(login, event, member, finding):
    words = words_of(login(member).get(panel_url(event, f"finding/{finding.code}/")))
    assert "in “Session image” hint" in words
    assert "this is a hint and no more" in words


def test_hints_are_on_the_panel_only_when_asked_for(login, event, member, finding):
    client = login(member)
    url = panel_url(event, f"finding/{finding.code}/")
    response = client.get(panel_url(event))
    assert url not in response.content.decode()
    assert 'class="badge color-info"' not in response.content.decode()
    assert url in client.get(panel_url(event, "?hints=yes")).content.decode()


def test_hints_are_on_the_record_only_when_asked_for_or_judged(
    login, event, member, speaker, finding
):
    profile = factories.profile_of(speaker, event)
    record = panel_url(event, f"speaker/{profile.code}/")
    client = login(member)
    content = client.get(record).content.decode()
    assert f'id="{finding.code}"' not in content
    assert "Show 1 hint, too" in content
    shown = client.get(f"{record}?hints=yes").content.decode()
    assert f'id="{finding.code}"' in shown
    assert "hint, too" not in shown
    with scopes_disabled():
        verdicts.give(item=finding, by=member, verdict="concerns", revision=0)
    assert f'id="{finding.code}"' in client.get(record).content.decode()


def test_picture_is_served_as_a_jpeg_of_ours_and_the_file_as_it_was(
    login, event, member, finding
):
    client = login(member)
    base = panel_url(event, f"finding/{finding.code}/")
    response = client.get(f"{base}picture/")
    assert b"".join(response.streaming_content) == jpeg()
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    response = client.get(f"{base}file/")
    assert b"".join(response.streaming_content) == b"the picture as it was uploaded"
    assert response["Content-Disposition"].startswith("attachment")


def test_copies_of_what_a_member_may_not_see_do_not_exist(
    login, event, version, tmp_path
):
    with scopes_disabled():
        member = factories.make_member(event)
        talk = factories.make_talk(event, member)
    materials.session_image(talk)
    finding = found_in_picture(event, "talk", talk, "image", tmp_path)
    client = login(member)
    for page in ("", "picture/", "file/"):
        url = panel_url(event, f"finding/{finding.code}/{page}")
        assert client.get(url).status_code == 404
    assert "hint" not in words_of(client.get(panel_url(event, "?hints=yes"))).replace(
        "Also hints", ""
    )


def test_finding_in_a_text_has_no_picture_and_no_file(
    login, event, member, talk, django_capture_on_commit_callbacks
):
    with scopes_disabled(), django_capture_on_commit_callbacks(execute=True):
        talk.abstract = BAD
        talk.save()
    with scopes_disabled():
        finding = Finding.objects.filter(event=event).first()
    for page in ("picture/", "file/"):
        url = panel_url(event, f"finding/{finding.code}/{page}")
        assert login(member).get(url).status_code == 404


def test_copy_whose_file_is_lost_does_not_exist(login, event, member, finding):
    finding.copy.file.storage.delete(finding.copy.file.name)
    url = panel_url(event, f"finding/{finding.code}/file/")
    assert login(member).get(url).status_code == 404


# Settings


def test_organiser_sets_what_is_checked_and_it_is_in_the_audit_log(
    login, event, organiser
):
    response = login(organiser).post(
        settings_url(event), {**SETTINGS, "hints_before_submitting": "on"}
    )
    assert response.status_code == 302
    with scopes_disabled():
        assert CocSettings.objects.get(event=event).hints_before_submitting
        entry = AuditEntry.objects.filter(event=event, action="settings.changed").last()
    assert set(entry.data["changed"]) == {"hints_before_submitting"}


@pytest.mark.parametrize("threshold", ("0.1", "1", "x", "nan", "inf", ""))
def test_threshold_out_of_its_range_is_refused(login, event, organiser, threshold):
    if not pictures_available():
        pytest.skip("needs the extra images")
    response = login(organiser).post(
        settings_url(event), {**SETTINGS, "picture_threshold": threshold}
    )
    assert response.status_code == 200
    assert response.context["form"].errors["picture_threshold"]


def test_settings_of_the_checks_are_among_the_tabs(login, event, organiser):
    content = login(organiser).get(settings_url(event)).content.decode()
    assert f'href="{settings_url(event)}"' in content
    assert 'aria-current="page"\n        >Checks' in content


def test_pages_say_that_pictures_are_not_checked(login, event, talk, member, organiser):
    with scopes_disabled():
        change_settings(event=event, by=organiser, check_pictures=False)
    materials.session_image(talk)
    task_check_missed()
    client = login(member)
    words = words_of(client.get(panel_url(event)))
    assert "Pictures are not checked" in words
    # Once for all, and not once for each of them.
    assert "not fully checked." not in words
    shown = words_of(client.get(panel_url(event, "?kind=unchecked")))
    assert "Session image" not in shown
    asked = client.get(panel_url(event, "?kind=unchecked&unread=pictures"))
    assert "Session image pictures were not checked" in words_of(asked)


def test_files_are_checked_again_when_pictures_are_switched_on(event, talk, organiser):
    with scopes_disabled():
        change_settings(event=event, by=organiser, check_pictures=False)
    materials.session_image(talk)
    task_check_missed()
    with scopes_disabled():
        check = Check.objects.get(event=event, material="image", is_current=True)
        assert check.unchecked == "pictures"
        change_settings(event=event, by=organiser, check_pictures=True)
    task_check_missed()
    with scope(event=event):
        check = Check.objects.get(event=event, material="image", is_current=True)
    assert check.unchecked == ("" if pictures_available() else "pictures")
