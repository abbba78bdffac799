# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who accepted which text."""

from django.db import models

from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models.base import AppendOnlyModel


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

    class Meta:
        ordering = ("-accepted", "-pk")
        indexes = [
            models.Index(
                fields=("event", "number", "user_code"), name="coc_acceptance_user"
            )
        ]

    def __str__(self):
        return f"Acceptance(number={self.number}, language={self.language})"
