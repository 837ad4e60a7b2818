"""How many lines of a book its totals do not count."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_partner_number_of_book")]

    operations = [
        migrations.AddField(
            "bookfile",
            "missing",
            models.BigIntegerField(default=0, verbose_name="lignes absentes des totaux"),
        ),
    ]
