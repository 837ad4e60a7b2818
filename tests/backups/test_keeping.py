"""A whole installation backed up while it is written to, put back elsewhere, and proved."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from maillage.backups import archive, keeping
from maillage.backups.archive import Manifest
from tests.installation import DATABASE, Installation, installation

WRITER = """
import sys
from maillage.network.actions import save_function
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
network = Network.objects.get(code="essai")
print("ready", flush=True)
for rank in range(100000):
    save_function(network, actor=INSTALLATION, code=f"f-{rank}", name=f"f-{rank}")
    print(rank, flush=True)
"""

DOCUMENT = """
from maillage.exchange import store
from maillage.exchange.models import Document
from maillage.network.models import Network
digest = store.keep(b"une page" * 1000)
Document.objects.create(
    network=Network.objects.get(code="essai"), title="Livret", filename="livret.txt",
    sha256=digest, kind="text", size=8000, pages=1, requested_by="user:1")
print(store.path_of(digest))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A network, a scheme, a document."""
    with installation(tmp_path_factory.mktemp("served")) as made:
        made.ask("from tests.builders import load, small_document\nload(small_document())")
        made.ask(DOCUMENT)
        yield made


def backup(house: Installation, folder: Path, *more: str) -> Path:
    done = house.run("backup", str(folder), *more)
    assert done.returncode == 0, done.stderr
    return max(folder.glob("maillage-*.tar*"))


def emptied(house: Installation) -> None:
    """Take the database of a fresh installation away: nothing is there yet."""
    if "DATABASE_URL" not in house.environment:
        (house.home / "maillage.sqlite3").unlink()
        return
    with psycopg.connect(house.environment["DATABASE_URL"], autocommit=True) as base:
        base.execute("DROP SCHEMA public CASCADE")
        base.execute("CREATE SCHEMA public")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "fresh") as made:
        emptied(made)
        yield made


COUNTS = """
from maillage.kernel.models import Event
from maillage.network.models import Function
from maillage.exchange.models import Document
from maillage.schemes.models import Placement
print(Event.objects.count(), Function.objects.count(), Document.objects.count(),
      Placement.objects.count())
"""


@pytest.mark.slow
@pytest.mark.postgresql
def test_what_was_there_is_there_again_and_all_of_it_holds(
    house: Installation, fresh: Installation, tmp_path: Path
) -> None:
    path = backup(house, tmp_path / "kept")
    assert house.run("verify", str(path)).returncode == 0
    done = fresh.run("restore", str(path))
    assert done.returncode == 0, done.stderr
    told = [line.split(" : ")[0] for line in done.stdout.splitlines() if "tout tient" in line]
    assert told == ["base", "journal", "fichiers", "sceaux", "ancre"]
    assert fresh.ask(COUNTS) == house.ask(COUNTS)
    again = fresh.run("restore", str(path))
    assert again.returncode == 1 and "n’est pas vide" in again.stderr


@pytest.mark.slow
def test_one_made_while_it_is_written_to_holds_and_loses_no_write_before_it(
    house: Installation, fresh: Installation, tmp_path: Path
) -> None:
    writer = house.start(WRITER)
    assert writer.stdout is not None
    try:
        assert writer.stdout.readline().strip() == "ready"
        acknowledged = int(writer.stdout.readline())
        path = backup(house, tmp_path / "kept")
        assert writer.poll() is None, "it went on writing"
    finally:
        writer.kill()
        writer.communicate()
    done = fresh.run("restore", str(path))
    assert done.returncode == 0, done.stderr
    kept = fresh.ask(
        "from maillage.network.models import Function\n"
        "print(sorted(int(c[2:]) for c in "
        "Function.objects.filter(code__startswith='f-').values_list('code', flat=True)))"
    )
    ranks = json.loads(kept)
    assert ranks == list(range(len(ranks))) and len(ranks) > acknowledged


@pytest.mark.slow
@pytest.mark.deep
def test_one_killed_leaves_no_backup_and_does_not_stop_the_next(
    house: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    process = house.start(f"""
import time
from pathlib import Path
from maillage.backups import databases, keeping
plain = databases.snapshot
def slow(*asked):
    print("here", flush=True)
    time.sleep(60)
    return plain(*asked)
databases.snapshot = slow
keeping.back_up(Path({str(folder)!r}))
""")
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    busy = house.run("backup", str(folder))
    assert busy.returncode == 1 and "déjà en cours" in busy.stderr
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not list(folder.glob("*.tar"))
    backup(house, folder)
    assert [p.suffix for p in sorted(folder.glob("maillage-*"))] == [".tar"]


@pytest.mark.slow
@pytest.mark.deep
def test_only_the_last_ones_are_kept_and_what_is_not_ours_stays(
    house: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in ("20250101", "20250102", "20250103"):
        (folder / f"maillage-{day}-020000.tar").touch()
    (folder / "notes.tar").touch()
    last = backup(house, folder, "--keep", "2")
    left = {path.name for path in folder.glob("*.tar")}
    assert left == {"notes.tar", last.name, "maillage-20250103-020000.tar"}


@pytest.mark.slow
@pytest.mark.deep
def test_a_file_lost_or_altered_is_named(house: Installation, tmp_path: Path) -> None:
    place = Path(house.ask("from maillage.exchange import store\n"
                           "from maillage.exchange.models import Document\n"
                           "print(store.path_of(Document.objects.get().sha256))"))  # fmt: skip
    aside = tmp_path / "aside"
    shutil.copy(place, aside)
    try:
        place.write_bytes(b"autre chose")
        told = house.run("verify")
        assert told.returncode == 1 and "Livret" in told.stderr and "altéré" in told.stderr
        place.unlink()
        for command in ("verify", "journal-verify"):
            told = house.run(command)
            assert told.returncode == 1 and "fichier absent" in told.stderr
        refused = house.run("backup", str(tmp_path / "kept"))
        assert refused.returncode == 1 and "fichier absent" in refused.stderr
        assert not list((tmp_path / "kept").glob("*.tar*"))
    finally:
        shutil.copy(aside, place)
    assert house.run("verify").returncode == 0


CUT = """
from django.db import connection
from maillage.kernel.models import Event
last = Event.objects.filter(chain="network:essai").latest("sequence")
sqlite = connection.vendor == "sqlite"
with connection.cursor() as cursor:
    if sqlite:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' "
                       "AND tbl_name='kernel_event'")
        for name, _ in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        cursor.execute("ALTER TABLE kernel_event DISABLE TRIGGER USER")
    cursor.execute("DELETE FROM kernel_event WHERE id = %s", [last.pk])
