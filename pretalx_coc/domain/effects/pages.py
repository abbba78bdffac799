# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Taking a talk off the public pages of the schedule at once.

pretalx shows of a released schedule what is visible in it. Hidden in all of the
released ones, a talk is on no page, in no feed, in no export for the public and
in no list of what changed between two of them; its place stays. The next release
would show it again, so it is hidden in that one, too.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_scopes import scope

from pretalx.schedule.domain.changes import invalidate_cached_schedule_changes
from pretalx.schedule.models import TalkSlot
from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain.case_log import change, note
from pretalx_coc.domain.effects.locking import locked_talk
from pretalx_coc.enums import AlsoDone, DecisionState, EntryKind
from pretalx_coc.models import Decision

KIND = "pages"


def visible_slots(event, codes):
    """The places of talks that are on the public pages, in any released schedule."""
    return TalkSlot.objects.filter(
        schedule__event=event,
        schedule__version__isnull=False,
        submission__code__in=codes,
        is_visible=True,
    )


def _forget_changes(event) -> None:
    """Let pretalx work out anew what changed between two schedules."""
    for schedule in event.schedules.all():
        schedule.event = event
        invalidate_cached_schedule_changes(schedule)


def apply(decision: Decision, codes) -> list[dict]:
    """Hide talks, and feature them no more."""
    done = []
    for code in codes:
        talk = locked_talk(decision.event, code)
        if not talk:
            continue
        slots = visible_slots(decision.event, [code])
        effect = {"kind": KIND, "talk": code, "featured": talk.is_featured}
        effect["slots"] = sorted(slots.values_list("pk", flat=True))
        slots.update(is_visible=False)
        if talk.is_featured:
            talk.is_featured = False
            talk.save(update_fields=["is_featured"])
        done.append(effect)
    _forget_changes(decision.event)
    return done


def undo(decision: Decision, effect: dict, by) -> list[str]:
    """Show a talk again where it was shown."""
    talk = locked_talk(decision.event, effect["talk"])
    if not talk:
        return [_("A talk is not there any more.")]
    if effect["slots"] and talk.state != SubmissionStates.CONFIRMED:
        return [
            _(
                "“{talk}” is not confirmed, so it is not on the public pages again."
            ).format(talk=talk.title)
        ]
    TalkSlot.objects.filter(
        pk__in=effect["slots"], schedule__event=decision.event, submission=talk
    ).update(is_visible=True)
    if effect["featured"] and not talk.is_featured:
        talk.is_featured = True
        talk.save(update_fields=["is_featured"])
    _forget_changes(decision.event)
    return []


def hide_again(schedule) -> None:
    """Hide in a schedule that was just released what is off the public pages."""
    event = schedule.event
    with scope(event=event), transaction.atomic():
        decisions = Decision.objects.select_for_update().filter(
            Q(ends=None) | Q(ends__gt=now()), event=event, state=DecisionState.IN_FORCE
        )
        for decision in decisions.exclude(also=[]).select_related("case"):
            if AlsoDone.OFF_PAGES in decision.also:
                _hide_in(schedule, decision)


def _hide_in(schedule, decision: Decision) -> None:
    hidden = []
    for effect in decision.effects:
        if effect["kind"] != KIND:
            continue
        slots = visible_slots(decision.event, [effect["talk"]])
        slots = slots.filter(schedule=schedule)
        if found := list(slots.values_list("pk", flat=True)):
            slots.update(is_visible=False)
            effect["slots"] = sorted({*effect["slots"], *found})
            hidden.append(effect["talk"])
    if not hidden:
        return
    decision.save(update_fields=["effects"])
    _forget_changes(decision.event)
    with change(decision.case, revision=None) as row:
        data = {"decision": decision.code, "talks": hidden}
        note(row, EntryKind.APPLIED_AGAIN, data=data)
