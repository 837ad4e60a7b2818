"""A real Chromium for the tests, a signed-in page per person, and worlds put back between tests.

A world is built once per worker and kept as SQLite keeps a backup: the database in memory, which
the server's threads share, is put back in milliseconds, its files with it. Skipped where no
Chromium is installed, except under CI, where its absence is a failure.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.core.signals import request_finished, request_started
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.builders import actors_of, load, small_document

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PATIENCE = 20_000
"""Milliseconds to wait for what a page must show: a machine may be busy."""
expect.set_options(timeout=PATIENCE)

OpenPage = Callable[..., Page]
Accessible = Callable[[Page], None]
Told = Callable[[str, object], None]
"""pytest's `record_property`: a figure measured, which `tests/budget.py` prints."""


T = TypeVar("T")


class Stage(Protocol):
    def __call__(self, build: Callable[[], T]) -> T: ...


class Traffic:
    """Requests under way in the server's threads."""

    def __init__(self) -> None:
        self._under_way, self._changed = 0, threading.Condition()
        self._mine = threading.get_ident()
        request_started.connect(self._started)
        request_finished.connect(self._finished)

    def _count(self, change: int) -> None:
        if threading.get_ident() != self._mine:
            with self._changed:
                self._under_way += change
                self._changed.notify_all()

    def _started(self, **_signal: Any) -> None:
        self._count(1)

    def _finished(self, **_signal: Any) -> None:
        self._count(-1)

    def settle(self, seconds: float = 20) -> None:
        """Wait until nothing is under way."""
        with self._changed:
            quiet = self._changed.wait_for(lambda: self._under_way <= 0, seconds)
            assert quiet, f"{self._under_way} requests are still under way"


@dataclass(frozen=True)
class Kept:
    """A world as it was built."""

    database: sqlite3.Connection
    files: Path
    value: Any

    def put_back(self, files: Path) -> Any:
        put_back(self.database)
        copytree(self.files, files, dirs_exist_ok=True)
        return deepcopy(self.value)


def backup() -> sqlite3.Connection:
    """The whole database, apart."""
    connection.ensure_connection()
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(kept)
    return kept


def put_back(kept: sqlite3.Connection) -> None:
    connection.ensure_connection()
    kept.backup(connection.connection)


@pytest.fixture(scope="session")
def _empty(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[sqlite3.Connection, Traffic]]:
    """The database as the migrations leave it."""
    with django_db_blocker.unblock():
        assert connection.vendor == "sqlite", "pages are driven on SQLite alone"
        yield backup(), Traffic()


@pytest.fixture
def transactional_db(
    _empty: tuple[sqlite3.Connection, Traffic], django_db_blocker: Any
) -> Iterator[None]:
    """The database for a test and the server's threads, empty again after it."""
    empty, traffic = _empty
    with django_db_blocker.unblock():
        yield
        traffic.settle()
        put_back(empty)


@pytest.fixture(scope="session")
def _worlds() -> dict[Callable[[], Any], Kept]:
    return {}


@pytest.fixture
def stage(
    transactional_db: None,
    _ledger_root: None,
    settings: LazySettings,
    _worlds: dict[Callable[[], Any], Kept],
    tmp_path_factory: pytest.TempPathFactory,
) -> Stage:
    """`stage(build)`: what `build()` makes in an empty house, made once by worker and put back.

    Its value is given afresh to each test; its files are those of `LEDGER_ROOT`, `MEDIA_ROOT` too.
    """
    files = settings.MEDIA_ROOT = Path(settings.LEDGER_ROOT)

    def play(build: Callable[[], T]) -> T:
        if build not in _worlds:
            place = settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path_factory.mktemp("monde")
            value = build()
            _worlds[build] = Kept(backup(), place, deepcopy(value))
            settings.MEDIA_ROOT = settings.LEDGER_ROOT = files
        found: T = _worlds[build].put_back(files)
        return found

    return play


def drafted() -> SimpleNamespace:
    """A draft and the people of its network: `edition`, `people`."""
    edition = load(small_document())
    return SimpleNamespace(edition=edition, people=actors_of(edition))


def published() -> SimpleNamespace:
    """An adopted edition and the people of its network: `edition`, `people`."""
    edition = load(small_document(), adopted=True)
    return SimpleNamespace(edition=edition, people=actors_of(edition))


@pytest.fixture(scope="session")
def server(_empty: Any) -> Iterator[LiveServer]:
    """The house, served from the database in memory."""
    found = LiveServer("localhost")
    yield found
    # Its connection stays shared: threads that Chromium kept waiting may yet close it.
    found.thread.terminate()


@pytest.fixture(scope="session")
def browser(server: LiveServer) -> Iterator[Browser]:
    """Chromium, closed before the server it speaks to."""
    if not CHROMIUM.exists():
        message = f"Chromium is not installed at {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser, server: LiveServer, transactional_db: None) -> Iterator[OpenPage]:
    """`open_page("/adresse/", client=…, width=390)`: a page of its own session.

    `client` is a signed-in Django client whose session the browser takes; None is nobody.
    """
    contexts: list[BrowserContext] = []

    def make(address: str, client: Any = None, width: int = 1440, **options: Any) -> Page:
        options.setdefault("viewport", {"width": width, "height": 900})
        context = browser.new_context(base_url=server.url, locale="fr-FR", **options)
        contexts.append(context)
        if client is not None:
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        return page

    yield make
    for context in contexts:
        context.close()


TYPED = r"/^maillage\|[^|]*\|(?!a-cote\|)/"
"""The names under which a browser keeps what is typed; the pages opened last are kept beside it."""


def nothing_kept(page: Page) -> None:
    """Wait until nothing of what was typed is kept in this browser."""
    page.wait_for_function(f"() => !Object.keys(localStorage).some(name => {TYPED}.test(name))")


def first_row(page: Page, width: int = 1440, height: int = 900) -> float:
    """Where the first row of figures or cells begins in a window of this size, in pixels."""
    page.set_viewport_size({"width": width, "height": height})
    top: float = page.locator("main table tbody td").first.evaluate(
        "cell => cell.getBoundingClientRect().top + scrollY"
    )
    return top


@pytest.fixture
def accessible() -> Accessible:
    """Fail with what axe finds on a page."""

    def check(page: Page) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    return check


ON_MODES = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const hex = (text) => [1, 3, 5].map((at) => parseInt(text.trim().slice(at, at + 2), 16));
  const root = getComputedStyle(document.documentElement);
  const hues = [..."achmi"].map((m) => hex(root.getPropertyValue(`--mode-${m}`)).join());
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) =>
    0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, seen = 1] = rgb(getComputedStyle(at).backgroundColor);
      if (seen > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const met = [];
  for (const element of document.body.querySelectorAll("*")) {
    const told = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!told || element.closest(".vh, svg") || !element.checkVisibility()) continue;
    const under = ground(element), over = rgb(getComputedStyle(element).color).slice(0, 3);
    if (hues.includes(under.join())) met.push([element.textContent.trim(), ratio(over, under)]);
  }
  return met;
}"""
LEGIBLE = 4.5
"""Contrast that a text of any size needs (WCAG 2.2, 1.4.3)."""


def faint_on_modes(page: Page) -> list[str]:
    """Texts on the hue of a mode that are too faint to be read; some text must stand on one."""
    met = page.evaluate(ON_MODES)
    assert met, f"no text on a mode: {page.url}"
    return [text for text, contrast in met if contrast < LEGIBLE]
