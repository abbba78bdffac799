# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Exclusions: whom they find, from when to when, where, and what outlives what."""

import datetime as dt

import pytest
from django.core.validators import validate_email
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from freezegun import freeze_time

from pretalx.event.domain.event import shred_event
from pretalx.event.domain.organiser import shred_organiser
from pretalx.person.domain.user import change_email, deactivate_user, shred_user
from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain import audit, cases, exclusion_keys, exclusions
from pretalx_coc.domain.errors import CocError
from pretalx_coc.models import AuditEntry, Exclusion
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "grace@example.org"


@pytest.fixture
def person(db):
    return factories.make_user(name="Grace", email=ADDRESS)


@pytest.fixture
def sibling(event):
    """Another event of the same organiser."""
    return factories.make_event(organiser=event.organiser)


@pytest.fixture
def case(event, member, person):
    subject = cases.subject_of_account(person)
    with scope(event=event):
        return cases.open_case(event=event, by=member, subject=subject)


def exclude(event, person=None, **kwargs):
    values = {"by": None, "user_code": person.code if person else "", **kwargs}
    with scope(event=event):
        return exclusions.exclude(event=event, **values)


def is_excluded(event, **who):
    with scope(event=event):
        return exclusions.is_excluded(event, **who)


# Whom it finds


def test_an_account_is_found_and_nobody_else(event, person):
    exclusion = exclude(event, person)
    assert is_excluded(event, user=person) == exclusion
    assert is_excluded(event, user=factories.make_user()) is None
    assert is_excluded(event) is None
    assert is_excluded(event, email="") is None


@pytest.mark.parametrize(
    "typed", (ADDRESS, " Grace@Example.ORG ", "ｇrace@example.org")
)
def test_an_address_is_found_however_it_is_typed(event, person, typed):
    exclude(event, email=ADDRESS)
    assert is_excluded(event, email=typed)
    assert is_excluded(event, user=person)


@pytest.mark.parametrize(
    ("excluded", "typed"),
    (
        # All of these can be registered, and their mail goes to the same mailbox.
        (ADDRESS, '"grace"@example.org'),
        (ADDRESS, "grace@exam\u200bple.org"),
        (ADDRESS, "grace@exam\u00adple.org"),
        ("grace@exämple.org", "grace@xn--exmple-cua.org"),
        ("grace@xn--exmple-cua.org", "grace@EXÄMPLE.org"),
    ),
)
def test_the_same_mailbox_written_another_way_is_found(event, excluded, typed):
    validate_email(typed)
    exclude(event, email=excluded)
    assert is_excluded(event, user=factories.make_user(email=typed))


@pytest.mark.parametrize(
    "typed", ("grace+talks@example.org", "gr.ace@example.org", "grace@example.com")
)
def test_another_address_slips_through(event, typed):
    exclude(event, email=ADDRESS)
    assert is_excluded(event, email=typed) is None


def test_an_account_that_changed_its_address_is_found_under_both(event, person):
    exclude(event, person)
    with scopes_disabled():
        change_email(person, "new@example.org")
    assert is_excluded(event, user=person)
    assert is_excluded(event, email="new@example.org")
    assert is_excluded(event, email=ADDRESS)


def test_the_address_itself_is_not_stored(event, person):
    exclusion = exclude(event, person, email=ADDRESS)
    row = str(Exclusion.objects.filter(pk=exclusion.pk).values().get())
    assert ADDRESS not in row
    assert exclusion.address_hash in row


def test_without_account_and_address_nobody_can_be_excluded(event):
    with pytest.raises(CocError):
        exclude(event)
    assert not Exclusion.objects.exists()


@pytest.mark.parametrize("number", (1, 3))
def test_asking_costs_one_query(event, person, number):
    for __ in range(number):
        exclude(event, person)
    with CaptureQueriesContext(connection) as queries:
        assert is_excluded(event, user=person, email="other@example.org")
    assert len(queries) == 1


# From when to when


