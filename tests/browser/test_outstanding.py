# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The list of who is outstanding, at the width of a desk and of a hand."""

from django_scopes import scopes_disabled

from pretalx_coc.domain.acceptances import decline
from pretalx_coc.domain.asking import ask_newly_outstanding
from pretalx_coc.domain.gate import let_through
from tests import factories
from tests.browser.axe import assert_accessible


@scopes_disabled()
def fill():
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    version = factories.publish_policy(event)
    users = [factories.make_user(name=f"Speaker {name}") for name in "ABCD"]
    talks = [factories.make_talk(event, user) for user in users]
    factories.accept(event, users[0], version)
    ask_newly_outstanding(event)
    reason = "I do not want to promise anything about my slides before I have them."
    decline(event=event, user=users[1], version=version, reason=reason)
    let_through(submission=talks[2], by=organiser, reason="Signs on site.")
    return event, organiser


def test_list_reads_well(page, sign_in, screenshot):
    event, organiser = fill()
    sign_in(page, organiser)
    for name, query in (("outstanding", ""), ("outstanding-by-talk", "?by=talk")):
        page.goto(f"/orga/event/{event.slug}/p/coc/acceptance/{query}")
        assert page.get_by_text("1 of 4 speakers have accepted").is_visible()
        screenshot(page, name)
        assert_accessible(page, within="main")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]


def test_settings_read_well(page, sign_in, screenshot):
    event, organiser = fill()
    sign_in(page, organiser)
    page.goto(f"/orga/event/{event.slug}/settings/p/coc/acceptance/")
    screenshot(page, "acceptance-settings")
    assert_accessible(page, within="main")
