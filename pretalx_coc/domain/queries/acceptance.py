# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whether one person has to accept, asked with one query."""

from django.db.models import Exists, OuterRef, Q

from pretalx.person.models import User

from pretalx_coc.models import Acceptance, CocSettings, Policy


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
    in_force = Policy.objects.filter(event=event, number_in_force__isnull=False)
    if user is not None:
        who = Q(user_code=user.code)
    elif user_id:
        who = Q(user_code__in=User.objects.filter(pk=user_id).values("code"))
    else:
        return in_force.exists()
    accepted = Acceptance.objects.filter(
        who, event=event, number=OuterRef("number_in_force")
    )
    each_time = CocSettings.objects.filter(event=event, ask_each_proposal=True)
    return in_force.filter(~Exists(accepted) | Exists(each_time)).exists()
