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
from django.utils.translation import gettext as _
from django_scopes import scope

from pretalx.event.models import Event
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole, Submission, SubmissionStates

from pretalx_coc.domain.access import is_blind, teams_of
from pretalx_coc.domain.queries.cases import cases_that_wait
from pretalx_coc.domain.queries.items import (
    standing,
    visible_findings,
    visible_flags,
    waiting,
)
from pretalx_coc.domain.queries.outstanding import (
    SHOWN_NAME,
    live_talks,
    outstanding_profiles,
    with_outstanding,
)
from pretalx_coc.domain.reviews import asked_about
from pretalx_coc.domain.team_acceptance import asks_team, outstanding_member
from pretalx_coc.enums import FlagState, SubjectKind
from pretalx_coc.models import CocSettings, Flag, Policy, TalkSpeaker

CACHE_NAME = "_pretalx_coc_summary"
TALK_CACHE_NAME = "_pretalx_coc_talk_summaries"
DASHBOARD = "event.dashboard"
RELEASE = "schedule.release"
# Where an organiser applies pending states, and where pretalx leads afterwards.
PENDING = ("submissions.apply_pending.bulk", "submissions.list")


@dataclass(frozen=True)
class Summary:
    """What one request needs to know.

    Attributes:
        member: The person is on the response team.
        waiting: How many items wait on the panel, for this person.
        cases: How many cases wait for them.
        has_policy: A version is in force.
        is_own_talk: The page is about a talk of theirs.
        own_open_flags: Their flags on this talk that wait.
        own_seen_flags: Their flags on this talk that were looked at.
        review_is_over: They asked for a name, and review this talk no more.
        shows_record: The page is a speaker's whose record they may see.
        on_record: How many items stand on that record.
        outstanding: How many speakers of the event have not accepted.
        outstanding_name: The first speaker of this talk who has not accepted.
        outstanding_others: How many more there are on this talk.
        talk_is_pending: This talk is to be confirmed.
        outstanding_talks: How many confirmed talks have such a speaker.
        held_talks: How many talks that are to be confirmed have one.
        asked_as_team: They are a team member who has not accepted, but is to.
    """

    member: bool = False
    waiting: int = 0
    cases: int = 0
    has_policy: bool = False
    is_own_talk: bool = False
    own_open_flags: int = 0
    own_seen_flags: int = 0
    review_is_over: bool = False
    shows_record: bool = False
    on_record: int = 0
    outstanding: int = 0
    outstanding_name: str = ""
    outstanding_others: int = 0
    talk_is_pending: bool = False
    outstanding_talks: int = 0
    held_talks: int = 0
    asked_as_team: bool = False


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
        "coc_review_is_over": Exists(asked_about(event, user.code, code)),
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


def _outstanding_annotations(event, talk: str) -> dict:
    """Who of a talk has not accepted, and whether it is to be confirmed."""
    talks = live_talks(event).filter(code=talk)
    roles = SpeakerRole.objects.filter(submission__in=talks)
    speakers = outstanding_profiles(event).filter(
        pk__in=roles.order_by().values("speaker")
    )
    name = speakers.annotate(shown=SHOWN_NAME).order_by("pk")
    return {
        "coc_outstanding_name": Subquery(name.values("shown")[:1]),
        "coc_outstanding_of_talk": _count(speakers),
        "coc_talk_is_pending": Exists(
            talks.filter(pending_state=SubmissionStates.CONFIRMED)
        ),
    }


def _asked_as_team(event, user):
    return Case(
        When(
            Exists(asks_team(event)) & Exists(teams_of(event, members=user)),
            then=Exists(outstanding_member(event, user)),
        ),
        default=Value(value=False),
        output_field=BooleanField(),
    )


