"""What is asked of every page in a real Chromium: no accessibility fault in light nor dark, no
error in the console, nothing the security policy refused, no word cut, nothing offered that only a
script does; no sideways scroll nor word out of its place on a telephone, in 320 pixels or at twice
the size, even where a word has 300 letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Page

from tests.architecture.answers import ACTORS, Rows
from tests.architecture.world import World, build
from tests.browsing import OpenPage, Stage, Told
from tests.builders import actors_of

PREPARED = """
window.refused = [];
document.addEventListener("securitypolicyviolation",
  event => window.refused.push(event.violatedDirective + " " + event.blockedURI));
const still = new CSSStyleSheet();
still.replaceSync("*, ::before, ::after { transition: none !important }");
document.adoptedStyleSheets.push(still);
"""
"""Colours change at once: a change of scheme seen under way would be half of each."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG_WORD = """() => {
  const word = "anticonstitutionnel".repeat(16);
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: holder, data } = texts.currentNode;
    if (!holder.closest("script, style, template, svg")) {
      texts.currentNode.data = data.replace(/\\p{L}{3,}/u, word);
    }
  }
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const kept = (node) => {
    for (let one = node.parentElement; one; one = one.parentElement) {
      if (getComputedStyle(one).overflowX !== "visible") return true;
    }
    return false;
  };
  return [...document.querySelectorAll("main *")]
    .filter(node => node.getBoundingClientRect().right > width + 1 && !kept(node))
    .slice(0, 3).map(node => node.outerHTML.replace(word, "…").slice(0, 120));
}"""
"""A word of 300 letters in each text of the page: what then widens it."""
SPILT = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const apart = "script, style, template, svg, .vh, noscript, option, [popover],"
    + " dialog:not([open])";
  const found = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!data.trim() || parentElement.closest(apart)) continue;
    let box = parentElement;
    while (["inline", "contents"].includes(getComputedStyle(box).display)) box = box.parentElement;
    const { overflowX, writingMode, visibility } = getComputedStyle(box);
    if (overflowX !== "visible" || writingMode !== "horizontal-tb") continue;
    if (visibility === "hidden") continue;
    const held = box.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const out = ({ width, left, right }) =>
      width > 1 && (right > held.right + 2 || left < held.left - 2);
    if (held.width && [...range.getClientRects()].some(out)) {
      found.push(`${box.tagName}.${box.className} ${data.trim().slice(0, 60)}`);
    }
  }
  return found.slice(0, 3);
}"""
"""Texts that come out of the box that holds them, over their neighbours or beyond the page."""
MENUS = """() => {
  const width = document.documentElement.clientWidth;
  const out = [];
  for (const menu of document.querySelectorAll("details.menu:not([open])")) {
    const list = menu.querySelector(".menu-list");
    if (!list || !menu.getBoundingClientRect().width) continue;
    menu.open = true;
    const { left, right } = list.getBoundingClientRect();
    if (left < 0 || right > width) {
      out.push(`${menu.querySelector("summary").textContent.trim()} ${left}-${right}`);
    }
    menu.open = false;
  }
  return out;
}"""
"""Menus that leave the window once open."""
CUT = """() => {
  const found = [], shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const pen = document.createElement("canvas").getContext("2d");
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest("svg, .vh, .skip") || !shown(node) || node.clientWidth < 3) continue;
    const style = getComputedStyle(node);
    const over = (side, whole, room) =>
      ["hidden", "clip"].includes(style[side]) && node[whole] > node[room] + 2;
    const isCut = over("overflowX", "scrollWidth", "clientWidth")
      || over("overflowY", "scrollHeight", "clientHeight");
    if (isCut && node.textContent.trim() && node.tagName !== "SELECT") {
      found.push(`${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 60)}`);
    }
    if (node.tagName !== "SELECT" || node.multiple || !node.selectedOptions[0]) continue;
    pen.font = style.font;
    const words = node.selectedOptions[0].text;
    const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(words).width > room + 1) found.push(`select ${node.name} ${words}`);
  }
  return found.slice(0, 3);
}"""
"""Words a box hides the end of, choices wider than the field that shows them."""
OFFERED = """(sent) => {
  const page = new DOMParser().parseFromString(sent, "text/html");
  if (page.querySelector("[role=grid], .amounts-grid, .gallery-type")) return [];
  const apart = "template, [hidden], dialog:not([open])";
  const sends = (form) => form && [...form.elements].some((one) => one.type === "submit");
  const leads = (link) => {
    const to = link.getAttribute("href");
    if (to === null || to.startsWith("javascript:")) return false;
    return !to.startsWith("#") || page.getElementById(to.slice(1));
  };
  const found = [], acts = "a, button, input:not([type=hidden], [readonly]), select, textarea";
  for (const one of page.querySelectorAll(acts)) {
    if (one.closest(apart) || one.disabled) continue;
    const works = one.matches("a") ? leads(one)
      : one.matches("button[type=button]") ? one.hasAttribute("popovertarget") : sends(one.form);
    if (!works) found.push(one.outerHTML.slice(0, 140));
  }
  return found.slice(0, 3);
}"""
"""What a page offers, as it is sent, that does nothing where no script runs; grids apart."""
NARROW = [{"width": 320, "height": 640}, {"width": 720, "height": 450}]
"""The narrowest window WCAG asks of, and a desk read at twice the size."""
LIT = 4
"""Of how many pages one is looked at in the dark too at every change."""
TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


