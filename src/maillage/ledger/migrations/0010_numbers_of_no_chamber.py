from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0009_partner_accounts_and_labels"),
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="partnernumber",
            name="entity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="partner_numbers",
                to="network.entity",
            ),
        ),
    ]
