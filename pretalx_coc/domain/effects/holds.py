# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Keeping a talk from being confirmed for as long as a decision holds."""

from django.db.models import Q
from django.utils.timezone import now

from pretalx_coc.enums import AlsoDone, DecisionState
from pretalx_coc.models import Decision

KIND = "held"


def apply(decision: Decision, codes) -> list[dict]:
    """Nothing is changed: the gate asks ``is_held``."""
    return [{"kind": KIND, "talk": code} for code in codes]


def undo(decision: Decision, effect: dict) -> list[str]:
    """Nothing to restore."""
    return []


def is_held(submission) -> bool:
    """Whether a decision in force keeps a talk from being confirmed. One query."""
    rows = Decision.objects.filter(
        Q(ends=None) | Q(ends__gt=now()),
        event=submission.event,
        state=DecisionState.IN_FORCE,
    ).exclude(also=[])
    return any(
        AlsoDone.HELD in also and submission.code in talks
        for also, talks in rows.values_list("also", "talks")
    )
