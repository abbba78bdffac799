# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Two decisions about the same: the first is lifted, and the second still holds."""

import datetime as dt

import pytest
from django.utils.timezone import now

from pretalx_coc.domain.decisions import end_what_is_over
from pretalx_coc.enums import AlsoDone, Measure
from pretalx_coc.models import Decision

# The fixtures and helpers of a single decision.
from tests.integration.test_effects import (  # noqa: F401
    again,
    case,
    co_speaker,
    decide,
    scheduled,
    shared,
    undo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

STAYS = "Some of it stays, for another decision asks for it, too."


def is_shown(event, talk):
    return talk.slots.get(schedule=event.current_schedule).is_visible


def test_a_talk_stays_off_the_pages(event, scheduled, decide, undo):  # noqa: F811
    fields = {"talks": (scheduled.code,), "also": (AlsoDone.OFF_PAGES,)}
    first = decide(**fields)
    second = decide(**fields)
    assert not is_shown(event, scheduled)
    assert undo(first) == [STAYS]
    assert not is_shown(event, scheduled)
    second.refresh_from_db()
    assert undo(second) == []
    assert is_shown(event, scheduled)
    assert again(scheduled).is_featured


def test_also_when_the_first_ends_by_itself(event, scheduled, decide, undo):  # noqa: F811
    fields = {"talks": (scheduled.code,), "also": (AlsoDone.OFF_PAGES,)}
    first = decide(**fields, ends=now() + dt.timedelta(days=1))
    second = decide(**fields)
    Decision.objects.filter(pk=first.pk).update(ends=now() - dt.timedelta(hours=1))
    assert end_what_is_over(event) == 1
    assert not is_shown(event, scheduled)
    second.refresh_from_db()
    assert undo(second) == []
    assert is_shown(event, scheduled)


def test_a_talk_stays_withdrawn(talk, decide, undo):  # noqa: F811
    first = decide(Measure.TALK_WITHDRAWN, talks=(talk.code,))
    second = decide(Measure.TALK_WITHDRAWN, talks=(talk.code,))
    assert undo(first) == [STAYS]
    assert again(talk).state == "rejected"
    second.refresh_from_db()
    assert undo(second) == []
    assert again(talk).state == "submitted"


def test_a_speaker_stays_off_the_talk(shared, decide, undo):  # noqa: F811
    first = decide(Measure.TAKEN_OFF, talks=(shared.code,))
    # What was proposed while they were still on it, and approved afterwards.
    second = decide()
    Decision.objects.filter(pk=second.pk).update(
        measure=Measure.TAKEN_OFF, talks=[shared.code]
    )
    assert undo(first) == [STAYS]
    assert again(shared).speakers.count() == 1
    second.refresh_from_db()
    assert undo(second) == []
    assert again(shared).speakers.count() == 2


def test_what_the_other_does_not_ask_for_is_restored(event, scheduled, decide, undo):  # noqa: F811
    first = decide(talks=(scheduled.code,), also=(AlsoDone.OFF_PAGES,))
    decide(talks=(scheduled.code,), also=(AlsoDone.HELD,))
    assert undo(first) == []
    assert is_shown(event, scheduled)
