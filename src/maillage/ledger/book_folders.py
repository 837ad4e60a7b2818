"""Where books lie on disk: deposits waiting to be read, folders of what was read.

`livres/<network>/depots/<import>/<rank>` holds a deposit as it came; `livres/<network>/<entity>/
<year>/<sha256>/` what the engine made of it. Knows paths only; nothing is ever changed in place.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.move import file_move_safe
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from maillage.kernel.money import NBSP
from maillage.ledger.engine import consolidation as engine
from maillage.ledger.engine.detection import Unreadable, detect, is_xml
from maillage.ledger.engine.ledger_file import PARTS, sha256_of
from maillage.ledger.models import Book, BookFile, BookImport

PARTS_KEPT = (*PARTS, "ledger.json")
"""What a reading leaves in the folder of a file."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """A file as it was given: the name its sender gave it (shortened) and its size in bytes.

    `fault`: why it is no FEC, "" where it may be one. `sha256`: of what was kept of it.
    """

    name: str
    size: int
    fault: str = ""
    sha256: str = ""


def root() -> Path:
    return Path(settings.LEDGER_ROOT)


def deposit_folder(network: str, import_id: uuid.UUID) -> Path:
    return root() / network / "depots" / str(import_id)


def shelf(book: Book) -> Path:
    """Where the files of a book are stored, one folder per content."""
    return root() / book.network.code / book.entity.code / str(book.year)


def folder(file: BookFile) -> Path:
    return shelf(file.book) / file.sha256


def is_there(file: BookFile) -> bool:
    """Whether the disk still holds what was read of a file."""
    return (folder(file) / "cube.parquet").exists()


def digests_of(place: Path) -> dict[str, str]:
    """The SHA-256 of each file that a reading left, by which its loss of a bit is found out."""
    return {part: sha256_of(place / part) for part in PARTS_KEPT}


def books_of(files: Iterable[BookFile]) -> list[engine.Book]:
    """The books these files hold, as the engine takes them."""
    return [engine.Book(f.book.entity.code, f.book.year, folder(f)) for f in files]


def receive(
    network: str, import_id: uuid.UUID, uploads: Iterable[UploadedFile[bytes]]
) -> list[Deposited]:
    """Put uploads aside, in order; what went to disk while it came is moved, not copied.

    What is no FEC at all is told and not kept.
    """
    place = deposit_folder(network, import_id)
    place.mkdir(parents=True)
    found = []
    for rank, upload in enumerate(uploads):
        target = place / str(rank)
        if isinstance(upload, TemporaryUploadedFile):
            file_move_safe(upload.temporary_file_path(), str(target))
            target.chmod(0o600)
        else:
            with target.open("wb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
        size, fault = target.stat().st_size, fault_of(target)
        if fault:
            target.unlink()
        digest = "" if fault else sha256_of(target)
        found.append(Deposited((upload.name or "fichier")[-200:], size, fault, digest))
    return found


def fault_of(path: Path) -> str:
    """Why a file is no FEC, told by its beginning; "" where it may be one. XML is read later."""
    try:
        if not is_xml(path):
            detect(path)
    except Unreadable as refused:
        found = refused.finding
        value = "".join(c for c in found.value if c.isprintable())
        held = f"{NBSP}: {value}" if value else ""
        detail = f" ({found.detail})" if found.detail else ""
        return f"{found.title}{held}{detail}{NBSP}; attendu{NBSP}: {found.expected}."
    return ""


def columns_of(path: Path) -> tuple[str, ...]:
    """The columns of a FEC beyond those it must have, as its heading names them."""
    return () if is_xml(path) else detect(path).heading.extra


def deposited(row: BookImport, rank: int) -> Path:
    return deposit_folder(row.network.code, row.pk) / str(rank)


def discard(network: str, import_id: uuid.UUID) -> None:
    """Forget a deposit; what is already gone is no fault."""
    shutil.rmtree(deposit_folder(network, import_id), ignore_errors=True)
