"""What a row is (mission, macro-process, action under one), and whose words name it."""

import django.db.models.deletion
from django.db import migrations, models

from maillage.kernel.triggers import around


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0001_initial"),
    ]

    operations = around(
        migrations.AddField(
            model_name="macroprocess",
            name="group_named_by",
            field=models.CharField(
                blank=True,
                choices=[("source", "Nommé par la source"), ("ours", "Nommé par nous")],
                default="",
                max_length=6,
                verbose_name="nom du périmètre",
            ),
        ),
        migrations.AddField(
            model_name="macroprocess",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mission", "Mission"),
                    ("macro_process", "Macro-processus"),
                    ("action", "Action"),
                ],
                default="macro_process",
                max_length=13,
                verbose_name="sorte",
            ),
        ),
        migrations.AddField(
            model_name="macroprocess",
            name="named_by",
            field=models.CharField(
                blank=True,
                choices=[("source", "Nommé par la source"), ("ours", "Nommé par nous")],
                default="",
                max_length=6,
                verbose_name="nom",
            ),
        ),
        migrations.AddField(
            model_name="macroprocess",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="actions",
                to="network.macroprocess",
                verbose_name="macro-processus",
            ),
        ),
        migrations.AddConstraint(
            model_name="macroprocess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "action"), ("parent__isnull", False)),
                    models.Q(("kind__in", ["mission", "macro_process"]), ("parent__isnull", True)),
                    _connector="OR",
                ),
                name="process_parent",
            ),
        ),
    )
