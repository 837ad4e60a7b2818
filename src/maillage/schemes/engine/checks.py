"""The rules of the model, and why: what an edition breaks, and what it still lacks.

Each violation says the article or the page it rests on, the cells concerned and what to do.
Refuses to know who may correct what. Never ranks modes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from maillage.papers.glyphs import undrawn
from maillage.schemes.engine.completions import (
    COMPLETIONS,
    DETAIL_ASKED,
    HOUSE_RULE,
    MODES_PAGE,
    OPTIONS_PAGE,
)
from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    NOT_APPLICABLE,
    UNKNOWN,
    EditionDocument,
    EntityDoc,
    EntityKind,
    IntegrationOption,
    MilestoneNature,
    PlacementDoc,
    Provenance,
    by_date,
)

Key = tuple[str, str, str]
ERROR, WARNING = "error", "warning"
LAW = "Code de commerce R711-33 II"
CHAMBERS = (EntityKind.REGIONAL, EntityKind.TERRITORIAL)

LEADS_OF_OPTION: dict[str, tuple[EntityKind, str]] = {
    IntegrationOption.REGIONAL: (EntityKind.REGIONAL, "la chambre régionale"),
    IntegrationOption.INFRA_REGIONAL: (EntityKind.TERRITORIAL, "une chambre territoriale"),
    IntegrationOption.NATIONAL: (EntityKind.NATIONAL, "la tête de réseau nationale"),
    IntegrationOption.SUPRA_REGIONAL: (EntityKind.OPERATOR, "un opérateur extérieur"),
    IntegrationOption.THIRD_PARTY: (EntityKind.OPERATOR, "un opérateur extérieur"),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that some cells break (`error`) or that they leave to complete (`warning`)."""

    code: str
    severity: str
    message: str
    reference: str
    cells: tuple[Key, ...] = ()
    advice: str = ""


class _Names:
    """What the codes of a document are called."""

    def __init__(self, document: EditionDocument) -> None:
        self.entities = {e.code: e for e in document.entities}
        self.functions = {f.code: f.name for f in document.functions}
        self.processes = {p.code: p for p in document.processes}
        self.milestones = {m.code: m.label for m in document.milestones}
        self.format = document.format

    def function_of(self, cell: PlacementDoc) -> str:
        process = self.processes.get(cell.process)
        return process.function if process else ""

    def function(self, code: str) -> str:
        return self.functions.get(code, code)

    def entity(self, code: str) -> str:
        entity = self.entities.get(code)
        return entity.name if entity else code

    def cell(self, cell: PlacementDoc) -> str:
        process = self.processes.get(cell.process)
        name = process.name if process else cell.process
        where = self.entity(cell.entity) if cell.entity else "réseau"
        return f"{name}, {self.milestones.get(cell.milestone, cell.milestone)}, {where}"


def check(
    document: EditionDocument,
    held: Callable[[Key], bool] | None = None,
    outdated: Collection[Key] = (),
    *,
    to_propose: bool = False,
) -> tuple[Violation, ...]:
    """Every rule broken, errors first; of the cells `held` only, where it is given, and then no
    rule of the edition as a whole. `outdated`: cells whose source was stated under another mode.
    `to_propose`: the edition is a draft; what its booklet could not print keeps it from being
    proposed, where of what is decided it is only to be known. Linear in the number of cells."""
    names = _Names(document)
    cells = [cell for cell in document.placements if held is None or held(cell.key)]
    whole = [] if held else [*_milestones(document), *_delegates(document, names)]
    texts = [*([] if held else _texts(document)), *_texts_of(cells, names)]
    unprinted = _undrawn(texts, ERROR if to_propose else WARNING)
    found = [*whole, *_cells(cells, names), *unprinted, *_to_complete(cells, names, outdated)]
    return tuple(sorted(found, key=lambda violation: violation.severity != ERROR))


def _milestones(document: EditionDocument) -> Iterator[Violation]:
    """A projection looks ahead: nothing observed may be dated after it."""
    ordered = by_date(document.milestones)
    projection = None
    for milestone in ordered:
        if milestone.nature == MilestoneNature.PROJECTION:
            projection = projection or milestone
        elif projection is not None:
            yield Violation(
                "milestone_order",
                ERROR,
                f"Le jalon « {milestone.label} » constate une situation, mais sa date suit celle "
                f"de la projection « {projection.label} ».",
                HOUSE_RULE,
                advice="Corriger la date ou la nature de l’un des deux jalons.",
            )


