# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Recording that somebody accepted a version, and asking whether they did."""

from django.db import transaction
from django.utils.timezone import now

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Acceptance, PolicyText


def has_accepted(*, event, user, number: int) -> bool:
    """Whether a user has accepted the version with this number."""
    return Acceptance.objects.filter(
        event=event, number=number, user_code=user.code
    ).exists()


@transaction.atomic
def record(
    *, event, user, version, language: str, way, profile=None, submission=None
) -> Acceptance:
    """Write down that a user accepted a version.

    Args:
        event: The event.
        user: Who accepted.
        version: The version that was on the screen.
        language: The language that was on the screen, one of the version's.
        way: A value of ``AcceptanceWay``.
        profile: The user's speaker profile in this event, if there is one.
        submission: The proposal it was accepted with, if any.

    Raises:
        CocError: The version has no text in this language.
    """
    text = PolicyText.objects.filter(
        event=event, number=version.number, language=language
    ).first()
    if not text:
        raise CocError(f"Version {version.number} has no text in {language!r}.")
    acceptance = Acceptance.objects.create(
        event=event,
        user_code=user.code,
        profile_code=getattr(profile, "code", None) or "",
        submission_code=getattr(submission, "code", None) or "",
        number=version.number,
        language=language,
        sha256=text.sha256,
        way=way,
        accepted=now(),
    )
    audit.write(
        event=event,
        chain=audit.ACCEPTANCE_CHAIN,
        action=AuditAction.ACCEPTED,
        actor=user,
        subject=acceptance.submission_code,
        data={
            "number": version.number,
            "language": language,
            "sha256": text.sha256,
            "way": str(way),
        },
    )
    return acceptance
