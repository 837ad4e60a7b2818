"""A PostgreSQL that stops, starts again, cuts its lines or is held, while people work: the service
says so, goes on by itself, and loses nothing it acknowledged."""

from __future__ import annotations

import html
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from maillage.kernel.locks import is_away, is_held
from tests.bench.load import Session
from tests.installation import Installation, answers, until
from tests.jobs.trapped import DEPOSIT, Trapped
from tests.postgresql import MISSING, Server, binaries, cluster
from tests.probes.watching import Seen, Watched

TYPED = "Réseau que personne ne perd"
NAME = "/administration/reseaux/essai/nom/"


def told_by(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def test_a_database_that_does_not_answer_is_told_from_one_that_refuses() -> None:
    for away in (
        InterfaceError("connection already closed"),
        told_by(psycopg.OperationalError("connection refused")),
        told_by(psycopg.errors.AdminShutdown()),
        told_by(psycopg.errors.CannotConnectNow()),
        told_by(psycopg.errors.TooManyConnections()),
    ):
        assert is_away(away) and not is_held(away)
    for other in (
        OperationalError("database is locked"),
        told_by(psycopg.errors.LockNotAvailable()),
        told_by(psycopg.errors.DiskFull()),
        ValueError("connection refused"),
    ):
        assert not is_away(other)
    assert is_held(told_by(psycopg.errors.DeadlockDetected()))
    assert not is_away(None)


def test_whoever_asks_meanwhile_is_told_and_keeps_what_was_typed(
    who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Client = who.administrator.client
    client.raise_request_exception = False

    def away(*_: Any, **__: Any) -> None:
        raise told_by(psycopg.errors.AdminShutdown("terminating connection"))

    monkeypatch.setattr("maillage.kernel.actions._lock", away)
    monkeypatch.setattr("maillage.people.sessions._alive", away)
    sent = {"name": TYPED, "fictional": "on"}
    answer = client.post(NAME, sent, headers={"Origin": "http://testserver"})
    page = html.unescape(answer.text)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "La base de données ne répond pas" in page and TYPED in page
    read = client.get("/reseaux/essai/ma-page/")
    assert read.status_code == 503 and "Réessayer" in read.text
    told = client.get("/api/v1/networks", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["title"]) == (503, "Base injoignable")


@dataclass
class Answers:
    """What somebody saw who asks two pages all the time: by status, and what those not 200 said;
    `longest`: seconds of one answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0


@contextmanager
def asked_meanwhile(session: Session, *pages: str) -> Iterator[Answers]:
    seen, over = Answers(), threading.Event()

    def ask() -> None:
        while not over.wait(0.05):
            for page in pages:
                began = time.monotonic()
                seen.statuses[_status(session, page, seen)] += 1
                seen.longest = max(seen.longest, time.monotonic() - began)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield seen
    finally:
        over.set()
        asker.join()


def _status(session: Session, page: str, seen: Answers) -> int:
    try:
        session.get(page)
        return 200
    except urllib.error.HTTPError as error:
        text = html.unescape(error.read().decode(errors="replace"))
        if not error.headers["Retry-After"] or "Réessayer" not in text:
            seen.wrong.append(f"{error.code} {page} {text[:300]}")
        return error.code
    except OSError as error:
        seen.wrong.append(f"{page} {error}")
        return 0


@contextmanager
def on_postgresql(place: Path) -> Iterator[tuple[Server, Trapped, str]]:
    """A server of its own, an installation on it, and the password of its accounts."""
    if binaries() is None:
        pytest.skip(MISSING)
    with cluster() as server:
        (place / "home").mkdir()
        house = Installation(place / "home", server.url)
        for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            done = house.run(*command)
            assert done.returncode == 0, done.stderr
        yield (
            server,
            Trapped(house, place),
            house.ask("from tests.builders import PASSWORD\nprint(PASSWORD)"),
        )


def back(port: int, page: str) -> float:
    return until(lambda: answers(port, page) == 200, 20)


def goes_on(met: Answers, seen: Seen) -> None:
    """Pages are read and writings taken, by whoever asked before."""
    read, written = met.statuses[200], len(seen.acknowledged)
    until(lambda: met.statuses[200] > read + 9 and len(seen.acknowledged) > written + 2, 15)


@pytest.mark.slow
@pytest.mark.deep
def test_postgresql_may_stop_and_start_again_under_readers_writers_and_an_import(
    tmp_path: Path,
) -> None:
    with on_postgresql(tmp_path) as (server, trapped, password):
        house = trapped.house
        watched = Watched(house, password)
        with house.served() as (process, port):
            session, _, _ = watched.signed_in(port)
            trapped.flag("slow")
            deposit = house.ask(DEPOSIT)
            until(trapped.is_here)
            with (
                watched.meanwhile(port) as seen,
                asked_meanwhile(session, "/", "/reseaux/essai/ma-page/") as met,
            ):
                for how in ("fast", "immediate"):
                    server.stop(how)
                    time.sleep(4)
                    assert answers(port, "/sante/") == 200
                    assert answers(port, "/sante/pret/") == 503
                    server.start()
                    print(f"{how}: answered again {back(port, '/'):.1f} s after the start")
                    goes_on(met, seen)
                with psycopg.connect(server.url, autocommit=True) as base:
                    cut = base.execute(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    ).fetchone()
                assert cut is not None and cut[0] > 1
                goes_on(met, seen)
            trapped.lower("slow")
            trapped.wait(deposit, "done")
            assert process.poll() is None
            assert answers(port, "/sante/pret/") == 200
        print(dict(met.statuses), "longest", met.longest, "acknowledged", len(seen.acknowledged))
        assert met.wrong == [] and set(met.statuses) == {200, 503}
        assert watched.lost(seen) == 0
        assert trapped.rows("SELECT count(*) FROM ledger_bookfile") == [(1,)]
        assert house.run("verify").returncode == 0
