# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who accepted which text."""

from django.db import models

from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models.base import AppendOnlyModel, EventModel


class Acceptance(AppendOnlyModel):
    """One person accepted one version, in one language, at one time."""

    user_code = models.CharField(max_length=16)
    profile_code = models.CharField(max_length=16, blank=True)
    submission_code = models.CharField(max_length=16, blank=True)
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    way = models.CharField(max_length=16, choices=AcceptanceWay.choices)
    accepted = models.DateTimeField()
    # The additional tick about the material: asked for and given.
    material = models.BooleanField(default=False)
    # Who wrote it down, where it was not the person, and what they noted.
    recorded_by = models.CharField(max_length=16, blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-accepted", "-pk")
        indexes = [
            models.Index(
                fields=("event", "number", "user_code"), name="coc_acceptance_user"
            )
        ]

    def __str__(self):
        return f"Acceptance(number={self.number}, language={self.language})"


class Decline(AppendOnlyModel):
    """A person said no to a version, and why. They may still accept later."""

    user_code = models.CharField(max_length=16)
    profile_code = models.CharField(max_length=16, blank=True)
    number = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    declined = models.DateTimeField()

    class Meta:
        ordering = ("-declined", "-pk")
        indexes = [
            models.Index(
                fields=("event", "number", "user_code"), name="coc_decline_user"
            )
        ]

    def __str__(self):
        return f"Decline(number={self.number})"


class Ask(EventModel):
    """A speaker was asked to accept, and reminded.

    One row for a person and a version that everyone accepts: nobody is asked
    for the same thing twice.
    """

    user_code = models.CharField(max_length=16)
    profile_code = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    asked = models.DateTimeField()
    reminders = models.PositiveIntegerField(default=0)
    last_reminder = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("event", "number", "profile_code"), name="coc_ask_once"
            )
        ]

    def __str__(self):
        return f"Ask(number={self.number}, profile={self.profile_code})"


class LetThrough(EventModel):
    """One talk may be confirmed although a speaker has not accepted."""

    submission_code = models.CharField(max_length=16)
    reason = models.TextField()
    let_by = models.CharField(max_length=16)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("event", "submission_code"), name="coc_let_through_once"
            )
        ]

    def __str__(self):
        return f"LetThrough({self.submission_code})"
