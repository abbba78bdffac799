# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which members may know of a case, asked once for all of them."""

from django.db.models import Q

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole

from pretalx_coc.domain.access import members_of
from pretalx_coc.enums import CaseRole, CaseSubject, ItemRef, Standing, SubjectKind
from pretalx_coc.models import Case, Finding, Flag, TalkSpeaker


def _talks_of_items(case: Case) -> set[str]:
    rows = set(case.items.values_list("kind", "ref"))
    codes = {ref for kind, ref in rows if kind == ItemRef.TALK}
    for kind, model in ((ItemRef.FLAG, Flag), (ItemRef.FINDING, Finding)):
        about = model.objects.filter(
            event=case.event,
            subject_kind=SubjectKind.TALK,
            code__in=[ref for one, ref in rows if one == kind],
        )
        codes |= set(about.values_list("subject_code", flat=True))
    return codes


def _talks_of_subject(case: Case) -> set[str]:
    """Of the profile, or of the account, whichever the case is about."""
    role, noted = Q(pk__in=()), Q(pk__in=())
    if case.subject_kind == CaseSubject.PROFILE:
        role |= Q(speaker__code=case.subject_code)
        noted |= Q(profile_code=case.subject_code)
    if case.subject_user:
        role |= Q(speaker__user__code=case.subject_user)
        noted |= Q(user_code=case.subject_user)
    roles = SpeakerRole.objects.filter(role, speaker__event=case.event)
    rows = TalkSpeaker.objects.filter(noted, event=case.event)
    return {
        *roles.values_list("submission__code", flat=True),
        *rows.values_list("submission_code", flat=True),
    }


def accounts_in(case: Case) -> set[str]:
    """The codes of the accounts that are a part of a case, so far as it is known.

    The same answer as ``access`` gives for each of them, from the other side.
    """
    talks = _talks_of_items(case) | _talks_of_subject(case)
    roles = SpeakerRole.objects.filter(
        submission__event=case.event, submission__code__in=talks
    ).values_list("speaker__user__code", flat=True)
    noted = TalkSpeaker.objects.filter(event=case.event, submission_code__in=talks)
    profiles = SpeakerProfile.objects.filter(
        Q(code__in=noted.values("profile_code")) | Q(code=case.subject_code),
        event=case.event,
    ).values_list("user__code", flat=True)
    part = case.people.filter(role__in=(CaseRole.AFFECTED, CaseRole.WITNESS))
    codes = {
        *roles,
        *noted.values_list("user_code", flat=True),
        *profiles,
        *part.values_list("user_code", flat=True),
        case.subject_user,
    }
    if case.subject_kind == CaseSubject.ACCOUNT:
        codes.add(case.subject_code)
    return codes - {"", None}


def known_members(case: Case) -> list[tuple]:
    """The members who may know of a case, each with how they stand to it.

    Who has a conflict is not on it, and neither is that they have one.
    """
    standings = dict(
        case.members.filter(standing__in=(Standing.ASKED, Standing.CLEAR)).values_list(
            "user_code", "standing"
        )
    )
    part = accounts_in(case)
    return [
        (user, standings[user.code])
        for user in members_of(case.event)
        if user.code in standings and user.code not in part
    ]
