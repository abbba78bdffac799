# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who asked what is stored about them, and gets no answer: members are told.

The mails say the code of the request and the day that its answer is due.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain.access import members_of, rights_in
from pretalx_coc.domain.access_package import requests_for
from pretalx_coc.domain.addresses import access_url
from pretalx_coc.domain.case_mails import CHASE_EVERY
from pretalx_coc.domain.team_mails import reader_of, send_to_all
from pretalx_coc.models import AccessRequest

#: So long before an answer is due, members are told of it once.
RUNS_OUT_WITHIN = dt.timedelta(days=7)


def _today(event) -> dt.date:
    return now().astimezone(event.tz).date()


def overdue_requests(event, member):
    """The requests that a member may work on, and that are not answered in time."""
    return requests_for(event, member).filter(done=None, due__lt=_today(event))


def _to_chase(event):
    """Whose time runs out: once. Whose time is over: once a day until done."""
    today = _today(event)
    again = Q(chased=None) | Q(chased__lt=now() - CHASE_EVERY)
    return AccessRequest.objects.filter(
        Q(due__lt=today) & again | Q(due__lte=today + RUNS_OUT_WITHIN, chased=None),
        event=event,
        done=None,
    )


def _texts(request: AccessRequest):
    def texts():
        return (
            _("Request {code}: an answer is due on {date}"),
            _(
                "Hi {name},\n\n"
                "somebody asked what is stored about them. They get an answer by "
                "{date}. Please have a look:\n\n"
                "{coc_url}\n\n"
                "After that day, you get this mail once a day until it is done."
            ),
            {
                "code": request.code,
                "date": date_format(request.due, "SHORT_DATE_FORMAT"),
                "coc_url": mark_safe(access_url(request.event, request.code)),  # noqa: S308 -- our own
            },
        )

    return texts


def _tell(request: AccessRequest) -> bool:
    event = request.event
    readers = [
        reader_of(event, user)
        for user in members_of(event)
        if rights_in(user, event).see_panel
        and requests_for(event, user).filter(pk=request.pk).exists()
    ]
    return send_to_all(event, readers, _texts(request))


def chase_requests(event) -> None:
    """Tell the members who may answer of requests whose time runs out, or is over."""
    found = _to_chase(event)
    for pk in list(found.order_by("due", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            request = found.select_for_update().filter(pk=pk).first()
            if request and _tell(request):
                AccessRequest.objects.filter(pk=pk).update(chased=now())
