# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Two cases that turn out to be one: nothing is lost, and nobody gains sight."""

from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from pretalx_coc.domain.access import case_rights
from pretalx_coc.domain.case_log import change, clean_text, note, refuse_closed
from pretalx_coc.domain.case_sight import free_hands, keep_out, part_of_it
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import CaseState, CaseSubject, EntryKind, HearingState, Standing
from pretalx_coc.models import Case, CaseLink, CaseMember, Exclusion, OutsideLink

#: How well a subject is known. An organisation is none of these.
KNOWN = {CaseSubject.PERSON: 1, CaseSubject.ACCOUNT: 2, CaseSubject.PROFILE: 3}


@contextmanager
def _change_both(revisions: dict):
    """Change two cases at once, always locked in the same order.

    Args:
        revisions: Case → its revision when the form was opened, or None.
    """
    with ExitStack() as stack:
        rows = {}
        for case in sorted(revisions, key=lambda case: case.pk):
            row = change(case, revision=revisions[case])
            rows[case.pk] = stack.enter_context(row)
        yield rows


@transaction.atomic
def merge(
    *,
    case: Case,
    into: Case,
    by,
    revision: int,
    into_revision: int | None = None,
    text: str = "",
) -> Case:
    """Let a case go into another one.

    Everything on it moves. Its timeline and its chain stay what they are, and
    are read through the survivor. Who may know of the survivor afterwards is
    who could know of both; a conflict with one is a conflict with the survivor.

    Args:
        case: The case that goes.
        into: The case that stays.
        by: The member, who may work on both.
        revision: Of ``case``, when the form was opened.
        into_revision: Of ``into``, where the form showed it.
        text: Why.

    Raises:
        CaseChangedError: Somebody else changed one of them.
        CocError: They may not work on the other one, the cases are about
            different people, or one of them is closed or objected to.
    """
    text = clean_text(text)
    if case.pk == into.pk or not case_rights(by, into).write:
        raise CocError(_("There is no such case."))
    with _change_both({case: revision, into: into_revision}) as rows:
        row, survivor = rows[case.pk], rows[into.pk]
        _check(row, survivor)
        before = part_of_it(row) | part_of_it(survivor)
        _join_members(row, survivor)
        _move_all(row, survivor)
        _join(row, survivor)
        row.merged_into = survivor.code
        row.assignee, row.claimed_by, row.claimed_until = "", "", None
        # What went into this one before is read through the survivor, too.
        Case.objects.filter(event=row.event, merged_into=row.code).update(
            merged_into=survivor.code
        )
        survivor.save()
        keep_out(survivor, before)
        free_hands(survivor)
        data = {"into": survivor.code, "from": row.code}
        note(row, EntryKind.MERGED, by=by, data=data)
        note(survivor, EntryKind.MERGED, by=by, text=text, data=data)
    return into


def _check(row: Case, survivor: Case) -> None:
    for one in (row, survivor):
        refuse_closed(one)
        if one.state == CaseState.APPEALED:
            raise CocError(_("There is an objection. Please decide on it first."))
    if not may_be_one(row, survivor):
        raise CocError(
            _("These cases are about different people. You can link them instead.")
        )


def may_be_one(row: Case, other: Case) -> bool:
    """Whether two cases can be about the same.

    What is only described can be anybody; two that are known must be one.
    """
    if CaseSubject.ORGANISATION in (row.subject_kind, other.subject_kind):
        return row.subject_kind == other.subject_kind
    if CaseSubject.PERSON in (row.subject_kind, other.subject_kind):
        return True
    if row.subject_kind == other.subject_kind:
        return row.subject_code == other.subject_code
    return bool(row.subject_user) and row.subject_user == other.subject_user


def _joined(one: CaseMember | None, two: CaseMember | None) -> str:
    """How a member stands to what two cases became; empty if not at all."""
    standings = {member.standing if member else "" for member in (one, two)}
    for barred in (Standing.CONFLICT, Standing.STEPPED_BACK, "", Standing.ASKED):
        if barred in standings:
            return barred
    return Standing.CLEAR


