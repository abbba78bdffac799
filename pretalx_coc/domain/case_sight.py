# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a change of a case does to who may see it.

Whose talk is attached, or who was affected, loses sight of a case by itself, for
that is asked whenever somebody looks. This is the other side of it: what they
had in their hands is free again, and nobody gains sight because something moved.
"""

from pretalx.person.models import User

from pretalx_coc.domain import audit
from pretalx_coc.domain.access import case_rights, cases_of
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.enums import AuditAction, Standing
from pretalx_coc.models import Case, CaseMember


def part_of_it(case: Case) -> set[str]:
    """The codes of the members who are a part of a case, and so do not see it."""
    codes = CaseMember.objects.filter(case=case).values("user_code")
    every = tuple(Standing.values)
    return {
        user.code
        for user in User.objects.filter(code__in=codes)
        if not cases_of(case.event, user, standings=every).filter(pk=case.pk).exists()
    }


def keep_out(case: Case, before: set[str]) -> None:
    """See to it that who was a part of a case does not see it because it changed.

    Somebody on the case can let them in again, see ``case_members.let_in``.

    Args:
        case: The case, locked and saved as it is now.
        before: What ``part_of_it`` said before.
    """
    gained = sorted(before - part_of_it(case))
    if gained:
        CaseMember.objects.filter(case=case, user_code__in=gained).delete()
        audit.write(
            event=case.event,
            chain=chain_of(case),
            action=AuditAction.CASE_CHANGED,
            subject=case.code,
            data={"left_out": gained},
        )


def free_hands(row: Case) -> None:
    """Take a case from those who have it and may not work on it any more.

    Args:
        row: The case, within ``case_log.change``. It is saved, for what it says
            decides who may see it.
    """
    row.save()
    for field in ("assignee", "claimed_by"):
        code = getattr(row, field)
        user = User.objects.filter(code=code).first() if code else None
        if code and not (user and case_rights(user, row).write):
            setattr(row, field, "")
            if field == "claimed_by":
                row.claimed_until = None
