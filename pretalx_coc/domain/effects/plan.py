# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which kinds of effect a decision has, and doing and undoing them all."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pretalx.submission.models import SpeakerRole

from pretalx_coc.domain.effects import (
    exclusion,
    files,
    heirs,
    holds,
    pages,
    speakers,
    talks,
)
from pretalx_coc.domain.subjects import profile_of
from pretalx_coc.enums import AlsoDone, Measure
from pretalx_coc.models import Decision

EXCLUDES = (Measure.EXCLUDED_EVENT, Measure.EXCLUDED_FUTURE)
KINDS = {kind.KIND: kind for kind in (exclusion, files, holds, pages, speakers, talks)}
#: What ends when the time of a decision is over. What was decided about a talk
#: once, such as that it does not take place, is no matter of time.
TEMPORARY = (files.KIND, holds.KIND, pages.KIND)


@dataclass(frozen=True)
class Plan:
    """What a decision does to talks.

    Attributes:
        ended: Codes of the talks that do not take place.
        taken_off: Codes of the talks that stay, without the subject.
        hidden: Codes of the talks that leave the public pages at once.
        held: Codes of the talks that are not confirmed.
    """

    ended: tuple = ()
    taken_off: tuple = ()
    hidden: tuple = ()
    held: tuple = ()


def plan_of(decision: Decision) -> Plan:
    """What a decision does to talks, as they are now.

    A talk of somebody who is excluded stays if others speak, too.
    """
    codes = tuple(decision.talks)
    ended, taken_off = (), ()
    if decision.measure == Measure.TALK_WITHDRAWN:
        ended = codes
    elif decision.measure == Measure.TAKEN_OFF:
        taken_off = codes
    elif decision.measure in EXCLUDES:
        taken_off = tuple(code for code in codes if _others_speak(decision, code))
        ended = tuple(code for code in codes if code not in taken_off)
    return Plan(
        ended=ended,
        taken_off=taken_off,
        hidden=codes if AlsoDone.OFF_PAGES in decision.also else (),
        held=codes if AlsoDone.HELD in decision.also else (),
    )


def _others_speak(decision: Decision, code: str) -> bool:
    profile = profile_of(decision.case)
    roles = SpeakerRole.objects.filter(
        submission__event=decision.event, submission__code=code
    )
    if not profile or not roles.filter(speaker=profile).exists():
        return False
    return roles.exclude(speaker=profile).exists()


def apply(decision: Decision, by) -> list[dict]:
    """Do all that a decision does to pretalx; what it was like before.

    Args:
        decision: The decision.
        by: The member who put it in force; None for the outside contact.

    Raises:
        CocError: Something in pretalx does not let it happen.
    """
    plan = plan_of(decision)
    done = files.apply(decision) if decision.resources else []
    # The pages come first: what ends a talk forgets that it was featured.
    done += pages.apply(decision, plan.hidden) if plan.hidden else []
    done += holds.apply(decision, plan.held)
    done += speakers.apply(decision, plan.taken_off)
    done += talks.apply(decision, plan.ended)
    # Last, and so the first to be undone: it keeps talks from being confirmed.
    done += exclusion.apply(decision, by) if decision.measure in EXCLUDES else []
    return done


def undo(decision: Decision, by, *, only=None) -> list[str]:
    """Restore what can be restored, the last first.

    Args:
        decision: The decision, no longer in force.
        by: The member; None for the outside contact or the software.
        only: The kinds of effect to undo; None for all.

    Returns:
        What could not be restored, in words.
    """
    left = []
    for effect in reversed(decision.effects):
        if only is not None and effect["kind"] not in only:
            continue
        if heirs.pass_on(decision, effect):
            left.append(_("Some of it stays, for another decision asks for it, too."))
        else:
            left += KINDS[effect["kind"]].undo(decision, effect, by)
    return list(dict.fromkeys(left))
