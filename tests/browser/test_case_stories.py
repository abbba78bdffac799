# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case from a reviewer's flag to an objection that succeeds, as six people see it."""

import pytest
from django.core import mail
from django_scopes import scopes_disabled

from pretalx.submission.models import Submission

from pretalx_coc.enums import CaseState, DecisionState
from pretalx_coc.models import Case, Decision
from tests import factories
from tests.browser.stories import in_days, link_in_mail, look, make_event

QUESTION = "What did you want to say with the pictures in your talk?"
SIDE = "They are old adverts, and the talk is about why nobody should do that."
TITLE = "Slides that nobody forgets"


@pytest.fixture
def event(live):
    return make_event(outside=True)


@pytest.fixture
def ada(event):
    return factories.make_user(name="Ada Speaker")


@pytest.fixture
def talk(event, ada):
    return factories.make_talk(event, ada, title=TITLE)


@pytest.fixture
def team(event):
    names = ("Mona Member", "Carl Colleague", "Nova New")
    return factories.make_members(event, *names)


def flag(tab, talk):
    tab.goto(talk.orga_urls.reviews)
    tab.get_by_role("link", name="Flag this talk").click()
    form = tab.locator("#coc-flag-form form")
    form.locator("select[name=reason]").select_option("sexualised")
    form.locator("textarea[name=text]").fill("The abstract announces it.")
    tab.get_by_role("button", name="Send flag").click()
    tab.get_by_role("status").wait_for()


def open_from_flag(tab, event, screenshot):
    """From the panel, by the flag; the address of the case."""
    tab.goto(f"/orga/event/{event.slug}/p/coc/")
    look(tab, screenshot, "story-panel")
    tab.get_by_role("link", name="Sexualised images, texts").click()
    tab.get_by_role("button", name="Concerns the code of conduct").click()
    noted = tab.get_by_text("Noted: this concerns the code of conduct.")
    noted.get_by_role("link", name="Open a case").click()
    tab.get_by_text("It is about Ada Speaker.").wait_for()
    tab.get_by_label("First note").fill("The reviewer is right: it is all over it.")
    look(tab, screenshot, "story-open")
    tab.get_by_role("button", name="Open the case").click()
    tab.get_by_role("heading", name="What can be done next").wait_for()
    look(tab, screenshot, "story-case-new")
    return tab.url


def ask(tab, event, screenshot):
    tab.get_by_role("link", name="Ask for their side").click()
    tab.get_by_label("What do you ask?").fill(QUESTION)
    tab.get_by_label("Until when they are asked to answer").fill(in_days(event, 7))
    look(tab, screenshot, "story-ask")
    tab.get_by_role("button", name="Ask them").click()
    tab.get_by_text("They are asked now.").wait_for()


def answer(tab, ada, screenshot):
    """By the link in the mail, without logging in."""
    tab.goto(link_in_mail(ada))
    tab.get_by_text(QUESTION).wait_for()
    look(tab, screenshot, "story-asked", within="#content")
    tab.get_by_role("textbox", name="Your side").fill(SIDE)
    tab.get_by_role("button", name="Send your answer").click()
    tab.get_by_text("Thank you. The response team has had this since").wait_for()


def declare(tab, event, screenshot, name):
    """From the queue, through the door, with one tap."""
    tab.goto(f"/orga/event/{event.slug}/p/coc/")
    tab.locator(".coc-cases a").click()
    tab.get_by_text("It is about: Ada Speaker").wait_for()
    assert tab.get_by_text(SIDE).count() == 0
    look(tab, screenshot, name)
    tab.get_by_role("button", name="No conflict, open it").click()
    tab.get_by_text(SIDE).wait_for()


def propose(tab, case_url, screenshot):
    tab.goto(case_url)
    look(tab, screenshot, "story-case-heard")
    tab.get_by_role("link", name="Decide", exact=True).click()
    look(tab, screenshot, "story-decide")
    tab.get_by_label("Measure").select_option("excluded_event")
    tab.get_by_label("Why, in terms of the code of conduct").fill("Sexualised slides.")
    tab.get_by_label(f"Their side: {SIDE}").check()
    tab.get_by_role("checkbox", name=TITLE, exact=True).check()
    tab.get_by_role("button", name="Write a text to start from").click()
    statement = tab.get_by_role("textbox", name="What they read")
    start = statement.input_value()
    assert start.startswith("Hello Ada Speaker,")
    tab.get_by_role("button", name="Preview").click()
    tab.get_by_text("Please look at what they read once more:").wait_for()
    look(tab, screenshot, "story-preview-warned")
    finish(tab, statement, start)
    look(tab, screenshot, "story-preview")
    tab.get_by_role("button", name="Propose this decision").click()
    tab.get_by_text("waits for a second person").wait_for()
    look(tab, screenshot, "story-proposed")


