# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Liftings of decisions that wait for a second person.

That one waits stands on the timeline and nowhere else: the last entry about the
lifting of a decision says so, and who asked for it.
"""

from pretalx_coc.enums import DecisionState, EntryKind
from pretalx_coc.models import CaseEntry, Decision

#: Asked for, agreed to, not agreed to.
STEPS = (EntryKind.PROPOSED, EntryKind.APPROVED, EntryKind.REFUSED)


def liftings_in(entries) -> dict[str, CaseEntry]:
    """The liftings that wait, among these entries: code of the decision → entry.

    Args:
        entries: Of a timeline, the oldest first.
    """
    found = {}
    for entry in entries:
        if entry.kind in STEPS and entry.data.get("lifting"):
            found[entry.data["decision"]] = entry
    return {
        code: entry for code, entry in found.items() if entry.kind == EntryKind.PROPOSED
    }


def lifting_of(decision: Decision) -> CaseEntry | None:
    """The lifting of a decision that waits, if one does."""
    return liftings_of(decision.event, [decision]).get(decision.code)


def liftings_of(event, decisions) -> dict[str, CaseEntry]:
    """The liftings of these decisions that wait: code of the decision → entry.

    One query, however many there are.

    Args:
        event: The event.
        decisions: Some of its decisions.
    """
    in_force = [one.code for one in decisions if one.state == DecisionState.IN_FORCE]
    if not in_force:
        return {}
    entries = CaseEntry.objects.filter(
        event=event, kind__in=STEPS, data__lifting=True, data__decision__in=in_force
    )
    return liftings_in(entries)


def decisions_to_lift(event):
    """The decisions in force whose lifting waits, each with its entry."""
    entries = CaseEntry.objects.filter(event=event, kind__in=STEPS, data__lifting=True)
    waiting = liftings_in(entries)
    decisions = Decision.objects.filter(
        event=event, state=DecisionState.IN_FORCE, code__in=waiting
    )
    return [
        (decision, waiting[decision.code])
        for decision in decisions.select_related("case", "event")
    ]
