# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Objections to decisions, and who answers them."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from freezegun import freeze_time

from pretalx.common.models import ActivityLog
from pretalx.mail.models import QueuedMail

from pretalx_coc.domain import (
    appeals,
    audit,
    case_members,
    case_merging,
    cases,
    decisions,
    hearings,
    outside,
)
from pretalx_coc.domain.case_log import CaseChangedError, chain_of
from pretalx_coc.domain.case_mails import overdue
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.links import matters_token
from pretalx_coc.domain.outside_answers import ask as ask_outside
from pretalx_coc.enums import (
    AppealState,
    CaseOutcome,
    CaseState,
    DecisionState,
    EntryKind,
    Measure,
)
from pretalx_coc.models import (
    Appeal,
    Case,
    CaseEntry,
    CocSettings,
    Decision,
    OutsideLink,
)
from pretalx_coc.tasks import task_deliver_waiting
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

WARNING = Draft(
    measure=Measure.WARNING,
    reason="Part 2 of the code of conduct.",
    statement="Please do not show such pictures again.",
    statement_language="en",
)
OUTSIDE = "outside@example.org"
ANSWER = "We looked at the pictures again, and you are right."


@pytest.fixture
def colleague(event, member):
    return factories.make_member(event, name="Colleague")


@pytest.fixture
def team(event, member, colleague):
    """Both are on the response team."""
    teams = [team for user in (member, colleague) for team in user.teams.all()]
    factories.choose_teams(event=event, teams=teams, by=member)


