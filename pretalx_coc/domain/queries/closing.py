# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What has to happen before a case can be closed."""

from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain.queries.liftings import liftings_of
from pretalx_coc.enums import AppealState, DecisionState, HearingState
from pretalx_coc.models import Appeal, Case


def missing_for_closing(case: Case) -> list[str]:
    """What has to happen before a case can be closed, in words; empty if nothing."""
    missing = []
    if case.reports.filter(answered=None, reporter__isnull=False).exists():
        missing.append(_("Whoever reported it has had no answer yet."))
    if case.subject_user and case.hearing == HearingState.OPEN:
        missing.append(_("The person it is about was not asked for their side."))
    if case.hearing == HearingState.ASKED and case.hearing_due > now():
        missing.append(_("The person it is about still has time to give their side."))
    if Appeal.objects.filter(decision__case=case, state=AppealState.OPEN).exists():
        missing.append(_("The objection of the person it is about has no answer yet."))
    if _waits_for_second(case):
        missing.append(_("A decision waits for a second person."))
    return missing


def _waits_for_second(case: Case) -> bool:
    """A decision was proposed, was made at once, or is to be lifted."""
    decisions = list(case.decisions.all())
    for decision in decisions:
        in_force = decision.state == DecisionState.IN_FORCE
        unseen = in_force and decision.emergency and not decision.approved
        if unseen or decision.state == DecisionState.PROPOSED:
            return True
    return bool(liftings_of(case.event, decisions))
