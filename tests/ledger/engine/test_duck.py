"""Questions asked of the store are of one database of the process, and know not of each other."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from maillage.ledger.engine.duck import asking


def test_what_one_question_makes_another_does_not_see() -> None:
    with asking() as one, asking() as other:
        one.execute("CREATE TEMP TABLE sought AS SELECT 1 AS n")
        with pytest.raises(duckdb.CatalogException):
            other.execute("SELECT * FROM sought")
    with asking() as later, pytest.raises(duckdb.CatalogException):
        later.execute("SELECT * FROM sought")


def test_closing_one_leaves_the_others() -> None:
    with asking() as one:
        with asking() as other:
            assert other.execute("SELECT 1").fetchall() == [(1,)]
        assert one.execute("SELECT 2").fetchall() == [(2,)]


def test_a_file_written_again_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "cube.parquet"
    for value in (1, 2):
        duckdb.sql(f"SELECT {value} AS n").write_parquet(str(path))
        with asking() as one:
            assert one.execute("SELECT n FROM read_parquet(?)", [str(path)]).fetchall() == [
                (value,)
            ]


def test_a_process_that_parts_asks_a_database_of_its_own() -> None:
    with asking() as one:
        assert one.execute("SELECT 1").fetchall() == [(1,)]
    child = os.fork()
    if child == 0:
        try:
            with asking() as own:
                os._exit(own.execute("SELECT 7").fetchone()[0])
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    with asking() as one:
        assert one.execute("SELECT 1").fetchall() == [(1,)]
