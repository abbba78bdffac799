# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Team members who accept the policy, where the organiser asks them to."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from pretalx_coc.domain.acceptances import record
from pretalx_coc.domain.access import teams_of
from pretalx_coc.domain.policy import lock_policy
from pretalx_coc.domain.queries.outstanding import required_policy
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models import Acceptance, CocSettings


def asks_team(event):
    """The settings, where team members are asked; an empty queryset elsewhere."""
    return CocSettings.objects.filter(event=event, team_accepts=True)


def is_asked(event, user) -> bool:
    """Whether this person is on a team that is asked here."""
    return asks_team(event).exists() and teams_of(event).filter(members=user).exists()


def outstanding_member(event, user):
    """The policy's row, where the person has not accepted what is required."""
    accepted = Acceptance.objects.filter(
        event=event, user_code=user.code, number__gte=OuterRef("number_required")
    )
    return required_policy(event).filter(~Exists(accepted))


@transaction.atomic
def accept_as_team(*, event, user, version, language: str, material: bool = False):
    """Write down that a team member accepted, once for each version.

    The caller holds the policy, so that ``version`` is the one in force.

    Returns:
        The acceptance; None where there was nothing to accept.
    """
    lock_policy(event)
    if not outstanding_member(event, user).exists():
        return None
    return record(
        event=event,
        user=user,
        profile=user.get_speaker(event, create=False),
        version=version,
        language=language,
        way=AcceptanceWay.TEAM,
        material=material,
    )
