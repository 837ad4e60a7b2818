"""On a database of its own: `python -m tests.kernel.upgrade` migrates to old states, then on.

Prints JSON: the triggers missing, changed or unknown, once upgraded and once a table is remade;
and what is found again of what an old database held, written before costing stood on its own.
"""

from __future__ import annotations

import json
from typing import Any

import django

OLD = (("schemes", "0002"), ("finance", "0003"), ("ledger", "0001"))
FILLED = ("finance", "0004_budget_refused")
WRITES = [
    "UPDATE finance_budgetline SET m03 = 5",
    "DELETE FROM finance_budget",
    "UPDATE finance_rechargestatement SET amount = 1",
    "DELETE FROM finance_rechargeline",
    "UPDATE finance_rechargestatement SET last_day = '2020-01-01'",
    "INSERT INTO finance_allocationkey (network_id, code, name, driver, fixed, note, valid_from)"
    " SELECT network_id, code, name, driver, fixed, note, valid_from FROM finance_allocationkey",
]
"""What a voted budget, an issued statement and a period already taken refuse."""


def fill() -> None:
    """A voted budget and an issued statement, as the former tables hold them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate([FILLED])
    apps = executor.loader.project_state([FILLED]).apps

    def create(app: str, model: str, **fields: Any) -> Any:
        return apps.get_model(app, model).objects.create(**fields)

    network = create("network", "Network", code="ancien", name="Ancien")
    entity = create("network", "Entity", network=network, code="nord", name="Nord",
                    short_name="Nord", kind="territorial")  # fmt: skip
    axis = create("finance", "BudgetAxis", network=network, code="numerique", name="Numérique",
                  kind="action")  # fmt: skip
    budget = create("finance", "Budget", network=network, entity=entity, year=2026, kind="initial")
    create("finance", "BudgetLine", budget=budget, account="641", axis=axis, m03=1250)
    create("finance", "PersonnelLine", budget=budget, label="Conseil", axis=axis,
           fte_hundredths=100, gross=1, rate=1)  # fmt: skip
    apps.get_model("finance", "Budget").objects.filter(pk=budget.pk).update(
        status="voted", voted_on="2025-11-20", voted_body="Assemblée", voted_act="12"
    )
    key = create("finance", "AllocationKey", network=network, code="etp", name="ETP",
                 driver="fte", valid_from="2026-01-01")  # fmt: skip
    create("finance", "KeyShare", key=key, entity=entity, share=10000)
    days = dict.fromkeys(("issued_on", "first_day", "last_day"), "2026-01-31")
    statement = create("finance", "RechargeStatement", network=network, year=2026, number=7,
                       label="Paie", provider=entity, key=key, origin="entered", amount=5,
                       **days)  # fmt: skip
    create("finance", "RechargeLine", statement=statement, entity=entity, share=10000, amount=5)


def held() -> dict[str, Any]:
    """What the present models find of it, and which writes nothing refuses."""
    from django.db import IntegrityError, connection, transaction

    from maillage.costing.models import AllocationKey, Budget, RechargeStatement

    budget, statement = Budget.objects.get(), RechargeStatement.objects.get()
    line, written = budget.lines.get(), []
    for write in WRITES:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(write)
        except IntegrityError:
            continue
        written.append(write)
    return {
        "subjects": [budget.subject, statement.subject, AllocationKey.objects.get().subject],
        "line": [line.account, line.axis.code, line.months[2]],
        "jobs": [job.label for job in budget.personnel.all()],
        "statement": [statement.reference, statement.lines.get().amount, statement.key.code],
        "written": written,
    }


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection, migrations, models
    from django.db.migrations.executor import MigrationExecutor

    from maillage.kernel.triggers import around, declared, standing

    def parted() -> list[str]:
        wanted = {name: trigger.sql(connection.vendor) for name, trigger in declared().items()}
        kept = standing(connection)
        return sorted(n for n in wanted.keys() | kept.keys() if wanted.get(n) != kept.get(n))

    def remake(widen: migrations.AlterField, *, kept: bool) -> None:
        state = MigrationExecutor(connection).loader.project_state()
        with connection.schema_editor() as editor:
            for operation in around(widen) if kept else [widen]:
                after = state.clone()
                operation.state_forwards("schemes", after)
                operation.database_forwards("schemes", editor, state, after)
                state = after

    for app, name in OLD:
        call_command("migrate", app, name, verbosity=0)
    before = len(standing(connection))
    fill()
    call_command("migrate", verbosity=0)
    told: dict[str, Any] = {"vendor": connection.vendor, "before": before, "held": held()}
    told["upgraded"] = parted()
    title = models.CharField("titre", max_length=1999)
    remake(migrations.AlterField("section", "title", title), kept=True)
    told["around"] = parted()
    wider = models.CharField("titre", max_length=2000, null=True)
    remake(migrations.AlterField("section", "title", wider), kept=False)
    told["alone"] = parted()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
