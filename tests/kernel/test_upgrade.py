"""A database of old states is brought up to date, once for all: what it holds is found again and
still guarded, and no trigger is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a database of its own: a file, or one more on the server."""
    environment = {**os.environ, "MAILLAGE_HOME": str(tmp_path_factory.mktemp("ancienne"))}
    environment["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    if connection.vendor == "sqlite":
        yield environment | {"DATABASE_URL": ""}
        return
    import psycopg

    url = os.environ["DATABASE_URL"]
    name = f"upgrade_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield environment | {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def told(scratch: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kernel.upgrade"],
        cwd=ROOT, env=scratch, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_an_upgraded_database_keeps_every_trigger_and_so_does_a_remade_table(
    told: dict[str, Any],
) -> None:
    assert told["before"] > 20
    assert (told["upgraded"], told["around"]) == ([], [])
    lost = [f"schemes_section_{verb}_sealed" for verb in ("delete", "insert", "update")]
    assert told["alone"] == (lost if told["vendor"] == "sqlite" else []), (
        "altering a kept table by itself loses its triggers on SQLite"
    )


def test_what_a_former_database_holds_is_found_again_and_still_guarded(
    told: dict[str, Any],
) -> None:
    """It was filled before costing stood on its own."""
    found = told["held"]
    assert [subject.split(":")[0] for subject in found["subjects"]] == [
        "finance.budget",
        "finance.recharge",
        "finance.key",
    ]
    assert found["line"] == ["641", "numerique", 1250]
    assert found["jobs"] == ["Conseil"]
    assert found["statement"] == ["RF-2026-007", 5, "etp"]
    assert found["written"] == []
