# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""One talk, all the way through, as four people see it."""

from django_scopes import scopes_disabled

from pretalx.submission.models import Submission

from pretalx_coc.models import Acceptance, Finding, Flag, PolicyVersion
from tests import factories
from tests.browser.axe import assert_accessible

PASSWORD = "f8sk-2mx0-qq-harbour"
ABSTRACT = "Before the demo we show hot naked girls on every slide."
# The labels of the Markdown fields are pretalx's: its widget for several
# languages gives the fields a title and no label of their own.
EDITOR = ("label-title-only",)


def fits(tab):
    """Nothing makes the page wider than the window."""
    width = tab.evaluate("document.documentElement.scrollWidth")
    return width <= tab.viewport_size["width"]


def look(tab, screenshot, name, within="main", known=()):
    screenshot(tab, name)
    assert fits(tab), f"{tab.url} is wider than the window."
    assert_accessible(tab, within=within, known=known)


def organiser_publishes(tab, event, screenshot):
    base = f"/orga/event/{event.slug}/settings/p/coc/"
    tab.goto(base)
    tab.locator("textarea[name=text_0]").fill("# Be kind\n\nNo sexualised slides.")
    tab.locator("textarea[name=text_1]").fill("# Seid nett\n\nKeine Sexualisierung.")
    look(tab, screenshot, "policy-editor", known=EDITOR)
    tab.get_by_role("button", name="Save and preview").click()
    tab.wait_for_url("**/preview/")
    look(tab, screenshot, "policy-preview")
    tab.get_by_role("button", name="Publish version 1").click()
    tab.wait_for_url(f"**{base}")
    assert tab.get_by_text("Version 1 has been in force").is_visible()
    with scopes_disabled():
        assert PolicyVersion.objects.filter(event=event).count() == 1


def speaker_submits(tab, event, screenshot):
    tab.goto(f"/{event.slug}/submit/")
    tab.locator("input[name=title]").fill("Slides that nobody forgets")
    tab.locator("textarea[name=abstract]").fill(ABSTRACT)
    tab.locator("button[value=submit]").click()
    tab.wait_for_url("**/user/")
    tab.locator("input[name=register_name]").fill("Ada Speaker")
    tab.locator("input[name=register_email]").fill(f"ada-{tab.size}@example.org")
    tab.locator("input[name=register_password]").fill(PASSWORD)
    tab.locator("input[name=register_password_repeat]").fill(PASSWORD)
    tab.locator("button[value=submit]").click()
    tab.wait_for_url("**/profile/")
    tab.locator("textarea[name=biography]").fill("I show slides.")
    tab.locator("button[value=submit]").click()
    tab.wait_for_url("**/coc/")
    look(tab, screenshot, "cfp-step", within="#content")
    assert not tab.locator("input[name=accept]").is_checked()
    tab.get_by_text("I accept this code of conduct").click()
    assert tab.locator("input[name=accept]").is_checked()
    tab.locator("button[value=submit]").click()
    tab.wait_for_url("**/me/submissions/")
    with scopes_disabled():
        assert Acceptance.objects.filter(event=event).count() == 1
        return Submission.objects.get(event=event)


def reviewer_flags(tab, talk, screenshot):
    tab.goto(talk.orga_urls.reviews)
    tab.locator("textarea[name=text]").fill("Half a review")
    tab.get_by_role("link", name="Flag this talk").click()
    form = tab.locator("#coc-flag-form form")
    form.locator("select[name=reason]").select_option("sexualised")
    form.locator("textarea[name=text]").fill("The abstract announces it.")
    look(tab, screenshot, "review-flag", within="#coc-flag-form")
    tab.get_by_role("button", name="Send flag").click()
    tab.get_by_role("status").wait_for()
    look(tab, screenshot, "review-flagged", within="#coc-flag-form")
    # The review that was half written is still there.
    assert tab.locator("#review-form textarea[name=text]").input_value() == (
        "Half a review"
    )
    with scopes_disabled():
        assert Flag.objects.filter(event=talk.event).count() == 1


