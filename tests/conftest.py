"""What tests share: a small edition, the people who act on it, a client for each."""

from __future__ import annotations

import datetime as dt
import gc
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import caches

from maillage.network.models import Network
from maillage.schemes.models import Edition
from tests import depth  # noqa: F401  # how far Hypothesis goes, and how patiently
from tests.builders import actors_of, load, small_document
from tests.remembered import MEMORY

pytest_plugins = ["tests.browsing", "tests.never_stale", "tests.prepared"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays to the end: no collection of garbage looks at it again,
    which takes a tenth of the whole, and one waits for more than a page makes."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands on a stage drives a browser, on SQLite alone; whatever else asks for the
    database is asked of PostgreSQL too, but for what says why not: in `make deep` where a page
    asks, its queries being asked apart."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if {"open_page", "_empty"} & fixtures:
            item.add_marker(pytest.mark.browser)
        asks = {"db", "transactional_db"} & fixtures
        asked = asks or item.get_closest_marker("django_db")
        alone = any(item.get_closest_marker(name) for name in ("browser", "sqlite", "deep"))
        if asked and not alone:
            item.add_marker(pytest.mark.postgresql)
            if isinstance(item, pytest.Function) and _asks_a_page(item):
                item.add_marker(pytest.mark.page)
    long = {item.path for item in items if _is_long(item)}
    items.sort(key=lambda item: item.path not in long)


def _asks_a_page(item: pytest.Function) -> bool:
    code = item.function.__code__
    return bool({"client"} & {*code.co_names, *code.co_varnames, *item.fixturenames})


def _is_long(item: pytest.Item) -> bool:
    """Files of long tests are begun first: no worker is left alone with one at the end."""
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    MEMORY.forget_where()
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def _ledger_root(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test keeps its books in a place of its own, made only where something is put in it."""
    settings.LEDGER_ROOT = tmp_path_factory.getbasetemp() / f"livres-{uuid.uuid4()}"


@pytest.fixture
def common_books(
    _ledger_root: None, settings: LazySettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Books of these tests stand at one place, to the end: what is read or computed of the same
    books is found again from test to test, as it is from reader to reader."""
    settings.LEDGER_ROOT = tmp_path_factory.getbasetemp() / "livres-communs"


@pytest.fixture
def draft(db: None) -> Edition:
    return load(small_document())


@pytest.fixture
def adopted(db: None) -> Edition:
    return load(small_document(), adopted=True)


@pytest.fixture
def people(db: None) -> Callable[..., SimpleNamespace]:
    """Make the actors of a network: `people(edition).nord.actor`, `.client`, `.user`."""
    return actors_of


@pytest.fixture
def network(draft: Edition) -> Network:
    return draft.network


@pytest.fixture
def who(draft: Edition, people: Callable[..., Any]) -> SimpleNamespace:
    return people(draft)


@pytest.fixture
def november() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC), tick=True):
        yield
