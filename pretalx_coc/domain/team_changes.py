# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Noting that the response team or its rules changed; see ``domain.announcements``."""

import datetime as dt

from django.db import transaction
from django.utils.timezone import now
from django_scopes import scope

from pretalx_coc.domain import audit
from pretalx_coc.domain.access import members_of
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Case, CocSettings
from pretalx_coc.tasks import after_commit
from pretalx_coc.tasks_team import task_announce

TELL = "tell"  # what an entry says that is to be announced


def is_watched(event) -> bool:
    """Whether a change in an event is anybody's business.

    It is while the event is not over, and after it for as long as there is a case
    that somebody could read.
    """
    yesterday = (now() - dt.timedelta(days=1)).date()
    return event.date_to >= yesterday or Case.objects.filter(erased=None).exists()


def announce_later(event) -> None:
    """Send what is to be announced, once the transaction has committed."""
    after_commit(task_announce, event_id=event.pk)


@transaction.atomic
def note_members(event, *, by=None) -> None:
    """Compare the members of the response team with those known, and note a change.

    There are many ways onto a team and off it, and pretalx has no signal for some:
    so this is called around those that have one, and now and then.

    Args:
        event: The event.
        by: Who made the change, where that is known.
    """
    with scope(event=event):
        CocSettings.objects.get_or_create(event=event)
        settings = CocSettings.objects.select_for_update().get(event=event)
        before = settings.members_known
        after = [user.code for user in members_of(event)]
        if before == after:
            return
        settings.members_known = after
        settings.save(update_fields=["members_known"])
        if before is None:
            return
        audit.write(
            event=event,
            chain=audit.POLICY_CHAIN,
            action=AuditAction.MEMBERS_CHANGED,
            actor=by,
            data={"before": before, "after": after, TELL: is_watched(event)},
        )
        announce_later(event)


@transaction.atomic
def note_switched_off(event) -> None:
    """Note that the plugin is being switched off, and tell everybody."""
    with scope(event=event):
        audit.write(
            event=event,
            chain=audit.POLICY_CHAIN,
            action=AuditAction.SETTINGS_CHANGED,
            data={"plugin": "off", TELL: True},
        )
        announce_later(event)
