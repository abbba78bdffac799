# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the outside contact does: asked by the team, answering through their link."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pretalx_coc.domain import decisions, lifting, outside
from pretalx_coc.domain.case_log import change, clean_text, note
from pretalx_coc.domain.decision_mails import ask_outside
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.liftings import decisions_to_lift, lifting_of
from pretalx_coc.enums import DecisionState, EntryKind
from pretalx_coc.models import Case, Decision, OutsideLink


@transaction.atomic
def ask(
    *, case: Case, by, purpose: str, decision: Decision | None = None
) -> OutsideLink:
    """Ask the outside contact: they get a mail with a link that works once.

    Asking again makes the earlier link void.

    Args:
        case: The case.
        by: The member who asks; None for the software, where nobody is left.
        purpose: ``outside.APPROVE``, ``APPEAL`` or ``ADVISE``.
        decision: The decision that it is about.

    Raises:
        CocError: There is no outside contact, or they are a part of the case.
    """
    with change(case, revision=None) as row:
        link = outside.make_link(case=row, purpose=purpose, decision=decision)
        data = {"purpose": purpose}
        if decision:
            data["decision"] = decision.code
        note(row, EntryKind.OUTSIDE_ASKED, by=by, data=data)
        ask_outside(link)
    return link


def ask_where_nobody_is_left(event) -> None:
    """Ask the outside contact about decisions that nobody inside can look at now.

    Members step back after a decision was proposed, and links expire.
    """
    waiting = Decision.objects.filter(
        Q(state=DecisionState.PROPOSED)
        | Q(state=DecisionState.IN_FORCE, emergency=True, approved=None),
        event=event,
    )
    firsts = [(one, one.proposed_by) for one in waiting.select_related("case", "event")]
    firsts += [(one, asked.author_code) for one, asked in decisions_to_lift(event)]
    for decision, first in firsts:
        case, asked = decision.case, outside.APPROVE
        if (
            not decisions.could_look(case, first)
            and not outside.waits_for_outside(case, asked, decision)
            and outside.can_be_asked(case)
        ):
            ask(case=case, by=None, purpose=asked, decision=decision)


@transaction.atomic
def answer_decision(*, event, secret: str, agreed: bool, text: str = "") -> list[str]:
    """Be the second person for a decision, through a one-time link.

    Args:
        event: The event.
        secret: From the link.
        agreed: They approve; or, of what was done in an emergency and what
            somebody asked to lift, it stays.
        text: What they want to say; required where they do not agree.

    Returns:
        What could not be restored, in words, where it was lifted.

    Raises:
        OutsideLinkError: The link is no good.
        CocError: The decision does not wait for anybody any more.
    """
    link = outside.use(event, secret)
    decision = link.decision
    if link.purpose != outside.APPROVE or not decision:
        raise CocError(_("This link is for something else."))
    given = {"decision": decision, "by": None, "revision": None, "text": text}
    if lifting_of(decision):
        if not agreed:
            return lifting.lift(**given)
        decision = lifting.keep(**given)
        if not decision.emergency or decision.approved:
            return []
    if decision.state == DecisionState.IN_FORCE:
        return decisions.second_look(**given, agreed=agreed)
    if agreed:
        decisions.approve(**given)
    else:
        decisions.refuse(**given)
    return []


@transaction.atomic
def advise(*, event, secret: str, text: str) -> None:
    """Put the outside contact's advice on a case, through a one-time link.

    Raises:
        OutsideLinkError: The link is no good.
        CocError: There is no text, or too much.
    """
    text = clean_text(text, required=_("Please write something."))
    link = outside.use(event, secret)
    if link.purpose != outside.ADVISE:
        raise CocError(_("This link is for something else."))
    with change(link.case, revision=None) as row:
        note(row, EntryKind.NOTE, text=text, data={"outside": True})
