# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is somebody's own matter: nobody sees it, and nobody judges it.

For ``access``, which says who sees what; nothing here asks who is on the team.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole, Submission

from pretalx_coc.enums import CaseRole, CaseSubject, ItemRef, SubjectKind
from pretalx_coc.models import CaseItem, CasePerson, Finding, Flag, TalkSpeaker

OWN_MATTER = _("Nobody can judge what is about themselves or a talk of their own.")


def own_talk_codes(user, event) -> list:
    """Querysets of the codes of a person's own talks, now and at any time noted."""
    return [
        Submission.all_objects.filter(event=event, speakers__user=user).values_list(
            "code", flat=True
        ),
        TalkSpeaker.objects.filter(
            Q(user_code=user.code)
            | Q(
                profile_code__in=SpeakerProfile.objects.filter(
                    event=event, user=user
                ).values("code")
            ),
            event=event,
        ).values_list("submission_code", flat=True),
    ]


def without_own_matters(queryset, user, event):
    """Leave out what is about a person or about a talk of theirs.

    Args:
        queryset: Of ``Finding`` or ``Flag``.
        user: The person who looks.
        event: The event.
    """
    for codes in own_talk_codes(user, event):
        queryset = queryset.exclude(
            subject_kind=SubjectKind.TALK, subject_code__in=codes
        )
    profiles = SpeakerProfile.objects.filter(event=event, user=user).values("code")
    return queryset.exclude(subject_kind=SubjectKind.PROFILE, subject_code__in=profiles)


def is_own_matter(row, user) -> bool:
    """Whether a finding, a flag or a check is about a person or a talk of theirs."""
    rows = type(row).objects.filter(pk=row.pk)
    return not without_own_matters(rows, user, row.event).exists()


def _speaks_with_them(event, profiles, talks) -> Q:
    """Cases about whoever speaks with a person, now and as far as it was noted.

    Args:
        event: The event.
        profiles: The person's profiles.
        talks: What ``own_talk_codes`` says of them.
    """
    own = SpeakerRole.objects.filter(speaker__in=profiles).values("submission")
    roles = SpeakerRole.objects.filter(submission__in=own)
    noted = TalkSpeaker.objects.filter(
        Q(submission_code__in=talks[0]) | Q(submission_code__in=talks[1]), event=event
    )
    # By profile or by account: a case can be about either.
    accounts = roles.filter(speaker__user__code__isnull=False)
    return Q(
        Q(subject_code__in=roles.values("speaker__code"))
        | Q(subject_code__in=noted.values("profile_code")),
        subject_kind=CaseSubject.PROFILE,
    ) | Q(
        Q(subject_user__in=accounts.values("speaker__user__code"))
        | Q(subject_user__in=noted.values("user_code")),
        ~Q(subject_user=""),
    )


def own_cases(event, user) -> Q:
    """Cases that a person must not know of: they are a part of them.

    The subject, whoever speaks with the subject or on a talk of the case, who
    was affected and who saw it. Having reported for somebody is none of these.
    """
    profiles = SpeakerProfile.objects.filter(event=event, user=user)
    talks = own_talk_codes(user, event)
    together = _speaks_with_them(event, profiles, talks)
    # Each of these is asked once and not for each case: there may be many.
    of_talks = Q()
    for codes in talks:
        of_talks |= Q(kind=ItemRef.TALK, ref__in=codes)
        for kind, model in ((ItemRef.FLAG, Flag), (ItemRef.FINDING, Finding)):
            about = model.objects.filter(
                event=event, subject_kind=SubjectKind.TALK, subject_code__in=codes
            )
            of_talks |= Q(kind=kind, ref__in=about.values("code"))
    items = CaseItem.objects.filter(of_talks, event=event)
    part = CasePerson.objects.filter(
        event=event, user_code=user.code, role__in=(CaseRole.AFFECTED, CaseRole.WITNESS)
    )
    return (
        Q(subject_user=user.code)
        | Q(subject_kind=CaseSubject.ACCOUNT, subject_code=user.code)
        | Q(subject_kind=CaseSubject.PROFILE, subject_code__in=profiles.values("code"))
        | together
        | Q(pk__in=part.values("case"))
        | Q(pk__in=items.values("case"))
    )
