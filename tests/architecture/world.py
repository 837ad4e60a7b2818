"""A small world where every address leads somewhere, furnished by each room's `places.py`.

Knows editions, neighbours and people; not what a room puts in its network: `tests/<room>/places.py`
says, for each of the room's addresses, who gets what (`TABLE`), where it leads and a sound request
(`furnish`). A room is collected by having that file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.actions import draft_next_edition
from maillage.schemes.engine.document import StatementDoc
from maillage.schemes.models import Edition
from tests.architecture.answers import Rows
from tests.builders import load, person, small_document

SAID = (StatementDoc("but", "finances", "Un but."),)
TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Given:
    """Where the addresses of a room lead, by name. What is not said has a place of its own:
    `network` and `edition` are the world's, `extension` is csv."""

    kwargs: dict[str, dict[str, Any]] = field(default_factory=dict)
    also: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What changes in a second address of the same name."""
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """A sound request that is no form: keyword arguments of `Client.post`."""

    def __or__(self, other: Given) -> Given:
        return Given(
            self.kwargs | other.kwargs,
            self.also | other.also,
            self.forms | other.forms,
            self.requests | other.requests,
        )


@dataclass
class World:
    """What the addresses point to. `edition` is the one whose state the tables tell."""

    edition: Edition
    other: Edition
    people: SimpleNamespace
    given: Given = field(default_factory=Given)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the form of each address shows, once it was asked for."""

    @property
    def network(self) -> Any:
        return self.edition.scheme.network

    def address(self, name: str, **kwargs: Any) -> str:
        usual = {"network": self.network.code, "edition": self.edition.pk, "extension": "csv"}
        needed = {key: usual[key] for key in usual.keys() & _parameters()[name]}
        return reverse(name, kwargs={**needed, **self.given.kwargs.get(name, {}), **kwargs})

    def variants(self, name: str) -> list[str]:
        """Every address of a name: the second where two routes share it."""
        also = self.given.also.get(name)
        return [self.address(name), *([self.address(name, **also)] if also else [])]

    def body(self, name: str) -> dict[str, Any]:
        """A sound request for a route that writes: keyword arguments of `Client.post`."""
        return self.given.requests.get(name) or {"data": self.given.forms.get(name, {})}


def routes() -> set[tuple[str, str]]:
    """Every (name, route) the application answers."""
    return {(name, route) for name, route, _parameters in _walk()}


@cache
def _walk() -> set[tuple[str, str, frozenset[str]]]:
    def walk(
        patterns: list[Any], before: str, space: str, known: frozenset[str]
    ) -> set[tuple[str, str, frozenset[str]]]:
        found: set[tuple[str, str, frozenset[str]]] = set()
        for pattern in patterns:
            route = before + str(pattern.pattern)
            names = known | set(getattr(pattern.pattern, "converters", ()))
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                found |= walk(pattern.url_patterns, route, inner, names)
            elif isinstance(pattern, URLPattern):
                found.add((space + (pattern.name or ""), route, names))
        return found

    return walk(get_resolver().url_patterns, "", "", frozenset())


@cache
def _parameters() -> dict[str, frozenset[str]]:
    """What the shortest route of a name asks for."""
    shortest: dict[str, frozenset[str]] = {}
    for name, _route, needed in sorted(_walk(), key=lambda row: -len(row[2])):
        shortest[name] = needed
    return shortest


Furnish = Callable[[World], Given]


def furnished_by() -> list[Path]:
    """Where each room says its places."""
    return sorted([*TESTS.glob("*/places.py"), *TESTS.glob("workspaces/*/places.py")])


def rooms() -> list[tuple[dict[str, Rows], Furnish]]:
    """The table of each room of the house, and how it furnishes the world."""
    found = []
    for path in furnished_by():
        parts = path.relative_to(TESTS.parent).with_suffix("").parts
        module = importlib.import_module(".".join(parts))
        found.append((module.TABLE, module.furnish))
    return found


@cache
def table() -> dict[str, Rows]:
    """Who gets what at every address; none is told by two rooms."""
    whole: dict[str, Rows] = {}
    for rows, _furnish in rooms():
        assert not (twice := whole.keys() & rows.keys()), twice
        whole |= rows
    return whole


def build(people: Any, state: str) -> World:
    """The world around a draft or an adopted edition; nothing is adopted beside a draft."""
    first = load(small_document(statements=SAID), adopted=state == "adopted")
    if state == "adopted":
        second = small_document(number=2, title="Seconde édition", statements=SAID)
        edition = load(second, adopted=True)
    else:
        edition = draft_next_edition(first, actor=INSTALLATION)
    neighbour = load(small_document("voisin"))
    someone = people(edition)
    someone.foreign = person(
        "voisin@essai.test", {"role": Role.ADMINISTRATOR, "network": neighbour.scheme.network}
    )
    world = World(edition, first, someone)
    for _table, furnish in rooms():
        world.given |= furnish(world)
    return world
