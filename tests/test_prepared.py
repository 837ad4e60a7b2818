"""The database that workers copy: made once, of the present state, by one process at a time."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import prepared
from tests.prepared import copy, kept


def test_what_is_kept_is_made_once_whoever_asks_at_once(tmp_path: Path) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_bytes(b"tables")

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _n: kept("une.sqlite3", make, tmp_path), range(8)))
    assert len(made) == len(found) == 1
    assert found.pop().read_bytes() == b"tables"


def test_what_another_state_left_is_not_read_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = kept("autre.sqlite3", lambda path: path.touch(), tmp_path)
    former = kept("une.sqlite3", lambda path: path.touch(), tmp_path)
    monkeypatch.setattr(prepared, "state", lambda: "later")
    now = kept("une.sqlite3", lambda path: path.touch(), tmp_path)
    assert (other.exists(), former.exists(), now.exists()) == (True, False, True)


def test_what_is_interrupted_leaves_nothing_to_copy(tmp_path: Path) -> None:
    def cut(path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept("une.sqlite3", cut, tmp_path)
    whole = kept("une.sqlite3", lambda path: path.write_bytes(b"whole"), tmp_path)
    assert whole.read_bytes() == b"whole"


def test_a_copy_holds_what_the_journal_of_its_file_does(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "une.sqlite3")) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE une (ligne)")
        copy(tmp_path / "une.sqlite3", tmp_path / "deux.sqlite3")
    with closing(sqlite3.connect(tmp_path / "deux.sqlite3")) as copied:
        assert copied.execute("SELECT name FROM sqlite_master").fetchall() == [("une",)]


@pytest.mark.django_db
def test_every_migration_is_done_in_the_database_of_the_tests() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
