"""The rules a database keeps: all there after the migrations, on a new database and an old one."""

from __future__ import annotations

import pytest
from django.db import connection

from maillage.kernel.triggers import Trigger, declared, standing

TABLES = {
    "kernel_event": "UPDATE DELETE",
    "schemes_placement": "INSERT UPDATE DELETE",
    "schemes_milestone": "INSERT UPDATE DELETE",
    "schemes_section": "INSERT UPDATE DELETE",
    "schemes_statement": "INSERT UPDATE DELETE",
    "schemes_edition": "UPDATE DELETE",
    "schemes_sealedcontent": "UPDATE DELETE",
    "finance_budget": "UPDATE DELETE",
    "finance_budgetline": "INSERT UPDATE DELETE",
    "finance_personnelline": "INSERT UPDATE DELETE",
    "finance_landingversion": "UPDATE DELETE",
    "finance_rechargestatement": "UPDATE DELETE",
    "finance_rechargeline": "UPDATE DELETE",
    "returns_definitionversion": "UPDATE DELETE",
    "returns_restitution": "UPDATE DELETE",
    "returns_typedcell": "INSERT UPDATE DELETE",
    "returns_cellcomment": "INSERT UPDATE DELETE",
    "returns_receivertemplate": "UPDATE",
}
"""What each kept table refuses."""


def test_the_migrations_declare_what_each_table_refuses() -> None:
    found: dict[str, set[str]] = {}
    for trigger in declared().values():
        found.setdefault(trigger.table, set()).add(trigger.verb)
    assert found == {table: set(verbs.split()) for table, verbs in TABLES.items()}


@pytest.mark.django_db
def test_a_new_database_keeps_every_trigger_as_declared() -> None:
    wanted = {name: trigger.sql(connection.vendor) for name, trigger in declared().items()}
    assert standing(connection) == wanted


@pytest.mark.parametrize("condition", ["", "OLD.status = 'sealed'"])
def test_a_trigger_is_written_for_both_databases(condition: str) -> None:
    trigger = Trigger("kept", "t", "DELETE", condition, "L'acte est à 100 %.")
    when = f" WHEN {condition}" if condition else ""
    assert trigger.sql("sqlite") == (
        f"CREATE TRIGGER kept BEFORE DELETE ON t{when} "
        "BEGIN SELECT RAISE(ABORT, 'L''acte est à 100 %.'); END"
    )
    written = trigger.sql("postgresql")
    assert f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION 'L''acte est à 100 %%.'" in written
    assert "RETURN OLD;" in written
