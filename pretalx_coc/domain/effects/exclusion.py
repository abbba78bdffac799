# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Keeping the subject from submitting and confirming, here or in future events."""

from django.utils.translation import gettext as _

from pretalx_coc.domain.exclusions import exclude, lift
from pretalx_coc.domain.subjects import account_of
from pretalx_coc.enums import Measure
from pretalx_coc.models import Decision, Exclusion

KIND = "exclusion"


def apply(decision: Decision, by) -> list[dict]:
    """Exclude the subject; nobody, where they have no account.

    Args:
        decision: The decision.
        by: The member who put it in force; None for the outside contact.
    """
    user = account_of(decision.case)
    if not user:
        return []
    exclusion = exclude(
        event=decision.event,
        by=by,
        user_code=user.code,
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
