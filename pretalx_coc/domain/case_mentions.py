# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Members whom a note is for: they get word that there is something, and no more."""

from django.utils.translation import gettext as _

from pretalx_coc.domain.access import case_rights, members_who_may
from pretalx_coc.domain.case_mails import tell_of_note
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import EntryKind
from pretalx_coc.models import Case, CaseEntry
from pretalx_coc.tasks import after_commit
from pretalx_coc.tasks_team import task_case_note

#: In the data of an entry: the codes of the accounts that get word of it.
TOLD = "word_to"


def can_be_told(case: Case, *, by) -> list:
    """The members to whom somebody may send word: who may work on it, but they."""
    return [user for user in members_who_may(case) if user != by]


def told(case: Case, users) -> dict:
    """What an entry says of those who get word of it.

    Args:
        case: The case.
        users: The accounts of members.

    Raises:
        CocError: One of them may not work on this case.
    """
    if not all(case_rights(user, case).write for user in users):
        raise CocError(_("They have not said that they have no conflict."))
    return {TOLD: [user.code for user in users]} if users else {}


def send_word(case: Case, entry: CaseEntry) -> None:
    """Send word to those whom an entry names, once it is saved."""
    if entry.data.get(TOLD):
        after_commit(task_case_note, event_id=case.event_id, pk=entry.pk)


def send_now(event, pk: int) -> None:
    """Send the mails about one entry, to those of them who may work on it by now.

    Args:
        event: The event, whose scope is active.
        pk: The entry.

    Raises:
        ConnectionError: No mail went out.
    """
    entry = CaseEntry.objects.filter(event=event, pk=pk, kind=EntryKind.NOTE).first()
    if not entry:
        return
    cases = Case.objects.filter(event=event, code=entry.case_code)
    case = cases.select_related("event").first()
    if not case:
        return
    codes = entry.data.get(TOLD, ())
    readers = [user for user in members_who_may(case) if user.code in codes]
    if readers and not tell_of_note(case, readers):
        raise ConnectionError("No mail about a note went out")
