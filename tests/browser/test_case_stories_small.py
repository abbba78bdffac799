# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A meetup of two of whom one is the subject, and a member who has a conflict."""

import pytest
from django_scopes import scopes_disabled

from pretalx_coc.enums import DecisionState, Measure
from pretalx_coc.models import Case, Decision
from tests import factories
from tests.browser.stories import OUTSIDE, link_in_mail, look, make_event, more, sent

REPORT = "He shouted at me behind the stage."
SECRET = "Seen by the door of room four."


def base(event) -> str:
    return f"/orga/event/{event.slug}/p/coc/"


def the_case(event) -> Case:
    with scopes_disabled():
        return Case.objects.get(event=event)


def the_decision(event) -> Decision:
    with scopes_disabled():
        return Decision.objects.get(event=event)


class Meetup:
    """A team of two, Mona and Carl; Carl speaks, too."""

    def __init__(self, *, outside: bool):
        self.event = make_event(outside=outside)
        names = ("Mona Member", "Carl Colleague")
        self.mona, self.carl = factories.make_members(self.event, *names)
        factories.make_talk(self.event, self.carl, title="Sails of our own")

    def what_carl_sees(self, tab) -> dict:
        """Every page of the team's that he has, as it was sent."""
        code = factories.profile_of(self.carl, self.event).code
        pages = ("", "cases/", "cases/?state=closed", "doors/", "retention/")
        pages += (f"speaker/{code}/", "cases/new/", "cases/new/report/")
        return {page: sent(tab, f"{base(self.event)}{page}") for page in pages}


def write_down(tab, event, screenshot):
    """What somebody told, about a speaker who is on the team."""
    tab.goto(base(event))
    tab.get_by_role("link", name="Write down a report").click()
    tab.get_by_label("What was said?").fill(REPORT)
    tab.get_by_label("Who", exact=True).fill("Carl Colleague")
    tab.get_by_label("Severity").select_option(label="high")
    look(tab, screenshot, "small-report")
    tab.get_by_role("button", name="Save the report").click()
    tab.get_by_role("heading", name="What can be done next").wait_for()
    look(tab, screenshot, "small-case")


def skip_hearing(tab, screenshot):
    more(tab, "Go on without their side")
    tab.get_by_label("Why").fill("They would meet in the same small room.")
    look(tab, screenshot, "small-not-heard")
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_text("not asked, with a reason").wait_for()


def fill_decision(tab):
    tab.get_by_role("link", name="Decide", exact=True).click()
    tab.get_by_label("Measure").select_option("excluded_event")
    tab.get_by_label("Why, in terms of the code of conduct").fill("Shouted at people.")
    statement = tab.get_by_role("textbox", name="What they read")
    statement.fill("You cannot take part in this event.")


def assert_small_team_sees_no_more_than_it_needs(tab, event):
    """Nothing to claim, to assign, or to filter by."""
    names = ("I am on it", "Give it to somebody")
    tab.get_by_text("More …").click()
    assert [name for name in names if tab.get_by_text(name).count()] == []
    tab.goto(f"{base(event)}cases/")
    fields = tab.locator(".coc-filter :is(select, input[name])")
    names = fields.evaluate_all("fields => fields.map(one => one.name)")
    assert names == ["q", "state"]
    tab.go_back()


def test_meetup_of_two_where_one_is_the_subject_decides_alone(
    page, open_tab, sign_in, screenshot, live
):
    meetup = Meetup(outside=False)
    carl = open_tab(page.size)
    sign_in(page, meetup.mona)
    sign_in(carl, meetup.carl)
    before = meetup.what_carl_sees(carl)
    write_down(page, meetup.event, screenshot)
    case = the_case(meetup.event)
    assert_small_team_sees_no_more_than_it_needs(page, meetup.event)
    skip_hearing(page, screenshot)
    fill_decision(page)
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Please say why you decide alone.").wait_for()
    look(page, screenshot, "small-alone")
    alone = page.get_by_label("Decided alone, because …")
    alone.fill("The other one of us is the person it is about.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Decide this").click()
    page.get_by_text("The decision is in force.").wait_for()
    look(page, screenshot, "small-decided")
    decision = the_decision(meetup.event)
    assert decision.alone_because == "The other one of us is the person it is about."
    assert meetup.what_carl_sees(carl) == before
    assert carl.goto(case.get_absolute_url()).status == 404
    # What is his to read is on his own page, as for any speaker.
    carl.goto(link_in_mail(meetup.carl))
    carl.get_by_text("You cannot take part in this event.").wait_for()
    assert carl.get_by_text(REPORT).count() == 0


