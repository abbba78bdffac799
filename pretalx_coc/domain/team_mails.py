# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Mails to the response team and the outside contact.

They are delivered at once, and kept nowhere: neither in the outbox, nor among the
sent mails, nor in the arguments of a task. They say that something happened, and
never what a case is about.
"""

import logging
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import override

from pretalx.mail.domain.placeholders import untrusted_plain_value
from pretalx.mail.domain.render import delivery_html, delivery_text, render_to_mail
from pretalx.mail.domain.smtp import deliver_payload

from pretalx_coc.domain.asking_mails import mail_language
from pretalx_coc.domain.contacts import reply_address

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    """Somebody who gets a mail.

    Attributes:
        name: How they are addressed.
        address: Where it goes.
        language: In which language they read it.
    """

    name: str
    address: str
    language: str


def reader_of(event, user) -> Reader:
    """An account as the reader of a mail."""
    return Reader(user.get_display_name(), user.email, mail_language(event, user))


def outside_reader(event, name: str, address: str) -> Reader:
    """The outside contact as the reader of a mail, in the event's language."""
    return Reader(name or address, address, event.locale)


def rendered(event, reader: Reader, texts):
    """The mail for one reader, in their language.

    Args:
        event: The event.
        reader: Who gets it.
        texts: Called in their language; returns subject, text and what fills their
            placeholders beside ``{name}`` and ``{event_name}``; what is safe is
            not escaped.
    """
    with override(reader.language):
        subject, text, context = texts()
    values = {"name": reader.name, **context}
    return render_to_mail(
        subject_template=subject,
        text_template=text,
        event=event,
        locale=reader.language,
        safe_extra_context={
            key: value
            if isinstance(value, SafeString)
            else untrusted_plain_value(str(value))
            for key, value in values.items()
        },
    )


def send_to_all(event, readers, texts) -> bool:
    """Send a mail to each of these readers.

    An address that is refused keeps nobody else from their mail.

    Args:
        event: The event; its mail server is used.
        readers: Who gets it.
        texts: See ``rendered``.

    Returns:
        Whether at least one of them went out, or there was none to send.
    """
    failed = 0
    for reader in readers:
        mail = rendered(event, reader, texts)
        try:
            deliver_payload(
                event=event,
                to=[reader.address],
                subject=mail.prefixed_subject,
                body=delivery_text(mail),
                html=delivery_html(mail),
                reply_to=reply_address(event, reader.address),
            )
        except Exception as error:  # noqa: BLE001 -- mail servers refuse in many ways
            logger.error("A mail was not sent: %s", type(error).__name__)  # noqa: TRY400
            failed += 1
    return not failed or failed < len(readers)
