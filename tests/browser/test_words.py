# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words and phrases, and what speakers are told before they submit."""

import re

import pytest
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.phrase_changes import add_phrase
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.models import Finding, Phrase
from tests import factories
from tests.browser.axe import assert_accessible

BAD = "Before the demo we show naked girls on the slides."
PARTY = "Afterwards there is a beach party for everybody who stays."


@pytest.fixture
def event(live):
    return factories.make_event()


@scopes_disabled()
def checked_talk(event, **fields):
    talk = factories.make_talk(event, factories.make_user(name="Ada"), **fields)
    with scope(event=event):
        check_subject(event=event, kind="talk", pk=talk.pk)
    return talk


def test_organiser_tries_a_word_before_adding_it(page, event, sign_in, screenshot):
    organiser = factories.make_organiser(event)
    checked_talk(event, title="Caching for the rest of us", abstract=PARTY)
    with scopes_disabled():
        for text in ("naked mole rat", "happy ending of the story"):
            add_phrase(event=event, by=organiser, kind="allowed", text=text)
    sign_in(page, organiser)
    page.goto(f"/orga/event/{event.slug}/settings/p/coc/words/")
    assert_accessible(page, within="main")
    screenshot(page, "words")
    page.get_by_label("Word or phrase").fill("beach part*")
    page.get_by_label("What it is about").select_option("sexual_offer")
    page.get_by_label("A text to try it on").fill(f"Our Beach Parties! {BAD}")
    page.get_by_role("button", name="Try").click()
    page.get_by_text("1 passage would be pointed at.").wait_for()
    assert page.locator("mark").all_inner_texts()[0] == "Beach Parties"
    assert_accessible(page, within="main")
    screenshot(page, "words-tried")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("“beach part*” is noted").wait_for()
    remove = page.get_by_role("button", name="Remove beach part*")
    screenshot(page, "words-added")
    remove.click()
    page.get_by_text("“beach part*” is removed.").wait_for()


def test_member_dismisses_a_phrase_for_good(page, event, sign_in, screenshot):
    member = factories.make_member(event)
    talk = checked_talk(event, abstract=BAD)
    other = checked_talk(event, abstract=BAD)
    with scopes_disabled():
        finding = Finding.objects.filter(subject_code=talk.code).first()
    sign_in(page, member)
    page.goto(f"/orga/event/{event.slug}/p/coc/finding/{finding.code}/")
    page.get_by_text("Dismiss …").click()
    page.get_by_label("Why does this not concern").fill("Quoted")
    page.get_by_label(re.compile("Never point at")).check()
    assert_accessible(page, within="main")
    screenshot(page, "dismiss-phrase")
    page.get_by_role("button", name="Dismiss", exact=True).click()
    page.get_by_text("Dismissed. It is no longer").wait_for()
    with scopes_disabled():
        assert Phrase.objects.get(event=event).finding_code == finding.code
        waiting = Finding.objects.filter(subject_code=other.code, verdict="")
        assert not waiting.filter(passage=finding.passage).exists()
    page.goto(f"/orga/event/{event.slug}/settings/p/coc/words/")
    assert_accessible(page, within="main")
    screenshot(page, "words-of-a-member")


def test_speaker_is_told_before_submitting(page, event, sign_in, screenshot):
    factories.publish_policy(event)
    with scopes_disabled():
        by = factories.make_user()
        change_settings(event=event, by=by, hints_before_submitting=True)
    sign_in(page, factories.make_user(name="Ada Speaker"))
    page.goto(f"/{event.slug}/submit/")
    page.get_by_label("Proposal title").fill("Caching for the rest of us")
    page.get_by_label("Abstract").fill(f"What a cache is for. {BAD}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Biography").fill("I cache things.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="a second look").wait_for()
    assert_accessible(page, within="main")
    screenshot(page, "cfp-hints")
    page.get_by_role("link", name="Change it").first.click()
    page.get_by_label("Abstract").fill("What a cache is for.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="our code of conduct").wait_for()
