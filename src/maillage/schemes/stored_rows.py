"""Rows of the database as the parts of a document: the same words, codes in place of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from maillage.network.models import Entity, MacroProcess
from maillage.schemes.engine import document as doc
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.partial_dates import Precision
from maillage.schemes.models import Edition, Milestone, Placement, Section, Statement

PLACEMENT_COLUMNS = (
    "process_id",
    "milestone_id",
    "entity_id",
    "mode",
    "complementary",
    "lead_id",
    "served",
    "integration",
    "rationale",
    "source_document",
    "source_page",
    "source_basis",
    "provenance",
    "source_quote",
    "details",
)


def entity(e: Entity) -> doc.EntityDoc:
    kind = doc.EntityKind(e.kind)
    return doc.EntityDoc(e.code, e.name, e.short_name, kind, e.departement, e.siren)


def process(
    p: MacroProcess, functions: dict[int, str], processes: dict[int, str]
) -> doc.ProcessDoc:
    return doc.ProcessDoc(
        p.code,
        functions[p.function_id],
        p.name,
        p.group,
        p.description,
        p.region_only,
        p.source_page,
        doc.ProcessKind(p.kind),
        processes[p.parent_id] if p.parent_id else "",
        p.named_by,
        p.group_named_by,
    )


def milestone(m: Milestone) -> doc.MilestoneDoc:
    nature, precision = doc.MilestoneNature(m.nature), Precision(m.precision)
    return doc.MilestoneDoc(m.code, m.label, m.date, nature, precision)


def statement(s: Statement, functions: dict[int, str]) -> doc.StatementDoc:
    return doc.StatementDoc(
        s.code,
        functions[s.function_id],
        s.text,
        s.modes,
        s.horizon,
        s.source_page,
        s.source_quote,
    )


def section(s: Section, functions: dict[int, str]) -> doc.SectionDoc:
    function = functions[s.function_id] if s.function_id else ""
    return doc.SectionDoc(s.code, doc.SectionKind(s.kind), s.title, s.body, function, s.source_page)


_JSON = ("served", "details")
_AS_TEXT = {f"{name}_text": Cast(name, TextField()) for name in _JSON}
"""Read as the database writes them: decoding each of thousands of alike values takes most of the
time of reading an edition."""


def _served(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


def _details(text: str) -> Details:
    return Details.of(orjson.loads(text))


def placements(
    edition: Edition,
    processes: dict[int, str],
    at: Iterable[Milestone],
    active: Iterable[Entity],
) -> tuple[doc.PlacementDoc, ...]:
    """Every cell, by process, milestone and entity. The cells of an entity that is not `active`
    are left out."""
    milestones = {m.pk: m.code for m in at}
    entities: dict[int | None, str] = {None: "", **{e.pk: e.code for e in active}}
    told = Placement.objects.filter(edition=edition).annotate(**_AS_TEXT)
    rows = told.values_list(
        *(f"{name}_text" if name in _JSON else name for name in PLACEMENT_COLUMNS)
    )
    served_of, details_of = cache(_served), cache(_details)  # a column repeats itself
    cells = [
        doc.PlacementDoc(
            processes[process],
            milestones[milestone],
            entities[entity],
            mode,
            complementary,
            entities.get(lead, ""),
            served_of(served),
            *(*texts[:-1], details_of(texts[-1])),
        )
        for process, milestone, entity, mode, complementary, lead, served, *texts in rows
        if entity in entities
    ]
    cells.sort(key=doc.KEY)
    return tuple(cells)
