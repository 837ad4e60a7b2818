"""Files in waiting are kept by `imports`: those of a day ago at most are sent again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("finance", "0005_costing")]

    operations = [
        migrations.DeleteModel(name="BudgetPendingImport"),
        migrations.DeleteModel(name="InvestmentPendingImport"),
    ]
