# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Two at once, on PostgreSQL with real threads.

Run with ``COC_TEST_DATABASE=postgres``; PGHOST, PGPORT, PGUSER and PGPASSWORD say
where the server is (localhost without a password where unset).
"""

import threading

import pytest
from django.db import connection
from django.test import Client
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit, verdicts
from pretalx_coc.domain.errors import StaleError
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.models import Acceptance, Check, Flag, PolicyVersion
from pretalx_coc.tasks import task_check_subject
from tests import factories
from tests.wizard import Wizard, acceptances, proposals

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set COC_TEST_DATABASE=postgres")


def at_once(*functions):
    """Run functions in threads that start together; return what each gave.

    An exception is what that thread gave.
    """
    barrier = threading.Barrier(len(functions))
    results = [None] * len(functions)

    def run(index, function):
        try:
            barrier.wait()
            with scopes_disabled():
                results[index] = function()
        except Exception as error:  # noqa: BLE001 -- handed to the test
            results[index] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=entry) for entry in enumerate(functions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_publishing_while_speakers_accept_leaves_each_with_the_text_they_saw():
    event = factories.make_event()
    factories.publish_policy(event)
    publisher = factories.make_user()
    with scopes_disabled():
        save_draft(event=event, texts={"en": "# Be kinder"}, by=publisher)
    wizards = [
        Wizard(Client(), event, email=f"speaker{number}@example.org")
        for number in range(20)
    ]
    shown = []
    for wizard in wizards:
        wizard.up_to_acceptance()
        shown.append(wizard.shown())
    results = at_once(
        lambda: publish(event=event, by=publisher),
        *(
            lambda wizard=wizard, text=text: wizard.post("coc", shown=text, accept="on")
            for wizard, text in zip(wizards, shown, strict=True)
        ),
    )
    assert isinstance(results[0], PolicyVersion)
    answers = [response.status_code for response in results[1:]]
    assert set(answers) <= {200, 302}
    # 302: submitted with the first version, before the second; 200: the new text.
    assert len(proposals(event)) == answers.count(302)
    stored = acceptances(event)
    assert len(stored) == answers.count(302)
    published = results[0].published
    for acceptance in stored:
        assert acceptance.number == 1
        assert shown[0].endswith(acceptance.sha256)
        assert acceptance.accepted <= published or acceptance.number == 2
    with scopes_disabled():
        assert audit.first_broken_link(event, "acceptance") is None


def test_flag_sent_twice_at_once_is_one_flag():
    event = factories.make_event()
    talk = factories.make_talk(event, factories.make_user())
    reviewer = factories.make_reviewer(event)
    results = at_once(
        *(
            lambda: raise_flag(submission=talk, by=reviewer, reason="other", text="x")
            for __ in range(4)
        )
    )
    assert {type(result) for result in results} == {Flag}
    with scopes_disabled():
        assert Flag.objects.filter(event=event).count() == 1


def test_of_two_verdicts_at_once_one_is_told():
    event = factories.make_event()
    talk = factories.make_talk(event, factories.make_user())
    reviewer = factories.make_reviewer(event)
    member = factories.make_member(event)
    with scopes_disabled():
        flag = raise_flag(submission=talk, by=reviewer, reason="other")
    results = at_once(
        lambda: verdicts.give(item=flag, by=member, verdict="concerns", revision=0),
        lambda: verdicts.give(
            item=flag, by=member, verdict="dismissed", reason="x", revision=0
        ),
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == [Flag.__name__, StaleError.__name__]
    with scopes_disabled():
        assert Flag.objects.get(pk=flag.pk).revision == 1
        assert audit.first_broken_link(event, "concern") is None


def test_entries_written_at_once_make_one_chain():
    event = factories.make_event()
    actor = factories.make_user()

    def save(number):
        return save_draft(event=event, texts={"en": f"Text {number}"}, by=actor)

    at_once(*(lambda number=number: save(number) for number in range(8)))
    with scopes_disabled():
        entries = audit.AuditEntry.objects.filter(event=event, chain="policy")
        positions = list(entries.values_list("position", flat=True))
        assert positions == list(range(1, 9))
        assert audit.first_broken_link(event, "policy") is None


def test_talk_checked_twice_at_once_has_its_findings_once():
    event = factories.make_event()
    bad = "Before the demo we show hot naked girls on every slide."
    with scopes_disabled():
        talk = factories.make_talk(event, factories.make_user(), abstract=bad)
        Check.objects.filter(event=event).delete()
    at_once(
        *(
            lambda: task_check_subject(event_id=event.pk, kind="talk", pk=talk.pk)
            for __ in range(4)
        )
    )
    with scopes_disabled():
        current = Check.objects.filter(event=event, is_current=True)
        materials = sorted(current.values_list("material", flat=True))
        assert materials == ["abstract", "title"]
        assert Check.objects.filter(event=event).count() == 2


def test_deletions_in_pretalx_reach_no_evidence():
    from pretalx.event.domain.event import shred_event  # noqa: PLC0415
    from pretalx.person.domain.user import shred_user  # noqa: PLC0415

    event = factories.make_event()
    version = factories.publish_policy(event)
    user = factories.make_user()
    talk = factories.make_talk(event, user)
    factories.accept(event, user, version, submission=talk)
    with scopes_disabled():
        talk.delete()
        shred_user(user)
        assert Acceptance.objects.filter(event=event).count() == 1
        shred_event(event)
        assert not Acceptance.objects.exists()
