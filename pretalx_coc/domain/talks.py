# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The fields of a talk or a profile, and who is on a talk."""

import hashlib

from django.db.models import Q

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.enums import CaseSubject, ItemRef, SubjectKind
from pretalx_coc.models import Case, CaseItem, Finding, Flag, TalkSpeaker

TALK_FIELDS = ("title", "abstract", "description", "notes")
PROFILE_FIELDS = ("name", "biography")


def talk_texts(submission) -> dict[str, str]:
    """The texts that speakers write about a talk: field → text, none empty."""
    return {
        name: text for name in TALK_FIELDS if (text := getattr(submission, name) or "")
    }


def content_digest(text: str) -> str:
    """What tells one content of a material from another, as 64 digits."""
    # "surrogatepass": a lone surrogate is no reason not to check a text.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def field_label(kind: str, field: str) -> str:
    """How pretalx calls a field, in the reader's language."""
    model = Submission if kind == SubjectKind.TALK else SpeakerProfile
    return str(model._meta.get_field(field).verbose_name)


def people_of(event, kind: str, code: str) -> set[str]:
    """The codes of the accounts whose own matter a talk or a profile is.

    The other way round than ``own_matters.without_own_matters``: who speaks there now,
    and who did when something was noted.

    Args:
        event: The event.
        kind: A value of ``SubjectKind``.
        code: The talk's or the profile's.
    """
    codes = {code}
    noted = set()
    if kind == SubjectKind.TALK:
        rows = TalkSpeaker.objects.filter(event=event, submission_code=code)
        pairs = list(rows.values_list("profile_code", "user_code"))
        codes, noted = ({pair[number] for pair in pairs} for number in (0, 1))
    profiles = Q(code__in=codes)
    if kind == SubjectKind.TALK:
        profiles |= Q(submissions__code=code)
    now = SpeakerProfile.objects.filter(profiles, event=event)
    return {*noted, *now.values_list("user__code", flat=True)} - {"", None}


def note_if_concerned(submission) -> None:
    """Remember a speaker who joins a talk that something is noted about."""
    about = {
        "event": submission.event,
        "subject_kind": SubjectKind.TALK,
        "subject_code": submission.code,
    }
    attached = CaseItem.objects.filter(
        event=submission.event, kind=ItemRef.TALK, ref=submission.code
    )
    if (
        Finding.objects.filter(**about).exists()
        or Flag.objects.filter(**about).exists()
        or attached.exists()
        or _has_subject(submission)
    ):
        note_speakers(submission)


def _has_subject(submission) -> bool:
    """Whether a case is about somebody who is on a talk, or was."""
    noted = TalkSpeaker.objects.filter(
        event=submission.event, submission_code=submission.code
    )
    speakers = submission.speakers.all()
    about = Q(
        subject_kind=CaseSubject.PROFILE, subject_code__in=speakers.values("code")
    ) | Q(subject_user__in=speakers.exclude(user=None).values("user__code"))
    return noted.exists() or Case.objects.filter(about, event=submission.event).exists()


def note_talks_of(case) -> None:
    """Remember who speaks with the subject of a case.

    They do not see it, also when one of them is no longer on the talk.
    """
    who = Q(pk__in=())
    if case.subject_kind == CaseSubject.PROFILE:
        who |= Q(speakers__code=case.subject_code)
    if case.subject_user:
        who |= Q(speakers__user__code=case.subject_user)
    talks = Submission.all_objects.filter(who, event=case.event)
    for talk in talks.distinct():
        note_speakers(talk)


def note_speakers(submission) -> None:
    """Remember who is on a talk now, because something is noted about it."""
    TalkSpeaker.objects.bulk_create(
        [
            TalkSpeaker(
                event=submission.event,
                submission_code=submission.code,
                profile_code=profile.code,
                user_code=profile.user.code if profile.user else "",
            )
            for profile in submission.speakers.select_related("user")
        ],
        ignore_conflicts=True,
    )
