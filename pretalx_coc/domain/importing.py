# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Answers of a yes/no custom field, taken over as acceptances."""

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import (
    Answer,
    Question,
    QuestionTarget,
    QuestionVariant,
    SpeakerRole,
    SubmissionStates,
)

from pretalx_coc.domain.acceptances import record_all
from pretalx_coc.domain.policy import lock_policy, text_of
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models import Acceptance


def importable_questions(event):
    """The yes/no fields that speakers answer, the inactive ones included."""
    return Question.all_objects.filter(
        event=event,
        variant=QuestionVariant.BOOLEAN,
        target__in=(QuestionTarget.SPEAKER, QuestionTarget.SUBMISSION),
    ).order_by("position", "pk")


def _who_said_yes(question):
    """The profiles that ticked the field.

    An answer about a proposal is the word of the person who submitted it, that
    is its first speaker: nobody's co-speaker has accepted anything by it.
    """
    answers = Answer.objects.filter(question=question, answer="True").order_by()
    if question.target == QuestionTarget.SPEAKER:
        return answers.filter(speaker__isnull=False).values("speaker")
    roles = SpeakerRole.objects.filter(submission=OuterRef("submission"))
    first = roles.order_by("position", "pk").values("speaker")[:1]
    return (
        answers.filter(submission__isnull=False)
        # What is still a draft was not handed in, and nothing was said by it.
        .exclude(submission__state=SubmissionStates.DRAFT)
        .annotate(first_speaker=Subquery(first))
        .filter(first_speaker__isnull=False)
        .values("first_speaker")
    )


def profiles_to_import(*, event, question, version):
    """The speakers whose yes would become an acceptance.

    Those who have accepted the version already are left out, and so are those
    who deactivated their accounts: what was erased must not come back.
    """
    accepted = Acceptance.objects.filter(event=event, number=version.number).order_by()
    users = accepted.exclude(user_code="").values("user_code")
    codes = accepted.exclude(profile_code="").values("profile_code")
    return (
        SpeakerProfile.objects.filter(
            Q(user__isnull=True) | Q(user__is_active=True),
            event=event,
            pk__in=_who_said_yes(question),
        )
        .exclude(Q(user__isnull=False) & Q(user__code__in=users))
        .exclude(code__in=codes)
        .select_related("user")
        .order_by("pk")
    )


@transaction.atomic
def import_answers(*, event, question, version, by) -> int:
    """Record an acceptance for each speaker who said yes.

    In the event's main language, or, if the version does not have it, in the
    first one it has.

    Args:
        event: The event.
        question: One of ``importable_questions``.
        version: The version that the field asked about.
        by: The organiser who imports.

    Returns:
        How many were recorded.
    """
    lock_policy(event)
    language = text_of(version, event.locale).language
    profiles = profiles_to_import(event=event, question=question, version=version)
    imported = record_all(
        event=event,
        version=version,
        language=language,
        way=AcceptanceWay.IMPORT,
        profiles=profiles,
        by=by,
        note=f"{question.identifier}: {question.question}",
    )
    return len(imported)
