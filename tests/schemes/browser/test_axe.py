"""Every page of the schemes, inspected in a real Chromium."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from maillage.network.actions import save_process
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.actions.observations import record_observation
from maillage.schemes.engine.observed import ObservedDoc
from tests.architecture.world import World
from tests.browsing import OpenPage, Stage, Told
from tests.inspection import SEEN, Inspection, draft_world, inspect
from tests.schemes.places import TABLE

pytestmark = pytest.mark.slow
READINGS = [
    "?lecture=jalons",
    "?lecture=chambres&jalon=2024",
    "?lecture=trajectoire",
    "?lecture=jalons&fonction=finances&mode=M",
]


def more(world: World) -> Iterator[str]:
    here = world.address("schemes:cartography")
    yield from (here + reading for reading in READINGS)
    if world.edition.status == "draft":
        yield world.address("schemes:compare") + f"?avec={world.other.pk}"
        yield world.address("schemes:compare_milestones")
        yield world.address("schemes:grid") + "?jalon=2024"


@pytest.mark.parametrize("seen", SEEN, ids=" ".join)
def test_every_page_is_accessible_and_quiet(
    stage: Stage, open_page: OpenPage, record_property: Told, seen: tuple[str, str]
) -> None:
    faults = inspect(stage, open_page, seen, TABLE, record_property, more)
    assert not faults, f"\n{faults}"


LIVED = [
    "?valeur=ecart",
    "?valeur=constate",
    "?lecture=chambres&jalon=2024&valeur=ecart",
    "?lecture=chambres&jalon=2024&valeur=constate&seulement=ecarts",
]


def lived_world() -> World:
    """A draft with what a network comes to hold: an action, a quote, a deduced cell, a gap."""
    world = draft_world()
    function = world.network.functions.get(code="finances")
    save_process(world.network, actor=INSTALLATION, code="frais", name="Notes de frais",
                 function=function, kind="action",
                 parent=world.network.processes.get(code="tresorerie"))  # fmt: skip
    quoted = {"mode": "H", "source_document": "Schéma", "source_page": "p. 9",
              "provenance": "stated", "source_quote": "un cadre commun"}  # fmt: skip
    edits = [
        CellEdit("frais", "2024", "", quoted, None),
        CellEdit("tresorerie", "2022", "", {"mode": "C", "provenance": "inferred"}, None),
    ]
    place_cells(world.edition, edits, actor=INSTALLATION)
    gap = ObservedDoc("achats", "sud", dt.date(2026, 3, 3), "C", lead="nord", observer="Moi")
    record_observation(world.network, actor=INSTALLATION, row=gap)
    return world


def test_what_a_network_comes_to_hold_is_accessible_too(stage: Stage, open_page: OpenPage) -> None:
    world = stage(lived_world)
    here, edition = world.address("schemes:cartography"), world.edition.pk
    inspection = Inspection(open_page("/aide/", world.people.administrator.client))
    for address in (
        *(here + reading for reading in LIVED),
        f"{here}cellule/frais/2024/",
        f"{here}cellule/achats/2024/sud/",
        f"{here}source/?provenance=inferred",
        f"{here}enonces/",
        f"{world.address('schemes:texts_copy')}?de={world.other.pk}",
        f"{world.address('schemes:observations')}?jalon=2024&edition={edition}",
        f"{here}fiche/?regle=points#regles",
        f"{here}comparer/{edition}/",
        f"{here}comparer/jalons/2024/2027/?nature=silent",
    ):
        inspection.visit(address)
    faults = "\n".join(inspection.faults)
    assert not faults, f"\n{faults}"
