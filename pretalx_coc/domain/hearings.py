# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asking the subject of a case for their side.

They read what a member wrote for them and nothing else of the case, see
``domain.disclosures``, and answer once.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import deliveries
from pretalx_coc.domain.case_log import change, clean_text, note, refuse_closed
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import CaseState, EntryKind, HearingState, WaitingFor
from pretalx_coc.models import Case, CaseEntry, Delivery
from pretalx_coc.tasks import after_commit
from pretalx_coc.tasks_team import task_case_news

#: From these a case goes to "waiting" when its subject is asked.
MAY_WAIT = (CaseState.NEW, CaseState.ACKNOWLEDGED, CaseState.IN_WORK, CaseState.WAITING)


def _wait_for_subject(row: Case, due) -> None:
    if row.state not in MAY_WAIT:
        return
    if row.state != CaseState.WAITING:
        check_step(row.state, CaseState.WAITING)
    if row.state == CaseState.NEW:
        row.acknowledged = now()
    row.state = CaseState.WAITING
    row.waiting_for, row.waiting_until = WaitingFor.SUBJECT, due


def _stop_waiting(row: Case) -> None:
    if row.state == CaseState.WAITING and row.waiting_for == WaitingFor.SUBJECT:
        check_step(row.state, CaseState.IN_WORK)
        row.state, row.waiting_for, row.waiting_until = CaseState.IN_WORK, "", None


@transaction.atomic
def ask(*, case: Case, by, revision: int, text: str, due) -> Delivery:
    """Ask the subject for their side; the case waits for them.

    May be done again once they have answered: that is another question.

    Args:
        case: The case.
        by: The member.
        revision: Of the case, when the form was opened.
        text: What the subject reads.
        due: Until when they are asked to answer.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: There is nobody who could read it, they are asked already, the
            case is closed, or something is missing.
    """
    text = clean_text(text, required=_("Please write what you ask."))
    if not due or due <= now():
        raise CocError(_("Please choose a time in the future."))
    with change(case, revision=revision) as row:
        refuse_closed(row)
        if row.hearing == HearingState.ASKED:
            raise CocError(_("They were asked already, and have not answered yet."))
        if not deliveries.deliverable(row):
            raise CocError(
                _(
                    "They have no account here, so they cannot be asked this way. "
                    "You can write down what they say as a note, and say here why "
                    "they were not asked."
                )
            )
        _wait_for_subject(row, due)
        row.hearing, row.hearing_due = HearingState.ASKED, due
        entry = note(
            row,
            EntryKind.HEARING_ASKED,
            by=by,
            text=text,
            data={"due": due.isoformat()},
        )
        return deliveries.disclose_question(row, entry)


def answer_of(entry_pk: int, event) -> CaseEntry | None:
    """The answer to a question, if there is one."""
    return CaseEntry.objects.filter(
        event=event, kind=EntryKind.HEARING_ANSWERED, data__asked=entry_pk
    ).first()


def awaits_answer(case: Case) -> bool:
    """Whether an answer of the subject's to a question would still be read.

    Where two cases became one, there may be a second question.
    """
    asked = (HearingState.ASKED, HearingState.ANSWERED)
    return case.hearing in asked and case.state != CaseState.CLOSED


@transaction.atomic
def answer(*, delivery: Delivery, by, text: str) -> CaseEntry:
    """Put the answer of the subject on the timeline.

    Also when it is late, as long as the case still waits for it.

    Args:
        delivery: The question, as it was disclosed to them.
        by: The subject.
        text: Their side.

    Raises:
        CocError: It is not theirs to answer, they have answered, or nobody waits
            for it any more; or there is no text, or too much.
    """
    text = clean_text(text, required=_("Please write something."))
    if delivery.entry is None or delivery.user_code != by.code:
        raise CocError(_("There is nothing to answer."))
    with change(deliveries.case_of(delivery), revision=None) as row:
        if answer_of(delivery.entry, row.event):
            raise CocError(_("You have answered already. Thank you."))
        if not awaits_answer(row):
            raise CocError(_("An answer is not needed any more."))
        row.hearing = HearingState.ANSWERED
        _stop_waiting(row)
        after_commit(task_case_news, event_id=row.event_id, pk=row.pk)
        return note(
            row,
            EntryKind.HEARING_ANSWERED,
            by=by,
            text=text,
            data={"asked": delivery.entry},
        )


@transaction.atomic
def skip(*, case: Case, by, revision: int, reason: str) -> Case:
    """Go on without the subject's side: not asked, or asked and no answer came.

    Args:
        case: The case.
        by: The member.
        revision: Of the case, when the form was opened.
        reason: Why.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: There is no reason, they have answered, they still have time,
            or the case is closed.
    """
    reason = clean_text(reason, required=_("Please say why."))
    with change(case, revision=revision) as row:
        refuse_closed(row)
        if row.hearing == HearingState.ANSWERED:
            raise CocError(_("They have answered already."))
        if row.hearing == HearingState.ASKED and row.hearing_due > now():
            raise CocError(_("They were asked, and still have time to answer."))
        row.hearing = HearingState.SKIPPED
        _stop_waiting(row)
        note(row, EntryKind.HEARING_SKIPPED, by=by, text=reason)
    return case
