# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Rejecting, withdrawing or cancelling a talk, so that it can be undone.

pretalx drops the place of a talk that is cancelled, and that it was featured:
both are kept here.
"""

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pretalx.common.exceptions import SubmissionError
from pretalx.schedule.domain.slot import move_slot
from pretalx.schedule.models import Room
from pretalx.submission.domain.submission import set_pending_state, set_submission_state
from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain.effects.drafts import none_left
from pretalx_coc.domain.effects.locking import locked_talk
from pretalx_coc.domain.errors import CocError
from pretalx_coc.models import Decision

KIND = "talk"
#: The states that a talk can be given, and the one that fits where it stands.
OVER = (
    SubmissionStates.REJECTED,
    SubmissionStates.WITHDRAWN,
    SubmissionStates.CANCELED,
)
FITTING = {
    SubmissionStates.SUBMITTED: SubmissionStates.REJECTED,
    SubmissionStates.ACCEPTED: SubmissionStates.CANCELED,
    SubmissionStates.CONFIRMED: SubmissionStates.CANCELED,
}


def new_state(talk, wanted: str = "") -> str:
    """What becomes of a talk; empty where it is over already."""
    if talk.state not in FITTING:
        return ""
    return wanted or FITTING[talk.state]


def apply(decision: Decision, codes) -> list[dict]:
    """End talks; those that pretalx deleted or that are over are left alone.

    Raises:
        CocError: Something else in pretalx does not let a talk change its state.
    """
    done = []
    for code in codes:
        talk = locked_talk(decision.event, code)
        state = new_state(talk, decision.talk_state) if talk else ""
        if not state:
            continue
        done.append(
            {
                "kind": KIND,
                "talk": code,
                "was": talk.state,
                "now": state,
                "pending": talk.pending_state,
                "featured": talk.is_featured,
                "slots": _places(talk),
            }
        )
        try:
            _set(talk, state)
        except SubmissionError as error:
            raise CocError(str(error)) from None
    return done


def _set(talk, state: str) -> None:
    with none_left(talk):
        set_submission_state(talk, state, person=None, orga=True)


def _places(talk) -> list[dict]:
    """Where a talk stands in the schedule that is being worked on."""
    slots = talk.event.wip_schedule.talks.filter(submission=talk, start__isnull=False)
    return [
        {
            "room": slot.room_id,
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat() if slot.end else None,
        }
        for slot in slots.order_by("start", "pk")
    ]


def undo(decision: Decision, effect: dict, by) -> list[str]:
    """Give a talk its state, its place and its being featured back."""
    talk = locked_talk(decision.event, effect["talk"])
    if not talk:
        return [_("A talk is not there any more.")]
    if talk.state != effect["now"]:
        return [
            _("“{talk}” was changed since, and stays as it is.").format(talk=talk.title)
        ]
    left = _restore_state(talk, effect["was"])
    if effect["pending"] and not talk.pending_state:
        set_pending_state(talk, effect["pending"])
    if effect["featured"]:
        talk.is_featured = True
        talk.save(update_fields=["is_featured"])
    return left + _restore_places(talk, effect["slots"])


def _restore_state(talk, state: str) -> list[str]:
    try:
        _set(talk, state)
    except SubmissionError as error:
        if state != SubmissionStates.CONFIRMED:
            return [f"“{talk.title}”: {error}"]
        _set(talk, SubmissionStates.ACCEPTED)
        return [
            _("“{talk}” is accepted again, and not confirmed: {reason}").format(
                talk=talk.title, reason=error
            )
        ]
    return []


def _restore_places(talk, places) -> list[str]:
    left = []
    bare = talk.event.wip_schedule.talks.filter(submission=talk, start=None)
    for place in places:
        slot = bare.order_by("pk").first()
        room = Room.objects.filter(event=talk.event, pk=place["room"]).first()
        start = parse_datetime(place["start"])
        end = parse_datetime(place["end"]) if place["end"] else None
        if slot and (room or not place["room"]) and _is_free(talk, room, start, end):
            move_slot(slot, start, room=room, end=end)
        else:
            left.append(
                _("“{talk}” has no place in the schedule: its own was taken.").format(
                    talk=talk.title
                )
            )
    return left


def _is_free(talk, room, start, end) -> bool:
    if not room:
        return True
    others = talk.event.wip_schedule.talks.filter(room=room).exclude(submission=talk)
    return not others.filter(start__lt=end or start, end__gt=start).exists()
