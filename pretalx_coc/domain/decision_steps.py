# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the steps of a decision have in common: coming into force, and ending."""

import datetime as dt

from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.case_log import chain_of, note
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.decision_mails import tell_others
from pretalx_coc.domain.deliveries import deliver
from pretalx_coc.domain.effects import plan
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import (
    AuditAction,
    CaseState,
    DecisionState,
    EntryKind,
    HearingState,
)
from pretalx_coc.models import Case, Decision

SECOND_LOOK = dt.timedelta(hours=24)
FIRST = "proposed"


def log(decision: Decision, step: str, by, **data) -> None:
    """Note a step of a decision, the first one with a commitment to its texts."""
    texts = ("reason", "statement", "conditions", "alone_because")
    audit.write(
        event=decision.event,
        chain=chain_of(decision.case),
        action=AuditAction.DECISION,
        actor=by,
        subject=decision.code,
        data={"step": step, "measure": str(decision.measure), **data},
        texts={name: getattr(decision, name) for name in texts if step == FIRST},
    )


def named(decision: Decision, **data) -> dict:
    return {"decision": decision.code, "measure": str(decision.measure), **data}


def plain(decision: Decision) -> dict:
    """What a decision says, but for its texts."""
    return {
        "evidence": decision.evidence,
        "talks": decision.talks,
        "talk_state": decision.talk_state,
        "also": [str(value) for value in decision.also],
        "resources": decision.resources,
        "on_site": [step["what"] for step in decision.on_site],
        "starts": decision.starts.isoformat(),
        "ends": decision.ends.isoformat() if decision.ends else None,
        "emergency": decision.emergency,
        "alone": bool(decision.alone_because),
    }


def put_in_force(row: Case, decision: Decision, by) -> None:
    """Let a decision hold, and do what it does to pretalx.

    Raises:
        CocError: The case does not allow it, or its time is over: somebody may
            approve it long after it was proposed.
    """
    check_step(row.state, CaseState.DECIDED, with_decision=True)
    times = (decision.ends, decision.change_due)
    if any(at and at <= now() for at in times):
        raise CocError(
            _("The time that this decision gives is over. Please propose it anew.")
        )
    decision.case, decision.state = row, DecisionState.IN_FORCE
    if decision.emergency:
        decision.second_look_due = now() + SECOND_LOOK
    decision.effects = plan.apply(decision, by)
    save(decision)
    row.state, row.decided = CaseState.DECIDED, now()
    row.waiting_for, row.waiting_until = "", None
    if not row.acknowledged:
        row.acknowledged = now()
    _plan_next_step(row, decision)
    kinds = sorted({effect["kind"] for effect in decision.effects})
    log(decision, "in_force", by, effects=kinds)
    note(row, EntryKind.IN_FORCE, by=by, data=named(decision, effects=kinds))
    tell_others(decision)
    _tell_subject(row, decision)


def _tell_subject(row: Case, decision: Decision) -> None:
    """Tell whom it is about, unless nothing is done and they know of nothing."""
    knows = row.hearing in (HearingState.ASKED, HearingState.ANSWERED)
    if decision.statement or knows:
        deliver(decision)


def _plan_next_step(row: Case, decision: Decision) -> None:
    """Let somebody look when what was asked for is due, if nothing else is."""
    due = decision.change_due
    if not due and decision.review_date:
        day = dt.datetime.combine(decision.review_date, dt.time(9))
        due = day.replace(tzinfo=row.event.tz)
    if due and not row.next_due:
        row.next_due = due
        row.next_step = row.next_step or _("Look at what was decided again")


def save(decision: Decision) -> None:
    decision.revision += 1
    decision.save()


def locked(decision: Decision, row: Case) -> Decision:
    """A decision as it is now, while its case is locked."""
    current = Decision.objects.select_for_update().get(pk=decision.pk)
    current.case = row
    return current


def refuse_unless(decision: Decision, state: str) -> None:
    if decision.state != state:
        raise CocError(
            _("This decision is “{state}” by now.").format(
                state=decision.get_state_display()
            )
        )


def end(row: Case, decision: Decision, by, text: str, state: str) -> list[str]:
    """Let a decision hold no longer."""
    lifted = state == DecisionState.LIFTED
    only = _to_undo(decision, lifted=lifted)
    decision.state = state
    if lifted:
        decision.lifted, decision.lifted_reason = now(), text
    # Saved first: what is in force is done again when it is undone.
    save(decision)
    left = plan.undo(decision, by, only=only)
    log(decision, str(state), by, left=len(left))
    kind = EntryKind.LIFTED if lifted else EntryKind.ENDED
    note(row, kind, by=by, text="\n".join([text, *left]).strip(), data=named(decision))
    if lifted:
        tell_others(decision)
        if decision.deliveries.exists():
            deliver(decision)
    return left


def _to_undo(decision: Decision, *, lifted: bool):
    """The kinds of effect to undo; None for all."""
    if not lifted:
        return plan.TEMPORARY
    # When its time was over, these were undone already.
    over = decision.state == DecisionState.ENDED
    return [kind for kind in plan.KINDS if kind not in plan.TEMPORARY] if over else None
