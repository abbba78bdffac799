# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Reports: what somebody said, as a member wrote it down, and their answer.

Having written down somebody's report is no conflict. Being affected by it, or
having seen it, is one.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain.case_log import change, clean_text, note, refuse_closed
from pretalx_coc.domain.case_sight import free_hands
from pretalx_coc.domain.case_steps import check_step
from pretalx_coc.domain.cases import Subject, open_case
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import CaseRole, CaseState, EntryKind, FlagReason, Severity
from pretalx_coc.models import Case, CasePerson, CocSettings, Report


@dataclass(frozen=True)
class Somebody:
    """A person who has to do with a case, other than being its subject.

    Attributes:
        name: How they are called, or what they look like.
        contact: How to reach them.
        user: Their account, where they have one and it is known.
    """

    name: str = ""
    contact: str = ""
    user: object = None


def _add_person(case: Case, role: str, somebody: Somebody, by) -> CasePerson:
    name = clean_text(somebody.name, limit=200)
    person = CasePerson.objects.create(
        event=case.event,
        case=case,
        role=role,
        user_code=somebody.user.code if somebody.user else "",
        name=name or (somebody.user.get_display_name() if somebody.user else ""),
        contact=clean_text(somebody.contact, limit=300),
    )
    data = {"person": person.pk, "role": str(role), "user": person.user_code}
    note(case, EntryKind.PERSON, by=by, data=data)
    return person


@transaction.atomic
def add_person(*, case: Case, by, role: str, somebody: Somebody) -> CasePerson:
    """Say who was affected, or saw it.

    Who has an account and is a member does not see the case from now on, and
    what they had in their hands is free again.

    Args:
        case: The case.
        by: The member.
        role: A value of ``CaseRole``.
        somebody: Who it is: a name, a way to reach them or an account.

    Raises:
        CocError: There is nothing about them, or the case is closed.
    """
    if not (somebody.name.strip() or somebody.contact.strip() or somebody.user):
        raise CocError(_("Please say who it is."))
    with change(case, revision=None) as row:
        refuse_closed(row)
        person = _add_person(row, role, somebody, by)
        free_hands(row)
    return person


def _times(event) -> tuple:
    """Until when a first answer is due, and until when the outcome is."""
    settings = get_settings(event) or CocSettings()
    return (
        now() + dt.timedelta(hours=settings.acknowledge_hours),
        now() + dt.timedelta(days=settings.decide_days),
    )


@transaction.atomic
def write_down(
    *,
    event,
    by,
    text: str,
    subject: Subject | None = None,
    case: Case | None = None,
    happened: str = "",
    reporter: Somebody | None = None,
    affected=(),
    witnesses=(),
    wishes: str = "",
    severity: int = Severity.MEDIUM,
    category: str = FlagReason.OTHER,
    place: str = "",
) -> Report:
    """Write down a report that was given in person.

    Opens a case, or goes to one that is open.

    Args:
        event: The event.
        by: The member who writes it down.
        text: What was said.
        subject: Whom or what a new case is about; None where ``case`` is given.
        case: The case it belongs to; None for a new one.
        happened: When, in words.
        reporter: Who said it; None where they want to be nobody.
        affected: Who was affected, as ``Somebody``.
        witnesses: Who saw it, as ``Somebody``.
        wishes: What they want to happen, and what nobody may do unasked.
        severity: A value of ``Severity``, for a new case.
        category: A value of ``FlagReason``, for a new case.
        place: Where it happened, for a new case.

    Raises:
        CocError: There is no text, or it is too long; the case is closed; a new
            one would be about the member who writes.
    """
    said = {
        "text": clean_text(text, required=_("Please write down what was said.")),
        "happened": clean_text(happened, limit=200),
        "wishes": clean_text(wishes),
    }
    if case is None:
        case = open_case(
            event=event,
            by=by,
            subject=subject,
            severity=severity,
            category=category,
            place=place,
        )
    with change(case, revision=None) as row:
        refuse_closed(row)
        report = _record(row, by, said, reporter)
        people = {CaseRole.AFFECTED: affected, CaseRole.WITNESS: witnesses}
        for role, somebodies in people.items():
            for somebody in somebodies:
                _add_person(row, role, somebody, by)
        free_hands(row)
    return report


def _record(row: Case, by, said: dict, reporter: Somebody | None) -> Report:
    person = _add_person(row, CaseRole.REPORTER, reporter, by) if reporter else None
    report = Report.objects.create(
        event=row.event,
        case=row,
        **said,
        reporter=person,
        recorded_by=by.code,
        created=now(),
        answer_due=_times(row.event)[0] if person else None,
    )
    data = {"report": report.code, "anonymous": person is None}
    text = "\n\n".join(part for part in said.values() if part)
    note(row, EntryKind.REPORT, by=by, text=text, data=data)
    return report


def _locked(report: Report) -> Report:
    return Report.objects.select_for_update().get(pk=report.pk)


def _give_back(report: Report, current: Report) -> Report:
    report.__dict__.update(
        {
            field.attname: getattr(current, field.attname)
            for field in Report._meta.concrete_fields
        }
    )
    return report


@transaction.atomic
def answer_reporter(*, report: Report, by, text: str, final: bool = True) -> Report:
    """Write down what whoever reported was told.

    A first answer says that somebody looks at it; then the one about what came
    of it is due. Before that one a case is not closed.

    Args:
        report: The report.
        by: The member who told them.
        text: What they were told.
        final: It says what came of it.

    Raises:
        CocError: There is no text, or they gave no name, or have their answer.
    """
    text = clean_text(text, required=_("Please write down what they were told."))
    with change(report.case, revision=None) as row:
        current = _locked(report)
        if not current.reporter_id:
            raise CocError(_("Whoever reported this did not say who they are."))
        if current.answered:
            raise CocError(_("They have had their answer already."))
        current.answer = text
        if final:
            current.answered = now()
        else:
            current.answer_due = _times(row.event)[1]
        current.save()
        data = {"report": current.code, "final": final}
        note(row, EntryKind.REPORTER_ANSWERED, by=by, text=text, data=data)
    return _give_back(report, current)


@transaction.atomic
def second_look(*, report: Report, by, text: str = "") -> Report:
    """Note that whoever reported asks for another look: once.

    They get another answer. A case that was closed is in work again.

    Args:
        report: The report.
        by: The member who was asked.
        text: What they said.

    Raises:
        CocError: They had no answer yet, or have asked before.
    """
    text = clean_text(text)
    with change(report.case, revision=None) as row:
        current = _locked(report)
        if current.second_look:
            raise CocError(_("They have asked for another look before."))
        if current.reporter_id and not current.answered:
            raise CocError(_("They have had no answer yet."))
        current.second_look = now()
        current.answered = None
        current.answer_due = _times(row.event)[1] if current.reporter_id else None
        current.save()
        data = {"report": current.code}
        note(row, EntryKind.SECOND_LOOK, by=by, text=text, data=data)
        if row.state == CaseState.CLOSED:
            _open_again(row, by)
    return _give_back(report, current)


def _open_again(row: Case, by) -> None:
    check_step(row.state, CaseState.IN_WORK)
    data = {"old": row.state, "new": str(CaseState.IN_WORK), "for": ""}
    row.state, row.closed, row.outcome = CaseState.IN_WORK, None, ""
    note(row, EntryKind.STATE, by=by, data=data)
