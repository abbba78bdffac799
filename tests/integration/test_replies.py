# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""An answer to a mail about a case does not go to the mailbox of the event.

Organisers read that one, and an answer quotes the mail, with its link.
"""

import pytest
from django.core import mail
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import cases, decisions
from pretalx_coc.domain.case_mails import tell_of_new_cases
from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.exclusion_notes import note_held
from pretalx_coc.domain.exclusions import exclude
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import AlsoDone, ExclusionDoor, Measure, TwoPeople
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("contact", ("", "contact@example.org"))
def test_every_mail_about_a_case_is_answered_to_the_contact_or_to_nobody(
    event, organiser, speaker, contact, django_capture_on_commit_callbacks
):
    with scopes_disabled():
        member, colleague = factories.make_members(event, "Member", "Colleague")
        factories.make_talk(event, speaker)
        other = factories.make_user(name="Bea Co")
        shared = factories.make_talk(event, speaker, other)
    with scope(event=event), django_capture_on_commit_callbacks(execute=True):
        contacts = {"contact_email": contact}
        save_contacts(event=event, contacts=contacts, by=organiser)
        change_settings(
            event=event,
            by=organiser,
            outside_email="out@example.org",
            two_people=TwoPeople.ALL,
        )
        subject = cases.subject_of_profile(speaker.get_speaker(event))
        case = cases.open_case(event=event, by=member, subject=subject)
        tell_of_new_cases(event)
        draft = Draft(
            measure=Measure.TAKEN_OFF,
            reason="Part 2.",
            statement="Please do not.",
            statement_language="en",
            talks=(shared.code,),
            also=(AlsoDone.HELD,),
        )
        decisions.propose(case=case, by=member, revision=0, draft=draft, emergency=True)
        held = exclude(event=event, by=member, user_code=speaker.code)
        note_held(event=event, exclusion=held, door=ExclusionDoor.CFP)
    with scope(event=event), django_capture_on_commit_callbacks(execute=True):
        alone = cases.open_case(
            event=event, by=colleague, subject=cases.subject_of_account(member)
        )
        decisions.propose(case=alone, by=colleague, revision=0, draft=draft_for(draft))
    answered = {}
    for sent in mail.outbox:
        answered.setdefault(sent.to[0], set()).update(sent.reply_to)
    # Whose talk has changed may ask the organisers.
    assert answered.pop(other.email) == {f"{event.name} <{event.email}>"}
    # Who chose the team was on it before, and is told that it changed.
    readers = {organiser.email, member.email, colleague.email, speaker.email}
    readers.add("out@example.org")
    assert answered == {address: {contact or address} for address in readers}


def draft_for(draft):
    return Draft(
        measure=Measure.WARNING,
        reason=draft.reason,
        statement=draft.statement,
        statement_language="en",
    )
