# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Cases and decisions follow a profile that is merged, or given to an account.

Both are new in pretalx 2026.3. Nobody gains sight of a case by it, and whoever it
is about by now has it in their hands no more.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from pretalx_coc.domain.case_log import change, note
from pretalx_coc.domain.case_sight import free_hands, keep_out, part_of_it
from pretalx_coc.domain.effects import exclusion, speakers
from pretalx_coc.domain.subjects import account_of
from pretalx_coc.domain.talks import note_talks_of
from pretalx_coc.enums import CaseSubject, DecisionState, EntryKind, Measure
from pretalx_coc.models import Case, Decision, Exclusion

EXCLUDED = (Measure.EXCLUDED_EVENT, Measure.EXCLUDED_FUTURE)


@transaction.atomic
def carry_cases_over(*, event, merged_code: str, survivor) -> None:
    """Let the cases about a merged profile be about the one that stays.

    Args:
        event: The event.
        merged_code: The code of the profile that is gone.
        survivor: The profile that is left.
    """
    cases = Case.objects.filter(
        event=event,
        subject_kind=CaseSubject.PROFILE,
        subject_code=merged_code,
        erased=None,
    )
    for case in cases.filter(merged_into="").order_by("pk"):
        _carry_over(case, survivor)
    # What went into another case is read through that one.
    cases.exclude(merged_into="").update(**_subject_of(survivor))
    _carry_speakers_over(event, merged_code, survivor)
    follow_account(profile=survivor)


def _subject_of(profile) -> dict:
    values = {"subject_code": profile.code}
    if profile.user:
        values["subject_user"] = profile.user.code
    return values


def _carry_over(case: Case, survivor) -> None:
    before = part_of_it(case)
    with change(case, revision=None) as row:
        codes = [row.subject_code, survivor.code]
        for name, value in _subject_of(survivor).items():
            setattr(row, name, value)
        note_talks_of(row)
        free_hands(row)
        keep_out(row, before)
        note(row, EntryKind.DETAILS, data={"fields": ["subject"], "subject": codes})


def _carry_speakers_over(event, merged_code: str, survivor) -> None:
    """Let who was taken off a talk stay off it by the profile that they have now."""
    decisions = Decision.objects.filter(event=event, measure=Measure.TAKEN_OFF)
    for decision in decisions.select_for_update():
        changed = False
        for effect in decision.effects:
            if effect["kind"] == speakers.KIND and effect["profile"] == merged_code:
                effect["profile"], changed = survivor.code, True
        if changed:
            decision.save(update_fields=["effects"])


@transaction.atomic
def follow_account(*, profile) -> None:
    """Let exclusions hold for the account that a profile has by now.

    Whoever had none when it was decided, or another one, could not be found again.

    Args:
        profile: The profile that a case may be about.
    """
    decisions = Decision.objects.filter(
        Q(ends=None) | Q(ends__gt=now()),
        event=profile.event,
        state=DecisionState.IN_FORCE,
        measure__in=EXCLUDED,
        case__subject_kind=CaseSubject.PROFILE,
        case__subject_code=profile.code,
        case__erased=None,
    )
    for decision in decisions.select_for_update().order_by("pk"):
        _exclude_account(decision)


def _exclude_account(decision: Decision) -> None:
    user = account_of(decision.case)
    pks = [
        effect["exclusion"]
        for effect in decision.effects
        if effect["kind"] == exclusion.KIND
    ]
    if not user or Exclusion.objects.filter(pk__in=pks, user_code=user.code).exists():
        return
    with change(decision.case, revision=None) as row:
        decision.effects = decision.effects + exclusion.apply(decision, None)
        decision.save(update_fields=["effects"])
        note(row, EntryKind.APPLIED_AGAIN, data={"decision": decision.code})
