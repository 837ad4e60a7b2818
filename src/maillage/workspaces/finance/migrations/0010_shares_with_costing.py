"""The shares of a budget go down to costing: the state alone moves, the table stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("costing", "0004_budget_shares"),
        ("finance", "0009_budget_shares"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="BudgetShare")]
        ),
    ]
