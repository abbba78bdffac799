# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""How long what is confidential is kept, and its erasure when that time is over.

Cases by their outcome, counted from when they were closed, an exclusion from its
end, and never before an objection could come to its end. Passages and flags that
are on no case, from the end of the event. What goes are names and texts; figures
stay, and the audit log's chains hold.
"""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now

from pretalx.event.models import Event

from pretalx_coc.domain import audit
from pretalx_coc.domain.case_erasure import erase_case, texts_of_entries
from pretalx_coc.domain.copies import drop_unused
from pretalx_coc.domain.erasure import erase_phrases
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import (
    AppealState,
    AuditAction,
    CaseOutcome,
    CaseState,
    DecisionState,
    ItemRef,
    Measure,
)
from pretalx_coc.models import (
    AuditEntry,
    Case,
    CaseItem,
    CocSettings,
    Exclusion,
    Finding,
    Flag,
)

KEPT = {
    CaseOutcome.UNFOUNDED: "keep_unfounded",
    CaseOutcome.NOT_ESTABLISHED: "keep_not_established",
    CaseOutcome.WARNING: "keep_warning",
    CaseOutcome.EXCLUSION: "keep_exclusion",
}
EXCLUDES = (Measure.EXCLUDED_EVENT, Measure.EXCLUDED_FUTURE)
#: Decisions that came into force, whatever became of them.
MADE = (DecisionState.IN_FORCE, DecisionState.ENDED, DecisionState.LIFTED)


def after_months(at, months: int):
    """The same day so many months later."""
    return at + relativedelta(months=months)


def _end_of(decision):
    """When an exclusion ends or ended; None if it has no end."""
    return decision.lifted or decision.ends


def goes_at(case: Case, settings: CocSettings):
    """When the names and texts of a case go.

    Args:
        case: The case, with its decisions and their objections prefetched where
            there are many cases.
        settings: What was set for its event.

    Returns:
        The time; None while that is open: it is not closed, an exclusion has no
        end, or an objection is being looked at.
    """
    if case.state != CaseState.CLOSED or not case.closed:
        return None
    decisions = [row for row in case.decisions.all() if row.state in MADE]
    start, earliest = case.closed, case.closed
    for decision in decisions:
        if decision.measure in EXCLUDES:
            end = _end_of(decision)
            if not end:
                return None
            start = max(start, end)
        if decision.state == DecisionState.IN_FORCE and decision.ends:
            # What it did is restored then, and is on the case.
            earliest = max(earliest, decision.ends)
        appeal = getattr(decision, "appeal", None)
        if appeal and appeal.state == AppealState.OPEN:
            return None
        until = decision.appeal_until or (
            case.closed + dt.timedelta(days=settings.appeal_days)
        )
        earliest = max(earliest, until)
    months = getattr(settings, KEPT.get(case.outcome, "keep_exclusion"))
    return max(after_months(start, months), earliest)


def kept_cases(event):
    """The cases whose names and texts are still there, with what ``goes_at`` asks.

    What went into another case goes with that one.
    """
    cases = Case.objects.filter(event=event, erased=None, merged_into="")
    return cases.prefetch_related("decisions__appeal").order_by("created", "pk")


def _with_merged(case: Case) -> list:
    """A case, and those that went into it, and those that went into them."""
    found, codes = [case], [case.code]
    while codes:
        into = Case.objects.filter(
            event=case.event, merged_into__in=codes, erased=None
        ).select_for_update()
        rows = [row for row in into if row not in found]
        found += rows
        codes = [row.code for row in rows]
    return found


@transaction.atomic
def _erase_if_due(pk: int, settings: CocSettings, at) -> bool:
    case = Case.objects.select_for_update().filter(pk=pk, erased=None).first()
    goes = case and goes_at(case, settings)
    if not goes or goes > at:
        return False
    for row in _with_merged(case):
        erase_case(row, at=at)
    return True


def concerns_go_at(event, settings: CocSettings | None = None):
    """When passages and flags go that are on no case."""
    settings = settings or read_settings(event)
    return after_months(event.datetime_to, settings.keep_concerns)


def concerns_are_gone(event) -> bool:
    """Whether nothing is to be checked any more: it would only be erased again."""
    return concerns_go_at(event) <= now()


def _on_no_case(event, model, kind: str):
    items = CaseItem.objects.filter(event=event, kind=kind, ref=OuterRef("code"))
    return model.objects.filter(~Exists(items), event=event)


@transaction.atomic
def _erase_concerns(event) -> int:
    """Delete the passages and flags that are on no case; the log has what was done."""
    findings = _on_no_case(event, Finding, ItemRef.FINDING)
    flags = _on_no_case(event, Flag, ItemRef.FLAG)
    codes = [
        *findings.values_list("code", flat=True),
        *flags.values_list("code", flat=True),
    ]
    if not codes:
        return 0
    erase_phrases(findings)
    entries = AuditEntry._base_manager.filter(
        Exists(findings.filter(code=OuterRef("subject")))
        | Exists(flags.filter(code=OuterRef("subject"))),
        event=event,
        chain=audit.CONCERN_CHAIN,
    )
    texts_of_entries(entries).delete()
    findings.delete()
    flags.delete()
    drop_unused(event)
    audit.write(
        event=event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.ERASED,
        data={"number": len(codes)},
    )
    return len(codes)


def erase_due(event, at=None) -> list[str]:
    """Erase what has been kept long enough.

    Args:
        event: The event, in its scope.
        at: The time; now, if None.

    Returns:
        The codes of the cases whose names and texts went.
    """
    at = at or now()
    settings = read_settings(event)
    closed = kept_cases(event).filter(state=CaseState.CLOSED)
    gone = []
    for case in closed:
        goes = goes_at(case, settings)
        if goes and goes <= at and _erase_if_due(case.pk, settings, at):
            gone.append(case.code)
    if concerns_go_at(event, settings) <= at:
        _erase_concerns(event)
    return gone


def erase_left_exclusions(at=None) -> int:
    """Delete exclusions that ended long ago, of events that are gone themselves."""
    at = at or now()
    months = CocSettings._meta.get_field("keep_exclusion").default
    before = at - relativedelta(months=months)
    there = Event.objects.filter(
        organiser=OuterRef("organiser"), slug=OuterRef("event_slug")
    )
    ended = Exclusion.objects.filter(
        Q(lifted__lt=before) | Q(lifted=None, ends__lt=before), ~Exists(there)
    )
    return ended.delete()[0]
