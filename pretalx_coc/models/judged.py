# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a member of the response team can give a verdict on."""

from django.db import models

from pretalx.common.models.mixins import GenerateCode

from pretalx_coc.enums import SubjectKind, Verdict
from pretalx_coc.models.base import EventModel


class JudgedModel(GenerateCode, EventModel):
    """A finding or a flag: about a talk or a profile, with a verdict or none.

    It names talk and profile by their codes. What pretalx deletes or replaces
    must not take it along.
    """

    code_length = 8
    code_scope = ("event",)

    code = models.CharField(max_length=16)
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_code = models.CharField(max_length=16)
    created = models.DateTimeField()
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)
    verdict_reason = models.TextField(blank=True)
    verdict_by = models.CharField(max_length=16, blank=True)
    verdict_at = models.DateTimeField(null=True, blank=True)
    # Counts the verdicts given and taken back: a form that was opened before
    # the last one carries an older number.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
