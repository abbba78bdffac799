# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a team of four and more sees besides, as its members meet it."""

import pytest
from django_scopes import scope

from pretalx_coc.domain import case_members, cases
from pretalx_coc.enums import CaseSubject, Severity
from tests import factories
from tests.browser.axe import assert_accessible


@pytest.fixture
def event(live):
    return factories.make_event()


@pytest.fixture
def team(event):
    return factories.make_members(event, "Ada", "Ben", "Cleo", "Dora", "Emil")


@pytest.fixture
def case(event, team):
    with scope(event=event):
        for words in ("A person with a green hat", "The booth at the entrance"):
            subject = cases.subject_in_words(CaseSubject.PERSON, words)
            case = cases.open_case(
                event=event, by=team[0], subject=subject, severity=Severity.HIGH
            )
            case_members.declare(case=case, by=team[1], conflict=False)
    return case


def test_a_filter_is_kept_and_found_again(
    page, live, event, team, case, sign_in, screenshot
):
    sign_in(page, team[0])
    page.goto(f"{live}/orga/event/{event.slug}/p/coc/cases/")
    page.get_by_text("Search and filter").click()
    page.get_by_label("Severity").select_option(label="high")
    page.locator(".coc-find button[type=submit]").click()
    page.get_by_role("button", name="Keep this filter for me").click()
    page.get_by_role("link", name="high", exact=True).wait_for()
    page.goto(f"{live}/orga/event/{event.slug}/p/coc/cases/")
    page.get_by_role("link", name="high", exact=True).click()
    page.locator("a[aria-current]", has_text="high").wait_for()
    screenshot(page, "large-team-queue")
    assert_accessible(page, within="main")


def test_a_note_sends_word_to_somebody(
    page, live, event, team, case, sign_in, screenshot
):
    sign_in(page, team[0])
    page.goto(f"{live}/orga/event/{event.slug}/p/coc/case/{case.code}/")
    page.get_by_text("Keys", exact=True).click()
    screenshot(page, "large-team-case")
    assert_accessible(page, within="main")
    page.get_by_text("More …", exact=True).click()
    page.get_by_role("link", name="Write a note and send word to somebody").click()
    page.get_by_label("Note").fill("Please read the report before noon.")
    page.get_by_label("Ben").check()
    screenshot(page, "large-team-note")
    assert_accessible(page, within="main")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("word was sent to Ben").wait_for()
