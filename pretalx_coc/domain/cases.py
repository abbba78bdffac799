# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What may happen to a case: opened, moved on, described, noted on, assigned.

Whether a person may do it is asked before (``domain.access.case_rights``).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import SpeakerProfile, User

from pretalx_coc.domain import audit
from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.case_log import chain_of, change, clean_text, note
from pretalx_coc.domain.case_log import refuse_closed as _refuse_closed
from pretalx_coc.domain.case_mentions import send_word, told
from pretalx_coc.domain.case_names import new_code_name
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.closing import missing_for_closing
from pretalx_coc.domain.talks import note_talks_of
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import (
    AuditAction,
    CaseOutcome,
    CaseState,
    CaseSubject,
    EntryKind,
    FlagReason,
    Severity,
    Standing,
    WaitingFor,
)
from pretalx_coc.models import Case, CaseMember, CocSettings

MAX_SUBJECT_LENGTH = 500  # code points
#: What a case of the highest severity leaves time for.
DANGER_HOURS = 1


@dataclass(frozen=True)
class Subject:
    """Whom or what a case is about.

    Attributes:
        kind: A value of ``CaseSubject``.
        code: The code of a profile or an account; empty where there is none.
        text: The description, or the name as it is now.
        user_code: The code of the account behind it, if there is one.
    """

    kind: str
    code: str = ""
    text: str = ""
    user_code: str = ""


def subject_of_profile(profile: SpeakerProfile) -> Subject:
    """A speaker as the subject of a case."""
    return Subject(
        kind=CaseSubject.PROFILE,
        code=profile.code,
        text=profile.get_display_name(),
        user_code=profile.user.code if profile.user else "",
    )


def subject_of_account(user: User) -> Subject:
    """Somebody with an account as the subject of a case."""
    return Subject(
        kind=CaseSubject.ACCOUNT,
        code=user.code,
        text=user.get_display_name(),
        user_code=user.code,
    )


def subject_in_words(kind: str, text: str) -> Subject:
    """A person or an organisation that is only described.

    Raises:
        CocError: There are no words, or too many.
    """
    text = clean_text(
        text,
        required=_("Please say who or what this is about."),
        limit=MAX_SUBJECT_LENGTH,
    )
    return Subject(kind=kind, text=text)


def _due(severity: int, settings) -> tuple:
    """Until when a case is to be acknowledged and decided."""
    settings = settings or CocSettings()
    hours = settings.acknowledge_hours
    if severity == Severity.DANGER:
        hours = min(hours, DANGER_HOURS)
    start = now()
    return (
        start + dt.timedelta(hours=hours),
        start + dt.timedelta(days=settings.decide_days),
    )


@transaction.atomic
def open_case(
    *,
    event,
    by,
    subject: Subject,
    severity: int = Severity.MEDIUM,
    category: str = FlagReason.OTHER,
    place: str = "",
    text: str = "",
    members=None,
) -> Case:
    """Open a case.

    Everybody who is on the response team now may know of it, unless they are a
    part of it. Who opens it has declared, for they know what it is about.

    Args:
        event: The event.
        by: The member who opens it; None for the software, on behalf of a report.
        subject: Whom or what it is about.
        severity: A value of ``Severity``.
        category: A value of ``FlagReason``.
        place: Where it happened.
        text: A first note.
        members: Rows of ``CaseMember`` of another case, where only they may know
            of this one, and stand to it as they do to that one.

    Raises:
        CocError: It is about the person themselves, or a text is too long.
    """
    text, place = clean_text(text), clean_text(place, limit=200)
    if by and subject.user_code == by.code:
        raise CocError(
            _("A case about yourself is for the others. Please talk to one of them.")
        )
    acknowledge_due, decide_due = _due(severity, get_settings(event))
    case = Case.objects.create(
        event=event,
        code_name=new_code_name(event),
        subject_kind=subject.kind,
        subject_code=subject.code,
        subject_text=subject.text[:MAX_SUBJECT_LENGTH],
        subject_user=subject.user_code,
        severity=severity,
        category=category,
        place=place,
        created=now(),
        created_by=by.code if by else "",
        changed=now(),
        acknowledge_due=acknowledge_due,
        decide_due=decide_due,
    )
    if members is None:
        _let_the_team_in(case, by)
    else:
        _let_these_in(case, members)
    _log_opening(case, by)
    note(case, EntryKind.OPENED, by=by, text=text, data={"revision": case.revision})
    return case


def _let_the_team_in(case: Case, by) -> None:
    for user in members_of(case.event):
        opened = bool(by) and user.pk == by.pk
        CaseMember.objects.create(
            event=case.event,
            case=case,
            user_code=user.code,
            standing=Standing.CLEAR if opened else Standing.ASKED,
            declared=now() if opened else None,
        )


def _let_these_in(case: Case, members) -> None:
    kept = ("user_code", "standing", "declared", "named", "let_in_by")
    CaseMember.objects.bulk_create(
        CaseMember(
            event=case.event,
            case=case,
            **{name: getattr(member, name) for name in kept},
        )
        for member in members
    )


