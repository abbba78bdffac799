# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Checks the audit log, and compares acceptances and refusals with it.

Each was written in one transaction with its entry, a moment before it. So both
are read in the order of time, side by side, and all that has to be remembered at
any moment are the rows whose entry has not come yet.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Subquery

from pretalx_coc.domain import audit
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Acceptance, AuditChain, AuditEntry, AuditText, Decline

CHUNK = 1_000
# Between a row and its entry lies the rest of one transaction.
LONGEST_WAIT = timedelta(hours=1)
# What reading raises where somebody put things that are none of their kind.
UNREADABLE = (AttributeError, TypeError, ValueError, DatabaseError)


@dataclass(frozen=True)
class Log:
    """How a kind of row is found in the audit log.

    Attributes:
        model: The kind of row.
        time: The field with its time.
        action: The action of its entry.
        text: The field with what was written about it.
        row_key: What a row says, as a tuple; what identifies the person last.
        entry_key: What an entry says, in the same form.
        facts: How many values of the key are left when the person is erased.
    """

    model: type
    time: str
    action: str
    text: str
    row_key: Callable
    entry_key: Callable
    facts: int


def _acceptance_key(row: Acceptance) -> tuple:
    facts = (row.number, row.language, row.sha256, row.way, row.submission_code)
    return (*facts, row.user_code, row.profile_code)


def _said(entry: AuditEntry, *names: str) -> tuple:
    """What an entry says, as values that can be compared, whatever they are."""
    data = audit.data_of(entry)
    values = (data.get(name, "") for name in names)
    return tuple(
        value if isinstance(value, str | int) else repr(value) for value in values
    )


def _accepted_key(entry: AuditEntry) -> tuple:
    facts = _said(entry, "number", "language", "sha256", "way")
    return (*facts, entry.subject, *_said(entry, "user", "profile"))


ACCEPTANCES = Log(
    model=Acceptance,
    time="accepted",
    action=AuditAction.ACCEPTED,
    text="note",
    row_key=_acceptance_key,
    entry_key=_accepted_key,
    facts=5,
)
DECLINES = Log(
    model=Decline,
    time="declined",
    action=AuditAction.DECLINED,
    text="reason",
    row_key=lambda row: (row.number, row.user_code),
    entry_key=lambda entry: (*_said(entry, "number"), entry.actor_code),
    facts=1,
)


def _side_by_side(scope, log: Log):
    """Rows and entries, by event and time; a row comes before its entry."""
    rows = scope.rows(log.model).order_by("event_id", log.time, "pk")
    entries = scope.rows(AuditEntry).filter(
        chain=audit.ACCEPTANCE_CHAIN, action=log.action
    )
    salts = AuditText._base_manager.filter(
        event=OuterRef("event"),
        chain=OuterRef("chain"),
        position=OuterRef("position"),
        name=log.text,
    )
    entries = entries.annotate(salt=Subquery(salts.values("salt")[:1]))
    entries = entries.order_by("event_id", "created", "position")
    return heapq.merge(
        (
            (row.event_id, getattr(row, log.time), 0, row.pk, row)
            for row in rows.iterator(CHUNK)
        ),
        (
            (entry.event_id, entry.created, 1, entry.position, entry)
            for entry in entries.iterator(CHUNK)
        ),
    )


def _same_time(row, entry: AuditEntry, log: Log) -> bool:
    time = getattr(row, log.time)
    # Entries of the plugin's first release do not say the time.
    said = audit.data_of(entry).get("time", time.isoformat())
    return said == time.isoformat() and entry.created - time <= LONGEST_WAIT


def _same_text(row, entry: AuditEntry, log: Log) -> bool:
    text = getattr(row, log.text)
    committed = audit.data_of(entry).get(f"{log.text}_digest")
    if not text:
        # Emptied, with everything else that says who it was.
        return not committed or not (row.user_code or row.profile_code)
    return bool(entry.salt) and committed == audit.commitment(entry.salt, text)


