"""Documents of a network and their pages. What is stored never changes: its hash is its name.

Knows networks; an author is an opaque identity. What a document is used for stands above.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from maillage.exchange.engine.contents import Kind
from maillage.jobs.models import Job
from maillage.network.models import Network

KINDS = {Kind.PDF: "PDF", Kind.WORD: "Word", Kind.TEXT: "Texte"}


class Document(Job):
    """A file of a network: its title, by which cells cite it, and the hash of its bytes.

    Its work is the reading of its pages: it is `done` once each has been read. `legible`: how many
    say something, None until then.
    """

    noun: ClassVar[str] = "exchange.document"

    network = models.ForeignKey(Network, models.PROTECT, related_name="documents")
    title = models.CharField("titre", max_length=200)
    filename = models.CharField("fichier", max_length=200)
    sha256 = models.CharField("empreinte", max_length=64)
    kind = models.CharField(
        "nature", max_length=4, choices=[(kind.value, label) for kind, label in KINDS.items()]
    )
    size = models.BigIntegerField("taille")
    pages = models.PositiveIntegerField("pages")
    first_page = models.IntegerField("page du fichier imprimée 1", default=1)
    """Its place: 0 or less where the file is an extract, which begins after it."""
    numbered_for = models.JSONField("numérotations gardées", default=dict, blank=True)
    """By journal subject of what cites it and no longer changes, the `first_page` of its citations,
    where that is another than today's."""
    legible = models.PositiveIntegerField("pages lisibles", null=True, blank=True)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["network", "title"], name="document_title"),
            models.UniqueConstraint(fields=["network", "sha256"], name="document_sha256"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"{self.noun}:{self.pk}"

    def first_for(self, about: str) -> int:
        """The page printed 1 as what has this subject cites it."""
        return int(self.numbered_for.get(about, self.first_page))

    @property
    def is_pdf(self) -> bool:
        return self.kind == Kind.PDF


class DocumentPage(models.Model):
    """What a page says: its lines as `engine.pages` takes them."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="texts")
    number = models.PositiveIntegerField("numéro")
    width = models.PositiveIntegerField("largeur", default=0)
    height = models.PositiveIntegerField("hauteur", default=0)
    lines = models.JSONField("lignes", default=list)

    class Meta:
        verbose_name = "page"
        verbose_name_plural = "pages"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_page"),
        ]

    def __str__(self) -> str:
        return f"page {self.number}"


class PageRead(models.Model):
    """A page one has read to its end for something above, named by its journal subject."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="readings")
    about = models.CharField("lue pour", max_length=120)
    number = models.PositiveIntegerField("numéro")

    class Meta:
        verbose_name = "page lue"
        verbose_name_plural = "pages lues"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "about", "number"], name="document_read"),
        ]

    def __str__(self) -> str:
        return f"page {self.number} lue"
