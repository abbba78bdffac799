# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The list of who is outstanding: by speaker and by talk.

A page is read with a number of queries that does not grow with its rows, and
what only its rows need is read for these rows alone.
"""

from dataclasses import dataclass, field

from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce, Lower

from pretalx.person.models import SpeakerProfile, User
from pretalx.submission.models import SpeakerRole, Submission

from pretalx_coc.domain.queries.outstanding import (
    LIVE_STATES,
    live_profiles,
    live_talks,
    outstanding_profiles,
    required_policy,
    with_outstanding,
)
from pretalx_coc.models import Ask, Decline, LetThrough

BY_NAME = Coalesce(Lower("name"), Lower("user__name"))
REMINDED, NOT_REMINDED, NOT_ASKED = "reminded", "not_reminded", "not_asked"


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed down to.

    Attributes:
        state: The state of a talk; empty for all.
        declined: ``yes`` or ``no``; empty for both.
        reminded: One of the names above; empty for all.
        query: Words of a name or a title.
    """

    state: str = ""
    declined: str = ""
    reminded: str = ""
    query: str = ""


@dataclass
class Details:
    """What the rows of one page show, by the profile's code.

    Attributes:
        asks: When somebody was asked and reminded.
        declines: Their last no, and why.
        talks: Their live talks.
    """

    asks: dict = field(default_factory=dict)
    declines: dict = field(default_factory=dict)
    talks: dict = field(default_factory=dict)


def _required(event):
    return required_policy(event).values("number_required")


def _asks(event):
    return Ask.objects.filter(event=event, number__in=_required(event))


def _declines(event):
    return Decline.objects.filter(event=event, number__gte=_required(event))


def _speakers_of(talks):
    roles = SpeakerRole.objects.filter(submission__in=talks.order_by())
    return roles.order_by().values("speaker")


def _by_ask(profiles, event, reminded: str):
    asks = _asks(event)
    if reminded == NOT_ASKED:
        return profiles.exclude(code__in=asks.values("profile_code"))
    if reminded == REMINDED:
        asks = asks.filter(reminders__gt=0)
    elif reminded == NOT_REMINDED:
        asks = asks.filter(reminders=0)
    return profiles.filter(code__in=asks.values("profile_code"))


def _narrowed(profiles, event, chosen: Chosen):
    if chosen.declined:
        said_no = Q(user__code__in=_declines(event).order_by().values("user_code"))
        profiles = profiles.filter(said_no if chosen.declined == "yes" else ~said_no)
    if chosen.reminded:
        profiles = _by_ask(profiles, event, chosen.reminded)
    return profiles


def _named(query: str):
    return Q(name__icontains=query) | Q(user__name__icontains=query)


def speaker_rows(event, chosen: Chosen):
    """The outstanding speakers, in the order of their names.

    Who they are is read once, so that counting them and sorting a page of them
    does not work it out again.
    """
    profiles = _narrowed(outstanding_profiles(event), event, chosen)
    if chosen.state:
        talks = live_talks(event).filter(state=chosen.state)
        profiles = profiles.filter(pk__in=_speakers_of(talks))
    if chosen.query:
        titled = live_talks(event).filter(title__icontains=chosen.query)
        profiles = profiles.filter(
            _named(chosen.query) | Q(pk__in=_speakers_of(titled))
        )
    keys = list(profiles.order_by().values_list("pk", flat=True))
    found = SpeakerProfile.objects.filter(event=event, pk__in=keys)
    return found.select_related("user").order_by(BY_NAME, "pk")


