# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Where one person stands in the CfP, asked with one query."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from pretalx.event.models import Event
from pretalx.person.models import User

from pretalx_coc.domain.exclusions import told_exclusions
from pretalx_coc.models import Acceptance, CocSettings, Policy


@dataclass(frozen=True)
class CfpStanding:
    """What the steps of the CfP have to know of a person.

    Attributes:
        must_accept: They have to accept the version in force.
        is_excluded: They are excluded, and are told so.
    """

    must_accept: bool = False
    is_excluded: bool = False


def _to_accept(event, user, user_id: int | None):
    in_force = Policy.objects.filter(event=event, number_in_force__isnull=False)
    if user is not None:
        who = Q(user_code=user.code)
    elif user_id:
        who = Q(user_code__in=User.objects.filter(pk=user_id).values("code"))
    else:
        return in_force
    accepted = Acceptance.objects.filter(
        who, event=event, number=OuterRef("number_in_force")
    )
    each_time = CocSettings.objects.filter(event=event, ask_each_proposal=True)
    return in_force.filter(~Exists(accepted) | Exists(each_time))


def must_accept(*, event, user=None, user_id: int | None = None) -> bool:
    """Whether somebody has to accept the version in force with a new proposal.

    False where no version is in force. True for somebody who is not known yet,
    and for everybody where the organiser asks with each proposal.

    Args:
        event: The event.
        user: The person, if they are logged in.
        user_id: The primary key of an account that the person has proved to
            be theirs without being logged in yet.
    """
    return _to_accept(event, user, user_id).exists()


def standing_in_cfp(*, event, user=None, user_id: int | None = None) -> CfpStanding:
    """Whether somebody has to accept, and whether they are kept out.

    See ``must_accept`` for the arguments.
    """
    if user is None and not user_id:
        return CfpStanding(must_accept=must_accept(event=event))
    found = Event.objects.filter(pk=event.pk).annotate(
        coc_must_accept=Exists(_to_accept(event, user, user_id)),
        coc_excluded=Exists(told_exclusions(event, user=user, user_id=user_id)),
    )
    return CfpStanding(*found.values_list("coc_must_accept", "coc_excluded").get())
