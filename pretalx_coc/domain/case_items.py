# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What people attach to a case: flags, passages, talks.

Only people attach; what the software proposes is in ``queries.proposals``.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.access import visible_cases
from pretalx_coc.domain.case_log import change, clean_text, note, refuse_closed
from pretalx_coc.domain.case_sight import free_hands, keep_out, part_of_it
from pretalx_coc.domain.cases import open_case, subject_of_profile
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.own_matters import own_talk_codes
from pretalx_coc.domain.queries.items import standing, visible_findings, visible_flags
from pretalx_coc.domain.talks import note_speakers
from pretalx_coc.enums import EntryKind, FlagReason, ItemRef, Severity, SubjectKind
from pretalx_coc.models import Case, CaseItem, Finding, Flag, TalkSpeaker


def _nothing() -> CocError:
    """The same for what is not there and for what is not for them to see."""
    return CocError(_("There is nothing here that can be attached."))


def attachable(event, by, kind: str, ref: str):
    """A flag, a finding or a talk that a member may attach.

    Args:
        event: The event.
        by: The member.
        kind: A value of ``ItemRef``.
        ref: Its code.

    Returns:
        It; None for a talk that pretalx has deleted since it was noted.

    Raises:
        CocError: There is none, it was dismissed or retracted, or it is a matter
            of their own.
    """
    if kind == ItemRef.TALK:
        return _talk(event, by, ref)
    visible = {
        ItemRef.FLAG: lambda: visible_flags(event, by),
        ItemRef.FINDING: lambda: visible_findings(event, by, hints=True),
    }
    if kind not in visible:
        raise _nothing()
    found = standing(visible[kind]()).filter(code=ref).first()
    if not found:
        raise _nothing()
    return found


def _talk(event, by, code: str):
    if any(code in own for own in own_talk_codes(by, event)):
        raise _nothing()
    talk = Submission.objects.filter(event=event, code=code).first()
    noted = TalkSpeaker.objects.filter(event=event, submission_code=code)
    if not (talk or noted.exists()):
        raise _nothing()
    return talk


def _refuse_second(item, case: Case, by) -> None:
    """Refuse what is on another case already, if the member may know of that one."""
    kind = ItemRef.FLAG if isinstance(item, Flag) else ItemRef.FINDING
    # The row is the lock under which this is decided.
    type(item).objects.select_for_update().get(pk=item.pk)
    known = visible_cases(case.event, by).exclude(pk=case.pk)
    other = known.filter(
        pk__in=CaseItem.objects.filter(
            event=case.event, kind=kind, ref=item.code
        ).values("case")
    ).first()
    if other:
        raise CocError(_("This is on case {code} already.").format(code=other.code))


@transaction.atomic
def attach(*, case: Case, by, kind: str, ref: str, text: str = "") -> CaseItem:
    """Attach a flag, a finding or a talk to a case.

    A member who speaks on the talk does not see the case from now on.

    Args:
        case: The case.
        by: The member.
        kind: A value of ``ItemRef``.
        ref: The code of what is attached.
        text: Why.

    Raises:
        CocError: There is no such thing, as far as they may know; it is on
            another case, or the case is closed.
    """
    text = clean_text(text)
    with change(case, revision=None) as row:
        refuse_closed(row)
        found = attachable(row.event, by, kind, ref)
        same = CaseItem.objects.filter(case=row, kind=kind, ref=ref)
        if existing := same.first():
            # A form that was sent twice.
            return existing
        if kind != ItemRef.TALK:
            _refuse_second(found, row, by)
        elif found:
            note_speakers(found)
        item = CaseItem.objects.create(
            event=row.event,
            case=row,
            kind=kind,
            ref=ref,
            attached=now(),
            attached_by=by.code,
        )
        data = {"kind": str(kind), "ref": ref}
        note(row, EntryKind.ATTACHED, by=by, text=text, data=data)
        free_hands(row)
    return item


@transaction.atomic
def detach(*, case: Case, by, kind: str, ref: str, text: str = "") -> None:
    """Take something off a case again; who did not see it for that still does not.

    Args:
        case: The case.
        by: The member.
        kind: A value of ``ItemRef``.
        ref: The code of what is attached.
        text: Why.

    Raises:
        CocError: It is not on this case, or the case is closed.
    """
    text = clean_text(text)
    with change(case, revision=None) as row:
        refuse_closed(row)
        item = CaseItem.objects.filter(case=row, kind=kind, ref=ref).first()
        if not item:
            raise CocError(_("This is not on this case."))
        before = part_of_it(row)
        item.delete()
        keep_out(row, before)
        data = {"kind": str(kind), "ref": ref}
        note(row, EntryKind.DETACHED, by=by, text=text, data=data)


def speakers_of(item: Flag | Finding) -> list[SpeakerProfile]:
    """Whom a case about a flag or a finding can be about.

    The profile, or the talk's speakers now; where it has none any more, those
    that were noted with it.
    """
    profiles = SpeakerProfile.objects.filter(event=item.event).select_related(
        "event", "user"
    )
    if item.subject_kind == SubjectKind.PROFILE:
        return list(profiles.filter(code=item.subject_code))
    talk = Submission.all_objects.filter(event=item.event, code=item.subject_code)
    now_on_it = profiles.filter(submissions__in=talk).distinct().order_by("pk")
    noted = TalkSpeaker.objects.filter(
        event=item.event, submission_code=item.subject_code
    ).values("profile_code")
    return list(now_on_it) or list(profiles.filter(code__in=noted).order_by("pk"))


def _subject_profile(item, profile) -> SpeakerProfile:
    found = speakers_of(item)
    if not found:
        raise CocError(
            _("Its speaker is not there any more. Please say who the case is about.")
        )
    if profile is None and len(found) > 1:
        raise CocError(_("Please say which of the speakers this case is about."))
    if profile is not None and profile not in found:
        raise CocError(_("They do not speak on this talk."))
    return profile or found[0]


@transaction.atomic
def open_case_from(
    *,
    item: Flag | Finding,
    by,
    profile: SpeakerProfile | None = None,
    severity: int = Severity.MEDIUM,
    place: str = "",
    text: str = "",
) -> Case:
    """Open a case about the speaker of a flag or a finding, and attach it.

    Its talk is attached, too.

    Args:
        item: The flag or the finding.
        by: The member who opens the case.
        profile: Which of the speakers it is about, where there are several.
        severity: A value of ``Severity``.
        place: Where it happened.
        text: A first note.

    Raises:
        CocError: There is no such thing, as far as they may know; it is on
            another case; it is not clear whom the case would be about.
    """
    is_flag = isinstance(item, Flag)
    kind = ItemRef.FLAG if is_flag else ItemRef.FINDING
    item = attachable(item.event, by, kind, item.code)
    case = open_case(
        event=item.event,
        by=by,
        subject=subject_of_profile(_subject_profile(item, profile)),
        severity=severity,
        category=item.reason if is_flag else FlagReason.SEXUALISED,
        place=place,
        text=text,
    )
    attach(case=case, by=by, kind=kind, ref=item.code)
    if item.subject_kind == SubjectKind.TALK:
        attach(case=case, by=by, kind=ItemRef.TALK, ref=item.subject_code)
    return case
