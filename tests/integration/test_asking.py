# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asking speakers to accept, reminding them, and the placeholders in mails."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.plugins import disable_plugin, enable_plugin
from pretalx.mail.domain.placeholders import get_available_placeholders
from pretalx.mail.domain.render import render_template_to_mail
from pretalx.mail.enums import QueuedMailStates
from pretalx.mail.models import QueuedMail
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole

from pretalx_coc.domain import asking
from pretalx_coc.domain.links import user_of_token
from pretalx_coc.interfaces.placeholders import all_placeholders
from pretalx_coc.models import Ask, CocSettings
from pretalx_coc.tasks import task_ask, task_ask_everywhere, task_remind_all
from tests import factories

pytestmark = pytest.mark.django_db


@scopes_disabled()
def configure(event, **values):
    CocSettings.objects.update_or_create(event=event, defaults=values)


def recipients():
    return sorted(address for sent in mail.outbox for address in sent.to)


@scopes_disabled()
def asked_on(event, days_ago, **values):
    Ask.objects.filter(event=event).update(
        asked=now() - dt.timedelta(days=days_ago), **values
    )


def add_profile_without_account(event, talk, name="No Account"):
    profile = SpeakerProfile.objects.create(event=event, name=name)
    SpeakerRole.objects.create(submission=talk, speaker=profile)
    return profile


def today():
    return now().date()


def test_everyone_outstanding_is_asked_once(in_event, version, talk, speaker):
    other = factories.make_user()
    accepted = factories.make_user()
    factories.make_talk(in_event, other, state="accepted")
    factories.make_talk(in_event, accepted)
    factories.accept(in_event, accepted, version)

    assert asking.ask_newly_outstanding(in_event) == 2
    assert asking.ask_newly_outstanding(in_event) == 0
    assert recipients() == sorted([speaker.email, other.email])
    assert Ask.objects.count() == 2


def test_mail_carries_the_personal_link(in_event, version, talk, speaker):
    asking.ask_newly_outstanding(in_event)
    (sent,) = mail.outbox
    token = re.search(r"/code-of-conduct/me/([^/\s]+)/", sent.body).group(1)

    assert user_of_token(in_event, token) == speaker
    assert speaker.name in sent.body
    assert "Please accept the code of conduct" in sent.subject


def test_link_leads_to_the_events_own_domain(in_event, version, talk):
    in_event.custom_domain = "https://conf.example.org"
    in_event.save()
    asking.ask_newly_outstanding(in_event)

    assert f"https://conf.example.org/{in_event.slug}/" in mail.outbox[0].body


def test_link_in_the_mail_opens_and_accepts(client, event, version, talk, speaker):
    with scope(event=event):
        asking.ask_newly_outstanding(event)
    url = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)

    assert client.get(url).status_code == 200


def test_mail_is_in_the_language_of_its_reader(in_event, version):
    for name, locale in (("Ada", "de"), ("Grace", "en"), ("Other", "fr")):
        user = factories.make_user(name=name, locale=locale)
        factories.make_talk(in_event, user)
    asking.ask_newly_outstanding(in_event)
    locales = {m.to_users.get().name: m.locale for m in QueuedMail.objects.all()}

    assert locales == {"Ada": "de", "Grace": "en", "Other": in_event.locale}


def test_a_name_cannot_put_a_link_into_the_mail(in_event, version):
    user = factories.make_user(name="[Win](https://evil.example) <b>x</b>")
    factories.make_talk(in_event, user)
    asking.ask_newly_outstanding(in_event)
    html = mail.outbox[0].alternatives[0][0]

    assert 'href="https://evil.example' not in html
    assert "<b>x</b>" not in html


def test_through_the_outbox_nothing_is_sent(in_event, version, talk, speaker):
    configure(in_event, mail_mode="outbox")

    assert asking.ask_newly_outstanding(in_event) == 1
    assert mail.outbox == []
    draft = QueuedMail.objects.get()
    assert draft.state == QueuedMailStates.DRAFT
    assert list(draft.to_users.all()) == [speaker]


def test_two_at_once_ask_once(in_event, version, talk, monkeypatch):
    """The other run asks between our looking and our writing."""
    ask = asking._ask

    def slower(event, profile, number, mode):
        Ask.objects.create(
            event=event, profile_code=profile.code, number=number, asked=now()
        )
        return ask(event, profile, number, mode)

    monkeypatch.setattr(asking, "_ask", slower)

    assert asking.ask_newly_outstanding(in_event) == 0
    assert mail.outbox == []


def test_a_mail_that_cannot_be_written_leaves_the_person_to_be_asked(
    in_event, version, talk, monkeypatch
):
    def broken(**kwargs):
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr(asking, "draft_ask", broken)
        assert asking.ask_newly_outstanding(in_event) == 0

    assert not Ask.objects.exists()
    assert asking.ask_newly_outstanding(in_event) == 1


