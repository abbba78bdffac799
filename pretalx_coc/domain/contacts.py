# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whom people turn to with a concern."""

from django.db import transaction

from pretalx_coc.domain import audit
from pretalx_coc.domain.marks import set_marks
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import CocSettings

CONTACT_FIELDS = ("contact_email", "contact_phone", "contact_people")


def contacts_of(event) -> dict[str, str]:
    """The contacts that are filled in, field → value."""
    settings = get_settings(event)
    values = {name: getattr(settings, name, "") for name in CONTACT_FIELDS}
    return {name: value for name, value in values.items() if value}


def reply_address(event, own: str) -> str:
    """Where an answer to a mail about a case goes: to the contact.

    Never to the mailbox of the event, where mails go by themselves: more people
    read it, and an answer quotes the mail, with the link in it. Without a contact
    it goes back to who answers.

    Args:
        event: The event.
        own: The address that the mail goes to.
    """
    return contacts_of(event).get("contact_email") or own


@transaction.atomic
def save_contacts(*, event, contacts: dict[str, str], by) -> CocSettings:
    """Set whom people turn to.

    A published text keeps the contacts it was published with.

    Args:
        event: The event.
        contacts: Field → value, for all of ``CONTACT_FIELDS``.
        by: The user who saves.
    """
    CocSettings.objects.get_or_create(event=event)
    settings = CocSettings.objects.select_for_update().get(event=event)
    new = {name: contacts.get(name, "").strip() for name in CONTACT_FIELDS}
    changed = [name for name in CONTACT_FIELDS if getattr(settings, name) != new[name]]
    if not changed:
        return settings
    for name in changed:
        setattr(settings, name, new[name])
    settings.save(update_fields=changed)
    set_marks(event)
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.SETTINGS_CHANGED,
        actor=by,
        data={"fields": changed},
        texts={name: new[name] for name in changed},
    )
    return settings
