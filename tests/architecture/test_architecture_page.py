"""The page of the architecture is true: names exist, the drawing is the contract, recipes work.

The recipes are carried out as they are written: the files they give, the lines they add.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.prepared import BEGUN, present

pytestmark = pytest.mark.sqlite("text, and a house of its own")

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "maillage"
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


@dataclass(frozen=True)
class Block:
    kind: str
    path: str
    text: str


def blocks() -> Iterator[Block]:
    """The fenced blocks that say which file they are, or are added to."""
    for kind, path, text in re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", PAGE, re.M | re.S):
        yield Block(kind, path, text)


PROSE = re.sub(r"^```.*?^```$", "", PAGE, flags=re.M | re.S)
NAMED = sorted(set(re.findall(r"`([\w./-]+(?:\.py|/)(?:::[\w.]+)?)`", PROSE)))
ORGANS = re.compile(r"^\| ((?:`[^`]+`(?:, )?)+) \|", re.M)
"""Names of what any room may have: "rules.py"."""
GENERIC = {name for row in ORGANS.findall(PROSE) for name in re.findall(r"`([^`:]+)`", row)}


def place_of(name: str) -> Path:
    return next((p for p in (SOURCE / name, ROOT / name) if p.exists()), ROOT / name)


def defined_in(path: Path) -> set[str]:
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("named", [n for n in NAMED if n not in GENERIC])
def test_what_the_page_names_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert place_of(path).exists()
    if name:
        assert name in defined_in(place_of(path))


@pytest.mark.parametrize("organ", sorted(GENERIC))
def test_an_organ_of_a_room_stands_in_some_room(organ: str) -> None:
    stem = organ.removesuffix(".py").removesuffix("/")
    assert [*SOURCE.glob(f"*/{stem}.py"), *SOURCE.glob(f"*/{stem}")]


def test_the_page_names_enough_to_be_a_guide() -> None:
    assert len(NAMED) > 40


def test_the_drawing_is_the_contract() -> None:
    drawn: list[set[str]] = []
    for line in re.findall(r"^  (\w+ [-&].*)$", PAGE.partition("```mermaid")[2], re.M):
        layers = [set(layer.split(" & ")) for layer in line.split(" --> ")]
        drawn += layers[1:] if drawn else layers
    contract = CONTRACTS["contracts"][0]
    assert drawn == [set(re.split(r" [|:] ", layer)) for layer in contract["layers"]]


def added(text: str, change: str) -> str:
    """A file once the lines of a change were added after those it stands below."""
    before = "".join(line[1:] for line in change.splitlines(True) if line[0] == " ")
    after = "".join(line[1:] for line in change.splitlines(True))
    assert text.count(before) == 1, f"stands once in its file: {before}"
    return text.replace(before, after)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house with the room of the recipes in it."""
    kept = shutil.ignore_patterns("bench", "browser", "journeys")
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=kept)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"))
    for block in blocks():
        path = tmp_path / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if block.kind == "diff":
            path.write_text(added(path.read_text("utf-8"), block.text), "utf-8")
        else:
            assert not path.exists(), f"{block.path} is given twice"
            path.write_text(block.text, "utf-8")
    (tmp_path / "src" / "maillage" / "visits" / "__init__.py").touch()
    return tmp_path


def lint() -> list[list[str]]:
    """What `make lint` asks of ruff, which the recipe says to run once a migration is made."""
    assert "then\n   `make lint`" in PAGE
    target = (ROOT / "Makefile").read_text("utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    found = re.findall(r"^\t\$\(BIN\)/ruff (.+) src tests$", target, re.M)
    assert len(found) == 2
    return [words.split() for words in found]


def test_the_recipes_make_a_room_that_works(house: Path) -> None:
    begun = {BEGUN: str(known)} if (known := present()) else {}
    bin_, own = Path(sys.executable).parent, ["src/maillage/visits", "tests/visits"]
    manage = [sys.executable, "-m", "maillage.portal.command"]
    for command in (
        [bin_ / "ruff", "check", *own],
        [bin_ / "ruff", "format", "--check", *own],
        [*manage, "makemigrations", "visits", "--verbosity", "0"],
        *([bin_ / "ruff", *words, *own] for words in lint()),
        [bin_ / "ruff", "check", *own],
        [bin_ / "ruff", "format", "--check", *own],
        [*manage, "makemigrations", "--check", "--dry-run"],
        [bin_ / "lint-imports", "--no-cache"],
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/visits"],
    ):
        done = subprocess.run(
            command,
            cwd=house,
            env={
                **os.environ,
                "PYTHONPATH": str(house / "src"),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "MAILLAGE_HOME": str(house / "var"),
                **begun,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_room_of_the_recipes_takes_few_lines_outside_it() -> None:
    lines = [
        line
        for block in blocks()
        if block.kind == "diff"
        for line in block.text.splitlines()
        if line.startswith("+")
    ]
    assert len([line for line in lines if "import" not in line]) == 3