def test_it_begins_and_ends_by_the_clock_alone(event, person):
    start = now() + dt.timedelta(days=1)
    exclude(event, person, starts=start, ends=start + dt.timedelta(days=2))
    held = []
    for day in (0, 2, 4):
        with freeze_time(now() + dt.timedelta(days=day)):
            held.append(bool(is_excluded(event, user=person)))
    assert held == [False, True, False]


def test_without_an_end_it_goes_on(event, person):
    exclude(event, person)
    with freeze_time(now() + dt.timedelta(days=3650)):
        assert is_excluded(event, user=person)


def test_of_several_the_longest_counts(event, person):
    exclude(event, person, ends=now() + dt.timedelta(days=1))
    longest = exclude(event, person, ends=now() + dt.timedelta(days=9))
    assert is_excluded(event, user=person) == longest


def test_an_end_before_the_beginning_is_refused(event, person):
    with pytest.raises(CocError):
        exclude(event, person, ends=now() - dt.timedelta(days=1))


def test_lifted_it_holds_no_longer_and_the_log_says_both(event, member, person, case):
    exclusion = exclude(event, person, by=member, case_code=case.code)
    with scope(event=event):
        for __ in range(2):
            exclusions.lift(exclusion=exclusion, by=member, event=event)
        entries = AuditEntry.objects.filter(
            chain=f"case.{case.code}", action="exclusion"
        )
        assert [entry.data["step"] for entry in entries] == ["set", "lifted"]
        assert audit.first_broken_link(event, f"case.{case.code}") is None
    assert is_excluded(event, user=person) is None


# Where


def test_for_one_event_it_holds_there_only(event, sibling, person):
    exclude(event, person)
    assert is_excluded(event, user=person)
    assert is_excluded(sibling, user=person) is None


def test_for_all_events_it_holds_in_those_of_the_organiser_only(event, sibling, person):
    exclude(event, person, only_event=False)
    assert is_excluded(sibling, user=person)
    assert is_excluded(factories.make_event(), user=person) is None


def test_a_new_event_with_an_old_events_address_is_another_event(event, person):
    exclude(event, person)
    slug, organiser = event.slug, event.organiser
    with scopes_disabled():
        shred_event(event)
        new = factories.make_event(organiser=organiser)
        type(new).objects.filter(pk=new.pk).update(slug=slug)
        new.refresh_from_db()
    assert is_excluded(new, user=person) is None


# What outlives what


@pytest.mark.parametrize("end", (deactivate_user, shred_user))
def test_it_outlives_the_account_and_finds_a_new_one(event, person, end):
    exclude(event, person)
    with scopes_disabled():
        SpeakerProfile.objects.filter(user=person).delete()
        end(person)
    new = factories.make_user(email=ADDRESS)
    assert is_excluded(event, user=new)
    assert is_excluded(event, email=ADDRESS)


def test_it_outlives_the_event_that_it_comes_from(event, sibling, person, case):
    exclude(event, person, only_event=False, case_code=case.code)
    with scopes_disabled():
        shred_event(event)
    assert is_excluded(sibling, user=person)


def test_it_goes_with_the_organiser(event, person):
    exclude(event, person, only_event=False)
    with scopes_disabled():
        shred_organiser(event.organiser)
    assert not Exclusion.objects.exists()


def test_lifting_one_of_an_event_that_is_gone_is_noted_elsewhere(
    event, sibling, person, case
):
    exclusion = exclude(event, person, only_event=False, case_code=case.code)
    with scopes_disabled():
        shred_event(event)
    with scope(event=sibling):
        exclusions.lift(exclusion=exclusion, by=None, event=sibling)
        entry = AuditEntry.objects.get(action="exclusion")
    assert (entry.chain, entry.data["step"]) == (audit.CONCERN_CHAIN, "lifted")
    assert is_excluded(sibling, user=person) is None


def test_the_key_is_not_derived_from_the_servers_secret_key(event, settings):
    exclude(event, email=ADDRESS)
    settings.SECRET_KEY = "another one, after a leak"
    assert is_excluded(event, email=ADDRESS)
    assert exclusion_keys.key_file().stat().st_mode & 0o777 == 0o600
