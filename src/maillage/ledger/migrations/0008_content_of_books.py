"""How far a book goes, and what tells that two books hold the same lines."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_adjustments")]

    operations = [
        migrations.AddField(
            "bookfile",
            "last",
            models.DateField(blank=True, null=True, verbose_name="dernière écriture"),
        ),
        migrations.AddField(
            "bookfile",
            "content",
            models.CharField(blank=True, max_length=64, verbose_name="empreinte du contenu"),
        ),
    ]
