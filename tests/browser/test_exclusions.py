# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Exclusions as people meet them: the team's page, and the excluded person."""

import datetime as dt

import pytest
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import cases, exclusions
from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.exclusion_doors import hold_new_speakers
from tests import factories
from tests.browser.axe import assert_accessible

LONG = "a-very-long-address-that-does-not-fit-on-a-phone@subdomain.example.org"


@pytest.fixture
def event(live):
    return factories.make_event()


@pytest.fixture
def member(event):
    return factories.make_member(event)


@pytest.fixture
def person(event, member):
    """Somebody who is excluded and has a talk; others are, and have none."""
    user = factories.make_user(name="Grace Hopper")
    with scopes_disabled():
        talk = factories.make_talk(event, user)
    until = now() + dt.timedelta(days=400)
    with scope(event=event):
        case = cases.open_case(
            event=event, by=member, subject=cases.subject_of_account(user)
        )
        values = {"event": event, "by": member, "only_event": False}
        exclusions.exclude(
            **values, user_code=user.code, ends=until, case_code=case.code
        )
        exclusions.exclude(**values, email=LONG)
        hold_new_speakers(talk, talk.speakers.values_list("pk", flat=True))
        save_contacts(
            event=event,
            contacts={
                "contact_people": "Robin and Sam, with the orange badges",
                "contact_email": "care@example.org",
            },
            by=member,
        )
    return user


def test_member_checks_a_list(page, event, member, person, sign_in, screenshot):
    factories.make_talk(event, factories.make_user(name="grace  hopper"))
    sign_in(page, member)
    page.goto(f"/orga/event/{event.slug}/p/coc/")
    page.get_by_role("link", name="Exclusions, and check a list").click()
    page.get_by_text("Last held back:").wait_for()
    page.get_by_text("Excluded by the organiser until further notice").wait_for()
    page.get_by_text("Perhaps the same person").wait_for()
    assert_accessible(page, within="main")
    screenshot(page, "exclusions")
    page.get_by_label("Mail addresses").fill(f"ada@example.org\n{LONG}")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("1 of them is excluded:").wait_for()
    page.get_by_text(LONG).wait_for()
    assert page.get_by_label("Mail addresses").input_value() == ""
    assert_accessible(page, within="main")
    screenshot(page, "exclusions-checked")
    page.get_by_label("Mail addresses").fill("ada@example.org")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("None of them is excluded.").wait_for()


def test_excluded_person_is_told_whom_to_ask(page, event, person, sign_in, screenshot):
    sign_in(page, person)
    page.goto(f"/{event.slug}/submit/")
    page.get_by_label("Proposal title").fill("Logging for beginners")
    page.get_by_label("Abstract").fill("What to log, and what to leave out.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("You cannot submit a proposal at the moment").wait_for()
    page.get_by_text("care@example.org").wait_for()
    assert_accessible(page, within="main")
    screenshot(page, "excluded-cfp")
    page.goto(f"/{event.slug}/me/submissions/")
    page.get_by_text("take no proposals from you").wait_for()
    assert_accessible(page, within=".alert-warning")
    screenshot(page, "excluded-submissions")
