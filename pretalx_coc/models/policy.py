# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The policy of an event: its draft, its versions, and their texts."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nTextField

from pretalx_coc.models.base import AppendOnlyModel, EventModel


class Policy(EventModel):
    """An event's code of conduct: the draft, and the number in force.

    The row is also what publishing and accepting lock, so that nobody accepts
    a version that has just been replaced.
    """

    event = models.OneToOneField(
        to="event.Event", on_delete=models.CASCADE, related_name="+"
    )
    draft = I18nTextField(blank=True, verbose_name=_("Text"))
    revision = models.PositiveIntegerField(default=0)
    number_in_force = models.PositiveIntegerField(null=True, blank=True)
    # The last version that everyone has to accept. It is older than the one in
    # force where that one applies to new proposals only.
    number_required = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self):
        return f"Policy(event={self.event_id}, in_force={self.number_in_force})"


class PolicyVersion(AppendOnlyModel):
    """One published text of the policy, in one or more languages."""

    number = models.PositiveIntegerField()
    published = models.DateTimeField()
    published_by = models.CharField(max_length=16, blank=True)
    summary = models.TextField(blank=True)
    everyone_accepts = models.BooleanField(default=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(
                fields=("event", "number"), name="coc_version_number"
            )
        ]

    def __str__(self):
        return f"PolicyVersion(event={self.event_id}, number={self.number})"

    def get_public_url(self) -> str:
        """The address of this version's own page."""
        return reverse(
            "plugins:pretalx_coc:policy.version",
            kwargs={"event": self.event.slug, "number": self.number},
        )


class PolicyText(AppendOnlyModel):
    """The text of one version in one language."""

    number = models.PositiveIntegerField()
    language = models.CharField(max_length=32)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("number", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "number", "language"), name="coc_version_language"
            )
        ]

    def __str__(self):
        return f"PolicyText(number={self.number}, language={self.language})"
