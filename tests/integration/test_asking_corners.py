# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asking and reminding where it must not nag, stop, or say what is not true."""

import datetime as dt

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.celery_app import app as celery_app
from pretalx.common.exceptions import SubmissionError
from pretalx.mail.models import QueuedMail
from pretalx.submission.domain.submission import add_speaker, remove_speaker

from pretalx_coc.domain import asking, gate
from pretalx_coc.domain.acceptances import decline
from pretalx_coc.models import Ask
from tests import factories
from tests.integration.test_asking import (
    add_profile_without_account,
    asked_on,
    configure,
    recipients,
    today,
)

pytestmark = pytest.mark.django_db


def remind_url(event, profile, query=""):
    code = getattr(profile, "code", profile)
    return f"/orga/event/{event.slug}/p/coc/acceptance/speaker/{code}/remind/{query}"


def list_url(event, query=""):
    return f"/orga/event/{event.slug}/p/coc/acceptance/{query}"


def shown(response):
    return [str(message) for message in response.context["messages"]]


def over(event):
    event.date_from -= dt.timedelta(days=90)
    event.date_to -= dt.timedelta(days=90)
    event.save()


@pytest.fixture
def asked(event, version, talk, speaker):
    """Somebody who was asked two days ago, with a submitted talk."""
    with scope(event=event):
        asking.ask_newly_outstanding(event)
    asked_on(event, 2)
    mail.outbox.clear()
    return factories.profile_of(speaker, event)


# One speaker


def test_organiser_reminds_one_speaker_and_no_other(login, event, organiser, asked):
    factories.make_talk(event, factories.make_user(name="Bob Else"))
    response = login(organiser).post(remind_url(event, asked), follow=True)
    assert shown(response) == ["Ada Speaker gets a mail."]
    assert recipients() == [asked.user.email]
    assert mail.outbox[0].subject.split("] ")[-1].startswith("Reminder")


def test_one_speaker_who_was_not_asked_yet_is_asked(
    login, event, organiser, version, talk, speaker
):
    profile = factories.profile_of(speaker, event)
    login(organiser).post(remind_url(event, profile))
    assert recipients() == [speaker.email]
    assert "Reminder" not in mail.outbox[0].subject
    with scopes_disabled():
        assert Ask.objects.get().reminders == 0


def test_clicking_twice_reminds_once_and_says_why(login, event, organiser, asked):
    client = login(organiser)
    client.post(remind_url(event, asked))
    response = client.post(remind_url(event, asked), follow=True)
    assert len(mail.outbox) == 1
    assert shown(response)[-1].startswith("Ada Speaker gets no mail")


def test_through_the_outbox_the_organiser_is_told_to_send_it(
    login, event, organiser, asked
):
    configure(event, mail_mode="outbox")
    client = login(organiser)
    response = client.post(remind_url(event, asked), follow=True)
    assert shown(response) == [
        "A mail to Ada Speaker is in the outbox: please send it from there."
    ]
    response = client.post(list_url(event) + "remind/", follow=True)
    assert "go into the outbox" in shown(response)[-1]
    assert mail.outbox == []


def test_who_has_accepted_meanwhile_is_not_reminded(
    login, event, organiser, asked, version
):
    factories.accept(event, asked.user, version)
    login(organiser).post(remind_url(event, asked))
    assert mail.outbox == []


def test_one_without_an_account_gets_no_mail(login, event, organiser, version, talk):
    with scopes_disabled():
        profile = add_profile_without_account(event, talk)
    client = login(organiser)
    response = client.post(remind_url(event, profile), follow=True)
    assert response.status_code == 200
    assert mail.outbox == []
    assert (
        remind_url(event, profile) not in client.get(list_url(event)).content.decode()
    )


def test_reminding_one_leads_back_to_the_list_as_it_was(login, event, organiser, asked):
    client = login(organiser)
    query = "?by=talk&q=Ada"
    content = client.get(list_url(event, query)).content.decode()
    action = remind_url(event, asked, query).replace("&", "&amp;")
    assert f'formaction="{action}"' in content
    assert 'form="coc-remind"' in content
    assert 'id="coc-remind"' in content
    response = client.post(remind_url(event, asked, query))
    assert response.url == list_url(event, query)


