from typing import Any

from django.db import migrations, models

WORDS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE kernel_indexentry_words "
        "USING fts5(words, tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3')"
    ],
    "postgresql": [
        "CREATE TABLE kernel_indexentry_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX kernel_indexentry_words_gin ON kernel_indexentry_words USING gin (words)",
    ],
}


def make(apps: Any, editor: Any) -> None:
    for statement in WORDS[editor.connection.vendor]:
        editor.execute(statement)


def drop(apps: Any, editor: Any) -> None:
    editor.execute("DROP TABLE kernel_indexentry_words")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_origin")]

    operations = [
        migrations.CreateModel(
            name="IndexEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noun", models.CharField(max_length=60, verbose_name="nom")),
                ("key", models.CharField(max_length=120, verbose_name="clé")),
                ("chain", models.CharField(max_length=80, verbose_name="chaîne")),
                ("audience", models.CharField(blank=True, max_length=120, verbose_name="public")),
                ("kind", models.CharField(max_length=60, verbose_name="sorte")),
                ("title", models.TextField(verbose_name="titre")),
                ("url", models.TextField(verbose_name="adresse")),
                ("about", models.TextField(blank=True, verbose_name="à propos")),
                ("place", models.IntegerField(default=0, verbose_name="rang")),
                ("plain", models.TextField(blank=True, verbose_name="titre en mots")),
                ("digest", models.CharField(max_length=32, verbose_name="empreinte")),
            ],
            options={
                "verbose_name": "entrée de l’index",
                "verbose_name_plural": "entrées de l’index",
                "ordering": ["noun", "chain", "key"],
                "constraints": [
                    models.UniqueConstraint(fields=("noun", "chain", "key"), name="indexentry_key")
                ],
            },
        ),
        migrations.RunPython(make, drop),
    ]
