# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Somebody asked what is stored about them."""

from django.db import models
from django.urls import reverse

from pretalx.common.models.mixins import GenerateCode

from pretalx_coc.models.base import EventModel


class AccessRequest(GenerateCode, EventModel):
    """A request for what is stored about one person, and what is left out of it.

    ``omitted`` says what is left out of the package: key of the part → reason; of a
    file that goes in, an empty one, for files are left out until somebody says so.
    """

    code_length = 8
    code_scope = ("event",)

    code = models.CharField(max_length=16)
    user_code = models.CharField(max_length=16)
    received = models.DateField()
    #: The legal month after it was received.
    due = models.DateField()
    opened_by = models.CharField(max_length=16)
    #: When the members were last told that its time runs out, or is over.
    chased = models.DateTimeField(null=True, blank=True)
    omitted = models.JSONField(default=dict, blank=True)
    #: When the package was first handed out, and by whom.
    done = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ("due", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_access_code"),
            models.UniqueConstraint(
                fields=("event", "user_code"),
                condition=models.Q(done=None),
                name="coc_access_once",
            ),
        ]

    def __str__(self):
        return f"AccessRequest({self.code})"

    def get_absolute_url(self) -> str:
        """The page where a member redacts the package."""
        return reverse(
            "plugins:pretalx_coc:access.package",
            kwargs={"event": self.event.slug, "code": self.code},
        )
