# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Background work. Arguments are ids only: a failed task mails its arguments."""

import logging
from itertools import islice

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
