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

from maillage.ledger.engine import consolidation as engine
from maillage.ledger.models import Book, BookFile, BookImport


@dataclass(frozen=True, slots=True)
class Deposited:
    """A file as it was given: the name its sender gave it (shortened) and its size in bytes."""

    name: str
    size: int


def root() -> Path:
    return Path(settings.LEDGER_ROOT)


def deposit_folder(network: str, import_id: uuid.UUID) -> Path:
    return root() / network / "depots" / str(import_id)


def shelf(book: Book) -> Path:
    """Where the files of a book are stored, one folder per content."""
    return root() / book.network.code / book.entity.code / str(book.year)


def folder(file: BookFile) -> Path:
    return shelf(file.book) / file.sha256


def books_of(files: Iterable[BookFile]) -> list[engine.Book]:
    """The books these files hold, as the engine takes them."""
    return [engine.Book(f.book.entity.code, f.book.year, folder(f)) for f in files]


def receive(network: str, import_id: uuid.UUID, uploads: Iterable[UploadedFile]) -> list[Deposited]:
    """Put uploads aside, in order; what went to disk while it came is moved, not copied."""
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
        found.append(Deposited((upload.name or "fichier")[-200:], target.stat().st_size))
    return found


def deposited(row: BookImport, rank: int) -> Path:
    return deposit_folder(row.network.code, row.pk) / str(rank)


def discard(network: str, import_id: uuid.UUID) -> None:
    """Forget a deposit; what is already gone is no fault."""
    shutil.rmtree(deposit_folder(network, import_id), ignore_errors=True)
