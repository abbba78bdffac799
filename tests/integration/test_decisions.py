# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What may happen to a decision, asked of the domain."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core import mail
from django.utils.timezone import now
from django_scopes import scope
from freezegun import freeze_time

from pretalx_coc.domain import audit, case_members, cases, decisions, lifting
from pretalx_coc.domain.case_log import CaseChangedError, chain_of
from pretalx_coc.domain.case_mails import overdue
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import (
    CaseState,
    CaseSubject,
    DecisionState,
    EntryKind,
    Measure,
    OnSite,
    TwoPeople,
)
from pretalx_coc.models import AuditEntry, Case, CaseEntry, Decision
from pretalx_coc.tasks import task_end_decisions
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

WARNING = Draft(
    measure=Measure.WARNING,
    reason="Part 2 of the code of conduct.",
    statement="Please do not show such pictures again.",
    statement_language="en",
)


@pytest.fixture
def colleague(event, member):
    return factories.make_member(event, name="Colleague")


@pytest.fixture
def case(event, member, colleague, talk):
    """A case on which the member and the colleague may work."""
    teams = [team for user in (member, colleague) for team in user.teams.all()]
    factories.choose_teams(event=event, teams=teams, by=member)
    subject = cases.subject_of_profile(talk.speakers.get())
    case = cases.open_case(event=event, by=member, subject=subject, text="Seen today.")
    case_members.declare(case=case, by=colleague, conflict=False)
    return case


@pytest.fixture
def two_always(in_event, organiser):
    change_settings(event=in_event, by=organiser, two_people=TwoPeople.ALL)


@pytest.fixture
def alone(event, member, talk):
    """A case of a team of one."""
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject)


def propose(case, by, draft=WARNING, **kwargs):
    kwargs.setdefault("revision", case.revision)
    return decisions.propose(case=case, by=by, draft=draft, **kwargs)


def kinds(case):
    entries = CaseEntry.objects.filter(case_code=case.code)
    return list(entries.values_list("kind", flat=True))


def test_a_warning_holds_at_once_and_the_case_is_decided(case, member):
    decision = propose(case, member)
    assert decision.state == DecisionState.IN_FORCE
    assert Case.objects.get().state == CaseState.DECIDED
    assert kinds(case) == [EntryKind.OPENED, EntryKind.IN_FORCE]


@pytest.mark.usefixtures("two_always")
def test_where_two_are_needed_it_waits_for_the_second(case, member):
    decision = propose(case, member)
    assert decision.state == DecisionState.PROPOSED
    assert Case.objects.get().state == CaseState.NEW
    assert kinds(case) == [EntryKind.OPENED, EntryKind.PROPOSED]


@pytest.mark.parametrize(
    ("two", "measure", "expected"),
    (
        (TwoPeople.NONE, Measure.EXCLUDED_EVENT, False),
        (TwoPeople.EXCLUSIONS, Measure.TALK_WITHDRAWN, False),
        (TwoPeople.EXCLUSIONS, Measure.EXCLUDED_EVENT, True),
        (TwoPeople.EXCLUSIONS, Measure.EXCLUDED_FUTURE, True),
        (TwoPeople.ALL, Measure.WARNING, True),
        (TwoPeople.ALL, Measure.NO_ACTION, False),
    ),
)
def test_which_decisions_need_two(event, organiser, two, measure, expected):
    change_settings(event=event, by=organiser, two_people=two)
    assert decisions.needs_two(event, measure) is expected


def test_by_default_exclusions_need_two(event):
    assert decisions.needs_two(event, Measure.EXCLUDED_EVENT)
    assert not decisions.needs_two(event, Measure.WARNING)


@pytest.mark.usefixtures("two_always")
def test_the_second_person_approves_and_it_holds(case, member, colleague):
    decision = propose(case, member)
    case.refresh_from_db()
    approved = decisions.approve(
        decision=decision, by=colleague, revision=case.revision, text="I agree."
    )
    assert (approved.state, approved.approved_by) == (
        DecisionState.IN_FORCE,
        colleague.code,
    )
    assert Case.objects.get().state == CaseState.DECIDED
    assert kinds(case)[2:] == [EntryKind.APPROVED, EntryKind.IN_FORCE]


@pytest.mark.usefixtures("two_always")
def test_who_proposed_cannot_approve_and_can_take_it_back(case, member):
    decision = propose(case, member)
    with pytest.raises(CocError):
        decisions.approve(decision=decision, by=member, revision=None)
    decisions.refuse(decision=decision, by=member, revision=None, text="A mistake.")
    assert Decision.objects.get().state == DecisionState.REFUSED


