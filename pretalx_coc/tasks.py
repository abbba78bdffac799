# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Background work. Arguments are ids only: a failed task mails its arguments."""

import logging

from django_scopes import scope, scopes_disabled

from pretalx.celery_app import app

logger = logging.getLogger(__name__)


@app.task(name="pretalx_coc.check_subject", ignore_result=True)
def task_check_subject(*, event_id: int, kind: str, pk: int):
    """Check the texts of one talk or profile."""
    from pretalx.event.models import Event  # noqa: PLC0415 -- leaf

    from pretalx_coc.domain.checks import check_subject  # noqa: PLC0415 -- leaf

    with scopes_disabled():
        event = Event.objects.filter(pk=event_id).first()
    if not event or "pretalx_coc" not in event.plugin_list:
        return
    with scope(event=event):
        check_subject(event=event, kind=kind, pk=pk)
