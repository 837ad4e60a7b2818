"""What keeps a server from starting, and what a supervisor is told."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from maillage.jobs.models import Worker
from maillage.portal import standing
from tests.installation import DATABASE, Installation, free_port, installation

Usage = namedtuple("Usage", "total used free")


def test_a_living_process_asks_the_database_nothing(client: Client) -> None:
    answer = client.get("/sante/")
    assert (answer.status_code, answer.text) == (200, "vivant\n")
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("silent", "status"), [(dt.timedelta(), 200), (dt.timedelta(minutes=5), 503), (None, 503)]
)
def test_it_is_ready_while_a_worker_lives(
    db: None, client: Client, silent: dt.timedelta | None, status: int
) -> None:
    if silent is not None:
        Worker.objects.create(name="w", host="h", process=1, seen_at=timezone.now() - silent)
    answer = client.get("/sante/pret/")
    assert answer.status_code == status
    told = answer.json()
    assert told == {
        "prêt": status == 200, "dossier": True, "base": True, "migrations": True,
        "exécutant": status == 200,
    }  # fmt: skip


def test_a_disk_almost_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 1_000_000))
    assert "n’a plus que 1" in standing.home_fault()


def test_a_home_that_takes_no_file_is_told(settings: object) -> None:
    settings.HOME = Path("/proc")  # type: ignore[attr-defined]
    assert "/proc ne prend pas de fichier" in standing.home_fault()


def test_a_home_is_held_by_one_and_let_go_of(tmp_path: Path) -> None:
    with (
        standing.alone(tmp_path, "processus 1, ici:8000"),
        pytest.raises(standing.Held, match="processus 1, ici:8000"),
        standing.alone(tmp_path, "autre"),
    ):
        pass
    with standing.alone(tmp_path, "autre"):
        pass


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "home") as made:
        yield made


@pytest.mark.slow
@pytest.mark.deep
def test_a_second_server_of_one_home_refuses_and_a_killed_one_leaves_it_free(
    house: Installation,
) -> None:
    with house.served() as (first, port):
        second = house.run("serve", "--port", str(free_port()))
        assert second.returncode == 1
        assert f"est déjà servi (processus {first.pid}, 127.0.0.1:{port})" in second.stderr
        os.killpg(first.pid, signal.SIGKILL)
    with house.served() as (again, _):
        pass
    assert again.returncode == 0


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite
@pytest.mark.parametrize("fault", ["migrations", "intégrité", "base"])
def test_a_server_does_not_start_on_what_does_not_hold(house: Installation, fault: str) -> None:
    place = house.home / DATABASE
    if fault == "migrations":
        with sqlite3.connect(place) as base:
            base.execute("DELETE FROM django_migrations WHERE app = 'reports'")
    elif fault == "intégrité":
        data = bytearray(place.read_bytes())
        for at in range(40 * 4096, len(data), 4096):
            data[at : at + 64] = b"\xff" * 64
        place.write_bytes(data)
    else:
        place.write_bytes(b"ceci n'est pas une base" * 1000)
    told = house.run("serve", "--port", str(free_port()))
    assert told.returncode == 1
    assert "Le serveur ne démarre pas" in told.stderr
    assert told.stderr.count("\n") <= 2, "one sentence, no trace"
