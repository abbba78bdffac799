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
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from pretalx.mail.domain.send import send_draft
from pretalx.mail.enums import QueuedMailStates
from pretalx.mail.models import QueuedMail
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SpeakerRole, SubmissionStates

from pretalx_coc.domain.addresses import PERSONAL_PATH
from pretalx_coc.domain.asking_mails import draft_ask, draft_reminder
from pretalx_coc.domain.policy import get_policy
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import MailMode
from pretalx_coc.models import Acceptance, Ask, CocSettings, Decline

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
            mail = draft_ask(event=event, profile=profile, again=profile.again)
    except IntegrityError:
        return False  # Somebody else has just asked them.
    _send(mail, mode)
    return True


def _each(profiles, send) -> int:
    """Mail each; one mail that cannot be written keeps no other from theirs.

    Returns:
        How many got a mail. Who did not is still due in the next run.
    """
    sent = 0
    for profile in profiles:
        try:
            sent += send(profile)
        except Exception as error:  # noqa: BLE001 -- its text can quote a mail
            logger.error("A speaker got no mail: %s", type(error).__name__)  # noqa: TRY400
    return sent


def _outstanding(event, profiles=None):
    """Who has an account and has not accepted.

    Speakers without an account have no address; they are on the list, to be
    recorded on paper.
    """
    outstanding = outstanding_profiles(event).filter(user__isnull=False)
    if profiles is not None:
        outstanding = outstanding.filter(pk__in=profiles.order_by().values("pk"))
    return outstanding.select_related("user", "event").order_by("pk")


def ask_newly_outstanding(event, profiles=None) -> int:
    """Ask everybody who is outstanding and was not asked yet.

    Nobody is asked once the event is over.

    Args:
        event: The event.
        profiles: A queryset of speaker profiles, or None for all.

    Returns:
        How many were asked.
    """
    number = required_number(event)
    if not number or not mails_speakers(event):
        return 0
    asked = Ask.objects.filter(event=event, number=number).values("profile_code")
    earlier = Acceptance.objects.filter(
        event=event, number__lt=number, user_code=OuterRef("user__code")
    )
    mode = read_settings(event).mail_mode
    return _each(
        _outstanding(event, profiles)
        .exclude(code__in=asked)
        .annotate(again=Exists(earlier)),
        lambda profile: _ask(event, profile, number, mode),
    )


def _remind(event, profile, ask: Ask, settings: CocSettings, by) -> bool:
    """Remind one person, unless somebody else did in this moment."""
    held = settings.gate_holds and profile.waits
    with transaction.atomic():
        claimed = Ask.objects.filter(pk=ask.pk, reminders=ask.reminders).update(
            reminders=F("reminders") + 1, last_reminder=now()
        )
        if not claimed:
            return False
        mail = draft_reminder(event=event, profile=profile, held=held)
    _send(mail, settings.mail_mode, by)
    return True


def _in_outbox(event):
    """Who has a mail of ours in the outbox that no organiser has sent yet."""
    return QueuedMail.objects.filter(
        event=event,
        state=QueuedMailStates.DRAFT,
        error_data__isnull=True,
        template__isnull=True,
        text__contains=PERSONAL_PATH,
        to_users__isnull=False,
    ).values("to_users")


def _remind_asked(event, asks, profiles, by=None) -> int:
    settings = read_settings(event)
    asks = {ask.profile_code: ask for ask in asks}
    if len(asks) < 500:
        profiles = profiles.filter(code__in=list(asks))
    if settings.mail_mode == MailMode.OUTBOX:
        profiles = profiles.exclude(user__in=_in_outbox(event))
    waiting = SpeakerRole._base_manager.filter(
        speaker=OuterRef("pk"),
        submission__state__in=(SubmissionStates.SUBMITTED, SubmissionStates.ACCEPTED),
    )
    return _each(
        [
            profile
            for profile in profiles.annotate(waits=Exists(waiting))
            if profile.code in asks
        ],
        lambda profile: _remind(event, profile, asks[profile.code], settings, by),
    )


def _asks(event, number: int):
    return Ask.objects.filter(event=event, number=number).annotate(
        last_mail=Coalesce("last_reminder", "asked")
    )


def _remind_chosen(event, profiles=None, by=None) -> int:
    """Remind these speakers, or all, as far as they are outstanding and were asked.

    Whoever got a mail within the last hour is left out.
    """
    number = required_number(event)
    if not number or not mails_speakers(event):
        return 0
    asks = _asks(event, number).filter(last_mail__lt=now() - PAUSE)
    return _remind_asked(event, asks, _outstanding(event, profiles), by)


def remind(event, profile, by=None) -> bool:
    """Remind one speaker, or ask them if they were not asked yet.

    Args:
        event: The event.
        profile: The speaker's profile.
        by: The organiser who reminds; None for the software itself.

    Returns:
        Whether they got a mail. They get none if they are not outstanding, have
        no account, got one within the last hour or have one in the outbox, or
        once the event is over.
    """
    one = SpeakerProfile.objects.filter(pk=profile.pk)
    return bool(ask_newly_outstanding(event, one) or _remind_chosen(event, one, by))


def remind_all(event, by=None) -> int:
    """Ask whoever was not asked yet, and remind all others who are outstanding.

    Returns:
        How many got a mail.
    """
    return ask_newly_outstanding(event) + _remind_chosen(event, by=by)


def send_due_reminders(event, today: dt.date) -> int:
    """Remind those whose last mail is as long ago as the organiser set.

    Whoever said no is left to the organisers: they have an answer.

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
    declined = Decline.objects.filter(event=event, number__gte=number).order_by()
    profiles = _outstanding(event).exclude(user__code__in=declined.values("user_code"))
    return _remind_asked(event, due, profiles)
