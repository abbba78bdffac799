# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What somebody reads about themselves in a browser, and how they answer."""

import datetime as dt

import pytest
from django.utils.timezone import now
from django_scopes import scope

from pretalx_coc.domain import appeals, cases, decisions, deliveries, hearings, outside
from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.links import matters_token
from pretalx_coc.domain.subjects import talks_of
from pretalx_coc.enums import AppealState, HearingState, Measure
from pretalx_coc.models import Appeal, Case, CocSettings, Decision
from tests import factories
from tests.browser.axe import assert_accessible

QUESTION = (
    "After your talk on Friday two people told us about the pictures on slides 4 "
    "and 9.\n\nWhy did you choose them, and what did you want to say with them?"
)
STATEMENT = (
    "Slides 4 and 9 of your talk show people as sexual objects. Our code of conduct "
    "asks everybody not to show such material.\n\nWe have heard your side. Please "
    "choose other pictures; your talk itself is welcome."
)


def look(tab, screenshot, name):
    screenshot(tab, name)
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= tab.viewport_size["width"], f"{tab.url} is wider than the window."
    assert_accessible(tab, within="#content")


@pytest.fixture
def event(live):
    event = factories.make_event()
    version = factories.publish_policy(event)
    event.coc_version = version
    return event


@pytest.fixture
def member(event):
    return factories.make_member(event, name="Member")


@pytest.fixture
def ada(event):
    ada = factories.make_user(name="Ada Speaker")
    factories.make_talk(event, ada, title="Slides that nobody forgets")
    factories.accept(event, ada, event.coc_version)
    return ada


@pytest.fixture
def case(event, member, ada):
    with scope(event=event):
        contacts = {
            "contact_people": "Robin and Kim, in green vests",
            "contact_email": "care@example.org",
            "contact_phone": "+49 30 1234567",
        }
        save_contacts(event=event, contacts=contacts, by=member)
        subject = cases.subject_of_profile(factories.profile_of(ada, event))
        return cases.open_case(event=event, by=member, subject=subject)


def page_of(event, user):
    token = matters_token(event, user)
    return f"/{event.slug}/code-of-conduct/me/messages/{token}/"


def ask(event, case, member):
    with scope(event=event):
        return hearings.ask(
            case=Case.objects.get(pk=case.pk),
            by=member,
            revision=Case.objects.get(pk=case.pk).revision,
            text=QUESTION,
            due=now() + dt.timedelta(days=7),
        )


def decide(event, case, member, **kwargs):
    with scope(event=event):
        decision = decisions.propose(
            case=case,
            by=member,
            revision=Case.objects.get(pk=case.pk).revision,
            draft=Draft(
                measure=Measure.CHANGE_REQUESTED,
                reason="Part 2.",
                statement=STATEMENT,
                statement_language="en",
                talks=tuple(talk.code for talk in talks_of(case)),
                conditions="Please upload new slides.",
                change_due=now() + dt.timedelta(days=5),
            ),
            **kwargs,
        )
        for delivery in case.deliveries.filter(sent=None):
            deliveries.send_now(event, delivery.pk)
        return decision


def test_speaker_answers_and_objects_with_the_link(
    page, event, case, member, ada, screenshot
):
    ask(event, case, member)
    page.goto(page_of(event, ada))
    look(page, screenshot, "matters-asked")
    page.get_by_role("textbox", name="Your side").fill(
        "I meant it as a joke about old adverts."
    )
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("Thank you. The response team has had this since").wait_for()
    look(page, screenshot, "matters-answered")
    with scope(event=event):
        assert Case.objects.get(pk=case.pk).hearing == HearingState.ANSWERED
    decide(event, case, member)
    page.reload()
    look(page, screenshot, "matters-decided")
    page.get_by_text("Object to this decision …").click()
    page.get_by_role("textbox", name="What is wrong with this decision").fill(
        "It is history."
    )
    look(page, screenshot, "matters-objecting")
    page.get_by_role("button", name="Send your objection").click()
    page.get_by_text("It is being looked at.").wait_for()
    look(page, screenshot, "matters-objected")
    with scope(event=event):
        appeal = Appeal.objects.get(event=event)
        appeals.decide(
            appeal=appeal,
            by=None,
            revision=None,
            granted=True,
            answer="You are right: it is a part of the history you tell.",
        )
    page.reload()
    look(page, screenshot, "matters-lifted")


