"""Long work and work that recurs: who carries it out, what a death or a stop leaves."""

from __future__ import annotations

import datetime as dt
import errno
import os
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.jobs import work
from maillage.jobs import worker as worker_module
from maillage.jobs.following import LEAVING, Follower, GivenUp, Interrupted
from maillage.jobs.models import Recurrence, Worker
from maillage.jobs.progress import followed, progress
from maillage.jobs.queries import set_aside
from maillage.jobs.recurring import Recurring, Timetable, run_due, timetable
from maillage.jobs.worker import JobWorker, beat
from maillage.kernel.models import Event
from maillage.kernel.rooms import HOUSE
from maillage.ledger.models import BookImport
from maillage.reports import jobs as reports_jobs
from maillage.reports.models import Dossier
from maillage.schemes.models import Edition

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
HERE = socket.gethostname()
NOBODY = 2**22 - 3
"""A process number that no process has."""


@pytest.fixture(autouse=True)
def _stays() -> Iterator[None]:
    LEAVING.clear()
    yield
    LEAVING.clear()


@pytest.fixture
def dossier(draft: Edition) -> Dossier:
    return Dossier.objects.create(edition=draft, kind="booklet_docx", state="running")


def begun(dossier: Dossier, *workers: str, path: str = "maillage.reports.jobs.produce") -> Any:
    """A task under way, begun by each of these workers in turn."""
    return DBTaskResult.objects.create(
        id=uuid.uuid4(),
        status="RUNNING",
        started_at=timezone.now(),
        args_kwargs={"args": [str(dossier.pk)], "kwargs": {}},
        task_path=path,
        worker_ids=list(workers),
        backend_name="default",
        run_after=get_date_max(),
    )


def living(
    name: str, *, host: str = HERE, process: int | None = None, silent: int = 0, born: str = ""
) -> None:
    seen = timezone.now() - dt.timedelta(seconds=silent)
    Worker.objects.create(
        name=name, host=host, process=process or os.getpid(), seen_at=seen, born=born
    )


@pytest.mark.parametrize(
    ("process", "born", "silent", "taken"),
    [
        (None, "", 0, 0),
        (None, work.birth_of(os.getpid()), 7000, 0),
        (None, work.birth_of(os.getpid()), -3600, 0),
        (None, "another boot 12", 0, 1),
        (NOBODY, "", 0, 1),
        (NOBODY, "this boot 12", -3600, 1),
    ],
    ids=["lives", "slow", "clock back", "number reused", "dead", "dead, clock back"],
)
def test_what_a_dead_worker_ran_is_taken_up_and_what_a_living_one_runs_is_not(
    dossier: Dossier, process: int | None, born: str, silent: int, taken: int
) -> None:
    living("w", process=process, silent=silent, born=born)
    row = begun(dossier, "w")
    assert work.take_up() == taken
    row.refresh_from_db()
    assert row.status == ("READY" if taken else "RUNNING")
    assert Worker.objects.exists() is not bool(taken)
    assert work.take_up() == 0


