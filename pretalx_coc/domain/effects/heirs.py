# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What one decision did and another one asks for, too.

What is decided at first is often replaced later, and then lifted. What both ask
for stays then: it passes on to the other one, which restores it when it is lifted
itself.
"""

from django.db.models import Q
from django.utils.timezone import now

from pretalx_coc.domain.effects import files, pages, speakers, talks
from pretalx_coc.domain.subjects import profile_of
from pretalx_coc.enums import AlsoDone, DecisionState, Measure
from pretalx_coc.models import Decision

EXCLUDES = (Measure.EXCLUDED_EVENT, Measure.EXCLUDED_FUTURE)


def _took_off(other: Decision, talk: str) -> bool:
    done = [(effect["kind"], effect.get("talk")) for effect in other.effects]
    return (speakers.KIND, talk) in done


def _asks_for(other: Decision, effect: dict) -> bool:
    """Whether a decision would have this effect, if another had not had it before."""
    kind, talk = effect["kind"], effect.get("talk")
    if kind == files.KIND:
        return effect["resource"] in other.resources
    if talk not in other.talks:
        return False
    if kind == pages.KIND:
        return AlsoDone.OFF_PAGES in other.also
    if kind == talks.KIND:
        ends = other.measure in EXCLUDES and not _took_off(other, talk)
        return other.measure == Measure.TALK_WITHDRAWN or ends
    if kind == speakers.KIND and other.measure in (Measure.TAKEN_OFF, *EXCLUDES):
        profile = profile_of(other.case)
        return bool(profile) and profile.code == effect["profile"]
    return False


def pass_on(decision: Decision, effect: dict) -> bool:
    """Let another decision keep what one does not ask for any more.

    Args:
        decision: The one that holds no longer.
        effect: One of its effects.

    Returns:
        Whether another one asks for it.
    """
    holds = Q(state=DecisionState.IN_FORCE) & (Q(ends=None) | Q(ends__gt=now()))
    if effect["kind"] in (talks.KIND, speakers.KIND):
        # What was decided about a talk once is no matter of time.
        holds |= Q(state__in=(DecisionState.IN_FORCE, DecisionState.ENDED))
    others = Decision.objects.select_for_update().filter(holds, event=decision.event)
    for other in others.exclude(pk=decision.pk).order_by("pk"):
        if _asks_for(other, effect):
            other.effects = [*other.effects, effect]
            other.save(update_fields=["effects"])
            return True
    return False
