"""Placements on their way to the database: light rows, inserted many to a statement.

Knows the columns of the model; decides nothing of what may be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection

from maillage.schemes.engine.document import UNKNOWN
from maillage.schemes.models import Placement


@dataclass(slots=True)
class NewPlacement:
    """A placement to insert: the columns of the model, without its weight."""

    edition_id: int
    process_id: int
    milestone_id: int
    entity_id: int | None
    mode: str = UNKNOWN
    complementary: str = ""
    lead_id: int | None = None
    served: list[str] = field(default_factory=list)
    integration: str = ""
    rationale: str = ""
    source_document: str = ""
    source_page: str = ""
    source_basis: str = ""
    provenance: str = ""
    source_quote: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    source_mode: str = ""
    version: int = 0
    updated_by: str = ""


BLOCK = 50
"""Rows to a statement. SQLite spends more on opening a statement than on a row, and refuses more
than 999 values in one where it is old."""
COLUMNS = [str(f.column) for f in Placement._meta.concrete_fields if not f.primary_key]


def insert_placements(rows: Iterable[Placement | NewPlacement]) -> None:
    """Insert rows, a block to a statement; ids are not set on the objects."""
    names = [f.attname for f in Placement._meta.concrete_fields if not f.primary_key]
    values, served, details = attrgetter(*names), names.index("served"), names.index("details")
    marks = f"({', '.join(['%s'] * len(COLUMNS))})"
    sql = f"INSERT INTO schemes_placement ({', '.join(COLUMNS)}) VALUES "

    def stored(row: Placement | NewPlacement) -> list[Any]:
        data = list(values(row))
        data[served] = orjson.dumps(data[served]).decode() if data[served] else "[]"
        data[details] = orjson.dumps(data[details]).decode() if data[details] else "{}"
        return data

    waiting = iter(rows)
    with connection.cursor() as cursor:
        while block := [stored(row) for row in islice(waiting, BLOCK)]:
            cursor.execute(sql + ", ".join([marks] * len(block)), list(chain.from_iterable(block)))
