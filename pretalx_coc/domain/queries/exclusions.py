# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What members of the response team see of the exclusions that hold in an event.

Whose case it is see the case's code. Of what another event's team decided,
nothing but that somebody is excluded by the organiser, and until when.
"""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from pretalx.person.models import SpeakerProfile, User
from pretalx.submission.models import SpeakerRole

from pretalx_coc.domain.access import cases_kept_from, visible_cases
from pretalx_coc.domain.exclusion_keys import address_hashes
from pretalx_coc.domain.exclusions import address_of_profile, exclusions_in, held_among
from pretalx_coc.domain.own_matters import own_talk_codes
from pretalx_coc.enums import (
    AuditAction,
    CaseRole,
    CaseSubject,
    ExclusionDoor,
    Standing,
)
from pretalx_coc.models import (
    AuditEntry,
    Case,
    CaseMember,
    CasePerson,
    Exclusion,
    TalkSpeaker,
)

# Mailboxes that many people have; being called the same says nothing.
COMMON_MAILBOXES = frozenset(
    ("admin", "contact", "hello", "hi", "info", "kontakt", "mail", "me", "office")
)


def _speaks_with(event, user) -> list:
    """The accounts on a person's talks, now or as noted, and their own."""
    own = SpeakerRole.objects.filter(submission__event=event, speaker__user=user)
    roles = SpeakerRole.objects.filter(submission__in=own.values("submission"))
    talks = own_talk_codes(user, event)
    noted = TalkSpeaker.objects.filter(
        Q(submission_code__in=talks[0]) | Q(submission_code__in=talks[1]), event=event
    )
    others = User.objects.filter(
        Q(pk__in=roles.values("speaker__user"))
        | Q(code__in=noted.exclude(user_code="").values("user_code"))
    )
    return [user, *others.exclude(pk=user.pk)]


def visible_exclusions(event, user):
    """The exclusions that hold in an event and that a member may know of."""
    return without_kept(exclusions_in(event), event, user)


def without_kept(exclusions, event, user):
    """Leave out the exclusions whose existence a member must not learn of.

    What is about themselves or about somebody they speak with, and what comes from
    a case that they are kept from.

    Args:
        exclusions: A queryset of exclusions.
        event: The event in which the member looks.
        user: The member.
    """
    kept = cases_kept_from(event, user).values("code")
    # Their part in the case, also where it is one of another event.
    part = {
        "event__organiser": OuterRef("organiser"),
        "event__slug": OuterRef("event_slug"),
        "case__code": OuterRef("case_code"),
        "user_code": user.code,
    }
    stepped_out = CaseMember._base_manager.filter(
        standing__in=(Standing.CONFLICT, Standing.STEPPED_BACK), **part
    )
    involved = CasePerson._base_manager.filter(
        role__in=(CaseRole.AFFECTED, CaseRole.WITNESS), **part
    )
    merged = Case.objects.filter(event=event, merged_into__in=kept).values("code")
    together = _speaks_with(event, user)
    hashes = [found for each in together for found in address_hashes(each.email)]
    return exclusions.exclude(
        Q(user_code__in={each.code for each in together} - {None, ""})
        | Q(address_hash__in=hashes)
        | Q(event_slug=event.slug, case_code__in=kept)
        | Q(event_slug=event.slug, case_code__in=merged)
        | Exists(stepped_out)
        | Exists(involved)
    )


@dataclass(frozen=True)
class Listed:
    """One exclusion, as far as a member may see it.

    Attributes:
        exclusion: The exclusion; pages show of it what is below, and its end.
        case: Its case, where it is one of this event that they may know of.
        held: When it last held somebody back here, if it did.
        door: At which door: a value of ``ExclusionDoor``, or empty.
        speakers: The profiles of this event that it holds.
    """

    exclusion: Exclusion
    case: Case | None
    held: dt.datetime | None
    door: str
    speakers: tuple[SpeakerProfile, ...]

    @property
    def ends(self) -> dt.datetime | None:
        return self.exclusion.ends

    @property
    def door_label(self) -> str:
        return str(ExclusionDoor(self.door).label) if self.door else ""


def _last_held(event, exclusions) -> dict:
    """When each exclusion last held somebody back in this event: pk → entry."""
    entries = AuditEntry.objects.filter(
        event=event,
        action=AuditAction.EXCLUSION_HELD,
        data__exclusion__in=[exclusion.pk for exclusion in exclusions],
        data__event__isnull=True,
    )
    return {entry.data["exclusion"]: entry for entry in entries.order_by("pk")}


