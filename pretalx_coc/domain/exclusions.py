# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Exclusions: set, lifted, and asked for.

An exclusion begins and ends by the clock alone: nothing has to run for it. It is
found again by the code of the account, and by a keyed hash of the address under
every key there is, also when the account is gone.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import SpeakerProfile, User

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.exclusion_keys import address_hash, address_hashes, newest_key
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Exclusion


def chain_of_exclusion(exclusion: Exclusion, event) -> str:
    """In which chain of an event's audit log an exclusion is noted.

    That of its case, where it is a case of this event.
    """
    if exclusion.case_code and exclusion.event_slug == event.slug:
        return f"case.{exclusion.case_code}"
    return audit.CONCERN_CHAIN


def _note(exclusion: Exclusion, event, by, **data) -> None:
    audit.write(
        event=event,
        chain=chain_of_exclusion(exclusion, event),
        action=AuditAction.EXCLUSION,
        actor=by,
        subject=exclusion.decision_code or str(exclusion.pk),
        data={"exclusion": exclusion.pk, **data},
    )


@dataclass(frozen=True)
class Hashed:
    """An address that was hashed before: under which key, and the hash."""

    key_id: str
    digest: str


def _hashed(user_code: str, email: str) -> Hashed | None:
    email = email.strip() or _address_of(user_code)
    if not email:
        return None
    key = newest_key()
    return Hashed(key_id=key.id, digest=address_hash(key, email))


@transaction.atomic
def exclude(
    *,
    event,
    by,
    user_code: str = "",
    email: str = "",
    hashed: Hashed | None = None,
    only_event: bool = True,
    starts=None,
    ends=None,
    case_code: str = "",
    decision_code: str = "",
) -> Exclusion:
    """Keep a person from submitting and confirming.

    The address itself is not stored.

    Args:
        event: Where it was decided.
        by: The member; None for the outside contact.
        user_code: The code of the account; empty if there is none.
        email: The address; where it is empty, that of the account.
        hashed: In the place of ``email``, the hash of an address.
        only_event: Only this event, or every event of the organiser.
        starts: From when; None for now.
        ends: Until when; None for no end.
        case_code: The case that it comes from, for the audit log.
        decision_code: The decision that it comes from.

    Raises:
        CocError: There is neither an account nor an address, or it ends before
            it begins.
    """
    starts = starts or now()
    if ends and ends <= starts:
        raise CocError(_("The end must be after the beginning."))
    hashed = hashed or _hashed(user_code, email)
    if not user_code and not hashed:
        raise CocError(
            _("Without an account or a mail address, nobody can be recognised.")
        )
    exclusion = Exclusion.objects.create(
        organiser_id=event.organiser_id,
        event_slug=event.slug,
        only_event=only_event,
        case_code=case_code,
        decision_code=decision_code,
        user_code=user_code,
        key_id=hashed.key_id if hashed else "",
        address_hash=hashed.digest if hashed else "",
        starts=starts,
        ends=ends,
        created=now(),
    )
    _note(exclusion, event, by, step="set", **_said_of(exclusion))
    return exclusion


def _said_of(exclusion: Exclusion) -> dict:
    """What the audit log says of a new exclusion."""
    return {
        "user": exclusion.user_code,
        "only_event": exclusion.only_event,
        "starts": exclusion.starts.isoformat(),
        "ends": exclusion.ends.isoformat() if exclusion.ends else None,
    }


def _address_of(user_code: str) -> str:
    if not user_code:
        return ""
    user = User.objects.filter(code=user_code, is_active=True).first()
    return user.email if user else ""


@transaction.atomic
def lift(*, exclusion: Exclusion, by, event) -> Exclusion:
    """End an exclusion now. One that was lifted already stays as it is.

    Args:
        exclusion: The exclusion.
        by: The member; None for the outside contact.
        event: The event in whose audit log it is noted: where it was decided,
            or, if that is gone, another one of the organiser.
    """
    row = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    if not row.lifted:
        row.lifted = now()
        row.save(update_fields=["lifted"])
        _note(row, event, by, step="lifted")
    exclusion.lifted = row.lifted
    return exclusion


