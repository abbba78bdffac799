# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Keeping the subject from submitting and confirming, here or in future events.

Somebody without an account is recognised by their mail address, if it is known. A
decision can wait for a second person: until then it keeps the keyed hash of the
address, as the exclusion does afterwards, and never the address.
"""

from django.utils.translation import gettext as _

from pretalx_coc.domain.exclusion_keys import address_hash, newest_key
from pretalx_coc.domain.exclusions import Hashed, address_of_profile, exclude, lift
from pretalx_coc.domain.subjects import account_of, profile_of
from pretalx_coc.enums import Measure
from pretalx_coc.models import Case, Decision, Exclusion

KIND = "exclusion"
#: What a decision keeps of an address before it is in force; it does nothing.
PLANNED = "address"


def address_for(case: Case, typed: str = "") -> str:
    """The address that a subject without an account is recognised by, if there is.

    Args:
        case: The case.
        typed: What a member typed; otherwise that of a profile without an account.
    """
    if account_of(case):
        return ""
    profile = profile_of(case)
    return typed.strip() or (address_of_profile(profile) if profile else "")


def planned(case: Case, typed: str) -> list[dict]:
    """What a decision keeps of an address: see ``PLANNED``."""
    address = address_for(case, typed)
    if not address:
        return []
    key = newest_key()
    return [{"kind": PLANNED, "key": key.id, "hash": address_hash(key, address)}]


def apply(decision: Decision, by) -> list[dict]:
    """Exclude the subject; nobody, where neither account nor address is known.

    Args:
        decision: The decision; its effects are those that were planned.
        by: The member who put it in force; None for the outside contact.
    """
    user = account_of(decision.case)
    plans = [one for one in decision.effects if one["kind"] == PLANNED]
    if not user and not plans:
        return []
    hashed = None if user else Hashed(plans[0]["key"], plans[0]["hash"])
    exclusion = exclude(
        event=decision.event,
        by=by,
        user_code=user.code if user else "",
        hashed=hashed,
        only_event=decision.measure == Measure.EXCLUDED_EVENT,
        starts=decision.starts,
        ends=decision.ends,
        case_code=decision.case.code,
        decision_code=decision.code,
    )
    return [{"kind": KIND, "exclusion": exclusion.pk}]


def undo(decision: Decision, effect: dict, by) -> list[str]:
    """Lift the exclusion."""
    exclusion = Exclusion.objects.filter(
        pk=effect["exclusion"], organiser_id=decision.event.organiser_id
    ).first()
    if not exclusion:
        return [_("The exclusion is not there any more.")]
    lift(exclusion=exclusion, by=by, event=decision.event)
    return []
