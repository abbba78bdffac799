# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Guarding the guards: nobody changes the response team or its rules unnoticed.

A change is an entry of the policy's chain, in the same transaction. After the
commit, everybody who was or is on the team and the outside contact, the one before
and the one after, get a mail that says what changed. It is made from the entries
that have not been announced yet: what a lost task left behind, the next one sends.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from pretalx.event.models import Event
from pretalx.person.models import User

from pretalx_coc.domain import audit
from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.announcement_words import words_of
from pretalx_coc.domain.team_changes import TELL
from pretalx_coc.domain.team_mails import outside_reader, reader_of, send_to_all
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import AuditEntry, AuditText, CocSettings


def _accounts(event, entries) -> list:
    """Who was or is on the team, as far as they can still log in."""
    codes = {user.code for user in members_of(event)}
    for entry in entries:
        if entry.action == AuditAction.MEMBERS_CHANGED:
            data = audit.data_of(entry)
            codes |= {*data.get("before", ()), *data.get("after", ())}
    settings = CocSettings.objects.filter(event=event).first()
    codes |= set((settings and settings.members_known) or ())
    return list(User.objects.filter(code__in=codes, is_active=True).order_by("pk"))


def texts_of(event, entries) -> dict:
    """The texts beside these entries of the policy's chain: (position, name) → text."""
    rows = AuditText.objects.filter(
        event=event,
        chain=audit.POLICY_CHAIN,
        position__in=[entry.position for entry in entries],
    )
    return {(row.position, row.name): row.text for row in rows}


def _outside(event, entries) -> dict:
    """The outside contacts before and after: address → name."""
    found = {}
    settings = CocSettings.objects.filter(event=event).first()
    if settings and settings.outside_email:
        found[settings.outside_email] = settings.outside_name
    for (__, name), text in texts_of(event, entries).items():
        if name.startswith("outside_email"):
            found.setdefault(text, "")
    return found


def readers(event, entries=()) -> list:
    """All members and the outside contact, before and after these entries."""
    people = [reader_of(event, user) for user in _accounts(event, entries)]
    known = {reader.address.casefold() for reader in people}
    return people + [
        outside_reader(event, name, address)
        for address, name in _outside(event, entries).items()
        if address.casefold() not in known
    ]


def _texts(event, entries):
    def texts():
        actors = {entry.actor_code for entry in entries} - {""}
        names = [
            user.get_display_name() for user in User.objects.filter(code__in=actors)
        ]
        lines = words_of(entries, texts_of(event, entries))
        if names:
            lines.append(_("Changed by: {names}").format(names=", ".join(names)))
        return (
            _("A change around the response team of {event_name}"),
            _(
                "Hi {name},\n\n"
                "at {event_name}, something around the response team for the code of "
                "conduct has changed:\n\n"
                "{changes}\n\n"
                "Whoever was or is on the response team gets this mail, and so does "
                "the outside contact, so that nobody can change this unnoticed. If "
                "it surprises you, please talk to the others.\n\n"
                "The {event_name} organisers"
            ),
            {"changes": "\n".join(f"• {line}" for line in lines)},
        )

    return texts


@scopes_disabled()
def waiting_event_ids() -> list[int]:
    """The events with something that has not been announced yet."""
    settings = CocSettings.objects.values_list("event_id", "announced")
    return [
        event_id
        for event_id, announced in settings
        if _waiting(event_id, announced).exists()
    ]


def _waiting(event_id: int, announced: int):
    return AuditEntry.objects.filter(
        **{f"data__{TELL}": True},
        event=event_id,
        chain=audit.POLICY_CHAIN,
        position__gt=announced,
    ).order_by("position")


class NotSentError(Exception):
    """Not one mail went out: to be tried again."""


@transaction.atomic
def announce(event_id: int) -> None:
    """Tell everybody what has changed since they were last told, in one mail.

    Raises:
        NotSentError: No mail went out.
    """
    event = Event.objects.filter(pk=event_id).first()
    if not event:
        return
    with scope(event=event):
        settings = CocSettings.objects.select_for_update().filter(event=event).first()
        entries = list(_waiting(event_id, settings.announced)) if settings else []
        if not entries:
            return
        if not send_to_all(event, readers(event, entries), _texts(event, entries)):
            raise NotSentError
        settings.announced = entries[-1].position
        settings.save(update_fields=["announced"])