@pytest.mark.usefixtures("two_always")
def test_who_has_not_declared_cannot_approve(event, case, member):
    decision = propose(case, member)
    newcomer = factories.make_member(event)
    case_members.let_in(case=case, by=member, user=newcomer)
    with pytest.raises(CocError):
        decisions.approve(decision=decision, by=newcomer, revision=None)
    assert Decision.objects.get().state == DecisionState.PROPOSED


@pytest.mark.usefixtures("two_always")
@pytest.mark.parametrize("field", ("ends", "change_due"))
def test_what_is_over_by_then_is_not_approved(case, member, colleague, field):
    """Nobody is told to do something until a day that has passed."""
    day = now() + dt.timedelta(days=1)
    measure = Measure.CHANGE_REQUESTED if field == "change_due" else Measure.WARNING
    draft = replace(WARNING, measure=measure, **{field: day})
    decision = decisions.propose(
        case=case, by=member, revision=case.revision, draft=draft
    )
    revision = decision.case.revision
    with freeze_time(day + dt.timedelta(minutes=1)):
        with pytest.raises(CocError, match="is over"):
            decisions.approve(decision=decision, by=colleague, revision=revision)
        decision.refresh_from_db()
        assert decision.state == DecisionState.PROPOSED
    decisions.approve(decision=decision, by=colleague, revision=revision)
    assert Decision.objects.get().state == DecisionState.IN_FORCE


@pytest.mark.usefixtures("two_always")
def test_refused_nothing_happens_and_it_is_noted_why(case, member, colleague):
    decision = propose(case, member)
    decisions.refuse(
        decision=decision, by=colleague, revision=None, text="This is too much."
    )
    assert Decision.objects.get().state == DecisionState.REFUSED
    assert Case.objects.get().state == CaseState.NEW
    assert CaseEntry.objects.last().text == "This is too much."
    with pytest.raises(CocError):
        decisions.approve(decision=decision, by=colleague, revision=None)


def test_of_two_who_decide_at_once_the_second_is_told(case, member, colleague):
    seen = case.revision
    propose(case, member)
    with pytest.raises(CaseChangedError) as caught:
        propose(case, colleague, revision=seen)
    assert [entry.kind for entry in caught.value.since] == [EntryKind.IN_FORCE]
    assert Decision.objects.count() == 1


@pytest.mark.usefixtures("two_always")
def test_in_an_emergency_it_holds_at_once_and_a_second_look_is_due(case, member):
    decision = propose(case, member, emergency=True)
    assert decision.state == DecisionState.IN_FORCE
    left = decision.second_look_due - now()
    assert dt.timedelta(hours=23) < left <= dt.timedelta(hours=24)


def test_where_one_is_enough_there_is_no_emergency(case, member):
    decision = propose(case, member, emergency=True)
    assert (decision.emergency, decision.second_look_due) == (False, None)


@pytest.mark.usefixtures("two_always")
def test_a_second_look_that_nobody_took_is_overdue(case, member, colleague):
    decision = propose(case, member, emergency=True)
    assert list(Case.objects.filter(overdue())) == []
    Decision.objects.update(second_look_due=now() - dt.timedelta(minutes=1))
    assert list(Case.objects.filter(overdue())) == [case]
    decisions.second_look(decision=decision, by=colleague, revision=None, agreed=True)
    assert list(Case.objects.filter(overdue())) == []
    assert Decision.objects.get().state == DecisionState.IN_FORCE


@pytest.mark.usefixtures("two_always")
def test_who_does_not_agree_at_the_second_look_lifts_it(case, member, colleague):
    decision = propose(case, member, emergency=True)
    decisions.second_look(
        decision=decision, by=colleague, revision=None, agreed=False, text="No."
    )
    assert Decision.objects.get().state == DecisionState.LIFTED


@pytest.mark.usefixtures("two_always")
def test_who_acted_cannot_take_the_second_look(case, member):
    decision = propose(case, member, emergency=True)
    with pytest.raises(CocError):
        decisions.second_look(decision=decision, by=member, revision=None, agreed=True)


@pytest.mark.usefixtures("two_always")
def test_nobody_decides_alone_where_somebody_could_look(case, member):
    with pytest.raises(CocError):
        propose(case, member, alone_because="I am in a hurry.")
    assert not Decision.objects.exists()


@pytest.mark.usefixtures("two_always")
def test_who_is_alone_says_why(alone, member):
    with pytest.raises(CocError):
        propose(alone, member)
    decision = propose(alone, member, alone_because="There is nobody else.")
    assert (decision.state, decision.alone_because) == (
        DecisionState.IN_FORCE,
        "There is nobody else.",
    )


