# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The page with the exclusions of an event, the list check, and hints."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx.common.models import ActivityLog
from pretalx.person.domain.user import change_email, deactivate_user

from pretalx_coc.domain import case_members, cases, exclusions
from pretalx_coc.domain.list_check import MAX_ADDRESSES, addresses_in
from pretalx_coc.domain.queries.exclusions import likely_matches, list_exclusions
from pretalx_coc.models import AuditEntry, AuditText, CasePerson
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "grace.hopper@example.org"


def url(event):
    return f"/orga/event/{event.slug}/p/coc/doors/"


@pytest.fixture
def person(db):
    return factories.make_user(name="Grace Hopper", email=ADDRESS)


@pytest.fixture
def case(event, member, person):
    subject = cases.subject_of_account(person)
    with scope(event=event):
        return cases.open_case(event=event, by=member, subject=subject)


def join(member):
    """Somebody who comes to a member's team."""
    user = factories.make_user(name="Colleague")
    with scopes_disabled():
        member.teams.get().members.add(user)
    return user


def exclude(event, person=None, **kwargs):
    with scope(event=event):
        return exclusions.exclude(
            event=event,
            by=None,
            **{
                "user_code": person.code if person else "",
                "ends": now() + dt.timedelta(days=30),
                **kwargs,
            },
        )


@pytest.fixture
def exclusion(event, person, case):
    return exclude(event, person, case_code=case.code, only_event=False)


@pytest.fixture
def sibling(event):
    return factories.make_event(organiser=event.organiser)


def check(client, event, text):
    return client.post(url(event), {"addresses": text})


def found(response):
    checked = response.context.get("checked")
    return [entry.address for entry in checked.found] if checked else None


