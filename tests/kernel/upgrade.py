"""On a database of its own: `python -m tests.kernel.upgrade` migrates to an old state, then on.

Prints JSON: the triggers missing, changed or unknown, once upgraded and once a table is remade.
"""

from __future__ import annotations

import json

import django


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

    for app, name in (("schemes", "0002"), ("finance", "0003"), ("ledger", "0001")):
        call_command("migrate", app, name, verbosity=0)
    before = len(standing(connection))
    call_command("migrate", verbosity=0)
    told = {"vendor": connection.vendor, "before": before, "upgraded": parted()}
    title = models.CharField("titre", max_length=1999)
    remake(migrations.AlterField("section", "title", title), kept=True)
    told["around"] = parted()
    wider = models.CharField("titre", max_length=2000, null=True)
    remake(migrations.AlterField("section", "title", wider), kept=False)
    told["alone"] = parted()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