class Inspection:
    """A browser page that remembers what went wrong at each address."""

    def __init__(self, page: Page) -> None:
        self.page, self.faults, self.where = page, list[str](), ""
        self.rank, self.sent = 0, ""
        page.add_init_script(PREPARED)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"script : {error}"))

    def _note(self, what: str) -> None:
        self.faults.append(f"{self.where} {what}")

    def _console(self, message: Any) -> None:
        # A text that is no page names no mark: the browser then asks for one at the root.
        mark = message.location.get("url", "").endswith("/favicon.ico")
        expected = "404" in message.text and (mark or self.where == "/nulle-part/")
        if message.type == "error" and not expected:
            self._note(f"console : {message.text}")

    def visit(self, address: str) -> None:
        """Look at it, where it is a page: neither a file nor data."""
        self.where = address
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if not self._opens(address):
            return
        for idle in self.page.evaluate(OFFERED, self.sent):
            self._note(f"sans effet sans script : {idle}")
        self.page.evaluate(AXE_SCRIPT)
        self._audit("light", {"resultTypes": ["violations"]})
        if self.rank % LIT == 0:
            self._darken()
        self.rank += 1
        self._menus("1440 px")
        self._cut("1440 px")
        for window in NARROW:
            self.page.set_viewport_size(window)
            if (over := self.page.evaluate(SIDEWAYS)) > 0:
                self._note(f"{window['width']} px : dépasse de {over} px")
            for spilt in self.page.evaluate(SPILT):
                self._note(f"{window['width']} px : un texte sort de sa place : {spilt}")
        self.page.set_viewport_size(TELEPHONE)
        if (over := self.page.evaluate(SIDEWAYS)) > 0:
            self._note(f"390 px : dépasse de {over} px")
        self._menus("390 px")
        self._cut("390 px")
        for wide in self.page.evaluate(LONG_WORD):
            self._note(f"un mot de 300 lettres élargit la page : {wide}")
        for refused in self.page.evaluate("window.refused"):
            self._note(f"CSP : {refused}")

    def darken(self, address: str) -> None:
        """Look at its colours in the dark alone."""
        self.where = address
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if self._opens(address):
            self.page.evaluate(AXE_SCRIPT)
            self._darken()

    def _darken(self) -> None:
        # What a page says is the same in the dark: only its colours are judged again.
        self.page.emulate_media(color_scheme="dark")
        self._audit("dark", {"resultTypes": ["violations"], "runOnly": ["cat.color"]})

    def _menus(self, window: str) -> None:
        for menu in self.page.evaluate(MENUS):
            self._note(f"{window} : un menu sort de l’écran : {menu}")

    def _cut(self, window: str) -> None:
        for cut in self.page.evaluate(CUT):
            self._note(f"{window} : un texte est coupé : {cut}")

    def _opens(self, address: str) -> bool:
        try:
            answer = self.page.goto(address)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return False
        if answer is None or not answer.headers["content-type"].startswith("text/html"):
            return False
        self.sent = answer.text()
        return True

    def _audit(self, scheme: str, options: dict[str, Any]) -> None:
        found = self.page.evaluate("options => axe.run(options).then(r => r.violations)", options)
        for fault in found:
            for node in fault["nodes"][:3]:
                why = node.get("failureSummary", "").replace("\n", " ")[:300]
                self._note(f"{scheme} {fault['id']} {node['target']} {node['html'][:160]} {why}")


SEEN = [
    ("installation", "draft"),
    ("anonymous", "adopted"),
    *(
        pytest.param((*seen, "dark"), marks=pytest.mark.deep, id=" ".join((*seen, "dark")))
        for seen in (("installation", "draft"), ("anonymous", "adopted"))
    ),
]
"""Who looks at every page, and of an edition in which state; in depth, in the dark."""


def pages(world: World, rows: dict[str, Rows], actor: str, state: str) -> Iterator[str]:
    """Every address of `rows` that answers this actor, but the data of the API."""
    client = getattr(world.people, actor).client
    for name, statuses in sorted(rows.items()):
        if statuses[state == "adopted"].split()[ACTORS.index(actor)] == "200":
            for url in world.variants(name):
                told = client.get(url).headers if name.startswith("api:") else {}
                if told.get("Content-Type", "text/html").startswith("text/html"):
                    yield url


def draft_world() -> World:
    return build(actors_of, "draft")


def adopted_world() -> World:
    return build(actors_of, "adopted")


def inspect(
    stage: Stage,
    open_page: OpenPage,
    seen: tuple[str, ...],
    rows: dict[str, Rows],
    told: Told,
    more: Callable[[World], Iterable[str]] = lambda world: (),
) -> str:
    """What is wrong in the pages of a room as one of `SEEN`, and in `more`, one line each."""
    actor, state, *dark = seen
    world = stage(draft_world if state == "draft" else adopted_world)
    client = getattr(world.people, actor).client
    addresses = [*pages(world, rows, actor, state), *more(world)]
    assert addresses or actor == "anonymous"
    inspection = Inspection(open_page("/aide/", client if actor != "anonymous" else None))
    for address in addresses:
        (inspection.darken if dark else inspection.visit)(address)
    if not dark:
        told(f"pages of the {next(iter(rows)).split(':')[0]} looked at, {actor}", inspection.rank)
    return "\n".join(inspection.faults)
