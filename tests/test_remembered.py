"""What is written again is what was built, and nothing is where the state differs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from maillage.kernel.models import chains, verify
from maillage.network.actions import save_function
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import actors_of, load, small_document
from tests.remembered import MEMORY

pytestmark = pytest.mark.sqlite("what is remembered is of SQLite alone")


def tables() -> dict[str, list[Any]]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        return {
            table: sorted(map(repr, cursor.execute(f'SELECT * FROM "{table}"').fetchall()))
            for table in connection.introspection.table_names(cursor)
        }


def made() -> tuple[Edition, Any, dict[str, list[Any]]]:
    """A draft and its people in an empty house, undone."""
    MEMORY.forget_where()
    with transaction.atomic():
        edition = load(small_document())
        who = actors_of(edition)
        found = edition, who, tables()
        transaction.set_rollback(True)
    return found


def test_what_is_written_again_is_what_was_built(db: None) -> None:
    MEMORY.steps.clear()
    edition, who, rows = made()
    steps = len(MEMORY.steps)
    again, others, written = made()
    assert len(MEMORY.steps) == steps == 2
    assert written == rows
    assert (again, others.nord.actor) == (edition, who.nord.actor)
    assert again is not edition and others.nord.client is not who.nord.client


def test_after_anything_else_it_is_built(db: None) -> None:
    made()
    steps = len(MEMORY.steps)
    MEMORY.forget_where()
    edition = load(small_document())
    save_function(edition.network, actor=INSTALLATION, code="droit", name="Droit")
    who = actors_of(edition)
    assert len(MEMORY.steps) == steps
    assert who.nord.client.get("/").headers["Location"] == "/reseaux/essai/ma-page/"
    assert [verify(chain)[1] for chain in chains()] == [None] * len(list(chains()))
