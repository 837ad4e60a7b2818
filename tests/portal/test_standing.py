"""What keeps a server from starting, and what a supervisor is told."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import sqlite3
import urllib.request
from collections import namedtuple
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from maillage.jobs.models import Worker
from maillage.jobs.work import birth_of
from maillage.people.actors import ANONYMOUS
from maillage.portal import errors, standing
from tests.installation import DATABASE, Installation, answers, free_port, installation, until

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
        "statique": True, "exécutant": status == 200,
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


def below(process: int) -> set[int]:
    """The processes that one started, and those that they did."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            told = stat.read_text().rpartition(")")[2].split()
            if int(told[1]) == process and told[0] != "Z":
                child = int(stat.parent.name)
                found |= {child, *below(child)}
    return found


def lives(process: int) -> bool:
    return birth_of(process) != ""


@pytest.mark.slow
@pytest.mark.deep
def test_what_a_killed_server_started_ends_with_it_and_holds_the_home_until_then(
    house: Installation,
) -> None:
    with house.served() as (server, _):
        started = below(server.pid)
        assert len(started) >= 4, "the web, two processes of it, a worker"
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        with house.served() as (_, port):
            assert not any(lives(one) for one in started)
            assert answers(port, "/connexion/") == 200
    assert f"Le processus {server.pid} a disparu" in house.log.read_text()


@pytest.mark.slow
@pytest.mark.deep
def test_the_web_killed_is_started_again_and_leaves_no_orphan(house: Installation) -> None:
    with house.served() as (server, port):
        (web,) = [one for one in below(server.pid) if len(below(one)) >= 2]
        orphans = below(web)
        os.kill(web, signal.SIGKILL)
        until(lambda: not any(lives(one) for one in orphans))
        until(lambda: answers(port, "/sante/pret/") == 200, 120)
    assert server.returncode == 0
    assert "Le serveur web s’est arrêté (tué par le signal 9)" in house.log.read_text()


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite("a home is put back with its base")
def test_a_home_put_back_serves_its_pages(house: Installation, tmp_path: Path) -> None:
    assert house.run("backup", str(tmp_path / "kept")).returncode == 0
    (backup,) = (tmp_path / "kept").glob("*.tar")
    back = Installation(tmp_path / "back")
    put = back.run("restore", str(backup))
    assert put.returncode == 0, put.stderr
    with back.served() as (_, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion/", timeout=30) as answer:
            page = answer.read().decode()
        (sheet, *_) = re.findall(r'href="(/statique/ui/tokens[^"]*css)"', page)
        assert answers(port, sheet) == 200
        made = back.home / "statique" / sheet.removeprefix("/statique/")
        made.unlink()
        assert answers(port, "/sante/pret/") == 503
    with back.served():
        assert made.exists(), "made again"


def test_an_error_whose_page_cannot_be_made_is_said_in_a_line(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object, **__: object) -> None:
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr(errors, "render", without)
    request = rf.get("/")
    request.actor = ANONYMOUS  # type: ignore[attr-defined]
    answer = errors.server_error(request)
    assert answer.status_code == 500
    assert "elle a été consignée" in answer.content.decode()


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
