# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the outside contact reads behind a one-time link: what they need, no more.

They get the code name, the decision and what was chosen as its evidence, and not
the name of anybody who wrote something. Whom the case is about they read where
nobody inside is left: then nobody else could do anything about it.
"""

from dataclasses import dataclass, field

from pretalx_coc.domain import outside
from pretalx_coc.domain.case_members import is_orphaned
from pretalx_coc.domain.queries.liftings import lifting_of
from pretalx_coc.enums import (
    AppealState,
    CaseState,
    CaseSubject,
    DecisionState,
    EntryKind,
    OnSite,
)
from pretalx_coc.models import Appeal, Case, CaseEntry, Decision, OutsideLink, Report


@dataclass(frozen=True)
class Asked:
    """What the outside contact is asked, and what they need to know for it.

    Attributes:
        purpose: ``outside.APPROVE``, ``APPEAL`` or ``ADVISE``.
        case: The case; the page shows its code, code name, category, severity.
        waits: They are still needed.
        holds: What they are to look at was done already.
        lifting: Why somebody asks to lift it; empty where nobody does.
        orphaned: Nobody inside may handle the case.
        subject: Whom it is about, where nobody inside is left.
        decision: The decision, if it is about one.
        on_site: What is done by hand, in words.
        objection: What its subject says against it.
        texts: What they need to read: when, what kind, and the words.
    """

    purpose: str
    case: Case
    waits: bool = False
    holds: bool = False
    lifting: str = ""
    orphaned: bool = False
    subject: str = ""
    decision: Decision | None = None
    on_site: tuple = ()
    objection: str = ""
    texts: list = field(default_factory=list)


def _entries(entries) -> list[tuple]:
    return [(entry.created, entry.get_kind_display(), entry.text) for entry in entries]


def _evidence(decision: Decision) -> list[tuple]:
    entries = CaseEntry.objects.filter(event=decision.event, pk__in=decision.evidence)
    return _entries(entry for entry in entries if entry.text)


def _about_decision(link: OutsideLink) -> Asked:
    decision = link.decision
    appeal = Appeal.objects.filter(decision=decision).first()
    lifting = lifting_of(decision) if link.purpose == outside.APPROVE else None
    on_site = dict(OnSite.choices)
    if link.purpose == outside.APPEAL:
        waits = bool(appeal) and appeal.state == AppealState.OPEN
    else:
        emergency = decision.emergency and not decision.approved
        waits = decision.state == DecisionState.PROPOSED or (
            decision.state == DecisionState.IN_FORCE and bool(emergency or lifting)
        )
    return Asked(
        purpose=link.purpose,
        case=link.case,
        waits=waits,
        holds=decision.state == DecisionState.IN_FORCE,
        lifting=lifting.text if lifting else "",
        decision=decision,
        on_site=tuple(on_site.get(step["what"], "") for step in decision.on_site),
        objection=appeal.text if appeal and link.purpose == outside.APPEAL else "",
        texts=_evidence(decision),
    )


def _about_case(link: OutsideLink) -> Asked:
    case = link.case
    opened = CaseEntry.objects.filter(
        event=case.event, case_code=case.code, kind=EntryKind.OPENED
    ).exclude(text="")
    reports = Report.objects.filter(case=case)
    kind = EntryKind.REPORT.label
    told = [(report.created, kind, report.text) for report in reports if report.text]
    orphaned = is_orphaned(case)
    about = case.subject_text or CaseSubject(case.subject_kind).label
    return Asked(
        purpose=link.purpose,
        case=case,
        waits=case.state != CaseState.CLOSED,
        orphaned=orphaned,
        subject=about if orphaned else "",
        texts=_entries(opened) + told,
    )


def asked_by(link: OutsideLink) -> Asked:
    """What a one-time link shows to who has it."""
    if link.purpose == outside.ADVISE or not link.decision:
        return _about_case(link)
    return _about_decision(link)
