"""A database made before costing stood on its own is brought up to date with what it holds."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.installation import Installation

FORMER = """
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate([("finance", "0004_budget_refused")])
apps = executor.loader.project_state([("finance", "0004_budget_refused")]).apps
get = apps.get_model
network = get("network", "Network").objects.create(code="ancien", name="Ancien")
entity = get("network", "Entity").objects.create(
    network=network, code="nord", name="Nord", short_name="Nord", kind="territorial")
axis = get("finance", "BudgetAxis").objects.create(
    network=network, code="numerique", name="Numérique", kind="action")
budget = get("finance", "Budget").objects.create(
    network=network, entity=entity, year=2026, kind="initial")
get("finance", "BudgetLine").objects.create(budget=budget, account="641", axis=axis, m03=1250)
get("finance", "PersonnelLine").objects.create(
    budget=budget, label="Conseil", axis=axis, fte_hundredths=100, gross=1, rate=1)
get("finance", "Budget").objects.filter(pk=budget.pk).update(
    status="voted", voted_on="2025-11-20", voted_body="Assemblée", voted_act="12")
key = get("finance", "AllocationKey").objects.create(
    network=network, code="etp", name="ETP", driver="fte", valid_from="2026-01-01")
get("finance", "KeyShare").objects.create(key=key, entity=entity, share=10000)
days = dict.fromkeys(("issued_on", "first_day", "last_day"), "2026-01-31")
statement = get("finance", "RechargeStatement").objects.create(network=network, year=2026,
    number=7, label="Paie", provider=entity, key=key, origin="entered", amount=5, **days)
get("finance", "RechargeLine").objects.create(
    statement=statement, entity=entity, share=10000, amount=5)
"""

NOW = """
import json
from django.db import IntegrityError, connection, transaction
from maillage.costing.models import AllocationKey, Budget, RechargeStatement
budget, statement = Budget.objects.get(), RechargeStatement.objects.get()
line, refused = budget.lines.get(), []
WRITES = [
    "UPDATE finance_budgetline SET m03 = 5", "DELETE FROM finance_budget",
    "UPDATE finance_rechargestatement SET amount = 1", "DELETE FROM finance_rechargeline",
    "UPDATE finance_rechargestatement SET last_day = '2020-01-01'",
    "INSERT INTO finance_allocationkey (network_id, code, name, driver, fixed, note, valid_from)"
    " SELECT network_id, code, name, driver, fixed, note, valid_from FROM finance_allocationkey",
]
for write in WRITES:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(write)
    except IntegrityError:
        refused.append(write)
print(json.dumps({
    "subjects": [budget.subject, statement.subject, AllocationKey.objects.get().subject],
    "line": [line.account, line.axis.code, line.months[2]],
    "jobs": [job.label for job in budget.personnel.all()],
    "statement": [statement.reference, statement.lines.get().amount, statement.key.code],
    "written": [write for write in WRITES if write not in refused],
}))
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """An installation without tables yet, on the kind of database the suite runs on."""
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        yield Installation(tmp_path)
        return
    name = f"former_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Installation(tmp_path, server.rsplit("/", 1)[0] + f"/{name}")
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_what_a_former_database_holds_is_found_again_and_still_guarded(empty: Installation) -> None:
    empty.ask(FORMER)
    done = empty.run("migrate", "-v0")
    assert done.returncode == 0, done.stderr
    found = json.loads(empty.ask(NOW))
    assert [subject.split(":")[0] for subject in found["subjects"]] == [
        "finance.budget",
        "finance.recharge",
        "finance.key",
    ]
    assert found["line"] == ["641", "numerique", 1250]
    assert found["jobs"] == ["Conseil"]
    assert found["statement"] == ["RF-2026-007", 5, "etp"]
    assert found["written"] == []
