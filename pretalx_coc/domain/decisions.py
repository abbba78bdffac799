# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What may happen to a decision: proposed, approved, looked at again, ended.

It is lifted in ``domain.lifting``.

Whether a person may work on the case is asked before (``domain.access``); who may
be the second one is asked here, while the case is locked.

    propose(*, case, by, revision, draft, emergency=False, alone_because="")
    approve(*, decision, by, revision, text="")
    refuse(*, decision, by, revision, text)
    second_look(*, decision, by, revision, agreed, text="")
    done_on_site(*, decision, by, number)
    end_what_is_over(event)

``revision`` is that of the case when the form was opened: of two who decide at
once the second is told (``CaseChangedError``).
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import outside
from pretalx_coc.domain.access import may_approve, may_second, members_who_may
from pretalx_coc.domain.case_log import change, clean_text, note
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.decision_drafts import Draft, checked, unsaved
from pretalx_coc.domain.decision_mails import ask_members, ask_outside
from pretalx_coc.domain.decision_steps import (
    FIRST,
    end,
    locked,
    log,
    named,
    plain,
    put_in_force,
    refuse_unless,
    save,
)
from pretalx_coc.domain.effects import exclusion, plan
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import CaseState, DecisionState, EntryKind, Measure, TwoPeople
from pretalx_coc.models import Case, CocSettings, Decision


def needs_two(event, measure: str) -> bool:
    """Whether the settings ask for a second person for a measure."""
    wanted = (get_settings(event) or CocSettings()).two_people
    if wanted == TwoPeople.ALL:
        return measure != Measure.NO_ACTION
    return wanted == TwoPeople.EXCLUSIONS and measure in plan.EXCLUDES


def could_look(case: Case, proposed_by: str) -> list:
    """The members who could be the second one; they may still have to declare.

    Args:
        case: The case.
        proposed_by: The code of who proposes the decision, or did.
    """
    members = members_who_may(case, write=False)
    return [user for user in members if user.code != proposed_by]


@transaction.atomic
def propose(
    *, case: Case, by, revision: int, draft: Draft, emergency=False, alone_because=""
) -> Decision:
    """Decide; where two people are needed, propose, and wait for the second.

    In an emergency it holds at once, and somebody looks again within
    ``SECOND_LOOK``. Where nobody else could be the second one, the outside contact
    is asked, unless ``alone_because`` says why it is made alone.

    Args:
        case: The case.
        by: The member.
        revision: Of the case, when the form was opened.
        draft: What it says.
        emergency: It cannot wait.
        alone_because: Why nobody else looks at it.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: Something is missing, or is not allowed.
    """
    draft, alone_because = checked(case, draft), clean_text(alone_because)
    with change(case, revision=revision) as row:
        check_step(row.state, CaseState.DECIDED, with_decision=True)
        two = needs_two(row.event, draft.measure)
        alone = two and not could_look(row, by.code)
        check_alone(row, alone_because, two=two, alone=alone)
        decision = unsaved(row, draft)
        decision.proposed_by, decision.proposed = by.code, now()
        decision.alone_because = alone_because if two else ""
        decision.emergency = emergency and two and not alone_because
        if draft.measure in plan.EXCLUDES:
            decision.effects = exclusion.planned(row, draft.address)
        decision.save()
        log(decision, FIRST, by, **plain(decision))
        if two and not alone_because:
            _ask_for_a_look(row, decision, by, alone=alone)
        if not two or alone_because or emergency:
            put_in_force(row, decision, by)
        else:
            note(row, EntryKind.PROPOSED, by=by, data=named(decision))
    return decision


def check_alone(case: Case, alone_because: str, *, two: bool, alone: bool) -> None:
    """Refuse to decide alone where somebody could look, and without a reason.

    Args:
        case: The case.
        alone_because: Why nobody else looks at it, if somebody says so.
        two: The settings ask for a second person.
        alone: There is nobody who could be the second one.

    Raises:
        CocError: Somebody could look, or nobody can and there is no reason.
    """
    if alone_because and two and not alone:
        raise CocError(
            _("Somebody else can look at this, so please let them approve it.")
        )
    if alone and not alone_because and not outside.can_be_asked(case):
        raise CocError(
            _(
                "Nobody else can look at this, and there is no outside contact. "
                "Please say why you decide alone."
            )
        )


def _ask_for_a_look(row: Case, decision: Decision, by, *, alone: bool) -> None:
    if not alone:
        ask_members(decision)
        return
    link = outside.make_link(case=row, purpose=outside.APPROVE, decision=decision)
    data = {"purpose": outside.APPROVE, "decision": decision.code}
    note(row, EntryKind.OUTSIDE_ASKED, by=by, data=data)
    ask_outside(link)


