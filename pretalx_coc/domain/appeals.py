# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Objections: the subject of a decision says once that it is wrong.

Somebody who did not decide answers it, or the outside contact.
"""

import datetime as dt

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import outside
from pretalx_coc.domain.access import may_handle_appeal, members_who_may
from pretalx_coc.domain.case_log import change, clean_text, note
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.decision_mails import ask_outside
from pretalx_coc.domain.decision_steps import end, locked
from pretalx_coc.domain.deliveries import deliver, may_be_objected_to
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import AppealState, CaseState, DecisionState, EntryKind
from pretalx_coc.models import Appeal, Case, CaseEntry, Decision
from pretalx_coc.tasks import after_commit
from pretalx_coc.tasks_team import task_case_news

#: A case that is worked on goes on after an objection; another is decided again.
IN_HAND = (CaseState.NEW, CaseState.ACKNOWLEDGED, CaseState.IN_WORK, CaseState.WAITING)
#: What its subject can object to, also when its time is over by then.
OPEN_TO_OBJECTION = (DecisionState.IN_FORCE, DecisionState.ENDED)


def is_open_to_objection(decision: Decision) -> bool:
    """Whether its subject can still object, as far as time and state go.

    The time begins when they were sent word; who reads it earlier, on their own
    page, can object at once.
    """
    in_time = not decision.appeal_until or now() <= decision.appeal_until
    return (
        in_time and decision.state in OPEN_TO_OBJECTION and may_be_objected_to(decision)
    )


def _refuse_objection(decision: Decision, by) -> None:
    if not decision.deliveries.filter(user_code=by.code).exists():
        raise CocError(_("There is nothing to object to."))
    if Appeal.objects.filter(decision=decision).exists():
        raise CocError(_("You have objected already. Somebody is looking at it."))
    if not is_open_to_objection(decision):
        raise CocError(_("It is not possible any more to object to this decision."))


@transaction.atomic
def object_to(*, decision: Decision, by, text: str) -> Appeal:
    """Put the subject's objection on the case: once, and within the time.

    Args:
        decision: The decision.
        by: The subject.
        text: What they say against it.

    Raises:
        CocError: It was not disclosed to them, they have objected already, it is
            too late, or the decision is not in force; or there is no text, or
            too much.
    """
    text = clean_text(text, required=_("Please write what you object to, and why."))
    with change(decision.case, revision=None) as row:
        current = Decision.objects.select_for_update().get(pk=decision.pk)
        _refuse_objection(current, by)
        appeal = Appeal.objects.create(
            event=row.event, decision=current, text=text, created=now()
        )
        old = row.state
        if old != CaseState.APPEALED:
            check_step(old, CaseState.APPEALED, with_decision=True)
        row.state = CaseState.APPEALED
        row.waiting_for, row.waiting_until = "", None
        # A closed case is open again: nothing of it goes while it is.
        row.closed, row.outcome = None, ""
        days = read_settings(row.event).decide_days
        row.decide_due = now() + dt.timedelta(days=days)
        data = {"decision": current.code, "old": str(old)}
        note(row, EntryKind.APPEALED, by=by, text=text, data=data)
        after_commit(task_case_news, event_id=row.event_id, pk=row.pk)
        _ask_outside_if_needed(row, current)
    return appeal


def may_be_handled_inside(decision: Decision) -> bool:
    """Whether somebody on the team is left who did not decide.

    Who has not declared yet counts: they may find that they have no conflict.
    """
    deciders = (decision.proposed_by, decision.approved_by)
    members = members_who_may(decision.case, write=False)
    return any(user.code not in deciders for user in members)


def who_answers(decision: Decision) -> str:
    """Who can answer an objection: "team", "outside", or nobody (empty)."""
    if may_be_handled_inside(decision):
        return "team"
    return "outside" if outside.can_be_asked(decision.case) else ""


def _needs_outside(decision: Decision) -> bool:
    """Nobody but those who decided is left, and the outside contact was not asked."""
    waits = outside.waits_for_outside(decision.case, outside.APPEAL, decision)
    return not waits and who_answers(decision) == "outside"


def _ask_outside_if_needed(row: Case, decision: Decision) -> None:
    decision.case = row
    if not _needs_outside(decision):
        return
    link = outside.make_link(case=row, purpose=outside.APPEAL, decision=decision)
    data = {"purpose": outside.APPEAL, "decision": decision.code}
    note(row, EntryKind.OUTSIDE_ASKED, data=data)
    ask_outside(link)


def ask_outside_where_nobody_is_left(event) -> None:
    """Ask the outside contact about objections that nobody inside can answer now.

    Members step back, and links expire.
    """
    waiting = Appeal.objects.filter(event=event, state=AppealState.OPEN)
    for appeal in waiting.select_related("decision__case__event"):
        if _needs_outside(appeal.decision):
            with change(appeal.decision.case, revision=None) as row:
                _ask_outside_if_needed(row, appeal.decision)


@transaction.atomic
def decide(
    *, appeal: Appeal, by, revision: int | None, granted: bool, answer: str
) -> list[str]:
    """Answer an objection; if it is right, the decision is lifted.

    Args:
        appeal: The objection.
        by: A member who did not decide; None for the outside contact, see
            ``decide_outside``.
        revision: Of the case, when the form was opened; None for the outside
            contact.
        granted: The objection is right.
        answer: What the subject reads; required.

    Returns:
        What could not be restored, in words. It is on the timeline, too.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: They may not, it was answered already, or there is no answer.
    """
    answer = clean_text(answer, required=_("Please write an answer for them."))
    with change(appeal.decision.case, revision=revision) as row:
        decision = locked(appeal.decision, row)
        current = Appeal.objects.select_for_update().get(pk=appeal.pk)
        if by and not may_handle_appeal(by, decision):
            raise CocError(_("This objection is for somebody who did not decide."))
        if current.state != AppealState.OPEN:
            raise CocError(_("This objection was answered already."))
        current.state = AppealState.GRANTED if granted else AppealState.UPHELD
        current.handled_by, current.handled_outside = by.code if by else "", by is None
        current.handled, current.answer = now(), answer
        current.save()
        _move_on(row, decision)
        data = {"decision": decision.code, "granted": granted, "outside": by is None}
        note(row, EntryKind.APPEAL_DECIDED, by=by, text=answer, data=data)
        if granted and decision.state in OPEN_TO_OBJECTION:
            return end(row, decision, by, answer, DecisionState.LIFTED)
        deliver(decision)
    return []


def _move_on(row: Case, decision: Decision) -> None:
    """Put the case where it was before, as far as that was not the end of it."""
    others = Appeal.objects.filter(decision__case=row, state=AppealState.OPEN)
    if row.state != CaseState.APPEALED or others.exists():
        return
    entry = CaseEntry.objects.filter(
        event=row.event, kind=EntryKind.APPEALED, data__decision=decision.code
    ).last()
    in_hand = entry and entry.data.get("old") in IN_HAND
    state = CaseState.IN_WORK if in_hand else CaseState.DECIDED
    check_step(row.state, state, with_decision=True)
    row.state = state


@transaction.atomic
def decide_outside(*, event, secret: str, granted: bool, answer: str) -> list[str]:
    """Answer an objection as the outside contact, through a one-time link.

    Returns:
        What could not be restored, in words.

    Raises:
        OutsideLinkError: The link is no good.
        CocError: It was answered already, or there is no answer.
    """
    link = outside.use(event, secret)
    appeal = Appeal.objects.filter(decision=link.decision_id).first()
    if link.purpose != outside.APPEAL or not appeal:
        raise CocError(_("This link is for something else."))
    return decide(appeal=appeal, by=None, revision=None, granted=granted, answer=answer)