def finish(tab, statement, start):
    """Fill in what only people can say, and see what the decision does."""
    for gap, text in (
        ("[what it is about, without naming anybody else]", "your slides."),
        ("[why, in its terms]", "they show people as sexual objects"),
    ):
        assert gap in start
        start = start.replace(gap, text)
    statement.fill(start)
    tab.get_by_role("button", name="Preview").click()
    tab.get_by_role("heading", name="What this decision does").wait_for()
    preview = tab.locator("section", has=tab.locator("#coc-preview"))
    assert preview.get_by_text("Please look at what they read").count() == 0
    traces = preview.get_by_role("listitem")
    assert traces.filter(has_text="To Carl Colleague, Nova New").count() == 1
    assert traces.filter(has_text="To Ada Speaker: only that there is").count() == 1
    assert traces.filter(has_text="without saying who did it").count() == 1


def approve(tab, screenshot):
    tab.get_by_role("link", name="Approve …", exact=True).click()
    look(tab, screenshot, "story-approve")
    tab.get_by_role("button", name="Approve", exact=True).click()
    tab.get_by_text("The decision is in force.").wait_for()


def object_to(tab, ada, screenshot):
    tab.goto(link_in_mail(ada))
    tab.get_by_role("heading", name="A decision of the response team").wait_for()
    look(tab, screenshot, "story-told", within="#content")
    tab.get_by_text("Object to this decision …").click()
    tab.get_by_role("textbox", name="What is wrong").fill("Nobody is shown as that.")
    tab.get_by_role("button", name="Send your objection").click()
    tab.get_by_text("It is being looked at.").wait_for()


def grant(tab, screenshot):
    tab.get_by_role("link", name="Answer the objection …").click()
    tab.get_by_label("The objection").select_option("yes")
    tab.get_by_label("Your answer").fill("You are right. We are sorry.")
    look(tab, screenshot, "story-objection")
    tab.get_by_role("button", name="Send the answer").click()
    tab.get_by_text("The objection is answered.").wait_for()
    look(tab, screenshot, "story-case-lifted")


def state_of(talk) -> str:
    with scopes_disabled():
        return Submission.objects.get(pk=talk.pk).state


def the_decision(event) -> Decision:
    with scopes_disabled():
        return Decision.objects.get(event=event)


def test_case_from_a_flag_to_an_objection_that_succeeds(
    page, open_tab, event, ada, talk, team, sign_in, screenshot
):
    reviewing, mona, carl, nova = (open_tab(page.size) for __ in range(4))
    reviewer = factories.make_reviewer(event, name="Rita Reviewer")
    for tab, user in zip((mona, carl, nova), team, strict=True):
        sign_in(tab, user)
    sign_in(reviewing, reviewer)
    flag(reviewing, talk)
    case_url = open_from_flag(mona, event, screenshot)
    ask(mona, event, screenshot)
    answer(page, ada, screenshot)
    declare(carl, event, screenshot, "story-door")
    propose(mona, case_url, screenshot)
    assert mona.get_by_role("link", name="Approve …", exact=True).count() == 0
    assert state_of(talk) == "submitted"
    carl.reload()
    approve(carl, screenshot)
    assert state_of(talk) == "rejected"
    mail_before = len(mail.outbox)
    object_to(page, ada, screenshot)
    assert len(mail.outbox) > mail_before
    for decider in (mona, carl):
        decider.goto(case_url)
        decider.get_by_text("Nobody is shown as that.").first.wait_for()
        assert decider.get_by_role("link", name="Answer the objection").count() == 0
    declare(nova, event, screenshot, "story-door-late")
    grant(nova, screenshot)
    assert state_of(talk) == "submitted"
    assert the_decision(event).state == DecisionState.LIFTED
    page.goto(link_in_mail(ada))
    page.get_by_text("You were right: the decision is lifted.").wait_for()
    look(page, screenshot, "story-lifted", within="#content")
    nova.get_by_role("link", name="Close the case").click()
    nova.get_by_label("What it came to").select_option("not_established")
    look(nova, screenshot, "story-close")
    nova.get_by_role("button", name="Close the case").click()
    nova.get_by_text("The case is closed.").wait_for()
    with scopes_disabled():
        assert Case.objects.get(event=event).state == CaseState.CLOSED
    # Whoever raised the flag learns that somebody looked, and no more.
    reviewing.goto(talk.orga_urls.reviews)
    reviewing.get_by_text("Your flag on this talk: looked at.").wait_for()
    assert reviewing.get_by_text("Nobody is shown as that.").count() == 0