@transaction.atomic
def approve(
    *, decision: Decision, by, revision: int | None, text: str = ""
) -> Decision:
    """Be the second one: from now on the decision holds.

    Args:
        decision: The decision, waiting for a second person.
        by: The member; None for the outside contact (``domain.outside``).
        revision: Of the case, when the form was opened.
        text: What they want to say.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: They may not, or it does not wait any more.
    """
    text = clean_text(text)
    with change(decision.case, revision=revision) as row:
        current = locked(decision, row)
        if by and not may_approve(by, current):
            raise CocError(_("This decision is not for you to approve."))
        refuse_unless(current, DecisionState.PROPOSED)
        _set_second(current, by)
        note(row, EntryKind.APPROVED, by=by, text=text, data=named(current))
        put_in_force(row, current, by)
    return current


def _set_second(decision: Decision, by) -> None:
    decision.approved = now()
    decision.approved_by = by.code if by else ""
    decision.approved_outside = by is None


@transaction.atomic
def refuse(*, decision: Decision, by, revision: int | None, text: str) -> Decision:
    """Do not approve a decision, or take back one's own before it holds.

    Args:
        decision: The decision, waiting for a second person.
        by: The member; None for the outside contact.
        revision: Of the case, when the form was opened.
        text: Why; required.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: There is no reason, or it does not wait any more.
    """
    text = clean_text(text, required=_("Please say why."))
    with change(decision.case, revision=revision) as row:
        current = locked(decision, row)
        refuse_unless(current, DecisionState.PROPOSED)
        current.state, current.effects = DecisionState.REFUSED, []
        save(current)
        log(current, "refused", by)
        note(row, EntryKind.REFUSED, by=by, text=text, data=named(current))
    return current


@transaction.atomic
def second_look(
    *, decision: Decision, by, revision: int | None, agreed: bool, text: str = ""
) -> list[str]:
    """Look again at what somebody decided at once; who does not agree lifts it.

    Args:
        decision: The decision, made in an emergency.
        by: The member; None for the outside contact.
        revision: Of the case, when the form was opened.
        agreed: It stays.
        text: What they want to say; required where they do not agree.

    Returns:
        What could not be restored, in words.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: They may not, or somebody looked already.
    """
    if not agreed:
        text = clean_text(text, required=_("Please say why."))
    with change(decision.case, revision=revision) as row:
        current = locked(decision, row)
        refuse_unless(current, DecisionState.IN_FORCE)
        if (
            current.approved
            or not current.emergency
            or (by and not may_second(by, current))
        ):
            raise CocError(_("This decision is not for you to look at again."))
        _set_second(current, by)
        if not agreed:
            return end(row, current, by, clean_text(text), DecisionState.LIFTED)
        save(current)
        log(current, "second_look", by)
        data = named(current, second_look=True)
        note(row, EntryKind.APPROVED, by=by, text=clean_text(text), data=data)
    return []


@transaction.atomic
def done_on_site(*, decision: Decision, by, number: int) -> Decision:
    """Note that a step on site was done, by whom and when.

    Args:
        decision: The decision.
        by: The member who notes it.
        number: Which of ``on_site``, counted from 0.

    Raises:
        CocError: There is no such step, or it was done already.
    """
    with change(decision.case, revision=None) as row:
        current = locked(decision, row)
        refuse_unless(current, DecisionState.IN_FORCE)
        if not 0 <= number < len(current.on_site) or current.on_site[number]["done"]:
            raise CocError(_("This was noted already."))
        step = current.on_site[number]
        step["done"] = True
        step["who"] = step["who"] or by.code
        step["when"] = step["when"] or now().isoformat()
        save(current)
        note(row, EntryKind.DONE, by=by, data=named(current, what=step["what"]))
    return current


def end_what_is_over(event) -> int:
    """End the decisions of an event whose time is over; how many there were.

    Files and pages that they withheld are public again, and talks may be
    confirmed.
    """
    over = Decision.objects.filter(
        event=event, state=DecisionState.IN_FORCE, ends__lte=now(), case__erased=None
    )
    ended = 0
    for decision in over.select_related("case", "event"):
        with transaction.atomic(), change(decision.case, revision=None) as row:
            current = locked(decision, row)
            if current.state == DecisionState.IN_FORCE:
                end(row, current, None, "", DecisionState.ENDED)
                ended += 1
    return ended