def _delegates(document: EditionDocument, names: _Names) -> Iterator[Violation]:
    """One delegate per function and milestone; none for what stays with the region."""
    groups: dict[tuple[str, str], list[PlacementDoc]] = defaultdict(list)
    for cell in document.placements:
        if not _is_delegated(cell, names.entities):
            continue
        groups[names.function_of(cell), cell.milestone].append(cell)
        process = names.processes.get(cell.process)
        if process and process.region_only:
            yield Violation(
                "region_only",
                ERROR,
                f"{names.cell(cell)} : la gestion du personnel ne peut pas être déléguée "
                "à une chambre territoriale.",
                LAW,
                (cell.key,),
                "Choisir une autre option d’intégration ou un autre mode.",
            )
    for (function, milestone), cells in groups.items():
        leads = sorted({cell.lead for cell in cells if cell.lead})
        if len(leads) > 1:
            chambers = ", ".join(names.entity(lead) for lead in leads)
            yield Violation(
                "single_delegate",
                ERROR,
                f"{names.function(function)}, {names.milestones.get(milestone, milestone)} : "
                f"{len(leads)} délégataires ({chambers}), alors qu’une fonction ne se délègue "
                "qu’à une seule chambre.",
                LAW,
                tuple(cell.key for cell in cells if cell.lead),
                "Retenir un seul délégataire pour la fonction.",
            )


def _is_delegated(cell: PlacementDoc, entities: Mapping[str, EntityDoc]) -> bool:
    """Whether the cell goes to a territorial chamber, said by its option or by its lead."""
    if cell.integration:
        return cell.integration == IntegrationOption.INFRA_REGIONAL
    lead = entities.get(cell.lead)
    return cell.mode == "I" and lead is not None and lead.kind == EntityKind.TERRITORIAL


def _cells(placements: Iterable[PlacementDoc], names: _Names) -> Iterator[Violation]:
    """What contradicts itself within one cell."""
    for cell in placements:
        if cell.integration:
            yield from _option(cell, names)
        if cell.complementary:
            yield from _complementary(cell, names)


def takes_option(mode: str, complementary: str = "") -> bool:
    """Whether a cell may say where its activity goes: integration is among its modes."""
    return "I" in mode + complementary


def _option(cell: PlacementDoc, names: _Names) -> Iterator[Violation]:
    label = INTEGRATION_LABELS.get(cell.integration, cell.integration)
    if not takes_option(cell.mode, cell.complementary):
        yield Violation(
            "option_without_integration",
            ERROR,
            f"{names.cell(cell)} : l’option « {label} » est donnée alors que l’intégration "
            "n’est pas parmi les modes.",
            OPTIONS_PAGE,
            (cell.key,),
            "Retirer l’option ou ajouter le mode Intégration.",
        )
    # Where integration only complements, the lead is the dominant mode's, not the option's.
    entity, wanted = names.entities.get(cell.lead), LEADS_OF_OPTION.get(cell.integration)
    if cell.mode == "I" and entity and wanted and entity.kind != wanted[0]:
        yield Violation(
            "lead_against_option",
            ERROR,
            f"{names.cell(cell)} : l’option « {label} » veut {wanted[1]}, or c’est "
            f"{entity.name} qui assure l’activité.",
            LAW if cell.integration == IntegrationOption.INFRA_REGIONAL else OPTIONS_PAGE,
            (cell.key,),
            "Corriger l’option ou l’entité qui assure.",
        )


def _complementary(cell: PlacementDoc, names: _Names) -> Iterator[Violation]:
    letters = cell.complementary
    fault = ""
    if cell.mode in (UNKNOWN, NOT_APPLICABLE):
        fault = "un mode complémentaire est donné sans mode dominant"
    elif cell.mode in letters:
        fault = f"« {MODE_LABELS[cell.mode]} » est à la fois dominant et complémentaire"
    elif len(set(letters)) != len(letters):
        fault = "un mode complémentaire est répété"
    if fault:
        yield Violation(
            "complementary",
            ERROR,
            f"{names.cell(cell)} : {fault}.",
            MODES_PAGE,
            (cell.key,),
            "Corriger les modes complémentaires.",
        )


def _texts(document: EditionDocument) -> Iterator[tuple[str, str, tuple[Key, ...]]]:
    """What a booklet prints beside the cells: where it stands, the text, no cell."""
    yield "Titre", document.title + document.scheme_title + document.network_name, ()
    for entity in document.entities:
        yield entity.name, entity.name + entity.short_name, ()
    for function in document.functions:
        yield function.name, function.name + function.description, ()
    for process in document.processes:
        yield process.name, process.name + process.group + process.description, ()
    for milestone in document.milestones:
        yield f"Jalon «\u00a0{milestone.label}\u00a0»", milestone.label, ()
    for said in document.statements:
        yield f"Énoncé «\u00a0{said.code}\u00a0»", said.text + said.horizon + said.source_quote, ()
    for section in document.sections:
        yield section.title, section.title + section.body + section.source_page, ()


