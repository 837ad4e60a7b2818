"""While another writing holds the database: pages are read, what is written is refused in words."""

from __future__ import annotations

import html
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, OperationalError, connection

from maillage.config.settings.base import WAITS
from maillage.kernel import locks
from maillage.kernel.locks import is_held, left_where_held
from maillage.people.models import Visit
from maillage.people.shared_cache import SharedCache
from tests.bench.load import Session
from tests.installation import DATABASE, Installation, installation

HELD = OperationalError("database is locked")
MINE = "/reseaux/essai/ma-page/"
NAME = "/administration/reseaux/essai/nom/"
TYPED = "Réseau que personne ne perd"
PASSWORD = "une phrase assez longue"
SIGN_IN = {"login": "chef@essai.test", "password": PASSWORD}
PREPARE = f"""
from tests.builders import load, small_document
from maillage.people.actions import grant_mandate, open_account
from maillage.people.actors import INSTALLATION, Role
load(small_document())
user = open_account(
    None, actor=INSTALLATION, email="chef@essai.test", full_name="Chef", password={PASSWORD!r}
)
grant_mandate(user, actor=INSTALLATION, role=Role.ADMINISTRATOR)
"""
LONGEST = 5
"""Seconds a page takes at most, on a machine that does much else."""


def test_a_writing_refused_keeps_what_was_typed(
    who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: Any, **__: Any) -> None:
        raise HELD

    monkeypatch.setattr("maillage.kernel.actions._lock", held)
    sent = {"name": TYPED, "fictional": "on"}
    answer = who.administrator.client.post(NAME, sent, headers={"Origin": "http://testserver"})
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Base occupée" in page and "rien n’a été enregistré" in page and TYPED in page
    told = who.administrator.client.post(NAME, sent, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["status"]) == (503, 503)
    assert told["Content-Type"] == "application/problem+json"


def test_another_error_of_the_database_is_not_taken_for_it() -> None:
    assert is_held(HELD) and not is_held(OperationalError("disk I/O error"))
    assert not is_held(ValueError("database is locked"))
    refused = OperationalError("canceling statement due to lock timeout")
    refused.__cause__ = psycopg.errors.LockNotAvailable()
    assert is_held(refused)


def test_what_a_reader_need_not_wait_for_is_left(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(error: OperationalError) -> Any:
        raise error

    left_where_held(lambda: fails(HELD))
    with pytest.raises(OperationalError, match="disk"):
        left_where_held(lambda: fails(OperationalError("disk I/O error")))
    # As it is begun, too: it is there that SQLite waits.
    monkeypatch.setattr(locks.transaction, "atomic", lambda: fails(HELD))
    left_where_held(lambda: pytest.fail("written"))


def test_one_s_own_page_is_read_where_the_visit_cannot_be_noted(
    who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: Any, **__: Any) -> None:
        raise HELD

    monkeypatch.setattr(Visit.objects, "bulk_create", held)
    assert who.reader.client.get(MINE).status_code == 200
    assert not Visit.objects.exists()


@pytest.mark.sqlite("the fault is made of a table that is not there")
def test_attempts_to_sign_in_that_cannot_be_counted_are_not_too_many(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passes_over(_self: object, _mode: str, table: str, *_: Any) -> bool:
        try:
            connection.cursor().execute(f"SELECT 1 FROM {table}")
        except DatabaseError:
            return False
        return True

    cache = SharedCache("shared_cache", {"KEY_FUNCTION": lambda key, *_: key})
    monkeypatch.setattr(DatabaseCache, "_base_set", passes_over)
    assert cache.add("kernel_event", 1)
    with pytest.raises(OperationalError, match="nulle_part"):
        cache.add("nulle_part", 1)


@contextmanager
def served(house: Installation) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "maillage.portal.command", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=house.environment, start_new_session=True)
    base, end = f"http://127.0.0.1:{port}", time.monotonic() + 120
    try:
        while True:
            try:
                Session(base).get("/sante/")
                break
            except urllib.error.URLError:
                assert time.monotonic() < end
                time.sleep(0.3)
        yield base
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextmanager
def held(house: Installation) -> Iterator[None]:
    """Another process's writing, that does not end."""
    if url := house.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            for (table,) in rows:
                connection.execute(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')
            yield
            connection.rollback()
        return
    with closing(sqlite3.connect(house.home / DATABASE, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _links(base: str, page: str, text: str) -> set[str]:
    found = (urllib.parse.urljoin(base + page, html.unescape(h)) for h in _HREF.findall(text))
    return {link.removeprefix(base) for link in found if link.startswith(base)}


_HREF = re.compile(r'href="([^"#]+)"')


def _read(session: Session, page: str) -> tuple[float, str]:
    began = time.monotonic()
    with session.opener.open(session.base + page, timeout=60) as answer:
        text = answer.read().decode(errors="replace")
    return time.monotonic() - began, text


def _sent(session: Session, page: str, **fields: str) -> tuple[int, str, Message]:
    body = urllib.parse.urlencode(fields).encode()
    session.opener.addheaders = [("Origin", session.base)]
    try:
        text = session.post(page, body, "application/x-www-form-urlencoded")
        return 200, text, Message()
    except urllib.error.HTTPError as refused:
        return refused.code, html.unescape(refused.read().decode()), refused.headers


@pytest.mark.slow
@pytest.mark.deep
def test_pages_are_read_while_a_writing_lasts(tmp_path: Path) -> None:
    """Of someone signed in, one's own page for the first time among them; signing in and writing
    are refused in words, and taken once it has ended."""
    with installation(tmp_path / "home") as house:
        house.ask(PREPARE)
        assert house.run("collectstatic", "--noinput").returncode == 0
        with served(house) as base:
            session = Session(base)
            session.sign_in("chef@essai.test", PASSWORD)
            form = session.get(NAME)
            seen = dict(re.findall(r'name="(seen)" value="([^"]*)"', form))
            with held(house):
                until = time.monotonic() + 30
                todo, known, slow = ["/?tous", MINE, "/journal/"], {"/?tous", MINE}, {}
                while todo and time.monotonic() < until:
                    page = todo.pop(0)
                    took, text = _read(session, page)
                    if took > LONGEST:
                        slow[page] = took
                    if text.startswith("<!doctype html>"):
                        more = {x for x in _links(base, page, text) - known if _is_page(x)}
                        known |= more
                        todo += sorted(more)
                assert not slow and len(known) - len(todo) > 20
                fields = {"name": TYPED, "fictional": "on", **seen}
                began = time.monotonic()
                status, text, headers = _sent(session, NAME, **fields)
                assert status == 503, text
                assert time.monotonic() - began < WAITS + LONGEST
                assert "rien n’a été enregistré" in text and TYPED in text
                assert headers["Retry-After"]
                other, began = Session(base), time.monotonic()
                other.get("/connexion/")
                status, text, headers = _sent(other, "/connexion/", **SIGN_IN)
                assert status == 503 and headers["Retry-After"], text
                assert "La base est occupée" in text and PASSWORD not in text
                assert time.monotonic() - began < WAITS + LONGEST
            assert _sent(other, "/connexion/", **SIGN_IN)[0] == 200
            assert _sent(session, NAME, **fields)[0] == 200
            assert TYPED in session.get("/reseaux/essai/")


def _is_page(address: str) -> bool:
    """But cells, whose links are written from where their table was sent to."""
    held = ("/reseaux/", "/editions/", "/aide/", "/administration/")
    path = address.partition("?")[0]
    return path.startswith(held) and path.endswith("/") and "/cellule/" not in path
