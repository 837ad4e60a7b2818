"""`python -m tests.probes`: what befalls an installation while people write to it, and is lost.

A real one, served on loopback, its books and its accounts; somebody edits cells over HTTP, somebody
reads. Prints of each probe: writings acknowledged and lost, books lost, seconds down, requests that
failed. Exits with 1 where a writing acknowledged or a book is lost, the journal breaks, or a thing
that must go on stops.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import django

from tests.installation import DATABASE, Installation, answers, free_port, installation, until
from tests.probes.watching import FILL, Seen, Watched

LOCKED = 30
"""Seconds during which something else holds the database."""
CLOCK = """
import datetime as dt
import time_machine
from django.utils import timezone
from maillage.jobs.recurring import run_due
from maillage.jobs.work import take_up
from maillage.kernel.rooms import HOUSE
from maillage.network.actions import save_function
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
network = Network.objects.get(code="essai")
run_due(HOUSE.recurring())
with time_machine.travel(timezone.now() - dt.timedelta(hours=1), tick=True):
    for rank in range(50):
        save_function(network, actor=INSTALLATION, code=f"h-{rank}", name=f"sonde h{rank}")
    assert run_due(HOUSE.recurring()) == [], "nothing is done twice"
    assert take_up() == 0
print(network.functions.filter(code__startswith="h-").count())
"""


@dataclass(frozen=True)
class Outcome:
    """One probe. `books`: lost, by the installation's own proof; `fault`: what had to hold and did
    not, "" where all did."""

    probe: str
    acknowledged: int
    lost: int
    books: int
    down: float
    failed: int
    asked: int
    note: str = ""
    fault: str = ""

    @property
    def holds(self) -> bool:
        return not (self.lost or self.books or self.fault)


def books_lost(house: Installation) -> tuple[int, str]:
    """Books and documents that are no more, and what else `maillage verify` says."""
    told = house.run("verify")
    if told.returncode == 0:
        return 0, ""
    lines = [line for line in told.stderr.splitlines() if line.startswith("  - ")]
    return sum("fichier" in line for line in lines), (lines or [told.stderr])[0]


def outcome(watched: Watched, probe: str, seen: Seen, note: str = "", fault: str = "") -> Outcome:
    books, broken = books_lost(watched.house)
    return Outcome(
        probe, len(seen.acknowledged), watched.lost(seen), books, seen.down, seen.failed,
        seen.reads + seen.writes, note, fault or broken,
    )  # fmt: skip


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(one) for one in told.split()]


def web_processes(process: int) -> list[int]:
    """The processes that answer, of a `maillage serve`."""
    commands = {one: Path(f"/proc/{one}/cmdline").read_bytes() for one in children(process)}
    return children(next(one for one, command in commands.items() if b"config.server" in command))


def a_web_process_killed(watched: Watched, process: subprocess.Popen[str], port: int) -> Outcome:
    """The other one goes on meanwhile; it is started again, and again where that one is killed as
    soon as it is there."""
    took = 0.0
    with watched.meanwhile(port) as seen:
        for _ in range(2):
            before = set(web_processes(process.pid))
            os.kill(max(before), signal.SIGKILL)
            took = max(took, until(lambda b=before: set(web_processes(process.pid)) - b))
        time.sleep(4)
    fault = "the service stopped" if process.poll() is not None else ""
    note = f"remplacé en {took:.1f} s"
    return outcome(watched, "un processus web tué deux fois (kill -9)", seen, note, fault)


def the_database_locked(watched: Watched, process: subprocess.Popen[str], port: int) -> Outcome:
    """Something else writes for thirty seconds: reading goes on, what writes waits or is told."""
    with watched.meanwhile(port) as seen:
        with closing(sqlite3.connect(watched.house.home / DATABASE, timeout=20)) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED)
            other.execute("ROLLBACK")
        before = len(seen.acknowledged)
        until(lambda: len(seen.acknowledged) > before)
    fault = f"reading stopped {seen.down:.1f} s" if seen.down > 5 else ""
    note = f"lecture la plus longue {seen.longest:.1f} s"
    return outcome(watched, f"base verrouillée {LOCKED} s", seen, note, fault)


def a_second_server(watched: Watched, process: subprocess.Popen[str], port: int) -> Outcome:
    with watched.meanwhile(port) as seen:
        told = watched.house.run("serve", "--port", str(free_port()))
    fault = "" if told.returncode == 1 and "déjà servi" in told.stderr else "it served too"
    return outcome(watched, "un second serveur", seen, told.stderr.strip()[-60:], fault)


def restored_elsewhere(watched: Watched, process: subprocess.Popen[str], port: int) -> Outcome:
    """What was acknowledged before a backup began is in it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with watched.meanwhile(port) as seen:
            before = Seen(acknowledged=list(seen.acknowledged))
            made = watched.house.run("backup", str(folder / "kept"))
        with installation(folder / "other") as other:
            (other.home / DATABASE).unlink()
            path = next((folder / "kept").glob("*.tar"))
            put = other.run("restore", str(path))
            lost, (books, _) = watched.lost(before, other), books_lost(other)
    fault = "" if made.returncode == put.returncode == 0 else made.stderr + put.stderr
    return Outcome(
        "sauvegarde sous écriture, restaurée", len(before.acknowledged), lost, books, seen.down,
        seen.failed, seen.reads + seen.writes, "", fault,
    )  # fmt: skip


