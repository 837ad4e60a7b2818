"""Bytes kept by their hash, and the pictures of pages kept beside them for a while.

The only one to touch the folder of documents. Knows no row.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

CACHE_MOST = 500_000_000
"""Bytes of pictures kept."""
_HASH = re.compile(r"[0-9a-f]{64}")


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes) -> str:
    """Write bytes under their hash, whole or not at all; the hash. What is there stays."""
    digest = hash_of(data)
    path = path_of(digest)
    if not path.exists():
        _write(path, data)
    return digest


def path_of(digest: str) -> Path:
    """Where the bytes of a hash are."""
    if not _HASH.fullmatch(digest):
        raise ValueError(digest)
    return Path(settings.EXCHANGE_ROOT) / digest[:2] / digest


def read(digest: str) -> bytes:
    return path_of(digest).read_bytes()


def forget(digest: str) -> None:
    """Remove the bytes of a hash, and the pictures of its pages."""
    path_of(digest).unlink(missing_ok=True)
    shutil.rmtree(_pictures() / digest, ignore_errors=True)


def picture(digest: str, number: int) -> bytes | None:
    """The picture of a page, where it was kept."""
    path = _pictures() / digest / f"{number}.png"
    try:
        data = path.read_bytes()
        os.utime(path)
    except FileNotFoundError:
        return None
    return data


def keep_picture(digest: str, number: int, data: bytes) -> None:
    _write(_pictures() / digest / f"{number}.png", data)


def trim_pictures(most: int = CACHE_MOST) -> int:
    """Forget the pictures least lately shown, beyond `most` bytes. How many."""
    kept = sorted(
        ((path.stat().st_mtime, path.stat().st_size, path) for path in _pictures().rglob("*.png")),
        reverse=True,
    )
    total = gone = 0
    for _, size, path in kept:
        total += size
        if total > most:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _pictures() -> Path:
    return Path(settings.EXCHANGE_ROOT) / "pages"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
