# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Checks of materials, and what they found."""

from django.db import models
from django.urls import reverse

from pretalx_coc.enums import CheckState, FindingCategory, FindingLevel, SubjectKind
from pretalx_coc.models.base import EventModel
from pretalx_coc.models.judged import JudgedModel
from pretalx_coc.models.storage import private_storage, random_path


class Check(EventModel):
    """One run of the detectors over one material with one content.

    ``is_current`` is true for the last check of a material only. The content
    itself is not stored, its digest is: the same content is not checked twice.
    For a file, ``name`` is what its owner called it, ``source`` tells without
    reading it whether it is still the same, and ``media`` is what it really is.
    ``looked_at`` is when a person looked at what the detectors could not read.
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
    name = models.CharField(max_length=255, blank=True, default="")
    source = models.CharField(max_length=500, blank=True, default="")
    media = models.CharField(max_length=32, blank=True, default="")
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_at_by = models.CharField(max_length=16, blank=True, default="")

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


class MaterialCopy(EventModel):
    """A file as it was when something was found in it.

    pretalx deletes what is replaced. One copy serves all findings of a content.
    """

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    media = models.CharField(max_length=32)
    file = models.FileField(
        storage=private_storage, upload_to=random_path, max_length=100
    )
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("event", "sha256"), name="coc_copy_once")
        ]

    def __str__(self):
        return f"MaterialCopy({self.pk})"


class Finding(JudgedModel):
    """A passage that a check points at, with the rule and the reason.

    ``start`` and ``end`` are offsets in code points into the original text.
    The passage and a little text around it are copied, for pretalx keeps no
    earlier text. In a document they count in the text of a page or a slide; a
    picture has a ``box`` instead: x, y, width and height as parts of its own.
    ``earlier`` is the finding of an earlier content whose verdict is shown
    beside this one. ``detector`` names who found it, where that is not ours.
    ``copy`` is the file, ``preview`` a small JPEG of the page or picture.
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
    page = models.PositiveIntegerField(null=True, blank=True)
    slide = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True)
    detector = models.CharField(max_length=64, blank=True, default="")
    copy = models.ForeignKey(
        to=MaterialCopy, null=True, blank=True, on_delete=models.SET_NULL
    )
    preview = models.ForeignKey(
        to=MaterialCopy,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    earlier = models.ForeignKey(
        to="self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

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

    def _url(self, name: str) -> str:
        kwargs = {"event": self.event.slug, "code": self.code}
        return reverse(f"plugins:pretalx_coc:{name}", kwargs=kwargs)

    def get_verdict_url(self) -> str:
        """Where a verdict on this finding is sent to."""
        return self._url("finding.verdict")

    def get_file_url(self) -> str:
        """Where a member gets the file as it was."""
        return self._url("finding.file")

    def get_picture_url(self) -> str:
        """Where a member sees the page or picture it is in."""
        return self._url("finding.picture")