@pytest.mark.parametrize("hour", [-3600, 0, 3600])
def test_a_worker_elsewhere_is_dead_once_it_gave_no_sign_while_one_looked(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    """Its clock may differ from ours by an hour: only what moves is looked at."""
    now = 1000.0
    monkeypatch.setattr(work.time, "monotonic", lambda: now)
    monkeypatch.setattr(work, "_OBSERVED", {})
    living("w", host="ailleurs", process=NOBODY, silent=hour)
    begun(dossier, "w")
    assert work.take_up() == 0
    now += 80
    assert work.take_up() == 0
    beat("w")
    now += 80
    assert work.take_up() == 0, "it gave a sign meanwhile"
    now += 80
    assert work.take_up() == 0
    now += 20
    assert work.take_up() == 1


def test_work_that_kills_its_worker_each_time_is_told_as_failed(dossier: Dossier) -> None:
    row = begun(dossier, "a", "b", "c")
    assert work.take_up() == 0
    row.refresh_from_db()
    dossier.refresh_from_db()
    assert (row.status, dossier.state) == ("FAILED", "failed")
    assert "s’est interrompu 3 fois" in dossier.failure


def test_what_was_set_aside_is_shown_and_restarted_by_hand(
    dossier: Dossier, people: Any, draft: Edition
) -> None:
    someone = people(draft)
    row = begun(dossier, "a", "b", "c")
    work.take_up()
    page = someone.installation.client.get("/administration/").content.decode()
    here = f"/administration/travaux/{row.pk}/relancer/"
    assert "Travaux mis de côté" in page
    assert "Son exécutant a été tué" in page
    assert here in page
    assert "mis de côté" not in someone.administrator.client.get("/administration/").text
    assert someone.administrator.client.post(here).status_code == 404
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert someone.installation.client.post(here).status_code == 302
    row.refresh_from_db()
    dossier.refresh_from_db()
    assert (row.status, row.worker_ids) == ("READY", [])
    assert (dossier.state, dossier.failure) == ("waiting", "")
    event = Event.objects.get(verb="jobs.work.restarted")
    assert (event.chain, event.subject) == ("installation", f"jobs.work:{dossier.pk}")
    assert someone.installation.client.post(here).status_code == 409
    assert "mis de côté" not in someone.installation.client.get("/administration/").text


def test_what_was_set_aside_is_found_in_as_many_queries_whatever_their_number(
    draft: Edition, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        begun(Dossier.objects.create(edition=draft, kind="booklet_docx"), "a", "b", "c")
    work.take_up()
    with django_assert_num_queries(2):
        assert len(set_aside()) == 4


def test_each_work_set_aside_is_told_even_of_one_job(dossier: Dossier) -> None:
    rows = [begun(dossier, "a", "b", "c") for _ in range(2)]
    work.take_up()
    assert {one.task for one in set_aside()} == {row.pk for row in rows}


def test_an_import_restarted_reads_again_what_failed_of_it_alone(draft: Edition) -> None:
    files = [{"state": "done"}, {"state": "failed"}, {"state": "refused"}]
    row = BookImport.objects.create(
        network=draft.network, state="failed", failure="Mis de côté.", files=files
    )
    row.again()
    row.refresh_from_db()
    assert (row.state, row.failure) == ("queued", "")
    assert [file["state"] for file in row.files] == ["done", "waiting", "refused"]


# Elsewhere the connection that is closed is that of the test's own transaction.
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OperationalError("database is locked"), "la base de données n’a pas répondu"),
        (InterfaceError("connection already closed"), "la base de données n’a pas répondu"),
        (OperationalError("database or disk is full"), "le disque est plein"),
        (OSError(errno.ENOSPC, "No space left on device"), "le disque est plein"),
    ],
)
def test_work_that_finds_no_disk_or_database_is_begun_again_then_set_aside(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    monkeypatch.setattr(worker_module, "PATIENCE", (0,))

    def fails(*_: Any) -> bytes:
        raise error

    monkeypatch.setattr(reports_jobs.booklet, "docx", fails)
    monkeypatch.setattr(worker_module, "AGAIN", dt.timedelta())
    row = begun(dossier, path="maillage.reports.jobs.produce")
    DBTaskResult.objects.update(status="READY", started_at=None)
    JobWorker(batch=True).work()
    row.refresh_from_db()
    dossier.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == ("FAILED", work.ATTEMPTS)
    assert dossier.state == "failed"
    assert why in dossier.failure
    assert not Worker.objects.exists()


def test_an_import_that_kills_its_worker_says_so_on_each_file_left(draft: Edition) -> None:
    files = [{"state": "done"}, {"state": "reading"}, {"state": "waiting"}]
    row = BookImport.objects.create(network=draft.network, state="running", files=files)
    begun(row, "a", "b", "c", path="maillage.ledger.jobs.import_books")
    work.take_up()
    row.refresh_from_db()
    assert row.state == "failed"
    assert [file["state"] for file in row.files] == ["done", "failed", "failed"]
    assert "n’est plus repris" in row.files[2]["message"]


def test_a_stop_leaves_the_work_to_be_taken_up_and_is_no_attempt(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = JobWorker(batch=True)
    row = begun(dossier, "before", worker.worker_id)

    def asked_to_stop(*_: Any) -> bytes:
        worker.shutdown(15, None)
        worker.shutdown(15, None)
        return b""

    monkeypatch.setattr(reports_jobs.booklet, "docx", asked_to_stop)
    worker.run_task(row)
    row.refresh_from_db()
    dossier.refresh_from_db()
    assert (row.status, row.worker_ids) == ("READY", ["before"])
    assert dossier.state == "running"
    assert not dossier.failure
    LEAVING.clear()
    again = JobWorker(batch=True)
    row.claim(again.worker_id)
    monkeypatch.undo()
    monkeypatch.setattr(reports_jobs.booklet, "docx", lambda _content: b"document")
    again.run_task(row)
    dossier.refresh_from_db()
    assert dossier.state == "done"


def test_an_idle_worker_leaves_at_once(db: None) -> None:
    with pytest.raises(SystemExit) as left:
        JobWorker(batch=True).shutdown(15, None)
    assert left.value.code == 0


def test_an_error_is_told_in_words_on_the_work(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise RuntimeError("secret")

    monkeypatch.setattr(reports_jobs.booklet, "docx", broken)
    reports_jobs.produce.func(str(dossier.pk))
    dossier.refresh_from_db()
    assert dossier.state == "failed"
    assert "consignée dans le journal du serveur" in dossier.failure
    assert "secret" not in dossier.failure


def test_a_follower_notes_stops_and_learns(dossier: Dossier) -> None:
    follow = Follower(dossier)
    follow("Lecture", 1, 10)
    follow("Lecture", 2, 10)
    dossier.refresh_from_db()
    assert (dossier.stage, dossier.done, dossier.total) == ("Lecture", 1, 10)
    follow("Lecture", 10, 10)
    dossier.refresh_from_db()
    assert dossier.done == 10, "the end of a stage is always noted"
    Dossier.objects.update(state="cancelled")
    with pytest.raises(GivenUp):
        follow.note("Suite")
    Dossier.objects.update(state="running")
    LEAVING.set()
    with pytest.raises(Interrupted):
        follow("Suite", 1, 10)


def test_what_is_over_stays_as_it_is(dossier: Dossier) -> None:
    Dossier.objects.update(state="cancelled")
    dossier.end()
    dossier.fail("Trop tard.")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.failure) == ("cancelled", "")


def test_a_worker_thought_dead_that_beats_is_known_again(db: None) -> None:
    beat("w")
    beat("w")
    assert [(w.name, w.process) for w in Worker.objects.all()] == [("w", os.getpid())]


@pytest.mark.parametrize(
    ("state", "finished", "failed", "result"),
    [
        ("waiting", False, False, ""),
        ("running", False, False, ""),
        ("done", True, False, "/fichier"),
        ("failed", True, True, ""),
        ("cancelled", True, True, ""),
    ],
)
def test_the_page_of_a_job(
    dossier: Dossier, state: str, finished: bool, failed: bool, result: str
) -> None:
    dossier.state = state
    told = progress(dossier, url="/ici", cancel_url="/non", result_url="/fichier")
    assert (told["finished"], told["failed"], told["result_url"]) == (finished, failed, result)
    request: Any = RequestFactory().get("/", headers={"HX-Request": "true"})
    part = followed(request, "reports/dossier.html", {"job": told}).content.decode()
    assert "<html" not in part
    assert ("data-job" in part) is not finished


def _counted(name: str = "essai", **more: Any) -> tuple[Recurring, list[str]]:
    ran: list[str] = []
    return Recurring(name, "Essai", dt.timedelta(hours=1), lambda: ran.append(name)), ran


def test_what_recurs_runs_once_at_its_time_whatever_the_number_of_workers(db: None) -> None:
    one, ran = _counted()
    assert run_due([one], NOW) == ["essai"]
    assert run_due([one], NOW) == [], "another worker, at the same moment"
    assert run_due([one], NOW + dt.timedelta(minutes=59)) == []
    assert run_due([one], NOW + dt.timedelta(minutes=60)) == ["essai"]
    assert ran == ["essai", "essai"]


def test_what_fails_is_told_and_tried_again_soon(db: None) -> None:
    def broken() -> None:
        raise OSError("disque plein")

    one = Recurring("essai", "Essai", dt.timedelta(days=1), broken)
    other, ran = _counted("autre")
    assert run_due([one, other]) == ["essai", "autre"]
    assert ran == ["autre"], "one that fails stops no other"
    row = Recurrence.objects.get(name="essai")
    assert "disque plein" in row.failure
    assert row.next_at - timezone.now() < dt.timedelta(minutes=11)
    run_due([Recurring("essai", "Essai", one.every, lambda: None)], row.next_at)
    assert Recurrence.objects.get(name="essai").failure == ""


@pytest.mark.parametrize(
    ("every", "told"),
    [
        (dt.timedelta(days=1), "1 jour"),
        (dt.timedelta(hours=6), "6 heures"),
        (dt.timedelta(minutes=90), "90 minutes"),
    ],
)
def test_how_often_is_told_in_words(every: dt.timedelta, told: str) -> None:
    line = Timetable(Recurring("a", "A", every, lambda: None), None)
    assert line.every.replace("\u00a0", " ") == told


def test_all_that_recurs_here_runs_and_has_its_own_name(db: None, tmp_path: Any) -> None:
    declared = HOUSE.recurring()
    names = [one.name for one in declared]
    assert len(set(names)) == len(names)
    assert run_due(declared) == names
    assert [line.row.failure for line in timetable(declared) if line.row] == [""] * len(names)


def test_the_administrator_of_the_installation_sees_what_recurs(
    draft: Edition, people: Any
) -> None:
    someone = people(draft)
    page = someone.installation.client.get("/administration/").content.decode()
    assert "Travaux réguliers" in page and "Oublier ce dont le délai est passé" in page
    page = someone.administrator.client.get("/administration/").content.decode()
    assert "Travaux réguliers" not in page
