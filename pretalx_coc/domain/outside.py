# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The outside contact's one-time links.

Who is asked needs no account. The secret of a link is made when its mail is sent
and stands nowhere else: the database keeps a digest of it, and a task that sends
it knows only which link it is. It opens one page, once, for ``LIFETIME``.
"""

import datetime as dt
import hashlib
import re
import secrets

from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.case_members import accounts_in
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import CaseRole
from pretalx_coc.models import Case, CasePerson, Decision, OutsideLink

LIFETIME = dt.timedelta(days=14)
ADDRESS = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+\w")
#: What the outside contact is asked for: to be the second person for a decision,
#: to answer an objection, or for advice on a case that nobody inside may handle.
APPROVE, APPEAL, ADVISE = "approve", "appeal", "advise"


class OutsideLinkError(CocError):
    """A one-time link that was not made here, was used, or has expired."""


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def can_be_asked(case: Case) -> bool:
    """Whether there is an outside contact, and they are no part of the case.

    Who is on the response team by now is not outside: they would be the second
    person for what they decided themselves.
    """
    address = read_settings(case.event).outside_email.casefold()
    if not address or address in _addresses(case):
        return False
    return not members_of(case.event).filter(email__iexact=address).exists()


def _addresses(case: Case) -> set[str]:
    """The mail addresses of whoever is a part of a case, as far as they are known."""
    parts = CasePerson.objects.filter(
        case=case, role__in=(CaseRole.AFFECTED, CaseRole.WITNESS)
    )
    accounts = User.objects.filter(code__in=accounts_in(case))
    accounts = accounts.values_list("email", flat=True)
    contacts = parts.values_list("contact", flat=True)
    texts = [*accounts, *contacts]
    return {found.casefold() for text in texts for found in ADDRESS.findall(text)}


def make_link(
    *, case: Case, purpose: str, decision: Decision | None = None
) -> OutsideLink:
    """Make a link, in the place of any earlier one for the same.

    It opens nothing before ``new_secret``. Called while the case is locked.

    Args:
        case: The case.
        purpose: ``APPROVE``, ``APPEAL`` or ``ADVISE``.
        decision: The decision that it is about.

    Raises:
        CocError: There is no outside contact, or they are a part of the case.
    """
    if not can_be_asked(case):
        raise CocError(
            _(
                "There is no outside contact who could be asked. Please name one in "
                "the settings."
            )
        )
    same = {"event": case.event, "case": case, "purpose": purpose, "decision": decision}
    OutsideLink.objects.filter(**same, used=None).delete()
    return OutsideLink.objects.create(
        **same,
        digest=digest_of(secrets.token_urlsafe(32)),
        created=now(),
        expires=now() + LIFETIME,
    )


def new_secret(link: OutsideLink) -> str:
    """Give a link a secret, in the place of any that it had; shown this once."""
    secret = secrets.token_urlsafe(32)
    link.digest = digest_of(secret)
    link.save(update_fields=["digest"])
    return secret


def link_of(event, secret: str) -> OutsideLink:
    """The link that a secret opens.

    Raises:
        OutsideLinkError: It was not made here, was used, or has expired.
    """
    links = OutsideLink.objects.select_related("case", "decision", "event")
    link = links.filter(event=event, digest=digest_of(secret)).first()
    is_old = not link or link.used or link.expires <= now()
    # They may have become a part of the case since, or of the team.
    if is_old or not can_be_asked(link.case):
        raise OutsideLinkError(
            _("This link was used already, has expired, or is not complete.")
        )
    return link


def was_made_here(event, secret: str) -> bool:
    """Whether there is, or was, a link with this secret."""
    links = OutsideLink.objects.filter(event=event, digest=digest_of(secret))
    return links.exists()


def use(event, secret: str) -> OutsideLink:
    """Use a link up; nobody else can until the transaction ends, and then never.

    Must be called in the transaction that does what it is for.

    Raises:
        OutsideLinkError: It was not made here, was used, or has expired.
        TransactionManagementError: There is no transaction.
    """
    digest = digest_of(secret)
    OutsideLink.objects.select_for_update().filter(event=event, digest=digest).first()
    link = link_of(event, secret)
    link.used = now()
    link.save(update_fields=["used"])
    return link


def waits_for_outside(case: Case, purpose: str, decision=None) -> bool:
    """Whether the outside contact was asked for this, and has not answered."""
    return OutsideLink.objects.filter(
        event=case.event,
        case=case,
        purpose=purpose,
        decision=decision,
        used=None,
        expires__gt=now(),
    ).exists()
