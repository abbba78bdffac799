# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The personal links of a speaker, for their mails.

Each opens one page, for one person in one event, and logs nobody in. The link to
the page where they accept stands in mails that pretalx keeps, where everybody
with rights for mails reads it. So what the response team wrote to a person has a
page and a link of its own, in mails that nobody keeps.
"""

import datetime as dt

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.settings import read_settings

SALT = "pretalx_coc.domain.links.personal"
MATTERS_SALT = "pretalx_coc.domain.links.matters"
LIFETIME = dt.timedelta(days=60)
#: The link to a decision lives this much longer than they may object.
AFTER_OBJECTION = dt.timedelta(days=30)


class LinkError(CocError):
    """A personal link that was not made here, or not for this event."""


class LinkExpiredError(LinkError):
    """A personal link that was good once."""


def _mailbox(user, salt: str) -> str:
    """Stands for the address that the link was sent to.

    Somebody else may read the mails of an address that was given up.
    """
    return salted_hmac(salt, user.email.lower(), algorithm="sha256").hexdigest()[:16]


def _token(event, user, salt: str) -> str:
    value = f"{event.pk}-{user.code}-{_mailbox(user, salt)}"
    return signing.TimestampSigner(salt=salt).sign(value)


def _user_of(event, token: str, salt: str, lifetime) -> User:
    expired = LinkExpiredError(_("This link has expired."))
    invalid = LinkError(_("This link is not complete, or not valid."))
    signer = signing.TimestampSigner(salt=salt)
    try:
        number, code, mailbox = signer.unsign(token).split("-")
    except (signing.BadSignature, ValueError):
        raise invalid from None
    if number != str(event.pk):
        raise invalid
    try:
        signer.unsign(token, max_age=lifetime)
    except signing.SignatureExpired:
        raise expired from None
    user = User.objects.filter(code=code, is_active=True).first()
    if not user or not constant_time_compare(mailbox, _mailbox(user, salt)):
        raise expired
    return user


def personal_token(event, user) -> str:
    """What goes into the address of the page where a person accepts."""
    return _token(event, user, SALT)


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
    return _user_of(event, token, SALT, LIFETIME)


def matters_token(event, user) -> str:
    """What goes into the address of the page with what concerns a person."""
    return _token(event, user, MATTERS_SALT)


def user_of_matters_token(event, token: str) -> User:
    """Whose link it is; see ``user_of_token``.

    It lives until they can no longer object, and for some time after.
    """
    objecting = dt.timedelta(days=read_settings(event).appeal_days)
    lifetime = max(LIFETIME, objecting + AFTER_OBJECTION)
    return _user_of(event, token, MATTERS_SALT, lifetime)
