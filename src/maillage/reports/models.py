"""Documents asked for: what, of what, how far their making has come; the files of an assembly."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from maillage.jobs.models import Job
from maillage.kernel.period import CutOff
from maillage.network.models import Entity, Network
from maillage.schemes.models import Edition


class AssemblyFile(models.Model):
    """What is written in the file an assembly is given: of a chamber, or of the network (no
    chamber), for an exercise read up to a month.

    `texts`: what explains each gap, by row of the comparison of budgets (the first digits of its
    accounts), and the presentation under "". Figures are never kept here: they are read.
    """

    network = models.ForeignKey(Network, models.CASCADE, related_name="assembly_files")
    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="assembly_files", null=True, blank=True
    )
    year = models.PositiveSmallIntegerField("exercice")
    month = models.PositiveSmallIntegerField("arrêté à la fin du mois", default=12)
    texts = models.JSONField("textes", default=dict)

    class Meta:
        verbose_name = "dossier d’assemblée"
        verbose_name_plural = "dossiers d’assemblée"
        ordering = ["-year", "-month", models.F("entity__position").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "year", "month"], name="assembly_file_of_chamber"
            ),
            models.UniqueConstraint(
                fields=["network", "year", "month"],
                condition=Q(entity=None),
                name="assembly_file_of_network",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="assembly_file_month"
            ),
        ]

    def __str__(self) -> str:
        words = "" if self.until.is_whole else f", {self.until.words}"
        return f"Dossier {self.year}{words}, {self.whose}"

    @property
    def whose(self) -> str:
        return self.entity.short_name if self.entity else self.network.name

    @property
    def until(self) -> CutOff:
        return CutOff(self.year, self.month)

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"reports.assembly:{self.pk}"


class Dossier(Job):
    """A document made apart from the page that asks for it: of an edition, or for an assembly."""

    class Kind(models.TextChoices):
        BOOKLET_PDF = "booklet_pdf", "Livret (PDF)"
        BOOKLET_DOCX = "booklet_docx", "Livret (Word)"
        ASSEMBLY_PDF = "assembly_pdf", "Dossier d’assemblée (PDF)"
        ASSEMBLY_DOCX = "assembly_docx", "Dossier d’assemblée (Word)"

    BOOKLETS = (Kind.BOOKLET_PDF, Kind.BOOKLET_DOCX)
    ASSEMBLIES = (Kind.ASSEMBLY_PDF, Kind.ASSEMBLY_DOCX)

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="dossiers", null=True, blank=True
    )
    assembly = models.ForeignKey(
        AssemblyFile, models.CASCADE, related_name="dossiers", null=True, blank=True
    )
    kind = models.CharField("nature", max_length=20, choices=Kind.choices)
    file = models.FileField("fichier", upload_to="documents", blank=True)
    digest = models.CharField("empreinte du fichier", max_length=64, blank=True)

    class Meta(Job.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"
        constraints = [
            models.CheckConstraint(
                name="dossier_of_one_thing",
                condition=Q(edition__isnull=False, assembly__isnull=True)
                | Q(edition__isnull=True, assembly__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.about}"

    @property
    def about(self) -> Any:
        """What it is made of: an edition, or the file of an assembly."""
        return self.assembly or self.edition

    @property
    def chain(self) -> str:
        return str(self.about.chain)

    @property
    def subject(self) -> str:
        return f"reports.dossier:{self.pk}"

    @property
    def is_pdf(self) -> bool:
        return self.kind in (self.Kind.BOOKLET_PDF, self.Kind.ASSEMBLY_PDF)

    @property
    def filename(self) -> str:
        extension = "pdf" if self.is_pdf else "docx"
        if self.assembly is not None:
            held = self.assembly
            code = held.entity.code if held.entity else held.network.code
            month = "" if held.until.is_whole else f"-{held.month:02d}"
            return f"dossier-{code}-{held.year}{month}.{extension}"
        assert self.edition is not None
        scheme = self.edition.scheme.code
        return f"livret-{scheme}-edition-{self.edition.number}.{extension}"