def test_meetup_of_two_where_one_is_the_subject_asks_the_outside_contact(
    page, open_tab, sign_in, screenshot, live
):
    meetup = Meetup(outside=True)
    carl, olivia = open_tab(page.size), open_tab(page.size)
    sign_in(page, meetup.mona)
    sign_in(carl, meetup.carl)
    before = meetup.what_carl_sees(carl)
    write_down(page, meetup.event, screenshot)
    skip_hearing(page, screenshot)
    fill_decision(page)
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("To the outside contact, Olivia Outside").wait_for()
    page.get_by_role("button", name="Propose this decision").click()
    page.get_by_text("waits for a second person").wait_for()
    look(page, screenshot, "small-proposed")
    assert the_decision(meetup.event).state == DecisionState.PROPOSED
    link = link_in_mail(OUTSIDE)
    olivia.goto(link)
    olivia.get_by_text("needs a second person from outside").wait_for()
    look(olivia, screenshot, "small-outside", within="#content")
    olivia.get_by_label("I approve this decision").check()
    olivia.get_by_role("button", name="Send your answer").click()
    olivia.get_by_text("Your answer is noted.").wait_for()
    olivia.goto(link)
    olivia.get_by_text("This link does not work").wait_for()
    decision = the_decision(meetup.event)
    assert (decision.state, decision.measure, decision.approved_outside) == (
        DecisionState.IN_FORCE,
        Measure.EXCLUDED_EVENT,
        True,
    )
    page.goto(f"{base(meetup.event)}doors/")
    page.get_by_text("Speaker of this event: Carl Colleague").wait_for()
    look(page, screenshot, "small-exclusions")
    page.get_by_role("link", name=the_case(meetup.event).code_name).click()
    page.get_by_role("heading", name="Decisions").wait_for()
    assert meetup.what_carl_sees(carl) == before


@pytest.fixture
def event(live):
    return make_event(outside=False)


@pytest.fixture
def team(event):
    names = ("Mona Member", "Carl Colleague", "Nova New")
    return factories.make_members(event, *names)


def open_case(tab, event):
    tab.goto(f"{base(event)}cases/")
    tab.get_by_role("link", name="Open a case").click()
    tab.get_by_label("Who", exact=True).fill("Ada Speaker")
    tab.get_by_label("Where").fill("Main hall")
    tab.get_by_label("First note").fill(SECRET)
    tab.get_by_role("button", name="Open the case").click()
    tab.get_by_text(SECRET).wait_for()


def queue_of(tab, event) -> list[str]:
    """The code names in the queue."""
    tab.goto(f"{base(event)}cases/")
    return tab.locator(".coc-cases a").all_inner_texts()


def test_member_with_a_conflict_sees_no_more_than_the_door(
    page, open_tab, event, team, sign_in, screenshot
):
    """Nova speaks with the person it is about: she is not even asked."""
    ada = factories.make_user(name="Ada Speaker")
    factories.make_talk(event, ada, team[2])
    mona, nova = open_tab(page.size), open_tab(page.size)
    for tab, user in zip((mona, page, nova), team, strict=True):
        sign_in(tab, user)
    pages = (base(event), f"{base(event)}cases/")
    nothing = [sent(nova, one) for one in pages]
    open_case(mona, event)
    case = the_case(event)
    assert [sent(nova, one) for one in pages] == nothing
    assert nova.goto(case.get_absolute_url()).status == 404
    assert queue_of(page, event) == [case.code_name]
    look(page, screenshot, "conflict-queue")
    page.get_by_role("link", name=case.code_name).click()
    page.get_by_text("It is about: Ada Speaker").wait_for()
    assert page.get_by_text("Main hall").count() == 1
    assert SECRET not in page.content()
    for action in ("note", "decide", "hearing", "file", "export"):
        __, text = sent(page, f"{case.get_absolute_url()}{action}/")
        assert SECRET not in text
    look(page, screenshot, "conflict-door")
    page.get_by_role("button", name="I have a conflict").click()
    page.get_by_text("You do not see this case any more; others do.").wait_for()
    assert page.get_by_text(case.code_name).count() == 0
    look(page, screenshot, "conflict-declared")
    assert queue_of(page, event) == []
    assert page.goto(case.get_absolute_url()).status == 404
    mona.reload()
    knows = mona.locator("section", has=mona.locator("#coc-members"))
    assert knows.get_by_role("listitem").all_inner_texts() == ["Mona Member"]


def test_member_steps_back_without_a_reason(
    page, open_tab, event, team, sign_in, screenshot
):
    factories.make_talk(event, factories.make_user(name="Ada Speaker"))
    mona = open_tab(page.size)
    sign_in(mona, team[0])
    sign_in(page, team[1])
    open_case(mona, event)
    case = the_case(event)
    assert queue_of(page, event) == [case.code_name]
    page.get_by_role("link", name=case.code_name).click()
    page.get_by_role("button", name="No conflict, open it").click()
    page.get_by_text(SECRET).wait_for()
    more(page, "Step back")
    page.get_by_text("Nobody asks you why.").wait_for()
    assert page.locator("main form :is(textarea, select)").count() == 0
    look(page, screenshot, "conflict-step-back")
    page.get_by_role("button", name="Step back").click()
    page.get_by_text("You have stepped back.").wait_for()
    assert queue_of(page, event) == []
    assert page.goto(case.get_absolute_url()).status == 404
    assert queue_of(mona, event) == [case.code_name]
