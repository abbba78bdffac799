# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What goes when: for the page that says so, and for ``coc_retention --dry-run``."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from pretalx_coc.domain.access import cases_of, rights_in, visible_cases
from pretalx_coc.domain.retention import concerns_go_at, goes_at, kept_cases
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import CaseOutcome, CaseState, Standing


@dataclass(frozen=True)
class Going:
    """When the names and texts of one case go.

    Attributes:
        code: Of the case.
        code_name: Of the case.
        outcome: In words; empty while it is not closed.
        goes: When; None while that is open.
        why: What it waits for, where it is open.
    """

    code: str
    code_name: str
    outcome: str
    goes: datetime | None
    why: str


@dataclass(frozen=True)
class Plan:
    """What goes when in one event.

    Attributes:
        cases: What goes first is first; what has no date is last.
        concerns: When passages and flags go that are on no case.
    """

    cases: list[Going]
    concerns: datetime


def _why(case) -> str:
    if case.state != CaseState.CLOSED:
        return _("not closed yet")
    return _("an exclusion without an end, or an objection, is still open")


def _open_cases(event, user):
    """The cases that a person may open: what came of the others is not for them."""
    rights = rights_in(user, event)
    if rights.member:
        return cases_of(event, user, standings=(Standing.CLEAR,))
    return visible_cases(event, user, rights=rights)


def going(event, user=None) -> Plan:
    """What goes when.

    Args:
        event: The event.
        user: Who looks: cases that they may not open are left out. None for all
            of them, for whoever runs the server.
    """
    settings = read_settings(event)
    cases = kept_cases(event)
    if user:
        cases = cases.filter(pk__in=_open_cases(event, user).values("pk"))
    rows = []
    for case in cases:
        goes = goes_at(case, settings)
        rows.append(
            Going(
                code=case.code,
                code_name=case.code_name,
                outcome=str(CaseOutcome(case.outcome).label) if case.outcome else "",
                goes=goes,
                why="" if goes else _why(case),
            )
        )
    rows.sort(
        key=lambda row: (row.goes is None, row.goes.timestamp() if row.goes else 0)
    )
    return Plan(cases=rows, concerns=concerns_go_at(event, settings))