@pytest.mark.usefixtures("two_always")
def test_the_other_members_are_asked_without_any_content(
    case, member, colleague, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        propose(case, member)
    (sent,) = mail.outbox
    assert sent.to == [colleague.email]
    assert f"{case.code_name} needs somebody to have a look" in sent.subject
    said = f"{sent.subject} {sent.body}"
    assert [word for word in ("Ada", "warning", "pictures") if word in said] == []


def test_lifted_it_does_not_hold_any_more_and_cannot_be_lifted_twice(case, member):
    decision = propose(case, member)
    lifting.lift(decision=decision, by=member, text="It was another person.")
    decision.refresh_from_db()
    assert decision.state == DecisionState.LIFTED
    assert decision.lifted_reason == "It was another person."
    assert kinds(case)[-1] == EntryKind.LIFTED
    with pytest.raises(CocError):
        lifting.lift(decision=decision, by=member, text="Again.")


def test_every_step_is_in_the_chain_of_the_case_and_no_text_is(event, case, member):
    decision = propose(case, member)
    lifting.lift(decision=decision, by=member, text="It was another person.")
    entries = AuditEntry.objects.filter(chain=chain_of(case), subject=decision.code)
    steps = [entry.data["step"] for entry in entries.order_by("position")]
    assert steps == ["proposed", "in_force", "lifted"]
    assert audit.first_broken_link(event, chain_of(case)) is None
    assert "pictures" not in repr(list(entries.values()))


def test_evidence_is_chosen_from_the_case(event, case, member, colleague, talk):
    mine = CaseEntry.objects.get(case_code=case.code)
    other = cases.open_case(
        event=event,
        by=member,
        subject=cases.subject_in_words(CaseSubject.PERSON, "Red hat"),
    )
    foreign = CaseEntry.objects.get(case_code=other.code)
    with pytest.raises(CocError):
        propose(case, member, replace(WARNING, evidence=(mine.pk, foreign.pk)))
    decision = propose(case, member, replace(WARNING, evidence=(mine.pk,)))
    assert decision.evidence == [mine.pk]


FUTURE = now() + dt.timedelta(days=3)
PAST = now() - dt.timedelta(days=3)


@pytest.mark.parametrize(
    "wrong",
    (
        {"measure": "shouting"},
        {"reason": "  "},
        {"statement": ""},
        {"statement_language": "xx"},
        {"starts": FUTURE},
        {"ends": PAST},
        {"change_due": PAST},
        {"measure": Measure.CHANGE_REQUESTED},
        {"measure": Measure.TALK_WITHDRAWN},
        {"measure": Measure.TAKEN_OFF},
        {"measure": Measure.MATERIAL_WITHHELD},
        {"resources": (1,)},
        {"talks": ("NOTALK",)},
        {"also": ("held",)},
        {"also": ("burned",)},
        {"talk_state": "confirmed"},
        {"on_site": ({"what": OnSite.SPOKEN_WARNING},)},
        {"on_site": ({"what": "shout", "who": "", "when": "", "done": False},)},
        {
            "on_site": (
                {"what": "spoken_warning", "who": "XXX", "when": "", "done": False},
            )
        },
    ),
)
def test_what_is_missing_or_wrong_is_refused(case, member, wrong):
    with pytest.raises(CocError):
        propose(case, member, replace(WARNING, **wrong))
    assert not Decision.objects.exists()


def test_a_closed_case_is_not_decided(case, member):
    Case.objects.update(state=CaseState.CLOSED)
    with pytest.raises(CocError):
        propose(case, member)


def test_the_talk_of_somebody_else_is_not_for_this_case(event, case, member):
    other = factories.make_talk(event, factories.make_user())
    draft = replace(WARNING, measure=Measure.TALK_WITHDRAWN, talks=(other.code,))
    with pytest.raises(CocError):
        propose(case, member, draft)
    other.refresh_from_db()
    assert other.state == "submitted"


def test_what_is_done_on_site_is_noted_once(case, member):
    step = {"what": OnSite.SPOKEN_WARNING, "who": "", "when": "", "done": False}
    decision = propose(case, member, replace(WARNING, on_site=(step,)))
    decisions.done_on_site(decision=decision, by=member, number=0)
    (noted,) = Decision.objects.get().on_site
    assert (noted["done"], noted["who"]) == (True, member.code)
    assert kinds(case)[-1] == EntryKind.DONE
    with pytest.raises(CocError):
        decisions.done_on_site(decision=decision, by=member, number=0)


def test_a_decision_ends_when_its_time_is_over(event, case, member):
    decision = propose(case, member, replace(WARNING, ends=FUTURE))
    task_end_decisions()
    assert Decision.objects.get().state == DecisionState.IN_FORCE
    Decision.objects.update(ends=PAST)
    task_end_decisions()
    with scope(event=event):
        decision.refresh_from_db()
        assert decision.state == DecisionState.ENDED
        assert kinds(case)[-1] == EntryKind.ENDED
