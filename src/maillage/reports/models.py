"""Documents asked for: what, of which edition, how far their making has come."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from maillage.schemes.models import Edition


class Dossier(models.Model):
    """A document made apart from the page that asks for it."""

    class Kind(models.TextChoices):
        BOOKLET_PDF = "booklet_pdf", "Livret (PDF)"
        BOOKLET_DOCX = "booklet_docx", "Livret (Word)"

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminé"
        FAILED = "failed", "Échoué"
        CANCELLED = "cancelled", "Annulé"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="dossiers")
    kind = models.CharField("nature", max_length=20, choices=Kind.choices)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    stage = models.CharField("étape", max_length=80, blank=True)
    done = models.PositiveSmallIntegerField("étapes faites", default=0)
    total = models.PositiveSmallIntegerField("étapes", default=3)
    requested_by = models.CharField("demandé par", max_length=40, blank=True)
    requested_at = models.DateTimeField("demandé le", default=timezone.now)
    file = models.FileField("fichier", upload_to="documents", blank=True)
    failure = models.TextField("motif d'échec", blank=True)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.edition}"

    @property
    def chain(self) -> str:
        return self.edition.chain

    @property
    def subject(self) -> str:
        return f"reports.dossier:{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)

    @property
    def filename(self) -> str:
        extension = "pdf" if self.kind == self.Kind.BOOKLET_PDF else "docx"
        scheme = self.edition.scheme.code
        return f"livret-{scheme}-edition-{self.edition.number}.{extension}"
