"""What is drawn is seen: each mark of each picture tells itself from its ground, in the light, in
the dark, in forced colours; what compares two series does not rest on a colour alone."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.network.queries import chambers_of
from tests.architecture.world import World, build
from tests.browsing import OpenPage, Stage, Told
from tests.builders import actors_of
from tests.portal.browser.test_legible import INK, LEAST
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.slow
PICTURES = ".bars, .trend, .trend-key svg, .drawn svg, .share-bar, .shares, .scheme-picture"
FAINT = """([least, pictures]) => {
  const found = new Set(), kinds = new Set();
  let palest = 99;
  const gridline = (one) => one.matches(".bars line:not(.base)") || one.matches(".plate, defs *");
  for (const picture of document.querySelectorAll(pictures)) {
    if (!picture.checkVisibility()) continue;
    const under = ground(picture.parentElement);
    for (const one of picture.querySelectorAll("rect, circle, line, polyline, text")) {
      if (gridline(one) || !one.checkVisibility()) continue;
      const { fill, stroke } = getComputedStyle(one);
      const paints = one.matches("line, polyline") ? [stroke] : [fill, stroke];
      const seen = paints.filter((paint) => /^(rgb|color|oklab)/.test(paint));
      const most = Math.max(0, ...seen.map((paint) => contrast(paint, under)));
      const kind = `${picture.getAttribute("class")} ${one.tagName}.${one.getAttribute("class")}`;
      kinds.add(kind);
      const onBar = one.tagName === "text" && picture.matches(".scheme-picture");
      if (!onBar) palest = Math.min(palest, most);
      if (most < least && !onBar) found.add(`${kind} ${most.toFixed(2)}`);
    }
  }
  return [[...found], [...kinds], palest];
}"""


YEAR = 2023


def world() -> World:
    """Every chamber has its books of two years: sales fall, staff costs less."""
    held = build(actors_of, "adopted")
    for chamber in chambers_of(held.network):
        for year, sold, paid in ((YEAR, 40_000_00, 20_000_00), (YEAR - 1, 50_000_00, 25_000_00)):
            months = range(1, 13)
            moves = {("706", m): -sold - m * 100_00 for m in months}
            moves |= {("641", m): paid for m in months}
            keep_book(held.network, chamber.code, year, moves)
    return held


@pytest.fixture
def made(stage: Stage) -> tuple[World, Any]:
    held = stage(world)
    return held, held.people.installation.client


def addresses(held: World) -> list[str]:
    finances = f"/reseaux/{held.network.code}/finances/"
    return [
        f"{finances}tableaux/?annee={YEAR}",
        f"{finances}investissements/",
        f"{finances}couts/?annee={YEAR}",
        f"{finances}cles/",
        f"{finances}tresorerie/nord/2026/",
        f"/editions/{held.edition.pk}/?lecture=trajectoire",
    ]


@pytest.mark.parametrize(
    "colours", ["light", "forced", pytest.param("dark", marks=pytest.mark.deep)]
)
def test_each_mark_of_each_picture_is_seen(
    made: tuple[World, Any], open_page: OpenPage, record_property: Told, colours: str
) -> None:
    held, client = made
    forced = {"forced_colors": "active"} if colours == "forced" else {"color_scheme": colours}
    page = open_page("/aide/", client, 1440, **forced)
    page.context.add_init_script(INK)
    faults, drawn, pale = [], set(), []
    for address in addresses(held):
        page.goto(address)
        faint, kinds, palest = page.evaluate(FAINT, [LEAST, PICTURES])
        drawn |= set(kinds)
        pale.append(round(palest, 2))
        faults += [f"{address} {one}" for one in faint]
    record_property(f"contrast of the palest mark drawn, {colours} (at least 3)", min(pale))
    assert not faults, "\n".join(faults)
    assert "is-former" in str(drawn) and "is-loss" in str(drawn), sorted(drawn)
    shapes = {kind.split()[-1].split(".")[0] for kind in drawn}
    assert {"rect", "circle", "line", "polyline", "text"} <= shapes, sorted(drawn)


def test_two_years_differ_by_their_line_and_small_pictures_stand_on_one_base(
    made: tuple[World, Any], open_page: OpenPage
) -> None:
    held, client = made
    page = open_page(addresses(held)[0], client, 1440)
    key = page.locator(".trend-key line").evaluate_all(
        "all => all.map(one => getComputedStyle(one).strokeDasharray)"
    )
    assert key[0] == "none" and key[1] != "none"
    scales = page.locator(".trend-scale")
    assert scales.count() and all(
        "0" in text and len(text.split()) >= 2 for text in scales.all_inner_texts()
    )
    tops = page.locator(".panels.is-small svg").evaluate_all(
        "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(tops) > 3 and len(set(tops)) <= 2, "a title of two lines moves no picture"
