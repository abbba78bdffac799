# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""How members stand to a case: conflicts, stepping back, letting others in."""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.access import members_of, members_who_may
from pretalx_coc.domain.case_log import chain_of, change, note
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import AuditAction, EntryKind, Standing
from pretalx_coc.models import Case, CaseMember


def _own_row(case: Case, user) -> CaseMember:
    return CaseMember.objects.select_for_update().get(case=case, user_code=user.code)


def _set(member: CaseMember, standing: str, by) -> None:
    """Say how a member stands to a case; the log has it, the timeline has not.

    Why somebody has a conflict is nobody's business, and that they have one is
    not a matter of those who go on.
    """
    member.standing, member.declared = standing, now()
    member.save(update_fields=["standing", "declared"])
    audit.write(
        event=member.event,
        chain=chain_of(member.case),
        action=AuditAction.CASE_DECLARED,
        actor=by,
        subject=member.case.code,
        data={"standing": str(standing)},
    )


@transaction.atomic
def declare(*, case: Case, by, conflict: bool) -> CaseMember:
    """Say whether one has a conflict, before one may read a case.

    Args:
        case: The case.
        by: The member.
        conflict: They have one: from now on the case is not there for them.

    Raises:
        CocError: They have declared already.
    """
    member = _own_row(case, by)
    # Whoever merges cases has locked the rows: this one may have gone elsewhere.
    if Case.objects.filter(pk=case.pk).exclude(merged_into="").exists():
        raise CocError(_("This case went into another one."))
    wanted = Standing.CONFLICT if conflict else Standing.CLEAR
    if member.standing == wanted:
        return member
    if member.standing != Standing.ASKED:
        raise CocError(_("You have declared already."))
    _set(member, wanted, by)
    return member


@transaction.atomic
def step_back(*, case: Case, by) -> None:
    """Leave a case, without a reason; what they had claimed is free again."""
    with change(case, revision=None) as row:
        member = _own_row(row, by)
        _set(member, Standing.STEPPED_BACK, by)
        if row.claimed_by == by.code:
            row.claimed_by, row.claimed_until = "", None
        if row.assignee == by.code:
            row.assignee = ""
        note(row, EntryKind.STEPPED_BACK, by=by)


def not_yet_in(case: Case) -> list:
    """The members who are not on a case because they came later."""
    known = set(case.members.values_list("user_code", flat=True))
    return [user for user in members_of(case.event) if user.code not in known]


@transaction.atomic
def let_in(*, case: Case, by, user) -> CaseMember:
    """Let a member know of a case that is older than their membership.

    Whether they are a part of it is asked when they look, as of everybody.

    Raises:
        CocError: They are not on the response team, or on the case already.
    """
    with change(case, revision=None) as row:
        if user not in not_yet_in(row):
            raise CocError(_("They are on this case already, or not on the team."))
        member = CaseMember.objects.create(
            event=row.event, case=row, user_code=user.code, let_in_by=by.code
        )
        note(row, EntryKind.LET_IN, by=by, data={"member": user.code})
    return member


@transaction.atomic
def ask_for_name(*, case: Case, by) -> CaseMember:
    """Show the subject's name to a member who reviews without seeing names.

    From then on they know who speaks in the case's talks, and review none of these
    any more, see ``domain.reviews``.
    """
    member = _own_row(case, by)
    if not member.named:
        member.named = now()
        member.save(update_fields=["named"])
        audit.write(
            event=case.event,
            chain=chain_of(case),
            action=AuditAction.CASE_DECLARED,
            actor=by,
            subject=case.code,
            data={"named": True},
        )
    return member


def is_orphaned(case: Case) -> bool:
    """Nobody on the team may work on it, and nobody is left to declare."""
    return not members_who_may(case, write=False)
