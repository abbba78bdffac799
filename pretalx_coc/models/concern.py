# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Concerns that people raise, and who was on the talk when they did."""

from django.db import models
from django.urls import reverse

from pretalx_coc.enums import FlagReason, FlagState
from pretalx_coc.models.base import AppendOnlyModel
from pretalx_coc.models.judged import JudgedModel


class Flag(JudgedModel):
    """A concern that a reviewer or an organiser raises about a talk.

    ``snapshot`` is what was flagged, as it was: field name → text.
    """

    raised_by = models.CharField(max_length=16)
    reason = models.CharField(max_length=32, choices=FlagReason.choices)
    text = models.TextField(blank=True)
    snapshot = models.JSONField(default=dict)
    state = models.CharField(
        max_length=16, choices=FlagState.choices, default=FlagState.OPEN
    )

    class Meta:
        ordering = ("-created", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_flag_code"),
            models.UniqueConstraint(
                fields=("event", "subject_kind", "subject_code", "raised_by", "reason"),
                condition=models.Q(state=FlagState.OPEN),
                name="coc_flag_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=("event", "subject_kind", "subject_code"),
                name="coc_flag_subject",
            )
        ]

    def __str__(self):
        return f"Flag({self.code}: {self.reason})"

    def get_verdict_url(self) -> str:
        """Where a verdict on this flag is sent to."""
        return reverse(
            "plugins:pretalx_coc:flag.verdict",
            kwargs={"event": self.event.slug, "code": self.code},
        )


class TalkSpeaker(AppendOnlyModel):
    """Somebody was a speaker of a talk when something about it was noted.

    A talk can lose a speaker and can be deleted. The matter stays their own:
    they must not see it as members of the response team, and it stays on their
    record.
    """

    submission_code = models.CharField(max_length=16)
    profile_code = models.CharField(max_length=16)
    user_code = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("event", "submission_code", "profile_code"),
                name="coc_talk_speaker",
            )
        ]
        indexes = [
            models.Index(fields=("event", "user_code"), name="coc_talk_speaker_user")
        ]

    def __str__(self):
        return f"TalkSpeaker({self.submission_code}, {self.profile_code})"