def test_reminding_one_is_for_those_who_work_with_proposals(
    client, login, event, organiser, reviewer, asked
):
    assert "/login/" in client.post(remind_url(event, asked)).url
    for user in (reviewer, asked.user):
        assert login(user).post(remind_url(event, asked)).status_code == 404
    assert login(organiser).get(remind_url(event, asked)).status_code == 405
    assert mail.outbox == []


def test_nobody_of_another_event_is_reminded(login, event, organiser, asked):
    other = factories.make_event()
    factories.publish_policy(other)
    user = factories.make_user()
    factories.make_talk(other, user)
    client = login(organiser)
    for code in (factories.profile_of(user, other).code, "NOSUCH"):
        assert client.post(remind_url(event, code)).status_code == 404
    assert mail.outbox == []


def test_nobody_is_reminded_of_an_event_that_is_over(login, event, organiser, asked):
    over(event)
    client = login(organiser)
    client.post(remind_url(event, asked))
    client.post(list_url(event) + "remind/")
    assert mail.outbox == []
    assert remind_url(event, asked) not in client.get(list_url(event)).content.decode()


# Nagging


def test_who_said_no_gets_no_automatic_reminder(in_event, version, asked):
    configure(in_event, reminder_days=1)
    decline(
        event=in_event, user=asked.user, version=version, reason="No", profile=asked
    )
    assert asking.send_due_reminders(in_event, today()) == 0
    # An organiser may still write to them, and a newer version is a new question.
    assert asking.remind(in_event, asked) is True
    factories.publish_policy(in_event, {"en": "# Be kinder"})
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 5, last_reminder=None)
    assert asking.send_due_reminders(in_event, today()) == 1


def test_no_reminder_piles_up_behind_a_mail_that_waits_in_the_outbox(
    in_event, version, talk, speaker
):
    configure(in_event, mail_mode="outbox", reminder_days=1)
    asking.ask_newly_outstanding(in_event)
    for days in (2, 5):
        asked_on(in_event, days)
        assert asking.send_due_reminders(in_event, today()) == 0
        assert asking.remind_all(in_event) == 0
    assert QueuedMail.objects.count() == 1
    # Once it has left, or was thrown away, they are reminded.
    QueuedMail.objects.get().delete()
    assert asking.send_due_reminders(in_event, today()) == 1


def test_mail_that_could_not_be_delivered_does_not_keep_from_reminding(
    in_event, version, talk
):
    configure(in_event, mail_mode="outbox", reminder_days=1)
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 2)
    QueuedMail.objects.get().mark_failed(OSError("mailbox full"))
    assert asking.send_due_reminders(in_event, today()) == 1


def test_another_mail_in_the_outbox_does_not_keep_from_reminding(
    in_event, version, talk, speaker
):
    configure(in_event, mail_mode="outbox", reminder_days=1)
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 2)
    QueuedMail.objects.update(text="Your hotel", text_html=None)
    assert asking.send_due_reminders(in_event, today()) == 1


