"""The shares of a budget come down from finance: the state alone moves, the table stays."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("costing", "0003_hypotheses"),
        ("finance", "0009_budget_shares"),
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="BudgetShare",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("account", models.CharField(max_length=12, verbose_name="compte")),
                        ("amount", models.BigIntegerField(verbose_name="montant (centimes)")),
                        (
                            "budget",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shares",
                                to="costing.budget",
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="budget_shares",
                                to="network.entity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "finance_budgetshare",
                        "verbose_name": "part entre chambres",
                        "verbose_name_plural": "parts entre chambres",
                        "ordering": ["account", "partner__position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("budget", "account", "partner"), name="budget_share_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="budget_share_amount"
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
