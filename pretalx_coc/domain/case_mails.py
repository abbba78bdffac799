# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Mails about cases: that there is a new one, and that something is overdue.

To members who may know of the case, and to nobody else. They say its code and its
code name, which say nothing about anybody.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain.access import members_who_may
from pretalx_coc.domain.addresses import case_url
from pretalx_coc.domain.case_steps import AT_REST
from pretalx_coc.domain.team_mails import reader_of, send_to_all
from pretalx_coc.enums import CaseState, DecisionState
from pretalx_coc.models import Case, Decision, Report

CHASE_EVERY = dt.timedelta(days=1)
#: A case whose telling failed for so long is old news, and on the panel anyway.
TELL_WITHIN = dt.timedelta(days=7)


def overdue(at=None) -> Q:
    """Matches the cases in which something should have happened by now.

    Args:
        at: The time; now, if None.
    """
    at = at or now()
    answers = Report.objects.filter(
        answered=None, reporter__isnull=False, answer_due__lt=at
    )
    looks = Decision.objects.filter(
        state=DecisionState.IN_FORCE,
        emergency=True,
        approved=None,
        second_look_due__lt=at,
    )
    undecided = ~Q(state__in=AT_REST)
    return ~Q(state=CaseState.CLOSED) & (
        Q(state=CaseState.NEW, acknowledge_due__lt=at)
        | (undecided & Q(decide_due__lt=at))
        | Q(state=CaseState.WAITING, waiting_until__lt=at)
        | Q(next_due__lt=at)
        | Q(pk__in=answers.values("case"))
        | Q(pk__in=looks.values("case"))
    )


def _new_texts(case: Case):
    def texts():
        return (
            _("New case {code} ({code_name})"),
            _(
                "Hi {name},\n\n"
                "there is a new case: {code} ({code_name}). Please open it, and say "
                "first whether you have a conflict:\n\n"
                "{coc_url}\n\n"
                "Please use its code or its code name when you talk or write about "
                "it."
            ),
            _context(case),
        )

    return texts


def _news_texts(case: Case):
    def texts():
        return (
            _("Case {code} ({code_name}): something new"),
            _(
                "Hi {name},\n\n"
                "there is something new in case {code} ({code_name}). Please have a "
                "look:\n\n"
                "{coc_url}"
            ),
            _context(case),
        )

    return texts


def _note_texts(case: Case):
    def texts():
        return (
            _("Case {code} ({code_name}): a note for you"),
            _(
                "Hi {name},\n\n"
                "somebody wrote a note in case {code} ({code_name}) and asks you to "
                "read it:\n\n"
                "{coc_url}"
            ),
            _context(case),
        )

    return texts


def _overdue_texts(case: Case):
    def texts():
        return (
            _("Case {code} ({code_name}): something is overdue"),
            _(
                "Hi {name},\n\n"
                "something is overdue in case {code} ({code_name}). Please have a "
                "look:\n\n"
                "{coc_url}\n\n"
                "You get this mail once a day until it is done."
            ),
            _context(case),
        )

    return texts


def _context(case: Case) -> dict:
    return {
        "code": case.code,
        "code_name": case.code_name,
        "coc_url": mark_safe(case_url(case.event, case.code)),  # noqa: S308 -- our own
    }


def _tell(case: Case, texts, *, but: str = "") -> bool:
    readers = [
        reader_of(case.event, user)
        for user in members_who_may(case, write=False)
        if user.code != but
    ]
    return send_to_all(case.event, readers, texts(case))


def _each(cases, tell, mark: str) -> None:
    """Tell of each of these cases, and mark it, one transaction each."""
    for pk in list(cases.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            case = cases.select_for_update().filter(pk=pk).first()
            if case and tell(case):
                Case.objects.filter(pk=pk).update(**{mark: now()})


def tell_of_new_cases(event) -> None:
    """Tell the members who may know of new cases that they are there, once.

    Who opened a case knows.
    """
    since = now() - TELL_WITHIN
    cases = Case.objects.filter(
        event=event, announced=None, merged_into="", created__gte=since
    )
    _each(cases, lambda case: _tell(case, _new_texts, but=case.created_by), "announced")


def tell_of_news(event, pk: int) -> None:
    """Tell the members who may know of a case that its subject wrote something."""
    case = Case.objects.filter(event=event, pk=pk, merged_into="").first()
    if case:
        _tell(case, _news_texts)


def tell_of_note(case: Case, users) -> bool:
    """Tell members that there is a note for them; whether a mail went out.

    Args:
        case: The case.
        users: Members who may work on it.
    """
    readers = [reader_of(case.event, user) for user in users]
    return send_to_all(case.event, readers, _note_texts(case))


def chase(event) -> None:
    """Tell the members of cases in which something is overdue, once a day."""
    cases = Case.objects.filter(overdue(), event=event, merged_into="", erased=None)
    before = now() - CHASE_EVERY
    cases = cases.filter(Q(chased=None) | Q(chased__lt=before))
    _each(cases, lambda case: _tell(case, _overdue_texts), "chased")
