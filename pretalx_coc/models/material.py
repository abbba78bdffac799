# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Checks of materials, and what they found."""

from django.db import models
from django.urls import reverse

from pretalx_coc.enums import CheckState, FindingCategory, FindingLevel, SubjectKind
from pretalx_coc.models.base import EventModel
from pretalx_coc.models.judged import JudgedModel


class Check(EventModel):
    """One run of the detectors over one material with one content.

    ``is_current`` is true for the last check of a material only. The content
    itself is not stored, its digest is: the same content is not checked twice.
    """

    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_code = models.CharField(max_length=16)
    material = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)
    detector = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=CheckState.choices)
    unchecked = models.TextField(blank=True)
    is_current = models.BooleanField(default=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ("-created", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "subject_kind", "subject_code", "material"),
                condition=models.Q(is_current=True),
                name="coc_check_current",
            )
        ]

    def __str__(self):
        return f"Check({self.subject_kind} {self.subject_code}: {self.material})"


class Finding(JudgedModel):
    """A passage that a check points at, with the rule and the reason.

    ``start`` and ``end`` are offsets in code points into the original text.
    The passage and a little text around it are copied, for pretalx keeps no
    earlier text.
    """

    check_run = models.ForeignKey(
        to=Check, on_delete=models.CASCADE, related_name="findings"
    )
    material = models.CharField(max_length=64)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    before = models.TextField(blank=True)
    passage = models.TextField()
    after = models.TextField(blank=True)
    rule = models.CharField(max_length=64)
    category = models.CharField(max_length=32, choices=FindingCategory.choices)
    level = models.CharField(max_length=16, choices=FindingLevel.choices)
    strength = models.FloatField()
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ("material", "start", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_finding_code")
        ]
        indexes = [
            models.Index(
                fields=("event", "subject_kind", "subject_code"),
                name="coc_finding_subject",
            )
        ]

    def __str__(self):
        return f"Finding({self.code}: {self.rule})"

    def get_verdict_url(self) -> str:
        """Where a verdict on this finding is sent to."""
        return reverse(
            "plugins:pretalx_coc:finding.verdict",
            kwargs={"event": self.event.slug, "code": self.code},
        )