def _join_members(row: Case, survivor: Case) -> None:
    both = CaseMember.objects.select_for_update().filter(case__in=(row, survivor))
    rows = {row.pk: {}, survivor.pk: {}}
    for member in both.order_by("pk"):
        rows[member.case_id][member.user_code] = member
    for code in rows[row.pk] | rows[survivor.pk]:
        gone, stays = rows[row.pk].get(code), rows[survivor.pk].get(code)
        standing = _joined(gone, stays)
        known = all(member and member.named for member in (gone, stays))
        if stays and stays.named and not known:
            _keep_noted(row, stays)
        if not standing:
            CaseMember.objects.filter(case=survivor, user_code=code).delete()
            continue
        CaseMember.objects.update_or_create(
            event=survivor.event,
            case=survivor,
            user_code=code,
            defaults={
                "standing": standing,
                "declared": (stays or gone).declared,
                "named": stays.named if known else None,
            },
        )


def _keep_noted(row: Case, member: CaseMember) -> None:
    """Keep on the case that goes that somebody asked for the name.

    They do not read it on the survivor, but they know it, see ``domain.reviews``.
    """
    named = {"named": member.named}
    CaseMember.objects.update_or_create(
        case=row,
        user_code=member.user_code,
        defaults=named,
        create_defaults={"event": row.event, "standing": member.standing, **named},
    )


def _move_all(row: Case, survivor: Case) -> None:
    attached = set(survivor.items.values_list("kind", "ref"))
    for item in row.items.all():
        if (item.kind, item.ref) in attached:
            item.delete()
    moving = (row.items, row.people, row.reports, row.files)
    for manager in (*moving, row.decisions, row.deliveries):
        manager.update(case=survivor)
    OutsideLink.objects.filter(case=row).update(case=survivor)
    Exclusion.objects.filter(
        organiser=row.event.organiser, event_slug=row.event.slug, case_code=row.code
    ).update(case_code=survivor.code)
    _move_links(row, survivor)


def _move_links(row: Case, survivor: Case) -> None:
    for own, far in (("case", "other"), ("other", "case")):
        there = {
            getattr(link, f"{far}_id"): link
            for link in CaseLink.objects.filter(**{own: survivor})
        }
        for link in CaseLink.objects.filter(**{own: row}):
            to = getattr(link, f"{far}_id")
            if (taken := there.get(to)) and taken.undone and not link.undone:
                # What is linked stays linked, whatever was undone before.
                taken.undone, taken.undone_because = None, ""
                taken.reason = link.reason
                taken.save()
            if taken or to == survivor.pk:
                link.delete()
            else:
                setattr(link, own, survivor)
                link.save()


def _join(row: Case, survivor: Case) -> None:
    """What is said of the survivor: the more urgent, and what it did not know."""
    if KNOWN.get(row.subject_kind, 0) > KNOWN.get(survivor.subject_kind, 0):
        for name in ("kind", "code", "text", "user"):
            field = f"subject_{name}"
            setattr(survivor, field, getattr(row, field))
    survivor.severity = max(row.severity, survivor.severity)
    survivor.acknowledge_due = min(row.acknowledge_due, survivor.acknowledge_due)
    survivor.decide_due = min(row.decide_due, survivor.decide_due)
    survivor.place = survivor.place or row.place
    if not survivor.next_step:
        survivor.next_step, survivor.next_due = row.next_step, row.next_due
    told = (survivor.may_be_told, row.may_be_told)
    survivor.may_be_told = "\n\n".join(text for text in told if text)
    if row.hearing == HearingState.ASKED:
        survivor.hearing, survivor.hearing_due = row.hearing, row.hearing_due
    elif survivor.hearing == HearingState.OPEN:
        survivor.hearing = row.hearing
