# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Background work around the response team and its cases; see ``tasks``."""

import logging

from pretalx.celery_app import app

from pretalx_coc.tasks import RETRIED, in_each_event, in_event, try_again

logger = logging.getLogger(__name__)


@app.task(name="pretalx_coc.announce", **RETRIED)
def task_announce(self, *, event_id: int):
    """Tell everybody what has changed around the response team of one event."""
    from pretalx_coc.domain.announcements import announce  # noqa: PLC0415 -- leaf

    try:
        announce(event_id)
    except Exception as error:  # noqa: BLE001 -- see tasks.task_check_subject
        try_again(self, "Announcing failed", error)


@app.task(name="pretalx_coc.case_opened", **RETRIED)
def task_case_opened(self, *, event_id: int):
    """Tell the members of new cases in one event that they are there."""
    from pretalx_coc.domain.case_mails import tell_of_new_cases  # noqa: PLC0415 -- leaf

    try:
        in_event(event_id, tell_of_new_cases)
    except Exception as error:  # noqa: BLE001 -- see tasks.task_check_subject
        try_again(self, "Telling of a case failed", error)


@app.task(name="pretalx_coc.case_news", **RETRIED)
def task_case_news(self, *, event_id: int, pk: int):
    """Tell the members of a case that there is something new."""
    from pretalx_coc.domain.case_mails import tell_of_news  # noqa: PLC0415 -- leaf

    try:
        in_event(event_id, lambda event: tell_of_news(event, pk))
    except Exception as error:  # noqa: BLE001 -- see tasks.task_check_subject
        try_again(self, "Telling of news failed", error)


@app.task(name="pretalx_coc.case_note", **RETRIED)
def task_case_note(self, *, event_id: int, pk: int):
    """Tell the members whom a note names that there is something for them."""
    from pretalx_coc.domain.case_mentions import send_now  # noqa: PLC0415 -- leaf

    try:
        in_event(event_id, lambda event: send_now(event, pk))
    except Exception as error:  # noqa: BLE001 -- see tasks.task_check_subject
        try_again(self, "Telling of a note failed", error)


@app.task(name="pretalx_coc.exclusion_held", **RETRIED)
def task_exclusion_held(self, *, event_id: int, pk: int):
    """Tell those who may know that an exclusion held somebody back."""
    from pretalx_coc.domain.exclusion_notes import tell_everybody  # noqa: PLC0415 -- leaf

    try:
        in_event(event_id, lambda event: tell_everybody(event, pk))
    except Exception as error:  # noqa: BLE001 -- see tasks.task_check_subject
        try_again(self, "Telling of an exclusion failed", error)


@app.task(name="pretalx_coc.look_after_cases", ignore_result=True)
def task_look_after_cases():
    """Find what no signal told of, and chase what is overdue."""
    from pretalx_coc.domain.access_chasing import chase_requests  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.announcements import announce, waiting_event_ids  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.case_mails import chase, tell_of_new_cases  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.orphans import ask_about_orphans  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.team_changes import note_members  # noqa: PLC0415 -- leaf

    in_each_event("Comparing the team failed", note_members)
    for event_id in waiting_event_ids():
        try:
            announce(event_id)
        except Exception as error:  # noqa: BLE001 -- see tasks.task_check_subject
            logger.error("Announcing failed: %s", type(error).__name__)  # noqa: TRY400
    in_each_event("Telling of cases failed", tell_of_new_cases)
    in_each_event("Chasing failed", chase)
    in_each_event("Chasing requests failed", chase_requests)
    in_each_event("Asking the outside contact failed", ask_about_orphans)


@app.task(name="pretalx_coc.retention", ignore_result=True)
def task_retention():
    """Erase what has been kept long enough, in every event with the plugin active."""
    from pretalx_coc.domain.retention import erase_due, erase_left_exclusions  # noqa: PLC0415 -- leaf

    in_each_event("Erasing failed", erase_due)
    erase_left_exclusions()
