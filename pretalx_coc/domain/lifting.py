# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Lifting a decision: with as many people as making it takes.

Who is excluded to keep others safe is not let in again by one person alone. So
the first who lifts such a decision only asks for it, and the second lifts it.

    lift(*, decision, by, text, revision=None) -> what could not be restored
    keep(*, decision, by, text, revision)

After ``lift``, the decision is in force as long as somebody else has to agree.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import outside
from pretalx_coc.domain.access import case_rights, may_second
from pretalx_coc.domain.case_log import change, clean_text, note
from pretalx_coc.domain.decision_mails import ask_members, ask_outside
from pretalx_coc.domain.decision_steps import (
    SECOND_LOOK,
    end,
    locked,
    log,
    named,
    refuse_unless,
)
from pretalx_coc.domain.decisions import could_look, needs_two
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.liftings import lifting_of
from pretalx_coc.enums import DecisionState, EntryKind
from pretalx_coc.models import Case, Decision


def takes_two(decision: Decision, by) -> bool:
    """Whether a person cannot lift a decision alone.

    As many as it took to make it, or as the settings ask for by now. Whoever
    could take the second look at what one person did at once is the second.

    Args:
        decision: The decision, in force.
        by: The member.
    """
    if may_second(by, decision):
        return False
    return bool(decision.approved) or needs_two(decision.event, decision.measure)


@transaction.atomic
def lift(
    *, decision: Decision, by, text: str, revision: int | None = None
) -> list[str]:
    """Lift a decision, or ask for it, and restore what can be restored.

    Whoever was told of it is told again. Where two are needed and nobody else can
    look, the outside contact is asked; without one it is lifted alone, and the
    timeline says so.

    Args:
        decision: The decision, in force.
        by: The member; None for the outside contact, once somebody asked for it.
        text: Why; required of who asks for it.
        revision: Of the case, when the form was opened; None where a step of its
            own was locked before.

    Returns:
        What could not be restored, in words. It is on the timeline, too.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: There is no reason, it is not in force, or it waits for somebody
            else already.
    """
    text = clean_text(text)
    with change(decision.case, revision=revision) as row:
        current = locked(decision, row)
        refuse_unless(current, DecisionState.IN_FORCE)
        asked = lifting_of(current)
        if asked:
            return _agree(row, current, by, asked, text)
        text = clean_text(text, required=_("Please say why."))
        if by and takes_two(current, by):
            others = could_look(row, by.code)
            if others or outside.can_be_asked(row):
                _ask(row, current, by, text, others=others)
                return []
            log(current, "lifted_alone", by)
        return end(row, current, by, text, DecisionState.LIFTED)


def _ask(row: Case, decision: Decision, by, text: str, *, others) -> None:
    due = now() + SECOND_LOOK
    data = named(decision, lifting=True, due=due.isoformat())
    note(row, EntryKind.PROPOSED, by=by, text=text, data=data)
    log(decision, "lifting_proposed", by)
    if not row.next_due:
        # So that it is chased: somebody may be kept out for no reason.
        row.next_step = row.next_step or _(
            "Somebody asks to lift it: somebody else has to agree."
        )
        row.next_due = due
    if others:
        ask_members(decision)
        return
    link = outside.make_link(case=row, purpose=outside.APPROVE, decision=decision)
    data = {"purpose": outside.APPROVE, "decision": decision.code}
    note(row, EntryKind.OUTSIDE_ASKED, by=by, data=data)
    ask_outside(link)


def _answered(row: Case, asked) -> None:
    """What was asked for is no longer the next step, if it was."""
    if row.next_due and row.next_due.isoformat() == asked.data.get("due"):
        row.next_step, row.next_due = "", None


def _agree(row: Case, decision: Decision, by, asked, text: str) -> list[str]:
    if by and (by.code == asked.author_code or not case_rights(by, row).write):
        raise CocError(_("Somebody else has to agree before it is lifted."))
    data = named(decision, lifting=True)
    note(row, EntryKind.APPROVED, by=by, text=text, data=data)
    _answered(row, asked)
    return end(row, decision, by, asked.text, DecisionState.LIFTED)


@transaction.atomic
def keep(*, decision: Decision, by, text: str, revision: int | None) -> Decision:
    """Do not lift a decision that somebody asked to lift, or take that back.

    Args:
        decision: The decision, in force.
        by: The member; None for the outside contact.
        text: Why; required of members.
        revision: Of the case, when the form was opened.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: There is no reason, or nobody asks for it any more.
    """
    text = clean_text(text, required=_("Please say why.") if by else "")
    with change(decision.case, revision=revision) as row:
        current = locked(decision, row)
        asked = lifting_of(current)
        if not asked:
            raise CocError(_("Nobody asks to lift this decision any more."))
        _answered(row, asked)
        log(current, "lifting_refused", by)
        data = named(current, lifting=True)
        note(row, EntryKind.REFUSED, by=by, text=text, data=data)
    return current
