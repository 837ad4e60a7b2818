"""Take in a whole edition from a file: network, chambers, processes, cells, adoption."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Max
from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.models import Written
from maillage.kernel.verdicts import Verdict, refuse_fault
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.bulk_insert import NewPlacement, insert_placements
from maillage.schemes.actions.edition_nouns import Nouns, match_nouns
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

IMPORTED = "schemes.edition.imported"


class NumberTaken(Unreadable):
    """A sealed edition of that number is here, with another content."""


def _may_import(_: None, *, file: EditionFile, actor: Actor) -> Verdict:
    """Of the network that the file names, be it here or still to create."""
    known = Network.objects.filter(code=file.document.network_code).first()
    return rules.can_import(known, actor=actor)


@action(IMPORTED, "Édition importée", guard=_may_import, as_written=("file",))
def import_edition(_: None, file: EditionFile, *, actor: Actor) -> Outcome[Edition]:
    """Create the edition of a file, and what it names that does not exist yet.

    A file already imported (same number, same content) changes nothing. An adopted edition takes
    the place of the one in force, unless that one has a greater number; a draft that had its
    number takes the next free one. Raises Unreadable where the file contradicts what is here
    (another content under the same number, a chamber of the same code under another name),
    Refusal where a rule of the model is broken.
    """
    document = file.document
    scheme = _scheme_of(document)
    network = scheme.network
    each: list[Written] = []
    existing = scheme.editions.filter(number=document.number).first()
    if existing is not None:
        if _is_same(existing, document):
            return Outcome(existing, unchanged=True)
        each.append(_renumber(existing, file))
    current = scheme.editions.filter(status=Edition.Status.ADOPTED).first()
    in_force = file.status == "adopted" and (current is None or current.number < document.number)
    edition = Edition.objects.create(
        scheme=scheme,
        number=document.number,
        title=document.title,
        status=Edition.Status.DRAFT,
        based_on=current if in_force else None,
    )
    nouns = match_nouns(network, document, in_force=in_force)
    if in_force and scheme.title != document.scheme_title:
        scheme.title = document.scheme_title
        scheme.save(update_fields=["title"])
    if nouns.reworded:
        each.append((IMPORTED, network.subject, {"reworded": list(nouns.reworded)}))
    _fill(edition, document, nouns)
    diff: dict[str, Any] = {"number": edition.number, "cells_count": len(document.placements)}
    diff |= _bring_to_its_state(edition, file, in_force)
    return Outcome(edition, diff, edition, each=each)


def _scheme_of(document: EditionDocument) -> Scheme:
    """The scheme, and its network, created where they are not here."""
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
    return scheme


def _is_same(existing: Edition, document: EditionDocument) -> bool:
    # As they would be sealed now: a draft taken in from a file of the first format has no other.
    known, given = (replace(d, format=FORMAT) for d in (document_of(existing), document))
    return canonical.seal(known) == canonical.seal(given)


def _renumber(existing: Edition, file: EditionFile) -> Written:
    """Give the number that a sealed edition needs, its seal being of it, by moving what is not
    sealed yet to the next free one. Raises NumberTaken where that cannot be."""
    document = file.document
    if file.adoption is not None and not existing.is_sealed:
        last = Edition.objects.filter(scheme_id=existing.scheme_id).aggregate(n=Max("number"))["n"]
        existing.number = last + 1
        existing.save(update_fields=["number"])
        return (IMPORTED, existing.subject, {"number": [document.number, existing.number]})
    raise NumberTaken(
        [
            Finding(
                "content.number",
                f"l’édition {document.number} de ce schéma existe déjà, avec un autre contenu",
                "un numéro d’édition libre",
                str(document.number),
            )
        ]
    )


def _fill(edition: Edition, document: EditionDocument, nouns: Nouns) -> None:
    """Write what the document holds into a new draft."""
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


def _bring_to_its_state(edition: Edition, file: EditionFile, in_force: bool) -> dict[str, Any]:
    """Propose or seal as the file says; what is sealed must be what it holds, to the byte."""
    adoption = file.adoption
    if adoption is None:
        if file.status == "proposed":
            refuse_errors(edition)
            edition.status = Edition.Status.PROPOSED
            edition.save(update_fields=["status"])
        return {}
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
        in_force=in_force,
    )
    return sealed.diff
