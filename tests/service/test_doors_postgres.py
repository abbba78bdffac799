# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Confirming, accepting, publishing and reminding, two at once on PostgreSQL."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit
from pretalx_coc.domain.importing import import_answers
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.models import Acceptance, Ask, PolicyVersion
from pretalx_coc.tasks import task_ask, task_ask_everywhere, task_remind_all
from tests import factories
from tests.integration.test_acceptance_settings import answer, make_question
from tests.integration.test_asking import configure, recipients
from tests.integration.test_doors import orga, state
from tests.service.test_me_postgres import prepared
from tests.service.test_postgres import at_once

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set COC_TEST_DATABASE=postgres")


def confirming(talk, organiser):
    """A post with which an organiser confirms a talk."""
    client = Client()
    client.force_login(organiser)
    return lambda: client.post(orga(talk, "confirm"))


def run(task, **kwargs):
    return lambda: task.apply(kwargs=kwargs)


def make_speakers(event, number):
    users = [factories.make_user() for __ in range(number)]
    return users, [factories.make_talk(event, user, state="accepted") for user in users]


def test_talks_confirmed_while_speakers_accept_have_an_acceptance_each():
    event = factories.make_event()
    factories.publish_policy(event)
    organiser = factories.make_organiser(event)
    users, talks = make_speakers(event, 6)
    results = at_once(
        *(prepared(event, user) for user in users),
        *(confirming(talk, organiser) for talk in talks),
    )
    assert [response.status_code for response in results] == [302] * 12
    with scopes_disabled():
        accepted = dict(Acceptance.objects.values_list("user_code", "accepted"))
        assert set(accepted) == {user.code for user in users}
        for user, talk in zip(users, talks, strict=True):
            entry = talk.logged_actions().filter(
                action_type="pretalx.submission.confirm"
            )
            assert state(talk) == ("confirmed" if entry else "accepted")
            assert all(each.timestamp > accepted[user.code] for each in entry)


def test_talk_confirmed_while_a_version_is_published_was_asked_for_one_of_the_two():
    event = factories.make_event()
    version = factories.publish_policy(event)
    organiser = factories.make_organiser(event)
    users, talks = make_speakers(event, 6)
    for user in users:
        factories.accept(event, user, version)
    with scopes_disabled():
        save_draft(event=event, texts={"en": "# Be kinder"}, by=organiser)
    results = at_once(
        *(confirming(talk, organiser) for talk in talks[:5]),
        lambda: publish(event=event, by=organiser),
    )
    assert isinstance(results[-1], PolicyVersion)
    assert [response.status_code for response in results[:-1]] == [302] * 5
    assert {state(talk) for talk in talks} <= {"accepted", "confirmed"}
    # From here on the gate asks for the new one.
    confirming(talks[5], organiser)()
    assert state(talks[5]) == "accepted"


def test_asking_and_reminding_runs_at_once_mail_each_person_once():
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    users, __ = make_speakers(event, 8)
    factories.publish_policy(event)
    with scopes_disabled():
        Ask.objects.all().delete()
    mail.outbox.clear()
    at_once(
        run(task_ask, event_id=event.pk),
        run(task_ask, event_id=event.pk),
        run(task_ask_everywhere),
        run(task_remind_all, event_id=event.pk, user_id=organiser.pk),
    )
    assert recipients() == sorted(user.email for user in users)

    mail.outbox.clear()
    configure(event, reminder_days=1)
    with scopes_disabled():
        Ask.objects.update(asked=now() - dt.timedelta(days=3))
    at_once(
        run(task_ask_everywhere),
        run(task_ask_everywhere),
        run(task_remind_all, event_id=event.pk, user_id=organiser.pk),
        run(task_remind_all, event_id=event.pk, user_id=organiser.pk),
    )
    assert recipients() == sorted(user.email for user in users)
    with scopes_disabled():
        assert set(Ask.objects.values_list("reminders", flat=True)) == {1}


@contextmanager
def broken_gate():
    """A table that cannot be read; PostgreSQL ends the transaction with it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pretalx_coc_letthrough RENAME TO coc_moved_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE coc_moved_away RENAME TO pretalx_coc_letthrough"
            )


def test_talk_created_as_confirmed_with_a_gate_that_breaks_is_accepted():
    event = factories.make_event()
    factories.publish_policy(event)
    user = factories.make_user()
    with broken_gate(), transaction.atomic():
        talk = factories.make_talk(event, user, state="confirmed")
    assert state(talk) == "accepted"


def test_gate_that_breaks_stays_shut_with_a_clear_message(client):
    event = factories.make_event()
    factories.publish_policy(event)
    organiser = factories.make_organiser(event)
    (speaker,), (talk,) = make_speakers(event, 1)
    own = f"/{event.slug}/me/submissions/{talk.code}/confirm"
    answers = []
    for user, page in ((organiser, orga(talk, "confirm")), (speaker, own)):
        client.force_login(user)
        with broken_gate():
            response = client.post(page, {"availabilities": '{"availabilities": []}'})
        answers.append(client.get(response.url).content.decode())
    assert ["could not be checked" in answer for answer in answers] == [True, True]
    assert state(talk) == "accepted"


def test_imports_at_once_record_each_acceptance_once():
    event = factories.make_event()
    version = factories.publish_policy(event)
    organiser = factories.make_organiser(event)
    question = make_question(event)
    users, __ = make_speakers(event, 5)
    for user in users:
        answer(question, "True", speaker=factories.profile_of(user, event))
    kwargs = {"event": event, "question": question, "version": version}
    numbers = at_once(*[lambda: import_answers(**kwargs, by=organiser)] * 3)
    assert sorted(numbers) == [0, 0, 5]
    with scopes_disabled():
        assert audit.first_broken_link(event, audit.ACCEPTANCE_CHAIN) is None