def test_speaker_finds_it_on_the_page_they_know(
    page, event, case, member, ada, sign_in, screenshot
):
    ask(event, case, member)
    decide(event, case, member)
    sign_in(page, ada)
    page.goto(f"/{event.slug}/code-of-conduct/me/")
    look(page, screenshot, "matters-own-page")
    page.get_by_role("textbox", name="Your side").fill("I meant it well.")
    page.get_by_role("button", name="Send your answer").click()
    page.wait_for_url("**/me/messages/")
    assert page.get_by_text("I meant it well.").is_visible()
    page.get_by_role("link", name="Your page about the code of conduct").click()
    page.wait_for_url("**/code-of-conduct/me/")


def test_nothing_to_read(page, event, ada, sign_in, screenshot):
    sign_in(page, ada)
    page.goto(f"/{event.slug}/code-of-conduct/me/messages/")
    assert page.get_by_text("There is nothing here for you to read.").is_visible()
    look(page, screenshot, "matters-nothing")


def test_second_window_keeps_what_was_typed(page, event, case, member, ada, screenshot):
    delivery = ask(event, case, member)
    page.goto(page_of(event, ada))
    page.get_by_role("textbox", name="Your side").fill("Second thoughts.")
    with scope(event=event):
        hearings.answer(delivery=delivery, by=ada, text="First thoughts.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("You have answered already.").wait_for()
    assert page.get_by_text("Second thoughts.").is_visible()
    look(page, screenshot, "matters-twice")


def test_answering_without_javascript(open_tab, event, case, member, ada):
    ask(event, case, member)
    tab = open_tab("phone", java_script_enabled=False)
    tab.goto(page_of(event, ada))
    tab.get_by_role("textbox", name="Your side").fill("I meant it well.")
    tab.get_by_role("button", name="Send your answer").click()
    assert tab.get_by_text("Thank you. The response team").is_visible()


def outside_page(event, case, **kwargs):
    with scope(event=event):
        CocSettings.objects.filter(event=event).update(outside_email="o@example.org")
        secret = outside.new_secret(outside.make_link(case=case, **kwargs))
    return f"/{event.slug}/code-of-conduct/outside/{secret}/"


def test_outside_contact_answers_an_objection(
    page, event, case, member, ada, screenshot
):
    decision = decide(event, case, member)
    with scope(event=event):
        decision = Decision.objects.get(pk=decision.pk)
        appeals.object_to(decision=decision, by=ada, text="It is history.")
    link = outside_page(event, case, purpose=outside.APPEAL, decision=decision)
    page.goto(link)
    look(page, screenshot, "outside-objection")
    page.get_by_label("The decision stays").check()
    page.get_by_role("textbox", name="Your answer to the person").fill(
        "The pictures are not needed."
    )
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("Your answer is noted.").wait_for()
    look(page, screenshot, "outside-done")
    page.goto(link)
    assert page.get_by_text("This link does not work").is_visible()
    look(page, screenshot, "outside-dead")
    with scope(event=event):
        assert Appeal.objects.get(event=event).state == AppealState.UPHELD


def test_outside_contact_is_asked_for_advice(page, event, case, screenshot):
    page.goto(outside_page(event, case, purpose=outside.ADVISE))
    look(page, screenshot, "outside-advice")
    page.get_by_role("textbox", name="Your advice").fill("Talk to both of them.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("Your answer is noted.").wait_for()