def _differs(row, entry: AuditEntry, log: Log) -> str:
    """What of a row is not as its entry says; "" if nothing."""
    data = audit.data_of(entry)
    if not _same_time(row, entry, log):
        return "time"
    if not _same_text(row, entry, log):
        return log.text
    if row.profile_code and data.get("profile", row.profile_code) != row.profile_code:
        return "profile"
    if log is DECLINES:
        return ""
    if data.get("material", row.material) != row.material:
        return "tick about the material"
    by_another = entry.actor_code != data.get("user")
    writers = {entry.actor_code} if by_another else {entry.actor_code, ""}
    return "" if row.recorded_by in writers else "name of who wrote it down"


class _Waiting:
    """The rows of one event whose entry has not come yet."""

    def __init__(self, log: Log):
        self.log = log
        self.rows = defaultdict(deque)

    def add(self, row) -> None:
        self.rows[self.log.row_key(row)].append(row)

    def take(self, entry: AuditEntry):
        """The row of an entry, or None; one that was erased matches by its facts."""
        key = self.log.entry_key(entry)
        erased = key[: self.log.facts] + ("",) * (len(key) - self.log.facts)
        for candidate in (key, erased):
            if rows := self.rows.get(candidate):
                # Of erased ones that say the same, the one of this moment.
                same = (row for row in rows if _same_time(row, entry, self.log))
                row = next(same, rows[0])
                rows.remove(row)
                if not rows:
                    del self.rows[candidate]
                return row
        return None

    def left(self):
        for rows in self.rows.values():
            yield from rows
        self.rows.clear()


def compare_with_log(scope, log: Log):
    """Check that each row has its entry, and each entry its row.

    Args:
        scope: What to look at, see ``domain.verify``.
        log: What to compare.

    Yields:
        None for a row that has its entry, and a text for a breach.
    """
    waiting, current = _Waiting(log), None
    name = log.model._meta.verbose_name
    for event_id, __, is_entry, number, item in _side_by_side(scope, log):
        if event_id != current:
            yield from _without_entry(scope, name, waiting)
            current = event_id
        if not is_entry:
            waiting.add(item)
            continue
        row = waiting.take(item)
        where = f"{scope.slug(event_id)}, entry {number} of the audit log"
        if row is None:
            yield f"{where}: its {name} is gone or was changed"
        elif what := _differs(row, item, log):
            yield f"{where}: its {name} has another {what}"
        else:
            yield None
    yield from _without_entry(scope, name, waiting)


def _without_entry(scope, name: str, waiting: _Waiting):
    for row in waiting.left():
        yield f"{scope.slug(row.event_id)}, {name} {row.pk}: not in the audit log"


def chains(scope):
    """Each chain of the audit log is whole and has its head."""
    entries = scope.rows(AuditEntry).order_by()
    found = {
        *scope.rows(AuditChain).values_list("event_id", "name"),
        *entries.values_list("event_id", "chain").distinct(),
    }
    headless = entries.filter(
        ~Exists(
            AuditChain._base_manager.filter(
                event=OuterRef("event"), name=OuterRef("chain")
            )
        )
    )
    for event_id, name in sorted(found):
        where = f"{scope.slug(event_id)}, {name}"
        try:
            position = audit.first_broken_link(event_id, name)
        except UNREADABLE as error:
            yield f"{where}: cannot be read ({type(error).__name__})"
        else:
            if position:
                yield f"{where}: broken at entry {position}"
        yield None
    for event_id, name in headless.values_list("event_id", "chain").distinct():
        yield f"{scope.slug(event_id)}, {name}: the head of the chain is gone"


def log_texts(scope):
    """Each text beside the audit log belongs to an entry."""
    entry = AuditEntry._base_manager.filter(
        event=OuterRef("event"), chain=OuterRef("chain"), position=OuterRef("position")
    )
    rows = scope.rows(AuditText).filter(~Exists(entry)).defer("text")
    for row in rows.iterator(CHUNK):
        yield f"{scope.slug(row.event_id)}, {row.chain}/{row.position}: no such entry"
