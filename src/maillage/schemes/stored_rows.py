"""Rows of the database as the parts of a document: the same words, codes in place of numbers."""

from __future__ import annotations

from maillage.network.models import Entity, MacroProcess
from maillage.schemes.engine import document as doc
from maillage.schemes.engine.partial_dates import Precision
from maillage.schemes.models import Milestone, Section, Statement


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
