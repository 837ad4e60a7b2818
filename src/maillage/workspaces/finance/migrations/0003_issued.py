"""A recharge statement never changes once issued: the database refuses, whoever asks."""

from django.db import migrations

from maillage.kernel.triggers import keep

MESSAGE = "Un relevé de refacturation ne se modifie pas : il se contre-passe."


def _guards():
    for table in ("finance_rechargestatement", "finance_rechargeline"):
        for verb in ("UPDATE", "DELETE"):
            yield keep(f"{table}_no_{verb.lower()}", table, verb, "", MESSAGE)


class Migration(migrations.Migration):
    dependencies = [("finance", "0002_investments_keys_costs")]
    operations = list(_guards())
