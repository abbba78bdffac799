# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the software proposes to attach to a case, or to link it with, and why.

It never attaches anything itself.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.access import case_rights, cases_of, rights_in, visible_cases
from pretalx_coc.domain.own_matters import own_talk_codes
from pretalx_coc.domain.queries.items import standing, visible_findings, visible_flags
from pretalx_coc.enums import (
    CaseRole,
    CaseState,
    CaseSubject,
    ItemRef,
    Standing,
    SubjectKind,
)
from pretalx_coc.models import Case, CaseItem, CaseLink, CasePerson, TalkSpeaker

#: What is not attached but linked.
CASE = "case"


@dataclass(frozen=True)
class Proposal:
    """Something that may belong to a case.

    Attributes:
        kind: A value of ``ItemRef``, to attach; ``CASE``, to link.
        ref: Its code.
        what: The flag, the finding, the talk or the case.
        reason: Why, in words.
    """

    kind: str
    ref: str
    what: object
    reason: str


def proposals(*, case: Case, user) -> list[Proposal]:
    """What may belong to a case, as far as a member may see it.

    Their own matters are left out, and so is what is dismissed, or is on a case
    already that they know of. Who reviews without seeing names is proposed no
    talk, no flag and no passage: it would say whose it is.

    Args:
        case: A case that they may open.
        user: The member.
    """
    rights = rights_in(user, case.event)
    mine = case_rights(user, case, rights=rights)
    if not (mine.open and mine.names):
        return []
    cases = _cases(case, user)
    return cases if rights.blind else _things(case, user) + cases


def _subject_profiles(case: Case):
    profiles = SpeakerProfile.objects.filter(event=case.event)
    if case.subject_kind == CaseSubject.PROFILE:
        return profiles.filter(code=case.subject_code)
    if case.subject_kind == CaseSubject.ACCOUNT:
        return profiles.filter(user__code=case.subject_code)
    return profiles.none()


def _subject_talks(case: Case, profiles) -> set[str]:
    talks = Submission.objects.filter(event=case.event, speakers__in=profiles)
    noted = TalkSpeaker.objects.filter(
        event=case.event, profile_code__in=profiles.values("code")
    )
    return {
        *talks.values_list("code", flat=True),
        *noted.values_list("submission_code", flat=True),
    }


def _things(case: Case, user) -> list[Proposal]:
    profiles = _subject_profiles(case)
    theirs = _subject_talks(case, profiles)
    attached = set(case.items.values_list("kind", "ref"))
    on_case = {ref for kind, ref in attached if kind == ItemRef.TALK}
    about = Q(subject_kind=SubjectKind.TALK, subject_code__in=theirs | on_case) | Q(
        subject_kind=SubjectKind.PROFILE, subject_code__in=profiles.values("code")
    )
    known = visible_cases(case.event, user)
    found = []
    for kind, visible in (
        (ItemRef.FLAG, visible_flags(case.event, user)),
        (ItemRef.FINDING, visible_findings(case.event, user)),
    ):
        taken = CaseItem.objects.filter(
            event=case.event, kind=kind, ref=OuterRef("code"), case__in=known
        )
        things = standing(visible).filter(about).exclude(Exists(taken))
        found += [
            Proposal(kind, thing.code, thing, _reason(thing, theirs))
            for thing in things.select_related("event").order_by("created", "pk")
        ]
    return found + _talks(case, user, on_case)


def _reason(thing, theirs: set[str]) -> str:
    """Why a flag or a finding may belong to the case."""
    if thing.subject_kind == SubjectKind.PROFILE:
        return (
            _("On the profile of the same speaker, and concerns the code of conduct.")
            if thing.verdict
            else _("On the profile of the same speaker, and nobody has judged it yet.")
        )
    if thing.subject_code in theirs:
        return (
            _("On a talk of the same speaker, and concerns the code of conduct.")
            if thing.verdict
            else _("On a talk of the same speaker, and nobody has judged it yet.")
        )
    return (
        _("On a talk of this case, and concerns the code of conduct.")
        if thing.verdict
        else _("On a talk of this case, and nobody has judged it yet.")
    )


def _talks(case: Case, user, on_case: set[str]) -> list[Proposal]:
    """The talks of what is attached."""
    codes = set()
    for kind, visible in (
        (ItemRef.FLAG, visible_flags(case.event, user)),
        (ItemRef.FINDING, visible_findings(case.event, user, hints=True)),
    ):
        refs = case.items.filter(kind=kind).values("ref")
        about = visible.filter(subject_kind=SubjectKind.TALK, code__in=refs)
        codes |= set(about.values_list("subject_code", flat=True))
    talks = Submission.objects.filter(event=case.event, code__in=codes - on_case)
    for own in own_talk_codes(user, case.event):
        talks = talks.exclude(code__in=own)
    return [
        Proposal(
            ItemRef.TALK, talk.code, talk, _("Something on this case is about it.")
        )
        for talk in talks.select_related("event").order_by("code")
    ]


def _cases(case: Case, user) -> list[Proposal]:
    """Other cases that have to do with this one."""
    linked = CaseLink.objects.filter(case=case).values("other")
    others = visible_cases(case.event, user).exclude(pk=case.pk)
    others = others.exclude(pk__in=linked).order_by("created", "pk")
    same = others.filter(_same_subject(case))
    found = {
        other.pk: Proposal(
            CASE,
            other.code,
            other,
            _("An earlier case about the same, closed.")
            if other.state == CaseState.CLOSED
            else _("A case about the same, still open."),
        )
        for other in same.select_related("event")
    }
    for other, reason in _retaliation(case, user, others):
        found.setdefault(other.pk, Proposal(CASE, other.code, other, reason))
    return list(found.values())


def _same_subject(case: Case) -> Q:
    if case.subject_user:
        same = Q(subject_user=case.subject_user)
        return same | Q(subject_kind=case.subject_kind, subject_code=case.subject_code)
    if case.subject_code:
        return Q(subject_kind=case.subject_kind, subject_code=case.subject_code)
    # An organisation has a name; "red hat" can be anybody.
    if case.subject_kind == CaseSubject.ORGANISATION and case.subject_text:
        return Q(subject_kind=case.subject_kind, subject_text__iexact=case.subject_text)
    return Q(pk__in=())


def _retaliation(case: Case, user, others):
    """Cases about who reported here, and cases that the subject reported.

    Who reported is known to those only who may open the case: so the member
    has to be one of these.
    """
    opened = cases_of(case.event, user, standings=(Standing.CLEAR,))
    others = others.filter(pk__in=opened).select_related("event")
    roles = (CaseRole.REPORTER, CaseRole.AFFECTED)
    here = case.people.filter(role__in=roles).exclude(user_code="")
    for other in others.filter(subject_user__in=here.values("user_code")):
        yield other, _("It is about somebody who reported this, or was affected.")
    if case.subject_user:
        there = CasePerson.objects.filter(
            case=OuterRef("pk"), role__in=roles, user_code=case.subject_user
        )
        for other in others.filter(Exists(there)):
            yield other, _("Whom this is about reported that, or was affected.")
