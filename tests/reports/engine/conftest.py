"""A small invented edition that holds every case the booklet must show."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    SectionDoc,
    SectionKind,
)

FUNCTIONS = (
    "Finances",
    "Ressources humaines",
    "Informatique",
    "Juridique",
    "Communication",
)
MILESTONES = (("m13", "État des lieux 2013", 2013), ("m17", "Statut 2017", 2017))
SEAL = "ab12" * 16


def make_file(per_function: int = 12, entities: int = 6) -> EditionFile:
    processes = tuple(
        ProcessDoc(
            f"p{f}-{n}",
            f"f{f}",
            f"{function} processus {n}",
            group="Premier périmètre" if n < 3 else "Second périmètre",
            description="Contrôle, saisie et justification des comptes : tous les cas",
            region_only=f == 1 and n == 0,
        )
        for f, function in enumerate(FUNCTIONS)
        for n in range(per_function)
    )
    milestones = (
        *(
            MilestoneDoc(code, label, dt.date(year, 1, 1), MilestoneNature.INVENTORY)
            for code, label, year in MILESTONES
        ),
        MilestoneDoc("m21", "Projection 2021", dt.date(2021, 12, 31), MilestoneNature.PROJECTION),
    )
    placements = []
    for i, process in enumerate(processes):
        for j, milestone in enumerate(milestones):
            mode = "ACHIM?-"[(i + i // 5 * j) % 7]
            extra = i % 7 == 0 and mode != "?"
            placements.append(
                PlacementDoc(
                    process.code,
                    milestone.code,
                    mode=mode,
                    complementary="CH" if extra and mode not in "CH-" else "",
                    lead="e1" if extra else "",
                    served=("e2", "e3") if extra else (),
                    integration="regional" if mode == "I" else "",
                    rationale="Choix du groupe projet" if extra else "",
                    source_page=str(4 + i % 10) if mode != "?" else "",
                    source_basis="énoncé du texte" if mode != "?" else "",
                )
            )
            if i % 9 == 0 and j == 1:
                placements += [
                    PlacementDoc(process.code, milestone.code, f"e{e}", mode="AM"[e % 2])
                    for e in range(1, entities)
                ]
    document = EditionDocument(
        network_code="essai",
        network_name="Réseau d'essai",
        fictional=True,
        scheme_code="srom",
        scheme_title="Schéma régional d'organisation des missions",
        start_year=2017,
        end_year=2021,
        number=2,
        title="Édition d'essai",
        entities=tuple(
            EntityDoc(
                f"e{e}",
                f"Chambre numéro {e}",
                f"Chambre {e}",
                EntityKind.REGIONAL if e == 0 else EntityKind.TERRITORIAL,
            )
            for e in range(entities)
        ),
        functions=tuple(FunctionDoc(f"f{f}", name, "") for f, name in enumerate(FUNCTIONS)),
        processes=processes,
        milestones=milestones,
        placements=tuple(placements),
        sections=(
            SectionDoc(
                "pre",
                SectionKind.PREAMBLE,
                "Contexte",
                "Un paragraphe.\n\n- un\n- deux",
            ),
            SectionDoc("fin", SectionKind.FUNCTION, "Chantiers", "Texte.", "f0", "5"),
            SectionDoc("gov", SectionKind.GOVERNANCE, "Instances", "- Bureau\n- Assemblée"),
        ),
    )
    adoption = Adoption("Assemblée générale", taken_over=True)
    return EditionFile(document, "adopted", adoption, SEAL)


@pytest.fixture
def edition() -> EditionFile:
    return make_file()


@pytest.fixture
def national() -> EditionFile:
    return make_file(entities=125)
