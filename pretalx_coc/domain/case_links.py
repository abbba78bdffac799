# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Cases that have to do with each other and stay apart: split off, linked, unlinked.

What a case is linked with is not on its timeline for those who must not know of
the other one, see ``queries.case_page``; so an entry names the link and no case.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain.access import case_rights
from pretalx_coc.domain.case_log import (
    change,
    clean_text,
    note,
    refuse_closed,
    refuse_stale,
)
from pretalx_coc.domain.case_sight import free_hands, keep_out, part_of_it
from pretalx_coc.domain.cases import Subject, open_case
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import CaseRole, EntryKind
from pretalx_coc.models import Case, CaseLink, CasePerson

MAX_LINK_REASON = 300  # code points


@transaction.atomic
def split(
    *,
    case: Case,
    by,
    revision: int,
    item_ids=(),
    report_ids=(),
    file_ids=(),
    subject: Subject | None = None,
    text: str = "",
) -> Case:
    """Open a case of its own for a part of another one.

    Who may know of it, and how they stand to it, is as in the first one, and
    nobody gains sight of either. The two are linked.

    Args:
        case: The case.
        by: The member.
        revision: Of the case, when the form was opened.
        item_ids: Primary keys of what is attached to it and goes.
        report_ids: Primary keys of reports that go, with who gave them.
        file_ids: Primary keys of files that go.
        subject: Whom or what the new case is about; as the first one if None.
        text: Why.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: Nothing was chosen, or it is not on this case; the case is
            closed; the new one would be about the member who splits it off.
    """
    text = clean_text(text)
    with change(case, revision=revision) as row:
        refuse_closed(row)
        chosen = {"items": item_ids, "reports": report_ids, "files": file_ids}
        moving = {
            name: _chosen(getattr(row, name), pks) for name, pks in chosen.items()
        }
        if not any(moving.values()):
            raise CocError(_("Please choose what goes to the new case."))
        before = part_of_it(row)
        new = _open_like(row, by, subject, before)
        _copy_people(row, new, moving["reports"])
        for rows in moving.values():
            for one in rows:
                one.case = new
                one.save()
        row.save()
        keep_out(row, before)
        free_hands(row)
        data = {name: [one.pk for one in rows] for name, rows in moving.items()}
        data |= {"from": row.code, "to": new.code}
        note(row, EntryKind.SPLIT, by=by, text=text, data=data)
        note(new, EntryKind.SPLIT, by=by, text=text, data=data | {"revision": 0})
        _link_both(row, new, "")
    return new


def _chosen(related, pks) -> list:
    rows = list(related.filter(pk__in=list(pks)))
    if len(rows) != len(set(pks)):
        raise CocError(_("This is not on this case."))
    return rows


def _open_like(row: Case, by, subject: Subject | None, part: set) -> Case:
    """A new case that only those know of who may know of this one."""
    same = Subject(
        kind=row.subject_kind,
        code=row.subject_code,
        text=row.subject_text,
        user_code=row.subject_user,
    )
    return open_case(
        event=row.event,
        by=by,
        subject=subject or same,
        severity=row.severity,
        category=row.category,
        place=row.place,
        members=row.members.exclude(user_code__in=part),
    )


def _copy_people(row: Case, new: Case, reports: list) -> None:
    """Let those who have to do with these reports be on the new case, too.

    Who was affected or saw it is on both: the first case may be theirs as well.
    """
    if not reports:
        return
    for person in row.people.exclude(role=CaseRole.REPORTER):
        _copy_person(person, new)
    for report in reports:
        if report.reporter:
            first, report.reporter = report.reporter, _copy_person(report.reporter, new)
            report.save()
            if not row.reports.filter(reporter=first).exists():
                first.delete()


def _copy_person(person: CasePerson, new: Case) -> CasePerson:
    kept = ("role", "user_code", "name", "contact")
    return CasePerson.objects.create(
        event=new.event, case=new, **{name: getattr(person, name) for name in kept}
    )


def _link_both(case: Case, other: Case, reason: str) -> list[CaseLink]:
    return [
        CaseLink.objects.update_or_create(
            case=one,
            other=two,
            defaults={
                "event": one.event,
                "reason": reason,
                "undone": None,
                "undone_because": "",
            },
        )[0]
        for one, two in ((case, other), (other, case))
    ]


def _both_locked(case: Case, other: Case, by) -> dict:
    """Both cases by their keys, locked in the same order by whoever locks two.

    Raises:
        CocError: There is no such case, as far as they may know.
    """
    if case.pk == other.pk or not case_rights(by, other).knows:
        raise CocError(_("There is no such case."))
    both = Case.objects.select_for_update().filter(pk__in=(case.pk, other.pk))
    rows = {row.pk: row for row in both.order_by("pk")}
    if any(row.merged_into for row in rows.values()):
        raise CocError(_("This case went into another one."))
    return rows


def _note_both(links: list[CaseLink], kind: str, by) -> None:
    for one in links:
        # Of no revision: it is not among what others changed in between.
        note(one.case, kind, by=by, data={"revision": 0, "link": one.pk})


@transaction.atomic
def link(*, case: Case, other: Case, by, reason: str = "") -> CaseLink:
    """Link two cases, both ways. They are never joined by it.

    Neither counts as changed: who sees only one of them sees nothing of it.

    Args:
        case: The case.
        other: The other one; the member may know of it.
        by: The member.
        reason: What the one has to do with the other.

    Raises:
        CocError: There is no such case, as far as they may know.
    """
    reason = clean_text(reason, limit=MAX_LINK_REASON)
    rows = _both_locked(case, other, by)
    existing = CaseLink.objects.filter(case=case, other=other, undone=None).first()
    if existing:
        return existing
    links = _link_both(rows[case.pk], rows[other.pk], reason)
    _note_both(links, EntryKind.LINKED, by)
    return links[0]


@transaction.atomic
def unlink(*, case: Case, other: Case, by, revision: int, reason: str) -> None:
    """Undo the link of two cases, both ways.

    As with linking, neither counts as changed, and who sees only one of them sees
    nothing of it; so the reason is kept with the link, and not in the logs.

    Args:
        case: The case.
        other: The other one; the member may know of it.
        by: The member.
        revision: Of ``case``, when the form was opened.
        reason: Why the one has nothing to do with the other.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: There is no such case, as far as they may know; the two are not
            linked; no reason is given, or it is too long.
    """
    required = _("Please say why they have nothing to do with each other.")
    reason = clean_text(reason, required=required, limit=MAX_LINK_REASON)
    rows = _both_locked(case, other, by)
    refuse_stale(rows[case.pk], revision)
    links = [
        CaseLink.objects.filter(case=one, other=two, undone=None).first()
        for one, two in ((case, other), (other, case))
    ]
    if not all(links):
        raise CocError(_("These cases are not linked."))
    for one in links:
        one.undone, one.undone_because = now(), reason
        one.save(update_fields=["undone", "undone_because"])
        one.case = rows[one.case_id]
    _note_both(links, EntryKind.UNLINKED, by)
