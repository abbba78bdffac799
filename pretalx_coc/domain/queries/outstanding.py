# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who has not accepted the version in force."""

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


def outstanding_profiles(event):
    """The speakers who have not accepted the version in force.

    Nobody, while there is none. Deactivated accounts do not count: their
    owners cannot be asked.
    """
    in_force = Policy.objects.filter(event=event, number_in_force__isnull=False).values(
        "number_in_force"
    )
    live = Submission.objects.filter(
        event=event, state__in=LIVE_STATES, speakers=OuterRef("pk")
    )
    accepted = Acceptance.objects.filter(event=event, number__in=in_force).filter(
        Q(user_code=OuterRef("user__code"))
    )
    return SpeakerProfile.objects.filter(
        Exists(live),
        Exists(in_force),
        ~Exists(accepted),
        Q(user__isnull=True) | Q(user__is_active=True),
        event=event,
    )