def test_speaker_taken_off_and_added_again_is_asked_once(
    in_event, version, talk, asked, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        remove_speaker(talk, asked)
        add_speaker(talk, speaker=asked)
    assert mail.outbox == []
    assert Ask.objects.count() == 1


def test_speaker_of_several_talks_gets_one_mail(in_event, version, speaker):
    for state in ("submitted", "accepted", "confirmed", "submitted"):
        factories.make_talk(in_event, speaker, state=state)
    assert asking.ask_newly_outstanding(in_event) == 1
    asked_on(in_event, 2)
    assert asking.remind_all(in_event) == 1
    assert len(mail.outbox) == 2


def test_a_week_without_the_periodic_task_is_one_reminder(in_event, version, asked):
    configure(in_event, reminder_days=2)
    asked_on(in_event, 9)
    for __ in range(3):
        asking.send_due_reminders(in_event, today())
    assert len(mail.outbox) == 1


def test_periodic_task_of_pretalx_reminds_once(event, asked):
    configure(event, reminder_days=1)
    for __ in range(2):
        call_command("runperiodic")
    assert recipients() == [asked.user.email]


# What cannot be sent


@pytest.mark.parametrize("first", ("ask", "remind"))
def test_one_whose_mail_cannot_be_written_keeps_no_other_from_theirs(
    in_event, version, first, caplog
):
    """A mail for an address that the database does not take."""
    users = [factories.make_user(name=f"Person {number}") for number in range(3)]
    for user in users:
        factories.make_talk(in_event, user)
    if first == "remind":
        asking.ask_newly_outstanding(in_event)
        asked_on(in_event, 2)
        mail.outbox.clear()
    broken = users[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER coc_test BEFORE INSERT ON mail_queuedmail_to_users "
            f"WHEN NEW.user_id = {broken.pk} "
            "BEGIN SELECT RAISE(ABORT, 'a secret'); END"
        )
    assert asking.remind_all(in_event) == 2
    assert recipients() == sorted(user.email for user in users[1:])
    assert "a secret" not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER coc_test")
    mail.outbox.clear()
    assert asking.remind_all(in_event) == 1
    assert recipients() == [broken.email]


@pytest.mark.parametrize(
    "name", ("{coc_url}", "{nosuch} {0} {", "%s %(x)s", "Ada\r\nBcc: x@example.org", "")
)
def test_odd_names_are_asked_all_the_same(in_event, version, name):
    user = factories.make_user(name=name)
    factories.make_talk(in_event, user)
    in_event.name = "The {nosuch} event {0}"
    in_event.save()
    assert asking.ask_newly_outstanding(in_event) == 1
    assert recipients() == [user.email]
    assert set(mail.outbox[0].message()) & {"Bcc"} == set()


# What the mail says


SENTENCE = "We cannot confirm your talk before you do."


@pytest.mark.parametrize(
    ("state", "gate_holds", "says"),
    (
        ("submitted", True, True),
        ("accepted", True, True),
        ("confirmed", True, False),
        ("accepted", False, False),
    ),
)
def test_reminder_says_that_a_talk_is_held_where_it_is(
    in_event, speaker, state, gate_holds, says
):
    factories.make_talk(in_event, speaker, state=state)
    factories.publish_policy(in_event)
    configure(in_event, gate_holds=gate_holds)
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 2)
    asking.remind_all(in_event)
    assert (SENTENCE in " ".join(mail.outbox[-1].body.split())) is says


# The gate


def test_refusing_costs_five_queries_for_each_talk(event, organiser, version):
    talks = [
        factories.make_talk(event, factories.make_user(), state="accepted")
        for __ in range(3)
    ]
    with scope(event=event):
        counts = []
        for talk in talks:
            with (
                CaptureQueriesContext(connection) as queries,
                pytest.raises(SubmissionError),
            ):
                gate.refuse_if_held(talk, organiser)
            counts.append(len(queries))
    # Two for exclusions, one for decisions, two for acceptances; the first asks
    # once what the organiser may see.
    assert counts[1:] == [5, 5]


@pytest.fixture
def dead_broker(monkeypatch):
    """A broker that is away: nobody listens there."""
    configured = celery_app.conf.maps[0]
    monkeypatch.setitem(configured, "CELERY_TASK_ALWAYS_EAGER", False)
    monkeypatch.setitem(configured, "CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    # Celery keeps its connections; these tests get some of their own.
    monkeypatch.setattr(celery_app, "_pool", None)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)


def test_without_a_broker_the_organiser_is_told_that_no_mail_was_sent(
    login, event, organiser, asked, dead_broker
):
    url = f"/orga/event/{event.slug}/p/coc/acceptance/remind/"
    response = login(organiser).post(url, follow=True)
    assert shown(response) == [
        "No mail was sent, for the server is busy. Please try again."
    ]
    assert mail.outbox == []
