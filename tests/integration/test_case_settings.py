# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What an organiser sets about cases, and what is not set up yet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import case_members, cases
from pretalx_coc.domain.queries.setup import missing_setup
from pretalx_coc.enums import CaseSubject
from pretalx_coc.models import Case, CocSettings
from tests import factories

pytestmark = pytest.mark.django_db

FILLED = {
    "outside_name": "Olivia Outside",
    "outside_email": "olivia@example.org",
    "two_people": "all",
    "acknowledge_hours": "12",
    "decide_days": "7",
    "appeal_days": "10",
    "administrators_look": "on",
    "keep_unfounded": "3",
    "keep_not_established": "4",
    "keep_warning": "5",
    "keep_exclusion": "6",
    "keep_concerns": "7",
}


def url(event, page="settings/p/coc/cases/"):
    return f"/orga/event/{event.slug}/{page}"


@scopes_disabled()
def stored(event):
    row = CocSettings.objects.get(event=event)
    return {name: getattr(row, name) for name in FILLED}


def test_an_organiser_sets_everything(login, event, organiser):
    client = login(organiser)
    assert client.get(url(event)).status_code == 200
    assert client.post(url(event), FILLED).url == url(event)
    expected = {
        name: int(value) if value.isdigit() else value for name, value in FILLED.items()
    }
    assert stored(event) == {**expected, "administrators_look": True}
    assert 'value="olivia@example.org"' in client.get(url(event)).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    (
        ({"outside_email": ""}, "outside_email"),
        ({"outside_email": "no address"}, "outside_email"),
        ({"keep_warning": "1"}, "keep_warning"),
        ({"appeal_days": "2"}, "appeal_days"),
        ({"two_people": "some"}, "two_people"),
    ),
)
def test_what_makes_no_sense_is_refused_at_its_field(
    login, event, organiser, change, field
):
    response = login(organiser).post(url(event), FILLED | change)
    assert list(response.context["form"].errors) == [field]


def test_a_member_is_no_outside_contact(login, event, organiser, member):
    data = FILLED | {"outside_email": member.email.upper()}
    response = login(organiser).post(url(event), data)
    assert list(response.context["form"].errors) == ["outside_email"]


def test_what_is_not_set_up_yet_is_said_until_it_is(
    login, event, organiser, django_capture_on_commit_callbacks
):
    with scope(event=event):
        assert missing_setup(event) == [
            "no code of conduct is published",
            "there is nobody to turn to with a concern",
            "there is no outside contact",
        ]
    client = login(organiser)
    content = client.get(url(event)).content.decode()
    assert content.count("Still to do:") == 3
    factories.publish_policy(event)
    client.post(url(event), FILLED)
    client.post(url(event, "settings/p/coc/contacts/"), {"contact_phone": "112"})
    with scope(event=event):
        assert missing_setup(event) == []
        organiser.teams.get().members.clear()
        assert missing_setup(event) == ["nobody is on the response team"]


# What goes when


@pytest.fixture
def team(event, member):
    colleague = factories.make_user(name="Cleo")
    with scopes_disabled():
        member.teams.get().members.add(colleague)
    return member, colleague


def open_cases(event, by, number):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    with scope(event=event):
        return [
            cases.open_case(event=event, by=by, subject=subject) for __ in range(number)
        ]


def test_a_member_sees_what_goes_when_and_no_hidden_case(login, event, team):
    member, colleague = team
    closed, hidden = open_cases(event, member, 2)
    with scope(event=event):
        Case.objects.filter(pk=closed.pk).update(
            state="closed", outcome="warning", closed=closed.created
        )
        case_members.declare(case=closed, by=colleague, conflict=False)
        case_members.declare(case=hidden, by=colleague, conflict=True)
    first = login(member).get(url(event, "p/coc/retention/")).content.decode()
    assert f'href="{closed.get_absolute_url()}"' in first
    assert hidden.code in first
    assert "Red hat" not in first
    second = login(colleague).get(url(event, "p/coc/retention/")).content.decode()
    assert closed.code in second
    assert hidden.code not in second


def test_the_page_costs_as_many_queries_for_three_cases_as_for_one(
    login, event, member
):
    client, counts = login(member), []
    for number in (1, 2):
        open_cases(event, member, number)
        client.get(url(event, "p/coc/retention/"))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(event, "p/coc/retention/"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
