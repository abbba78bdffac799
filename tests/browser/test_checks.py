# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Findings in files and pictures, and what was not fully checked, in a browser."""

import io

import pytest
from django_scopes import scopes_disabled
from PIL import Image, ImageDraw

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.copies import keep
from pretalx_coc.models import Check, Finding
from pretalx_coc.tasks import task_check_missed
from tests import factories, materials
from tests.browser.axe import assert_accessible

BAD = "We show hot naked girls on every slide."
FINE = "An introduction to logging."


@pytest.fixture
def event(db):
    return factories.make_event()


@pytest.fixture
def member(event):
    return factories.make_member(event)


@pytest.fixture
def talk(event):
    talk = factories.make_talk(
        event, factories.make_user(name="Ada Speaker"), title="Logs in motion"
    )
    materials.upload(talk, materials.pdf(FINE, BAD), name="slides.pdf")
    materials.upload(talk, b"%PDF-1.4\nno more", name="broken.pdf")
    task_check_missed()
    return talk


def striped():
    """A picture on which one sees whether it is blurred."""
    picture = Image.new("RGB", (640, 400), "white")
    draw = ImageDraw.Draw(picture)
    for left in range(0, 640, 40):
        draw.rectangle((left, 0, left + 20, 400), fill=(20, 90, 160))
    data = io.BytesIO()
    picture.save(data, "JPEG")
    return data


@pytest.fixture
@scopes_disabled()
def in_picture(event, talk):
    """A finding in a page of the slides, as the picture check makes them."""
    check = Check.objects.get(event=event, name="slides.pdf", media="pdf")
    preview = keep(
        event=event, sha256="0" * 64, source=striped(), name="x.jpg", media="jpeg"
    )
    return Finding.objects.create(
        event=event,
        subject_kind="talk",
        subject_code=talk.code,
        material=check.material,
        check_run=check,
        created=check.created,
        start=0,
        end=0,
        rule="picture.buttocks",
        category="pornography",
        level="hint",
        strength=0.6,
        steps=[["picture", "buttocks"], ["sure", "60%"]],
        page=1,
        box=[0.25, 0.25, 0.25, 0.5],
        preview=preview,
    )


def panel(event, page=""):
    return f"/orga/event/{event.slug}/p/coc/{page}"


def filter_of(tab):
    return tab.locator(".coc-picture img").evaluate("e => getComputedStyle(e).filter")


def test_picture_is_blurred_until_somebody_asks(
    page, sign_in, screenshot, event, member, in_picture
):
    sign_in(page, member)
    page.goto(panel(event, f"finding/{in_picture.code}/"))
    page.wait_for_load_state("networkidle")
    assert filter_of(page).startswith("blur")
    assert not page.locator(".coc-box").is_visible()
    assert_accessible(page, within="main")
    screenshot(page, "picture-blurred")
    page.get_by_text("Show the picture").click()
    page.locator(".coc-box").wait_for()
    assert filter_of(page) == "none"
    assert_accessible(page, within="main")
    screenshot(page, "picture-shown")
    page.get_by_text("Blur the picture again").click()
    page.locator(".coc-box").wait_for(state="hidden")
    assert filter_of(page).startswith("blur")


def test_picture_can_be_shown_with_the_keyboard_and_without_scripts(
    open_tab, sign_in, event, member, in_picture
):
    tab = open_tab(java_script_enabled=False)
    sign_in(tab, member)
    tab.goto(panel(event, f"finding/{in_picture.code}/"))
    assert not tab.locator(".coc-box").is_visible()
    tab.locator(".coc-picture summary").focus()
    tab.keyboard.press("Enter")
    tab.locator(".coc-box").wait_for()


def test_what_was_not_fully_checked_is_found_and_looked_at(
    page, sign_in, screenshot, event, member, talk
):
    sign_in(page, member)
    page.goto(panel(event))
    assert_accessible(page, within="main")
    screenshot(page, "panel-with-unread")
    page.get_by_role("link", name="Show them, and why").click()
    page.wait_for_url("**/?kind=unchecked")
    assert_accessible(page, within="main")
    screenshot(page, "unread-list")
    page.get_by_role("link", name="File broken.pdf").click()
    page.wait_for_url("**/unchecked/*/")
    assert_accessible(page, within="main")
    screenshot(page, "unread-one")
    page.get_by_role("button", name="I looked at it myself").click()
    page.get_by_text("Looked at", exact=True).wait_for()
    page.goto(panel(event, "?kind=unchecked"))
    page.get_by_text("Nothing here.").wait_for()


def test_changed_file_shows_the_verdict_on_the_earlier_one(
    page, sign_in, screenshot, event, member, talk
):
    with scopes_disabled():
        resource = talk.resources.first()
        for finding in Finding.objects.filter(event=event, page=2):
            verdicts.give(
                item=finding,
                by=member,
                verdict="dismissed",
                reason="Quoted from the film that the talk is about.",
                revision=0,
            )
    materials.replace(resource, materials.pdf(FINE, FINE, BAD))
    task_check_missed()
    with scopes_disabled():
        code = Finding.objects.filter(event=event, page=3).first().code
    sign_in(page, member)
    page.goto(panel(event, f"finding/{code}/"))
    assert page.get_by_text("Before this text was changed").is_visible()
    assert page.get_by_text("The file as it was when this was found").is_visible()
    assert_accessible(page, within="main")
    screenshot(page, "finding-earlier")


def test_settings_of_the_checks(page, sign_in, screenshot, event):
    sign_in(page, factories.make_organiser(event))
    page.goto(f"/orga/event/{event.slug}/settings/p/coc/checks/")
    assert_accessible(page, within="main")
    screenshot(page, "settings-checks")


def test_record_with_findings_in_files(
    page, sign_in, screenshot, event, member, talk, in_picture
):
    sign_in(page, member)
    with scopes_disabled():
        code = talk.speakers.first().code
    page.goto(panel(event, f"speaker/{code}/?hints=yes"))
    assert_accessible(page, within="main")
    screenshot(page, "record-with-files")
