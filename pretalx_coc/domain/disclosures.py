# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the subject of a case may read: what was disclosed to them, and no more.

There is one way for anything to get here: a row of ``Delivery`` for their account.
So the page of somebody with a case that nothing was disclosed of is the same, byte
for byte, as that of somebody without one. Nothing names or identifies anybody else:
of a question there is the text that was written for them, of a decision what it
means for them.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from pretalx.submission.models import Submission

from pretalx_coc.domain.appeals import is_open_to_objection
from pretalx_coc.domain.hearings import awaits_answer
from pretalx_coc.domain.plain_measures import plain_words
from pretalx_coc.enums import AppealState, DecisionState, EntryKind, Measure
from pretalx_coc.models import Case, CaseEntry, Delivery, OutsideLink

LASTING = (Measure.MATERIAL_WITHHELD, Measure.EXCLUDED_EVENT, Measure.EXCLUDED_FUTURE)


@dataclass(frozen=True)
class Question:
    """A question for the subject's side, as they see it.

    Attributes:
        code: What their answer names it by.
        asked: When.
        text: What was written for them.
        due: Until when they are asked to answer.
        answer: What they answered; empty before that.
        answered: When they did.
        may_answer: Their answer would still be read.
    """

    code: str
    asked: dt.datetime
    text: str
    due: dt.datetime | None
    answer: str = ""
    answered: dt.datetime | None = None
    may_answer: bool = False

    @property
    def is_late(self) -> bool:
        return bool(self.due) and self.due < now()

    @property
    def is_open(self) -> bool:
        return self.may_answer


@dataclass(frozen=True)
class Told:
    """A decision, as its subject sees it.

    Attributes:
        code: What their objection names it by.
        told: When they were told.
        measures: What it means for them, in plain words.
        statement: What was written for them.
        language: Of the statement.
        conditions: What is asked of them.
        change_due: Until when they are asked to change something.
        lasts: It holds for some time: that time is worth a word.
        starts: From when it holds.
        ends: Until when; None if that is open.
        state: A value of ``DecisionState``.
        lifted: When it was lifted.
        appeal_until: Until when they may object; None before they were sent word.
        may_object: They still can.
        objection: What they objected; empty before that.
        objected: When they did.
        appeal_state: A value of ``AppealState``; empty before that.
        appeal_answer: What was answered.
        handled: When.
        outside: The outside contact answers, or has answered.
    """

    code: str
    told: dt.datetime
    measures: tuple
    statement: str
    language: str
    conditions: str
    change_due: dt.datetime | None
    lasts: bool
    starts: dt.datetime
    ends: dt.datetime | None
    state: str
    lifted: dt.datetime | None
    appeal_until: dt.datetime | None
    may_object: bool
    objection: str = ""
    objected: dt.datetime | None = None
    appeal_state: str = ""
    appeal_answer: str = ""
    handled: dt.datetime | None = None
    outside: bool = False

    @property
    def is_lifted(self) -> bool:
        return self.state == DecisionState.LIFTED

    @property
    def is_over(self) -> bool:
        """It ran its time."""
        return bool(self.ends) and self.ends < now()

    @property
    def is_being_looked_at(self) -> bool:
        return self.appeal_state == AppealState.OPEN

    @property
    def is_open(self) -> bool:
        return self.may_object


@dataclass(frozen=True)
class Matters:
    """All that was disclosed to one person in one event, the newest first."""

    questions: list = field(default_factory=list)
    decisions: list = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.questions or self.decisions)


def _deliveries(event, user) -> list[Delivery]:
    rows = Delivery.objects.filter(event=event, user_code=user.code)
    rows = rows.select_related("case", "decision__case", "decision__appeal")
    return list(rows.order_by("-created", "-pk"))


def delivery_of(event, user, code: str) -> Delivery | None:
    """What was disclosed to a person under this code."""
    rows = Delivery.objects.filter(event=event, user_code=user.code, code=code)
    return rows.select_related("case", "decision__case").first()


def _survivors(event, cases) -> dict[str, Case]:
    """The cases that these went into, code → case."""
    found, wanted = {}, {case.merged_into for case in cases if case.merged_into}
    while wanted:
        rows = list(Case.objects.filter(event=event, code__in=wanted))
        found.update({case.code: case for case in rows})
        wanted = {case.merged_into for case in rows if case.merged_into} - set(found)
    return found


def _last(case: Case, survivors: dict[str, Case]) -> Case:
    while case.merged_into in survivors:
        case = survivors[case.merged_into]
    return case


def _questions(event, rows: list[Delivery]) -> list[Question]:
    rows = [row for row in rows if row.entry]
    if not rows:
        return []
    pks = [row.entry for row in rows]
    entries = CaseEntry.objects.filter(event=event)
    asked = {
        entry.pk: entry
        for entry in entries.filter(pk__in=pks, kind=EntryKind.HEARING_ASKED)
    }
    answers = {
        entry.data["asked"]: entry
        for entry in entries.filter(
            kind=EntryKind.HEARING_ANSWERED, data__asked__in=pks
        )
    }
    survivors = _survivors(event, [row.case for row in rows])
    return [
        _question(
            row, asked[row.entry], answers.get(row.entry), _last(row.case, survivors)
        )
        for row in rows
        # Without its words, when its time was over, there is nothing to read.
        if row.entry in asked and asked[row.entry].text
    ]


def _question(row: Delivery, entry, answer, case: Case) -> Question:
    return Question(
        code=row.code,
        asked=entry.created,
        text=entry.text,
        due=parse_datetime(entry.data.get("due", "")),
        answer=answer.text if answer else "",
        answered=answer.created if answer else None,
        may_answer=not answer and awaits_answer(case),
    )


def _told(row: Delivery, measures: tuple, outside: set) -> Told:
    decision = row.decision
    appeal = getattr(decision, "appeal", None)
    objection = {}
    if appeal:
        objection = {
            "objection": appeal.text,
            "objected": appeal.created,
            "appeal_state": appeal.state,
            "appeal_answer": appeal.answer,
            "handled": appeal.handled,
            "outside": appeal.handled_outside or decision.pk in outside,
        }
    return Told(
        code=row.code,
        told=decision.delivered or row.created,
        measures=measures,
        statement=decision.statement,
        language=decision.statement_language,
        conditions=decision.conditions,
        change_due=decision.change_due,
        lasts=bool(decision.ends) or decision.measure in LASTING,
        starts=decision.starts,
        ends=decision.ends,
        state=decision.state,
        lifted=decision.lifted,
        appeal_until=decision.appeal_until,
        may_object=not appeal and is_open_to_objection(decision),
        **objection,
    )


def _decisions(event, rows: list[Delivery]) -> list[Told]:
    # Of several words about one decision, the first gives it its code.
    first = {row.decision_id: row for row in rows if row.decision_id}
    if not first:
        return []
    codes = {code for row in first.values() for code in row.decision.talks}
    titles = dict(
        Submission.all_objects.filter(event=event, code__in=codes).values_list(
            "code", "title"
        )
    )
    outside = set(
        OutsideLink.objects.filter(
            event=event, decision__in=first, purpose="appeal"
        ).values_list("decision_id", flat=True)
    )
    return [
        _told(row, plain_words(row.decision, titles, event=event.name), outside)
        for row in first.values()
    ]


def matters_of(event, user) -> Matters:
    """What was disclosed to a person; the number of queries is fixed.

    Args:
        event: The event.
        user: The person.
    """
    rows = _deliveries(event, user)
    return Matters(_questions(event, rows), _decisions(event, rows))
