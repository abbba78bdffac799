# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What one person accepted, and what is still asked of them."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from pretalx.event.models import Event
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.exclusions import told_exclusions
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.queries.outstanding import LIVE_STATES, outstanding_profiles
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.models import Acceptance, Decline, PolicyVersion


@dataclass(frozen=True)
class Standing:
    """Where one person stands with the policy of an event.

    Attributes:
        version: The version in force; None where there is none.
        takes_part: They have a profile in this event, or have accepted.
        outstanding: They are a speaker who has not accepted what is required.
        acceptances: What they accepted, the newest first.
        declined: Their no to the version in force, unless they accepted later.
        talks: Their talks for which they are asked again, where the organiser
            asks with each proposal.
        asks_material: They are asked for the second tick.
        gate_holds: No talk of theirs is confirmed before they accept.
    """

    version: PolicyVersion | None = None
    takes_part: bool = False
    outstanding: bool = False
    acceptances: list = field(default_factory=list)
    declined: Decline | None = None
    talks: list = field(default_factory=list)
    asks_material: bool = False
    gate_holds: bool = True

    @property
    def accepted(self) -> Acceptance | None:
        """Their newest acceptance of the version in force."""
        number = self.version and self.version.number
        return next((each for each in self.acceptances if each.number == number), None)

    @property
    def may_answer(self) -> bool:
        """Whether there is something that they can still accept."""
        answered = self.accepted and not self.talks
        return bool(self.version and self.takes_part and not answered)


def own_acceptances(event, user):
    """What a person accepted in an event, under any of their codes."""
    profiles = SpeakerProfile.objects.filter(event=event, user=user).values("code")
    return Acceptance.objects.filter(
        Q(user_code=user.code) | Q(user_code="", profile_code__in=profiles), event=event
    )


def is_outstanding(event, user) -> bool:
    """Whether a person speaks and has not accepted what is required; one query."""
    return outstanding_profiles(event).filter(user=user).exists()


def notices_for(event, user) -> tuple[bool, bool]:
    """Whether a person is outstanding, and whether they are excluded; one query."""
    found = Event.objects.filter(pk=event.pk).annotate(
        coc_outstanding=Exists(outstanding_profiles(event).filter(user=user)),
        coc_excluded=Exists(told_exclusions(event, user=user)),
    )
    return found.values_list("coc_outstanding", "coc_excluded").get()


def _talks_without(event, user, number: int) -> list:
    """Their talks that they have not accepted the version with."""
    accepted = own_acceptances(event, user).filter(
        number=number, submission_code=OuterRef("code")
    )
    return list(
        Submission.objects.filter(
            ~Exists(accepted), event=event, state__in=LIVE_STATES, speakers__user=user
        ).order_by("pk")
    )


def standing_of(event, user) -> Standing:
    """Read where a person stands; the number of queries is fixed."""
    version = version_in_force(event)
    settings = read_settings(event)
    acceptances = list(own_acceptances(event, user))
    declined = None
    if version and not any(each.number == version.number for each in acceptances):
        declined = Decline.objects.filter(
            event=event, number=version.number, user_code=user.code
        ).first()
    each_time = version and settings.ask_each_proposal
    return Standing(
        version=version,
        takes_part=bool(acceptances)
        or SpeakerProfile.objects.filter(event=event, user=user).exists(),
        outstanding=is_outstanding(event, user),
        acceptances=acceptances,
        declined=declined,
        talks=_talks_without(event, user, version.number) if each_time else [],
        asks_material=settings.material_tick,
        gate_holds=settings.gate_holds,
    )
