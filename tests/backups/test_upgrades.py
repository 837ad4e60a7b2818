"""Installations that former versions made, brought to this one, and back by their backup.

`former/` holds the homes they left, as they wrote them: an adopted scheme and a draft, accounts,
two books. A version to come that must still take them in is held by these very files.
"""

from __future__ import annotations

import sqlite3
import tarfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.installation import DATABASE, Installation, installation

FORMER = sorted((Path(__file__).parent / "former").glob("*.tar.xz"))
MADE_AGAIN = ("auth_permission", "django_", "kernel_indexentry", "sqlite_")
"""Tables that Django or `migrate` fills by itself."""
pytestmark = [pytest.mark.slow, pytest.mark.deep, pytest.mark.sqlite("the homes are SQLite's")]

Tables = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def tables_of(home: Path) -> Tables:
    """Each table: its columns, its rows."""
    found: Tables = {}
    with closing(sqlite3.connect(home / DATABASE)) as base:
        names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            if not name.startswith(MADE_AGAIN):
                rows = base.execute(f'SELECT * FROM "{name}"')
                found[name] = [column[0] for column in rows.description], rows.fetchall()
    return found


def lost(before: Tables, after: Tables) -> list[str]:
    """Tables of which a row is no longer there, or a value no longer the same."""
    gone = []
    for name, (columns, rows) in before.items():
        now, kept = after.get(name, (columns, []))
        places = [now.index(column) for column in columns if column in now]
        same = Counter(repr([row[place] for place in places]) for row in kept)
        was = [place for place, column in enumerate(columns) if column in now]
        if Counter(repr([row[place] for place in was]) for row in rows) != same:
            gone.append(name)
        elif len(was) < len(columns) and rows:
            gone.append(f"{name}: {set(columns) - set(now)}")
    return gone


def files_of(home: Path) -> dict[str, bytes]:
    books = home / "livres"
    return {str(p.relative_to(home)): p.read_bytes() for p in books.rglob("*") if p.is_file()}


@pytest.mark.parametrize("former", FORMER, ids=lambda path: path.name.partition(".")[0])
def test_a_former_installation_is_brought_here_whole_and_taken_back(
    former: Path, tmp_path: Path
) -> None:
    house = Installation(tmp_path / "home")
    with tarfile.open(former) as kept:
        kept.extractall(house.home)
    tables, files = tables_of(house.home), files_of(house.home)
    assert tables["kernel_event"][1] and tables["schemes_sealedcontent"][1] and files

    refused = house.run("serve", "--port", "1")
    assert refused.returncode == 1
    made = house.run("backup", str(tmp_path / "kept"))
    assert made.returncode == 0 and "n’est pas au niveau du programme" in made.stdout
    (backup,) = (tmp_path / "kept").glob("*.tar")

    done = house.run("migrate")
    assert done.returncode == 0, done.stderr
    assert lost(tables, tables_of(house.home)) == []
    assert files_of(house.home) == files
    proved = house.run("verify")
    assert proved.returncode == 0, proved.stderr
    assert [line.split(" : ")[0] for line in proved.stdout.splitlines()] == [
        "base", "journal", "fichiers", "sceaux",
    ]  # fmt: skip

    back = Installation(tmp_path / "back")
    put = back.run("restore", str(backup))
    assert put.returncode == 3, put.stderr
    assert "non vérifiée" in put.stderr and "maillage migrate" in put.stderr
    assert tables_of(back.home) == tables and files_of(back.home) == files


def test_a_home_of_a_later_version_is_neither_served_nor_migrated(tmp_path: Path) -> None:
    later = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"
    with installation(tmp_path) as house:
        with closing(sqlite3.connect(house.home / DATABASE)) as base, base:
            base.execute(later, ("schemes", "0999_to_come", "2100-01-01 00:00:00"))
        for command in ("serve", "migrate", "verify", "journal-verify"):
            told = house.run(command)
            assert told.returncode == 1
            assert (
                "d’une version plus récente du programme (elle a passé schemes.0999" in told.stderr
            )
            assert len(told.stderr.strip().splitlines()) == 1
