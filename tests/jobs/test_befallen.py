"""What befalls a worker, for real: killed, stopped, without disk or database. Pages go on, no work
is lost, and what kills its worker each time is set aside."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation, until
from tests.jobs.trapped import ASK, DEPOSIT, RESTART, Trapped, read_meanwhile


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, small enough to be filled."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(place)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"no disk to fill: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def filled(place: Path) -> Path:
    """Take what is left of a disk."""
    file = place / "plein"
    with file.open("wb") as out:
        try:
            while True:
                out.write(b"\0" * 1_000_000)
                out.flush()
        except OSError:
            pass
    return file


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite
def test_whatever_befalls_the_worker_pages_go_on_and_no_work_is_lost(
    narrow: Path, tmp_path: Path
) -> None:
    with installation(narrow / "home") as house:
        trapped = Trapped(house, tmp_path)
        assert house.run("collectstatic", "--noinput").returncode == 0
        trapped.flag("kill")
        with house.served() as (server, port), read_meanwhile(port) as failed:
            culprit = house.ask(ASK.format(kind="booklet_docx"))
            trapped.wait(culprit, "failed")
            assert trapped.attempts(culprit) == ("FAILED", 3)
            sound = house.ask(ASK.format(kind="booklet_pdf"))
            trapped.wait(sound, "done")
            trapped.lower("kill")
            house.ask(RESTART)
            trapped.wait(culprit, "done")

            trapped.flag("wait")
            unplaced = house.ask(ASK.format(kind="booklet_docx"))
            until(trapped.is_here)
            plug = filled(narrow)
            trapped.lower("wait")
            until(lambda: "No space left" in log_of(house) or "is full" in log_of(house))
            plug.unlink()
            trapped.wait(unplaced, "done")

            trapped.flag("slow")
            deposit = house.ask(DEPOSIT)
            until(trapped.is_here)
            stopped = trapped.workers()[0]
            os.kill(stopped, signal.SIGTERM)
            until(lambda: stopped not in trapped.workers())
            # Taken up by the next, and begun once: a stop is no attempt.
            until(lambda: trapped.attempts(deposit) == ("RUNNING", 1), 120)
            kept = [*house.home.glob("livres/*/depots/*/0")]
            assert len(kept) == 1
            assert server.poll() is None
        assert failed == []
        assert server.returncode == 0, "asked to stop during an import, it does"
        assert trapped.attempts(deposit) == ("READY", 0)
        assert kept[0].exists()
        trapped.lower("slow")
        with house.served():
            trapped.wait(deposit, "done")
        assert trapped.rows("SELECT count(*) FROM ledger_bookfile") == [(1,)]
        assert not kept[0].exists()


def log_of(house: Installation) -> str:
    return house.log.read_text(errors="replace")
