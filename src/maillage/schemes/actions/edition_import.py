"""Take in a whole edition from a file: network, chambers, processes, cells, adoption."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import Verdict, refuse_fault
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.bulk_insert import NewPlacement, insert_placements
from maillage.schemes.actions.editions import refuse_errors, seal
from maillage.schemes.engine import canonical
from maillage.schemes.engine.document import (
    FORMAT,
    EditionDocument,
    EditionFile,
    PlacementDoc,
)
from maillage.schemes.models import Edition, Milestone, Scheme, Section, Statement
from maillage.schemes.queries import document_of
from maillage.sheets.findings import Finding, Unreadable

M = TypeVar("M", bound=models.Model)


def _may_import(_: None, *, file: EditionFile, actor: Actor) -> Verdict:
    """Of the network that the file names, be it here or still to create."""
    known = Network.objects.filter(code=file.document.network_code).first()
    return rules.can_import(known, actor=actor)


@action("schemes.edition.imported", "Édition importée", guard=_may_import, as_written=("file",))
def import_edition(_: None, file: EditionFile, *, actor: Actor) -> Outcome[Edition]:
    """Create the edition of a file, and what it names that does not exist yet.

    A file already imported (same number, same content) changes nothing. Raises Unreadable where
    the file contradicts what is here (another content under the same number, a chamber of the
    same code under another name), Refusal where a rule of the model is broken.
    """
    document = file.document
    network, _created = Network.objects.get_or_create(
        code=document.network_code,
        defaults={"name": document.network_name, "fictional": document.fictional},
    )
    scheme, _created = Scheme.objects.get_or_create(
        network=network,
        code=document.scheme_code,
        defaults={
            "title": document.scheme_title,
            "start_year": document.start_year,
            "end_year": document.end_year,
        },
    )
    existing = scheme.editions.filter(number=document.number).first()
    if existing is not None:
        return Outcome(_same_or_refuse(existing, document), unchanged=True)
    edition = Edition.objects.create(
        scheme=scheme, number=document.number, title=document.title, status=Edition.Status.DRAFT
    )
    _fill(edition, document)
    diff: dict[str, Any] = {"number": edition.number, "cells_count": len(document.placements)}
    if file.adoption is not None:
        diff |= _adopt(edition, file)
    elif file.status == "proposed":
        refuse_errors(edition)
        edition.status = Edition.Status.PROPOSED
        edition.save(update_fields=["status"])
    return Outcome(edition, diff, edition)


def _same_or_refuse(existing: Edition, document: EditionDocument) -> Edition:
    # As they would be sealed now: a draft taken in from a file of the first format has no other.
    known, given = (replace(d, format=FORMAT) for d in (document_of(existing), document))
    if canonical.seal(known) == canonical.seal(given):
        return existing
    raise Unreadable(
        [
            Finding(
                "content.number",
                f"l’édition {document.number} de ce schéma existe déjà, avec un autre contenu",
                "un numéro d’édition libre",
                str(document.number),
            )
        ]
    )


@dataclass(frozen=True, slots=True)
class _Nouns:
    """Ids by code of what a document names."""

    entities: dict[str, int]
    functions: dict[str, int]
    processes: dict[str, int]


def _fill(edition: Edition, document: EditionDocument) -> None:
    """Write what the document holds into a new draft, matching its nouns to the network's."""
    nouns = _nouns(edition.scheme.network, document)
    milestones = {
        m.code: Milestone.objects.create(
            edition=edition,
            code=m.code,
            label=m.label,
            date=m.date,
            precision=m.precision.value,
            nature=m.nature.value,
        ).pk
        for m in document.milestones
    }
    Section.objects.bulk_create(
        Section(
            edition=edition,
            code=s.code,
            kind=s.kind.value,
            function_id=nouns.functions[s.function] if s.function else None,
            title=s.title,
            body=s.body,
            source_page=s.source_page,
            position=rank,
        )
        for rank, s in enumerate(document.sections)
    )
    _fill_statements(edition, document, nouns.functions)
    insert_placements(
        [_row(edition, p, nouns.processes, milestones, nouns.entities) for p in document.placements]
    )


def _fill_statements(
    edition: Edition, document: EditionDocument, functions: dict[str, int]
) -> None:
    Statement.objects.bulk_create(
        Statement(
            edition=edition,
            code=s.code,
            function_id=functions[s.function],
            text=s.text,
            modes=s.modes,
            horizon=s.horizon,
            source_page=s.source_page,
            source_quote=s.source_quote,
            position=rank,
        )
        for rank, s in enumerate(document.statements)
    )


