# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The queue: the cases that a member may know of, the most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models import Case as Choose
from django.utils.timezone import now

from pretalx.person.models import User

from pretalx_coc.domain.access import Rights, cases_of, rights_in, visible_cases
from pretalx_coc.domain.case_mails import overdue
from pretalx_coc.domain.case_steps import AT_REST
from pretalx_coc.enums import CaseState, CaseSubject, FlagReason, Severity, Standing
from pretalx_coc.models import Case, CaseMember

#: For the filter: those that nobody was given.
NOBODY = "nobody"
#: The groups of the queue, in their order.
DANGER, OVERDUE, MINE, WAITING, REST, CLOSED = range(6)
#: Named one by one, for so the index finds them among many that are closed.
OPEN = [state for state in CaseState if state != CaseState.CLOSED]


@dataclass(frozen=True)
class Outside:
    """What a member may know of a case before anything else.

    Attributes:
        subject: The subject's name; empty for who reviews without seeing names.
    """

    code: str
    code_name: str
    category: str
    severity: Severity
    place: str
    danger: bool
    subject: str


@dataclass(frozen=True)
class Row:
    """A line of the queue. What is below ``opens`` is empty where it is False.

    Attributes:
        outside: What everybody may know who may know of the case.
        group: ``DANGER``, ``OVERDUE``, ``MINE``, ``WAITING``, ``REST``, ``CLOSED``.
        overdue: Something should have happened by now.
        mine: They were given it, or have claimed it.
        waiting: It waits for somebody, or nobody was given it yet.
        declare: They are to say first whether they have a conflict.
        opens: They may open it.
        claimed_by: Who works on it right now: their name.
        assignee: Who was given it: their name.
        due: Until when it is to be acknowledged, or decided.
    """

    outside: Outside
    group: int
    overdue: bool
    mine: bool
    waiting: bool
    declare: bool
    opens: bool
    state: str = ""
    claimed_by: str = ""
    assignee: str = ""
    next_step: str = ""
    next_due: object = None
    waiting_until: object = None
    changed: object = None
    created: object = None
    due: object = None

    @property
    def state_label(self) -> str:
        return str(CaseState(self.state).label) if self.state else ""


def outside_of(case: Case, *, names: bool) -> Outside:
    """What a member may know of a case before anything else."""
    return Outside(
        code=case.code,
        code_name=case.code_name,
        category=str(FlagReason(case.category).label),
        severity=Severity(case.severity),
        place=case.place,
        danger=case.severity == Severity.DANGER and case.state not in AT_REST,
        subject=case.subject_text if names else "",
    )


class Queue(Sequence):
    """The rows of the queue: reads of them what is asked for, and no more."""

    def __init__(self, cases):
        self.cases = cases

    def __len__(self):
        return self.cases.count()

    def __getitem__(self, key):
        if not isinstance(key, slice):
            return self[key : key + 1][0]
        cases = list(self.cases[key])
        codes = {code for case in cases for code in (case.claimed_by, case.assignee)}
        users = User.objects.filter(code__in=codes - {""})
        names = dict(users.values_list("code", "name"))
        return [_row(case, names) for case in cases]


def _row(case, names: dict[str, str]) -> Row:
    row = Row(
        outside=outside_of(case, names=case.names),
        group=case.group,
        overdue=case.is_overdue,
        mine=case.is_mine,
        waiting=case.is_waiting,
        declare=not case.opens,
        opens=case.opens,
    )
    if not case.opens:
        return row
    inside = ("next_step", "next_due", "waiting_until", "changed", "created")
    if not case.names:
        # What people write can name somebody.
        inside = inside[1:]
    return replace(
        row,
        state=case.state,
        due=_due(case),
        claimed_by=names.get(case.claimed_by, "") if case.is_claimed else "",
        assignee=names.get(case.assignee, ""),
        **{name: getattr(case, name) for name in inside},
    )


def _due(case):
    if case.state == CaseState.NEW:
        return case.acknowledge_due
    resting = (*AT_REST, CaseState.APPEALED)
    return None if case.state in resting else case.decide_due


