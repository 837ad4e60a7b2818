"""The search over every network of the country, against the one query it asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db import connection

from maillage.kernel import index
from maillage.kernel.words import Words
from maillage.people.actors import INSTALLATION
from maillage.portal.views.pages import LIMIT, found_by, networks_seen_by
from maillage.schemes.actions import import_edition
from maillage.schemes.engine.document import EditionFile
from maillage.schemes.engine.generate import generate
from maillage.schemes.queries import networks_visible_to
from tests.bench.measure import Line, against, medians

NETWORKS = 13
QUESTIONS = ("paie", "comptabilite fournisseurs", "formation", "region", "sys")


def search() -> Iterator[Line]:
    """Several questions in turn, by someone who reaches every network: the most there is to find.
    The pages one may enter are no rows: their part is Python's alone."""
    for rank, document in enumerate(generate(7, NETWORKS * 8, 60, networks=NETWORKS)):
        coded = replace(document, network_code=f"banc-{rank}")
        import_edition(None, EditionFile(coded), actor=INSTALLATION)
    asked = [Words(question) for question in QUESTIONS]

    networks = networks_visible_to(INSTALLATION).query.sql_with_params()
    statements = [index.statement(words, None, LIMIT) for words in asked]

    def queries() -> None:
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(*networks)
                cursor.fetchall()
                cursor.execute(*statement)
                assert cursor.fetchall()

    def answers() -> None:
        for words in asked:
            assert found_by(INSTALLATION, words, networks_seen_by(INSTALLATION))

    sql, found = medians(queries, answers)
    yield against(f"Recherche, {NETWORKS} réseaux", found, "son SQL", sql, 1.5)
