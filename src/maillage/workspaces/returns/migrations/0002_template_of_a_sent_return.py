"""A sent return keeps the receiver’s template it was sent in; a template never changes its bytes."""

import django.db.models.deletion
from django.db import migrations, models

from maillage.kernel.triggers import around, keep


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0001_initial"),
    ]

    operations = [
        *around(
            migrations.AddField(
                model_name="restitution",
                name="template",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="returns.receivertemplate",
                    verbose_name="modèle de l’envoi",
                ),
            ),
            migrations.AddField(
                model_name="restitution",
                name="template_use",
                field=models.JSONField(blank=True, default=dict, verbose_name="emploi du modèle"),
            ),
        ),
        keep(
            "returns_template_bytes_no_update",
            "returns_receivertemplate",
            "UPDATE",
            "NEW.data <> OLD.data OR NEW.sha256 <> OLD.sha256",
            "Le classeur d’un destinataire ne change pas.",
        ),
    ]