def test_nobody_is_asked_without_a_version_or_an_account(in_event, talk, speaker):
    assert asking.ask_newly_outstanding(in_event) == 0
    version = factories.publish_policy(in_event)
    factories.accept(in_event, speaker, version)
    add_profile_without_account(in_event, talk)

    assert asking.ask_newly_outstanding(in_event) == 0
    assert mail.outbox == []


@pytest.mark.parametrize("state", ("rejected", "withdrawn", "canceled", "draft"))
def test_nobody_is_asked_for_a_talk_that_is_not_alive(in_event, version, state):
    factories.make_talk(in_event, factories.make_user(), state=state)

    assert asking.ask_newly_outstanding(in_event) == 0


def test_deactivated_accounts_are_not_asked(in_event, version, talk, speaker):
    speaker.is_active = False
    speaker.save()

    assert asking.ask_newly_outstanding(in_event) == 0


def test_nobody_is_asked_once_the_event_is_over(in_event, version, talk):
    in_event.date_from = in_event.date_to = today() - dt.timedelta(days=2)

    assert asking.ask_newly_outstanding(in_event) == 0


def test_next_version_for_everyone_asks_again(in_event, version, talk):
    asking.ask_newly_outstanding(in_event)
    factories.publish_policy(in_event, {"en": "Be kinder."})

    assert asking.ask_newly_outstanding(in_event) == 1
    assert Ask.objects.count() == 2


def test_whoever_accepted_an_earlier_version_reads_that_there_is_a_new_one(
    in_event, version, talk, speaker
):
    accepted = factories.make_user()
    factories.make_talk(in_event, accepted)
    factories.accept(in_event, accepted, version)
    factories.publish_policy(in_event, {"en": "Be kinder."})
    asking.ask_newly_outstanding(in_event)
    sent = {each.to[0]: each for each in mail.outbox}

    assert "accept the new code of conduct" in sent[accepted.email].subject
    assert "there is a new version" in sent[accepted.email].body
    assert "accept the code of conduct" in sent[speaker.email].subject
    assert "new version" not in sent[speaker.email].body


def test_reminding_leaves_out_whoever_got_a_mail_in_the_last_hour(
    in_event, version, talk, organiser
):
    asking.ask_newly_outstanding(in_event)

    assert asking.remind_all(in_event, by=organiser) == 0
    asked_on(in_event, 1)
    assert asking.remind_all(in_event, by=organiser) == 1
    assert asking.remind_all(in_event, by=organiser) == 0
    ask = Ask.objects.get()
    assert ask.reminders == 1
    assert ask.last_reminder
    assert mail.outbox[-1].subject.startswith("Reminder")


def test_remind_all_asks_whoever_was_not_asked(in_event, version, talk, speaker):
    assert asking.remind_all(in_event) == 1
    assert "Reminder" not in mail.outbox[0].subject


def test_reminding_some_reminds_no_others(in_event, version, talk, speaker):
    other = factories.make_user()
    factories.make_talk(in_event, other)
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 1)
    mail.outbox.clear()

    assert asking.remind(in_event, other.get_speaker(in_event)) is True
    assert recipients() == [other.email]


def test_whoever_has_accepted_is_not_reminded(in_event, version, talk, speaker):
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 9)
    factories.accept(in_event, speaker, version)

    assert asking.remind_all(in_event) == 0


def test_two_at_once_remind_once(in_event, version, talk):
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 1)
    asks = list(Ask.objects.all())
    profiles = SpeakerProfile.objects.all()

    assert asking._remind_asked(in_event, asks, profiles) == 1
    assert asking._remind_asked(in_event, asks, profiles) == 0


def test_automatic_reminders_are_off_by_default(in_event, version, talk):
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 100)

    assert asking.send_due_reminders(in_event, today()) == 0


@pytest.mark.parametrize(("days_ago", "reminded"), ((2, 0), (3, 1), (9, 1)))
def test_automatic_reminders_come_every_n_days(
    in_event, version, talk, days_ago, reminded
):
    configure(in_event, reminder_days=3)
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, days_ago)

    assert asking.send_due_reminders(in_event, today()) == reminded
    assert asking.send_due_reminders(in_event, today()) == 0


def test_automatic_reminders_come_at_most_m_times(in_event, version, talk):
    configure(in_event, reminder_days=1, reminder_max=2)
    asking.ask_newly_outstanding(in_event)
    for sent in (1, 1, 0):
        asked_on(in_event, 2)
        Ask.objects.filter(last_reminder__isnull=False).update(
            last_reminder=now() - dt.timedelta(days=2)
        )
        assert asking.send_due_reminders(in_event, today()) == sent


@pytest.mark.parametrize(("days", "sent"), ((-1, 0), (0, 1), (1, 1)))
def test_automatic_reminders_stop_after_a_date(in_event, version, talk, days, sent):
    until = today() + dt.timedelta(days=days)
    configure(in_event, reminder_days=1, reminder_until=until)
    asking.ask_newly_outstanding(in_event)
    asked_on(in_event, 5)

    assert asking.send_due_reminders(in_event, today()) == sent