SERVED = (a_web_process_killed, the_database_locked, a_second_server, restored_elsewhere)


def ended(watched: Watched, probe: str, end: Callable[[subprocess.Popen[str]], object]) -> Outcome:
    """The whole service ended in the midst of writings, and started again: a supervisor's part."""
    with watched.house.served() as (process, port), watched.meanwhile(port) as seen:
        before = len(seen.acknowledged)
        until(lambda: len(seen.acknowledged) > before)
        end(process)
        process.wait(timeout=60)
    began = time.monotonic()
    with watched.house.served() as (_, port):
        again = time.monotonic() - began
        fault = "" if answers(port, "/sante/pret/") == 200 else "it did not start again"
    return outcome(watched, probe, seen, f"prêt de nouveau en {again:.1f} s", fault)


def the_clock_set_back(watched: Watched) -> Outcome:
    """An hour: numbers go on, nothing is done twice, no work is taken for dead."""
    kept = int(watched.house.ask(CLOCK))
    books, broken = books_lost(watched.house)
    return Outcome("horloge reculée d’une heure", 50, 50 - kept, books, 0, 0, 50, "", broken)


def outcomes(house: Installation) -> Iterator[Outcome]:
    watched = Watched(house, password=house.ask(FILL))
    house.run("collectstatic", "--noinput")
    with house.served() as (process, port):
        for probe in SERVED:
            yield probe(watched, process, port)
    yield ended(watched, "tout tué (kill -9)", lambda p: os.killpg(p.pid, signal.SIGKILL))
    yield ended(watched, "arrêt demandé (SIGTERM)", lambda p: p.terminate())
    yield the_clock_set_back(watched)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    began, holds = time.monotonic(), True
    print(f"{'sonde':<42}{'écrit':>7}{'perdu':>7}{'livres':>8}{'arrêt s':>9}{'refus':>12}")
    with (
        tempfile.TemporaryDirectory(prefix="maillage-probes-") as home,
        installation(Path(home)) as house,
    ):
        for one in outcomes(house):
            holds = holds and one.holds
            print(f"{one.probe:<42}{one.acknowledged:>7}{one.lost:>7}{one.books:>8}"
                  f"{one.down:>9.1f}{one.failed:>6}/{one.asked:<5} {one.fault or one.note}",
                  flush=True)  # fmt: skip
    print(f"{time.monotonic() - began:.0f} s")
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
