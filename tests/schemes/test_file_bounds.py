"""What an edition's file may hold fits the columns that will keep it."""

from __future__ import annotations

import pytest
from django.db.models import CharField, Model

from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.schemes.engine import file_schema
from maillage.schemes.engine.field_kinds import Codes, Record, Text
from maillage.schemes.engine.placement_files.columns import COLUMNS, DETAIL
from maillage.schemes.models import Edition, Milestone, Placement, Scheme, Section, Statement

TABLES: dict[str, type[Model]] = {
    "entities": Entity,
    "functions": Function,
    "processes": MacroProcess,
    "milestones": Milestone,
    "sections": Section,
    "placements": Placement,
    "statements": Statement,
}
ELSEWHERE: dict[tuple[str, str], tuple[type[Model], str]] = {
    ("", "network_code"): (Network, "code"),
    ("", "network_name"): (Network, "name"),
    ("", "scheme_code"): (Scheme, "code"),
    ("", "scheme_title"): (Scheme, "title"),
    ("", "title"): (Edition, "title"),
    ("adoption", "body"): (Edition, "adopted_body"),
    ("adoption", "act"): (Edition, "adopted_act"),
    ("adoption", "note"): (Edition, "adopted_note"),
    ("statements", "function"): (Function, "code"),
    ("processes", "parent"): (MacroProcess, "code"),
    ("processes", "function"): (Function, "code"),
    ("sections", "function"): (Function, "code"),
    ("placements", "process"): (MacroProcess, "code"),
    ("placements", "milestone"): (Milestone, "code"),
    ("placements", "entity"): (Entity, "code"),
    ("placements", "lead"): (Entity, "code"),
    ("placements", "served"): (Entity, "code"),
}
FIELDS = {
    (name, field): kind
    for name, fields in {
        "": file_schema.SCALARS_OF[2],
        "adoption": file_schema.ADOPTION_OF[2],
        **file_schema.RECORDS_OF[2],
    }.items()
    for field, kind in fields.items()
    if isinstance(kind, Text | Codes) and field not in ("date", "on")
}


@pytest.mark.parametrize(("where", "kind"), FIELDS.items(), ids=[".".join(key) for key in FIELDS])
def test_a_text_that_is_read_can_be_kept(where: tuple[str, str], kind: Text | Codes) -> None:
    model, name = ELSEWHERE.get(where) or (TABLES[where[0]], where[1])
    column = model._meta.get_field(name)
    text = kind.item if isinstance(kind, Codes) else kind
    if isinstance(column, CharField):
        assert text.maximum == column.max_length


def test_the_spreadsheet_and_the_file_hold_the_same_texts() -> None:
    cells = dict(file_schema.RECORDS_OF[2]["placements"])
    details = cells["details"]
    assert isinstance(details, Record)
    cells |= {DETAIL + name: kind for name, kind in details.fields.items()}
    bounds = {c.name: (cells[c.name], c.longest) for c in COLUMNS if c.longest}
    assert "source_page" in bounds
    for kind, longest in bounds.values():
        assert isinstance(kind, Text) and kind.maximum == longest
