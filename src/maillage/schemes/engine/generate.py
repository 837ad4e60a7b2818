"""Fictitious networks, fully filled, so that every screen can be seen full and measured.

Knows the rules of the model (who may lead what, one infra-regional delegate per function) and
draws within them; the same seed always gives the same editions. Refuses to resemble anything
real: names are invented, nothing has a SIREN, and every source says that it is fictitious.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from maillage.network.rules import code_fault
from maillage.schemes.engine.checks import takes_option
from maillage.schemes.engine.document import (
    NOT_APPLICABLE,
    EditionDocument,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    NamedBy,
    PlacementDoc,
    ProcessDoc,
    SectionDoc,
    SectionKind,
)
from maillage.schemes.engine.fiction import (
    AIMS,
    FUNCTIONS,
    REASONS,
    REGIONS,
    TOWN_HEADS,
    TOWN_TAILS,
    FictitiousProcess,
    chosen,
)
from maillage.schemes.engine.fiction_details import Fates, aim_of, milestones_of

YEARS = (2022, 2024, 2027, 2029, 2031)
MAX_PROCESSES = 600
"""Sixty have a name of their own; beyond, the same come back numbered."""
MAX_NETWORKS = len(REGIONS)
BASIS = "Donnée inventée pour la démonstration."
FOLLOWERS = 0.7
"""Share of chambers whose own values repeat the network's, when all have values of their own."""
_OPTIONS = {
    "regional": 50, "infra_regional": 25, "third_party": 10, "national": 9, "supra_regional": 6,
}  # fmt: skip


def generate(
    seed: int,
    entities: int = 7,
    processes: int = 24,
    milestones: int = 3,
    networks: int = 1,
    overrides: float | Literal["all"] = 0.25,
) -> list[EditionDocument]:
    """Draw one edition per network. `entities` counts the chambers, spread over the networks.

    Each network has one regional chamber, territorial ones and, not counted, a national head
    and an outside operator. Every network cell is filled. `overrides` is the share of (process,
    chamber) pairs that have values of their own, at every milestone; they stand apart from the
    network's. With 1 (or "all") every chamber has its own value everywhere, most of them in
    the network's mode: entities x processes x milestones cells, besides the networks'.
    Raises ValueError, in French, where the sizes cannot be met.
    """
    _check_sizes(entities, processes, milestones, networks, overrides)
    towns = [f"{head}{tail}" for head, tail in product(TOWN_HEADS, TOWN_TAILS)]
    random.Random(f"maillage:{seed}").shuffle(towns)
    base, larger = divmod(entities, networks)
    documents = []
    for rank in range(networks):
        size = base + (rank < larger)
        rng = random.Random(f"maillage:{seed}:{rank}")
        mine = [towns.pop() for _ in range(size)]
        share = 1 if overrides == "all" else overrides
        draw = _Draw(rng, rank, mine, processes, milestones=milestones, overrides=share)
        documents.append(draw.document())
    return documents


