# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""All that pretalx's own pages show of the plugin, in one query.

Membership, the number at the panel and the strips are asked for on every page
of the organiser area, several times. They are read once for a request.
"""

from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django_scopes import scope

from pretalx.event.models import Event
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.access import is_blind, teams_of
from pretalx_coc.domain.queries.items import (
    standing,
    visible_findings,
    visible_flags,
    waiting,
)
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.enums import FlagState, SubjectKind
from pretalx_coc.models import CocSettings, Flag, Policy, TalkSpeaker

CACHE_NAME = "_pretalx_coc_summary"


@dataclass(frozen=True)
class Summary:
    """What one request needs to know.

    Attributes:
        member: The person is on the response team.
        waiting: How many items wait on the panel, for this person.
        has_policy: A version is in force.
        is_own_talk: The page is about a talk of theirs.
        own_open_flags: Their flags on this talk that wait.
        own_seen_flags: Their flags on this talk that were looked at.
        shows_record: The page is a speaker's whose record they may see.
        on_record: How many items stand on that record.
    """

    member: bool = False
    waiting: int = 0
    has_policy: bool = False
    is_own_talk: bool = False
    own_open_flags: int = 0
    own_seen_flags: int = 0
    shows_record: bool = False
    on_record: int = 0


def _count(queryset):
    counts = (
        queryset.order_by()
        .annotate(_group=Value(1))
        .values("_group")
        .annotate(_count=Count("pk", distinct=True))
        .values("_count")
    )
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _member(event, user):
    """On a chosen team, or, where none was ever chosen, on a settings team."""
    chosen = CocSettings.objects.filter(event=event, team_chosen=True)
    in_chosen = teams_of(event, members=user).filter(
        pk__in=CocSettings.response_teams.through.objects.filter(
            cocsettings__event=event
        ).values("team_id")
    )
    in_default = teams_of(event, members=user, can_change_event_settings=True)
    return Case(
        When(Exists(chosen), then=Exists(in_chosen)),
        default=Exists(in_default),
        output_field=BooleanField(),
    )


def _waiting(event, user):
    return (
        _count(waiting(visible_findings(event, user)))
        + _count(waiting(visible_flags(event, user)))
        + _count(outstanding_profiles(event).exclude(user=user))
    )


def _talk_annotations(event, user, code: str) -> dict:
    flags = Flag.objects.filter(
        event=event,
        subject_kind=SubjectKind.TALK,
        subject_code=code,
        raised_by=user.code,
    )
    return {
        "coc_own_talk": Exists(
            Submission.all_objects.filter(event=event, code=code, speakers__user=user)
        ),
        "coc_open_flags": _count(flags.filter(state=FlagState.OPEN)),
        "coc_seen_flags": _count(flags.filter(state=FlagState.LOOKED_AT)),
    }


def _record_annotations(event, user, code: str) -> dict:
    talks = Submission.objects.filter(event=event, speakers__code=code).values("code")
    noted = TalkSpeaker.objects.filter(event=event, profile_code=code)
    about = Q(subject_kind=SubjectKind.PROFILE, subject_code=code) | (
        Q(subject_kind=SubjectKind.TALK)
        & (
            Q(subject_code__in=talks)
            | Q(subject_code__in=noted.values("submission_code"))
        )
    )
    return {
        "coc_shows_record": Exists(
            SpeakerProfile.objects.filter(event=event, code=code).exclude(
                Q(user=user) & Q(user__isnull=False)
            )
        ),
        "coc_on_record": _count(standing(visible_findings(event, user)).filter(about))
        + _count(standing(visible_flags(event, user)).filter(about)),
    }


def read_summary(*, event, user, talk: str = "", profile: str = "") -> Summary:
    """Read what a page of pretalx needs to know, with one query.

    Args:
        event: The event of the page.
        user: The person who looks; must be logged in.
        talk: The code of the talk that the page is about, if any.
        profile: The code of the speaker profile that it is about, if any.
    """
    with scope(event=event):
        annotations = {
            "coc_member": _member(event, user),
            "coc_has_policy": Exists(
                Policy.objects.filter(event=event, number_in_force__isnull=False)
            ),
            "coc_waiting": _waiting(event, user),
        }
        if talk:
            annotations |= _talk_annotations(event, user, talk)
        if profile:
            annotations |= _record_annotations(event, user, profile)
        row = (
            Event.objects.filter(pk=event.pk)
            .annotate(**annotations)
            .values(*annotations)
            .get()
        )
    member = row["coc_member"] and not is_blind(user, event)
    return Summary(
        member=row["coc_member"],
        waiting=row["coc_waiting"] if member else 0,
        has_policy=row["coc_has_policy"],
        is_own_talk=row.get("coc_own_talk", False),
        own_open_flags=row.get("coc_open_flags", 0),
        own_seen_flags=row.get("coc_seen_flags", 0),
        shows_record=member and row.get("coc_shows_record", False),
        on_record=row.get("coc_on_record", 0) if member else 0,
    )


def summary_for(request) -> Summary:
    """The summary of the page that a request is for, read once."""
    if not hasattr(request, CACHE_NAME):
        match = request.resolver_match  # None on an error page
        code = match.kwargs.get("code", "").upper() if match else ""
        url_name = (match.url_name or "") if match else ""
        summary = read_summary(
            event=request.event,
            user=request.user,
            talk=code if url_name.startswith("submissions.") else "",
            profile=code if url_name.startswith("speakers.") else "",
        )
        setattr(request, CACHE_NAME, summary)
    return getattr(request, CACHE_NAME)
