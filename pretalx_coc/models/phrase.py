# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words and phrases that an event's people added to the lexicons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pretalx_coc.enums import FindingCategory, PhraseKind
from pretalx_coc.models.base import EventModel


class Phrase(EventModel):
    """A phrase that is never a finding in this event, or always one.

    ``text`` is as it was typed; it is compared as the detectors compare words,
    whatever its capitals and accents.
    """

    kind = models.CharField(max_length=16, choices=PhraseKind.choices)
    text = models.CharField(max_length=200, verbose_name=_("Word or phrase"))
    category = models.CharField(
        max_length=32,
        choices=FindingCategory.choices,
        blank=True,
        verbose_name=_("What it is about"),
    )
    finding_code = models.CharField(max_length=16, blank=True)
    created = models.DateTimeField()
    created_by = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ("text", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "kind", "text"), name="coc_phrase_once"
            )
        ]

    def __str__(self):
        return f"Phrase({self.kind}: {self.pk})"
