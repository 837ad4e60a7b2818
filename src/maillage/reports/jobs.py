"""Making documents apart from the pages: nothing is half-made, a failure is told in words."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.utils import timezone

from maillage.jobs.following import Follower
from maillage.jobs.work import long_work
from maillage.reports.engine import booklet
from maillage.reports.models import Dossier
from maillage.schemes.queries import file_of


@long_work(Dossier)
def produce(dossier: Dossier, follow: Follower) -> None:
    """Make one document, in three stages."""
    follow.note("Lecture de l’édition", 0, 3)
    content = booklet.booklet_of(file_of(dossier.edition), timezone.localdate())
    follow.note("Composition", 1, 3)
    is_pdf = dossier.kind == Dossier.Kind.BOOKLET_PDF
    data = booklet.pdf(content) if is_pdf else booklet.docx(content)
    follow.note("Enregistrement", 2, 3)
    dossier.file.save(f"{dossier.pk}/{dossier.filename}", ContentFile(data), save=False)
    dossier.end(file=dossier.file.name)
