# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The list of who is outstanding, as CSV.

Through defusedcsv, because names, titles and reasons are other people's words:
a spreadsheet must not take them for formulas.
"""

import re
from io import StringIO

from defusedcsv import csv
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain.queries.acceptance_list import (
    Chosen,
    read_details,
    speaker_rows,
    talk_rows,
)

# Where a comma is the decimal point, spreadsheets cut lines at semicolons, and a
# cell begins in the middle of what somebody wrote.
BEGIN_OF_FORMULA = re.compile(r"(\A\s+|[;\t\r\n]\s*)(?=[=+\-@])")


def _harmless(cell):
    return BEGIN_OF_FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def _time(moment) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _state(state: str) -> str:
    return str(SubmissionStates(state).label)


def _person(profile, details) -> list:
    ask = details.asks.get(profile.code)
    decline = details.declines.get(profile.code)
    return [
        profile.get_display_name(),
        profile.code,
        _("yes") if profile.user else _("no"),
        _time(ask and ask.asked),
        ask.reminders if ask else 0,
        _time(ask and ask.last_reminder),
        _time(decline and decline.declined),
        decline.reason if decline else "",
    ]


def _person_columns() -> list[str]:
    return [
        pgettext("a person who speaks at the event", "Speaker"),
        _("Speaker ID"),
        _("Has an account"),
        _("Asked on"),
        _("Reminders"),
        _("Last reminder"),
        pgettext("a speaker said no to the code of conduct", "Declined"),
        _("Reason"),
    ]


def _by_speaker(event, chosen: Chosen):
    yield [*_person_columns(), _("Talks"), pgettext("of a talk", "State")]
    profiles = list(speaker_rows(event, chosen))
    details = read_details(event, profiles)
    for profile in profiles:
        talks = details.talks.get(profile.code, ())
        yield [
            *_person(profile, details),
            "; ".join(talk.title for talk in talks),
            "; ".join(_state(talk.state) for talk in talks),
        ]


def _by_talk(event, chosen: Chosen):
    yield [
        _("Title"),
        _("Proposal ID"),
        pgettext("of a talk", "State"),
        *_person_columns(),
    ]
    talks = list(talk_rows(event, chosen))
    profiles = {
        profile.pk: profile for talk in talks for profile in talk.outstanding_speakers
    }
    details = read_details(event, list(profiles.values()))
    for talk in talks:
        for profile in talk.outstanding_speakers:
            yield [
                talk.title,
                talk.code,
                _state(talk.state),
                *_person(profile, details),
            ]


def outstanding_csv(*, event, chosen: Chosen, by_talk: bool) -> str:
    """The list as CSV, narrowed down as the page is.

    Args:
        event: The event.
        chosen: The filter of the page.
        by_talk: One line a talk and speaker; otherwise one a speaker.
    """
    content = StringIO()
    rows = _by_talk(event, chosen) if by_talk else _by_speaker(event, chosen)
    writer = csv.writer(content)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return content.getvalue()
