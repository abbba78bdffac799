# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who has not accepted what everyone has to accept.

A version applies to everyone or to new proposals only. Outstanding is whoever
speaks at the event and has accepted neither the last version that applies to
everyone nor a later one.
"""

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole, Submission, SubmissionStates

from pretalx_coc.models import Acceptance, Policy

# A talk in one of these states makes its speakers speakers of the event.
LIVE_STATES = (
    SubmissionStates.SUBMITTED,
    SubmissionStates.ACCEPTED,
    SubmissionStates.CONFIRMED,
)


# As ``SpeakerProfile.get_display_name``: an empty name is none.
SHOWN_NAME = Coalesce(NullIf("name", Value("")), "user__name")


def required_policy(event):
    """The policy's row, where a version that everyone accepts is in force."""
    return Policy.objects.filter(event=event, number_required__isnull=False)


def _accepted(event, field: str):
    """The codes of those who accepted what is required, for one ``NOT IN``.

    Not a subquery for each row: the database reads these once, however many
    speakers there are.
    """
    return (
        Acceptance.objects.filter(
            event=event, number__gte=required_policy(event).values("number_required")
        )
        .exclude(**{field: ""})
        .order_by()
        .values(field)
    )


def without_acceptance(profiles, event):
    """Keep the profiles whose owners have not accepted what is required.

    Deactivated accounts do not count: their owners cannot be asked. A profile
    without an account counts by its own code.

    Args:
        profiles: Speaker profiles of the event.
        event: The event.
    """
    return profiles.filter(
        Exists(required_policy(event)),
        ~Q(user__code__in=_accepted(event, "user_code")),
        ~Q(code__in=_accepted(event, "profile_code")),
        Q(user__isnull=True) | Q(user__is_active=True),
        event=event,
    )


def outstanding_profiles(event):
    """The speakers of an event who are outstanding; nobody without a version."""
    return without_acceptance(live_profiles(event), event)


def live_talks(event):
    """The talks that make their speakers speakers of the event."""
    return Submission.objects.filter(event=event, state__in=LIVE_STATES)


def with_outstanding(event, talks, profiles=None):
    """Keep the talks with an outstanding speaker.

    Args:
        event: The event.
        talks: Talks of the event.
        profiles: Some of the outstanding; None for all.
    """
    profiles = outstanding_profiles(event) if profiles is None else profiles
    roles = SpeakerRole.objects.filter(speaker__in=profiles.order_by().values("pk"))
    return talks.filter(pk__in=roles.order_by().values("submission"))


def live_profiles(event):
    """Everybody who speaks at the event: on a talk that is alive."""
    # By the profile, which is of the event, and not by the event: the database
    # stops at the first talk of each, and never reads all talks of the event.
    live = SpeakerRole._base_manager.filter(
        speaker=OuterRef("pk"), submission__state__in=LIVE_STATES
    )
    return SpeakerProfile.objects.filter(
        Q(user__isnull=True) | Q(user__is_active=True), Exists(live), event=event
    )


def number_to_ask(event) -> int:
    """How many speakers a version that everyone accepts would ask.

    A new version makes everybody outstanding who speaks at the event. Speakers
    without an account cannot be asked.
    """
    return live_profiles(event).filter(user__isnull=False).count()


def outstanding_of(submission):
    """The outstanding among the speakers of one talk, in their order."""
    profiles = SpeakerProfile.objects.filter(submissions=submission)
    return (
        without_acceptance(profiles, submission.event)
        .select_related("user")
        .order_by("speaker_roles__position", "pk")
        .distinct()
    )
