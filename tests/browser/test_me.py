# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A speaker's own page in a browser: with a link and with a login."""

import pytest
from django_scopes import scopes_disabled

from pretalx.person.models import User

from pretalx_coc.domain.links import personal_token
from pretalx_coc.models import Acceptance, CocSettings, Decline
from tests import factories
from tests.browser.axe import assert_accessible

GERMAN = (
    "# Verhaltenskodex\n\nWir gehen *freundlich* miteinander um.\n\n"
    "## Was nicht geht\n\n* Belästigung, in welcher Form auch immer\n"
    "* sexualisierte Bilder, Texte oder Anspielungen, auch auf Folien\n"
    "* Aufnahmen von Menschen, die das nicht wollen\n\n"
    "Wer sich nicht daran hält, muss mit dem Ausschluss rechnen."
)
ENGLISH = (
    "# Code of conduct\n\nWe are *kind* to one another.\n\n"
    "## What we do not accept\n\n* Harassment of any kind\n"
    "* Sexualised images, texts or jokes, on slides as well\n"
    "* Recordings of people who do not want that\n\n"
    "Whoever does not keep to this may be excluded."
)


def look(tab, screenshot, name):
    screenshot(tab, name)
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= tab.viewport_size["width"], f"{tab.url} is wider than the window."
    assert_accessible(tab, within="#content")


@pytest.fixture
def event(live):
    event = factories.make_event()
    factories.publish_policy(event, texts={"en": ENGLISH, "de": GERMAN})
    with scopes_disabled():
        CocSettings.objects.create(event=event, material_tick=True)
    return event


@pytest.fixture
def ada(event):
    ada = factories.make_user(name="Ada Speaker")
    factories.make_talk(event, ada, title="Slides that nobody forgets")
    return ada


def own_page(event, user):
    return f"/{event.slug}/code-of-conduct/me/{personal_token(event, user)}/"


def test_speaker_declines_and_then_accepts_with_the_link(page, event, ada, screenshot):
    page.goto(own_page(event, ada))
    assert not page.locator("input[name=accept]").is_checked()
    assert not page.locator("input[name=material]").is_checked()
    look(page, screenshot, "me-asked")
    page.get_by_text("I do not accept it …").click()
    page.get_by_label("Why?").fill("I would like to talk about the last sentence.")
    look(page, screenshot, "me-declining")
    page.get_by_role("button", name="Decline").click()
    page.get_by_text("You declined version 1").wait_for()
    look(page, screenshot, "me-declined")
    page.get_by_text("I accept this code of conduct").click()
    page.get_by_text("My slides and everything else").click()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_text("Thank you! You accepted version 1 on").wait_for()
    look(page, screenshot, "me-accepted")
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt for version 1").click()
    assert download.value.suggested_filename.endswith("-1.pdf")
    with scopes_disabled():
        assert Decline.objects.filter(event=event).count() == 1
        assert Acceptance.objects.get(event=event).material is True


def test_speaker_reads_and_accepts_in_german_from_the_strip(
    page, event, ada, sign_in, screenshot
):
    User.objects.filter(pk=ada.pk).update(locale="de")
    sign_in(page, ada)
    page.goto(f"/{event.slug}/me/submissions/")
    strip = page.locator(f"a[href='/{event.slug}/code-of-conduct/me/']")
    screenshot(page, "me-strip")
    strip.click()
    assert page.get_by_role("heading", name="Was nicht geht").is_visible()
    look(page, screenshot, "me-asked-german")
    page.locator("input[name=accept]").check()
    page.locator("input[name=material]").check()
    page.locator("button[name=action][value=accept]").click()
    page.locator("input[name=accept]").wait_for(state="detached")
    look(page, screenshot, "me-accepted-german")
    with scopes_disabled():
        assert Acceptance.objects.get(event=event).language == "de"
    page.get_by_role("link", name="English", exact=True).click()
    assert page.get_by_text("There is nothing else for you to do.").is_visible()


def test_speaker_accepts_without_javascript(open_tab, event, ada):
    tab = open_tab("phone", java_script_enabled=False)
    tab.goto(own_page(event, ada))
    tab.locator("input[name=accept]").check()
    tab.get_by_role("button", name="Accept", exact=True).click()
    # The second tick is required: the browser says so itself.
    assert tab.locator("input[name=material]:invalid").count() == 1
    tab.locator("input[name=material]").check()
    tab.get_by_role("button", name="Accept", exact=True).click()
    tab.get_by_text("There is nothing else for you to do.").wait_for()


def test_dead_link_says_what_to_do(page, event, ada, screenshot):
    page.goto(own_page(event, ada).rstrip("/") + "A/")
    assert page.get_by_text("Please log in, or ask the organisers").is_visible()
    look(page, screenshot, "me-dead-link")


def test_new_version_in_between_comes_back_unticked(page, event, ada, screenshot):
    page.goto(own_page(event, ada))
    page.locator("input[name=accept]").check()
    page.locator("input[name=material]").check()
    factories.publish_policy(event, texts={"en": f"{ENGLISH}\n\nAnd be on time."})
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_text("And be on time.").wait_for()
    assert not page.locator("input[name=accept]").is_checked()
    assert not page.locator("input[name=material]").is_checked()
    look(page, screenshot, "me-new-version")
    with scopes_disabled():
        assert not Acceptance.objects.filter(event=event).exists()


def test_page_in_the_dark(open_tab, event, ada, screenshot):
    tab = open_tab("desktop", color_scheme="dark")
    tab.goto(own_page(event, ada))
    look(tab, screenshot, "me-dark")


def test_both_ticks_in_the_cfp(page, event, ada, sign_in, screenshot):
    sign_in(page, ada)
    page.goto(f"/{event.slug}/submit/")
    page.locator("input[name=title]").fill("Another talk")
    page.locator("textarea[name=abstract]").fill("What to log.")
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/profile/")
    page.locator("textarea[name=biography]").fill("I log things.")
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/coc/")
    look(page, screenshot, "cfp-step-both-ticks")
    page.get_by_text("I accept this code of conduct").click()
    page.get_by_text("My slides and everything else").click()
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/me/submissions/")
    with scopes_disabled():
        assert Acceptance.objects.get(event=event).material is True
