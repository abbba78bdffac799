# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Which of many addresses, such as an attendee list, belong to somebody excluded.

Nothing of the list is stored: the audit log says who checked how many.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from pretalx.person.models import User

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.exclusion_keys import address_hashes, normalise
from pretalx_coc.domain.queries.exclusions import visible_exclusions
from pretalx_coc.enums import AuditAction

MAX_ADDRESSES = 5_000
# What stands between the addresses of a list, and around them.
BETWEEN = re.compile(r"[\s,;<>\"'()\[\]|]+")
AN_ADDRESS = re.compile(r"[^@]+@[^@]+")


@dataclass(frozen=True)
class Found:
    """One address of the list, as it was typed, and until when it is excluded.

    ``ends`` is None for an exclusion without an end.
    """

    address: str
    ends: dt.datetime | None


@dataclass(frozen=True)
class ListCheck:
    """What a list check came to: how many addresses, and which are excluded."""

    number: int
    found: tuple[Found, ...]


@sensitive_variables()
def addresses_in(text: str) -> list[str]:
    """The addresses in a text, each once, as typed and in their order.

    One in each line, a table's column, or "Name <address>, …": whatever has no
    ``@`` is passed over.
    """
    found = {}
    for word in BETWEEN.split(text.replace("mailto:", " ")):
        if AN_ADDRESS.fullmatch(word.strip(".:")):
            found.setdefault(normalise(word.strip(".:")), word.strip(".:"))
    return list(found.values())


@sensitive_variables()
@transaction.atomic
def check_list(*, event, by, text: str) -> ListCheck:
    """Say which addresses of a list belong to somebody excluded.

    Args:
        event: The event.
        by: The member; what they must not know of is not found for them.
        text: The list.

    Raises:
        CocError: There are no addresses in it, or too many.
    """
    addresses = addresses_in(text)
    if not addresses:
        raise CocError(_("There is no mail address in this text."))
    if len(addresses) > MAX_ADDRESSES:
        raise CocError(
            _(
                "These are {number} addresses. Please check at most {most} at a time."
            ).format(number=len(addresses), most=MAX_ADDRESSES)
        )
    ends = _ends(event, by)
    found = []
    for address in addresses:
        keys = [normalise(address), *address_hashes(address)] if ends else []
        matches = [ends[key] for key in keys if key in ends]
        if matches:
            found.append(Found(address, None if None in matches else max(matches)))
    audit.write(
        event=event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.LIST_CHECKED,
        actor=by,
        data={"number": len(addresses)},
    )
    return ListCheck(number=len(addresses), found=tuple(found))


@sensitive_variables()
def _ends(event, by) -> dict:
    """When each exclusion ends, by its hash and by the address of its account."""
    ends, accounts = {}, {}
    # The longest comes first and stays.
    for exclusion in visible_exclusions(event, by):
        if exclusion.address_hash:
            ends.setdefault(exclusion.address_hash, exclusion.ends)
        if exclusion.user_code:
            accounts.setdefault(exclusion.user_code, exclusion.ends)
    users = User.objects.filter(code__in=accounts, is_active=True)
    for code, address in users.values_list("code", "email"):
        ends.setdefault(normalise(address), accounts[code])
    return ends
