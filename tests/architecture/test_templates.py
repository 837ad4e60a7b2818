"""Every page drawn with everything it names given: no template reads a variable nobody passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.template import Context, engines

from tests.architecture.answers import ACTORS
from tests.architecture.world import build, table

pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")

MARK = "\u27e6%s\u27e7"


@pytest.fixture
def marked(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    """Draw what is not given as a mark."""
    settings.MEDIA_ROOT = tmp_path
    engine = engines["django"].engine
    engine.string_if_invalid = MARK
    assert "\u27e6nothing\u27e7" in engine.from_string("{{ nothing }}").render(Context())
    yield
    engine.string_if_invalid = ""


@pytest.mark.parametrize(("actor", "state"), [("installation", "draft"), ("anonymous", "adopted")])
def test_no_page_reads_a_variable_nobody_passes(
    people: Callable[..., Any], db: None, marked: None, actor: str, state: str
) -> None:
    world = build(people, state)
    client = getattr(world.people, actor).client
    found = {}
    for name, rows in table().items():
        if rows[state == "adopted"].split()[ACTORS.index(actor)] != "200":
            continue
        for url in world.variants(name):
            answer = client.get(url)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                page = answer.content.decode()
                if marks := set(re.findall("\u27e6([^\u27e7]*)\u27e7", page)):
                    found[name] = marks
    assert found == {}