def exclusions_in(event):
    """The exclusions that hold in an event now, the longest first."""
    here = Q(event_slug=event.slug)
    if event.created:
        # An earlier event may have had the same address.
        here &= Q(created__gte=event.created)
    moment = now()
    return Exclusion.objects.filter(
        Q(ends=None) | Q(ends__gt=moment),
        Q(only_event=False) | here,
        organiser_id=event.organiser_id,
        lifted=None,
        starts__lte=moment,
    ).order_by(F("ends").desc(nulls_first=True), "pk")


def exclusions_of(event, user=None, email: str | None = None):
    """The exclusions of one person that hold in an event now, the longest first.

    Args:
        event: The event.
        user: The account; its address is looked for, too.
        email: An address; whoever has an account with it is looked for, too.
    """
    who = Q(pk__in=())
    if user is not None and user.code:
        who |= Q(user_code=user.code)
    if email:
        who |= Q(
            user_code__in=User.objects.filter(
                email__iexact=email.strip(), code__isnull=False
            ).values("code")
        )
    hashes = [
        found
        for address in {getattr(user, "email", None), email} - {None, ""}
        for found in address_hashes(address)
    ]
    if hashes:
        who |= Q(address_hash__in=hashes)
    return exclusions_in(event).filter(who)


def is_excluded(event, user=None, email: str | None = None) -> Exclusion | None:
    """The exclusion that holds a person in an event; None for everybody else.

    One query. See ``exclusions_of`` for the arguments.
    """
    return exclusions_of(event, user=user, email=email).first()


def told_exclusions(event, user=None, user_id: int | None = None):
    """The exclusions that a person who proved who they are is told of.

    By their account, and by an address that is known to be theirs: before
    2026.3 pretalx does not verify addresses, and whoever types somebody else's
    learns nothing.

    Args:
        event: The event.
        user: The person, if they are logged in.
        user_id: The primary key of an account that the person has proved to
            be theirs without being logged in yet.
    """
    if user is None:
        who = Q(user_code__in=User.objects.filter(pk=user_id).values("code"))
    else:
        who = Q(user_code=user.code or "-")
        if getattr(user, "email_verification_state", "") == "verified":
            who |= Q(address_hash__in=address_hashes(user.email))
    return exclusions_in(event).filter(who)


@dataclass(frozen=True)
class Held:
    """A speaker profile, and the exclusion that holds it."""

    profile: SpeakerProfile
    exclusion: Exclusion


def address_of_profile(profile: SpeakerProfile) -> str:
    """The address of the account, or of a profile that has none (pretalx 2026.3)."""
    if profile.user:
        return profile.user.email or ""
    return getattr(profile, "email", None) or ""


def held_among(event, profiles, exclusions=None) -> list[Held]:
    """Which of these speakers are excluded, in their order.

    One query more than reading the profiles.

    Args:
        event: The event.
        profiles: Profiles of the event, with their users.
        exclusions: Those to look among; None for all that hold there now.
    """
    profiles = list(profiles)
    hashes = {
        profile.pk: set(address_hashes(address_of_profile(profile)))
        for profile in profiles
    }
    codes = {profile.user.code for profile in profiles if profile.user} - {None, ""}
    if not codes and not any(hashes.values()):
        return []
    found = list(exclusions_in(event)) if exclusions is None else exclusions
    held = []
    for profile in profiles:
        code = profile.user.code if profile.user else ""
        for exclusion in found:
            same_account = bool(code) and exclusion.user_code == code
            if same_account or exclusion.address_hash in hashes[profile.pk]:
                held.append(Held(profile, exclusion))
                break
    return held


def held_of(submission) -> list[Held]:
    """The speakers of a talk who are excluded; at most two queries."""
    profiles = SpeakerProfile.objects.filter(submissions=submission)
    return held_among(
        submission.event, profiles.select_related("user").order_by("pk").distinct()
    )
