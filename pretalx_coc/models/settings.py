# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the organiser set for one event.

Not in pretalx's settings store: that one is copied to clones of the event, and
a response team must not be.
"""

from django.db import models

from pretalx_coc.models.base import EventModel


class CocSettings(EventModel):
    """The response team of one event.

    ``team_chosen`` stays true once a team was chosen, so that a team which is
    later deleted or emptied does not open the panel to anybody else.
    """

    event = models.OneToOneField(
        to="event.Event", on_delete=models.CASCADE, related_name="+"
    )
    response_teams = models.ManyToManyField(
        to="event.Team", related_name="+", blank=True
    )
    team_chosen = models.BooleanField(default=False)

    def __str__(self):
        return f"CocSettings(event={self.event_id})"
