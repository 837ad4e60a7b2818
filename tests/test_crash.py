"""What a killed process leaves: nothing half done, a journal that holds, jobs taken up again."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation

STATE = """
import json
from django.db import connection
from maillage.kernel.models import Event, chains, verify
from maillage.network.models import Entity, MacroProcess, Network
from maillage.schemes.models import Edition, Milestone, Placement, Scheme, SealedContent, Section
counts = {m.__name__: m.objects.count() for m in (
    Network, Entity, MacroProcess, Scheme, Edition, Milestone, Placement, Section,
    SealedContent, Event)}
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        counts["integrity"] = cursor.fetchone()[0]
counts["faults"] = [str(verify(c)[1]) for c in chains() if verify(c)[1]]
print(json.dumps(counts))
"""

IMPORT = """
import os, sys
from django.db import connection
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import import_edition
from maillage.schemes.engine import referential

moment = {moment!r}
writes = 0

def watch(execute, sql, params, many, context):
    # Stops inside the transaction, before the moment asked for, and waits to be killed.
    global writes
    writes += sql.lstrip().upper().startswith(("INSERT", "UPDATE"))
    table = sql.replace('"', "").split()[2] if sql.startswith("INSERT") else None
    if moment in (writes, table):
        print("here", flush=True)
        sys.stdin.read()
    return execute(sql, params, many, context)

file = referential.read("pays-de-la-loire-2017-2021")
with connection.execute_wrapper(watch):
    import_edition(None, file, actor=INSTALLATION)
print("done", flush=True)
"""

MOMENTS = [
    *(
        pytest.param(moment, marks=pytest.mark.deep)
        for moment in (2, "network_macroprocess", "schemes_placement", "schemes_sealedcontent")
    ),
    "kernel_event",
]
"""The last is the worst: everything is written but the event."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for every moment: each kill must leave it empty for the next."""
    with installation(tmp_path_factory.mktemp("kill")) as made:
        yield made


def state(house: Installation) -> dict[str, object]:
    found: dict[str, object] = json.loads(house.ask(STATE))
    assert found.pop("faults") == []
    assert found.pop("integrity", "ok") == "ok"
    return found


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_killed_at_any_moment_leaves_nothing(
    shared: Installation, moment: str | int
) -> None:
    process = shared.start(IMPORT.format(moment=moment))
    assert process.stdout is not None
    reached = process.stdout.readline().strip()
    if reached != "here":
        pytest.fail(f"the import never came to {moment} : {process.communicate()[1]}")
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert set(state(shared).values()) == {0}


@pytest.mark.slow
@pytest.mark.deep
def test_after_a_kill_the_same_import_is_done_whole(house: Installation) -> None:
    process = house.start(IMPORT.format(moment="kernel_event"))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    process.kill()
    process.communicate()
    done = house.run("scheme-import", "pays-de-la-loire-2017-2021")
    assert done.returncode == 0, done.stderr
    found = state(house)
    # Three editions of the scheme; the later ones also give their words to the network.
    assert (found["Edition"], found["SealedContent"], found["Event"]) == (3, 3, 5)
    assert house.run("journal-verify").returncode == 0


WRITER = """
import sys
from maillage.network.actions import save_function
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
network = Network.objects.get(code="essai")
print("ready", flush=True)
sys.stdin.readline()
for rank in range({count}):
    code = "{prefix}-%d" % rank
    save_function(network, actor=INSTALLATION, code=code, name=code)
"""


@pytest.mark.slow
def test_two_processes_writing_at_once_keep_one_chain(house: Installation) -> None:
    count = 40
    house.ask("""
from tests.builders import load, small_document
load(small_document())
""")
    writers = [house.start(WRITER.format(count=count, prefix=p)) for p in ("un", "deux")]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "ready"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        _out, error = writer.communicate(timeout=120)
        assert writer.returncode == 0, error
    done = house.run("journal-verify", "--chain", "network:essai")
    assert done.returncode == 0, done.stderr
    assert f" {2 * count + 1} événements" in done.stdout
    written = house.ask("""
from maillage.network.models import Function
print(Function.objects.filter(code__regex="^(un|deux)-").count())
""")
    assert written == str(2 * count)


ENQUEUE = """
from tests.builders import load, small_document
from maillage.people.actors import Actor
from maillage.reports.actions import request_dossier
dossier = request_dossier(load(small_document()), "booklet_docx", actor=Actor("user:1"))
print(dossier.pk)
"""

WORKER = """
import sys
from django.core.management import call_command
import maillage.reports.jobs as jobs

def wait(*_):
    print("here", flush=True)
    sys.stdin.read()

jobs.booklet.docx = wait
call_command("worker", "--batch", verbosity=0)
"""

TASKS = """
from django_tasks_db.models import DBTaskResult
from maillage.reports.models import Dossier
print([str(t.status) for t in DBTaskResult.objects.all()], Dossier.objects.get().state)
"""


@pytest.mark.slow
def test_a_killed_worker_leaves_a_job_that_is_taken_up_again(house: Installation) -> None:
    house.ask(ENQUEUE)
    worker = house.start(WORKER)
    assert worker.stdout is not None
    reached = worker.stdout.readline().strip()
    worker.kill()
    _out, error = worker.communicate()
    assert reached == "here", error
    assert house.ask(TASKS) == "['RUNNING'] running"
    assert house.ask("from maillage.jobs.work import take_up\nprint(take_up(), take_up())") == "1 0"
    assert house.ask(TASKS) == "['READY'] running"
    house.ask("""
from django.core.management import call_command
call_command("worker", "--batch", verbosity=0)
""")
    assert house.ask(TASKS) == "['SUCCESSFUL'] done"


STOPPED = """
from django.core.management import call_command
from maillage.jobs.following import LEAVING
import maillage.reports.jobs as jobs

def wait(*_):
    print("here", flush=True)
    LEAVING.wait(60)
    return b""

jobs.booklet.docx = wait
call_command("worker", verbosity=0)
"""


@pytest.mark.slow
@pytest.mark.deep
def test_a_worker_asked_twice_to_stop_leaves_its_job_to_be_taken_up(house: Installation) -> None:
    house.ask(ENQUEUE)
    worker = house.start(STOPPED)
    assert worker.stdout is not None
    reached = worker.stdout.readline().strip()
    worker.terminate()
    worker.terminate()
    _out, error = worker.communicate(timeout=60)
    # Python hears no signal at its very end: the second may find it there.
    assert (reached, worker.returncode in (0, -signal.SIGTERM)) == ("here", True), error
    assert house.ask(TASKS) == "['READY'] running"
    assert (
        house.ask("from maillage.jobs.models import Worker\nprint(Worker.objects.count())") == "0"
    )
