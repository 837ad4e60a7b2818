"""The rules of the model, each able to say what breaks it, where, and on what authority.

An "error" forbids proposing an edition; a "warning" lists what is to be completed. Findings of
one kind are gathered by function, so that the list stays readable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    EditionDocument,
    EntityKind,
    MilestoneNature,
    PlacementDoc,
)

Key = tuple[str, str, str]
DELEGATION = "Code de commerce, R711-33 II"
MODES_PAGE = "SROM 2017-2021, p. 3"
MODEL = "Règle du modèle"

EXPECTED_KINDS: dict[str, tuple[EntityKind, ...]] = {
    "regional": (EntityKind.REGIONAL,),
    "infra_regional": (EntityKind.TERRITORIAL,),
    "national": (EntityKind.NATIONAL,),
    "third_party": (EntityKind.OPERATOR,),
    "supra_regional": (EntityKind.OPERATOR,),
}
KIND_WORDS = {
    EntityKind.REGIONAL: "la chambre régionale",
    EntityKind.TERRITORIAL: "une chambre territoriale",
    EntityKind.NATIONAL: "la tête de réseau nationale",
    EntityKind.OPERATOR: "un opérateur extérieur",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """What breaks a rule, or is to be completed. `message` is French, for a person."""

    code: str
    severity: str
    message: str
    reference: str
    cells: tuple[Key, ...] = ()
    advice: str = ""


class _Names:
    def __init__(self, document: EditionDocument) -> None:
        self.functions = {f.code: f.name for f in document.functions}
        self.processes = {p.code: p.name for p in document.processes}
        self.function_of = {p.code: p.function for p in document.processes}
        self.milestones = {m.code: m.label for m in document.milestones}
        self.entities = {e.code: e.short_name for e in document.entities}
        self.kinds = {e.code: e.kind for e in document.entities}
        self.region_only = {p.code for p in document.processes if p.region_only}

    def cell(self, p: PlacementDoc) -> str:
        """A cell in words: process, milestone, and chamber where it is one's own value."""
        place = f"« {self.processes[p.process]} », {self.milestones[p.milestone]}"
        return f"{place}, {self.entities[p.entity]}" if p.entity else place


def check(document: EditionDocument) -> tuple[Violation, ...]:
    """Every violation, errors first, each kind in the order of the document."""
    names = _Names(document)
    found = [
        *_single_delegate(document, names),
        *_region_only(document, names),
        *_option_and_lead(document, names),
        *_modes(document, names),
        *_milestones(document),
        *_to_complete(document, names),
    ]
    return tuple(sorted(found, key=lambda v: v.severity))


def _delegated(p: PlacementDoc) -> bool:
    return p.integration == "infra_regional"


