"""What a supervisor reads of the service: how much and how long, never who nor what."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from maillage.jobs.models import Worker
from maillage.portal import measures
from tests.installation import Installation, installation

TOKEN = "jeton-d-essai"
AS = {"Authorization": f"Bearer {TOKEN}"}
PASSWORD = "un mot que personne ne compte"


@pytest.fixture
def counting(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """The samples of an answer, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(text: str, name: str, **labels: str) -> float:
    return read(text).get((f"maillage_{name}", frozenset(labels.items())), 0)


def test_without_a_token_it_is_not_there_and_another_is_refused(
    db: None, client: Client, settings: Any
) -> None:
    assert client.get("/mesures/", headers=AS).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for given in ({}, {"Authorization": "Bearer autre"}, {"Authorization": TOKEN}):
        answer = client.get("/mesures/", headers=given)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/mesures/", headers=AS).status_code == 200


@pytest.mark.usefixtures("counting")
def test_requests_are_counted_by_route_and_no_word_of_them_is_told(
    who: SimpleNamespace, client: Client
) -> None:
    asked = {"route": "finance:dashboard", "method": "GET", "status": "200"}
    before = client.get("/mesures/", headers=AS).text
    for _ in range(2):
        who.reader.client.get("/reseaux/essai/finances/tableaux/?mot=secret")
    client.get("/nulle-part/secret/")
    client.generic("CHERCHE", "/sante/")
    answer = client.get("/mesures/", headers=AS)
    after = answer.text
    assert answer["Content-Type"].startswith("text/plain")
    assert of(after, "requests_total", **asked) - of(before, "requests_total", **asked) == 2
    count, route = "request_duration_seconds_count", "finance:dashboard"
    assert of(after, count, route=route) - of(before, count, route=route) == 2
    kept = "kept_answers_total"
    assert of(after, kept, result="hit") - of(before, kept, result="hit") == 1
    assert of(after, kept, result="miss") > of(before, kept, result="miss")
    nowhere = {"route": "autre", "method": "GET", "status": "404"}
    assert of(after, "requests_total", **nowhere) == of(before, "requests_total", **nowhere) + 1
    assert of(after, "requests_total", route="portal:live", method="autre", status="405") >= 1
    for word in ("secret", "essai", "nulle-part", "CHERCHE", "@"):
        assert word not in after


@pytest.mark.usefixtures("counting")
def test_a_sign_in_that_fails_is_counted_and_not_told(db: None, client: Client) -> None:
    before = client.get("/mesures/", headers=AS).text
    client.post("/connexion/", {"login": "qui@essai.test", "password": PASSWORD})
    after = client.get("/mesures/", headers=AS).text
    name = "failed_sign_ins_total"
    assert of(after, name) - of(before, name) == 1
    assert "qui@" not in after and PASSWORD not in after


@pytest.mark.usefixtures("counting")
def test_how_the_service_stands(db: None, client: Client) -> None:
    ago = timezone.now() - dt.timedelta(seconds=70)
    Worker.objects.create(name="w", host="h", process=1, seen_at=ago)
    told = client.get("/mesures/", headers=AS).text
    assert 70 <= of(told, "worker_heartbeat_age_seconds") < 130
    assert of(told, "database_bytes") > 100_000 and of(told, "disk_free_bytes") > 0
    assert of(told, "database_up") == 1
    assert ("maillage_jobs", frozenset({("state", "running")})) in read(told)


@pytest.mark.usefixtures("counting")
def test_a_database_that_does_not_answer_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls() -> Any:
        raise DatabaseError

    monkeypatch.setattr(measures, "OF_DATABASE", (falls,))
    told = client.get("/mesures/", headers=AS).text
    assert ("maillage_database_up", frozenset()) in read(told)
    assert of(told, "database_up") == 0 and of(told, "disk_free_bytes") > 0


@pytest.fixture
def house(db: None, tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "home") as held:
        yield held


def _answer(port: int, path: str, **headers: str) -> str:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return str(answer.read().decode())


@pytest.mark.slow
@pytest.mark.deep
def test_processes_of_a_server_are_added_up(house: Installation) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    house.environment |= {"METRICS_TOKEN": TOKEN, "WORKERS": "3"}
    command = [sys.executable, "-m", "maillage.portal.command", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=house.environment, start_new_session=True)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                _answer(port, "/sante/")
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < end
                time.sleep(0.2)
        live = {"route": "portal:live", "method": "GET", "status": "200"}
        before = of(_answer(port, "/mesures/", **AS), "requests_total", **live)
        for _ in range(60):
            _answer(port, "/sante/")
        told = [_answer(port, "/mesures/", **AS) for _ in range(6)]
        # Whichever process answers, it says what all of them counted.
        assert {of(one, "requests_total", **live) for one in told} == {before + 60}
        assert len(list((house.home / "mesures").glob("counter_*.db"))) > 1
        assert of(told[0], "jobs", state="running") == 0 and of(told[0], "database_up") == 1
    finally:
        server.terminate()
        assert server.wait(timeout=60) == 0
