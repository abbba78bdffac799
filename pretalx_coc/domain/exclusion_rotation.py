# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Changing the key that addresses are hashed with."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django_scopes import scope

from pretalx.event.models import Event
from pretalx.person.models import User

from pretalx_coc.domain import audit
from pretalx_coc.domain.exclusion_keys import (
    Key,
    add_key,
    address_hash,
    all_keys,
    drop_keys,
    newest_key,
    problems,
)
from pretalx_coc.domain.exclusions import chain_of_exclusion
from pretalx_coc.enums import AuditAction, DecisionState
from pretalx_coc.models import Decision, Exclusion


@dataclass(frozen=True)
class Rotation:
    """What a rotation did.

    Attributes:
        key: The new key.
        hashed: How many exclusions have a hash under it now.
        left: How many keep theirs, because nobody knows the address any more.
        gone: The ids of the keys that were dropped.
    """

    key: Key
    hashed: int
    left: int
    gone: list[str]


def uses() -> dict[str, int]:
    """How many exclusions each key was used for: id → number."""
    used = Exclusion.objects.exclude(key_id="").values("key_id").order_by()
    return dict(used.annotate(number=Count("pk")).values_list("key_id", "number"))


def _waiting_keys() -> set[str]:
    """The ids of keys that decisions used that are not in force yet."""
    waiting = Decision._base_manager.filter(state=DecisionState.PROPOSED)
    effects = waiting.exclude(effects=[]).values_list("effects", flat=True)
    return {effect["key"] for row in effects for effect in row if "key" in effect}


def key_problems() -> list[str]:
    """What is wrong with the keys, in words; nothing if all is well."""
    return problems(set(uses()))


@transaction.atomic
def _hash_anew(key: Key) -> int:
    """Hash the addresses of accounts that are still there with a key.

    Not where an account has another address by now: that one is found by the
    account, and the one that is excluded would be forgotten. Where the old key
    is lost, nothing can be: then it is the address that the account has.
    """
    old_keys = {entry.id: entry for entry in all_keys()}
    rows = Exclusion.objects.select_for_update().exclude(user_code="")
    rows = list(rows.exclude(key_id__in=("", key.id)).order_by("pk"))
    users = User.objects.filter(
        code__in={row.user_code for row in rows}, is_active=True
    )
    addresses = dict(users.values_list("code", "email"))
    number = 0
    for row in rows:
        old, address = old_keys.get(row.key_id), addresses.get(row.user_code)
        if not address or (old and address_hash(old, address) != row.address_hash):
            continue
        row.key_id, row.address_hash = key.id, address_hash(key, address)
        row.save(update_fields=["key_id", "address_hash"])
        _note(row)
        number += 1
    return number


def _note(row: Exclusion) -> None:
    event = Event.objects.filter(
        slug=row.event_slug, organiser_id=row.organiser_id
    ).first()
    if not event:
        return
    with scope(event=event):
        audit.write(
            event=event,
            chain=chain_of_exclusion(row, event),
            action=AuditAction.EXCLUSION,
            subject=row.decision_code or str(row.pk),
            data={"exclusion": row.pk, "step": "hashed_anew", "key": row.key_id},
        )


def rotate() -> Rotation:
    """Make a new key, and use it wherever the address is known.

    Can be called again if it was interrupted: old keys stay until no exclusion
    uses them.
    """
    newest_key()  # there is one before, so that the new one is a change
    key = add_key()
    hashed = _hash_anew(key)
    used = uses()
    gone = drop_keys(set(used) | _waiting_keys())
    left = sum(number for key_id, number in used.items() if key_id != key.id)
    return Rotation(key=key, hashed=hashed, left=left, gone=gone)
