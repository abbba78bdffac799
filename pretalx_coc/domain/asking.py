# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asking speakers to accept, and reminding them.

One row of ``Ask`` for a person and a version, written in the transaction that
puts the mail into the outbox: nobody is asked twice, and a run that breaks off
goes on where it stopped.
"""

import datetime as dt
import logging

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from pretalx.mail.domain.send import send_draft

from pretalx_coc.domain.asking_mails import draft_ask, draft_reminder
from pretalx_coc.domain.policy import get_policy
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import MailMode
from pretalx_coc.models import Ask

logger = logging.getLogger(__name__)

# Two clicks on "remind", or a click just after the first mail, are one mail.
PAUSE = dt.timedelta(hours=1)


def required_number(event) -> int | None:
    """The version that everyone has to accept, or None."""
    policy = get_policy(event)
    return policy and policy.number_required


def mails_speakers(event) -> bool:
    """Whether speakers get mails at all: not once the event is over."""
    return event.date_to >= now().astimezone(event.tz).date()


def _send(mail, mode: str, by=None) -> None:
    if mode == MailMode.AT_ONCE:
        send_draft(mail, requestor=by, orga=by is not None)


def _ask(event, profile, number: int, mode: str) -> bool:
    try:
        with transaction.atomic():
            Ask.objects.create(
                event=event,
                user_code=profile.user.code or "",
                profile_code=profile.code,
                number=number,
                asked=now(),
            )
            mail = draft_ask(event=event, profile=profile)
    except IntegrityError:
        return False  # Somebody else has just asked them.
    _send(mail, mode)
    return True


def ask_newly_outstanding(event) -> int:
    """Ask everybody who is outstanding and was not asked yet.

    Speakers without an account have no address; they are on the list, to be
    recorded on paper. Nobody is asked once the event is over.

    Returns:
        How many were asked.
    """
    number = required_number(event)
    if not number or not mails_speakers(event):
        return 0
    asked = Ask.objects.filter(event=event, number=number).values("profile_code")
    profiles = (
        outstanding_profiles(event)
        .filter(user__isnull=False)
        .exclude(code__in=asked)
        .select_related("user", "event")
        .order_by("pk")
    )
    mode = read_settings(event).mail_mode
    return sum(_ask(event, profile, number, mode) for profile in profiles)


def _remind(event, profile, ask: Ask, mode: str, by) -> bool:
    """Remind one person, unless somebody else did in this moment."""
    with transaction.atomic():
        claimed = Ask.objects.filter(pk=ask.pk, reminders=ask.reminders).update(
            reminders=F("reminders") + 1, last_reminder=now()
        )
        if not claimed:
            return False
        mail = draft_reminder(event=event, profile=profile)
    _send(mail, mode, by)
    return True


def _remind_asked(event, asks, profiles, by=None) -> int:
    mode = read_settings(event).mail_mode
    asks = {ask.profile_code: ask for ask in asks}
    profiles = profiles.filter(code__in=list(asks)) if len(asks) < 500 else profiles
    reminded = 0
    for profile in profiles.filter(user__isnull=False).select_related("user", "event"):
        ask = asks.get(profile.code)
        reminded += bool(ask and _remind(event, profile, ask, mode, by))
    return reminded


def _asks(event, number: int):
    return Ask.objects.filter(event=event, number=number).annotate(
        last_mail=Coalesce("last_reminder", "asked")
    )


def remind(event, profiles, by=None) -> int:
    """Remind these speakers, as far as they are outstanding and were asked.

    Whoever got a mail within the last hour is left out.

    Args:
        event: The event.
        profiles: A queryset of speaker profiles, or None for all.
        by: The organiser who reminds; None for the software itself.

    Returns:
        How many were reminded.
    """
    number = required_number(event)
    if not number:
        return 0
    asks = _asks(event, number).filter(last_mail__lt=now() - PAUSE)
    outstanding = outstanding_profiles(event).order_by("pk")
    if profiles is not None:
        outstanding = outstanding.filter(pk__in=profiles.order_by().values("pk"))
    return _remind_asked(event, asks, outstanding, by)


def remind_all(event, by=None) -> int:
    """Ask whoever was not asked yet, and remind all others who are outstanding.

    Returns:
        How many got a mail.
    """
    return ask_newly_outstanding(event) + remind(event, None, by)


def send_due_reminders(event, today: dt.date) -> int:
    """Remind those whose last mail is as long ago as the organiser set.

    Args:
        event: The event.
        today: The date, in the event's time zone.

    Returns:
        How many were reminded.
    """
    settings = read_settings(event)
    if not settings.reminder_days or not mails_speakers(event):
        return 0
    if settings.reminder_until and today > settings.reminder_until:
        return 0
    number = required_number(event)
    if not number:
        return 0
    day = today - dt.timedelta(days=settings.reminder_days - 1)
    due = _asks(event, number).filter(
        reminders__lt=settings.reminder_max,
        last_mail__lt=dt.datetime.combine(day, dt.time(), tzinfo=event.tz),
    )
    return _remind_asked(event, due, outstanding_profiles(event).order_by("pk"))
