# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Marks in the event's own row, which public pages have at hand.

They must not cost a query more. pretalx copies the row's settings to clones of
the event, so one of the marks says which event they belong to.
"""

from django.db import transaction

from pretalx.event.models import Event

PUBLISHED_MARK = "coc_policy_published"
HINTS_MARK = "coc_hints"
HOME_MARK = "coc_event"


@transaction.atomic
def set_marks(
    event, *, published: bool | None = None, hints: bool | None = None
) -> None:
    """Say that the marks are this event's own, and what they say.

    Args:
        event: The event.
        published: Whether a version is published; None keeps what there is.
        hints: Whether speakers are told before they submit; None keeps it, too.
    """
    before = {PUBLISHED_MARK: is_marked_published(event), HINTS_MARK: has_hints(event)}
    given = {PUBLISHED_MARK: published, HINTS_MARK: hints}
    wanted = {
        mark: before[mark] if value is None else value for mark, value in given.items()
    }
    is_own = event.display_settings.get(HOME_MARK) == event.pk
    if is_own and wanted == before:
        return
    # Not the key: rows that refer to the event can be written meanwhile.
    row = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    row.display_settings[HOME_MARK] = event.pk
    for mark, value in wanted.items():
        row.display_settings.pop(mark, None)
        if value:
            row.display_settings[mark] = True
    row.save(update_fields=["display_settings"])
    event.display_settings = row.display_settings


def is_marked_published(event) -> bool:
    """Whether the footer of the event's public pages leads to the policy."""
    settings = event.display_settings
    return bool(settings.get(PUBLISHED_MARK)) and origin_id(event) is None


def has_hints(event) -> bool:
    """Whether speakers of the event are told before they submit."""
    return bool(event.display_settings.get(HINTS_MARK)) and origin_id(event) is None


def origin_id(event) -> int | None:
    """The primary key of the event that the marks were copied from, if they were."""
    home = event.display_settings.get(HOME_MARK)
    return home if home not in (None, event.pk) else None