@pytest.fixture
def case(event, member, colleague, team, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    case = cases.open_case(event=event, by=member, subject=subject, text="Seen today.")
    case_members.declare(case=case, by=colleague, conflict=False)
    return case


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    """Does something as a request would, with the mails that go with it."""

    def act(function, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return function(**kwargs)

    return act


@pytest.fixture
def decide(act, member):
    def decide(case, draft=WARNING, by=member):
        case.refresh_from_db()
        decision = act(
            decisions.propose, case=case, by=by, revision=case.revision, draft=draft
        )
        decision.refresh_from_db()
        return decision

    return decide


@pytest.fixture
def decision(case, decide):
    return decide(case)


@pytest.fixture
def alone(event, member, talk):
    """A case of a team of one, with an outside contact."""
    CocSettings.objects.filter(event=event).update(
        outside_email=OUTSIDE, outside_name="Olivia Outside"
    )
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject, text="Seen today.")


@pytest.fixture
def appeal(decision, speaker):
    return appeals.object_to(decision=decision, by=speaker, text="That was not me.")


def answer(appeal, by, *, granted=True, text=ANSWER):
    case = Case.objects.get(pk=appeal.decision.case_id)
    return appeals.decide(
        appeal=appeal, by=by, revision=case.revision, granted=granted, answer=text
    )


def page_of(event, user):
    token = matters_token(event, user)
    return f"/{event.slug}/code-of-conduct/me/messages/{token}/"


def post_objection(client, event, user, decision, text="That was not me."):
    code = decision.deliveries.first().code
    return client.post(page_of(event, user), {"matter": code, "text": text})


def read(client, event, user):
    return client.get(page_of(event, user)).content.decode()


def mails_to(address):
    return [sent for sent in mail.outbox if sent.to == [address]]


def kinds(case):
    entries = CaseEntry.objects.filter(case_code=case.code)
    return list(entries.values_list("kind", flat=True))


# Being told


def test_decision_in_force_is_delivered_by_itself(decision, case, speaker):
    assert len(mails_to(speaker.email)) == 1
    days = decision.appeal_until - decision.delivered
    assert days == dt.timedelta(days=14)
    assert kinds(case)[-2:] == [EntryKind.IN_FORCE, EntryKind.DELIVERED]


def test_decision_that_waits_for_a_second_is_delivered_once_approved(
    event, case, decide, act, member, colleague, speaker
):
    CocSettings.objects.filter(event=event).update(two_people="all")
    decision = decide(case)
    assert mails_to(speaker.email) == []
    case.refresh_from_db()
    act(decisions.approve, decision=decision, by=colleague, revision=case.revision)
    assert len(mails_to(speaker.email)) == 1


def test_nobody_is_told_of_nothing(case, decide, speaker):
    decide(case, Draft(measure=Measure.NO_ACTION, reason="Nothing in it."))
    assert mails_to(speaker.email) == []


def test_who_was_heard_is_told_that_nothing_follows(
    client, event, case, decide, act, member, speaker
):
    act(
        hearings.ask,
        case=case,
        by=member,
        revision=case.revision,
        text="What happened?",
        due=now() + dt.timedelta(days=1),
    )
    decide(case, Draft(measure=Measure.NO_ACTION, reason="Nothing in it."))
    assert len(mails_to(speaker.email)) == 2
    content = read(client, event, speaker)
    assert "Nothing follows from this for you." in content
    assert "You can object" not in content


# Objecting


def test_subject_objects_on_their_page(client, event, case, decision, speaker):
    response = post_objection(client, event, speaker, decision, " It was\nnot me. ")
    assert response.url == response.request["PATH_INFO"]
    appeal = Appeal.objects.get()
    assert (appeal.text, appeal.state) == ("It was\nnot me.", AppealState.OPEN)
    case.refresh_from_db()
    assert case.state == CaseState.APPEALED
    entry = CaseEntry.objects.get(kind=EntryKind.APPEALED)
    assert (entry.text, entry.author_code) == ("It was\nnot me.", speaker.code)
    content = read(client, event, speaker)
    assert "It is being looked at." in content
    assert "Somebody decides about it who had no part in this decision." in content
    assert 'name="text"' not in content


def test_members_are_told_that_there_is_something_new_and_no_more(
    case, decision, act, member, colleague, speaker
):
    stepped_back = colleague
    case_members.step_back(case=case, by=stepped_back)
    mail.outbox.clear()
    act(appeals.object_to, decision=decision, by=speaker, text="That was not me.")
    (sent,) = mail.outbox
    assert sent.to == [member.email]
    assert sent.subject.endswith(f"Case {case.code} ({case.code_name}): something new")
    for word in ("objection", "That was not me.", speaker.name):
        assert word not in sent.body + sent.subject


def test_objection_that_waits_too_long_is_overdue(event, case, appeal):
    assert not Case.objects.filter(overdue(), event=event).exists()
    with freeze_time(now() + dt.timedelta(days=15)):
        assert list(Case.objects.filter(overdue(), event=event)) == [case]


def test_second_objection_is_refused_and_what_was_typed_is_still_there(
    client, event, decision, speaker
):
    post_objection(client, event, speaker, decision)
    response = post_objection(client, event, speaker, decision, "And another thing")
    content = response.content.decode()
    assert "You have objected already." in content
    assert "And another thing" in content
    assert Appeal.objects.count() == 1


def test_objection_within_the_time_and_not_after(client, event, decision, speaker):
    until = decision.appeal_until
    with freeze_time(until + dt.timedelta(seconds=1)):
        response = post_objection(client, event, speaker, decision, "Too late?")
        content = response.content.decode()
        assert "It is not possible any more to object to this decision." in content
        assert "Too late?" in content
        assert "It was possible to object until" in content
    assert not Appeal.objects.exists()
    with freeze_time(until - dt.timedelta(minutes=1)):
        post_objection(client, event, speaker, decision)
    assert Appeal.objects.count() == 1


def test_nobody_else_objects(client, event, decision, member):
    other = factories.make_user()
    factories.make_talk(event, other)
    for user in (other, member):
        assert post_objection(client, event, user, decision).status_code == 404
        with pytest.raises(CocError):
            appeals.object_to(decision=decision, by=user, text="No!")
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("state", (DecisionState.LIFTED, DecisionState.REFUSED))
def test_what_does_not_hold_needs_no_objection(decision, speaker, state):
    Decision.objects.update(state=state)
    with pytest.raises(CocError):
        appeals.object_to(decision=decision, by=speaker, text="No!")


@pytest.mark.parametrize(
    ("state", "after"),
    (
        (CaseState.DECIDED, CaseState.DECIDED),
        (CaseState.CLOSED, CaseState.DECIDED),
        (CaseState.IN_WORK, CaseState.IN_WORK),
        (CaseState.WAITING, CaseState.IN_WORK),
        # A case in which it was decided went into one that is new.
        (CaseState.NEW, CaseState.IN_WORK),
        (CaseState.ACKNOWLEDGED, CaseState.IN_WORK),
    ),
)
def test_objection_is_taken_wherever_the_case_stands(
    case, decision, speaker, colleague, state, after
):
    Case.objects.update(
        state=state, closed=now(), outcome="warning", waiting_for="other"
    )
    appeal = appeals.object_to(decision=decision, by=speaker, text="No!")
    case.refresh_from_db()
    assert (case.state, case.closed, case.outcome) == (CaseState.APPEALED, None, "")
    answer(appeal, colleague, granted=False)
    case.refresh_from_db()
    assert (case.state, case.waiting_for) == (after, "")


def test_a_decision_that_went_into_a_new_case_can_be_objected_to(
    client, event, case, decision, member, speaker
):
    subject = cases.subject_of_profile(speaker.get_speaker(event))
    new = cases.open_case(event=event, by=member, subject=subject)
    case.refresh_from_db()
    case_merging.merge(case=case, into=new, by=member, revision=case.revision)
    response = post_objection(client, event, speaker, decision)
    assert response.status_code == 302
    assert Appeal.objects.get().decision == decision
    new.refresh_from_db()
    assert new.state == CaseState.APPEALED


def test_a_fault_in_one_event_keeps_nobody_in_another_from_their_mail(
    event, alone, decide, speaker, member
):
    objected = decide(alone)
    appeals.object_to(decision=objected, by=speaker, text="That was not me.")
    OutsideLink.objects.all().delete()
    # Nobody can be asked any more: this raises, for this event.
    Case.objects.filter(pk=alone.pk).update(erased=now())
    with pytest.raises(CocError):
        appeals.ask_outside_where_nobody_is_left(event)
    other = factories.make_event()
    with scopes_disabled():
        colleague = factories.make_member(other)
        subject = factories.make_user(name="Grace")
        factories.make_talk(other, subject)
    with scope(event=other):
        case = cases.open_case(
            event=other, by=colleague, subject=cases.subject_of_account(subject)
        )
        decisions.propose(
            case=case, by=colleague, revision=case.revision, draft=WARNING
        )
    assert mails_to(subject.email) == []
    task_deliver_waiting()
    assert len(mails_to(subject.email)) == 1


def test_case_is_not_closed_over_an_objection(case, decide, appeal, member, colleague):
    case.refresh_from_db()
    hearings.skip(case=case, by=member, revision=case.revision, reason="Was there.")
    decide(case)
    with pytest.raises(CocError):
        cases.close(
            case=case,
            by=member,
            outcome=CaseOutcome.WARNING,
            revision=Case.objects.get().revision,
        )
    answer(appeal, colleague, granted=False)
    case.refresh_from_db()
    cases.close(
        case=case, by=member, outcome=CaseOutcome.WARNING, revision=case.revision
    )
    assert case.state == CaseState.CLOSED


# Answering


def test_who_decided_does_not_answer(appeal, member):
    with pytest.raises(CocError):
        answer(appeal, member)
    appeal.refresh_from_db()
    assert appeal.state == AppealState.OPEN


def test_neither_does_who_may_not_work_on_the_case(event, appeal, reviewer, colleague):
    stranger = factories.make_user()
    case_members.step_back(case=appeal.decision.case, by=colleague)
    for user in (stranger, reviewer, colleague):
        with pytest.raises(CocError):
            answer(appeal, user)


def test_upheld_decision_stays_and_the_subject_is_sent_word(
    client, event, act, appeal, decision, colleague, speaker
):
    mail.outbox.clear()
    assert act(answer, appeal=appeal, by=colleague, granted=False) == []
    decision.refresh_from_db()
    assert decision.state == DecisionState.IN_FORCE
    assert len(mails_to(speaker.email)) == 1
    content = read(client, event, speaker)
    assert "The decision stays." in content
    assert ANSWER in content
    assert "by somebody who had no part in the decision." in content
    assert "Colleague" not in content


def test_granted_objection_lifts_the_decision_and_the_subject_is_sent_word(
    client, event, case, act, appeal, decision, colleague, speaker
):
    mail.outbox.clear()
    act(answer, appeal=appeal, by=colleague, granted=True)
    decision.refresh_from_db()
    case.refresh_from_db()
    assert (decision.state, case.state) == (DecisionState.LIFTED, CaseState.DECIDED)
    assert len(mails_to(speaker.email)) == 1
    content = read(client, event, speaker)
    assert "You were right: the decision is lifted." in content
    assert "This decision was lifted on" in content
    appeal.refresh_from_db()
    assert (appeal.handled_by, appeal.handled_outside) == (colleague.code, False)


def test_granted_objection_brings_the_talk_back(
    event, case, decide, act, talk, colleague, speaker
):
    decision = decide(
        case,
        Draft(
            measure=Measure.TALK_WITHDRAWN,
            reason="Part 2.",
            statement="It cannot be shown.",
            statement_language="en",
            talks=(talk.code,),
        ),
    )
    talk.refresh_from_db()
    assert talk.state in ("rejected", "withdrawn", "canceled")
    appeal = appeals.object_to(decision=decision, by=speaker, text="It can.")
    act(answer, appeal=appeal, by=colleague)
    talk.refresh_from_db()
    assert talk.state == "submitted"


def test_objection_to_what_is_over_can_still_be_granted(
    case, decide, colleague, speaker
):
    decision = decide(
        case,
        Draft(
            measure=Measure.WARNING,
            reason="Part 2.",
            statement="Please do not.",
            statement_language="en",
            ends=now() + dt.timedelta(days=1),
        ),
    )
    with freeze_time(now() + dt.timedelta(days=2)):
        decisions.end_what_is_over(case.event)
        decision.refresh_from_db()
        assert decision.state == DecisionState.ENDED
        appeal = appeals.object_to(decision=decision, by=speaker, text="It was fine.")
        answer(appeal, colleague)
    decision.refresh_from_db()
    assert decision.state == DecisionState.LIFTED


def test_objection_is_answered_once_and_in_words(appeal, colleague):
    with pytest.raises(CocError):
        answer(appeal, colleague, text=" ")
    answer(appeal, colleague, granted=False)
    with pytest.raises(CocError):
        answer(appeal, colleague, granted=True)
    appeal.refresh_from_db()
    assert appeal.state == AppealState.UPHELD


def test_answer_on_an_old_page_is_refused(case, appeal, colleague, member):
    cases.add_note(case=case, by=member, text="One more thing.")
    with pytest.raises(CaseChangedError):
        appeals.decide(
            appeal=appeal, by=colleague, revision=0, granted=True, answer=ANSWER
        )


def test_two_objections_in_one_case_are_answered_one_by_one(
    case, decide, decision, colleague, speaker
):
    both = [
        appeals.object_to(decision=each, by=speaker, text="No!")
        for each in (decision, decide(case))
    ]
    answer(both[0], colleague, granted=False)
    case.refresh_from_db()
    assert case.state == CaseState.APPEALED
    answer(both[1], colleague, granted=True)
    case.refresh_from_db()
    assert case.state == CaseState.DECIDED


def test_nothing_of_it_is_where_pretalx_shows_it(appeal, act, colleague):
    logs, mails = ActivityLog.objects.count(), QueuedMail.objects.count()
    act(answer, appeal=appeal, by=colleague)
    assert (ActivityLog.objects.count(), QueuedMail.objects.count()) == (logs, mails)


def test_chain_holds_and_the_texts_are_beside_it(event, case, appeal, colleague):
    answer(appeal, colleague)
    assert audit.first_broken_link(event, chain_of(case)) is None
    entries = repr(list(audit.AuditEntry.objects.filter(event=event).values()))
    assert ANSWER not in entries
    assert "That was not me." not in entries


# The outside contact


def outside_link():
    (sent,) = mails_to(OUTSIDE)[-1:]
    return re.search(r"https?://[^/]+(/\S+/outside/\S+/)", sent.body).group(1)


@pytest.fixture
def outside_appeal(alone, decide, act, speaker):
    decision = decide(alone)
    return act(appeals.object_to, decision=decision, by=speaker, text="Not me.")


def test_if_only_deciders_are_left_the_outside_contact_is_asked(
    client, event, alone, outside_appeal, speaker
):
    assert appeals.who_answers(outside_appeal.decision) == "outside"
    assert EntryKind.OUTSIDE_ASKED in kinds(alone)
    assert "The outside contact of this event decides" in read(client, event, speaker)
    content = client.get(outside_link()).content.decode()
    assert alone.code_name in content
    assert "Not me." in content
    assert WARNING.reason in content
    assert speaker.name not in content


def test_if_somebody_else_is_left_they_are_not(event, case, decision, appeal):
    CocSettings.objects.filter(event=event).update(outside_email=OUTSIDE)
    assert appeals.who_answers(decision) == "team"
    task_deliver_waiting()
    assert not OutsideLink.objects.exists()


def test_outside_contact_answers_once(
    client, event, act, alone, outside_appeal, speaker
):
    link = outside_link()
    # Opening it does not use it up; programs that look at mails do that, too.
    assert client.get(link).status_code == client.get(link).status_code == 200
    data = {"choice": "yes", "text": ANSWER}
    response = act(client.post, path=link, data=data)
    assert "Your answer is noted." in response.content.decode()
    outside_appeal.refresh_from_db()
    assert outside_appeal.state == AppealState.GRANTED
    assert (outside_appeal.handled_by, outside_appeal.handled_outside) == ("", True)
    content = read(client, event, speaker)
    assert "by the outside contact of this event." in content
    assert "Olivia" not in content
    for response in (client.get(link), client.post(link, data)):
        assert response.status_code == 410
        assert alone.code_name not in response.content.decode()


def test_outside_contact_says_no_and_why(client, outside_appeal):
    link = outside_link()
    for data in ({}, {"choice": "no"}, {"choice": "perhaps", "text": "x"}):
        assert client.post(link, data).status_code == 200
    outside_appeal.refresh_from_db()
    assert outside_appeal.state == AppealState.OPEN
    client.post(link, {"choice": "no", "text": "It was you."})
    outside_appeal.refresh_from_db()
    assert outside_appeal.state == AppealState.UPHELD


def test_when_the_last_one_steps_back_the_outside_contact_is_asked(
    event, case, appeal, colleague, django_capture_on_commit_callbacks
):
    CocSettings.objects.filter(event=event).update(outside_email=OUTSIDE)
    case_members.step_back(case=case, by=colleague)
    revision = Case.objects.get().revision
    with django_capture_on_commit_callbacks(execute=True):
        task_deliver_waiting()
        task_deliver_waiting()
    assert len(mails_to(OUTSIDE)) == 1
    assert Case.objects.get().revision == revision + 1


def test_link_that_expired_is_sent_anew(
    client, outside_appeal, django_capture_on_commit_callbacks
):
    link = outside_link()
    with freeze_time(now() + dt.timedelta(days=15)):
        assert client.get(link).status_code == 410
        with django_capture_on_commit_callbacks(execute=True):
            task_deliver_waiting()
        assert client.get(outside_link()).status_code == 200
    assert len(mails_to(OUTSIDE)) == 2


def test_outside_contact_who_is_a_part_of_it_is_not_asked(
    event, alone, decide, speaker
):
    CocSettings.objects.filter(event=event).update(outside_email=speaker.email)
    decision = decide(alone)
    appeals.object_to(decision=decision, by=speaker, text="Not me.")
    assert appeals.who_answers(decision) == ""
    assert not OutsideLink.objects.exists()


def test_outside_contact_approves_a_decision(client, event, alone, decide):
    CocSettings.objects.filter(event=event).update(two_people="all")
    decision = decide(alone)
    link = outside_link()
    content = client.get(link).content.decode()
    assert "a decision needs a second person" in content
    assert WARNING.statement in content
    client.post(link, {"choice": "yes"})
    decision.refresh_from_db()
    assert (decision.state, decision.approved_outside) == (DecisionState.IN_FORCE, True)


def test_outside_contact_does_not_approve_without_a_reason(
    client, event, alone, decide
):
    CocSettings.objects.filter(event=event).update(two_people="all")
    decision = decide(alone)
    link = outside_link()
    assert client.post(link, {"choice": "no"}).status_code == 200
    client.post(link, {"choice": "no", "text": "Too much."})
    decision.refresh_from_db()
    assert decision.state == DecisionState.REFUSED


def test_what_was_settled_in_the_meantime_says_so(client, event, act, alone, decide):
    CocSettings.objects.filter(event=event).update(two_people="all")
    decision = decide(alone)
    link = outside_link()
    Decision.objects.filter(pk=decision.pk).update(state=DecisionState.REFUSED)
    content = client.get(link).content.decode()
    assert "This was settled in the meantime." in content
    response = client.post(link, {"choice": "yes"})
    assert response.status_code == 200
    decision.refresh_from_db()
    assert decision.state == DecisionState.REFUSED


def test_outside_contact_advises(client, act, alone, speaker):
    act(ask_outside, case=alone, by=None, purpose=outside.ADVISE)
    link = outside_link()
    content = client.get(link).content.decode()
    assert "the response team would like your advice" in content
    assert "Seen today." in content
    assert speaker.name not in content
    client.post(link, {"text": "Talk to both of them."})
    entry = CaseEntry.objects.filter(case_code=alone.code).last()
    assert (entry.text, entry.author_code) == ("Talk to both of them.", "")


def test_whom_it_is_about_they_read_where_nobody_inside_is_left(
    client, alone, act, member, speaker
):
    case_members.step_back(case=alone, by=member)
    act(ask_outside, case=alone, by=None, purpose=outside.ADVISE)
    content = client.get(outside_link()).content.decode()
    assert "nobody on the response team may handle this case" in content
    assert speaker.name in content


def test_opening_the_link_is_an_entry_in_the_log(client, event, alone, act):
    act(ask_outside, case=alone, by=None, purpose=outside.ADVISE)
    client.get(outside_link())
    entry = audit.AuditEntry.objects.filter(chain=chain_of(alone)).last()
    assert (entry.action, entry.actor_code) == ("case.viewed", "")


def test_made_up_links_are_dead(client, event, alone, act):
    act(ask_outside, case=alone, by=None, purpose=outside.ADVISE)
    link = outside_link()
    for wrong in (link[:-2] + "/", f"/{event.slug}/code-of-conduct/outside/x/"):
        assert client.get(wrong).status_code == 410
    other = factories.make_event()
    assert client.get(link.replace(event.slug, other.slug)).status_code == 410
    with scope(event=event):
        type(event).objects.filter(pk=event.pk).update(is_public=False)
    assert client.get(link).status_code == 200
    assert client.get(link[:-2] + "/").status_code == 404
    client.post(link, {"text": "Talk to them."})
    assert client.get(link).status_code == 410


def test_page_behind_the_link_is_not_kept_by_others(client, alone, act):
    act(ask_outside, case=alone, by=None, purpose=outside.ADVISE)
    for link in (outside_link(), outside_link()[:-2] + "/"):
        response = client.get(link)
        assert response["Referrer-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
