"""Making a backup of this installation while it serves, and putting one back where none is.

Files come first, the database next, then the files that came meanwhile: whatever row the copy
holds, its files were there before it. What is kept is never changed in place, so no file is ever
half one version, half another.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from maillage.backups import Unusable, archive, databases
from maillage.backups.archive import Manifest, Writing
from maillage.jobs import outbox
from maillage.kernel import money
from maillage.kernel.full_disk import is_full
from maillage.kernel.models import heads
from maillage.kernel.rooms import HOUSE
from maillage.ui.context import program_version

logger = logging.getLogger(__name__)

KEPT = ("livres", "documents", "fichiers")
"""Folders of the home that are kept; the others are made again."""
LEFT_OUT = ("documents/pages/",)
"""Pictures of pages, drawn again when they are asked for."""
STATE = "sauvegarde.json"
STAGE = ".restauration"
TIMES = 3
"""How often the database is copied again because a file it names left meanwhile."""
NAME = re.compile(r"maillage-\d{8}-\d{6}\.tar(\.age)?")


@dataclass(frozen=True, slots=True)
class Backup:
    """The last backup made: ISO time, file, bytes; or why the last one failed, and when."""

    at: str = ""
    file: str = ""
    size: int = 0
    members: int = 0
    encrypted: bool = False
    failure: str = ""
    failed_at: str = ""

    @property
    def weight(self) -> str:
        return money.size(self.size)

    @property
    def when(self) -> dt.datetime | None:
        return dt.datetime.fromisoformat(self.at) if self.at else None

    @property
    def failed(self) -> dt.datetime | None:
        return dt.datetime.fromisoformat(self.failed_at) if self.failed_at else None


def last_backup() -> Backup:
    """What is known of the last backup of this home; an empty one where none was ever made."""
    try:
        return Backup(**json.loads((Path(settings.HOME) / STATE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return Backup()


def back_up(folder: Path, *, to: str = "", keep: int = 0, named: bool = True) -> Backup:
    """Make a backup in `folder`; remove those beyond the `keep` last, 0 for none.

    `to`: the public key it is encrypted for, "" for nobody. `named`: whether every file that a row
    names is looked for, which asks a database at the level of the program. The secret key of the
    installation is not in it. Raises Unusable: a key that is none, somewhere that takes no file,
    one already under way, no space, a file gone. How it went is in `last_backup`, unless the disk
    of the data took no line more.
    """
    made = timezone.now()
    try:
        recipient = archive.recipient(to) if to else None
        with _alone(folder):
            name = f"maillage-{made:%Y%m%d-%H%M%S}.tar{'.age' if to else ''}"
            manifest = _write(folder / name, made, recipient, named=named)
            _rotate(folder, keep)
            done = Backup(
                made.isoformat(),
                str(folder / name),
                (folder / name).stat().st_size,
                len(manifest.members),
                bool(to),
            )
    except OSError as error:
        _tell_failure(reason := _reason(error, folder))
        raise Unusable(reason) from None
    except Unusable as refused:
        _tell_failure(str(refused))
        raise
    try:
        _tell(done)
    except OSError as error:  # the disk of the data is full, that of the backup is not: it is made
        logger.error("backup made, and not noted: %s", error)
    return done


def scheduled() -> threading.Thread | None:
    """Begin the backup that the settings ask for, beside: what runs it goes on saying it lives.

    None where they ask for none. How it went is in `last_backup`.
    """
    if not settings.BACKUP_FOLDER:
        return None
    thread = threading.Thread(target=_scheduled, name="backup", daemon=True)
    thread.start()
    return thread


def _scheduled() -> None:
    try:
        folder = Path(settings.BACKUP_FOLDER)
        back_up(folder, to=settings.BACKUP_TO, keep=settings.BACKUP_KEEP)
    except Unusable as refused:
        logger.error("backup: %s", refused)
    except Exception as error:
        logger.exception("backup")
        _tell_failure(f"{type(error).__name__}\u00a0: {error}")
    finally:
        connection.close()


def _reason(error: OSError, folder: Path) -> str:
    if is_full(error):
        return f"plus de place dans {folder}\u00a0: la sauvegarde n’a pas été faite"
    return f"{error.filename or folder}\u00a0: {error.strerror or error}"


def _tell(state: Backup) -> None:
    place = Path(settings.HOME) / STATE
    draft = place.with_name(f".{STATE}")
    draft.write_text(json.dumps(asdict(state), ensure_ascii=False))
    draft.replace(place)


def _tell_failure(reason: str) -> None:
    kept = asdict(last_backup()) | {"failure": reason, "failed_at": timezone.now().isoformat()}
    try:
        _tell(Backup(**kept))
    except OSError:
        return  # a full disk: the refusal itself is what is left to tell


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder of backups. Unusable where another backup does."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".sauvegarde").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(f"une sauvegarde est déjà en cours dans {folder}") from None
        for left in (*folder.glob("maillage-*.partiel"), *folder.glob("base.*")):
            left.unlink()  # of one that was killed
        yield


def _write(target: Path, made: dt.datetime, to: Any, *, named: bool) -> Manifest:
    configured = settings.DATABASES["default"]
    journal = heads()
    with archive.writing(target, to) as file:
        for _ in range(TIMES):
            wanted = _held_names() if named else set()
            _take(file)
            with databases.snapshot(configured, target.parent) as copy:
                _take(file)
                wanted |= _held_names() if named else set()
                absent = sorted(wanted - file.members.keys())
                if not absent:
                    file.add(copy, copy.name)
                    break
        else:
            raise Unusable(f"fichier absent du dossier des données\u00a0: {absent[0]}")
        manifest = Manifest(
            made.isoformat(),
            program_version(),
            databases.kind_of(configured),
            journal,
            tuple(file.members.values()),
        )
        file.end(manifest)
    return manifest


def _held_names() -> set[str]:
    """The files that rows name, as a backup names them."""
    home = Path(settings.HOME)
    return {held.path.relative_to(home).as_posix() for room in HOUSE.all() for held in room.holds()}


def _take(file: Writing) -> None:
    """Add what is there and not yet kept."""
    home = Path(settings.HOME)
    for path in _files(home):
        name = path.relative_to(home).as_posix()
        if name not in file.members:
            file.add(path, name)


def _files(home: Path) -> Iterator[Path]:
    for folder in KEPT:
        for place, _, names in os.walk(home / folder):
            for name in sorted(names):
                path = Path(place) / name
                if not path.relative_to(home).as_posix().startswith(LEFT_OUT):
                    yield path


def _rotate(folder: Path, keep: int) -> None:
    made = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    for path in made[:-keep] if keep else ():
        path.unlink()


def put_back(path: Path, keys: list[Any] | None, say: Callable[[str], object]) -> Manifest:
    """Restore a backup into this home, where nothing is yet; everything is checked beforehand.

    Raises Unusable: a backup that does not hold, a home or a database that is not empty.
    """
    home = Path(settings.HOME)
    stage = home / STAGE
    refuse_filled(home, interrupted=stage.exists())
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True, mode=0o700)
    try:
        manifest = archive.read(path, stage, keys)
        copy = databases.opened(_database_in(stage))
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        if is_full(error) and not isinstance(error, Unusable):
            raise Unusable(f"plus de place dans {home}\u00a0: rien n’a été restauré") from None
        raise
    say(f"{len(manifest.members)} fichiers lus, chacun comme le manifeste le dit.")
    for folder in KEPT:
        shutil.rmtree(home / folder, ignore_errors=True)
        if (stage / folder).exists():
            (stage / folder).rename(home / folder)
    try:
        databases.put_back(settings.DATABASES["default"], copy)
    except Unusable:
        for place in (stage, *(home / name for name in KEPT)):
            shutil.rmtree(place, ignore_errors=True)
        raise
    outbox.mark_restored()
    shutil.rmtree(stage)
    return manifest


def _database_in(stage: Path) -> Path:
    """The one copy of a database that a backup holds. Unusable where it is not of this kind."""
    copies = [stage / name for name in (databases.COPY, databases.DUMP) if (stage / name).exists()]
    if len(copies) != 1:
        raise Unusable("la sauvegarde ne tient pas exactement une base")
    databases.refuse_other(settings.DATABASES["default"], copies[0])
    return copies[0]


def refuse_filled(home: Path, *, interrupted: bool) -> None:
    """Raise Unusable where something would be overwritten; what an interrupted restoration left
    may be."""
    configured = settings.DATABASES["default"]
    if databases.is_filled(configured):
        raise Unusable(
            f"la base {configured['NAME']} n’est pas vide\u00a0: restaurer dans une base neuve, ou "
            "avec un autre MAILLAGE_HOME"
        )
    for folder in KEPT:
        if not interrupted and any((home / folder).glob("*")):
            raise Unusable(
                f"{home / folder} n’est pas vide\u00a0: restaurer avec un autre MAILLAGE_HOME"
            )
