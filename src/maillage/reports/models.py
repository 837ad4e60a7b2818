"""Documents asked for: what, of which edition, how far their making has come."""

from __future__ import annotations

from django.db import models

from maillage.jobs.models import Job
from maillage.schemes.models import Edition


class Dossier(Job):
    """A document made apart from the page that asks for it."""

    class Kind(models.TextChoices):
        BOOKLET_PDF = "booklet_pdf", "Livret (PDF)"
        BOOKLET_DOCX = "booklet_docx", "Livret (Word)"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="dossiers")
    kind = models.CharField("nature", max_length=20, choices=Kind.choices)
    file = models.FileField("fichier", upload_to="documents", blank=True)

    class Meta(Job.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.edition}"

    @property
    def chain(self) -> str:
        return self.edition.chain

    @property
    def subject(self) -> str:
        return f"reports.dossier:{self.pk}"

    @property
    def filename(self) -> str:
        extension = "pdf" if self.kind == self.Kind.BOOKLET_PDF else "docx"
        scheme = self.edition.scheme.code
        return f"livret-{scheme}-edition-{self.edition.number}.{extension}"
