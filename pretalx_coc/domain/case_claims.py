# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who is working on a case right now, so that two do not do it twice; and whose it is.

A claim is visible and runs out by itself, and others may take it over. It
keeps nobody from saving: that is what the revision of a case is for.
"""

import datetime as dt

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain.access import case_rights
from pretalx_coc.domain.case_log import (
    CLAIM_MINUTES,
    change,
    note,
    refuse_closed,
    renew_claim,
)
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import EntryKind
from pretalx_coc.models import Case


class ClaimedError(CocError):
    """Somebody else has claimed the case; ``holder`` is the code of their account."""

    def __init__(self, message: str, holder: str):
        super().__init__(message)
        self.holder = holder


def holder_of(case: Case) -> str:
    """The code of the account that has claimed a case and still has it, or ""."""
    holds = case.claimed_until and case.claimed_until > now()
    return case.claimed_by if holds else ""


def _name_of(code: str) -> str:
    user = User.objects.filter(code=code).first()
    return user.get_display_name() if user else code


def _give(row: Case, by) -> None:
    row.claimed_by = by.code
    row.claimed_until = now() + dt.timedelta(minutes=CLAIM_MINUTES)


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update().get(pk=case.pk)


@transaction.atomic
def claim(*, case: Case, by) -> Case:
    """Say that one works on a case now.

    Args:
        case: The case.
        by: The member. Who has it already keeps it for another while.

    Raises:
        ClaimedError: Somebody else has it.
        CocError: The case is closed.
    """
    holder = holder_of(_locked(case))
    if holder == by.code:
        return renew(case=case, by=by)
    if holder:
        raise ClaimedError(
            _("{name} is working on this case right now. You can take it over.").format(
                name=_name_of(holder)
            ),
            holder,
        )
    with change(case, revision=None) as row:
        refuse_closed(row)
        _give(row, by)
        note(row, EntryKind.CLAIMED, by=by)
    return case


@transaction.atomic
def take_over(*, case: Case, by, holder: str) -> Case:
    """Claim a case that somebody else has claimed; the timeline says so.

    Args:
        case: The case.
        by: The member.
        holder: From whom: the code of the account that the page showed.

    Raises:
        ClaimedError: By now somebody else has it.
        CocError: The case is closed.
    """
    current = holder_of(_locked(case))
    if current in ("", by.code):
        return claim(case=case, by=by)
    if current != holder:
        raise ClaimedError(
            _("By now {name} is working on this case.").format(name=_name_of(current)),
            current,
        )
    with change(case, revision=None) as row:
        refuse_closed(row)
        _give(row, by)
        note(row, EntryKind.TAKEN_OVER, by=by, data={"from": holder})
    return case


@transaction.atomic
def release(*, case: Case, by) -> Case:
    """Give back a case that one has claimed; does nothing where one has not."""
    if _locked(case).claimed_by != by.code:
        return case
    with change(case, revision=None) as row:
        row.claimed_by, row.claimed_until = "", None
        note(row, EntryKind.RELEASED, by=by)
    return case


@transaction.atomic
def renew(*, case: Case, by) -> Case:
    """Let one's claim hold on: called whenever its holder opens the case.

    Is no change of the case: a page that somebody else has open stays current.
    """
    row = _locked(case)
    if row.claimed_by == by.code:
        renew_claim(row, by)
        row.save(update_fields=["claimed_until"])
    case.claimed_by, case.claimed_until = row.claimed_by, row.claimed_until
    return case


@transaction.atomic
def assign(*, case: Case, by, to, revision: int) -> Case:
    """Give a case to a member, or to nobody.

    Args:
        case: The case.
        by: The member who assigns.
        to: The member who is to see to it; None for nobody.
        revision: Of the case, when the form was opened.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: They may not work on this case, or it is closed.
    """
    with change(case, revision=revision) as row:
        refuse_closed(row)
        if to and not case_rights(to, row).write:
            raise CocError(_("They have not said that they have no conflict."))
        code = to.code if to else ""
        if row.assignee != code:
            row.assignee = code
            note(row, EntryKind.ASSIGNED, by=by, data={"to": code})
    return case
