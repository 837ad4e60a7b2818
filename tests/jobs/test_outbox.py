"""Mail leaves apart from the pages: a server that refuses or says nothing holds nobody up, and
tells nobody who has an account."""

from __future__ import annotations

import datetime as dt
import re
import socket
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.jobs import outbox
from maillage.jobs.models import Mail
from maillage.jobs.outbox import AFTER, deliver
from maillage.people.actors import Role
from tests.builders import person

pytestmark = pytest.mark.django_db
HERE, KNOWN, STRANGER = "/mot-de-passe-oublie/", "oubli@essai.test", "inconnu@essai.test"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def waits(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "maillage.jobs.outbox.Outbox"


@pytest.fixture
def silent(settings: LazySettings) -> Iterator[None]:
    """A server that takes whoever calls, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_DELIVERY, settings.EMAIL_TIMEOUT = SMTP, 1
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        yield


def ask(*addresses: str) -> list[tuple[int, str, bytes]]:
    answers = [Client().post(HERE, {"email": address}) for address in addresses]
    return [(one.status_code, one["Location"], one.content) for one in answers]


def due() -> None:
    Mail.objects.filter(next_at__isnull=False).update(next_at=timezone.now())


def test_a_page_does_not_wait_for_a_server_that_says_nothing(
    silent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(KNOWN, None)
    called: list[Any] = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *a: called.append(a) or connect(*a))
    ask(KNOWN, KNOWN, KNOWN)
    assert (Mail.objects.count(), called) == (3, [])
    began = time.monotonic()
    assert deliver() == 0
    assert time.monotonic() - began < 10 and len(called) == 1, "one silence for all that is due"
    assert all("timed out" in one.failure for one in Mail.objects.all())


def test_it_answers_alike_and_does_as_much_whether_the_address_is_known(silent: None) -> None:
    person(KNOWN, None)
    ask(KNOWN)
    told: list[Any] = []
    for address in (KNOWN, STRANGER):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            (answer,) = ask(address)
        told.append((answer, [one["sql"].split()[0] for one in queries.captured_queries]))
    assert told[0][0] == told[1][0] and told[0][0][0] == 302
    writes = [[verb for verb in verbs if verb == "INSERT"] for _, verbs in told]
    assert writes[0] == writes[1] and len(writes[0]) > 0


def test_it_takes_as_long_whether_the_address_is_known(silent: None) -> None:
    person(KNOWN, None)
    ask(KNOWN, STRANGER)
    spent: dict[str, list[float]] = {KNOWN: [], STRANGER: []}
    for address in (KNOWN, STRANGER) * 25:
        caches["default"].clear()
        client = Client()
        began = time.process_time()
        assert client.post(HERE, {"email": address}).status_code == 302
        spent[address].append(time.process_time() - began)
    known, stranger = (statistics.median(spent[address]) for address in (KNOWN, STRANGER))
    assert 0.6 < known / stranger < 1.6


def test_what_is_accepted_leaves_once_and_is_forgotten() -> None:
    person(KNOWN, None)
    ask(KNOWN, STRANGER)
    assert mail.outbox == [] and Mail.objects.count() == 2
    assert deliver() == 1
    (sent,) = mail.outbox
    assert sent.to == [KNOWN] and HERE in sent.body and sent.extra_headers["Message-ID"]
    assert (Mail.objects.count(), deliver()) == (0, 0)


def test_what_is_refused_is_tried_again_then_set_aside_and_told(settings: LazySettings) -> None:
    settings.EMAIL_DELIVERY, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 9
    someone = person(KNOWN, None)
    ask(KNOWN)
    for tries in range(len(AFTER)):
        assert deliver() == 0
        waiting = Mail.objects.get()
        assert waiting.attempts == tries + 1 and waiting.next_at
        assert waiting.next_at - timezone.now() > AFTER[tries] - dt.timedelta(minutes=1)
        assert deliver() == 0 and Mail.objects.get().attempts == tries + 1, "not before its time"
        due()
    deliver()
    assert Mail.objects.get().next_at is None, "set aside"
    assert someone.client.get("/administration/").status_code == 404
    chief = person("chef@essai.test", {"role": Role.ADMINISTRATOR})
    page = chief.client.get("/administration/").content.decode()
    assert "Mis de côté" in page and "ConnectionRefusedError" in page and KNOWN in page
    assert outbox.forget(timezone.now()) == 1


def test_two_workers_send_a_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    person(KNOWN, None)
    ask(KNOWN)
    taken, found = outbox._taken, []

    def after_another(one: Mail, now: Any) -> bool:
        found.append(taken(Mail.objects.get(pk=one.pk), now))
        return taken(one, now)

    monkeypatch.setattr(outbox, "_taken", after_another)
    assert (deliver(), found) == (0, [True])
    assert mail.outbox == []


def test_a_file_goes_with_it() -> None:
    message = mail.EmailMessage("Ancre", "Ci-joint.", to=["notaire@essai.test"])
    message.attach("ancre.json", '{"à": 1}\n', "application/json")
    message.send()
    deliver()
    ((name, content, kind),) = mail.outbox[0].attachments
    assert (name, content, kind) == ("ancre.json", '{"à": 1}\n', "application/json")


def test_every_call_to_another_machine_is_one_of_those_known(pytestconfig: Any) -> None:
    """A page that called one would be held as long as it is silent."""
    calls = ("smtplib", "urllib.request", "http.client", "socket", "requests", "httpx", "imaplib")
    source = pytestconfig.rootpath / "src" / "maillage"
    asked = re.compile(rf"^\s*(?:import|from) (?:{'|'.join(map(re.escape, calls))})\b", re.M)
    paths = source.rglob("*.py")
    found = {str(path.relative_to(source)) for path in paths if asked.search(path.read_text())}
    assert found == {
        "backups/anchors.py",
        "jobs/outbox.py",
        "jobs/work.py",
        "jobs/worker.py",
        "portal/management/commands/serve.py",
    }
