"""The line of a request: who, what, how long; never what somebody typed."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from maillage.ui import request_log
from tests.installation import installation

NAME = "maillage.requests"


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger=NAME)
    return caplog


def _line(told: pytest.LogCaptureFixture) -> logging.LogRecord:
    (line,) = [record for record in told.records if record.name == NAME]
    return line


def test_a_request_is_told_once_by_its_number(
    who: SimpleNamespace, told: pytest.LogCaptureFixture
) -> None:
    answer = who.nord.client.get("/recherche/?q=secret")
    line = _line(told)
    assert answer["X-Request-ID"] == line.number
    assert (line.method, line.path, line.status) == ("GET", "/recherche/", 200)
    assert line.actor == who.nord.actor.identity
    assert line.ms > 0
    assert "secret" not in line.getMessage()


def test_nobody_is_looked_up_for_it(
    client: Client, told: pytest.LogCaptureFixture, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get("/sante/")
    assert _line(told).actor == ""


@pytest.mark.parametrize(("proxy", "kept"), [(True, True), (False, False)])
def test_a_number_is_taken_from_a_trusted_proxy_alone(
    client: Client, settings: object, *, proxy: bool, kept: bool
) -> None:
    settings.BEHIND_PROXY = proxy  # type: ignore[attr-defined]
    given = client.get("/sante/", headers={"X-Request-ID": "abc-1"})["X-Request-ID"]
    assert (given == "abc-1") is kept
    forged = client.get("/sante/", headers={"X-Request-ID": "a b\tc"})["X-Request-ID"]
    assert forged != "a b\tc"


def test_a_line_of_json_is_read_by_a_machine() -> None:
    record = logging.LogRecord(NAME, logging.INFO, "", 0, "GET %s", ("/é",), None)
    record.status, record.actor = 200, "user:1"
    told = json.loads(request_log.JsonLines().format(record))
    assert (told["message"], told["status"], told["actor"]) == ("GET /é", 200, "user:1")
    text = request_log.TextLines("%(message)s").format(record)
    assert text == "GET /é user:1"
    record.number = "abc"
    record.exc_text = "Trace"
    assert request_log.TextLines("%(message)s").format(record) == "GET /é abc user:1\nTrace"


def test_every_line_of_a_request_bears_its_number_and_a_refusal_is_told_once(
    tmp_path: Path,
) -> None:
    asked = """
from django.test import Client
def broken(request): raise ValueError("cassé")
missing = Client().get("/api/v1/nulle-part")
from django.urls import path
from maillage.config import urls
urls.urlpatterns.insert(0, path("casse/", broken))
import django.urls; django.urls.clear_url_caches()
failed = Client(raise_request_exception=False).get("/casse/")
print(missing["X-Request-ID"], failed["X-Request-ID"], failed.status_code)
"""
    for kind in ("text", "json"):
        with installation(tmp_path / kind) as house:
            house.environment |= {"LOG_FORMAT": kind, "LOG_REQUESTS": "1"}
            house.environment["ALLOWED_HOSTS"] = "testserver"
            out, log = house.start(asked).communicate(timeout=120)
        assert out, log
        missing, failed, status = out.split()
        assert status == "500", log
        lines = log.splitlines()
        (told,) = [line for line in lines if missing in line]
        assert "/api/v1/nulle-part" in told and "404" in told
        assert sum("/api/v1/nulle-part" in line for line in lines) == 1
        assert any(failed in line and "ERROR" in line for line in lines)
        assert re.search(r"T\d\d:\d\d:\d\d[+-]\d{4}", told)
    errors = [json.loads(line) for line in lines if '"trace"' in line]
    assert errors and {error["number"] for error in errors} == {failed}


def test_a_sign_in_that_fails_is_told_without_what_was_typed(
    db: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.post(
        reverse("account_login"), {"login": "x@exemple.fr", "password": "mot-de-passe-faux"}
    )
    lines = [r.getMessage() for r in caplog.records if r.name == "maillage.people.adapters"]
    assert lines == ["sign-in failed from 127.0.0.1"]