def organiser_confirms(tab, event, screenshot):
    tab.goto(f"/orga/event/{event.slug}/p/coc/")
    look(tab, screenshot, "panel")
    tab.get_by_role("link", name="Ada Speaker").first.click()
    tab.wait_for_url("**/p/coc/speaker/**")
    look(tab, screenshot, "record")
    finding = tab.locator("article", has=tab.locator("mark")).first
    assert finding.locator("mark").inner_text() in ABSTRACT
    finding.get_by_role("button", name="Concerns the code of conduct").click()
    tab.get_by_text("Noted: this concerns the code of conduct.").wait_for()
    flag = tab.locator("article", has_text="The abstract announces it.")
    flag.get_by_text("Dismiss …").click()
    flag.get_by_label("Why does this not concern the code of conduct?").fill(
        "Already noted above"
    )
    look(tab, screenshot, "record-dismissing")
    flag.get_by_role("button", name="Dismiss", exact=True).click()
    tab.get_by_text("Dismissed. It is no longer on the record").wait_for()
    assert tab.locator("article", has_text="The abstract announces it.").count() == 0
    with scopes_disabled():
        verdicts = set(
            Finding.objects.filter(event=event).values_list("verdict", flat=True)
        )
        assert "concerns" in verdicts
        assert Flag.objects.get(event=event).verdict == "dismissed"


def test_talk_from_the_policy_to_the_verdict(page, open_tab, sign_in, screenshot):
    event = factories.make_event()
    organiser = factories.make_organiser(event, name="Olga Organiser")
    reviewer = factories.make_reviewer(event, name="Rita Reviewer")
    sign_in(page, organiser)
    organiser_publishes(page, event, screenshot)
    talk = speaker_submits(open_tab(page.size), event, screenshot)
    reviewing = open_tab(page.size)
    sign_in(reviewing, reviewer)
    reviewer_flags(reviewing, talk, screenshot)
    organiser_confirms(page, event, screenshot)


def test_other_pages_are_for_everybody(page, sign_in, screenshot):
    """The pages that the journey does not pass."""
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    factories.publish_policy(event)
    speaker = factories.make_user(name="Ada Speaker")
    talk = factories.make_talk(event, speaker, abstract=ABSTRACT)
    with scopes_disabled():
        finding = Finding.objects.filter(event=event).first()
    page.goto(f"/{event.slug}/code-of-conduct/")
    look(page, screenshot, "policy-public", within="#content")
    sign_in(page, organiser)
    base = f"/orga/event/{event.slug}/"
    page.goto(f"{base}settings/p/coc/team/")
    look(page, screenshot, "response-team")
    page.goto(f"{base}p/coc/finding/{finding.code}/")
    page.get_by_text("Why this passage?").click()
    look(page, screenshot, "finding")
    page.goto(f"{base}p/coc/talk/{talk.code}/flag/")
    look(page, screenshot, "flag-page")


def test_flag_without_javascript(open_tab, sign_in):
    event = factories.make_event()
    reviewer = factories.make_reviewer(event)
    talk = factories.make_talk(event, factories.make_user())
    tab = open_tab("phone", java_script_enabled=False)
    sign_in(tab, reviewer)
    tab.goto(talk.orga_urls.reviews)
    tab.get_by_role("link", name="Flag this talk").click()
    tab.locator("select[name=reason]").select_option("offensive")
    tab.get_by_role("button", name="Send flag").click()
    assert tab.get_by_text("waiting to be looked at").is_visible()
    tab.get_by_role("button", name="Retract").click()
    assert tab.get_by_text("retracted", exact=False).first.is_visible()


def test_dismissing_with_the_keyboard_alone(desktop, sign_in):
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    speaker = factories.make_user(name="Ada Speaker")
    factories.make_talk(event, speaker, abstract=ABSTRACT)
    profile = factories.profile_of(speaker, event)
    sign_in(desktop, organiser)
    desktop.goto(f"/orga/event/{event.slug}/p/coc/speaker/{profile.code}/")
    before = desktop.locator("article").count()
    assert before > 0
    desktop.locator("article .coc-dismiss summary").first.focus()
    desktop.keyboard.press("Enter")
    desktop.keyboard.press("Tab")
    desktop.keyboard.type("Quoted")
    desktop.keyboard.press("Enter")
    desktop.get_by_text("Dismissed. It is no longer on the record").wait_for()
    assert desktop.locator("article").count() == before - 1
