"""While another writing holds the database: pages are read, what is written is refused in words."""

from __future__ import annotations

import html
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from maillage.kernel import locks
from maillage.kernel.locks import is_held, left_where_held
from maillage.people.models import Visit

HELD = OperationalError("database is locked")
MINE = "/reseaux/essai/ma-page/"
NAME = "/administration/reseaux/essai/nom/"
TYPED = "Réseau que personne ne perd"


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
