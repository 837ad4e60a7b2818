"""What format 2 adds: provenance, quotes, details, dates by their precision, statements.

What stood before says nothing of these: provenance stays "", which reads « non précisé ».
"""

import django.db.models.deletion
from django.db import migrations, models

from maillage.kernel.triggers import Trigger, around, drop, keep

SEALED = "('adopted', 'superseded')"
MESSAGE = "Une édition adoptée ne change plus."
KEPT = ("scheme_id", "number", "title", "seal", "adopted_body", "adopted_act", "taken_over")


def _edition(kept):
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in kept)
    dates = "COALESCE(NEW.adopted_on, '0001-01-01') <> COALESCE(OLD.adopted_on, '0001-01-01')"
    condition = f"OLD.status IN {SEALED} AND ({changed} OR {dates} OR NEW.status NOT IN {SEALED})"
    return "schemes_edition_update_sealed", "schemes_edition", "UPDATE", condition, MESSAGE


def _statements():
    table = "schemes_statement"
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        sealed = f"(SELECT status FROM schemes_edition WHERE id = {row}.edition_id) IN {SEALED}"
        yield keep(f"{table}_{verb.lower()}_sealed", table, verb, sealed, MESSAGE)


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0002_kinds_of_rows"),
        ("schemes", "0006_mode_of_source"),
    ]

    operations = around(
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=80, verbose_name="code")),
                ("text", models.CharField(max_length=4000, verbose_name="énoncé")),
                ("modes", models.CharField(blank=True, max_length=5, verbose_name="modes")),
                ("horizon", models.CharField(blank=True, max_length=80, verbose_name="horizon")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_quote",
                    models.CharField(blank=True, max_length=300, verbose_name="citation"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
            ],
            options={
                "verbose_name": "énoncé",
                "verbose_name_plural": "énoncés",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="milestone",
            options={
                "ordering": ["date", "pk"],
                "verbose_name": "jalon",
                "verbose_name_plural": "jalons",
            },
        ),
        migrations.RemoveConstraint(
            model_name="edition",
            name="edition_adoption",
        ),
        migrations.RemoveConstraint(
            model_name="milestone",
            name="milestone_date",
        ),
        migrations.RemoveIndex(
            model_name="placement",
            name="placement_own_values",
        ),
        migrations.AddField(
            model_name="edition",
            name="adopted_note",
            field=models.CharField(
                blank=True, default="", max_length=1000, verbose_name="note sur l’adoption"
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="precision",
            field=models.CharField(
                choices=[("day", "Au jour"), ("month", "Au mois"), ("year", "À l’année")],
                default="day",
                max_length=5,
                verbose_name="précision",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="details",
            field=models.JSONField(
                blank=True, default=dict, verbose_name="ce que le mode recouvre"
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="provenance",
            field=models.CharField(
                blank=True,
                choices=[("stated", "Énoncé"), ("inferred", "Déduit"), ("carried", "Reporté")],
                default="",
                max_length=8,
                verbose_name="provenance",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="source_quote",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="citation"),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                condition=models.Q(("entity__isnull", False)),
                fields=[
                    "milestone",
                    "process",
                    "mode",
                    "complementary",
                    "lead",
                    "provenance",
                    "entity",
                ],
                name="placement_own_values",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "proposed"]),
                    ("taken_over", True),
                    models.Q(
                        models.Q(("adopted_body", ""), _negated=True),
                        ("adopted_on__isnull", False),
                        models.Q(("adopted_act", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="edition_adoption",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("edition", "date", "precision", "nature"), name="milestone_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("provenance", ""),
                    models.Q(
                        ("provenance__in", ["stated", "inferred", "carried"]),
                        models.Q(("mode", "?"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="placement_provenance",
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="statements",
                to="schemes.edition",
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="function",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="network.function",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("edition", "code"), name="statement_code"),
        ),
    )
    operations += [
        drop(Trigger(*_edition(KEPT))),
        keep(*_edition((*KEPT, "adopted_note"))),
        *_statements(),
    ]
