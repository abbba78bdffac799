# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The mail that says that there is something to read, and nothing else."""

from django.utils.translation import gettext as _

from pretalx.mail.domain.render import delivery_html, delivery_text
from pretalx.mail.domain.smtp import deliver_payload

from pretalx_coc.domain.addresses import matters_url
from pretalx_coc.domain.asking_mails import rendered
from pretalx_coc.domain.contacts import reply_address


def _texts() -> tuple[str, str]:
    return (
        _("There is something for you to read"),
        _(
            "Hi {name},\n\n"
            "there is something for you to read. Please open this page and read it "
            "in peace:\n\n"
            "{coc_url}\n\n"
            "The page says what it is about, what you can do, and whom you can talk "
            "to. This link is yours alone: please do not pass it on, and do not "
            "forward this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def send_word(event, user) -> None:
    """Send somebody the link to what concerns them, and wait until that is done.

    Not kept anywhere: neither in the outbox, nor among the sent mails, nor in the
    arguments of a task. Answers go to the contact, and not to the mailbox of the
    event, which more people read.

    Raises:
        Exception: The mail server refused it, in any of its ways.
    """
    mail = rendered(
        event=event, user=user, person=user, texts=_texts, url=matters_url(event, user)
    )
    deliver_payload(
        event=event,
        to=[user.email],
        subject=mail.prefixed_subject,
        body=delivery_text(mail),
        html=delivery_html(mail),
        reply_to=reply_address(event, user.email),
    )
