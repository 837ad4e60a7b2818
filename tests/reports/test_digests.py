"""What a document was when it was made is known: one byte changed since is found."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand

from maillage.backups.proofs import files_proof
from maillage.portal.management.base import tell_proofs
from maillage.reports import jobs
from maillage.reports.models import Dossier
from maillage.schemes.models import Edition


@pytest.fixture(autouse=True)
def own_files(settings: LazySettings, tmp_path: Path) -> None:
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": kept | {"OPTIONS": {"location": tmp_path}}}


def flip(dossier: Dossier) -> None:
    path = Path(dossier.file.path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_byte_changed_in_a_booklet_is_found(draft: Edition) -> None:
    dossier = Dossier.objects.create(edition=draft, kind=Dossier.Kind.BOOKLET_DOCX)
    jobs.produce.func(str(dossier.pk))
    dossier.refresh_from_db()
    assert files_proof().faults == [] and files_proof().unproved == 0
    flip(dossier)
    (fault,) = files_proof().faults
    assert "altéré" in fault and dossier.filename in fault


def test_what_a_former_version_made_is_told_unproved_until_it_is_noted(draft: Edition) -> None:
    dossier = Dossier.objects.create(edition=draft, kind=Dossier.Kind.BOOKLET_PDF, state="done")
    dossier.file.save("livret.pdf", ContentFile(b"%PDF d'autrefois"))
    out = StringIO()
    assert tell_proofs(BaseCommand(stdout=out), [files_proof()]) == 0
    assert "sans empreinte, non vérifiés : 1." in out.getvalue()
    assert "tout tient" not in out.getvalue()
    assert (jobs.note_digests(), jobs.note_digests()) == (1, 0)
    assert files_proof().unproved == 0
    flip(dossier)
    assert len(files_proof().faults) == 1