def _holds(condition) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _annotated(event, user, rights: Rights):
    """The cases that a person may know of, each with what a row says of it."""
    at = now()
    own = CaseMember.objects.filter(case=OuterRef("pk"), user_code=user.code)
    everything = not rights.member
    opens = Exists(own.filter(standing=Standing.CLEAR))
    named = Exists(own.filter(named__isnull=False))
    claimed = Q(claimed_until__gt=at) & ~Q(claimed_by="")
    open_now = ~Q(state=CaseState.CLOSED)
    mine = Q(assignee=user.code) | (claimed & Q(claimed_by=user.code))
    waiting = Q(state=CaseState.WAITING) | (Q(assignee="") & ~Q(state__in=AT_REST))
    return (
        visible_cases(event, user, rights=rights)
        .annotate(
            opens=Value(True) if everything else opens,
            names=named
            if rights.member and rights.blind
            else Value(True, output_field=BooleanField()),
            is_overdue=_holds(overdue(at)),
            is_mine=_holds(open_now & mine),
            is_waiting=_holds(waiting),
            is_claimed=_holds(claimed),
        )
        .annotate(
            group=Choose(
                When(state=CaseState.CLOSED, then=Value(CLOSED)),
                When(
                    Q(severity=Severity.DANGER) & ~Q(state__in=AT_REST),
                    then=Value(DANGER),
                ),
                When(is_overdue=True, then=Value(OVERDUE)),
                When(is_mine=True, then=Value(MINE)),
                When(is_waiting=True, then=Value(WAITING)),
                default=Value(REST),
                output_field=IntegerField(),
            )
        )
    )


def _searched(cases, query: str):
    if not query:
        return cases
    named = Q(subject_text__icontains=query, opens=True, names=True)
    return cases.filter(
        Q(code__icontains=query) | Q(code_name__icontains=query) | named
    )


def _about(profile) -> Q:
    about = Q(subject_kind=CaseSubject.PROFILE, subject_code=profile.code)
    if profile.user:
        about |= Q(subject_user=profile.user.code)
    return about


def queue(
    *,
    event,
    user,
    rights: Rights | None = None,
    query: str = "",
    state: str = "",
    severity: int | None = None,
    category: str = "",
    assignee: str = "",
    closed: bool = False,
    about=None,
) -> Queue:
    """The cases that a member may know of: danger and overdue first, then theirs.

    What a filter tells of a case is what the case's page would tell them: those
    that they have not declared about are found by what is outside only.

    Args:
        event: The event.
        user: The person who looks.
        rights: What ``rights_in`` said of them, where it was asked already.
        query: Part of a code, of a code name, or of the subject's name where
            they may open the case and see names.
        state: Only this ``CaseState``.
        severity: Only this ``Severity``.
        category: Only this ``FlagReason``.
        assignee: Only what was given to the account of this code, or ``NOBODY``.
        closed: Also those that are closed.
        about: Only those about this speaker's profile, or about their account.
    """
    rights = rights or rights_in(user, event)
    cases = _annotated(event, user, rights)
    if not (closed or state == CaseState.CLOSED):
        cases = cases.filter(state__in=OPEN)
    if state:
        cases = cases.filter(state=state, opens=True)
    if assignee:
        code = "" if assignee == NOBODY else assignee
        cases = cases.filter(assignee=code, opens=True)
    if about:
        cases = cases.filter(_about(about))
    if severity:
        cases = cases.filter(severity=severity)
    if category:
        cases = cases.filter(category=category)
    cases = _searched(cases, query.strip())
    return Queue(cases.order_by("group", "-severity", "created", "pk"))


def cases_that_wait(event, user):
    """The cases that wait for a member: to declare, theirs, or overdue.

    Does not ask whether they are one, see ``access.cases_of``.
    """
    at = now()
    asked = CaseMember.objects.filter(
        case=OuterRef("pk"), user_code=user.code, standing=Standing.ASKED
    )
    mine = Q(assignee=user.code) | Q(claimed_by=user.code, claimed_until__gt=at)
    return (
        cases_of(event, user)
        .filter(state__in=OPEN)
        .filter(Exists(asked) | mine | overdue(at))
    )


def count_groups(*, event, user, rights: Rights | None = None) -> dict[int, int]:
    """How many open cases there are in each group of the queue: one query.

    Args:
        event: The event.
        user: The person who looks.
        rights: What ``rights_in`` said of them, where it was asked already.
    """
    rights = rights or rights_in(user, event)
    cases = _annotated(event, user, rights).filter(state__in=OPEN)
    found = dict(
        cases.order_by()
        .values("group")
        .annotate(n=Count("pk"))
        .values_list("group", "n")
    )
    groups = (DANGER, OVERDUE, MINE, WAITING, REST)
    return {group: found.get(group, 0) for group in groups}
