"""How soon a page shows, on a slow processor, against a blank page in the same run."""

from __future__ import annotations

from statistics import median

import pytest
from playwright.sync_api import Page, Route

from tests.browsing import OpenPage, Stage, Told, published

SHOWN = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    for (const one of list.getEntries())
      if (one.name === "first-contentful-paint")
        done(one.startTime - performance.getEntriesByType("navigation")[0].responseStart);
  }).observe({ type: "paint", buffered: true });
})"""
"""Milliseconds from the first byte a browser receives to the first words it shows."""
SLOWED, MOST, ROUNDS, TRIES = 4, 3, 5, 3
PAGES = ("/editions/{edition}/", "/editions/{edition}/?lecture=chambres", "/reseaux/essai/")


def blank(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>Vide</title><p>Vide</p>", content_type="text/html")


def shown(page: Page, address: str) -> float:
    page.goto(address)
    found: float = page.evaluate(SHOWN)
    return found


def against_blank(page: Page, address: str) -> float:
    """How many times a blank page's: the median of pairs taken one after the other."""
    pairs = [(shown(page, "/vide/"), shown(page, address)) for _ in range(ROUNDS)]
    return median(full / empty for empty, full in pairs)


@pytest.mark.slow
def test_a_page_shows_soon_on_a_slow_processor(
    stage: Stage, open_page: OpenPage, record_property: Told
) -> None:
    edition = stage(published).edition
    page = open_page("/aide/")
    page.route("**/vide/", blank)
    slowed = page.context.new_cdp_session(page)
    slowed.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    for address in PAGES:
        found = [against_blank(page, address.format(edition=edition.pk))]
        while found[-1] > MOST and len(found) < TRIES:  # a machine may be busy
            found.append(against_blank(page, address.format(edition=edition.pk)))
        told = f"first paint of {address} against a blank page’s (times, at most {MOST})"
        record_property(told, round(min(found), 2))
        assert min(found) <= MOST, (address, found)
