# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Background work. Arguments are ids only: a failed task mails its arguments."""

import datetime as dt
import logging
import threading
import time
from functools import partial
from itertools import islice

from django.db import transaction
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx.celery_app import app

logger = logging.getLogger(__name__)


SWEEP_LIMIT = 500
SWEEP_SECONDS = 300
TAKEN_SECONDS = 30
RETRIES = 5
RETRY_SECONDS = 60
RETRIED = {
    "bind": True,
    "ignore_result": True,
    "max_retries": RETRIES,
    "default_retry_delay": RETRY_SECONDS,
}

# What this thread's open transaction has sent; empty until it has committed.
_current = threading.local()


def after_commit(task, **ids) -> None:
    """Send a task once the transaction has committed.

    The same task with the same ids is sent once, however often a transaction
    asks for it. What a savepoint asked for goes with it if it is rolled back.

    Args:
        task: The task.
        **ids: Its arguments.
    """
    if getattr(_current, "sent", None) is None:
        _current.sent = set()
    once = partial(_send_once, _current.sent, task, ids)
    transaction.on_commit(once, robust=True)


def _send_once(sent: set, task, ids: dict) -> None:
    # What is asked for from here on belongs to another transaction.
    _current.sent = None
    key = (task.name, *sorted(ids.items()))
    if key in sent:
        return
    sent.add(key)
    send(task, **ids)


def send(task, **ids) -> bool:
    """Send a task now, and say whether that worked.

    Without a broker it does not; the log gets no more than that.

    Args:
        task: The task.
        **ids: Its arguments.
    """
    try:
        task.apply_async(kwargs=ids, retry=False)
    except Exception as error:  # noqa: BLE001 -- brokers fail in ways of their own
        logger.error("%s was not sent: %s", task.name, type(error).__name__)  # noqa: TRY400
        return False
    return True


def try_again(task, what: str, error: Exception) -> None:
    """Log a failure by its kind alone, and try again later.

    The traceback of a failed task reaches the mail of the server's administrators.

    Args:
        task: The task, bound.
        what: What happened, in words for the log.
        error: The failure.
    """
    logger.error("%s: %s", what, type(error).__name__)
    if not task.request.is_eager and task.request.retries < RETRIES:
        raise task.retry() from None


def in_event(event_id: int, function) -> None:
    """Call a function with an event, in its scope, if the plugin is active there."""
    if event := _active_event(event_id):
        with scope(event=event):
            function(event)


def in_each_event(what: str, function) -> None:
    """The same in every event; one's failure keeps no other from it.

    Args:
        what: What happened where it fails, in words for the log.
        function: Takes an event.
    """
    for event_id in _active_event_ids():
        try:
            in_event(event_id, function)
        except Exception as error:  # noqa: BLE001 -- see task_check_subject
            logger.error("%s: %s", what, type(error).__name__)  # noqa: TRY400


# A message is acknowledged when the work begins. Kept until the end, the message
# of a worker that was killed would come back from Redis after an hour, and one
# about a file that kills workers again and again; the sweep comes after minutes,
# and finds a lost message, a broker that was away and a missing signal alike.
@app.task(
    name="pretalx_coc.check_subject",
    bind=True,
    ignore_result=True,
    acks_late=False,
    max_retries=RETRIES,
    default_retry_delay=RETRY_SECONDS,
)
def task_check_subject(
    self, *, event_id: int, kind: str, pk: int, is_swept: bool = False
):
    """Check the materials of one talk or profile.

    Without a broker this runs within the request that saved something: then the
    files are left to the sweep. A failure is tried again and then logged by its
    kind alone: the traceback of a failed task reaches the mail of the server's
    administrators.
    """
    files = is_swept or not self.request.is_eager
    try:
        is_taken = not _check(event_id, kind, pk, files=files)
    except Exception as error:  # noqa: BLE001 -- see above
        logger.error("A check failed: %s", type(error).__name__)  # noqa: TRY400
        if not self.request.is_eager and self.request.retries < RETRIES:
            raise self.retry() from None
        return
    may_retry = not self.request.is_eager and self.request.retries < RETRIES
    if is_taken and may_retry:
        raise self.retry(countdown=TAKEN_SECONDS)


def _check(event_id: int, kind: str, pk: int, *, files: bool) -> bool:
    """Check what there is; False if another worker has some of it in hand."""
    from pretalx_coc.domain.checks import check_subject  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.claims import TakenError  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.retention import concerns_are_gone  # noqa: PLC0415 -- leaf

    event = _active_event(event_id)
    if event:
        with scope(event=event):
            if concerns_are_gone(event):
                return True
            try:
                check_subject(event=event, kind=kind, pk=pk, files=files)
            except TakenError:
                return False
    return True


@app.task(name="pretalx_coc.ask", **RETRIED)
def task_ask(self, *, event_id: int):
    """Ask the newly outstanding speakers of one event."""
    try:
        _ask(event_id)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        try_again(self, "Asking failed", error)


@app.task(name="pretalx_coc.remind_all", **RETRIED)
def task_remind_all(self, *, event_id: int, user_id: int):
    """Remind everybody who is outstanding, because an organiser asked for it."""
    try:
        _remind_all(event_id, user_id)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        try_again(self, "Reminding failed", error)


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


