# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Lifting a decision takes as many people as making it."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx_coc.domain import case_members, cases, decisions, lifting, outside
from pretalx_coc.domain.case_log import CaseChangedError, chain_of
from pretalx_coc.domain.case_mails import overdue
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.exclusions import is_excluded
from pretalx_coc.domain.outside_answers import answer_decision, ask_where_nobody_is_left
from pretalx_coc.domain.queries.liftings import lifting_of
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.domain.verify import verify
from pretalx_coc.enums import DecisionState, EntryKind, Measure
from pretalx_coc.models import AuditEntry, Case, CaseEntry, OutsideLink
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

WHY = "It was another person."


@pytest.fixture
def team(event):
    return factories.make_members(event, "First", "Second")


@pytest.fixture
def case(event, team, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    case = cases.open_case(event=event, by=team[0], subject=subject)
    case_members.declare(case=case, by=team[1], conflict=False)
    return case


def propose(case, by, measure=Measure.EXCLUDED_EVENT, **kwargs):
    draft = Draft(
        measure=measure,
        reason="Part 3.",
        statement="Please stay away.",
        statement_language="en",
    )
    return decisions.propose(
        case=case, by=by, revision=case.revision, draft=draft, **kwargs
    )


@pytest.fixture
def excluded(case, team):
    """An exclusion that two people decided."""
    decision = propose(case, team[0])
    return decisions.approve(
        decision=decision, by=team[1], revision=decision.case.revision
    )


def url_of(decision, what="lift"):
    case = decision.case
    return f"{case.get_absolute_url()}decision/{decision.code}/{what}/"


def is_in_force(decision):
    decision.refresh_from_db()
    return decision.state == DecisionState.IN_FORCE


def test_one_alone_does_not_lift_what_two_decided(event, excluded, team, speaker):
    assert lifting.lift(decision=excluded, by=team[0], text=WHY) == []
    assert is_in_force(excluded)
    with pytest.raises(CocError, match="Somebody else has to agree"):
        lifting.lift(decision=excluded, by=team[0], text=WHY)
    assert is_in_force(excluded)
    assert is_excluded(event, user=speaker)


@pytest.mark.parametrize("first", (0, 1))
def test_the_second_lifts_it_with_the_first_one_s_reason(
    event, excluded, team, speaker, first
):
    lifting.lift(decision=excluded, by=team[first], text=WHY)
    assert lifting.lift(decision=excluded, by=team[1 - first], text="Yes.") == []
    assert not is_in_force(excluded)
    assert excluded.lifted_reason == WHY
    assert is_excluded(event, user=speaker) is None
    entries = CaseEntry.objects.filter(case_code=excluded.case.code)
    steps = entries.filter(data__lifting=True)
    assert [(one.kind, one.author_code, one.text) for one in steps] == [
        (EntryKind.PROPOSED, team[first].code, WHY),
        (EntryKind.APPROVED, team[1 - first].code, "Yes."),
    ]
    assert [result.rule for result in verify(event) if result.breaches] == []


def test_only_the_others_are_asked_and_without_any_content(
    event, excluded, team, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        lifting.lift(decision=excluded, by=team[1], text=WHY)
    sent = [one for one in mail.outbox if "have a look" in one.body]
    assert [one.to for one in sent] == [[team[0].email]]
    assert WHY not in str(sent[0].message())
    assert excluded.case.code in sent[0].body


def test_who_does_not_agree_keeps_it_in_force(excluded, team):
    lifting.lift(decision=excluded, by=team[0], text=WHY)
    revision = excluded.case.revision
    with pytest.raises(CocError, match=r"Please say why\."):
        lifting.keep(decision=excluded, by=team[1], text=" ", revision=revision)
    lifting.keep(decision=excluded, by=team[1], text="No.", revision=revision)
    assert is_in_force(excluded)
    assert lifting_of(excluded) is None
    with pytest.raises(CocError, match="Nobody asks"):
        lifting.keep(
            decision=excluded, by=team[1], text="No.", revision=excluded.case.revision
        )
    # It can be asked for again, and again one is not enough.
    lifting.lift(decision=excluded, by=team[1], text=WHY)
    assert is_in_force(excluded)


def test_of_two_who_ask_at_once_the_second_is_told_and_has_not_agreed(excluded, team):
    revision = excluded.case.revision
    lifting.lift(decision=excluded, by=team[0], text=WHY, revision=revision)
    with pytest.raises(CaseChangedError):
        lifting.lift(decision=excluded, by=team[1], text=WHY, revision=revision)
    assert is_in_force(excluded)


@pytest.mark.parametrize("stays", (True, False))
def test_what_nobody_answers_is_overdue_after_a_day(event, excluded, team, stays):
    lifting.lift(decision=excluded, by=team[0], text=WHY)
    late = now() + dt.timedelta(hours=25)
    assert Case.objects.filter(overdue(late)).count() == 1
    if stays:
        revision = excluded.case.revision
        lifting.keep(decision=excluded, by=team[1], text="No.", revision=revision)
    else:
        lifting.lift(decision=excluded, by=team[1], text="Yes.")
    assert not Case.objects.filter(overdue(late)).exists()


def test_what_one_decided_one_lifts(case, team):
    decision = propose(case, team[0], Measure.WARNING)
    lifting.lift(decision=decision, by=team[0], text=WHY)
    assert not is_in_force(decision)


def test_that_settings_ask_for_one_by_now_does_not_make_it_easier(
    event, organiser, excluded, team
):
    change_settings(event=event, by=organiser, two_people="none")
    lifting.lift(decision=excluded, by=team[0], text=WHY)
    assert is_in_force(excluded)


def test_what_one_did_in_an_emergency_the_other_lifts_and_not_they_themselves(
    case, team
):
    decision = propose(case, team[0], emergency=True)
    lifting.lift(decision=decision, by=team[0], text=WHY)
    assert is_in_force(decision)
    lifting.keep(
        decision=decision, by=team[0], text="No.", revision=decision.case.revision
    )
    lifting.lift(decision=decision, by=team[1], text="They are harmless.")
    assert not is_in_force(decision)


def test_a_case_is_not_closed_while_something_waits_for_a_second_person(
    event, case, team, organiser
):
    words = "A decision waits for a second person."
    waiting = propose(case, team[0])
    assert words in cases.missing_for_closing(waiting.case)
    revision = waiting.case.revision
    decisions.refuse(decision=waiting, by=team[1], revision=revision, text="No.")
    assert words not in cases.missing_for_closing(waiting.case)
    at_once = propose(waiting.case, team[0], emergency=True)
    assert words in cases.missing_for_closing(at_once.case)
    decisions.second_look(
        decision=at_once, by=team[1], revision=at_once.case.revision, agreed=True
    )
    assert words not in cases.missing_for_closing(at_once.case)
    lifting.lift(decision=at_once, by=team[0], text=WHY)
    assert words in cases.missing_for_closing(at_once.case)


# Alone, or with the outside contact


@pytest.fixture
def alone(event, member, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    case = cases.open_case(event=event, by=member, subject=subject)
    return propose(case, member, alone_because="There is nobody else.")


def secret_of(mails):
    [sent] = [one for one in mails if "outside/" in one.body]
    return re.search(r"/outside/([^/\s]+)/", sent.body)[1]


@pytest.mark.parametrize("stays", (True, False))
def test_where_nobody_else_can_the_outside_contact_agrees(
    event, organiser, alone, member, stays, client, django_capture_on_commit_callbacks
):
    change_settings(event=event, by=organiser, outside_email="out@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        lifting.lift(decision=alone, by=member, text=WHY)
    assert is_in_force(alone)
    secret = secret_of(mail.outbox)
    url = f"/{event.slug}/code-of-conduct/outside/{secret}/"
    with scopes_disabled():
        assert WHY in client.get(url).content.decode()
        choice = {"choice": "yes" if stays else "no", "text": "I have read it."}
        assert client.post(url, choice).status_code == 200
    assert is_in_force(alone) == stays
    assert lifting_of(alone) is None
    with pytest.raises(outside.OutsideLinkError):
        answer_decision(event=event, secret=secret, agreed=False, text="Again.")


def test_who_asked_is_alone_later_and_the_outside_contact_is_asked_once(
    event, organiser, excluded, team
):
    lifting.lift(decision=excluded, by=team[0], text=WHY)
    change_settings(event=event, by=organiser, outside_email="out@example.org")
    ask_where_nobody_is_left(event)
    assert not OutsideLink.objects.exists()
    case_members.step_back(case=excluded.case, by=team[1])
    for __ in range(2):
        ask_where_nobody_is_left(event)
        assert OutsideLink.objects.filter(decision=excluded).count() == 1


def test_without_an_outside_contact_who_is_alone_lifts_it_and_the_log_says_so(
    alone, member
):
    lifting.lift(decision=alone, by=member, text=WHY)
    assert not is_in_force(alone)
    steps = [
        entry.data["step"]
        for entry in AuditEntry.objects.filter(
            chain=chain_of(alone.case), action="case.decision"
        )
    ]
    assert steps == ["proposed", "in_force", "lifted_alone", "lifted"]


# On the pages


def test_the_pages_lead_through_it(event, excluded, team, login):
    with scopes_disabled():
        client = login(team[0])
        revision = excluded.case.revision
        data = {"text": WHY, "revision": revision}
        response = client.post(url_of(excluded), data, follow=True)
        page = response.content.decode()
        assert "Somebody else has to agree before it is lifted." in page
        assert "Agree to lift" not in page
        assert "Do not lift" in page
        assert client.get(url_of(excluded)).status_code == 302
        again = client.post(url_of(excluded), data | {"revision": revision + 1})
        assert "Somebody else has to agree" in again.content.decode()
        client = login(team[1])
        page = client.get(excluded.case.get_absolute_url()).content.decode()
        assert "Agree to lift" in page
        assert WHY in page
        assert WHY in client.get(url_of(excluded)).content.decode()
        assert is_in_force(excluded)
        response = client.post(
            url_of(excluded), {"revision": revision + 1}, follow=True
        )
        assert "The decision is lifted." in response.content.decode()
    assert not is_in_force(excluded)


def test_a_lifting_is_taken_back_on_its_page(event, excluded, team, login):
    lifting.lift(decision=excluded, by=team[0], text=WHY)
    data = {"text": "I was wrong.", "revision": excluded.case.revision}
    with scopes_disabled():
        response = login(team[0]).post(url_of(excluded, "refuse"), data, follow=True)
    assert "The decision stays in force." in response.content.decode()
    assert is_in_force(excluded)
    assert lifting_of(excluded) is None
