"""A chamber that is renamed, or gets another SIREN, is still the one books of before name."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.deposits import sirens_of
from maillage.network.actions import save_entity, save_nouns
from maillage.network.noun_table import ENTITY, NounRow
from maillage.network.queries import every_chamber, former_of, held_nouns
from maillage.people.actors import INSTALLATION
from tests.journeys.test_from_nothing import text_of
from tests.ledger.test_partners import eliminated, relabelled, world

__all__ = ["world"]
pytestmark = pytest.mark.usefixtures("common_books")


def renamed(held: SimpleNamespace, **values: Any) -> None:
    row = held.network.entities.get(code="region")
    kept = {name: getattr(row, name) for name in ("name", "short_name", "siren", "departement")}
    save_entity(held.network, actor=INSTALLATION, code="region", **(kept | values))


def test_a_former_name_keeps_designating_the_chamber(
    world: SimpleNamespace, tmp_path: Path
) -> None:
    renamed(world, name="CCI Plaine-Haute", short_name="Plaine-Haute")
    relabelled(world, tmp_path / "ici", "CCI Plaine-Haute")
    whole = eliminated(world.network)
    assert whole["401"] == -10_000
    renamed(world, name="CCI Horizon-Bleu", short_name="Horizon-Bleu")
    assert eliminated(world.network) == whole and year_of(world.network, 2025).doubts == ()
    relabelled(world, tmp_path / "autre", "Scierie du port")
    assert len(year_of(world.network, 2025).doubts) == 1, "what was never its name is asked"


def test_a_name_another_chamber_bears_today_is_that_chamber_s(world: SimpleNamespace) -> None:
    former = world.network.entities.get(code="region").name
    renamed(world, name="CCI Horizon-Bleu")
    named = former_of(world.network, every_chamber(world.network))["region"].names
    assert former in named
    sud = world.network.entities.get(code="sud")
    values = {"short_name": sud.short_name, "siren": sud.siren, "departement": sud.departement}
    save_entity(world.network, actor=INSTALLATION, code="sud", name=former, **values)
    left = former_of(world.network, every_chamber(world.network)).get("region")
    assert left is None or former not in left.names


def test_a_former_siren_is_known_of_the_chamber(world: SimpleNamespace) -> None:
    renamed(world, siren="100000009")
    renamed(world, siren="200000008")
    pk = world.network.entities.get(code="region").pk
    known = sirens_of(world.network)
    assert pk in known["100000009"] and pk in known["200000008"]
    assert year_of(world.network, 2025).partners.of("sud", "100000009") == "region"


def test_a_name_changed_in_the_table_of_nouns_is_kept_too(world: SimpleNamespace) -> None:
    held = held_nouns(world.network)
    values = held[ENTITY]["region"]
    row = NounRow(ENTITY, "region", values | {"name": "CCI Horizon-Bleu"})
    save_nouns(world.network, rows=[row], source="tableau", actor=INSTALLATION)
    former = former_of(world.network, every_chamber(world.network))
    assert values["name"] in former["region"].names


def test_the_form_says_what_a_new_name_touches(world: SimpleNamespace) -> None:
    page = world.administrator.client.get("/administration/reseaux/essai/chambres/region/")
    assert page.status_code == 200
    assert "Repose dessus" in text_of(page) and "la désignent toujours" in text_of(page)