@app.task(name="pretalx_coc.decision_mail", **RETRIED)
def task_decision_mail(self, *, event_id: int, kind: str, pk: int):
    """Send the mails of one kind about a decision or a one-time link."""
    try:
        _decision_mail(event_id, kind, pk)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        try_again(self, "A mail was not sent", error)


def _decision_mail(event_id: int, kind: str, pk: int) -> None:
    from pretalx_coc.domain.decision_mails import send_now  # noqa: PLC0415 -- leaf

    in_event(event_id, lambda event: send_now(event, kind, pk))


@app.task(name="pretalx_coc.end_decisions", ignore_result=True)
def task_end_decisions():
    """End the decisions whose time is over, and ask who is left, in every event.

    Where the plugin is not active, it does nothing that would have to end.
    """
    from pretalx_coc.domain.decisions import end_what_is_over  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.outside_answers import ask_where_nobody_is_left  # noqa: PLC0415 -- leaf

    def end_and_ask(event):
        end_what_is_over(event)
        ask_where_nobody_is_left(event)

    in_each_event("Ending failed", end_and_ask)


@app.task(name="pretalx_coc.deliver", **RETRIED)
def task_deliver(self, *, event_id: int, pk: int):
    """Send somebody word that there is something to read."""
    try:
        _deliver(event_id, pk)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        try_again(self, "Sending word failed", error)


@app.task(name="pretalx_coc.deliver_waiting", ignore_result=True)
def task_deliver_waiting():
    """Send the words that were not sent, in every event where the plugin is active.

    Also ask the outside contact where nobody else can answer an objection by now.
    """
    for event_id in _active_event_ids():
        try:
            waiting = _undelivered(event_id)
        except Exception as error:  # noqa: BLE001 -- see task_check_subject
            logger.error("Finding words failed: %s", type(error).__name__)  # noqa: TRY400
            continue
        for pk in waiting:
            send(task_deliver, event_id=event_id, pk=pk)


def _deliver(event_id: int, pk: int) -> None:
    from pretalx_coc.domain.deliveries import send_now  # noqa: PLC0415 -- leaf

    in_event(event_id, lambda event: send_now(event, pk))


def _undelivered(event_id: int) -> list[int]:
    from pretalx_coc.domain.appeals import ask_outside_where_nobody_is_left  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.deliveries import waiting_pks  # noqa: PLC0415 -- leaf

    event = _active_event(event_id)
    if not event:
        return []
    with scope(event=event):
        ask_outside_where_nobody_is_left(event)
        return waiting_pks(event)[:SWEEP_LIMIT]


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


@app.task(name="pretalx_coc.check_missed", bind=True, ignore_result=True)
def task_check_missed(self):
    """Check what was missed in every event where the plugin is active.

    At most ``SWEEP_LIMIT`` talks and profiles in one run, and without a broker,
    where they are checked at once, no new one after ``SWEEP_SECONDS``: the next
    run goes on. One event's failure keeps no other event from its checks.
    """
    from pretalx_coc.domain.copies import remove_left_behind  # noqa: PLC0415 -- leaf

    left, until = SWEEP_LIMIT, time.monotonic() + SWEEP_SECONDS
    for event_id in _active_event_ids():
        try:
            stale = _stale(event_id, left)
        except Exception as error:  # noqa: BLE001 -- see task_check_subject
            logger.error("A sweep failed: %s", type(error).__name__)  # noqa: TRY400
            continue
        left -= len(stale)
        for kind, pk in stale:
            if time.monotonic() > until:
                return
            send(task_check_subject, event_id=event_id, kind=kind, pk=pk, is_swept=True)
    remove_left_behind()


@app.task(name="pretalx_coc.check_event", ignore_result=True)
def task_check_event(*, event_id: int):
    """Check again what is not up to date in one event, because its words changed.

    What is more than ``SWEEP_LIMIT`` is left to the sweep.
    """
    try:
        stale = _stale(event_id, SWEEP_LIMIT)
    except Exception as error:  # noqa: BLE001 -- see task_check_subject
        logger.error("A sweep failed: %s", type(error).__name__)  # noqa: TRY400
        return
    for kind, pk in stale:
        send(task_check_subject, event_id=event_id, kind=kind, pk=pk)


def _active_event_ids() -> list[int]:
    from pretalx.event.models import Event  # noqa: PLC0415 -- leaf

    with scopes_disabled():
        events = Event.objects.filter(plugins__contains="pretalx_coc")
        return list(events.values_list("pk", flat=True))


def _stale(event_id: int, limit: int) -> list[tuple[str, int]]:
    from pretalx_coc.domain.copies import drop_unused  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.queries.unchecked import stale_subjects  # noqa: PLC0415 -- leaf
    from pretalx_coc.domain.retention import concerns_are_gone  # noqa: PLC0415 -- leaf

    event = _active_event(event_id)
    if not event:
        return []
    with scope(event=event):
        drop_unused(event)
        if concerns_are_gone(event):
            return []
        return list(islice(stale_subjects(event), limit))
