"""A page that is kept rests on nothing that changes without an event: whatever act is done, by
whatever room, it is then made anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from tests.architecture.world import World, build, table
from tests.builders import actors_of

pytestmark = [pytest.mark.sqlite("pages alone: no query of its own"), pytest.mark.slow]
TOLD = ("costing_", "finance_", "ledger_", "network_", "returns_", "schemes_")
"""Rooms whose rows change by actions, each with its event in the chain of the network."""
SILENT = {
    *("ledger_bookimport", "schemes_placement", "schemes_statement", "schemes_section"),
}
"""Rows of those rooms that work under way changes without one, or whose events are passed over."""
OWN = {"django_session", "kernel_event", "people_mandate", "people_mandates", "people_user"}
"""Who asks, which is of the answer’s key or put in afterwards; the journal itself."""


def test_a_kept_page_reads_only_what_acts_change(
    db: None, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    world: World = build(actors_of, "draft")
    client = world.people.installation.client
    pages = {url for name in table() for url in world.variants(name)}
    kept = sorted(url for url in pages if vars(resolve(url).func).get("is_kept"))
    assert len(kept) >= 30
    read: dict[str, str] = {}
    for url in kept:
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code in (200, 302, 404, 422), url
        for one in captured:
            read |= dict.fromkeys(re.findall(r'(?:FROM|JOIN) "(\w+)"', one["sql"]), url)
    others = {t: url for t, url in read.items() if t in SILENT or not t.startswith(TOLD)}
    assert others.keys() <= OWN, others
    assert len(read) > 15
