# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the page of a case says comes next, to each of those who work on it."""

import datetime as dt
import html
import re

import pytest
from django.utils.timezone import now
from django_scopes import scope

from pretalx_coc.domain import appeals, case_members, cases, decisions, reports
from pretalx_coc.domain.case_items import attach
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.enums import Measure
from pretalx_coc.models import Case, CocSettings, Decision, Finding, Report
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(event):
    names = ("Mona Member", "Carl Colleague", "Nova New")
    return factories.make_members(event, *names)


@pytest.fixture
def case(event, team, talk):
    with scope(event=event):
        subject = cases.subject_of_profile(talk.speakers.get())
        case = cases.open_case(event=event, by=team[0], subject=subject)
        for user in team[1:]:
            case_members.declare(case=case, by=user, conflict=False)
        return case


def now_at(case) -> Case:
    return Case.objects.get(pk=case.pk)


def propose(case, by, measure=Measure.EXCLUDED_EVENT, **kwargs) -> Decision:
    draft = Draft(
        measure=measure,
        reason="Part 2.",
        statement="Please read the code of conduct.",
        statement_language="en",
    )
    revision = now_at(case).revision
    return decisions.propose(case=case, by=by, revision=revision, draft=draft, **kwargs)


def page(client, case, *rest) -> str:
    content = client.get(
        "/".join((case.get_absolute_url().rstrip("/"), *rest, ""))
    ).text
    return re.sub(r"\s+", " ", html.unescape(content))


def main_steps(client, case) -> list[str]:
    """What stands out among what can be done."""
    found = re.findall(
        r'<a class="btn btn-info" href="[^"]*">(.*?)</a>', page(client, case)
    )
    return [re.sub("<.*?>", "", one).strip() for one in found]


def glance(client, case) -> str:
    (found,) = re.findall('<dl class="coc-glance">.*?</dl>', page(client, case))
    return re.sub(r"\s+", " ", re.sub("<.*?>", " ", found))


def test_decision_that_waits_is_next_for_whoever_may_approve_it(login, case, team):
    with scope(event=case.event):
        propose(case, team[0])
    assert main_steps(login(team[0]), case) == ["Ask for their side"]
    assert main_steps(login(team[1]), case) == [
        "Approve the decision",
        "Ask for their side",
    ]
    said = "Excluded from this event: waits for a second"
    assert said in glance(login(team[0]), case)


def test_whoever_proposed_it_takes_it_back_and_the_others_do_not_approve(
    login, case, team
):
    with scope(event=case.event):
        decision = propose(case, team[0])
    client = login(team[0])
    content = page(client, case)
    assert ("Take it back …" in content, "Do not approve …" in content) == (True, False)
    url = f"{case.get_absolute_url()}decision/{decision.code}/refuse/"
    assert "Take the decision back" in client.get(url).text
    client = login(team[1])
    content = page(client, case)
    assert ("Take it back …" in content, "Do not approve …" in content) == (False, True)
    assert "Take the decision back" not in client.get(url).text


def test_objection_is_next_for_who_did_not_decide_and_for_nobody_else(
    login, case, team, speaker
):
    with scope(event=case.event):
        decision = propose(case, team[0], Measure.WARNING)
        appeals.object_to(decision=decision, by=speaker, text="I did not.")
    assert main_steps(login(team[0]), case) == ["Ask for their side"]
    assert main_steps(login(team[1]), case) == [
        "Answer the objection",
        "Ask for their side",
    ]
    assert "Objection: being looked at" in glance(login(team[0]), case)


def test_second_look_is_next_after_an_emergency(login, case, team):
    with scope(event=case.event):
        decision = propose(case, team[0], emergency=True)
    assert "Look at the decision again" in main_steps(login(team[1]), case)
    assert "Look at the decision again" not in main_steps(login(team[0]), case)
    assert "overdue since" not in page(login(team[1]), case)
    with scope(event=case.event):
        late = now() - dt.timedelta(hours=1)
        Decision.objects.filter(pk=decision.pk).update(second_look_due=late)
    assert "overdue since" in page(login(team[1]), case)


def test_answer_that_is_late_is_shown_as_late(login, case, team):
    with scope(event=case.event):
        report = reports.write_down(
            event=case.event,
            by=team[0],
            case=now_at(case),
            text="He shouted at me.",
            reporter=reports.Somebody(name="Rosa Reporter"),
        )
    client = login(team[0])
    before = glance(client, case)
    assert ("Not yet:" in before, "overdue since" in before) == (True, False)
    with scope(event=case.event):
        late = now() - dt.timedelta(hours=1)
        Report.objects.filter(pk=report.pk).update(answer_due=late)
    assert "overdue since" in glance(client, case)


def test_decided_case_is_closed_next_and_not_worked_on_again(login, case, team):
    with scope(event=case.event):
        propose(case, team[0], Measure.WARNING)
    client = login(team[0])
    assert main_steps(client, case) == ["Ask for their side", "Close the case"]
    assert 'name="state"' not in page(client, case)
    assert "Open it again" in page(client, case)


def test_timeline_names_what_was_attached(login, event, case, team, talk):
    with scope(event=event):
        attach(case=now_at(case), by=team[0], kind="talk", ref=talk.code)
    content = page(login(team[0]), case)
    assert f'<strong>Attached</strong><span dir="auto">: Talk: {talk.title}<' in content


def test_passages_are_told_from_each_other(login, event, case, team, talk):
    with scope(event=event):
        talk.abstract = "Before the demo we show hot naked girls on every slide."
        talk.save()
        check_subject(event=event, kind="talk", pk=talk.pk)
        passages = list(Finding.objects.values_list("passage", flat=True))
    content = page(login(team[0]), case, "attach")
    assert len(passages) >= 2
    assert [one for one in passages if f": “{one}” – " not in content] == []


def test_preview_asks_for_the_reason_where_nobody_else_can_look(login, event, talk):
    """It announces no mail to an outside contact whom there is not."""
    (alone,) = factories.make_members(event, "Mona Member")
    with scope(event=event):
        subject = cases.subject_of_profile(talk.speakers.get())
        case = cases.open_case(event=event, by=alone, subject=subject)
    data = {
        "measure": Measure.EXCLUDED_EVENT.value,
        "reason": "Part 2.",
        "statement": "Please read the code of conduct.",
        "statement_language": "en",
        "revision": case.revision,
        "action": "preview",
    }
    client, url = login(alone), f"{case.get_absolute_url()}decide/"
    content = client.post(url, data).text
    assert "Please say why you decide alone." in content
    assert "What this decision does" not in content
    with scope(event=event):
        defaults = {"outside_email": "olivia@example.org"}
        CocSettings.objects.update_or_create(event=event, defaults=defaults)
    content = client.post(url, data).text
    assert "To the outside contact, olivia@example.org" in content


def test_panel_says_once_what_is_not_set_up(login, event, team):
    """In one line, with the way there for who may go it."""
    content = re.sub(r"\s+", " ", login(team[0]).get(panel(event)).text)
    assert content.count("no code of conduct is published") == 1
    assert content.lower().count("code of conduct is published") == 1
    assert "Set it up" not in content
    organiser = factories.make_organiser(event)
    organiser.teams.add(*team[0].teams.all())
    assert "Set it up" in login(organiser).get(panel(event)).text


def panel(event) -> str:
    return f"/orga/event/{event.slug}/p/coc/"
