"""Making documents apart from the pages: nothing is half-made, a failure is told in words."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from functools import partial
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from maillage.jobs.following import Follower
from maillage.jobs.work import long_work
from maillage.reports.engine import assembly, assembly_word, booklet
from maillage.reports.models import Dossier
from maillage.reports.papers import paper_of
from maillage.reports.queries import made_on_request
from maillage.schemes.queries import file_of


@long_work(Dossier)
def produce(dossier: Dossier, follow: Follower) -> None:
    """Make one document, in three stages."""
    data = _assembly(dossier, follow) if dossier.assembly else _booklet(dossier, follow)
    follow.note("Enregistrement", 2, 3)
    dossier.file.save(f"{dossier.pk}/{dossier.filename}", ContentFile(data), save=False)
    dossier.end(file=dossier.file.name, digest=hashlib.sha256(data).hexdigest())


def note_digests() -> int:
    """Note the hashes of documents made by a version that noted none, as they stand: what is
    altered is found out from then on. How many."""
    noted = 0
    for dossier in Dossier.objects.filter(digest="").exclude(file=""):
        try:
            with dossier.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            continue  # a lost file is told by `maillage verify`
        noted += Dossier.objects.filter(pk=dossier.pk, digest="").update(digest=digest)
    return noted


def forget_documents(before: dt.datetime) -> int:
    """Forget what was asked for before a moment, and files that no row names and nothing has
    touched since. How many documents."""
    old = made_on_request().filter(requested_at__lt=before)
    gone = old.delete()[0]
    transaction.on_commit(partial(_forget_files, before))
    return gone


def _forget_files(before: dt.datetime) -> None:
    """Folders of documents that have no row any more; one that is being written is recent."""
    kept = {str(pk) for pk in Dossier.objects.values_list("pk", flat=True)}
    for folder in Path(default_storage.path("documents")).glob("*"):
        if folder.name not in kept and folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _booklet(dossier: Dossier, follow: Follower) -> bytes:
    assert dossier.edition is not None
    follow.note("Lecture de l’édition", 0, 3)
    content = booklet.booklet_of(file_of(dossier.edition), timezone.localdate())
    follow.note("Composition", 1, 3)
    return booklet.pdf(content) if dossier.is_pdf else booklet.docx(content)


def _assembly(dossier: Dossier, follow: Follower) -> bytes:
    assert dossier.assembly is not None
    follow.note("Lecture des budgets et des livres", 0, 3)
    paper = paper_of(dossier.assembly, timezone.localdate())
    follow.note("Composition", 1, 3)
    return assembly.pdf(paper) if dossier.is_pdf else assembly_word.docx(paper)
