# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Background work is sent once for a transaction, however often it saves."""

from contextlib import contextmanager

import pytest
from celery.signals import task_prerun
from django.db import transaction
from django_scopes import scope, scopes_disabled

from pretalx_coc.tasks import task_ask, task_check_subject
from tests import factories

pytestmark = pytest.mark.django_db


@contextmanager
def runs():
    """What ran of our tasks: the names, and what they were about."""
    found = []

    def note(sender, kwargs, **__):
        if sender.name.startswith("pretalx_coc."):
            found.append((sender.name, kwargs.get("pk", kwargs["event_id"])))

    task_prerun.connect(note)
    try:
        yield found
    finally:
        task_prerun.disconnect(note)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def saved(event, speaker):
    talk = factories.make_talk(event, speaker)
    with scope(event=event):
        yield talk


def checks_of(talk):
    return (task_check_subject.name, talk.pk)


def test_talk_saved_often_in_a_transaction_is_checked_once(saved, committed):
    with runs() as found, committed():
        for number in range(5):
            saved.abstract = f"Text {number}"
            saved.save()
    assert found == [checks_of(saved)]


def test_two_talks_are_checked_each(event, saved, committed):
    other = factories.make_talk(event, factories.make_user())
    with runs() as found, committed():
        for talk in (saved, other, saved, other):
            talk.save()
    assert found == [checks_of(saved), checks_of(other)]


def test_talk_saved_in_a_later_transaction_is_checked_again(saved, committed):
    for __ in range(2):
        with runs() as found, committed():
            saved.save()
        assert found == [checks_of(saved)]


def test_speakers_added_together_are_asked_for_once(event, version, saved, committed):
    with scopes_disabled():
        profiles = [
            factories.make_user(name=f"Co {number}").get_speaker(event)
            for number in range(3)
        ]
    with runs() as found, committed():
        for profile in profiles:
            saved.speakers.add(profile)
    assert found == [(task_ask.name, event.pk)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ("rolled back", "kept"))
def test_savepoint_that_is_rolled_back_takes_no_other_check_along(saved, first):
    with runs() as found, transaction.atomic():
        if first == "kept":
            saved.save()
        point = transaction.savepoint()
        saved.save()
        transaction.savepoint_rollback(point)
        if first == "rolled back":
            saved.save()
    assert found == [checks_of(saved)]


@pytest.mark.django_db(transaction=True)
def test_transaction_that_is_rolled_back_sends_nothing_and_hinders_no_later_one(saved):
    with runs() as found:
        with transaction.atomic():
            saved.save()
            transaction.set_rollback(True)
        assert found == []
        with transaction.atomic():
            saved.save()
            saved.save()
    assert found == [checks_of(saved)]


@pytest.mark.django_db(transaction=True)
def test_what_a_task_saves_is_checked_although_it_was_before(saved):
    """Without a broker tasks run within the commit that sent them."""
    again = []

    def save_again(sender, **__):
        if sender.name == task_check_subject.name and not again:
            again.append(saved.pk)
            saved.save()

    task_prerun.connect(save_again)
    try:
        with runs() as found, transaction.atomic():
            saved.save()
    finally:
        task_prerun.disconnect(save_again)
    assert found == [checks_of(saved), checks_of(saved)]
