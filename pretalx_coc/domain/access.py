# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who may do what, and who must not see what.

The response team is a choice of pretalx teams. Until one was ever chosen, it
is the teams that may change the event's settings. Administrators of the server
are no members unless they are in such a team: what is confidential here is
theirs no more than anybody else's.
"""

from dataclasses import dataclass

from django.db.models import Q

from pretalx.event.models import Team
from pretalx.person.models import SpeakerProfile
from pretalx.person.rules import is_only_reviewer
from pretalx.submission.domain.queries.submission import submissions_for_user
from pretalx.submission.models import Submission

from pretalx_coc.enums import SubjectKind
from pretalx_coc.models import Acceptance, CocSettings, TalkSpeaker


@dataclass(frozen=True)
class Rights:
    """What one person may do in one event.

    Attributes:
        member: They are on the response team.
        blind: They review without knowing the speakers' names, and must not
            learn them here.
        see_panel: They may open the panel and the records, and give verdicts.
        edit_policy: They may write and publish the policy, and choose the
            response team.
        work_with_talks: They may work with the event's proposals.
        view_acceptance: They may see who is outstanding.
    """

    member: bool = False
    blind: bool = False
    edit_policy: bool = False
    work_with_talks: bool = False

    @property
    def see_panel(self) -> bool:
        return self.member and not self.blind

    @property
    def change_phrases(self) -> bool:
        """What is watched and allowed: a setting, and a part of verdicts."""
        return (self.member or self.edit_policy) and not self.blind

    @property
    def view_acceptance(self) -> bool:
        return (self.member or self.work_with_talks) and not self.blind


def teams_of(event, **flags):
    """The teams whose rights reach an event, as a subquery-friendly queryset."""
    return Team.objects.filter(
        Q(all_events=True) | Q(limit_events=event.pk),
        organiser_id=event.organiser_id,
        **flags,
    )


def response_teams(event):
    """The teams that are the response team of an event now."""
    settings = CocSettings.objects.filter(event=event).first()
    if settings and settings.team_chosen:
        return teams_of(event).filter(pk__in=settings.response_teams.values("pk"))
    return teams_of(event, can_change_event_settings=True)


def is_blind(user, event) -> bool:
    """Whether a person reviews this event without seeing speakers' names."""
    return bool(is_only_reviewer(user, event)) and not user.has_perm(
        "person.orga_list_speakerprofile", event
    )


def rights_in(user, event) -> Rights:
    """What a person may do in an event."""
    if not user or user.is_anonymous or not user.is_active:
        return Rights()
    return Rights(
        member=response_teams(event).filter(members=user).exists(),
        blind=is_blind(user, event),
        edit_policy=user.has_perm("event.update_event", event),
        work_with_talks=user.has_perm("submission.orga_update_submission", event),
    )


def may_open_own_page(user, event) -> bool:
    """Whether a person has a page of their own in an event.

    Whoever sees the event has one. Whoever speaks there or has accepted has one
    also before the event is public.
    """
    if not user or user.is_anonymous or not user.is_active:
        return False
    return (
        user.has_perm("event.view_event", event)
        or SpeakerProfile.objects.filter(event=event, user=user).exists()
        or Acceptance.objects.filter(event=event, user_code=user.code).exists()
    )


def may_flag(user, submission) -> bool:
    """Whether a person may raise a flag on a talk.

    Reviewers and organisers on the talks that pretalx lets them review or
    edit, and nobody on a talk of their own.
    """
    if not user or user.is_anonymous or not user.is_active:
        return False
    if not user.has_perm("submission.view_reviews_submission", submission):
        return False
    if submission.speakers.filter(user=user).exists():
        return False
    return (
        submissions_for_user(submission.event, user).filter(pk=submission.pk).exists()
    )


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
