# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case goes from one event's team to another's, in a browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from django_scopes import scope

from pretalx_coc.domain import case_files, cases
from pretalx_coc.domain.reports import Somebody, write_down
from pretalx_coc.models import Case, Decision
from tests import factories
from tests.browser.axe import assert_accessible

SEEN = (
    "Two people saw it at the bar, and one of them filmed it. He was asked to stop "
    "three times, and left only when the room angel came. " * 2
)
WHY = (
    "He speaks at your event next month. Please do not leave him alone with the "
    "volunteers of the registration desk."
)
#: As the machines of some people call them.
LONG = "recording-2026-11-20-at-the-bar-with-everybody-who-was-there-that-night.mp4"


@pytest.fixture
def event(live):
    return factories.make_event()


@pytest.fixture
def to(event):
    return factories.make_event(organiser=event.organiser)


@pytest.fixture
def member(event):
    return factories.make_member(event, name="Mona Member")


@pytest.fixture
def case(event, member):
    speaker = factories.make_user(name="Ada Speaker")
    factories.make_talk(event, speaker)
    with scope(event=event):
        subject = cases.subject_of_profile(factories.profile_of(speaker, event))
        case = cases.open_case(event=event, by=member, subject=subject, text=SEEN)
        write_down(
            event=event,
            by=member,
            case=case,
            text="He would not let me go.",
            reporter=Somebody(name="Rita Reporter"),
        )
        upload = SimpleUploadedFile(LONG, b"what was seen")
        case_files.add_file(case=case, by=member, uploaded=upload)
        Decision.objects.create(
            event=event,
            case=case,
            code="D1",
            measure="warning",
            state="in_force",
            reason="Part 2 of the code of conduct.",
            starts=now(),
            proposed=now(),
            proposed_by=member.code,
        )
        return Case.objects.select_related("event").get(pk=case.pk)


def look(tab, screenshot, name):
    screenshot(tab, name)
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= tab.viewport_size["width"], f"{tab.url} is wider than the window."
    assert_accessible(tab, within="#content")


def test_from_one_team_to_the_other(
    page, open_tab, event, to, case, member, sign_in, screenshot
):
    theo = factories.make_member(to, name="Theo There")
    sign_in(page, member)
    page.goto(case.get_absolute_url())
    page.get_by_text("More …").click()
    page.get_by_role("link", name="Hand over to another event’s team").click()
    look(page, screenshot, "hand-over-form")
    page.get_by_label("To the team of which event?").select_option(str(to.name))
    page.get_by_label("What do they need to know, and what for?").fill(
        f"{WHY} Rita can tell you more."
    )
    page.get_by_label("Two people saw it at the bar").check()
    page.get_by_label("Part 2 of the code of conduct").check()
    page.get_by_label(LONG).check()
    page.get_by_role("button", name="Hand over").click()
    refused = page.get_by_text("This would say who reported it")
    refused.wait_for()
    look(page, screenshot, "hand-over-refused")
    page.get_by_label("What do they need to know, and what for?").fill(WHY)
    page.get_by_role("button", name="Hand over").click()
    page.get_by_text("The other team has it now, too.").wait_for()
    look(page, screenshot, "hand-over-done")
    theirs = open_tab(page.size)
    sign_in(theirs, theo)
    theirs.goto(f"/orga/event/{to.slug}/p/coc/cases/")
    with scope(event=to):
        opened = Case.objects.get()
    theirs.get_by_role("link", name=opened.code_name).click()
    look(theirs, screenshot, "hand-over-door")
    assert theirs.get_by_text(WHY).count() == 0
    theirs.get_by_role("button", name="No conflict, open it").click()
    theirs.get_by_text(WHY).wait_for()
    look(theirs, screenshot, "hand-over-received")
    theirs.get_by_role("button", name="Acknowledge").click()
    page.reload()
    page.get_by_text("It is acknowledged there.").wait_for()
