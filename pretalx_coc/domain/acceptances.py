# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Recording that somebody accepted a version, and asking whether they did."""

from django.db import transaction
from django.utils.timezone import now

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import (
    Acceptance,
    Decline,
    PolicyText,
    PolicyVersion,
    TalkSpeaker,
)


@transaction.atomic
def record(
    *,
    event,
    version,
    language: str,
    way,
    user=None,
    profile=None,
    submission=None,
    material: bool = False,
    by=None,
    note: str = "",
) -> Acceptance:
    """Write down that a person accepted a version.

    Args:
        event: The event.
        version: The version that was on the screen.
        language: The language that was on the screen, one of the version's.
        way: A value of ``AcceptanceWay``.
        user: Who accepted; None for a speaker without an account.
        profile: Their speaker profile in this event, if there is one.
        submission: The proposal it was accepted with, if any.
        material: Whether they ticked that their material follows it.
        by: Who wrote it down, if it was not the person.
        note: What they noted, for example where the paper is kept.

    Raises:
        CocError: The version has no text in this language.
    """
    acceptance = _acceptance(
        event=event,
        text=_text(event, version, language),
        way=way,
        user=user,
        profile=profile,
        submission_code=getattr(submission, "code", None) or "",
        material=material,
        by=by,
        note=note,
    )
    acceptance.save()
    _audit([acceptance], actor=by or user)
    return acceptance


@transaction.atomic
def record_all(
    *, event, version, language: str, way, profiles, by, note: str
) -> list[Acceptance]:
    """Write down that several speakers accepted a version; see ``record``.

    The number of queries grows with hundreds of them, not with each.

    Args:
        event: The event.
        version: The version.
        language: One of the version's languages.
        way: A value of ``AcceptanceWay``.
        profiles: Their speaker profiles, with their users.
        by: Who wrote it down.
        note: What they noted.

    Raises:
        CocError: The version has no text in this language.
    """
    text = _text(event, version, language)
    acceptances = [
        _acceptance(
            event=event,
            text=text,
            way=way,
            user=profile.user,
            profile=profile,
            by=by,
            note=note,
        )
        for profile in profiles
    ]
    if acceptances:
        Acceptance.objects.bulk_create(acceptances, batch_size=audit.AT_ONCE)
        _audit(acceptances, actor=by)
    return acceptances


def _text(event, version, language: str) -> PolicyText:
    text = PolicyText.objects.filter(
        event=event, number=version.number, language=language
    ).first()
    if not text:
        raise CocError(f"Version {version.number} has no text in {language!r}.")
    return text


def _acceptance(*, event, text, user, profile, by, note: str, **values) -> Acceptance:
    """An acceptance of a text, not stored yet."""
    return Acceptance(
        event=event,
        user_code=getattr(user, "code", None) or "",
        profile_code=getattr(profile, "code", None) or "",
        number=text.number,
        language=text.language,
        sha256=text.sha256,
        accepted=now(),
        recorded_by=getattr(by, "code", None) or "",
        note=note.strip(),
        **values,
    )


def _audit(acceptances: list[Acceptance], *, actor) -> None:
    notes = [
        audit.Note(
            action=AuditAction.ACCEPTED,
            actor=actor,
            subject=acceptance.submission_code,
            data={
                "number": acceptance.number,
                "language": acceptance.language,
                "sha256": acceptance.sha256,
                "way": str(acceptance.way),
                "user": acceptance.user_code,
                "profile": acceptance.profile_code,
                "material": acceptance.material,
                "time": acceptance.accepted.isoformat(),
            },
            texts={"note": acceptance.note},
        )
        for acceptance in acceptances
    ]
    audit.write_all(
        event=acceptances[0].event, chain=audit.ACCEPTANCE_CHAIN, notes=notes
    )


@transaction.atomic
def decline(*, event, user, version, reason: str = "", profile=None) -> Decline:
    """Write down that a person said no to a version.

    They stay outstanding and may still accept.

    Args:
        event: The event.
        user: Who declined.
        version: The version that was on the screen.
        reason: Why, in their words; may be empty.
        profile: Their speaker profile in this event, if there is one.
    """
    reason = reason.strip()
    entry = Decline.objects.create(
        event=event,
        user_code=user.code,
        profile_code=getattr(profile, "code", None) or "",
        number=version.number,
        reason=reason,
        declined=now(),
    )
    audit.write(
        event=event,
        chain=audit.ACCEPTANCE_CHAIN,
        action=AuditAction.DECLINED,
        actor=user,
        data={
            "number": version.number,
            "profile": entry.profile_code,
            "time": entry.declined.isoformat(),
        },
        texts={"reason": reason},
    )
    return entry


@transaction.atomic
def carry_over(*, event, merged_code: str, survivor) -> None:
    """Let what was accepted with one profile count for the one it was merged into.

    pretalx 2026.3 deletes the merged profile. What is on its acceptances stays
    as it is; the survivor gets one of their own that names it.

    Args:
        event: The event.
        merged_code: The code of the profile that is gone.
        survivor: The profile that is left.
    """
    user_code = survivor.user.code if survivor.user else ""
    accepted = Acceptance.objects.filter(event=event, profile_code=merged_code)
    for acceptance in accepted.order_by("pk"):
        if user_code and acceptance.user_code == user_code:
            continue
        record(
            event=event,
            version=PolicyVersion.objects.get(event=event, number=acceptance.number),
            language=acceptance.language,
            way=acceptance.way,
            user=survivor.user,
            profile=survivor,
            material=acceptance.material,
            note=f"{merged_code} → {survivor.code}, {acceptance.accepted.isoformat()}",
        )
    noted = TalkSpeaker.objects.filter(event=event, profile_code=merged_code)
    TalkSpeaker.objects.bulk_create(
        [
            TalkSpeaker(
                event=event,
                submission_code=code,
                profile_code=survivor.code,
                user_code=user_code,
            )
            for code in noted.values_list("submission_code", flat=True)
        ],
        ignore_conflicts=True,
    )
