"""Rules the database itself keeps, as data, written once for SQLite and PostgreSQL.

A migration adds a trigger with `keep` and takes one away with `drop`; replaying the migrations
tells every trigger there is (`declared`). A table that SQLite remakes loses its triggers without
a word: a migration that alters a kept table stands between `around`. Knows no table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation


@dataclass(frozen=True, slots=True)
class Trigger:
    """Refuses `verb` ("UPDATE", "DELETE", "INSERT") on rows of `table`, saying `message`.

    `condition` is SQL over OLD or NEW, the same on both databases; "" means always.
    """

    name: str
    table: str
    verb: str
    condition: str
    message: str

    def sql(self, vendor: str) -> str:
        """What creates it; on PostgreSQL, its function too."""
        text = self.message.replace("'", "''")
        if vendor == "sqlite":
            when = f" WHEN {self.condition}" if self.condition else ""
            return (
                f"CREATE TRIGGER {self.name} BEFORE {self.verb} ON {self.table}{when} "
                f"BEGIN SELECT RAISE(ABORT, '{text}'); END"
            )
        result = "OLD" if self.verb == "DELETE" else "NEW"
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {self.condition or 'TRUE'} THEN "
            f"RAISE EXCEPTION '{text.replace('%', '%%')}' "
            f"USING ERRCODE = 'restrict_violation'; END IF; RETURN {result}; END $$; "
            f"CREATE TRIGGER {self.name} BEFORE {self.verb} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )


class _Kept(Operation):
    """A trigger from this migration on, or until it; the state of the models does not change."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, trigger: Trigger, *, stays: bool) -> None:
        self.trigger = trigger
        self.stays = stays

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def _write(self, editor: BaseDatabaseSchemaEditor, *, stays: bool) -> None:
        if stays:
            editor.execute(self.trigger.sql(editor.connection.vendor))
            return
        on = f" ON {self.trigger.table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER {self.trigger.name}{on}")

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: Any, after: Any
    ) -> None:
        self._write(editor, stays=self.stays)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: Any, after: Any
    ) -> None:
        self._write(editor, stays=not self.stays)

    def describe(self) -> str:
        return f"{'Keep' if self.stays else 'Drop'} trigger {self.trigger.name}"


def keep(name: str, table: str, verb: str, condition: str, message: str) -> Operation:
    """A migration operation: the database refuses from now on; see `Trigger`."""
    return _Kept(Trigger(name, table, verb, condition, message), stays=True)


def drop(trigger: Trigger) -> Operation:
    """A migration operation: the database no longer refuses what `trigger` did."""
    return _Kept(trigger, stays=False)


def around(*operations: Operation) -> list[Operation]:
    """The operations, every trigger lifted before and put back after: SQLite may remake tables.

    All of them, since SQLite also refuses to rename a table that another's trigger reads.
    """
    held: list[str] = []

    def lift(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name, sql in _written(editor.connection):
            held.append(sql)
            editor.execute(f"DROP TRIGGER {name}")

    def put_back(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        while held:
            editor.execute(held.pop())

    before, after = migrations.RunPython(lift, put_back), migrations.RunPython(put_back, lift)
    return [before, *operations, after]


def _written(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Name and text of SQLite's triggers; none on PostgreSQL, whose tables keep theirs."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        return list(cursor.fetchall())


def declared() -> dict[str, Trigger]:
    """Every trigger once all migrations are done, by name: they are replayed, nothing is read."""
    loader = MigrationLoader(None)
    graph = loader.graph
    plan = dict.fromkeys(key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf))
    found: dict[str, Trigger] = {}
    for key in plan:
        for operation in graph.nodes[key].operations:
            if isinstance(operation, _Kept):
                name = operation.trigger.name
                if operation.stays:
                    found[name] = operation.trigger
                else:
                    del found[name]
    return found


def standing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the database keeps now, by name: its text, spaces folded, as `Trigger.sql` writes it."""
    if connection.vendor == "sqlite":
        rows = _written(connection)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_STANDING)
            rows = cursor.fetchall()
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows}


_STANDING = """
SELECT t.tgname, 'CREATE OR REPLACE FUNCTION ' || p.proname
    || '() RETURNS trigger LANGUAGE plpgsql AS $$' || p.prosrc || '$$; '
    || replace(pg_get_triggerdef(t.oid), 'public.', '')
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal ORDER BY t.tgname
"""
