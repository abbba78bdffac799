# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The queue, the number at the menu, and that nothing shows a case that is hidden."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import case_members, cases
from pretalx_coc.enums import CaseSubject, FlagReason, Severity
from pretalx_coc.models import Case
from tests import factories

pytestmark = pytest.mark.django_db

# What differs from one answer to the next without meaning anything.
TOKENS = re.compile(r'(csrfmiddlewaretoken" value=|csrf-token" content=)"[^"]*"')


@pytest.fixture
def team(event):
    return factories.make_members(event, "Mona Member", "Carl Colleague")


def open_case(event, by, words="Somebody", **kwargs):
    with scope(event=event):
        subject = cases.subject_in_words(CaseSubject.PERSON, words)
        return cases.open_case(event=event, by=by, subject=subject, **kwargs)


def change(case, **values):
    with scopes_disabled():
        Case.objects.filter(pk=case.pk).update(**values)


def page(client, event, query=""):
    url = f"/orga/event/{event.slug}/p/coc/cases/{query}"
    return client.get(url).content.decode()


def codes(content):
    return re.findall(r'/p/coc/case/(\w+)/"><strong>', content)


def test_danger_and_overdue_come_first_then_mine_then_what_waits(login, event, team):
    waiting = open_case(event, team[0])
    mine = open_case(event, team[0])
    change(mine, assignee=team[0].code)
    overdue = open_case(event, team[0])
    change(overdue, acknowledge_due=now() - dt.timedelta(hours=1))
    danger = open_case(event, team[0], severity=Severity.DANGER)
    content = page(login(team[0]), event)
    assert codes(content) == [case.code for case in (danger, overdue, mine, waiting)]
    assert "people are in danger now" in content
    assert "overdue" in content


def test_the_queue_says_what_is_to_be_declared_and_nothing_of_the_inside(
    login, event, team
):
    case = open_case(event, team[0], words="Red hat", text="Seen today.")
    with scope(event=event):
        cases.describe(
            case=case, by=team[0], revision=case.revision, next_step="Call them"
        )
    content = page(login(team[1]), event)
    assert "Please say whether you have a conflict." in content
    assert "Red hat" in content
    assert "Call them" not in content
    assert "Call them" in page(login(team[0]), event)


def test_a_small_team_has_a_search_and_a_larger_one_filters(login, event, team):
    open_case(event, team[0])
    client = login(team[0])
    small = page(client, event)
    assert 'name="q"' in small
    assert 'name="assignee"' not in small
    with scopes_disabled():
        response_team = team[0].teams.get()
        response_team.members.add(*(factories.make_user() for __ in range(2)))
    assert 'name="assignee"' in page(client, event)


def test_claiming_and_assigning_stay_out_of_sight_of_a_small_team(login, event, team):
    case = open_case(event, team[0])
    client = login(team[0])
    small = client.get(case.get_absolute_url()).content.decode()
    with scopes_disabled():
        response_team = team[0].teams.get()
        response_team.members.add(*(factories.make_user() for __ in range(2)))
    large = client.get(case.get_absolute_url()).content.decode()
    for words in ("I am on it", "Give it to somebody"):
        assert words not in small
        assert words in large


def test_cases_are_found_by_code_code_name_and_subject(login, event, team):
    case = open_case(event, team[0], words="Red hat")
    open_case(event, team[0], words="Green shoes")
    client = login(team[0])
    for words in (case.code.lower(), case.code_name, "red"):
        assert codes(page(client, event, f"?q={words}")) == [case.code], words
    assert codes(page(client, event, "?q=nobody")) == []


def test_closed_cases_are_shown_when_they_are_asked_for(login, event, team):
    case = open_case(event, team[0])
    change(case, state="closed")
    client = login(team[0])
    assert codes(page(client, event)) == []
    assert codes(page(client, event, "?state=closed")) == [case.code]


@pytest.mark.parametrize("query", ("?state=x", "?severity=x", "?page=99"))
def test_the_queue_takes_any_query(login, event, team, query):
    url = f"/orga/event/{event.slug}/p/coc/cases/{query}"
    assert login(team[0]).get(url).status_code in (200, 404)


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("where", ("cases/", ""))
def test_queue_and_panel_cost_the_same_with_one_case_and_with_three(
    login, event, team, where
):
    client, url = login(team[0]), f"/orga/event/{event.slug}/p/coc/{where}"
    open_case(event, team[0])
    client.get(url)
    one = queries_of(client, url)
    for __ in range(2):
        open_case(event, team[0])
    assert queries_of(client, url) == one


def badge(client, event):
    content = client.get(f"/orga/event/{event.slug}/p/coc/cases/").content.decode()
    return re.findall(r'<span class="badge color-info">(\d+)</span>', content)


def test_the_number_at_the_menu_counts_what_waits_for_this_member(login, event, team):
    assert badge(login(team[0]), event) == []
    case = open_case(event, team[0])
    # Whom it was given to, and who is to declare; not who only opened it.
    assert badge(login(team[0]), event) == []
    assert set(badge(login(team[1]), event)) == {"1"}
    change(case, assignee=team[0].code)
    assert set(badge(login(team[0]), event)) == {"1"}
    with scope(event=event):
        case_members.declare(case=case, by=team[1], conflict=False)
    assert badge(login(team[1]), event) == []
    change(case, acknowledge_due=now() - dt.timedelta(hours=1))
    assert set(badge(login(team[1]), event)) == {"1"}


def everything(client, event, talk):
    """All pages on which a hidden case could leave a trace."""
    base = f"/orga/event/{event.slug}/"
    with scopes_disabled():
        profile = talk.speakers.first()
    paths = (
        "",
        "p/coc/",
        "p/coc/cases/",
        "p/coc/cases/?q=Ada",
        "p/coc/cases/?state=closed",
        "p/coc/cases/new/",
        "p/coc/retention/",
        "p/coc/doors/",
        f"p/coc/speaker/{profile.code}/",
    )
    answers = {}
    for path in paths:
        response = client.get(base + path)
        answers[path] = (
            response.status_code,
            TOKENS.sub("", response.content.decode()),
        )
    return answers


@pytest.mark.parametrize("how", ("conflict", "came later", "is a witness"))
def test_a_hidden_case_changes_no_byte_of_anything(login, event, team, talk, how):
    from pretalx_coc.domain import reports  # noqa: PLC0415

    known = open_case(event, team[0])
    client, hidden_from = login(team[1]), team[1]
    before = everything(client, event, talk)
    assert known.code in before["p/coc/cases/"][1]
    with scope(event=event):
        hidden = cases.open_case(
            event=event,
            by=team[0],
            subject=cases.subject_of_profile(talk.speakers.get()),
            severity=Severity.DANGER,
            category=FlagReason.INTIMIDATION,
            place="Hall 2",
        )
        # There is something that could leak.
        assert everything(client, event, talk) != before
        if how == "conflict":
            case_members.declare(case=hidden, by=hidden_from, conflict=True)
        elif how == "came later":
            hidden.members.filter(user_code=hidden_from.code).delete()
        else:
            reports.add_person(
                case=hidden,
                by=team[0],
                role="witness",
                somebody=reports.Somebody(user=hidden_from),
            )
    assert everything(client, event, talk) == before
