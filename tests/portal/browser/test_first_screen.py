"""What a telephone shows before one scrolls: data, not only what stands around it."""

from __future__ import annotations

import pytest

from tests.architecture.world import World, build
from tests.browsing import OpenPage, Stage
from tests.builders import actors_of

pytestmark = pytest.mark.slow
SEEN = 844 - 56
"""Pixels of a telephone above the bar under the thumb."""
FIRST = """() => {
  const data = "main :is(tbody td, .figures dd, .facts dd, svg[role=img], .empty, li)";
  const tops = [...document.querySelectorAll(data)].filter(one => one.checkVisibility())
    .filter(one => !one.closest("nav, details:not([open]), .legend, .slider"))
    .map(one => one.getBoundingClientRect())
    .map(({ top, bottom }) => Math.min(bottom, top + 44) + scrollY);
  return tops.length ? Math.min(...tops) : Infinity;
}"""
FINANCES = (
    "", "livres/", "balance/", "bilan/", "resultat/", "financement/", "reciproques/",
    "correspondances/", "plan/", "calendrier/", "budgets/", "budgets/comparaison/",
    "budgets/consolidation/", "atterrissage/", "tresorerie/", "investissements/", "cles/",
    "cles/refacturations/", "couts/", "couts/volumes/",
)  # fmt: skip


def world() -> World:
    return build(actors_of, "adopted")


def test_data_stands_on_the_first_screen_of_a_telephone(stage: Stage, open_page: OpenPage) -> None:
    held = stage(world)
    network = f"/reseaux/{held.network.code}/"
    edition = f"/editions/{held.edition.pk}/"
    page = open_page(
        "/aide/", held.people.administrator.client, viewport={"width": 390, "height": 844}
    )
    asked = dict.fromkeys((f"{network}finances/{name}" for name in FINANCES), SEEN)
    asked |= dict.fromkeys(
        (
            network,
            f"{network}ma-page/",
            f"{network}etats/",
            f"{network}constats/",
            edition,
            f"{edition}fiche/",
            f"{edition}?lecture=chambres",
            f"{edition}?lecture=trajectoire",
            f"{edition}source/",
        ),
        SEEN,
    )
    asked[f"{network}finances/tableaux/"] = 520
    late = {}
    for address, most in asked.items():
        page.goto(address)
        if (first := page.evaluate(FIRST)) > most:
            late[address] = first
    assert not late
