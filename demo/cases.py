# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the response team of the demo works on, by the plugin's own functions."""

import datetime as dt

from django.utils.timezone import now

from demo import content
from pretalx_coc.domain import (
    case_items,
    case_members,
    cases,
    contacts,
    hearings,
    reports,
    settings,
)
from pretalx_coc.enums import CaseSubject, Severity
from pretalx_coc.models import Flag


def name_contacts(event, *, by):
    """Whom people turn to; a text keeps the contacts it was published with."""
    texts = content.cases()
    contacts.save_contacts(event=event, contacts=texts["contacts"], by=by)
    settings.change_settings(event=event, by=by, **texts["outside"])


def open_cases(event, proposals, staff, *, by):
    """The cases of the demo, each where its text says that it is."""
    for entry in content.cases()["case"]:
        flag = Flag.objects.get(subject_code=proposals[entry["flag"]].code)
        case = case_items.open_case_from(
            item=flag,
            by=by,
            severity=Severity(entry["severity"]),
            place=entry["place"],
            text=entry["note"],
        )
        case_members.declare(case=case, by=staff[entry["declares"]], conflict=False)
        case = cases.describe(
            case=case, by=by, revision=case.revision, may_be_told=entry["may_be_told"]
        )
        due = now() + dt.timedelta(days=entry["days"])
        hearings.ask(
            case=case, by=by, revision=case.revision, text=entry["asks"], due=due
        )
    for entry in content.cases()["report"]:
        said = {name: entry[name] for name in ("text", "happened", "wishes", "place")}
        reports.write_down(
            event=event,
            by=by,
            subject=cases.subject_in_words(CaseSubject.PERSON, entry["who"]),
            severity=Severity(entry["severity"]),
            category=entry["category"],
            reporter=None,
            **said,
        )
