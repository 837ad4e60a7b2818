"""What is seen by whoever sees less: focus, edges of what one acts on, forced colours, cards on a
telephone. The contrast of every text of every page is axe's (tests/inspection.py)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture.world import World, build
from tests.browsing import Accessible, OpenPage, Stage, Told
from tests.builders import actors_of

pytestmark = pytest.mark.slow

INK = """
window.ink = (colour) => {
  const place = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = place.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data];
};
window.light = (colour) => {
  const [r, g, b] = ink(colour).slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
window.contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
window.ground = (node) => {
  for (let one = node; one; one = one.parentElement) {
    const { backgroundColor } = getComputedStyle(one);
    if (ink(backgroundColor)[3] > 250) return backgroundColor;
  }
  return getComputedStyle(document.documentElement).backgroundColor;
};
"""
LEAST = 3
UNSEEN = """(least) => {
  const can = 'a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled),'
    + ' select:not(:disabled), textarea, summary, [tabindex="0"]';
  const found = [];
  for (const node of document.querySelectorAll(can)) {
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    node.focus({ preventScroll: true });
    if (document.activeElement !== node) continue;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
    const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
      && contrast(outlineColor, ground(node.parentElement)) >= least;
    if (!seen) found.push(node.outerHTML.slice(0, 140) + ` ${outlineStyle} ${outlineWidth}`);
  }
  return found.slice(0, 5);
}"""
FAINT = """(least) => {
  const found = [];
  const acts = "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea,"
    + " .button:not(.is-quiet, :disabled, [aria-disabled=true])";
  for (const node of document.querySelectorAll(acts)) {
    const isSeen = node.checkVisibility({ visibilityProperty: true });
    if (!isSeen || node.closest("td, .palette")) continue;
    const { borderTopColor, backgroundColor } = getComputedStyle(node);
    const around = ground(node.parentElement);
    const most = Math.max(contrast(borderTopColor, around), contrast(backgroundColor, around));
    if (most < least) found.push(`${node.outerHTML.slice(0, 120)} ${most.toFixed(2)}`);
  }
  for (const node of document.querySelectorAll(".page .icon, .thumb .icon")) {
    if (!node.checkVisibility() || node.closest(":disabled, [aria-disabled=true]")) continue;
    const most = contrast(getComputedStyle(node).color, ground(node));
    if (most < least) found.push(`icône ${node.parentElement.outerHTML.slice(0, 80)} ${most}`);
  }
  return found.slice(0, 5);
}"""

LETTERS = 4.5
READ = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = [99, ""];
  while (texts.nextNode()) {
    const { data, parentElement: holder } = texts.currentNode;
    const shown = data.trim() && holder.checkVisibility({ visibilityProperty: true });
    if (!shown || holder.closest("script, style, svg, .vh, .skip, option, :disabled,"
      + " [aria-disabled=true]")) continue;
    const ratio = contrast(getComputedStyle(holder).color, ground(holder));
    if (ratio < least[0]) least = [ratio, data.trim().slice(0, 60)];
  }
  return least;
}"""
"""The palest words of a page, large ones too, and how far they stand from their ground."""


def world() -> World:
    return build(actors_of, "draft")


@pytest.fixture
def made(stage: Stage) -> tuple[World, Any]:
    held = stage(world)
    return held, held.people.installation.client


def addresses(held: World) -> list[str]:
    network = f"/reseaux/{held.network.code}/"
    edition = f"/editions/{held.edition.pk}/"
    return [
        "/aide/composants/",
        network,
        f"{network}ma-page/",
        edition,
        f"{edition}?lecture=chambres",
        f"{edition}fiche/",
        f"{network}finances/",
        f"{network}finances/budgets/",
        f"{network}finances/bilan/",
        f"{network}journal/",
        "/recherche/?q=tr",
    ]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1440, "light"),
        (390, "dark"),
        pytest.param(1440, "dark", marks=pytest.mark.deep),
        pytest.param(390, "light", marks=pytest.mark.deep),
    ],
)
def test_focus_and_what_one_acts_on_are_always_seen(
    made: tuple[World, Any], open_page: OpenPage, record_property: Told, width: int, scheme: str
) -> None:
    held, client = made
    page = open_page("/aide/", client, width, color_scheme=scheme)
    page.context.add_init_script(INK)
    faults, palest = [], []
    for address in addresses(held):
        page.goto(address)
        palest.append((*page.evaluate(READ), address))
        page.keyboard.press("Tab")
        faults += [f"{address} sans focus visible : {one}" for one in page.evaluate(UNSEEN, LEAST)]
        faults += [f"{address} trop pâle : {one}" for one in page.evaluate(FAINT, LEAST)]
    least = round(min(palest)[0], 2)
    record_property(f"contrast of the palest words, {width} px {scheme} (at least 4.5)", least)
    assert least >= LETTERS, min(palest)
    assert not faults, "\n".join(faults)


def test_a_chip_stands_on_one_line_of_a_telephone(
    made: tuple[World, Any], open_page: OpenPage
) -> None:
    held, client = made
    finances = f"/reseaux/{held.network.code}/finances/"
    page, seen = open_page("/aide/", client, 390), 0
    for address in (*addresses(held), f"{finances}livres/", f"{finances}investissements/"):
        page.goto(address)
        chips = page.locator("main .tag:visible")
        seen += chips.count()
        broken = chips.evaluate_all(
            "all => all.filter(one => one.offsetHeight > 1.9 * parseFloat(getComputedStyle(one)"
            ".lineHeight)).map(one => one.outerHTML)"
        )
        assert not broken, (address, broken)
    assert seen > 10


def test_in_forced_colours_what_is_current_differs_and_chips_have_an_edge(
    made: tuple[World, Any], open_page: OpenPage
) -> None:
    held, client = made
    page = open_page("/aide/", client, 390, forced_colors="active")
    page.goto(f"/reseaux/{held.network.code}/ma-page/")
    edges = page.locator(".thumb > *").evaluate_all(
        "all => all.map(one => [one.hasAttribute('aria-current'),"
        " getComputedStyle(one).borderTopColor])"
    )
    marked = {colour for current, colour in edges if current}
    others = {colour for current, colour in edges if not current}
    assert len(marked) == 1 and not marked & others, edges
    page.goto("/aide/composants/")
    for chip in (".tag", ".chip", ".note", ".button", ".offline"):
        width = page.locator(f"main {chip}").first.evaluate(
            "one => parseFloat(getComputedStyle(one).borderTopWidth)"
        )
        assert width >= 1, chip


def test_on_a_telephone_words_are_cards_and_figures_scroll_under_their_first_column(
    made: tuple[World, Any], open_page: OpenPage, accessible: Accessible
) -> None:
    page = open_page("/aide/composants/", made[1], 390)
    figures, words = page.locator("table.data").first, page.locator("table.data").last
    row = words.locator("tbody tr").first
    boxes = [one.bounding_box() for one in row.locator("th, td").all()]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(set(tops)) and len(tops) == 4, "one cell under the other"
    title = row.locator("td").last.evaluate("one => getComputedStyle(one, '::before').content")
    assert "Échéance" in title
    scroll = figures.locator("xpath=..")
    name = figures.locator("tbody th").first
    before = name.bounding_box()
    moved = scroll.evaluate("one => { one.scrollLeft = 120; return one.scrollLeft; }")
    after = name.bounding_box()
    assert moved > 0 and before and after and after["x"] == before["x"]
    accessible(page)
