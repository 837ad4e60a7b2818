"""Rules the database itself keeps, written once for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def refuse(name: str, table: str, verb: str, condition: str, message: str) -> migrations.RunPython:
    """A migration operation: refuse `verb` ("UPDATE", "DELETE", "INSERT") on rows of `table`.

    `condition` is SQL over OLD or NEW, the same on both databases; "" means always.
    """

    def create(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        editor.execute(_create(editor.connection.vendor, name, table, verb, condition, message))

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER {name}{on}")

    forward: Callable[[Apps, BaseDatabaseSchemaEditor], None] = create
    return migrations.RunPython(forward, drop)


def _create(vendor: str, name: str, table: str, verb: str, condition: str, message: str) -> str:
    text = message.replace("'", "''")
    if vendor == "sqlite":
        when = f" WHEN {condition}" if condition else ""
        return (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{when} "
            f"BEGIN SELECT RAISE(ABORT, '{text}'); END"
        )
    test = condition or "TRUE"
    result = "OLD" if verb == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {test} THEN RAISE EXCEPTION '{text.replace('%', '%%')}' "
        f"USING ERRCODE = 'restrict_violation'; END IF; RETURN {result}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