def _profiles(event):
    return SpeakerProfile.objects.filter(event=event).select_related("user")


def exclusion_on_record(event, user, profile) -> Listed | None:
    """The exclusion that holds one speaker, as far as a member may see it."""
    return next(
        (
            entry
            for entry in list_exclusions(event, user, profiles=[profile])
            if entry.speakers
        ),
        None,
    )


def list_exclusions(event, user, *, profiles=None) -> list[Listed]:
    """What a member sees of the exclusions that hold in an event.

    A fixed number of queries.

    Args:
        event: The event.
        user: The member.
        profiles: The speakers to look for; None for all of the event.
    """
    exclusions = list(visible_exclusions(event, user))
    if not exclusions:
        return []
    codes = {entry.case_code for entry in exclusions if entry.event_slug == event.slug}
    cases = {
        case.code: case for case in visible_cases(event, user).filter(code__in=codes)
    }
    last = _last_held(event, exclusions)
    speakers = defaultdict(list)
    if profiles is None:
        profiles = _profiles(event).order_by("pk")
    for entry in held_among(event, profiles, exclusions):
        speakers[entry.exclusion.pk].append(entry.profile)
    return [
        Listed(
            exclusion=entry,
            case=cases.get(entry.case_code) if entry.event_slug == event.slug else None,
            held=last[entry.pk].created if entry.pk in last else None,
            door=last[entry.pk].data["door"] if entry.pk in last else "",
            speakers=tuple(speakers[entry.pk]),
        )
        for entry in exclusions
    ]


@dataclass(frozen=True)
class LikelyMatch:
    """A speaker who may be somebody excluded, under another address.

    Attributes:
        profile: The speaker.
        exclusion: The exclusion that may be theirs.
        same_name: They have the same name; otherwise the same mailbox name.
    """

    profile: SpeakerProfile
    exclusion: Exclusion
    same_name: bool


def _plain_name(name: str | None) -> str:
    """A name as it is compared: without capitals, accents and double spaces."""
    folded = unicodedata.normalize("NFKD", name or "").casefold()
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", letters).strip()


def _mailbox(address: str | None) -> str:
    """What stands before the ``@``, without tags and dots; empty if it is common."""
    local = (address or "").casefold().partition("@")[0].partition("+")[0]
    local = local.replace(".", "")
    return "" if local in COMMON_MAILBOXES else local


def _known_of(event, exclusions) -> list[tuple[Exclusion, set, set]]:
    """Names and mailboxes of the excluded, from their accounts and their cases.

    What is on the account or the case, and nothing else: the exclusion itself
    keeps neither.
    """
    codes = {entry.user_code for entry in exclusions} - {""}
    users = {user.code: user for user in User.objects.filter(code__in=codes)}
    cases = Case.objects.filter(
        event=event,
        code__in={entry.case_code for entry in exclusions},
        subject_kind__in=(CaseSubject.PROFILE, CaseSubject.ACCOUNT),
    )
    subjects = dict(cases.values_list("code", "subject_text"))
    known = []
    for entry in exclusions:
        user = users.get(entry.user_code)
        own = subjects.get(entry.case_code) if entry.event_slug == event.slug else ""
        active = user if user and user.is_active else None
        names = {_plain_name(own), _plain_name(active.name if active else "")}
        boxes = {_mailbox(active.email if active else "")}
        known.append((entry, names - {""}, boxes - {""}))
    return known


def likely_matches(event, user) -> list[LikelyMatch]:
    """Speakers who may be somebody excluded under another address.

    A hint for people, and nothing else: nobody is held by it, and it is not
    stored. Left out is whose existence a member must not learn of.

    Args:
        event: The event.
        user: The member who looks.
    """
    exclusions = list(visible_exclusions(event, user))
    if not exclusions:
        return []
    known = _known_of(event, exclusions)
    profiles = list(_profiles(event).exclude(user=user).order_by("pk"))
    held = {entry.profile.pk for entry in held_among(event, profiles)}
    matches = []
    for profile in profiles:
        if profile.pk in held:
            continue
        account = profile.user.name if profile.user else ""
        names = {_plain_name(profile.name), _plain_name(account)}
        box = _mailbox(address_of_profile(profile))
        for entry, their_names, their_boxes in known:
            same_name = bool(names & their_names)
            if same_name or box in their_boxes:
                matches.append(LikelyMatch(profile, entry, same_name))
                break
    return matches
