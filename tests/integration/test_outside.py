# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The outside contact's one-time links."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx.common.models.log import ActivityLog
from pretalx.mail.models import QueuedMail
from pretalx.submission.domain.submission import add_speaker

from pretalx_coc.domain import case_members, cases, decisions, outside
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.outside_answers import (
    advise,
    answer_decision,
    ask,
    ask_where_nobody_is_left,
)
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import CaseRole, DecisionState, EntryKind, Measure, TwoPeople
from pretalx_coc.models import CaseEntry, CasePerson, Decision, OutsideLink
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

OUTSIDE = "Wise@Outside.example"


@pytest.fixture
def case(in_event, organiser, member, talk):
    """A case of a team of one, where two are needed, with an outside contact."""
    change_settings(
        event=in_event,
        by=organiser,
        two_people=TwoPeople.ALL,
        outside_name="Wise Person",
        outside_email=OUTSIDE,
    )
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=in_event, by=member, subject=subject)


@pytest.fixture
def propose(case, member, django_capture_on_commit_callbacks):
    def propose(**kwargs):
        draft = Draft(
            measure=Measure.WARNING,
            reason="Part 2.",
            statement="Leave out the picture.",
            statement_language="en",
        )
        with django_capture_on_commit_callbacks(execute=True):
            return decisions.propose(
                case=case, by=member, revision=case.revision, draft=draft, **kwargs
            )

    return propose


def secret_of(message) -> str:
    return re.search(r"/code-of-conduct/outside/([\w-]+)/", message.body)[1]


def test_where_nobody_else_can_the_outside_contact_gets_a_link(event, case, propose):
    decision = propose()
    assert decision.state == DecisionState.PROPOSED
    (sent,) = mail.outbox
    assert sent.to == [OUTSIDE]
    link = outside.link_of(event, secret_of(sent))
    assert (link.decision, link.purpose) == (decision, outside.APPROVE)
    assert outside.waits_for_outside(case, outside.APPROVE, decision)


def test_the_mail_holds_code_and_link_and_nothing_of_the_case(case, propose):
    propose()
    (sent,) = mail.outbox
    said = f"{sent.subject} {sent.body}"
    assert (case.code in said, case.code_name in said) == (True, True)
    words = ("Ada", "Speaker", "warning", "Part 2", "picture")
    assert [word for word in words if word in said] == []
    assert not QueuedMail.objects.exists()
    assert not ActivityLog.objects.filter(action_type__contains="coc").exists()


def test_the_link_opens_a_page_that_names_nobody(case, propose, client):
    propose()
    address = re.search(r"https?://\S+/outside/\S+/", mail.outbox[0].body)[0]
    response = client.get(address)
    assert response.status_code == 200
    said = response.content.decode()
    assert case.code_name in said
    assert "Ada" not in said


def test_of_the_secret_only_a_digest_is_kept(propose):
    propose()
    secret = secret_of(mail.outbox[0])
    (row,) = OutsideLink.objects.values()
    assert secret not in repr(row)
    assert row["digest"] == outside.digest_of(secret)


def test_they_approve_once_and_the_decision_holds(event, propose):
    propose()
    secret = secret_of(mail.outbox[0])
    assert answer_decision(event=event, secret=secret, agreed=True) == []
    decision = Decision.objects.get()
    assert (decision.state, decision.approved_outside, decision.approved_by) == (
        DecisionState.IN_FORCE,
        True,
        "",
    )
    with pytest.raises(outside.OutsideLinkError):
        answer_decision(event=event, secret=secret, agreed=True)


def test_they_do_not_approve_and_say_why(event, propose):
    propose()
    secret = secret_of(mail.outbox[0])
    with pytest.raises(CocError):
        answer_decision(event=event, secret=secret, agreed=False)
    # What was refused used nothing up.
    answer_decision(event=event, secret=secret, agreed=False, text="Too much.")
    assert Decision.objects.get().state == DecisionState.REFUSED
    assert CaseEntry.objects.last().text == "Too much."


def test_in_an_emergency_they_take_the_second_look(event, propose):
    assert propose(emergency=True).state == DecisionState.IN_FORCE
    secret = secret_of(mail.outbox[0])
    answer_decision(event=event, secret=secret, agreed=False, text="Too much.")
    assert Decision.objects.get().state == DecisionState.LIFTED


@pytest.mark.parametrize("secret", ("", "x", "a" * 43))
def test_a_made_up_secret_opens_nothing(event, propose, secret):
    propose()
    with pytest.raises(outside.OutsideLinkError):
        outside.link_of(event, secret)


def test_a_link_expires_after_fourteen_days(event, propose):
    propose()
    secret = secret_of(mail.outbox[0])
    left = OutsideLink.objects.get().expires - now()
    assert dt.timedelta(days=13) < left <= dt.timedelta(days=14)
    OutsideLink.objects.update(expires=now())
    with pytest.raises(outside.OutsideLinkError):
        answer_decision(event=event, secret=secret, agreed=True)
    assert Decision.objects.get().state == DecisionState.PROPOSED


def test_a_link_of_another_event_opens_nothing(propose):
    propose()
    other = factories.make_event()
    with pytest.raises(outside.OutsideLinkError):
        outside.link_of(other, secret_of(mail.outbox[0]))