def talk_rows(event, chosen: Chosen):
    """The talks with an outstanding speaker, by title, with these speakers.

    The speakers are in ``outstanding_speakers``. Who they are and what they
    are on is read first: as a part of the other queries, databases work it out
    for every talk anew.
    """
    found = _narrowed(outstanding_profiles(event), event, chosen)
    keys = list(found.order_by().values_list("pk", flat=True))
    profiles = SpeakerProfile.objects.filter(event=event, pk__in=keys)
    # By these speakers alone, as above: they are of the event.
    roles = SpeakerRole._base_manager.filter(speaker__in=keys)
    talks = live_talks(event).filter(
        pk__in=set(roles.order_by().values_list("submission", flat=True))
    )
    if chosen.state:
        talks = talks.filter(state=chosen.state)
    if chosen.query:
        named = with_outstanding(
            event, live_talks(event), profiles.filter(_named(chosen.query))
        )
        talks = talks.filter(
            Q(title__icontains=chosen.query) | Q(pk__in=named.order_by().values("pk"))
        )
    # Neither by the plain key nor by event: databases would start from these
    # then, which are many, and not from the talks of a page, which are few.
    of_page = SpeakerProfile._base_manager.alias(key=F("pk") + 0)
    of_page = of_page.filter(key__in=keys)
    speakers = Prefetch(
        "speakers",
        queryset=of_page.select_related("user").order_by(BY_NAME, "pk"),
        to_attr="outstanding_speakers",
    )
    return talks.prefetch_related(speakers).order_by(Lower("title"), "pk")


def read_details(event, profiles) -> Details:
    """What is known of these speakers, with one query for each part.

    Args:
        event: The event.
        profiles: The profiles of a page, or of the whole list; with their users.
    """
    # So many codes are no condition any more: the whole list reads all rows.
    few = len(profiles) <= 250
    asks, declines = _asks(event), _declines(event)
    # Not by event: databases would read all talks of the event then, not those
    # of the few. The profiles are of the event, and so are their talks.
    roles = SpeakerRole._base_manager.filter(submission__state__in=LIVE_STATES)
    if few:
        asks = asks.filter(profile_code__in=[profile.code for profile in profiles])
        users = [profile.user.code for profile in profiles if profile.user]
        declines = declines.filter(user_code__in=users)
        roles = roles.filter(speaker__in=[profile.pk for profile in profiles])
    else:
        roles = roles.filter(submission__event=event)
    latest = {entry.user_code: entry for entry in declines.order_by("declined", "pk")}
    details = Details(
        asks={ask.profile_code: ask for ask in asks},
        declines={
            profile.code: latest[profile.user.code]
            for profile in profiles
            if profile.user and profile.user.code in latest
        },
    )
    codes = {profile.pk: profile.code for profile in profiles}
    roles = roles.select_related("submission").order_by()
    for role in sorted(roles, key=lambda role: role.submission.title):
        if role.speaker_id in codes:
            talks = details.talks.setdefault(codes[role.speaker_id], [])
            talks.append(role.submission)
    return details


def let_through_codes(event) -> set[str]:
    """The codes of the talks that were let through."""
    rows = LetThrough.objects.filter(event=event)
    return set(rows.values_list("submission_code", flat=True))


def let_through_rows(event) -> list[dict]:
    """The talks that were let through: talk, why, by whom and when."""
    rows = list(LetThrough.objects.filter(event=event).order_by("-created", "pk"))
    if not rows:
        return []
    talks = Submission.objects.filter(
        event=event, code__in=[row.submission_code for row in rows]
    )
    talks = {talk.code: talk for talk in talks}
    people = User.objects.filter(code__in=[row.let_by for row in rows])
    people = {user.code: user for user in people}
    return [
        {"let": row, "talk": talks[row.submission_code], "by": people.get(row.let_by)}
        for row in rows
        if row.submission_code in talks
    ]


def share_accepted(event, outstanding: int | None = None) -> tuple[int, int]:
    """How many speakers have accepted, and how many there are.

    Args:
        event: The event.
        outstanding: How many are outstanding, where that is known already.
    """
    speakers = live_profiles(event).count()
    if outstanding is None:
        outstanding = outstanding_profiles(event).count()
    return max(0, speakers - outstanding), speakers


def find_profile(event, code: str) -> SpeakerProfile | None:
    """The speaker profile of an event with this code."""
    return (
        SpeakerProfile.objects.filter(event=event, code__iexact=code)
        .select_related("user", "event")
        .first()
    )
