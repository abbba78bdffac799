# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What every change of a case has in common: the lock, the timeline, the log.

A case has an audit chain of its own. What is on its timeline is in that chain,
too, and the chain also holds what is not on the timeline: who looked.
"""

import datetime as dt
from contextlib import contextmanager

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.enums import AuditAction, CaseState
from pretalx_coc.models import Case, CaseEntry

MAX_TEXT_LENGTH = 20_000  # code points
#: How long a claim holds after the last thing that its holder did.
CLAIM_MINUTES = 30
#: What the names of the chains of all cases begin with.
CASE_CHAINS = "case."


class CaseChangedError(StaleError):
    """Somebody changed the case in between; ``since`` is what they did."""

    def __init__(self, message: str, since: list):
        super().__init__(message)
        self.since = since


def chain_of(case: Case) -> str:
    """The name of a case's audit chain."""
    return f"{CASE_CHAINS}{case.code}"


def codes_of(case: Case) -> list[str]:
    """The codes under which a case's timeline stands.

    Its own, and those of the cases that went into it: entries are append-only,
    so they keep the code of the case that they were written for.
    """
    merged = Case.objects.filter(event=case.event, merged_into=case.code)
    return [case.code, *merged.order_by("pk").values_list("code", flat=True)]


def renew_claim(case: Case, by) -> None:
    """Let a member's claim hold on from now; saving the case is up to the caller."""
    if by and case.claimed_by == by.code:
        case.claimed_until = now() + dt.timedelta(minutes=CLAIM_MINUTES)


def refuse_stale(current: Case, revision: int | None) -> None:
    """Refuse what was begun on a case as it is no more.

    Args:
        current: The case, locked.
        revision: See ``lock``.

    Raises:
        CaseChangedError: The case has another revision by now.
    """
    if revision is None or current.revision == revision:
        return
    entries = CaseEntry.objects.filter(
        event=current.event, case_code=current.code, data__revision__gt=revision
    )
    raise CaseChangedError(
        _(
            "Somebody else changed this case since you opened this page. "
            "Nothing was saved; what you wrote is still here."
        ),
        list(entries),
    )


def lock(case: Case, *, revision: int | None) -> Case:
    """Lock a case until the transaction ends; the row as it is now.

    Args:
        case: The case.
        revision: Its revision when the form was opened. None for what cannot
            overwrite anything, such as a note.

    Raises:
        CaseChangedError: The case has another revision by now.
        CocError: It went into another case, or its time is over.
    """
    current = Case.objects.select_for_update().get(pk=case.pk)
    if current.merged_into:
        # Not into which: whoever opened this page may not know of that one.
        raise CocError(_("This case went into another one."))
    if current.erased:
        raise CocError(
            _("The time of this case is over: its names and texts are gone.")
        )
    refuse_stale(current, revision)
    return current


@contextmanager
def change(case: Case, *, revision: int | None):
    """Lock a case and change it: yields the row as it is now.

    What was changed on the row is saved at the end, with the next revision.

    Args:
        case: The case.
        revision: See ``lock``.

    Raises:
        CaseChangedError: The case has another revision by now.
        CocError: It went into another case, or its time is over.
    """
    with transaction.atomic():
        current = lock(case, revision=revision)
        yield current
        current.revision += 1
        current.changed = now()
        current.save()
        case.__dict__.update(
            {
                field.attname: getattr(current, field.attname)
                for field in Case._meta.concrete_fields
            }
        )


def note(case: Case, kind: str, *, by=None, text: str = "", data=None) -> CaseEntry:
    """Put an entry on a case's timeline, and into its audit chain.

    Must be called in the transaction that makes the change; within ``change``
    the entry carries the revision that the change leads to. Whoever has claimed
    the case and does something keeps it.

    Args:
        case: The case, locked.
        kind: A value of ``EntryKind``.
        by: The user who did it; None for the software or somebody without an
            account.
        text: What they wrote.
        data: Codes and plain values; no text that a person wrote.
    """
    renew_claim(case, by)
    entry = CaseEntry.objects.create(
        event=case.event,
        case_code=case.code,
        kind=kind,
        created=now(),
        author_code=getattr(by, "code", None) or "",
        text=text,
        data={"revision": case.revision + 1, **(data or {})},
    )
    audit.write(
        event=case.event,
        chain=chain_of(case),
        action=AuditAction.CASE_ENTRY,
        actor=by,
        subject=case.code,
        data={"kind": str(kind), "entry": entry.pk, **entry.data},
        texts={"text": text},
    )
    return entry


@transaction.atomic
def viewed(case: Case, *, by) -> None:
    """Note that somebody opened a case."""
    audit.write(
        event=case.event,
        chain=chain_of(case),
        action=AuditAction.CASE_VIEWED,
        actor=by,
        subject=case.code,
    )


def clean_text(text: str, *, required: str = "", limit: int = MAX_TEXT_LENGTH) -> str:
    """A text without space around it.

    Args:
        text: What a person wrote.
        required: What to say where there is nothing; empty if that is allowed.
        limit: In code points.

    Raises:
        CocError: Nothing, where there must be something, or too much.
    """
    text = text.strip()
    if required and not text:
        raise CocError(required)
    if len(text) > limit:
        raise CocError(_("This is too long. Please shorten it a little."))
    return text


def refuse_closed(case: Case) -> None:
    """Refuse what only an open case can be given.

    Raises:
        CocError: The case is closed.
    """
    if case.state == CaseState.CLOSED:
        raise CocError(_("This case is closed. Open it again first."))