def _nouns(network: Network, document: EditionDocument) -> _Nouns:
    """Match or create entities, functions and processes. Raises Unreadable on contradictions."""
    findings: list[Finding] = []
    entities = [
        Entity(
            network=network,
            code=e.code,
            name=e.name,
            short_name=e.short_name,
            kind=e.kind.value,
            departement=e.departement,
            siren=e.siren,
            position=rank,
        )
        for rank, e in enumerate(document.entities)
    ]
    functions = [
        Function(
            network=network, code=f.code, name=f.name, description=f.description, position=rank
        )
        for rank, f in enumerate(document.functions)
    ]
    entity_ids = _match(Entity, network, entities, "entité", findings)
    function_ids = _match(Function, network, functions, "fonction", findings)
    process_ids = _match_processes(network, document, function_ids, findings)
    if findings:
        raise Unreadable(findings)
    return _Nouns(entity_ids, function_ids, process_ids)


def _match_processes(
    network: Network, document: EditionDocument, functions: dict[str, int], findings: list[Finding]
) -> dict[str, int]:
    """The macro-processes first: their actions are under them."""
    ids: dict[str, int] = {}
    for actions in (False, True):
        rows = [
            MacroProcess(
                network=network,
                function_id=functions[p.function],
                code=p.code,
                name=p.name,
                group=p.group,
                description=p.description,
                region_only=p.region_only,
                source_page=p.source_page,
                kind=p.kind.value,
                parent_id=ids[p.parent] if p.parent else None,
                named_by=p.named_by,
                group_named_by=p.group_named_by,
                position=rank,
            )
            for rank, p in enumerate(document.processes)
            if p.is_action is actions
        ]
        if rows or not actions:
            ids = _match(MacroProcess, network, rows, "macro-processus", findings)
    return ids


def _row(
    edition: Edition,
    p: PlacementDoc,
    processes: dict[str, int],
    milestones: dict[str, int],
    entities: dict[str, int],
) -> NewPlacement:
    return NewPlacement(
        edition_id=edition.pk,
        milestone_id=milestones[p.milestone],
        process_id=processes[p.process],
        entity_id=entities[p.entity] if p.entity else None,
        mode=p.mode,
        complementary=p.complementary,
        lead_id=entities[p.lead] if p.lead else None,
        served=list(p.served),
        integration=p.integration,
        rationale=p.rationale,
        source_document=p.source_document,
        source_page=p.source_page,
        source_basis=p.source_basis,
        provenance=p.provenance,
        source_quote=p.source_quote,
        details=p.details.record(),
        version=1,
    )


def _match(
    model: type[M], network: Network, given: list[M], noun: str, findings: list[Finding]
) -> dict[str, int]:
    """Ids by code of what the file names, created where absent; a different name is a finding."""
    known: dict[str, Any] = {row.code: row for row in model._base_manager.filter(network=network)}  # type: ignore[attr-defined]
    new = []
    for row in given:
        code, name = row.code, row.name  # type: ignore[attr-defined]
        if code not in known:
            new.append(row)
        elif known[code].name != name:
            findings.append(
                Finding(
                    f"{noun} « {code} »",
                    f"s’appelle « {known[code].name} » dans ce réseau",
                    "le même nom, ou un autre code",
                    name,
                )
            )
    model._base_manager.bulk_create(new)
    rows = model._base_manager.filter(network=network)
    return {row.code: row.pk for row in rows}  # type: ignore[attr-defined]


def _adopt(edition: Edition, file: EditionFile) -> dict[str, Any]:
    """Seal as the file says; what is sealed must be what the file holds, to the byte."""
    adoption = file.adoption
    assert adoption is not None
    fault = rules.adoption_fault(
        adoption.body, adoption.on, adoption.act, timezone.localdate(), adoption.taken_over
    )
    refuse_fault(fault)
    refuse_errors(edition)
    sealed = seal(
        edition,
        body=adoption.body,
        on=adoption.on,
        act=adoption.act,
        taken_over=adoption.taken_over,
        note=adoption.note,
        document=file.document,
    )
    if file.status == "superseded":
        edition.status = Edition.Status.SUPERSEDED
        edition.save(update_fields=["status"])
    return sealed.diff
