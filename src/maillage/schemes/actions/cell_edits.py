"""A change asked of cells, by codes: what its codes stand for, and whether it may be made.

Knows what a value must be and whose a cell is. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.query import QuerySet

from maillage.kernel import unprintable
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.network.models import Entity, MacroProcess
from maillage.papers.glyphs import undrawn
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.engine import mode_details
from maillage.schemes.engine.change import FIELD_LABELS
from maillage.schemes.engine.document import (
    FIELDS,
    INTEGRATION_LABELS,
    MODE_LABELS,
    MOST_QUOTE,
    PROVENANCE_LABELS,
)
from maillage.schemes.engine.fitting import untaken
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.models import Edition, Milestone

LIMITS = {
    "rationale": 4000,
    "source_document": 200,
    "source_page": 40,
    "source_basis": 4000,
    "source_quote": MOST_QUOTE,
}
FEW = 400
"""Up to this many edits only what they name is read; beyond, the whole network and edition."""


@dataclass(frozen=True, slots=True)
class CellEdit:
    """A change asked of one cell, by codes. `entity` "" is the whole network.

    `changes` maps some of FIELDS to new values (`lead` a code or "", `served` a list of codes,
    `details` a mapping, or Details); None removes the placement: the cell is unknown again, or
    takes the network's value.
    `cited`: the source the cell holds is said to be that of its mode, even of a new one.
    `answers`: what becomes of each part of what was said of a former mode (engine.mode_change).
    `quoted`: a quote that another cell holds is said to speak of this one too; a copied value does
    not say so, and does not carry it.
    `expected` is the version seen by whoever asks (0: no placement), None not to check.
    """

    process: str
    milestone: str
    entity: str
    changes: Mapping[str, Any] | None
    expected: int | None = None
    cited: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    quoted: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.process, self.milestone, self.entity)


@dataclass(frozen=True, slots=True)
class References:
    processes: Mapping[str, tuple[int, str]]
    """Id of each process, and the code of its function."""
    milestones: Mapping[str, int]
    entities: Mapping[str, int]

    def ids(self, edit: CellEdit) -> tuple[int, int, int | None]:
        entity = self.entities[edit.entity] if edit.entity else None
        return self.processes[edit.process][0], self.milestones[edit.milestone], entity


def references_of(edition: Edition, edits: Sequence[CellEdit]) -> References:
    """Resolve every code of the edits in one query."""
    processes, milestones, entities = set(), set(), set()
    for edit in edits:
        processes.add(edit.process)
        milestones.add(edit.milestone)
        entities.add(edit.entity)
        if edit.changes:
            entities.add(edit.changes.get("lead") or "")
            entities.update(edit.changes.get("served") or ())
    network = edition.scheme.network_id
    many = len(edits) > FEW or len(processes) + len(entities) > FEW
    p_filter: dict[str, Any] = {} if many else {"code__in": processes}
    e_filter: dict[str, Any] = {} if many else {"code__in": entities - {""}}

    def part(kind: str, rows: QuerySet[Any], extra: Any) -> QuerySet[Any]:
        kind_value = Value(kind, output_field=CharField())
        return rows.order_by().values_list(kind_value, "code", "pk", extra)

    nothing = Value("", output_field=CharField())
    union = part(
        "p", MacroProcess.objects.filter(network_id=network, **p_filter), F("function__code")
    ).union(
        part("m", Milestone.objects.filter(edition=edition), nothing),
        part("e", Entity.objects.filter(network_id=network, **e_filter), nothing),
        all=True,
    )
    found: dict[str, dict[str, tuple[int, str]]] = {"p": {}, "m": {}, "e": {}}
    for kind, code, pk, extra in union:
        found[kind][code] = (pk, extra)
    return References(
        found["p"],
        {code: pk for code, (pk, _) in found["m"].items()},
        {code: pk for code, (pk, _) in found["e"].items()},
    )


class Checks:
    """Whether each edit names real things, carries sound values and is the actor's to make.

    What was found sound once is not looked at again: a spreadsheet repeats its values.
    """

    def __init__(self, edition: Edition, references: References, actor: Actor) -> None:
        self.edition, self.references, self.actor = edition, references, actor
        self.perimeter: dict[tuple[str, int | None], Verdict] = {}
        self.sound: set[tuple[Any, ...]] = set()

    def verdict(self, edit: CellEdit) -> Verdict:
        known = self.references
        for code, codes, noun in (
            (edit.process, known.processes, "macro-processus"),
            (edit.milestone, known.milestones, "jalon"),
            (edit.entity, known.entities, "entité"),
        ):
            if code not in codes and (code or noun != "entité"):
                return Denied(
                    f"Le code « {code} » ne désigne aucun {noun} de ce schéma.", status=422
                )
        entity = known.entities[edit.entity] if edit.entity else None
        function = known.processes[edit.process][1]
        verdict = self.perimeter.get((function, entity))
        if verdict is None:
            verdict = rules.can_place(
                self.edition, actor=self.actor, function=function, entity=entity
            )
            self.perimeter[function, entity] = verdict
        if not verdict or edit.changes is None:
            return verdict
        fault = self._fault(edit.changes)
        return Denied(fault, status=422) if fault else ALLOWED

    def faults(self, edit: CellEdit) -> dict[str, str]:
        """All that does not hold in the values of an edit that is refused for them, by field as a
        form names it."""
        found: dict[str, str] = {}
        for name, value in (edit.changes or {}).items():
            if name in LIMITS or (name == "details" and not _shape_fault(value)):
                found |= text_faults({name: value})
            elif fault := self._fault({name: value}):
                found[field_told(fault) or name] = fault
        return found

    def _fault(self, changes: Mapping[str, Any]) -> str:
        """Say what does not hold first in the values given, "" where all does."""
        served = changes.get("served")
        if served is not None and type(served) is not tuple:
            changes = {**changes, "served": tuple(served)}
        details = changes.get("details")
        if details is not None and not isinstance(details, Details):
            if fault := _shape_fault(details):
                return fault
            changes = {**changes, "details": Details.of(details or None)}
        seen = (*changes, *changes.values())
        if seen in self.sound:
            return ""
        for pair in changes.items():
            if pair in self.sound:
                continue
            if fault := _value_fault(*pair, self.references):
                return fault
            self.sound.add(pair)
        self.sound.add(seen)
        return ""


def _value_fault(name: str, value: Any, references: References) -> str:
    """Say what does not hold first in the value of a field, "" where all does."""
    if name not in FIELDS:
        return f"Champ inconnu : « {name} »."
    if name == "mode" and value not in MODE_LABELS:
        return f"Mode « {value} » : A, C, H, M, I, « ? » ou « - » attendu."
    if name == "complementary" and set(value) - set("ACHMI"):
        return f"Modes complémentaires « {value} » : lettres A, C, H, M, I attendues."
    if name == "integration" and value and value not in INTEGRATION_LABELS:
        return f"Option d’intégration « {value} » inconnue."
    if name == "provenance" and value and value not in PROVENANCE_LABELS:
        return f"Provenance «\u00a0{value}\u00a0» inconnue."
    if name in ("lead", "served"):
        for code in [value] if name == "lead" else value or ():
            if code and code not in references.entities:
                return f"Le code « {code} » ne désigne aucune entité de ce réseau."
    return next(iter(text_faults({name: value}).values()), "")


def text_faults(values: Mapping[str, Any]) -> dict[str, str]:
    """Why texts of a cell do not hold, each by its field as a form names it."""
    texts = {name: values.get(name) or "" for name in LIMITS}
    said = Details.of(values.get("details") or None).record()
    texts |= {f"detail_{name}": text for name, text in said.items() if isinstance(text, str)}
    told = {
        name: _text_fault(text, _LABELS[name], LIMITS.get(name)) for name, text in texts.items()
    }
    return {name: fault for name, fault in told.items() if fault}


def unfit_fields(changes: Mapping[str, Any], mode: str, complementary: str) -> dict[str, str]:
    """The fields given, as a form names them, that the modes of the cell once changed do not take,
    and why; `mode` and `complementary` are those it has."""
    return {
        name: f"{_LABELS[name]}\u00a0: ne va pas avec les modes de la cellule."
        for name in untaken(changes, mode, complementary)
    }


_LABELS = FIELD_LABELS | {
    f"detail_{name}": member.label for name, member in mode_details.MEMBERS.items()
}
_FIELDS_TOLD = {label: name for name, label in _LABELS.items()}


def field_told(reason: str) -> str | None:
    """The field that the reason of a refused edit names, as a form names it; None where it names
    none. A reason opens or ends with the label of its field."""
    opened = reason.partition("\u00a0: ")[0]
    ended = reason.rpartition(" (")[2].removesuffix(").")
    return _FIELDS_TOLD.get(opened) or _FIELDS_TOLD.get(ended)


def _text_fault(text: str, label: str, longest: int | None) -> str:
    if longest is not None and len(text) > longest:
        return f"Texte trop long : {longest} caractères au plus ({label})."
    # Sealing refuses it: better said now than on the day of the vote.
    if fault := unprintable.fault(text):
        return f"Dans un texte, {fault} ({label})."
    if missing := undrawn(text):
        return f"«\u00a0{missing}\u00a0» ne s’imprime pas dans le livret, à retirer ({label})."
    return ""


def _shape_fault(details: Any) -> str:
    if details == "":
        return ""
    if not isinstance(details, Mapping):
        return "Précisions du mode\u00a0: un ensemble de champs est attendu."
    return mode_details.fault(details)
