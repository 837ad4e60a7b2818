"""Backups that somebody made up to harm: nothing of them is put back, and why is said."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from maillage.backups import Unusable, archive, keeping
from maillage.backups.archive import MANIFEST, Manifest
from maillage.backups.databases import COPY
from maillage.jobs import outbox

Settled = Callable[[Path], Path]
BOOK = "livres/essai/a/cube.parquet"
pytestmark = pytest.mark.sqlite("the copies are SQLite's")


@pytest.fixture
def home(tmp_path: Path, settled: Settled) -> Path:
    """A home where nothing is yet."""
    place = tmp_path / "home"
    place.mkdir()
    return settled(place)


@pytest.fixture
def settled(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Settled:
    def settle(place: Path) -> Path:
        settings.HOME = place
        kept = {"ENGINE": "django.db.backends.sqlite3", "NAME": place / "maillage.sqlite3"}
        monkeypatch.setitem(settings.DATABASES, "default", kept)
        return place

    return settle


@pytest.fixture
def small(tmp_path: Path, settled: Settled) -> Iterator[Path]:
    """A home on a disk of three megabytes, where one may be made."""
    place = tmp_path / "disque"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)],
        check=False, capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no disk can be made here: only root may")
    yield settled(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


def backup(folder: Path, base: bytes, book: bytes = b"un livre") -> Path:
    path = folder / "maillage.tar"
    with archive.writing(path) as file:
        for name, data in ((BOOK, book), (COPY, base)):
            (folder / "membre").write_bytes(data)
            file.add(folder / "membre", name)
        file.end(Manifest("", "1", "sqlite", {}, tuple(file.members.values())))
    return path


def database() -> bytes:
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE essai (a)")
        return gzip.compress(base.serialize(), mtime=0)


def left(home: Path) -> list[str]:
    return [str(path.relative_to(home)) for path in home.rglob("*")]


def refused(path: Path, home: Path, why: str) -> None:
    with pytest.raises(Unusable, match=why):
        keeping.put_back(path, None, print)
    assert left(home) == [], "nothing is half there"


def test_a_sound_one_is_put_back(tmp_path: Path, home: Path) -> None:
    path = backup(tmp_path, database())
    keeping.put_back(path, None, print)
    assert (home / BOOK).read_bytes() == b"un livre" and (home / "maillage.sqlite3").exists()
    assert (home / outbox.MARK).exists(), "mail that waits is not sent a second time"
    with pytest.raises(Unusable, match="n’est pas vide"):
        keeping.put_back(path, None, print)
    (home / "maillage.sqlite3").unlink()
    with pytest.raises(Unusable, match="n’est pas vide"):
        keeping.put_back(path, None, print)
    assert (home / BOOK).read_bytes() == b"un livre", "what was there is untouched"


@pytest.mark.parametrize(
    "base",
    [
        *(b"", b"rien", gzip.compress(b""), gzip.compress(b"rien" * 5000)),
        *(database()[:-20], database()[:30] + b"x" * 30, gzip.compress(b"SQLite format 3\0" * 999)),
    ],
    ids=["nothing", "text", "empty", "packed", "cut", "altered", "head"],
)
def test_a_base_that_is_none_is_found_before_anything_is_put_in_place(
    tmp_path: Path, home: Path, base: bytes
) -> None:
    refused(backup(tmp_path, base), home, "n’en est pas une")


def test_one_without_a_base_or_with_two_is_refused(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "sans.tar"
    with archive.writing(path) as file:
        file.end(Manifest("", "1", "sqlite", {}))
    refused(path, home, "pas exactement une base")


def test_one_that_does_not_fit_leaves_nothing(tmp_path: Path, small: Path) -> None:
    path = backup(tmp_path, database(), bytes(5_000_000))
    refused(path, small, "plus de place")
    bomb = backup(tmp_path, gzip.compress(bytes(50_000_000)))
    assert bomb.stat().st_size < 200_000
    refused(bomb, small, "plus de place")


def member(name: str, **more: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    "infos",
    [
        [member("livres/a"), member("livres/a")],
        [member("livres/lien", type=tarfile.LNKTYPE, linkname="/etc/passwd")],
        [member("livres/lien", type=tarfile.SYMTYPE, linkname="../../..")],
        [member("livres/file", type=tarfile.FIFOTYPE)],
        [member("livres/disque", type=tarfile.BLKTYPE, devmajor=8, devminor=0)],
        [member("livres", type=tarfile.DIRTYPE)],
        [member("livres/creux", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                "GNU.sparse.name": "livres/creux", "GNU.sparse.realsize": str(10**15)})],
    ],
)  # fmt: skip
def test_what_is_no_plain_file_or_comes_twice_is_refused(
    tmp_path: Path, home: Path, infos: list[tarfile.TarInfo]
) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for info in infos:
            if "GNU.sparse.major" in info.pax_headers:
                data = b"1\n0\n0\n".ljust(512, b"\0")
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
            else:
                tar.addfile(info)
        told = {"digest": "", "format": archive.FORMAT}
        data = json.dumps(told).encode()
        tar.addfile(member(MANIFEST, size=len(data)), io.BytesIO(data))
    refused(path, home, "inattendu")