def _texts_of(
    cells: Iterable[PlacementDoc], names: _Names
) -> Iterator[tuple[str, str, tuple[Key, ...]]]:
    for cell in cells:
        text = cell.rationale + cell.source_document + cell.source_page + cell.source_basis
        text += cell.source_quote + (str(cell.details) if cell.details else "")
        if undrawn(text):
            yield names.cell(cell), text, (cell.key,)


def _undrawn(
    texts: Iterable[tuple[str, str, tuple[Key, ...]]], severity: str
) -> Iterator[Violation]:
    """A text that the booklet cannot print whole."""
    for place, text, cells in texts:
        if missing := undrawn(text):
            yield Violation(
                "undrawn",
                severity,
                f"{place} : «\u00a0{missing}\u00a0» ne s’imprime pas dans le livret.",
                HOUSE_RULE,
                cells,
                "Retirer ces caractères\u00a0: une édition ne se propose pas avec eux.",
            )


SHORTLY: Mapping[str, str] = {
    "integration_option_missing": "Intégration sans option",
    "integration_lead_missing": "Intégration sans « assuré par »",
    "mutualisation_lead_missing": "Mutualisation sans « assuré par »",
    "source_missing": "Sans source",
    "source_outdated": "Source antérieure au mode",
    "override_outside_network": "Valeur propre hors du réseau",
    "stated_unquoted": "Énoncée sans page ni citation",
    "cooperation_purpose_missing": "Coopération sans but",
    "harmonisation_frame_missing": "Harmonisation sans cadre commun",
    "mutualisation_site_missing": "Mutualisation sans site",
    "undrawn": "Caractère qui ne s’imprime pas",
    "milestone_order": "Ordre des jalons",
    "region_only": "Fonction non délégable",
    "single_delegate": "Plusieurs délégataires",
    "option_without_integration": "Option sans intégration",
    "lead_against_option": "Option contredite par « assuré par »",
    "complementary": "Modes complémentaires",
}
"""Every rule in a few words, as a filter names it."""
POINTS = "points"
"""The filter of everything that is to complete."""


def points_of(found: Iterable[Violation]) -> int:
    """How much is to complete: the cells of each warning, or the warning itself where it is of
    none. What a filter on all of them lists, exactly."""
    return sum(len(v.cells) or 1 for v in found if v.severity == WARNING)


def _to_complete(
    placements: Iterable[PlacementDoc], names: _Names, outdated: Collection[Key]
) -> Iterator[Violation]:
    """What is missing, one line per kind and function so that the list stays readable; actions, of
    which a macro-process is made, are never counted."""
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for cell in placements:
        if (process := names.processes.get(cell.process)) and process.is_action:
            continue
        for code in (*_missing(cell, names.entities), *_unsaid_of(cell, names.format)):
            groups[code, names.function_of(cell)].append(cell.key)
        if cell.key in outdated:
            groups["source_outdated", names.function_of(cell)].append(cell.key)
    ranks = {code: rank for rank, code in enumerate(names.functions)}
    kinds = list(COMPLETIONS)
    last = len(ranks)
    for code, function in sorted(
        groups, key=lambda group: (ranks.get(group[1], last), kinds.index(group[0]))
    ):
        cells = groups[code, function]
        one, many, reference, advice = COMPLETIONS[code]
        count = "une cellule" if len(cells) == 1 else f"{len(cells)} cellules"
        text = (one if len(cells) == 1 else many).format(count=count)
        message = f"{names.function(function)} : {text}."
        yield Violation(code, WARNING, message, reference, tuple(cells), advice)


def _unsaid_of(cell: PlacementDoc, version: int) -> Iterator[str]:
    """What a mode is made of and the cell does not say; the first format had no room for it."""
    asked = DETAIL_ASKED.get(cell.mode) if version > 1 else None
    if asked and not getattr(cell.details, asked[1]):
        yield asked[0]


def _missing(cell: PlacementDoc, entities: Mapping[str, EntityDoc]) -> Iterator[str]:
    if cell.mode == "I":
        if not cell.integration:
            yield "integration_option_missing"
        if not cell.lead:
            yield "integration_lead_missing"
    elif cell.mode == "M" and not cell.lead:
        yield "mutualisation_lead_missing"
    if cell.mode != UNKNOWN and not (cell.source_document or cell.source_page):
        yield "source_missing"
    if cell.provenance == Provenance.STATED and not (cell.source_page or cell.source_quote):
        yield "stated_unquoted"
    if cell.entity:
        entity = entities.get(cell.entity)
        if entity is None or entity.kind not in CHAMBERS:
            yield "override_outside_network"
