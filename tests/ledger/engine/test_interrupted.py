"""A reading cut short leaves the store as it was: killed, without room, or of a cut file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maillage.ledger.engine.ledger_reader import read_ledger
from tests.generated_books import generate_books
from tests.ledger.engine.fec_text import table, written

READ = """
import resource, sys
from pathlib import Path
from maillage.ledger.engine.ledger_reader import read_ledger
path, store, room = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if room:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
print("started", flush=True)
try:
    read_ledger(path, store=store)
except OSError as error:
    print("disk:", error, flush=True)
    sys.exit(7)
"""


def start(path: Path, store: Path, room: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", READ, str(path), str(store), str(room)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return max(
        generate_books(tmp_path_factory.mktemp("fec"), seed=1, lines=300_000).files,
        key=lambda path: path.stat().st_size,
    )


def test_killed_it_leaves_nothing_that_counts_and_the_next_cleans(
    tmp_path: Path, large: Path
) -> None:
    store = tmp_path / "store"
    former = read_ledger(written(tmp_path, table()), store=store)
    child = start(large, store)
    for _ in range(400):
        if list(store.glob(".en-cours-*/*.parquet")):
            break
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    kept = [folder for folder in store.iterdir() if not folder.name.startswith(".")]
    assert kept == [former.folder]
    ledger = read_ledger(large, store=store)
    assert set(store.iterdir()) == {former.folder, ledger.folder}


def test_without_room_it_says_so_and_leaves_nothing(tmp_path: Path, large: Path) -> None:
    store = tmp_path / "store"
    child = start(large, store, room=200_000)
    told, _ = child.communicate(timeout=120)
    assert child.returncode == 7 and "disk:" in told
    assert list(store.iterdir()) == []


def test_a_cut_file_is_said_cut_where_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, table())
    path.write_bytes(path.read_bytes()[:-40])
    ledger = read_ledger(path)
    assert ("row.fields", 13) in [(f.code, f.line) for f in ledger.findings]
    assert ledger.missing == 1, "its totals are not said unbalanced: they lack a line"


@pytest.mark.deep
def test_memory_does_not_follow_the_size(tmp_path: Path) -> None:
    """Ten times the lines in the same memory: the bound holds, what exceeds it is spilled."""
    peaks = []
    for lines in (60_000, 600_000):
        files = generate_books(tmp_path / str(lines), seed=1, lines=lines).files
        script = (
            "import resource,sys; from pathlib import Path;"
            "from maillage.ledger.engine.survey import survey_all;"
            "survey_all([Path(p) for p in sys.argv[1:]], memory_mb=400);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        command = [sys.executable, "-c", script, *map(str, files)]
        peaks.append(int(subprocess.run(command, capture_output=True, check=True).stdout))
    assert peaks[1] < 3 * peaks[0]
