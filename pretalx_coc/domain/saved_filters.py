# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Filters of the queue that a member keeps.

They are nobody else's business and change no case, so the audit log has no entry
about them.
"""

from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from pretalx_coc.domain.errors import CocError
from pretalx_coc.models import SavedFilter

#: What of the queue's filter is kept; what somebody searched for is not.
KEPT = ("state", "severity", "category", "assignee")
#: More than anybody finds anything in.
MOST = 12


def query_of(chosen: dict) -> str:
    """The query string of what was chosen in the filter, always in the same order."""
    return urlencode([(name, chosen[name]) for name in KEPT if chosen.get(name)])


def chosen_in(saved: SavedFilter) -> dict[str, str]:
    """What was chosen, by the names of the filter's fields."""
    return dict(parse_qsl(saved.chosen))


def saved_filters(event, user) -> list[SavedFilter]:
    """The filters that somebody keeps, the oldest first."""
    return list(SavedFilter.objects.filter(event=event, user_code=user.code))


@transaction.atomic
def keep(*, event, user, chosen: dict) -> SavedFilter:
    """Keep a filter; one that is kept already stays as it is.

    Args:
        event: The event.
        user: Whose it is.
        chosen: Name of a field of the filter → its value.

    Raises:
        CocError: Nothing was chosen, or there are too many.
    """
    query = query_of(chosen)
    if not query:
        raise CocError(_("Please choose something to filter by first."))
    mine = SavedFilter.objects.filter(event=event, user_code=user.code)
    if mine.exclude(chosen=query).count() >= MOST:
        raise CocError(_("Please let go of another filter first."))
    return SavedFilter.objects.get_or_create(
        event=event, user_code=user.code, chosen=query
    )[0]


@transaction.atomic
def let_go(*, event, user, pk: str) -> None:
    """Keep a filter no longer; somebody else's stays.

    Args:
        event: The event.
        user: Whose it is.
        pk: Its primary key, as a page sent it; whatever else it is finds nothing.
    """
    for one in saved_filters(event, user):
        if str(one.pk) == pk:
            one.delete()
