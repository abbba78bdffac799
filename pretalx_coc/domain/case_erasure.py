# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What goes from cases: when an account goes, and when a case's time is over.

What stays are the figures, and who on the team did what, in codes.
``docs/privacy.md`` says the same to people.
"""

from django.db.models import Exists, OuterRef, Q
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit, permit
from pretalx_coc.domain.case_log import chain_of, change, note
from pretalx_coc.enums import AuditAction, CaseSubject, EntryKind
from pretalx_coc.models import (
    AccessRequest,
    Appeal,
    AuditEntry,
    AuditText,
    Case,
    CaseEntry,
    CaseLink,
    CaseMember,
    CasePerson,
    Delivery,
    Exclusion,
    OutsideLink,
)

#: What is emptied in each row of a case; the rest are figures.
EMPTIED = {
    "people": {"user_code": "", "name": "", "contact": ""},
    "reports": {"text": "", "happened": "", "wishes": "", "answer": ""},
    "decisions": {
        "reason": "",
        "statement": "",
        "conditions": "",
        "alone_because": "",
        "lifted_reason": "",
        "on_site": [],
        "evidence": [],
        "talks": [],
        "resources": [],
        "effects": [],
    },
}
CASE_EMPTIED = {
    "subject_code": "",
    "subject_user": "",
    "subject_text": "",
    "place": "",
    "may_be_told": "",
    "next_step": "",
    "assignee": "",
    "claimed_by": "",
    "claimed_until": None,
}


def texts_of_entries(entries):
    """The texts beside the audit log that belong to these of its entries."""
    return AuditText._base_manager.filter(
        Exists(
            entries.filter(
                event=OuterRef("event"),
                chain=OuterRef("chain"),
                position=OuterRef("position"),
            )
        )
    )


def erase_case(case: Case, *, at) -> None:
    """Drop the names and texts of a case; the figures stay.

    Must be called in a transaction. The entry that says so is the last one of
    the case's chain, and the chain holds.

    Args:
        case: The case, locked.
        at: The time that it is done.
    """
    for name, values in EMPTIED.items():
        getattr(case, name).update(**values)
    Appeal.objects.filter(decision__case=case).update(text="", answer="")
    CaseLink.objects.filter(Q(case=case) | Q(other=case)).update(
        reason="", undone_because=""
    )
    for file in case.files.all():
        file.delete()
    case.items.all().delete()
    case.deliveries.all().delete()
    OutsideLink.objects.filter(case=case).delete()
    timeline = CaseEntry._base_manager.filter(event=case.event, case_code=case.code)
    with permit.erasing():
        timeline.update(text="", author_code="")
    AuditText.objects.filter(event=case.event, chain=chain_of(case)).delete()
    Exclusion.objects.filter(
        organiser=case.event.organiser, event_slug=case.event.slug, case_code=case.code
    ).delete()
    Case.objects.filter(pk=case.pk).update(erased=at, changed=at, **CASE_EMPTIED)
    audit.write(
        event=case.event,
        chain=chain_of(case),
        action=AuditAction.ERASED,
        subject=case.code,
        data={"outcome": str(case.outcome), "revision": case.revision},
    )


def _free_what_they_had(user) -> None:
    """Nobody waits for somebody who is gone."""
    theirs = Q(assignee=user.code) | Q(claimed_by=user.code)
    for case in Case._base_manager.filter(theirs, merged_into=""):
        with change(case, revision=None) as row:
            if row.claimed_by == user.code:
                row.claimed_by, row.claimed_until = "", None
            if row.assignee == user.code:
                row.assignee = ""
            note(row, EntryKind.ASSIGNED, data={"to": row.assignee})


def _forget_in_the_log(user, profiles) -> None:
    """Delete the texts beside the log that hold their name."""
    about = Q(data__kind=CaseSubject.ACCOUNT, data__subject=user.code)
    for event_id, code in profiles:
        about |= Q(
            event_id=event_id, data__kind=CaseSubject.PROFILE, data__subject=code
        )
    opened = AuditEntry._base_manager.filter(about, action=AuditAction.CASE_OPENED)
    texts_of_entries(opened).filter(name="subject").delete()


@scopes_disabled()
def forget_in_cases(user, profiles) -> None:
    """Drop what cases hold about an account that goes.

    A case about them goes on, and says who it is about for as long as it is
    kept: somebody has to answer for it. Must be called in a transaction.

    Args:
        user: The account.
        profiles: Its profiles, as ``(event_id, code)``.
    """
    if not user.code:
        return
    _free_what_they_had(user)
    _forget_in_the_log(user, profiles)
    CaseMember._base_manager.filter(user_code=user.code).delete()
    CasePerson._base_manager.filter(user_code=user.code).update(**EMPTIED["people"])
    AccessRequest._base_manager.filter(user_code=user.code).delete()
    asked = AuditEntry._base_manager.filter(
        action=AuditAction.ACCESS_STARTED, data__user=user.code
    )
    redacted = AuditEntry._base_manager.filter(
        Exists(asked.filter(event=OuterRef("event"), subject=OuterRef("subject"))),
        action=AuditAction.ACCESS_REDACTED,
    )
    texts_of_entries(redacted).delete()
    # Nobody is there any more to read it.
    Delivery._base_manager.filter(user_code=user.code).delete()
