"""What is asked of every page in a real Chromium: no accessibility fault in light nor dark, no
error in the console, nothing the security policy refused, no sideways scroll on a telephone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.architecture.answers import ACTORS
from tests.architecture.world import TABLE, World, build

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
TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
READINGS = [
    "?lecture=jalons",
    "?lecture=chambres&jalon=2024",
    "?lecture=trajectoire",
    "?lecture=jalons&fonction=finances&mode=M",
]


def pages(world: World, actor: str, state: str) -> Iterator[str]:
    """Every address that answers a page to this actor, then some states worth seeing."""
    client = getattr(world.people, actor).client
    for name, rows in sorted(TABLE.items()):
        if rows[state == "adopted"].split()[ACTORS.index(actor)] != "200":
            continue
        for url in world.variants(name):
            if client.get(url).headers.get("Content-Type", "").startswith("text/html"):
                yield url
    here = world.address("schemes:cartography")
    yield from (here + reading for reading in READINGS)
    yield "/recherche/?q=tr"
    yield "/recherche/?q=rien-de-tel"
    yield "/nulle-part/"
    if actor != "anonymous":
        yield world.address("portal:network_journal") + "?verifier=1"
        yield world.address("schemes:compare") + f"?avec={world.other.pk}"
        yield world.address("schemes:grid") + "?jalon=2024"


class Inspection:
    """A browser page that remembers what went wrong at each address."""

    def __init__(self, page: Page) -> None:
        self.page, self.faults, self.where = page, list[str](), ""
        page.add_init_script(PREPARED)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"script : {error}"))

    def _note(self, what: str) -> None:
        self.faults.append(f"{self.where} {what}")

    def _console(self, message: Any) -> None:
        expected = "404" in message.text and self.where == "/nulle-part/"
        if message.type == "error" and not expected:
            self._note(f"console : {message.text}")

    def visit(self, address: str) -> None:
        self.where = address
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.goto(address)
        self.page.evaluate(AXE_SCRIPT)
        self._audit("light", {"resultTypes": ["violations"]})
        # What a page says is the same in the dark: only its colours are judged again.
        self.page.emulate_media(color_scheme="dark")
        self._audit("dark", {"resultTypes": ["violations"], "runOnly": ["cat.color"]})
        self.page.set_viewport_size(TELEPHONE)
        if (over := self.page.evaluate(SIDEWAYS)) > 0:
            self._note(f"390 px : dépasse de {over} px")
        for refused in self.page.evaluate("window.refused"):
            self._note(f"CSP : {refused}")

    def _audit(self, scheme: str, options: dict[str, Any]) -> None:
        found = self.page.evaluate("options => axe.run(options).then(r => r.violations)", options)
        for fault in found:
            for node in fault["nodes"][:3]:
                why = node.get("failureSummary", "").replace("\n", " ")[:300]
                self._note(f"{scheme} {fault['id']} {node['target']} {node['html'][:160]} {why}")


def inspect(
    people: Callable[..., Any], open_page: Callable[..., Page], actor: str, state: str
) -> str:
    """What is wrong in every page an actor sees of an edition in a state, one line each."""
    world = build(people, state)
    client = getattr(world.people, actor).client
    inspection = Inspection(open_page("/aide/", client if actor != "anonymous" else None))
    addresses = list(pages(world, actor, state))
    assert len(addresses) > 20
    for address in addresses:
        inspection.visit(address)
    return "\n".join(inspection.faults)
