# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Response teams, seen from their members."""

from django.db.models import Exists, OuterRef, Q

from pretalx.event.models import Event, Team

from pretalx_coc.models import CocSettings


def events_of_member(user) -> list:
    """The events whose chosen response team a user is on, newest first.

    Only chosen teams count: who may change the settings of an event finds the
    panel inside of it.
    """
    through = CocSettings.response_teams.through.objects
    chosen = through.filter(
        cocsettings__event=OuterRef("pk"),
        cocsettings__team_chosen=True,
        team__in=Team.objects.filter(members=user),
    ).filter(
        Q(team__all_events=True, team__organiser=OuterRef("organiser"))
        | Q(team__limit_events=OuterRef("pk"))
    )
    events = Event.objects.filter(Exists(chosen)).order_by("-date_from")
    return [event for event in events if "pretalx_coc" in event.plugin_list]
