"""Static files made ready for the version that serves: a home restored or upgraded has none, or
those of another version, and no page answers without them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

MARK = "version"
"""Beside them: of which files they were made."""


def static_fault() -> str:
    """Whether each file that pages name is there. Nothing is made where they are read in place."""
    made: dict[str, str] | None = getattr(staticfiles_storage, "hashed_files", None)
    if made is None:
        return ""
    missing = [name for name in made.values() if not staticfiles_storage.exists(name)]
    if made and not missing:
        return ""
    return (
        f"les fichiers statiques ne sont pas prêts dans {settings.STATIC_ROOT} "
        f"({missing[0] if missing else 'aucun'})\u00a0: relancer «\u00a0maillage serve\u00a0»"
    )


def make_ready() -> None:
    """Make them where one is missing, or where they were made of other files."""
    mark, asked = Path(settings.STATIC_ROOT) / MARK, _sources()
    try:
        done = mark.read_text() == asked
    except OSError:
        done = False
    if done and not static_fault():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(asked)


def _sources() -> str:
    """What tells the files of one version of the program from those of another."""
    told = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            size = storage.size(name)
            told.update(f"{name} {size} {storage.get_modified_time(name)}\n".encode())
    return told.hexdigest()
