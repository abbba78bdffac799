# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Objections: the subject of a decision says once that it is wrong.

Somebody who did not decide answers it, or the outside contact.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain.access import members_who_may
from pretalx_coc.domain.case_log import change, clean_text, note
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.deliveries import may_be_objected_to
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import CaseState, DecisionState, EntryKind
from pretalx_coc.models import Appeal, Decision

#: A case that is worked on goes on after an objection; another is decided again.
IN_HAND = (CaseState.IN_WORK, CaseState.WAITING)


def is_open_to_objection(decision: Decision) -> bool:
    """Whether its subject can still object, as far as time and state go.

    The time begins when they were sent word; who reads it earlier, on their own
    page, can object at once.
    """
    in_time = not decision.appeal_until or now() <= decision.appeal_until
    return (
        in_time
        and decision.state in (DecisionState.IN_FORCE, DecisionState.ENDED)
        and may_be_objected_to(decision)
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
        note(
            row,
            EntryKind.APPEALED,
            by=by,
            text=text,
            data={"decision": current.code, "old": str(old)},
        )
    return appeal


def may_be_handled_inside(decision: Decision) -> bool:
    """Whether somebody on the team is left who did not decide.

    Who has not declared yet counts: they may find that they have no conflict.
    """
    deciders = (decision.proposed_by, decision.approved_by)
    members = members_who_may(decision.case, write=False)
    return any(user.code not in deciders for user in members)


def needs_the_outside_contact(decision: Decision) -> bool:
    """Nobody on the team may answer an objection, and there is somebody outside."""
    outside = read_settings(decision.event).outside_email
    return bool(outside) and not may_be_handled_inside(decision)
