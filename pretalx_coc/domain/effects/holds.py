# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Keeping a talk from being confirmed for as long as a decision holds."""

from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.enums import AlsoDone, DecisionState
from pretalx_coc.models import Decision

KIND = "held"


def apply(decision: Decision, codes) -> list[dict]:
    """Nothing is changed: the gate asks ``is_held``."""
    return [{"kind": KIND, "talk": code} for code in codes]


def undo(decision: Decision, effect: dict, by) -> list[str]:
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


def refuse_decided(submission) -> str:
    """Why a talk is not confirmed, if a decision keeps it from that; or empty."""
    if not is_held(submission):
        return ""
    return _("This talk is not confirmed for now; the response team knows why.")
