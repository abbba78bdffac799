# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The personal link of a speaker, for their mails.

It opens one page, for one person in one event, and logs nobody in.
"""

import datetime as dt

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain.errors import CocError

SALT = "pretalx_coc.domain.links.personal"
LIFETIME = dt.timedelta(days=60)


class LinkError(CocError):
    """A personal link that was not made here, or not for this event."""


class LinkExpiredError(LinkError):
    """A personal link that was good once."""


def _mailbox(user) -> str:
    """Stands for the address that the link was sent to.

    Somebody else may read the mails of an address that was given up.
    """
    return salted_hmac(SALT, user.email.lower(), algorithm="sha256").hexdigest()[:16]


def personal_token(event, user) -> str:
    """What goes into the address of a person's own page."""
    value = f"{event.pk}-{user.code}-{_mailbox(user)}"
    return signing.TimestampSigner(salt=SALT).sign(value)


def user_of_token(event, token: str) -> User:
    """Whose personal link it is.

    Args:
        event: The event of the page.
        token: What ``personal_token`` made.

    Raises:
        LinkExpiredError: It has expired, its account was deactivated, or its
            address was changed.
        LinkError: It was not made here, or not for this event.
    """
    expired = LinkExpiredError(_("This link has expired."))
    invalid = LinkError(_("This link is not complete, or not valid."))
    signer = signing.TimestampSigner(salt=SALT)
    try:
        number, code, mailbox = signer.unsign(token).split("-")
    except (signing.BadSignature, ValueError):
        raise invalid from None
    if number != str(event.pk):
        raise invalid
    try:
        signer.unsign(token, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise expired from None
    user = User.objects.filter(code=code, is_active=True).first()
    if not user or not constant_time_compare(mailbox, _mailbox(user)):
        raise expired
    return user
