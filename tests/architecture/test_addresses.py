"""No room names an address of a room above it: names of addresses escape the import linter."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "maillage"
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
LAYERS = [
    [part.strip().removeprefix("maillage.") for part in re.split("[|:]", layer)]
    for layer in CONTRACT["contracts"][0]["layers"]
]
"""From the top down, as the linter reads them."""
LITERAL = re.compile(r"""=["'](/[a-z][^"']*)|[{( \[]f?["'](/[a-z][a-z-]*/[^"']*)""")
"""A path written out: as an attribute, or as a string."""
PREFIXES = {"ui/refusals.py": ["/api/"], "schemes/views/observations.py": ["/editions/"]}
"""What may be said of a path without leading there: how an answer is written, where one goes back
to."""
NAMED = re.compile(r"[\"']([a-z]+):[a-z_]+[\"']")


def _floor(package: str) -> int:
    head = package.split(".", maxsplit=1)[0]
    return next(rank for rank, layer in enumerate(LAYERS) if head in layer)


def _packages() -> dict[str, str]:
    """By namespace of addresses, the package that answers it."""
    configs = [c for c in apps.get_app_configs() if c.name.startswith("maillage.")]
    return {config.label: config.name.removeprefix("maillage.") for config in configs}


def upward(package: str, text: str, packages: dict[str, str]) -> list[str]:
    """The namespaces a text of `package` names that stand above it, or beside it."""
    found = []
    for space in NAMED.findall(text):
        other = packages.get(space)
        if other is None or other == package:
            continue
        if _floor(other) <= _floor(package):
            found.append(space)
    return found


def test_no_room_names_an_address_above_it() -> None:
    packages, faults = _packages(), []
    for package in packages.values():
        folder = SOURCE / package.replace(".", "/")
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
            named = upward(package, path.read_text("utf-8"), packages)
            faults += [f"{path.relative_to(SOURCE)}: {space}" for space in named]
    assert faults == []


def test_no_page_writes_a_path_out() -> None:
    """An address is asked by its name, or given by whoever stands above (`portal/context.py`)."""
    faults = {}
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        place = str(path.relative_to(SOURCE))
        if place.startswith(("config/", "sheets/")) or path.name.endswith(("urls.py", "api.py")):
            continue
        named = [one or other for one, other in LITERAL.findall(path.read_text("utf-8"))]
        if named != PREFIXES.get(place, []):
            faults[place] = named
    assert faults == {}


WRITTEN = [
    ('<a href="/aide/">', ["/aide/"]),
    ('{% nothing titre "/connexion/" %}', ["/connexion/"]),
    ('{"url": f"/reseaux/{code}/"}', ["/reseaux/{code}/"]),
    ("hx-get='/recherche/'", ["/recherche/"]),
    ("<a href=\"{% url 'portal:help' %}#sceau\">", []),
    ('path("aide/", help)', []),
    ("</a> / <br/>", []),
]


@pytest.mark.parametrize(("text", "named"), WRITTEN)
def test_a_path_written_out_is_seen(text: str, named: list[str]) -> None:
    assert [one or other for one, other in LITERAL.findall(text)] == named


def test_an_address_above_is_seen() -> None:
    packages = {"portal": "portal", "ledger": "ledger", "schemes": "schemes"}
    assert upward("ledger", "{% url 'portal:network' %}", packages) == ["portal"]
    assert upward("ledger", "reverse('schemes:edition')", packages) == []
