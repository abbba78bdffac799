# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The permit that opens append-only tables, for one transaction and one purpose.

There are two purposes: the deletion of an event, which opens the rows of that
event and no others, and the erasure of personal data, which lets columns be
emptied and nothing else. The triggers (``domain.guards``) ask for the permit.

On PostgreSQL it is a setting of the transaction: no other transaction sees it,
and it ends with the transaction, or with the savepoint that is rolled back. On
SQLite it is a row in a table of its own that is removed in the same transaction:
nobody else can read it before it is gone, and who has written it is the only one
who can write.
"""

from contextlib import contextmanager

from django.db import connections, transaction

from pretalx_coc.domain.guards import SQLITE_PERMIT_TABLE, is_supported

DELETING = "pretalx_coc.deleting"
ERASING = "pretalx_coc.erasing"


def _set_local(cursor, name: str, value: str) -> None:
    cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def _being_deleted(cursor) -> list[str]:
    cursor.execute("SELECT current_setting(%s, true)", [DELETING])
    return [pk for pk in (cursor.fetchone()[0] or "").split(",") if pk]


def open_for_deletion(event_id: int, using: str = "default") -> None:
    """Let the rows of one event be deleted, until ``close_after_deletion``.

    Args:
        event_id: The primary key of the event.
        using: The database's alias.

    Raises:
        TransactionManagementError: There is no transaction to end the permit.
    """
    connection = connections[using]
    if not is_supported(connection):
        return
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A permit is given within a transaction."
        )
    # A savepoint: an error here must not take pretalx's transaction along.
    with transaction.atomic(using), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"INSERT INTO {SQLITE_PERMIT_TABLE} (kind, event_id) "  # noqa: S608
                "VALUES ('delete', %s)",
                [event_id],
            )
        else:
            _set_local(
                cursor, DELETING, ",".join([*_being_deleted(cursor), str(event_id)])
            )


def close_after_deletion(event_id: int, using: str = "default") -> None:
    """Withdraw what ``open_for_deletion`` gave.

    Args:
        event_id: The primary key that the event had.
        using: The database's alias.
    """
    connection = connections[using]
    if not is_supported(connection):
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"DELETE FROM {SQLITE_PERMIT_TABLE} "  # noqa: S608
                "WHERE kind = 'delete' AND event_id = %s",
                [event_id],
            )
        else:
            left = [pk for pk in _being_deleted(cursor) if pk != str(event_id)]
            _set_local(cursor, DELETING, ",".join(left))


def _open_for_erasing(cursor, vendor: str):
    """Give the permit; returns what ``_close_after_erasing`` wants to know."""
    if vendor == "sqlite":
        cursor.execute(f"INSERT INTO {SQLITE_PERMIT_TABLE} (kind) VALUES ('erase')")  # noqa: S608
        return cursor.lastrowid
    cursor.execute("SELECT current_setting(%s, true)", [ERASING])
    before = cursor.fetchone()[0] or ""
    _set_local(cursor, ERASING, "on")
    return before


def _close_after_erasing(cursor, vendor: str, opened) -> None:
    """Withdraw this permit, and not the one of a block around this one."""
    if vendor == "sqlite":
        cursor.execute(f"DELETE FROM {SQLITE_PERMIT_TABLE} WHERE rowid = %s", [opened])  # noqa: S608
    else:
        _set_local(cursor, ERASING, opened)


@contextmanager
def erasing(using: str = "default"):
    """Let personal data in append-only tables be emptied, within this block.

    The block is a transaction, or part of the one that is open. If it ends
    with an exception, what it did is undone, and the permit with it.

    Args:
        using: The database's alias.
    """
    connection = connections[using]
    with transaction.atomic(using):
        if not is_supported(connection):
            yield
            return
        with connection.cursor() as cursor:
            opened = _open_for_erasing(cursor, connection.vendor)
        yield
        with connection.cursor() as cursor:
            _close_after_erasing(cursor, connection.vendor, opened)


def is_left_open(using: str = "default") -> bool:
    """Whether there is a permit that no running transaction of ours has given.

    Only somebody who owns the database can do that: by a row on SQLite, on
    PostgreSQL by a setting of the database or of the role.

    Args:
        using: The database's alias.
    """
    connection = connections[using]
    if not is_supported(connection):
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT current_setting(%s, true), current_setting(%s, true)",
                [DELETING, ERASING],
            )
            return any(cursor.fetchone())
        if SQLITE_PERMIT_TABLE not in connection.introspection.table_names(cursor):
            return False
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {SQLITE_PERMIT_TABLE})")  # noqa: S608
        return bool(cursor.fetchone()[0])
