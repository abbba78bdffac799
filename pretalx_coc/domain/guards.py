# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The triggers that keep append-only tables append-only.

The models refuse to change or delete evidence; these triggers refuse it to
everybody else who talks to the database. They are made from the tables as they
are, after every migration, and are gone only while a migration of ours runs
(SQLite drops a table's triggers with the table that a migration replaces, and
refuses to drop a column that a trigger names).

What they let through is a permit, see ``domain.permit``:

- a row may be deleted while its event is being deleted;
- a column of ``ERASABLE`` may be emptied, and nothing else changed, while
  personal data are erased.

Whoever owns the database can drop a trigger, or write a permit. Against them
there are the hashes, the audit log's chains, and ``coc_verify``.
"""

from django.apps import apps
from django.db import connections, transaction

from pretalx_coc.models import Acceptance, CaseEntry, Decline, TalkSpeaker
from pretalx_coc.models.base import AppendOnlyModel

# Personal data in evidence: what may be emptied, never what may be replaced.
ERASABLE = {
    Acceptance: ("user_code", "profile_code", "note"),
    CaseEntry: ("author_code", "text"),
    Decline: ("user_code", "profile_code", "reason"),
}
# Written with ``ignore_conflicts``: a second row is left out, not refused.
FIRST_STAYS = (TalkSpeaker,)

SQLITE_PERMIT_TABLE = "pretalx_coc_permit"
FUNCTION = "pretalx_coc_append_only"

# Types of a row in pg_trigger: BEFORE UPDATE OR DELETE, each row; BEFORE
# TRUNCATE, each statement.
POSTGRES_TYPES = {"row": 27, "truncate": 34}

POSTGRES_BODY = """
DECLARE
    erasable text[] := coalesce(TG_ARGV, '{}');
    deleting text := current_setting('pretalx_coc.deleting', true);
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.event_id::text = ANY (string_to_array(deleting, ',')) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF current_setting('pretalx_coc.erasing', true) = 'on'
            AND to_jsonb(NEW) - erasable = to_jsonb(OLD) - erasable
            AND NOT EXISTS (
                SELECT 1 FROM unnest(erasable) AS name
                WHERE to_jsonb(NEW) ->> name NOT IN ('', to_jsonb(OLD) ->> name)
            )
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
"""


def append_only_models() -> list[type[AppendOnlyModel]]:
    """The models whose tables are guarded, in the order of their names."""
    models = apps.get_app_config("pretalx_coc").get_models()
    found = [model for model in models if issubclass(model, AppendOnlyModel)]
    return sorted(found, key=lambda model: model.__name__)


def is_supported(connection) -> bool:
    """Whether there are triggers for this kind of database."""
    return connection.vendor in ("postgresql", "sqlite")


def _existing_models(connection, cursor) -> list:
    tables = set(connection.introspection.table_names(cursor))
    return [model for model in append_only_models() if model._meta.db_table in tables]


def _unique_columns(connection, cursor, table: str) -> list[list[str]]:
    """The sets of columns that tell the rows of a table apart."""
    constraints = connection.introspection.get_constraints(cursor, table)
    return sorted(
        entry["columns"]
        for entry in constraints.values()
        if (entry["unique"] or entry["primary_key"]) and entry["columns"]
    )


def _sqlite_insert(model, table: str, unique: list) -> str:
    """Refuses what ``INSERT OR REPLACE`` would replace.

    SQLite deletes the row in the way without asking its delete trigger.
    """
    same = " OR ".join(
        "(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in columns) + ")"
        for columns in unique
    )
    refusal = (
        "RAISE(IGNORE)"
        if model in FIRST_STAYS
        else f"RAISE(ABORT, 'UNIQUE constraint failed: {table} is append-only')"
    )
    return (
        f'CREATE TRIGGER "{table}_keep_insert" BEFORE INSERT ON "{table}" '  # noqa: S608
        f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) '
        f"BEGIN SELECT {refusal}; END"
    )


def _sqlite_update(model, table: str, columns: list) -> str:
    erasable = ERASABLE.get(model, ())
    unchanged = [
        f'(NEW."{name}" IS OLD."{name}" OR NEW."{name}" = \'\')'
        if name in erasable
        else f'NEW."{name}" IS OLD."{name}"'
        for name in columns
    ]
    permit = f"EXISTS (SELECT 1 FROM {SQLITE_PERMIT_TABLE} WHERE kind = 'erase')"  # noqa: S608
    return (
        f'CREATE TRIGGER "{table}_keep_update" BEFORE UPDATE ON "{table}" '
        f"WHEN NOT ({' AND '.join([permit, *unchanged])}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _sqlite_delete(table: str) -> str:
    return (
        f'CREATE TRIGGER "{table}_keep_delete" BEFORE DELETE ON "{table}" '  # noqa: S608
        f"WHEN NOT EXISTS (SELECT 1 FROM {SQLITE_PERMIT_TABLE} "
        "WHERE kind = 'delete' AND event_id = OLD.event_id) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _sqlite_triggers(connection, cursor, model) -> dict[str, str]:
    """The triggers of one table as it is now: name → statement."""
    table = model._meta.db_table
    described = connection.introspection.get_table_description(cursor, table)
    columns = [column.name for column in described]
    unique = _unique_columns(connection, cursor, table)
    return {
        f"{table}_keep_insert": _sqlite_insert(model, table, unique),
        f"{table}_keep_update": _sqlite_update(model, table, columns),
        f"{table}_keep_delete": _sqlite_delete(table),
    }


def _install_sqlite(connection, cursor, models) -> None:
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {SQLITE_PERMIT_TABLE} "
        "(kind varchar(16) NOT NULL, event_id integer NULL)"
    )
    # What anybody left there is not ours: no transaction of ours is under way.
    cursor.execute(f"DELETE FROM {SQLITE_PERMIT_TABLE}")  # noqa: S608
    for model in models:
        for name in _broken_on_sqlite(connection, cursor, model):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            cursor.execute(_sqlite_triggers(connection, cursor, model)[name])


def _postgres_triggers(model) -> dict[str, tuple[str, tuple]]:
    """The triggers of one table: name → kind, and columns that may be emptied."""
    table = model._meta.db_table
    return {
        f"{table}_keep_row": ("row", ERASABLE.get(model, ())),
        f"{table}_keep_truncate": ("truncate", ()),
    }


def _install_postgres(cursor, models) -> None:
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger "
        f"LANGUAGE plpgsql AS $coc${POSTGRES_BODY}$coc$"
    )
    for model in models:
        for name in _broken_on_postgres(cursor, model):
            kind, erasable = _postgres_triggers(model)[name]
            when = (
                "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW"
                if kind == "row"
                else "BEFORE TRUNCATE ON {} FOR EACH STATEMENT"
            )
            arguments = ", ".join(f"'{column}'" for column in erasable)
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER "{name}" '
                f"{when.format(model._meta.db_table)} "
                f"EXECUTE FUNCTION {FUNCTION}({arguments})"
            )
            # A replaced trigger stays switched off if it was.
            cursor.execute(
                f'ALTER TABLE {model._meta.db_table} ENABLE TRIGGER "{name}"'
            )


def install(using: str = "default") -> None:
    """Create the triggers of all append-only tables that exist.

    Does nothing to triggers that are as they should be, and can be called any
    number of times.

    Args:
        using: The database's alias.
    """
    connection = connections[using]
    if not is_supported(connection):
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        models = _existing_models(connection, cursor)
        if connection.vendor == "sqlite" and models:
            _install_sqlite(connection, cursor, models)
        elif models:
            _install_postgres(cursor, models)


def remove(using: str = "default") -> None:
    """Drop the triggers, for a migration of ours or a test's clearing up.

    ``install`` brings them back: it is called at the end of ``migrate`` and of
    ``flush``.

    Args:
        using: The database's alias.
    """
    connection = connections[using]
    if not is_supported(connection):
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        for model in _existing_models(connection, cursor):
            table = model._meta.db_table
            for kind in ("insert", "update", "delete", "row", "truncate"):
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_keep_{kind}"{on}')


def _broken_on_sqlite(connection, cursor, model) -> list[str]:
    wanted = _sqlite_triggers(connection, cursor, model)
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        [model._meta.db_table],
    )
    there = dict(cursor.fetchall())
    return [name for name, statement in wanted.items() if there.get(name) != statement]


def _broken_on_postgres(cursor, model) -> list[str]:
    cursor.execute(
        "SELECT tgname, tgtype, encode(tgargs, 'escape') FROM pg_trigger "
        "JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A') "
        "AND prosrc = %s",
        [model._meta.db_table, POSTGRES_BODY],
    )
    there = {name: (kind, arguments) for name, kind, arguments in cursor.fetchall()}
    return [
        name
        for name, (kind, erasable) in _postgres_triggers(model).items()
        if there.get(name)
        != (POSTGRES_TYPES[kind], "".join(f"{column}\\000" for column in erasable))
    ]


def broken(using: str = "default") -> list[str]:
    """The triggers that are missing, switched off or not as they should be.

    Args:
        using: The database's alias.

    Returns:
        Their names; where a table is missing, or the database is of a kind
        that there are no triggers for, the name of the table.
    """
    connection = connections[using]
    tables = [model._meta.db_table for model in append_only_models()]
    if not is_supported(connection):
        return tables
    names = []
    with connection.cursor() as cursor:
        models = _existing_models(connection, cursor)
        existing = {model._meta.db_table for model in models}
        names += [table for table in tables if table not in existing]
        for model in models:
            if connection.vendor == "sqlite":
                names += _broken_on_sqlite(connection, cursor, model)
            else:
                names += _broken_on_postgres(cursor, model)
    return names
