# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Open cases that nobody on the team may know of: the outside contact is asked."""

from django.db.models import Exists, OuterRef

from pretalx_coc.domain.access import cases_of, members_of
from pretalx_coc.domain.outside import ADVISE, can_be_asked
from pretalx_coc.domain.outside_answers import ask
from pretalx_coc.enums import CaseState
from pretalx_coc.models import Case, OutsideLink


def orphaned(event):
    """The open cases that nobody on the team may work on or is left to declare for.

    One query, however many cases there are; it grows with the team.
    """
    cases = Case.objects.filter(event=event, merged_into="", erased=None)
    cases = cases.exclude(state=CaseState.CLOSED)
    for user in members_of(event):
        cases = cases.exclude(pk__in=cases_of(event, user).values("pk"))
    return cases.order_by("pk")


def ask_about_orphans(event) -> None:
    """Ask the outside contact about cases that have nobody, once each.

    A case that they are a part of stays as it is, and so does everything where
    nobody was named.
    """
    asked = OutsideLink.objects.filter(case=OuterRef("pk"), purpose=ADVISE)
    for case in orphaned(event).filter(~Exists(asked)):
        if can_be_asked(case):
            ask(case=case, by=None, purpose=ADVISE)
