"""A line of a budget says what it rests on."""

from django.db import migrations, models

from maillage.kernel.triggers import around


class Migration(migrations.Migration):
    dependencies = [("costing", "0002_corrected_votes")]

    operations = around(
        migrations.AddField(
            model_name="budgetline",
            name="hypothesis",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="hypothèse"
            ),
            preserve_default=False,
        )
    )
