# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who has not accepted what everyone has to accept.

A version applies to everyone or to new proposals only. Outstanding is whoever
speaks at the event and has accepted neither the last version that applies to
everyone nor a later one.
"""

from django.db.models import Exists, OuterRef, Q

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission, SubmissionStates

from pretalx_coc.models import Acceptance, Policy

# A talk in one of these states makes its speakers speakers of the event.
LIVE_STATES = (
    SubmissionStates.SUBMITTED,
    SubmissionStates.ACCEPTED,
    SubmissionStates.CONFIRMED,
)


def required_policy(event):
    """The policy's row, where a version that everyone accepts is in force."""
    return Policy.objects.filter(event=event, number_required__isnull=False)


def without_acceptance(profiles, event):
    """Keep the profiles whose owners have not accepted what is required.

    Deactivated accounts do not count: their owners cannot be asked. A profile
    without an account counts by its own code.

    Args:
        profiles: Speaker profiles of the event.
        event: The event.
    """
    of_owner = Q(user_code=OuterRef("user__code"))
    of_profile = Q(profile_code=OuterRef("code"))
    accepted = Acceptance.objects.filter(
        of_owner | of_profile,
        event=event,
        number__gte=required_policy(event).values("number_required"),
    )
    return profiles.filter(
        Exists(required_policy(event)),
        ~Exists(accepted),
        Q(user__isnull=True) | Q(user__is_active=True),
        event=event,
    )


def outstanding_profiles(event):
    """The speakers of an event who are outstanding; nobody without a version."""
    live = Submission.objects.filter(
        event=event, state__in=LIVE_STATES, speakers=OuterRef("pk")
    )
    return without_acceptance(SpeakerProfile.objects.filter(Exists(live)), event)


def outstanding_of(submission):
    """The outstanding among the speakers of one talk, in their order."""
    profiles = SpeakerProfile.objects.filter(submissions=submission)
    return (
        without_acceptance(profiles, submission.event)
        .select_related("user")
        .order_by("speaker_roles__position", "pk")
        .distinct()
    )