def test_asked_again_the_earlier_link_is_void(
    event, case, member, propose, django_capture_on_commit_callbacks
):
    decision = propose()
    with django_capture_on_commit_callbacks(execute=True):
        ask(case=case, by=member, purpose=outside.APPROVE, decision=decision)
    first, second = (secret_of(sent) for sent in mail.outbox)
    with pytest.raises(outside.OutsideLinkError):
        outside.link_of(event, first)
    assert outside.link_of(event, second).decision == decision


def test_they_give_advice_that_is_noted_on_the_case(
    event, case, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ask(case=case, by=None, purpose=outside.ADVISE)
    secret = secret_of(mail.outbox[0])
    with pytest.raises(CocError):
        answer_decision(event=event, secret=secret, agreed=True)
    advise(event=event, secret=secret, text="Talk to both of them.")
    kinds = CaseEntry.objects.filter(case_code=case.code)
    assert list(kinds.values_list("kind", "text"))[1:] == [
        (EntryKind.OUTSIDE_ASKED, ""),
        (EntryKind.NOTE, "Talk to both of them."),
    ]


def test_a_link_for_a_decision_is_not_for_advice(event, propose):
    propose()
    with pytest.raises(CocError):
        advise(event=event, secret=secret_of(mail.outbox[0]), text="Hello.")


def test_without_an_outside_contact_nobody_is_asked(event, case, organiser, member):
    change_settings(event=event, by=organiser, outside_email="")
    with pytest.raises(CocError):
        ask(case=case, by=member, purpose=outside.ADVISE)
    assert not OutsideLink.objects.exists()


def test_an_outside_contact_who_is_the_subject_is_not_asked(
    event, case, organiser, speaker, member
):
    change_settings(event=event, by=organiser, outside_email=speaker.email.upper())
    with pytest.raises(CocError):
        ask(case=case, by=member, purpose=outside.ADVISE)


def test_an_outside_contact_who_was_affected_is_not_asked(event, case, member):
    CasePerson.objects.create(
        event=event,
        case=case,
        role=CaseRole.AFFECTED,
        name="Wise",
        contact=f"mail: {OUTSIDE.lower()}, or by telephone",
    )
    with pytest.raises(CocError):
        ask(case=case, by=member, purpose=outside.ADVISE)


def test_who_proposed_is_alone_later_and_the_outside_contact_is_asked_once(
    event, case, member, propose, django_capture_on_commit_callbacks
):
    colleague = factories.make_member(event)
    teams = [team for user in (member, colleague) for team in user.teams.all()]
    factories.choose_teams(event=event, teams=teams, by=member)
    case_members.let_in(case=case, by=member, user=colleague)
    decision = propose()
    ask_where_nobody_is_left(event)
    assert not OutsideLink.objects.exists()
    case_members.step_back(case=case, by=colleague)
    with django_capture_on_commit_callbacks(execute=True):
        ask_where_nobody_is_left(event)
        ask_where_nobody_is_left(event)
    assert OutsideLink.objects.get().decision == decision
    assert [sent.to for sent in mail.outbox][-1] == [OUTSIDE]


def test_a_link_to_an_outside_contact_who_was_replaced_is_void(
    event, organiser, case, propose
):
    """Who is not asked any more has the mail with the link, and reads nothing."""
    decision = propose()
    secret = secret_of(mail.outbox[0])
    assert outside.link_of(event, secret).decision == decision
    change_settings(event=event, by=organiser, outside_email="next@outside.example")
    with pytest.raises(outside.OutsideLinkError):
        outside.link_of(event, secret)
    with pytest.raises(outside.OutsideLinkError):
        answer_decision(event=event, secret=secret, agreed=True)
    # The next one is asked instead.
    ask_where_nobody_is_left(event)
    assert outside.waits_for_outside(case, outside.APPROVE, decision)


def test_another_name_of_the_outside_contact_voids_nothing(event, organiser, propose):
    propose()
    change_settings(event=event, by=organiser, outside_name="Wiser Person")
    assert outside.link_of(event, secret_of(mail.outbox[0]))


@pytest.mark.parametrize("who", ("affected", "on the team", "speaks with the subject"))
def test_a_link_is_void_once_they_are_no_longer_outside(
    event, member, talk, case, propose, who, client
):
    propose()
    secret = secret_of(mail.outbox[0])
    url = f"/{event.slug}/code-of-conduct/outside/{secret}/"
    assert client.get(url).status_code == 200
    user = factories.make_user(name="Wise Person", email=OUTSIDE)
    if who == "affected":
        CasePerson.objects.create(
            event=event, case=case, role=CaseRole.AFFECTED, user_code=user.code
        )
    elif who == "on the team":
        member.teams.get().members.add(user)
    else:
        with scopes_disabled():
            add_speaker(talk, user=user)
    assert client.get(url).status_code == 410
    with pytest.raises(outside.OutsideLinkError):
        answer_decision(event=event, secret=secret, agreed=True)
    with pytest.raises(CocError):
        ask(case=case, by=member, purpose=outside.ADVISE)