def _log_opening(case: Case, by) -> None:
    note_talks_of(case)
    audit.write(
        event=case.event,
        chain=chain_of(case),
        action=AuditAction.CASE_OPENED,
        actor=by,
        subject=case.code,
        data={
            "kind": str(case.subject_kind),
            "subject": case.subject_code,
            "severity": int(case.severity),
            "category": str(case.category),
        },
        texts={"subject": case.subject_text, "place": case.place},
    )


@transaction.atomic
def move(
    *,
    case: Case,
    by,
    state: str,
    revision: int,
    waiting_for: str = "",
    waiting_until=None,
    text: str = "",
) -> Case:
    """Put a case into another state.

    Args:
        case: The case.
        by: The member.
        state: A value of ``CaseState`` that ``case_steps`` allows.
        revision: Of the case, when the form was opened.
        waiting_for: A value of ``WaitingFor``, for "waiting".
        waiting_until: When to look again, for "waiting".
        text: Why.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: The step is not allowed, or something is missing for it.
    """
    text = clean_text(text)
    with change(case, revision=revision) as row:
        check_step(row.state, state)
        if state == CaseState.WAITING:
            _check_waiting(waiting_for, waiting_until)
        if state == CaseState.CLOSED:
            raise CocError(_("A case is closed with an outcome."))
        old, row.state = row.state, state
        waits = state == CaseState.WAITING
        row.waiting_for = waiting_for if waits else ""
        row.waiting_until = waiting_until if waits else None
        if old == CaseState.NEW:
            row.acknowledged = now()
        if old == CaseState.CLOSED:
            row.closed, row.outcome = None, ""
        note(
            row,
            EntryKind.STATE,
            by=by,
            text=text,
            data={"old": old, "new": str(state), "for": row.waiting_for},
        )
    return case


def _check_waiting(waiting_for: str, waiting_until) -> None:
    if waiting_for not in WaitingFor.values:
        raise CocError(_("Please say for whom this case waits."))
    if not waiting_until:
        raise CocError(_("Please say until when this case waits."))
    if waiting_until < now():
        raise CocError(_("Please choose a time in the future."))


@transaction.atomic
def close(*, case: Case, by, outcome: str, revision: int, text: str = "") -> Case:
    """Close a case that was decided.

    Args:
        case: The case.
        by: The member.
        outcome: A value of ``CaseOutcome``: how long it is kept depends on it.
        revision: Of the case, when the form was opened.
        text: Why.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: The step is not allowed, or something is missing for it.
    """
    text = clean_text(text)
    if outcome not in CaseOutcome.values:
        raise CocError(_("Please say what this case came to."))
    with change(case, revision=revision) as row:
        check_step(row.state, CaseState.CLOSED)
        if missing := missing_for_closing(row):
            raise CocError(" ".join(missing))
        row.state, row.outcome, row.closed = CaseState.CLOSED, outcome, now()
        row.claimed_by, row.claimed_until = "", None
        row.next_step, row.next_due = "", None
        note(
            row,
            EntryKind.STATE,
            by=by,
            text=text,
            data={"old": CaseState.DECIDED, "new": row.state, "outcome": str(outcome)},
        )
    return case


#: What ``describe`` may change, and in which entries it appears.
DETAILS = ("severity", "category", "place", "next_step", "next_due", "may_be_told")


@transaction.atomic
def describe(*, case: Case, by, revision: int, **details) -> Case:
    """Change what is said of a case: severity, category, place, next step.

    Args:
        case: The case.
        by: The member.
        revision: Of the case, when the form was opened.
        details: Any of ``DETAILS``.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: A text is too long, or the case is closed.
    """
    for name, limit in (("place", 200), ("next_step", 300), ("may_be_told", 5_000)):
        if name in details:
            details[name] = clean_text(details[name], limit=limit)
    with change(case, revision=revision) as row:
        _refuse_closed(row)
        changed = [name for name in DETAILS if name in details]
        changed = [name for name in changed if getattr(row, name) != details[name]]
        if not changed:
            return case
        data = {"fields": changed}
        for name in changed:
            if name in ("severity", "category"):
                data[name] = [getattr(row, name), details[name]]
            setattr(row, name, details[name])
        if "severity" in changed and row.severity == Severity.DANGER:
            row.acknowledge_due = min(row.acknowledge_due, _due(row.severity, None)[0])
        said = "\n".join(str(details[name]) for name in changed if name in _WORDS)
        note(row, EntryKind.DETAILS, by=by, text=said, data=data)
    return case


_WORDS = ("place", "next_step", "may_be_told")


@transaction.atomic
def add_note(*, case: Case, by, text: str, tell=()) -> None:
    """Add a note. Notes are never changed: a mistake is corrected by another.

    Args:
        case: The case.
        by: The member who writes it.
        text: What they write.
        tell: The members to whom word is sent that there is something for them.

    Raises:
        CocError: There is no text, or too much; one of those who are to be told
            may not work on this case.
    """
    text = clean_text(text, required=_("Please write something."))
    with change(case, revision=None) as row:
        entry = note(row, EntryKind.NOTE, by=by, text=text, data=told(row, tell))
        send_word(row, entry)
