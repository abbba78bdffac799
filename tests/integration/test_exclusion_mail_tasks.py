# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the broker reads of a note that an exclusion held somebody back: numbers."""

import pytest
from celery.signals import task_prerun
from django.core import mail
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import cases
from pretalx_coc.domain.exclusion_notes import note_held, tell_everybody
from pretalx_coc.domain.exclusions import exclude
from pretalx_coc.enums import ExclusionDoor
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(event, speaker):
    """An exclusion with a case, and whose team gets the notes."""
    member, colleague = factories.make_members(event, "Member", "Colleague")
    with scopes_disabled():
        for person in (member, colleague):
            # pretalx sends nothing to example.org, and so nothing can fail.
            person.email = f"{person.name.lower()}@pretalx.test"
            person.save()
    with scope(event=event):
        case = cases.open_case(
            event=event, by=member, subject=cases.subject_of_account(speaker)
        )
        exclusion = exclude(
            event=event, by=member, user_code=speaker.code, case_code=case.code
        )
    return exclusion, case, [member.email, colleague.email]


def test_the_arguments_of_every_task_are_numbers(
    event, held, django_capture_on_commit_callbacks
):
    exclusion, case, team = held
    seen = []

    def note(task_id, task, args, kwargs, **rest):
        seen.append((task.name, args, kwargs))

    task_prerun.connect(note)
    mail.outbox = []
    try:
        with scope(event=event), django_capture_on_commit_callbacks(execute=True):
            note_held(event=event, exclusion=exclusion, door=ExclusionDoor.CFP)
    finally:
        task_prerun.disconnect(note)
    assert [(name, list(args), kwargs) for name, args, kwargs in seen] == [
        ("pretalx_coc.exclusion_held", [], {"event_id": event.pk, "pk": exclusion.pk})
    ]
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(team)
    assert {case.code in sent.subject for sent in mail.outbox} == {True}


def test_a_mail_server_that_is_away_is_tried_again(event, held, settings):
    exclusion, _, team = held
    settings.EMAIL_BACKEND = "tests.nowhere.Backend"
    with scope(event=event), pytest.raises(ConnectionError):
        tell_everybody(event, exclusion.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    with scope(event=event):
        tell_everybody(event, exclusion.pk)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(team)
