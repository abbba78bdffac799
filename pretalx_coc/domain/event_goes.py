# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""An event is deleted that has open cases: those who work on them are told."""

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from pretalx.mail.domain.send import send_transient

from pretalx_coc.domain.announcements import readers
from pretalx_coc.domain.team_mails import rendered
from pretalx_coc.enums import CaseState
from pretalx_coc.models import Case


def _texts():
    return (
        _("{event_name} was deleted, with open cases"),
        _(
            "Hi {name},\n\n"
            "{event_name} was deleted in pretalx. There were open cases of its "
            "response team, and they are gone with it. Exclusions that the response "
            "team decided stay in force until they end.\n\n"
            "If this surprises you, please talk to the others."
        ),
        {},
    )


def tell_of_open_cases(event) -> None:
    """Tell all members and the outside contact, once the event is gone.

    The mail names the event and nothing else. It is made now, for afterwards
    nobody knows any more who was on the team.

    Args:
        event: The event, about to be deleted.
    """
    with scope(event=event):
        is_open = Case.objects.filter(event=event, merged_into="").exclude(
            state=CaseState.CLOSED
        )
        if not is_open.exists():
            return
        mails = []
        for reader in readers(event):
            mail = rendered(event, reader, _texts)
            mail.to = reader.address
            # The event's own mail server is forgotten with it.
            mail.event = None
            mails.append(mail)
    for mail in mails:
        _send_after_commit(mail)


def _send_after_commit(mail) -> None:
    transaction.on_commit(
        lambda: send_transient(mail, force_global_backend=True), robust=True
    )
