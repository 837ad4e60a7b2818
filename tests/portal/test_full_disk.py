"""A disk without space: nothing is left behind, and whoever asks is told what happened."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from maillage.exchange import store
from maillage.kernel.full_disk import is_full
from maillage.portal import standing
from tests.installation import installation

SIZE = 3_000_000


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes, where one may be made."""
    place = tmp_path / "disque"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("no disk can be made here: only root may")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def left(place: Path) -> list[str]:
    return [path.name for path in place.rglob("*") if path.is_file()]


@pytest.fixture
def told(who: SimpleNamespace) -> Client:
    client: Client = who.installation.client
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", ["ledger:books", "schemes:import_file"])
def test_an_upload_that_does_not_fit_is_told_and_leaves_nothing(
    name: str, told: Client, small: Path, settings: LazySettings
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(small)
    data = b"JournalCode|" + bytes(range(32, 127)) * 60_000
    field = "files" if name == "ledger:books" else "file"
    address = reverse(name, args=["essai"] if name == "ledger:books" else [])
    for accept, kind in (("text/html", "text/html"), ("application/json", "application/problem")):
        sent = {field: SimpleUploadedFile("a.txt", data)}
        answer = told.post(address, sent, headers={"accept": accept})
        assert answer.status_code == 507
        assert answer["Content-Type"].startswith(kind)
        assert "disque du serveur est plein" in answer.text
        assert left(small) == []
    (small / "autre").write_bytes(b"l'espace est rendu" * 1000)


def test_a_document_that_does_not_fit_leaves_nothing(small: Path, settings: LazySettings) -> None:
    settings.EXCHANGE_ROOT = small
    with pytest.raises(OSError, match="space") as caught:
        store.keep(bytes(2 * SIZE))
    assert is_full(caught.value) and left(small) == []
    assert store.read(store.keep(b"un document")) == b"un document"


def test_a_full_database_is_told_as_a_full_disk() -> None:
    composed = RuntimeError("composition")
    composed.__cause__ = OSError(errno.EDQUOT, "quota")
    assert is_full(composed)
    assert is_full(OperationalError("database or disk is full"))
    assert is_full(OperationalError('could not extend file "base/1": No space left on device'))
    assert not is_full(OperationalError("database is locked"))
    assert not is_full(OSError(errno.EACCES, "denied")) and not is_full(None)


def test_what_a_killed_server_was_receiving_is_forgotten(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.HOME = tmp_path
    tmp_path.chmod(0o755)
    spool = tmp_path / "envois"
    spool.mkdir()
    (spool / "tmpabc.upload.xlsx").write_bytes(b"begun")
    (spool / "autre").write_bytes(b"of a command under way")
    standing.tidy()
    assert left(tmp_path) == ["autre"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


WRITES = """
import tempfile
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from maillage.exchange import store
call_command("migrate", verbosity=0)
store.keep(b"un document")
default_storage.save("documents/a/b.pdf", ContentFile(b"un papier"))
with tempfile.NamedTemporaryFile(delete=False) as file:
    file.write(b"pour un moment")
print(file.name)
"""


@pytest.mark.slow
def test_what_an_installation_writes_is_its_owner_s_alone(tmp_path: Path) -> None:
    home = tmp_path / "maison"
    variables = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "TMPDIR")}
    variables |= {
        "MAILLAGE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "maillage.config.settings.prod",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", WRITES], env=variables, check=True, capture_output=True, text=True
    )
    assert Path(done.stdout.strip()).parent == home / "envois"
    open_to_others = [
        (path.relative_to(home).as_posix(), oct(stat.S_IMODE(path.stat().st_mode)))
        for path in home.rglob("*")
        if path.stat().st_mode & 0o077
    ]
    assert (home / "maillage.sqlite3").exists() and open_to_others == []


SIGN_IN = """
from django.test import Client
from django.contrib.sessions.models import Session
from tests.builders import PASSWORD
from tests.portal.test_full_disk import given_back, taken
before, account = Session.objects.count(), {"login": "plein@essai.test", "password": PASSWORD}
client = Client(raise_request_exception=False)
taken()
answer = client.post("/connexion/", account)
told = answer["Content-Type"], "Le disque du serveur est plein" in answer.text
signed = "sessionid" in client.cookies or client.get("/journal/").status_code == 200
given_back()
again = client.post("/connexion/", account).status_code
print(answer.status_code, *told, signed, Session.objects.count() - before, again)
"""


def taken() -> None:
    """Fill the disk of the home, to its last byte."""
    with (Path(settings.HOME) / "plein").open("wb", buffering=0) as file:
        for size in (1_000_000, 4096, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


def given_back() -> None:
    (Path(settings.HOME) / "plein").unlink()


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite("the disk filled is that of its file")
def test_who_signs_in_on_a_full_disk_is_told_and_half_signed_in_nowhere(tmp_path: Path) -> None:
    place = tmp_path / "disque"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be made here: only root may")
    try:
        with installation(place / "home") as house:
            house.environment |= {"ALLOWED_HOSTS": "testserver", "LOG_REQUESTS": "1"}
            house.ask("from tests.builders import person\nperson('plein@essai.test', None)")
            made = "from django.core.management import call_command\n"
            house.ask(f"{made}call_command('collectstatic', interactive=False, verbosity=0)")
            out, log = house.start(SIGN_IN).communicate(timeout=120)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
    assert out.split("\n")[-2] == "507 text/html; charset=utf-8 True False 1 302", out + log
    assert "Traceback" not in log and "the disk is full" in log