def _single_delegate(document: EditionDocument, names: _Names) -> Iterator[Violation]:
    """The region delegates a support function to one territorial chamber, never to several."""
    delegates: dict[tuple[str, str], dict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for p in document.placements:
        if _delegated(p) and p.lead:
            delegates[(names.function_of[p.process], p.milestone)][p.lead].append(p.key)
    for (function, milestone), leads in delegates.items():
        if len(leads) < 2:
            continue
        who = ", ".join(names.entities[lead] for lead in leads)
        yield Violation(
            "single-delegate",
            "error",
            f"La fonction « {names.functions[function]} » est déléguée à plusieurs chambres "
            f"territoriales en {names.milestones[milestone]} : {who}. Une seule peut l'être.",
            DELEGATION,
            tuple(key for keys in leads.values() for key in keys),
            "Choisir un seul délégataire pour la fonction, ou une autre option.",
        )


def _region_only(document: EditionDocument, names: _Names) -> Iterator[Violation]:
    """Staff management cannot be delegated below the region."""
    for p in document.placements:
        if p.process in names.region_only and _delegated(p):
            yield Violation(
                "region-only",
                "error",
                f"{names.cell(p)} : la gestion du personnel ne se délègue pas à une chambre "
                "territoriale.",
                DELEGATION,
                (p.key,),
                "Retenir l'intégration régionale, ou un autre mode.",
            )


def _option_and_lead(document: EditionDocument, names: _Names) -> Iterator[Violation]:
    """An integration option goes with mode I, and says what kind of entity leads."""
    for p in document.placements:
        if not p.integration:
            continue
        if "I" not in p.mode + p.complementary:
            yield Violation(
                "option-without-integration",
                "error",
                f"{names.cell(p)} : une option d'intégration est donnée sans le mode Intégration.",
                MODES_PAGE,
                (p.key,),
                "Retirer l'option, ou ajouter le mode I.",
            )
        elif p.lead and names.kinds[p.lead] not in EXPECTED_KINDS[p.integration]:
            kinds = " ou ".join(KIND_WORDS[k] for k in EXPECTED_KINDS[p.integration])
            yield Violation(
                "option-lead",
                "error",
                f"{names.cell(p)} : l'option « {INTEGRATION_LABELS[p.integration]} » désigne "
                f"{kinds}, or le pilote est {names.entities[p.lead]}.",
                MODES_PAGE,
                (p.key,),
                "Corriger l'option ou le pilote.",
            )


def _modes(document: EditionDocument, names: _Names) -> Iterator[Violation]:
    for p in document.placements:
        repeated = len(set(p.complementary)) < len(p.complementary)
        if p.complementary and (p.mode in p.complementary or repeated):
            yield Violation(
                "complementary",
                "error",
                f"{names.cell(p)} : un mode complémentaire répète un mode déjà donné.",
                MODEL,
                (p.key,),
                "Retirer la répétition.",
            )


def _milestones(document: EditionDocument) -> Iterator[Violation]:
    """A projection comes after every inventory and status."""
    past = [m for m in document.milestones if m.nature is not MilestoneNature.PROJECTION]
    for m in document.milestones:
        later = [o.label for o in past if o.date > m.date]
        if m.nature is MilestoneNature.PROJECTION and later:
            yield Violation(
                "milestone-order",
                "error",
                f"La projection « {m.label} » précède « {later[0]} ».",
                MODEL,
                (),
                "Corriger les dates ou la nature des jalons.",
            )


def _to_complete(document: EditionDocument, names: _Names) -> Iterator[Violation]:
    """What each mode asks for and the edition does not say yet, by function."""
    lacks: dict[tuple[str, str], list[Key]] = defaultdict(list)
    own = (EntityKind.REGIONAL, EntityKind.TERRITORIAL)
    for p in document.placements:
        function = names.function_of[p.process]
        known = p.mode in "ACHMI"
        if known and not p.lead and p.mode in "MI":
            lacks[("lead", function)].append(p.key)
        if p.mode == "I" and not p.integration:
            lacks[("option", function)].append(p.key)
        if known and not p.source_document:
            lacks[("source", function)].append(p.key)
        if p.entity and names.kinds[p.entity] not in own:
            lacks[("outsider", function)].append(p.key)
    yield from _gathered(lacks, names)


WORDS = {
    "lead": ("pilote non renseigné pour un mode M ou I", MODES_PAGE, "Dire qui assure."),
    "option": ("option d'intégration non renseignée", MODES_PAGE, "Dire à quel niveau."),
    "source": ("cellule connue sans source", MODEL, "Citer un document et sa page."),
    "outsider": (
        "valeur propre d'une entité qui n'est pas une chambre du réseau",
        MODEL,
        "Porter la valeur au réseau ou à une chambre.",
    ),
}


def _gathered(
    lacks: dict[tuple[str, str], list[Key]], names: _Names
) -> Iterable[Violation]:
    for (kind, function), cells in lacks.items():
        words, reference, advice = WORDS[kind]
        count = f"{len(cells)} cellule{'s' if len(cells) > 1 else ''}"
        message = f"« {names.functions[function]} », {count} : {words}."
        yield Violation(f"missing-{kind}", "warning", message, reference, tuple(cells), advice)
