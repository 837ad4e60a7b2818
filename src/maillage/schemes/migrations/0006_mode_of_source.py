"""Under which mode the source of a cell was stated, so that an older one is told."""

from django.db import migrations, models

from maillage.kernel.triggers import around


class Migration(migrations.Migration):
    dependencies = [("schemes", "0005_one_waiting_file")]
    operations = around(
        migrations.AddField(
            "placement",
            "source_mode",
            models.CharField("mode de la source", max_length=1, blank=True, default=""),
        ),
    )
