"""Making documents apart from the pages: stages that can be followed, stopped, taken up again."""

from __future__ import annotations

import logging

from django.core.files.base import ContentFile
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from maillage.reports.engine import booklet
from maillage.reports.models import Dossier
from maillage.schemes.queries import file_of

logger = logging.getLogger(__name__)


class _Stopped(Exception):
    pass


def _reach(dossier_id: str, done: int, stage: str) -> None:
    """Say which stage begins; stop where the document was given up meanwhile."""
    reached = (
        Dossier.objects.filter(pk=dossier_id)
        .exclude(state=Dossier.State.CANCELLED)
        .update(state=Dossier.State.RUNNING, done=done, stage=stage)
    )
    if not reached:
        raise _Stopped


@task()
def produce(dossier_id: str) -> None:
    """Make one document. A failure is written on it, in words; nothing is half-made."""
    dossier = (
        Dossier.objects.select_related("edition__scheme__network").filter(pk=dossier_id).first()
    )
    if dossier is None or dossier.is_over:
        return
    try:
        _reach(dossier_id, 0, "Lecture de l'édition")
        content = booklet.booklet_of(file_of(dossier.edition), timezone.localdate())
        _reach(dossier_id, 1, "Composition")
        is_pdf = dossier.kind == Dossier.Kind.BOOKLET_PDF
        data = booklet.pdf(content) if is_pdf else booklet.docx(content)
        _reach(dossier_id, 2, "Enregistrement")
        dossier.file.save(f"{dossier.pk}/{dossier.filename}", ContentFile(data), save=False)
        dossier.state, dossier.done, dossier.stage = Dossier.State.DONE, 3, ""
        dossier.save(update_fields=["file", "state", "done", "stage"])
    except _Stopped:
        return
    except Exception:
        logger.exception("document %s", dossier_id)
        failure = (
            "La composition a échoué\u00a0; l'erreur est consignée dans le journal du serveur."
        )
        Dossier.objects.filter(pk=dossier_id).update(state=Dossier.State.FAILED, failure=failure)


def reap() -> int:
    """Put back in the queue what a killed worker left running. Call where no other worker runs."""
    return DBTaskResult.objects.filter(status="RUNNING").update(status="READY", started_at=None)
