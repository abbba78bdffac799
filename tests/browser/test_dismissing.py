# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Dismissing several passages of the panel together, with a script and without."""

import pytest
from django_scopes import scopes_disabled

from pretalx_coc.models import Finding
from tests import factories
from tests.browser.stories import look, make_event

ABSTRACT = "Before the demo we show hot naked girls on every slide."


@pytest.fixture
def event(live):
    event = make_event(outside=True)
    for __ in range(3):
        factories.make_talk(
            event, factories.make_user("Ada Speaker"), abstract=ABSTRACT
        )
    return event


@pytest.fixture
def member(event):
    return factories.make_member(event)


def verdicts(event) -> list[tuple]:
    """The verdicts that were given, and why."""
    with scopes_disabled():
        found = Finding.objects.filter(event=event).exclude(verdict="")
        return list(found.values_list("verdict", "verdict_reason"))


def tick(tab, event, number: int) -> None:
    tab.goto(f"/orga/event/{event.slug}/p/coc/?kind=finding")
    boxes = tab.get_by_role("checkbox", name="Passage")
    for index in range(number):
        boxes.nth(index).check()


def dismiss(tab, reason: str) -> None:
    tab.get_by_label("Dismiss the ticked passages together").fill(reason)
    tab.get_by_role("button", name="Dismiss", exact=True).click()


def test_rows_go_without_the_page_being_loaded_again(
    page, event, member, sign_in, screenshot
):
    sign_in(page, member)
    tick(page, event, 2)
    before = page.get_by_role("checkbox", name="Passage").count()
    page.evaluate("document.body.dataset.seen = 'yes'")
    dismiss(page, "It is a quotation.")
    said = page.get_by_role("status").filter(has_text="2 passages dismissed.")
    said.wait_for()
    assert page.get_by_role("checkbox", name="Passage").count() == before - 2
    assert page.evaluate("document.body.dataset.seen") == "yes"
    assert verdicts(event) == [("dismissed", "It is a quotation.")] * 2
    reason = page.get_by_label("Dismiss the ticked passages together")
    assert reason.input_value() == ""
    assert page.url.endswith("?kind=finding")
    # Away from the rows: pretalx shades the one under the mouse.
    page.mouse.move(0, 0)
    look(page, screenshot, "panel-dismissed")
    # What was said is not said again on the next page.
    page.reload()
    assert page.get_by_text("passages dismissed.").count() == 0


def test_reason_and_ticks_stay_where_nothing_was_done(page, event, member, sign_in):
    sign_in(page, member)
    tick(page, event, 0)
    dismiss(page, "It is a quotation.")
    page.get_by_role("status").filter(has_text="tick").wait_for()
    reason = page.get_by_label("Dismiss the ticked passages together")
    assert reason.input_value() == "It is a quotation."
    assert verdicts(event) == []


def test_dismissing_together_without_javascript(open_tab, event, member, sign_in):
    tab = open_tab("phone", java_script_enabled=False)
    sign_in(tab, member)
    tick(tab, event, 2)
    dismiss(tab, "It is a quotation.")
    assert tab.get_by_text("2 passages dismissed.").is_visible()
    assert verdicts(event) == [("dismissed", "It is a quotation.")] * 2