def _page_annotations(event, user, talk: str, profile: str, url_name: str) -> dict:
    """What only some pages show."""
    annotations = {}
    if talk:
        annotations |= _talk_annotations(event, user, talk)
        annotations |= _outstanding_annotations(event, talk)
    if profile:
        annotations |= _record_annotations(event, user, profile)
    if url_name == DASHBOARD:
        annotations["coc_outstanding"] = _count(outstanding_profiles(event))
    if url_name == RELEASE:
        confirmed = live_talks(event).filter(state=SubmissionStates.CONFIRMED)
        annotations["coc_outstanding_talks"] = _count(
            with_outstanding(event, confirmed)
        )
    if url_name in PENDING:
        pending = live_talks(event).filter(pending_state=SubmissionStates.CONFIRMED)
        annotations["coc_held_talks"] = _count(with_outstanding(event, pending))
    return annotations


def read_summary(
    *, event, user, talk: str = "", profile: str = "", url_name: str = ""
) -> Summary:
    """Read what a page of pretalx needs to know, with one query.

    Args:
        event: The event of the page.
        user: The person who looks; must be logged in.
        talk: The code of the talk that the page is about, if any.
        profile: The code of the speaker profile that it is about, if any.
        url_name: The name of the page's route.
    """
    with scope(event=event):
        annotations = {
            "coc_member": _member(event, user),
            "coc_has_policy": Exists(
                Policy.objects.filter(event=event, number_in_force__isnull=False)
            ),
            "coc_waiting": Case(
                When(_member(event, user), then=_waiting(event, user)), default=0
            ),
            "coc_cases": Case(
                When(_member(event, user), then=_count(cases_that_wait(event, user))),
                default=0,
            ),
            "coc_asked_as_team": _asked_as_team(event, user),
            **_page_annotations(event, user, talk, profile, url_name),
        }
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
        cases=row["coc_cases"],
        has_policy=row["coc_has_policy"],
        is_own_talk=row.get("coc_own_talk", False),
        own_open_flags=row.get("coc_open_flags", 0),
        own_seen_flags=row.get("coc_seen_flags", 0),
        review_is_over=row.get("coc_review_is_over", False),
        shows_record=member and row.get("coc_shows_record", False),
        on_record=row.get("coc_on_record", 0) if member else 0,
        **_acceptance_values(row),
    )


def _acceptance_values(row: dict) -> dict:
    speakers = row.get("coc_outstanding_of_talk", 0)
    name = (row.get("coc_outstanding_name") or _("Unnamed speaker")) if speakers else ""
    return {
        "outstanding": row.get("coc_outstanding", 0),
        "outstanding_name": name,
        "outstanding_others": max(0, speakers - 1),
        "talk_is_pending": row.get("coc_talk_is_pending", False),
        "outstanding_talks": row.get("coc_outstanding_talks", 0),
        "held_talks": row.get("coc_held_talks", 0),
        "asked_as_team": row["coc_asked_as_team"],
    }


def _summary_of_talk(event, user, talk: str) -> Summary:
    """The summary of a page about a talk, read once for as long as the event lives."""
    known = event.__dict__.setdefault(TALK_CACHE_NAME, {})
    if (user.pk, talk) not in known:
        known[user.pk, talk] = read_summary(event=event, user=user, talk=talk)
    return known[user.pk, talk]


def review_is_over(user, submission) -> bool:
    """Whether somebody reviews a talk no more, because they asked for a name.

    pretalx asks this on pages about the talk, which need all of the summary anyway:
    so it costs no query of its own.

    Args:
        user: The reviewer.
        submission: The talk.
    """
    return _summary_of_talk(submission.event, user, submission.code).review_is_over


def summary_for(request) -> Summary:
    """The summary of the page that a request is for, read once."""
    if not hasattr(request, CACHE_NAME):
        match = request.resolver_match  # None on an error page
        code = match.kwargs.get("code", "").upper() if match else ""
        url_name = (match.url_name or "") if match else ""
        if code and url_name.startswith("submissions."):
            summary = _summary_of_talk(request.event, request.user, code)
        else:
            summary = read_summary(
                event=request.event,
                user=request.user,
                profile=code if url_name.startswith("speakers.") else "",
                url_name=url_name,
            )
        setattr(request, CACHE_NAME, summary)
        # For the dashboard's tile, which is given the event and no request.
        setattr(request.event, CACHE_NAME, summary)
    return getattr(request, CACHE_NAME)
