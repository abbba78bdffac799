# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Background work. Arguments are ids only: a failed task mails its arguments."""

import datetime as dt
import logging
from itertools import islice

from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx.celery_app import app

logger = logging.getLogger(__name__)


SWEEP_LIMIT = 500
RETRIES = 5
RETRY_SECONDS = 60


@app.task(
    name="pretalx_coc.check_subject",
    bind=True,
    ignore_result=True,
    max_retries=RETRIES,
    default_retry_delay=RETRY_SECONDS,
)
def task_check_subject(self, *, event_id: int, kind: str, pk: int):
    """Check the texts of one talk or profile.

    A failure is tried again and then logged by its kind alone: the traceback
    of a failed task reaches the mail of the server's administrators.
    """
    try:
        _check(event_id, kind, pk)
    except Exception as error:  # noqa: BLE001 -- see above
        logger.error("A check failed: %s", type(error).__name__)  # noqa: TRY400
        if not self.request.is_eager and self.request.retries < RETRIES:
            raise self.retry() from None


def _check(event_id: int, kind: str, pk: int):
    from pretalx.event.models import Event  # noqa: PLC0415 -- leaf

    from pretalx_coc.domain.checks import check_subject  # noqa: PLC0415 -- leaf

    with scopes_disabled():
        event = Event.objects.filter(pk=event_id).first()
    if not event or "pretalx_coc" not in event.plugin_list:
        return
    with scope(event=event):
        check_subject(event=event, kind=kind, pk=pk)


@app.task(
    name="pretalx_coc.ask",
    bind=True,
    ignore_result=True,
    max_retries=RETRIES,
    default_retry_delay=RETRY_SECONDS,
)
def task_ask(self, *, event_id: int):
    """Ask the newly outstanding speakers of one event."""
    try:
        _ask(event_id)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        logger.error("Asking failed: %s", type(error).__name__)  # noqa: TRY400
        if not self.request.is_eager and self.request.retries < RETRIES:
            raise self.retry() from None


@app.task(
    name="pretalx_coc.remind_all",
    bind=True,
    ignore_result=True,
    max_retries=RETRIES,
    default_retry_delay=RETRY_SECONDS,
)
def task_remind_all(self, *, event_id: int, user_id: int):
    """Remind everybody who is outstanding, because an organiser asked for it."""
    try:
        _remind_all(event_id, user_id)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        logger.error("Reminding failed: %s", type(error).__name__)  # noqa: TRY400
        if not self.request.is_eager and self.request.retries < RETRIES:
            raise self.retry() from None


@app.task(name="pretalx_coc.ask_everywhere", ignore_result=True)
def task_ask_everywhere():
    """Ask and remind in every event where the plugin is active and that is not over.

    One event's failure keeps no other event from its mails; what is left is
    done by the next run.
    """
    for event_id in _current_event_ids():
        try:
            _ask(event_id, with_reminders=True)
        except Exception as error:  # noqa: BLE001 -- see task_check_subject
            logger.error("Asking failed: %s", type(error).__name__)  # noqa: TRY400


def _active_event(event_id: int):
    from pretalx.event.models import Event  # noqa: PLC0415 -- leaf

    with scopes_disabled():
        event = Event.objects.filter(pk=event_id).first()
    return event if event and "pretalx_coc" in event.plugin_list else None


def _current_event_ids() -> list[int]:
    from pretalx.event.models import Event  # noqa: PLC0415 -- leaf

    # A day more than today, for the event's time zone may be behind.
    since = (now() - dt.timedelta(days=1)).date()
    with scopes_disabled():
        events = Event.objects.filter(
            date_to__gte=since, plugins__contains="pretalx_coc"
        )
        return list(events.values_list("pk", flat=True))


def _ask(event_id: int, *, with_reminders: bool = False):
    from pretalx_coc.domain import asking  # noqa: PLC0415 -- leaf

    event = _active_event(event_id)
    if not event:
        return
    with scope(event=event):
        asking.ask_newly_outstanding(event)
        if with_reminders:
            today = now().astimezone(event.tz).date()
            asking.send_due_reminders(event, today)


def _remind_all(event_id: int, user_id: int):
    from pretalx.person.models import User  # noqa: PLC0415 -- leaf

    from pretalx_coc.domain import asking  # noqa: PLC0415 -- leaf

    event = _active_event(event_id)
    if event:
        with scope(event=event):
            asking.remind_all(event, by=User.objects.filter(pk=user_id).first())


@app.task(name="pretalx_coc.check_missed", ignore_result=True)
def task_check_missed():
    """Check what was missed in every event where the plugin is active.

    At most ``SWEEP_LIMIT`` talks and profiles in one run: the next one goes on.
    """
    from pretalx.event.models import Event  # noqa: PLC0415 -- leaf

    from pretalx_coc.domain.queries.unchecked import stale_subjects  # noqa: PLC0415 -- leaf

    with scopes_disabled():
        events = list(Event.objects.filter(plugins__contains="pretalx_coc"))
    left = SWEEP_LIMIT
    for event in events:
        with scope(event=event):
            stale = list(islice(stale_subjects(event), left))
        left -= len(stale)
        for kind, pk in stale:
            task_check_subject.apply_async(
                kwargs={"event_id": event.pk, "kind": kind, "pk": pk}
            )
