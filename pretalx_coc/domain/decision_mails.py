# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The mails that go with decisions, but for that to whom they are about.

The other speakers of a talk are told what changes for them, and not why; members
and the outside contact that there is something to look at. None of them is kept:
neither in the outbox, nor among the sent mails, nor in the arguments of a task.
"""

import logging

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from pretalx.mail.domain.placeholders import untrusted_plain_value
from pretalx.mail.domain.render import delivery_html, delivery_text, render_to_mail
from pretalx.mail.domain.smtp import deliver_payload
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain import outside
from pretalx_coc.domain.access import members_who_may
from pretalx_coc.domain.addresses import case_url, outside_url
from pretalx_coc.domain.asking_mails import mail_language
from pretalx_coc.domain.contacts import reply_address
from pretalx_coc.domain.effects import speakers, talks
from pretalx_coc.domain.queries.liftings import lifting_of
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.domain.subjects import profile_of
from pretalx_coc.enums import DecisionState
from pretalx_coc.models import Decision, OutsideLink
from pretalx_coc.tasks import after_commit, task_decision_mail

logger = logging.getLogger(__name__)

#: The other speakers of talks are told; members are asked for a look; the outside
#: contact gets a link.
OTHERS, LOOK, OUTSIDE = "others", "look", "outside"


def _send(*, event, to: str, language: str, texts, reply_to="", **context) -> None:
    """Send one mail, and wait until that is done.

    An answer goes to the event, if ``reply_to`` says nothing else.

    Raises:
        Exception: The mail server refused it, in any of its ways.
    """
    with override(language):
        subject, text = texts()
    mail = render_to_mail(
        subject_template=subject,
        text_template=text,
        event=event,
        locale=language,
        safe_extra_context={
            name: value if name.endswith("_url") else untrusted_plain_value(str(value))
            for name, value in context.items()
        },
    )
    deliver_payload(
        event=event,
        to=[to],
        subject=mail.prefixed_subject,
        body=delivery_text(mail),
        html=delivery_html(mail),
        reply_to=reply_to,
    )


def _send_each(mails) -> None:
    """Send mails; an address that is refused keeps nobody else from theirs.

    Args:
        mails: What ``_send`` takes, one dict each.

    Raises:
        Exception: Every one of them was refused; then all can be tried again.
    """
    refused, sent = None, 0
    for mail in mails:
        try:
            _send(**mail)
            sent += 1
        except Exception as error:  # noqa: BLE001 -- mail servers refuse in many ways
            logger.error("A mail was not sent: %s", type(error).__name__)  # noqa: TRY400
            refused = error
    if refused and not sent:
        raise refused


def _own_address(url: str):
    return mark_safe(url)  # noqa: S308 -- an address of our own


def _fewer_speakers() -> tuple[str, str]:
    return (
        _("The speakers of “{coc_talk}” have changed"),
        _(
            "Hi {name},\n\n"
            "the speakers of your talk “{coc_talk}” at {event_name} have changed: "
            "{coc_speaker} is no longer one of them. Your talk stays. If this "
            "changes anything for you, please answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def _more_speakers() -> tuple[str, str]:
    return (
        _("The speakers of “{coc_talk}” have changed"),
        _(
            "Hi {name},\n\n"
            "the speakers of your talk “{coc_talk}” at {event_name} have changed: "
            "{coc_speaker} is one of them again. If this changes anything for you, "
            "please answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def _talk_is_off() -> tuple[str, str]:
    return (
        _("“{coc_talk}” does not take place"),
        _(
            "Hi {name},\n\n"
            "your talk “{coc_talk}” does not take place at {event_name}. We are "
            "sorry that we have no other news for you. If you have a question, "
            "please answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def _talk_is_back() -> tuple[str, str]:
    return (
        _("“{coc_talk}” is back in the programme"),
        _(
            "Hi {name},\n\n"
            "we told you that your talk “{coc_talk}” does not take place at "
            "{event_name}. That has changed: it is back where it was. If you have a "
            "question, please answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def _look() -> tuple[str, str]:
    return (
        _("{coc_case} needs somebody to have a look"),
        _(
            "Hi {name},\n\n"
            "{coc_case} ({coc_code}) needs a second person to have a look:\n\n"
            "{coc_url}\n\n"
            "You get this mail because you are on the response team of {event_name}."
        ),
    )


def _outside() -> tuple[str, str]:
    return (
        _("{coc_case} needs your view"),
        _(
            "Hi {name},\n\n"
            "you are the outside contact of {event_name}. {coc_case} ({coc_code}) "
            "needs somebody who is not on the response team. Please open this page:"
            "\n\n"
            "{coc_url}\n\n"
            "The link is for you alone, works once, and expires after {coc_days} "
            "days. Please do not forward this mail."
        ),
    )


TEXTS = {
    (speakers.KIND, DecisionState.IN_FORCE): _fewer_speakers,
    (speakers.KIND, DecisionState.LIFTED): _more_speakers,
    (talks.KIND, DecisionState.IN_FORCE): _talk_is_off,
    (talks.KIND, DecisionState.LIFTED): _talk_is_back,
}


def others_on(talk, profile) -> list[SpeakerProfile]:
    """The speakers of a talk who are told, but for the one it is about."""
    found = talk.speakers.filter(user__is_active=True).select_related("user")
    return list(found.exclude(pk=profile.pk) if profile else found)


def _tell_others(decision: Decision) -> None:
    """Tell the other speakers what is different now. Nothing, where nothing is."""
    event, profile = decision.event, profile_of(decision.case)
    mails = []
    for effect in decision.effects:
        texts = TEXTS.get((effect["kind"], decision.state))
        talk = Submission.objects.filter(event=event, code=effect.get("talk")).first()
        if not texts or not talk or not _is_as_told(effect, decision, talk):
            continue
        mails += [
            {
                "event": event,
                "to": other.user.email,
                "language": mail_language(event, other.user),
                "texts": texts,
                "name": other.get_display_name(),
                "coc_talk": talk.title,
                "coc_speaker": profile.get_display_name() if profile else "",
            }
            for other in others_on(talk, profile)
        ]
    _send_each(mails)


def _is_as_told(effect: dict, decision: Decision, talk) -> bool:
    """It could be restored, where it is told that it was."""
    if decision.state != DecisionState.LIFTED:
        return True
    if effect["kind"] == talks.KIND:
        return talk.state not in talks.OVER
    return talk.speakers.filter(code=effect["profile"]).exists()


def _ask_members(decision: Decision) -> None:
    """Ask the members who could be the second one, also for lifting it."""
    case, lifting = decision.case, lifting_of(decision)
    first = lifting.author_code if lifting else decision.proposed_by
    _send_each(
        {
            "event": case.event,
            "to": user.email,
            "language": mail_language(case.event, user),
            "texts": _look,
            "reply_to": reply_address(case.event, user.email),
            "name": user.get_display_name(),
            "coc_case": case.code_name,
            "coc_code": case.code,
            "coc_url": _own_address(case_url(case.event, case.code)),
        }
        for user in members_who_may(case, write=False)
        if user.code != first
    )


def _ask_outside(link: OutsideLink) -> None:
    """Send the outside contact a link with a secret that nobody else ever sees."""
    event, settings = link.event, read_settings(link.event)
    if not settings.outside_email:
        return
    secret = outside.new_secret(link)
    _send(
        event=event,
        to=settings.outside_email,
        language=event.locale,
        texts=_outside,
        reply_to=reply_address(event, settings.outside_email),
        name=settings.outside_name or settings.outside_email,
        coc_case=link.case.code_name,
        coc_code=link.case.code,
        coc_days=outside.LIFETIME.days,
        coc_url=_own_address(outside_url(event, secret)),
    )


def send_now(event, kind: str, pk: int) -> None:
    """Send what a task was asked to send.

    Args:
        event: The event.
        kind: ``OTHERS`` or ``LOOK``, about a decision, or ``OUTSIDE``.
        pk: Of the decision or the link.

    Raises:
        Exception: The mail server refused it, in any of its ways.
    """
    if kind == OUTSIDE:
        links = OutsideLink.objects.filter(event=event, pk=pk, used=None)
        if link := links.select_related("case", "event").first():
            _ask_outside(link)
        return
    decisions = Decision.objects.select_related("case", "event")
    decision = decisions.filter(event=event, pk=pk).first()
    if decision:
        (_tell_others if kind == OTHERS else _ask_members)(decision)


def _later(kind: str, instance) -> None:
    after_commit(
        task_decision_mail, event_id=instance.event_id, kind=kind, pk=instance.pk
    )


def tell_others(decision: Decision) -> None:
    """Tell the other speakers of its talks, once this is committed."""
    _later(OTHERS, decision)


def ask_members(decision: Decision) -> None:
    """Ask those who could be the second one to have a look, once committed."""
    _later(LOOK, decision)


def ask_outside(link: OutsideLink) -> None:
    """Send the outside contact their link, once this is committed."""
    _later(OUTSIDE, link)
