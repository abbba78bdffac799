# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Filters of the queue that members keep for themselves."""

from django.db import models

from pretalx_coc.models.base import EventModel


class SavedFilter(EventModel):
    """What one member chose in the queue's filter, to choose it again.

    ``chosen`` is a query string of the filter's choices and holds nothing that
    anybody typed, so it names nobody whom a case is about.
    """

    user_code = models.CharField(max_length=16)
    chosen = models.CharField(max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("event", "user_code", "chosen"), name="coc_saved_filter_once"
            )
        ]

    def __str__(self):
        return f"SavedFilter({self.chosen})"