"""


@pytest.mark.slow
@pytest.mark.deep
def test_a_journal_cut_short_is_found_by_its_anchor_alone(
    fresh: Installation, house: Installation, tmp_path: Path
) -> None:
    path = backup(house, tmp_path / "kept")
    assert fresh.run("restore", str(path)).returncode == 0
    anchor = tmp_path / "ancre.json"
    assert fresh.run("journal-anchor", "--output", str(anchor)).returncode == 0
    assert fresh.run("journal-verify", "--anchor", str(anchor)).returncode == 0
    fresh.ask(CUT)
    assert fresh.run("journal-verify").returncode == 0, "a chain without its end still holds"
    told = fresh.run("journal-verify", "--anchor", str(anchor))
    assert told.returncode == 1 and "n’est plus dans le journal" in told.stderr
    wrong = fresh.run("journal-verify", "--anchor", str(path))
    assert wrong.returncode == 1 and "ce n’est pas une ancre" in wrong.stderr


@pytest.mark.slow
@pytest.mark.deep
def test_one_made_each_day_is_told_to_administrators(house: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "daily"
    house.environment |= {"BACKUP_FOLDER": str(folder), "BACKUP_KEEP": "1"}
    told = """
from maillage.backups import keeping
keeping.scheduled().join()
made = keeping.last_backup()
print(bool(made.at), made.failure)
"""
    try:
        assert house.ask(told) == "True"
        time.sleep(1.1)
        assert house.ask(told) == "True"
        assert len(list(folder.glob("maillage-*.tar"))) == 1
        house.environment["BACKUP_FOLDER"] = "/proc/nulle-part"
        assert house.ask(told).startswith("True /proc/nulle-part")
    finally:
        for name in ("BACKUP_FOLDER", "BACKUP_KEEP"):
            del house.environment[name]


@pytest.mark.slow
@pytest.mark.deep
def test_a_full_disk_leaves_nothing_and_says_so(house: Installation, tmp_path: Path) -> None:
    told = house.ask(f"""
import os
from pathlib import Path
from maillage.backups import archive, keeping
from maillage.backups.archive import Unusable
def full(*_):
    raise OSError(28, "No space left on device")
archive.os.fsync = full
try:
    keeping.back_up(Path({str(tmp_path / "kept")!r}))
except Unusable as refused:
    print(refused)
print([p.name for p in Path({str(tmp_path / "kept")!r}).iterdir() if p.name[0] != "."])
""")
    assert "plus de place" in told and told.endswith("[]")


@pytest.mark.slow
@pytest.mark.deep
def test_a_backup_of_the_other_kind_of_database_writes_nothing(
    fresh: Installation, tmp_path: Path
) -> None:
    """As of an installation on the other database: refused before any folder is moved."""
    other = "base.sqlite3.gz" if "DATABASE_URL" in fresh.environment else "base.dump"
    path = tmp_path / "maillage.tar"
    with archive.writing(path) as file:
        for name in (other, "livres/a"):
            (tmp_path / "any").write_bytes(b"x")
            file.add(tmp_path / "any", name)
        file.end(Manifest("", "", "", {}, tuple(file.members.values())))
    told = fresh.run("restore", str(path))
    assert told.returncode == 1 and "la sauvegarde est celle d’une base" in told.stderr
    assert not (fresh.home / "livres").exists() and not (fresh.home / ".restauration").exists()


@pytest.mark.slow
@pytest.mark.sqlite("its file is spoilt")
def test_a_spoilt_base_is_told_in_one_sentence_by_whatever_asks_it(tmp_path: Path) -> None:
    with installation(tmp_path / "home") as own:
        place = own.home / DATABASE
        data = bytearray(place.read_bytes())
        for at in range(4096, len(data), 4096):
            data[at : at + 64] = b"\xff" * 64
        place.write_bytes(data)
        for command in (("backup", str(tmp_path / "kept")), ("verify",), ("journal-verify",)):
            told = own.run(*command)
            assert told.returncode == 1, command
            assert "Traceback" not in told.stderr and told.stderr.strip(), told.stderr


def test_one_that_is_made_and_cannot_be_noted_is_told_made(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    made = SimpleNamespace(members=[])
    monkeypatch.setattr(keeping, "_tell", full)
    monkeypatch.setattr(
        keeping, "_write", lambda path, *_, **__: path.write_bytes(b"whole") and made
    )
    out, error = StringIO(), StringIO()
    call_command("backup", str(tmp_path / "kept"), stdout=out, stderr=error)
    (path,) = (tmp_path / "kept").glob("*.tar")
    assert str(path) in out.getvalue()
    assert "Elle est entière" in error.getvalue()
