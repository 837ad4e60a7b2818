"""The two faces a page is set in, found in the package the papers are set with.

Served as they are, so that a screen and a booklet read alike. Refuses to know any other file.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX = "ui/fonts/"
FACES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf", "LICENSE.txt")


@cache
def _folder() -> Path:
    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:  # the package is one of ours
        raise FileNotFoundError("font_source_sans_pro")
    return Path(spec.origin).parent / "files"


class FontFinder(BaseFinder):
    """The faces and their licence, among static files, under `ui/fonts/`."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix(PREFIX)
        found = str(_folder() / name) if path == PREFIX + name and name in FACES else None
        if find_all or kwargs.get("all"):
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=_folder())
        storage.prefix = PREFIX.rstrip("/")  # type: ignore[attr-defined]
        for name in FACES:
            yield name, storage
