# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Compares acceptances and refusals with the audit log, row by entry.

Each was written in one transaction with its entry, a moment before it. So both
are read in the order of time, side by side, and all that has to be remembered at
any moment are the rows whose entry has not come yet.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from pretalx_coc.domain import audit
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Acceptance, AuditEntry, Decline

CHUNK = 1_000
# Between a row and its entry lies the rest of one transaction.
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Log:
    """How a kind of row is found in the audit log.

    Attributes:
        model: The kind of row.
        time: The field with its time.
        action: The action of its entry.
        row_key: What a row says, as a tuple; what identifies the person last.
        entry_key: What an entry says, in the same form.
        facts: How many values of the key are left when the person is erased.
    """

    model: type
    time: str
    action: str
    row_key: Callable
    entry_key: Callable
    facts: int


def _acceptance_key(row: Acceptance) -> tuple:
    facts = (row.number, row.language, row.sha256, row.way, row.submission_code)
    return (*facts, row.user_code, row.profile_code)


def _accepted_key(entry: AuditEntry) -> tuple:
    facts = (entry.data.get(name, "") for name in ("number", "language", "sha256"))
    person = (entry.data.get(name, "") for name in ("user", "profile"))
    return (*facts, entry.data.get("way", ""), entry.subject, *person)


ACCEPTANCES = Log(
    model=Acceptance,
    time="accepted",
    action=AuditAction.ACCEPTED,
    row_key=_acceptance_key,
    entry_key=_accepted_key,
    facts=5,
)
DECLINES = Log(
    model=Decline,
    time="declined",
    action=AuditAction.DECLINED,
    row_key=lambda row: (row.number, row.user_code),
    entry_key=lambda entry: (entry.data.get("number"), entry.actor_code),
    facts=1,
)


def _side_by_side(scope, log: Log):
    """Rows and entries, by event and time; a row comes before its entry."""
    rows = scope.rows(log.model).order_by("event_id", log.time, "pk")
    entries = scope.rows(AuditEntry).filter(
        chain=audit.ACCEPTANCE_CHAIN, action=log.action
    )
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
            if self.rows.get(candidate):
                row = self.rows[candidate].popleft()
                if not self.rows[candidate]:
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
    for event_id, time, is_entry, number, item in _side_by_side(scope, log):
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
        elif time - getattr(row, log.time) > LONGEST_WAIT:
            yield f"{where}: its {name} has another time"
        else:
            yield None
    yield from _without_entry(scope, name, waiting)


def _without_entry(scope, name: str, waiting: _Waiting):
    for row in waiting.left():
        yield f"{scope.slug(row.event_id)}, {name} {row.pk}: not in the audit log"