def unmasked(response):
    """A page without what is another one with each request."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.text)


@scopes_disabled()
def ends_of(event, user):
    return [(entry.case, entry.ends) for entry in list_exclusions(event, user)]


# Who sees what


def test_member_of_the_case_sees_its_code_and_whom_it_holds(
    login, event, member, person, case, exclusion
):
    factories.make_talk(event, person)
    content = login(member).get(url(event)).text
    assert f"Case {case.code} ({case.code_name})" in content
    assert f'<a href="{case.get_absolute_url()}">' in content
    assert "Grace Hopper" in content
    assert ADDRESS not in content


def test_other_events_team_sees_that_and_until_when_and_no_more(
    login, event, sibling, person, case, exclusion
):
    colleague = factories.make_member(sibling)
    factories.make_talk(sibling, person)
    content = login(colleague).get(url(sibling)).text
    assert "Excluded by the organiser until" in content
    for word in (case.code, case.code_name, event.slug):
        assert word not in content


def test_new_member_sees_the_exclusion_and_not_the_case(
    event, member, person, case, exclusion
):
    late = join(member)
    assert ends_of(event, late) == [(None, exclusion.ends)]
    with scope(event=event):
        case_members.let_in(case=case, by=member, user=late)
    assert ends_of(event, late) == [(case, exclusion.ends)]


def conflict(event, case, user, person):
    with scope(event=event):
        case_members.let_in(case=case, by=user, user=user)
        case_members.declare(case=case, by=user, conflict=True)


def affected(event, case, user, person):
    with scope(event=event):
        CasePerson.objects.create(
            event=event, case=case, role="affected", user_code=user.code
        )


def together(event, case, user, person):
    factories.make_talk(event, user, person)


@pytest.mark.parametrize("reason", (conflict, affected, together))
def test_who_must_not_know_of_the_case_finds_nothing_by_any_way(
    login, event, member, person, case, reason
):
    colleague = join(member)
    factories.make_talk(event, factories.make_user(name="Grace Hopper"))
    reason(event, case, colleague, person)
    client = login(colleague)
    ways = (lambda: client.get(url(event)), lambda: check(client, event, ADDRESS))
    before = [unmasked(way()) for way in ways]
    exclude(event, person, case_code=case.code)
    assert [unmasked(way()) for way in ways] == before
    # And somebody else does find it.
    assert found(check(login(member), event, ADDRESS)) == [ADDRESS]


def test_who_speaks_with_somebody_known_by_address_only_finds_nothing(
    login, event, member, person
):
    exclude(event, email=ADDRESS)
    colleague = join(member)
    assert found(check(login(colleague), event, ADDRESS)) == [ADDRESS]
    factories.make_talk(event, colleague, person)
    assert found(check(login(colleague), event, ADDRESS)) == []


def test_who_is_excluded_and_a_member_themselves_finds_nothing(
    login, event, member, exclusion
):
    colleague = join(member)
    exclude(event, colleague)
    exclude(event, email=colleague.email)
    assert found(check(login(colleague), event, f"{colleague.email} {ADDRESS}")) == [
        ADDRESS
    ]


def test_page_costs_the_same_number_of_queries_for_one_and_for_three(
    login, event, member, case
):
    client, counts = login(member), []
    for number in (1, 2):
        for __ in range(number):
            user = factories.make_user(name="Grace")
            factories.make_talk(event, user)
            factories.make_talk(event, factories.make_user(name="Grace"))
            exclude(event, user, case_code=case.code)
        client.get(url(event))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(event))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def record(client, event, user):
    code = factories.profile_of(user, event).code
    return client.get(f"/orga/event/{event.slug}/p/coc/speaker/{code}/").text


def test_record_of_a_speaker_says_it_as_far_as_the_member_may_know(
    login, event, sibling, member, person, case, exclusion, speaker
):
    assert f"Case {case.code}" in record(login(member), event, person)
    assert "xcluded" not in record(login(member), event, speaker)
    content = record(login(factories.make_member(sibling)), sibling, person)
    assert "Excluded by the organiser until" in content
    assert case.code not in content


# The list check


def test_list_check_says_which_addresses_are_excluded_as_they_were_typed(
    login, event, member, exclusion
):
    text = f"Name;Mail\nAda;ada@example.org\nGrace;Grace.HOPPER@example.org\n{ADDRESS}"
    response = check(login(member), event, text)
    assert found(response) == ["Grace.HOPPER@example.org"]
    assert response.context["checked"].number == 2
    assert "Somebody who uses another address is not found." in response.text
    assert "ada@example.org" not in response.text


def test_list_check_finds_the_new_address_of_an_excluded_account(
    login, event, member, person, exclusion
):
    with scopes_disabled():
        change_email(person, "new@example.org")
    response = check(login(member), event, f"new@example.org, {ADDRESS}")
    assert found(response) == ["new@example.org", ADDRESS]


def test_list_check_finds_the_address_of_an_account_that_is_gone(
    login, event, member, person, exclusion
):
    with scopes_disabled():
        deactivate_user(person)
    assert found(check(login(member), event, ADDRESS)) == [ADDRESS]


def test_list_check_finds_nobody_after_the_end_or_before_the_beginning(
    login, event, member, person
):
    later = now() + dt.timedelta(days=1)
    exclude(event, person, starts=later, ends=later + dt.timedelta(days=1))
    response = check(login(member), event, ADDRESS)
    assert found(response) == []
    assert "None of them is excluded." in response.text


def test_list_check_stores_the_number_and_nothing_else(login, event, member, exclusion):
    with scopes_disabled():
        log = ActivityLog.objects.count()
        check(login(member), event, f"{ADDRESS}\nada@example.org")
        [entry] = AuditEntry.objects.filter(action="exclusion.list_checked")
        assert (entry.actor_code, entry.data) == (member.code, {"number": 2})
        texts = AuditText.objects.filter(chain=entry.chain, position=entry.position)
        assert not texts.exists()
        assert ActivityLog.objects.count() == log


def test_list_check_is_kept_by_no_browser(login, event, member, exclusion):
    response = check(login(member), event, ADDRESS)
    assert "no-store" in response["Cache-Control"]
    assert f">{ADDRESS}</textarea>" not in response.text


@pytest.mark.parametrize("text", ("", "   ", "no address at all, @ neither"))
def test_list_check_without_an_address_says_so(login, event, member, text):
    response = check(login(member), event, text)
    assert found(response) is None
    assert response.context["form"].errors
    with scopes_disabled():
        assert not AuditEntry.objects.filter(action="exclusion.list_checked").exists()


def test_list_check_of_too_many_says_so_and_of_many_is_one_query_for_all(
    login, event, member, exclusion
):
    many = [f"person{number}@example.net" for number in range(MAX_ADDRESSES)]
    client = login(member)
    response = check(client, event, "\n".join([*many, ADDRESS]))
    assert "These are 5001 addresses." in response.text
    check(client, event, ADDRESS)
    counts = []
    for text in ("\n".join([*many[1:], ADDRESS]), ADDRESS):
        with CaptureQueriesContext(connection) as queries:
            assert found(check(client, event, text)) == [ADDRESS]
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("text", "addresses"),
    (
        ("a@b.c,d@e.f;g@h.i", ["a@b.c", "d@e.f", "g@h.i"]),
        ('"Grace" <g@h.i>, <mailto:a@b.c>', ["g@h.i", "a@b.c"]),
        ("a@b.c\tGrace\r\nA@B.C\n", ["a@b.c"]),
        ("Write to g@h.i.", ["g@h.i"]),
        ("@ a@ @b a@b@c", []),
    ),
)
def test_addresses_are_found_in_what_people_paste(text, addresses):
    assert addresses_in(text) == addresses


# Hints


@scopes_disabled()
def hints(event, user):
    return [
        (match.profile.user.email, match.same_name)
        for match in likely_matches(event, user)
    ]


def test_hints_at_the_same_name_and_the_same_mailbox(event, member, exclusion):
    for name, email in (
        ("  grace  HOPPER ", "ghopper@example.net"),
        ("Somebody", "grace.hopper@example.com"),
        ("Somebody", "gracehopper+talks@example.org"),
        ("Grace", "grace@example.org"),
    ):
        factories.make_talk(event, factories.make_user(name=name, email=email))
    assert hints(event, member) == [
        ("ghopper@example.net", True),
        ("grace.hopper@example.com", False),
        ("gracehopper+talks@example.org", False),
    ]


def test_hints_at_nobody_who_is_held_already_and_at_no_common_mailbox(event, member):
    person = factories.make_user(name="Grace", email="info@example.org")
    exclude(event, person)
    factories.make_talk(event, person)
    factories.make_talk(
        event, factories.make_user(name="Ada", email="info@example.com")
    )
    assert hints(event, member) == []


def test_hints_use_the_name_on_the_case_when_the_account_is_gone(
    event, member, person, exclusion
):
    with scopes_disabled():
        deactivate_user(person)
    twin = factories.make_user(name="Gràce Hopper", email="other@example.net")
    factories.make_talk(event, twin)
    assert hints(event, member) == [("other@example.net", True)]
    factories.make_talk(event, factories.make_user(name="Deleted User"))
    assert hints(event, member) == [("other@example.net", True)]


def test_a_hint_holds_nobody(login, event, member, exclusion):
    twin = factories.make_user(name="Grace Hopper", email="other@example.net")
    talk = factories.make_talk(event, twin, state="accepted")
    organiser = factories.make_organiser(event)
    content = login(member).get(url(event)).text
    assert "These speakers are not held." in content
    login(organiser).post(
        f"/orga/event/{event.slug}/submissions/{talk.code}/confirm", follow=True
    )
    talk.refresh_from_db()
    assert talk.state == "confirmed"