def _check_sizes(
    entities: int, processes: int, milestones: int, networks: int, overrides: float | str
) -> None:
    most = len(TOWN_HEADS) * len(TOWN_TAILS)
    for noun, value, low, high in (
        ("réseaux", networks, 1, MAX_NETWORKS),
        ("macro-processus", processes, 1, MAX_PROCESSES),
        ("jalons", milestones, 1, len(YEARS)),
        ("chambres", entities, 2 * max(networks, 1), most),
    ):
        if not low <= value <= high:
            raise ValueError(f"Nombre de {noun} : {value}. Attendu : de {low} à {high}.")
    if overrides != "all" and not (isinstance(overrides, int | float) and 0 <= overrides <= 1):
        raise ValueError(f"Part de valeurs propres : {overrides}. Attendu : de 0 à 1, ou « all ».")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one process is run through the years: its modes, and who would lead in each mode."""

    path: str
    complementary: tuple[str, ...]
    option: str
    holder: str
    hub: str
    coordinator: str
    joining: tuple[str, ...]
    page: int


class _Draw:
    """The drawing of one network's edition."""

    def __init__(
        self,
        rng: random.Random,
        rank: int,
        towns: list[str],
        processes: int,
        *,
        milestones: int,
        overrides: float,
    ) -> None:
        self.rng = rng
        self.region, self.slug = REGIONS[rank]
        self.years = YEARS[:milestones]
        self.fates = Fates(f"maillage:{rank}:{towns[0]}", self.years)
        self.own_fates = Fates(f"maillage:{rank}:{towns[0]}:own", self.years)
        self.overrides = overrides
        self.source = f"Schéma fictif {self.years[0]}-{self.years[-1]}"
        self.entities = _entities(self.region, self.slug, towns)
        self.town_of = {e.code: e.short_name for e in self.entities}
        self.chambers = [
            e.code for e in self.entities if e.kind in (EntityKind.REGIONAL, EntityKind.TERRITORIAL)
        ]
        self.regional, *self.territorial = self.chambers
        self.milestones = milestones_of(self.years)
        self.delegates = {f.code: rng.choice(self.territorial) for f in FUNCTIONS}
        self.chosen = chosen(processes)

    def document(self) -> EditionDocument:
        plans = {process.code: self._plan(function, process) for function, process in self.chosen}
        placements = [
            cell for process, plan in plans.items() for cell in self._process_cells(process, plan)
        ]
        first, last = self.years[0], self.years[-1]
        return EditionDocument(
            network_code=f"fictif-{self.slug}",
            network_name=f"Réseau fictif {self.region}",
            fictional=True,
            scheme_code=f"schema-fictif-{first}-{last}",
            scheme_title=f"Schéma fictif d’organisation des missions {first}-{last}",
            start_year=first,
            end_year=last,
            number=1,
            title=f"Édition fictive {first}-{last}",
            entities=self.entities,
            functions=tuple(
                FunctionDoc(f.code, f.name, f.description)
                for f in FUNCTIONS
                if (f.code, f.name) in self._functions()
            ),
            processes=tuple(self._row(f, p, plans[p.code].page) for f, p in self.chosen),
            milestones=self.milestones,
            placements=tuple(placements),
            sections=self._sections(placements),
            statements=tuple(aim_of(*function, str(last)) for function in self._functions()[:1]),
        )

    @staticmethod
    def _row(function: str, process: FictitiousProcess, page: int) -> ProcessDoc:
        return ProcessDoc(
            code=process.code,
            function=function,
            name=process.name,
            group=process.group,
            description="Macro-processus fictif.",
            region_only=process.region_only,
            source_page=f"p.\u00a0{page}",
            named_by=NamedBy.SOURCE.value,
            group_named_by=NamedBy.OURS.value if process.group else "",
        )

    def _plan(self, function: str, process: FictitiousProcess) -> _Plan:
        rng = self.rng
        rank, source = next((i, f) for i, f in enumerate(FUNCTIONS) if f.code == function)
        path = rng.choice(source.paths).ljust(len(YEARS), "*")
        path = path.replace("*", path[2])[: len(self.years)]
        option = self._option(process.region_only)
        others = self.chambers[:]
        rng.shuffle(others)
        return _Plan(
            path=path,
            complementary=tuple(
                rng.choice([m for m in "CHM" if m != mode]) if rng.random() < 0.2 else ""
                for mode in path
            ),
            option=option,
            holder=self._holder(option, function),
            hub=rng.choice(self.chambers),
            coordinator=rng.choice([self.regional, "", rng.choice(self.territorial)]),
            joining=tuple(others),
            page=4 + 3 * rank + rng.randrange(3),
        )

    def _option(self, region_only: bool) -> str:
        weights = dict(_OPTIONS)
        if region_only:
            del weights["infra_regional"]
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _holder(self, option: str, function: str) -> str:
        if option == "regional":
            return self.regional
        if option == "infra_regional":
            return self.delegates[function]
        kind = EntityKind.NATIONAL if option == "national" else EntityKind.OPERATOR
        return next(entity.code for entity in self.entities if entity.kind == kind)

    def _process_cells(self, process: str, plan: _Plan) -> Iterator[PlacementDoc]:
        network = [self._network_cell(process, plan, step) for step in range(len(self.years))]
        yield from network
        for chamber in self.chambers:
            if self.overrides == 1 and self.rng.random() < FOLLOWERS:
                yield from (self._following(chamber, cell, plan) for cell in network)
            elif self.rng.random() < self.overrides:
                yield from self._own_path(chamber, network, plan)

    def _network_cell(self, process: str, plan: _Plan, step: int) -> PlacementDoc:
        mode = plan.path[step]
        return PlacementDoc(
            process=process,
            milestone=str(self.years[step]),
            mode=mode,
            complementary=plan.complementary[step],
            lead=self._lead(plan, mode),
            served=self._served(plan, mode, step),
            integration=plan.option if takes_option(mode) else "",
            rationale=self.rng.choice(REASONS[mode]),
            source_document=self.source,
            source_page=f"p.\u00a0{plan.page}",
            source_basis=BASIS,
            provenance=self.fates.provenance(step),
            source_quote=BASIS.partition(" pour")[0],
            details=self.fates.details(
                mode + plan.complementary[step], self.years[step], self.town_of[plan.hub]
            ),
        )

    def _lead(self, plan: _Plan, mode: str) -> str:
        lead = {"C": plan.coordinator, "H": self.regional, "M": plan.hub, "I": plan.holder}
        return lead.get(mode, "")

    def _served(self, plan: _Plan, mode: str, step: int) -> tuple[str, ...]:
        """Everyone but who leads; a pooled activity first serves some, then all by the end."""
        if mode not in "MI":
            return ()
        lead = plan.hub if mode == "M" else plan.holder
        late = (len(self.years) - 1 - step) * len(self.chambers) // 6 if mode == "M" else 0
        others = [code for code in plan.joining if code != lead]
        served = set(others[min(late, len(others) - 1) :])
        return tuple(code for code in self.chambers if code in served)

    def _following(self, chamber: str, cell: PlacementDoc, plan: _Plan) -> PlacementDoc:
        """The network's value said again by a chamber; one not served yet still cooperates."""
        if cell.mode not in "MI" or cell.lead == chamber:
            return replace(cell, entity=chamber, rationale="")
        if chamber not in cell.served:
            return self._apart(chamber, cell, "C", plan)
        return replace(cell, entity=chamber, served=(chamber,), rationale="")

    def _own_path(
        self, chamber: str, network: list[PlacementDoc], plan: _Plan
    ) -> Iterator[PlacementDoc]:
        """A chamber that stands apart: it joins one milestone late, or has its own reasons.

        One that runs the activity for the others cannot: it follows its network there.
        """
        absent = self.rng.random() < 0.05 and chamber not in (plan.hub, plan.holder)
        for step, cell in enumerate(network):
            if cell.mode in "MI" and cell.lead == chamber:
                yield self._following(chamber, cell, plan)
                continue
            before = network[step - 1].mode if step else "A"
            mode = before if before != cell.mode else self.rng.choice(_ASIDE[cell.mode])
            if absent:
                mode = NOT_APPLICABLE
            elif mode in "MI" and self._lead(plan, mode) == chamber:
                mode = "A" if cell.mode != "A" else "C"
            yield self._apart(chamber, cell, mode, plan)

    def _apart(self, chamber: str, cell: PlacementDoc, mode: str, plan: _Plan) -> PlacementDoc:
        return replace(
            cell,
            entity=chamber,
            mode=mode,
            complementary="",
            lead=self._lead(plan, mode),
            served=(chamber,) if mode in "MI" else (),
            integration=plan.option if takes_option(mode) else "",
            rationale=self.rng.choice(REASONS[mode]),
            details=self.own_fates.details(mode, int(cell.milestone), self.town_of[plan.hub]),
        )

    def _sections(self, placements: list[PlacementDoc]) -> tuple[SectionDoc, ...]:
        return (
            SectionDoc(
                code="preambule",
                kind=SectionKind.PREAMBLE,
                title="Un réseau imaginé pour essayer",
                body=f"Le réseau {self.region} n’existe pas : ses chambres, ses chiffres et ses "
                "choix sont inventés.\n\nIl sert à voir chaque écran rempli, sans rien dire d’un "
                "territoire réel.",
                source_page="p.\u00a02",
            ),
            *(self._function_section(code, name, placements) for code, name in self._functions()),
            SectionDoc(
                code="gouvernance",
                kind=SectionKind.GOVERNANCE,
                title="Gouvernance (fictive)",
                body="- Assemblée fictive : vote le schéma et en reçoit le rapport annuel.\n"
                "- Bureau fictif : suit les engagements et arbitre.\n"
                "- Comité de direction fictif : prépare et exécute.",
                source_page="p.\u00a019",
            ),
        )

    def _functions(self) -> list[tuple[str, str]]:
        used = {function for function, _ in self.chosen}
        return [(f.code, f.name) for f in FUNCTIONS if f.code in used]

    def _function_section(
        self, function: str, name: str, placements: list[PlacementDoc]
    ) -> SectionDoc:
        """What it aims at: why it chose the modes it has at the last milestone."""
        mine = {process.code for code, process in self.chosen if code == function}
        last = self.milestones[-1]
        modes = {
            cell.mode
            for cell in placements
            if not cell.entity and cell.milestone == last.code and cell.process in mine
        }
        lines = [f"- {AIMS[mode]}" for mode in AIMS if mode in modes]
        told = f"À «\u00a0{last.label}\u00a0», le réseau fictif en attend ceci\u00a0:"
        return SectionDoc(
            code=f"fonction-{function}",
            kind=SectionKind.FUNCTION,
            title=name,
            body="\n\n".join([told, "\n".join(lines)] if lines else [f"{name}, sans mode."]),
            function=function,
            source_page=f"p.\u00a0{4 + 3 * [f.code for f in FUNCTIONS].index(function)}",
        )


_ASIDE = {"A": "CH", "C": "AH", "H": "AC", "M": "ACH", "I": "ACH"}
"""What a chamber standing apart from the network's mode may do instead."""


def _entities(region: str, slug: str, towns: list[str]) -> tuple[EntityDoc, ...]:
    """One regional chamber, one per town but the last, which is the outside operator's."""
    *local, away = towns
    entities = (
        EntityDoc(f"cci-{slug}", f"CCI fictive {region}", f"Région {region}", EntityKind.REGIONAL),
        *(
            EntityDoc(f"cci-{_slug(t)}", f"CCI fictive de {t}", t, EntityKind.TERRITORIAL)
            for t in sorted(local)
        ),
        EntityDoc(f"tete-{slug}", "Tête de réseau fictive", "Tête de réseau", EntityKind.NATIONAL),
        EntityDoc(
            f"operateur-{slug}",
            f"Opérateur fictif de {away}",
            f"Opérateur {away}",
            EntityKind.OPERATOR,
        ),
    )
    faults = [fault for entity in entities if (fault := code_fault(entity.code))]
    assert not faults, faults
    return entities


def _slug(town: str) -> str:
    return town.lower().replace("é", "e")