def test_publishing_asks_everyone(
    event, talk, speaker, organiser, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        factories.publish_policy(event, by=organiser)

    assert recipients() == [speaker.email]


def test_new_speaker_is_asked(
    event, version, talk, speaker, django_capture_on_commit_callbacks
):
    other = factories.make_user()
    with django_capture_on_commit_callbacks(execute=True), scope(event=event):
        talk.speakers.add(other.get_speaker(event))

    assert other.email in recipients()


def test_sweep_finds_an_event_whose_plugin_was_switched_on_later(
    event, version, talk, speaker
):
    disable_plugin(event, "pretalx_coc")
    event.save()
    task_ask_everywhere()
    task_ask(event_id=event.pk)
    assert mail.outbox == []
    enable_plugin(event, "pretalx_coc")
    event.save()
    task_ask_everywhere()

    assert recipients() == [speaker.email]


def test_sweep_reminds(event, version, talk):
    configure(event, reminder_days=1)
    task_ask_everywhere()
    asked_on(event, 5)
    task_ask_everywhere()

    assert len(mail.outbox) == 2


def test_fault_in_one_event_keeps_no_other_from_being_asked(
    event, version, talk, speaker, monkeypatch, caplog
):
    other = factories.make_event()
    factories.publish_policy(other)
    asked = []

    def ask(asked_event):
        asked.append(asked_event)
        if asked_event == event:
            raise ValueError("a secret")
        return 0

    monkeypatch.setattr(asking, "ask_newly_outstanding", ask)
    task_ask_everywhere()

    assert set(asked) == {event, other}
    assert "ValueError" in caplog.text
    assert "a secret" not in caplog.text


@pytest.mark.parametrize("task", (task_ask, task_remind_all))
def test_tasks_take_ids_of_what_is_gone(db, task):
    kwargs = {"user_id": 0} if task is task_remind_all else {}
    task.apply(kwargs={"event_id": 0, **kwargs})

    assert mail.outbox == []


def selects(function, *args):
    with CaptureQueriesContext(connection) as captured:
        function(*args)
    return [q["sql"] for q in captured if q["sql"].startswith("SELECT")]


@pytest.mark.parametrize("function", (asking.ask_newly_outstanding, asking.remind_all))
def test_runs_read_as_much_for_three_as_for_one(function):
    """Apart from what pretalx reads to write and send each single mail."""
    counts = []
    for number in (1, 3):
        event = factories.make_event()
        factories.publish_policy(event)
        configure(event, mail_mode="outbox")
        for __ in range(number):
            factories.make_talk(event, factories.make_user())
        with scope(event=event):
            if function is asking.remind_all:
                asking.ask_newly_outstanding(event)
                asked_on(event, 2)
            found = selects(function, event)
        own = [sql for sql in found if "mail_queuedmail" not in sql]
        counts.append(len(own))

    assert counts[0] == counts[1]


def test_placeholders_are_in_every_template_with_a_user(in_event, version):
    with_user = get_available_placeholders(in_event, ["event", "user"])
    without = get_available_placeholders(in_event, ["event"])

    assert "code_of_conduct_accept_url" in with_user
    assert "code_of_conduct_url" in with_user
    assert "code_of_conduct_url" in without
    assert "code_of_conduct_accept_url" not in without


def rendered(event, user, text):
    template = event.mail_templates.first()
    template.subject, template.text = "Hello", text
    template.save()
    return render_template_to_mail(
        template, context_kwargs={"user": user, "submission": None}
    ).text


def test_readme_names_the_placeholders():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    names = {placeholder.identifier for placeholder in all_placeholders()}
    assert {name for name in names if f"`{{{name}}}`" in readme} == names


def test_placeholders_in_a_template_lead_to_the_pages(in_event, version, talk, speaker):
    text = "{code_of_conduct_url} {code_of_conduct_accept_url}"
    policy, own = rendered(in_event, speaker, text).split()

    assert policy == f"http://testserver/{in_event.slug}/code-of-conduct/"
    token = own.rstrip("/").rsplit("/", 1)[-1]
    assert user_of_token(in_event, token) == speaker


def test_broken_link_does_not_keep_pretalx_from_its_mail(
    in_event, version, talk, speaker, monkeypatch
):
    def broken(event, user):
        raise ValueError

    monkeypatch.setattr("pretalx_coc.interfaces.placeholders.acceptance_url", broken)

    assert rendered(in_event, speaker, "x {code_of_conduct_accept_url}").endswith(
        "/code-of-conduct/me/"
    )


def test_placeholders_are_gone_where_the_plugin_is_off(in_event):
    disable_plugin(in_event, "pretalx_coc")
    in_event.save()

    assert "code_of_conduct_url" not in get_available_placeholders(
        in_event, ["event", "user"]
    )
