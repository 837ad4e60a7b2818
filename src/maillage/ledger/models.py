"""Books of the chambers, how they came in, and how their accounts meet the common chart.

The lines themselves lie in files (`archive`); here is what names them. Amounts are integer cents.
Knows no budget.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from maillage.jobs.models import Job
from maillage.ledger.engine.findings import Severity
from maillage.ledger.engine.partners import ACCOUNT_KIND, KINDS, LABEL_KIND, NUMBER_KIND
from maillage.network.models import Entity, Network


class Book(models.Model):
    """The ledger of one entity for the exercise that closes in `year`.

    `withdrawn_at`: since when it has no file in force, None where it has one.
    """

    network = models.ForeignKey(Network, models.PROTECT, related_name="books")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="books")
    year = models.PositiveSmallIntegerField("exercice")
    closing = models.DateField("date de clôture")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "livre"
        verbose_name_plural = "livres"
        ordering = ["-year", "entity__position"]
        constraints = [
            models.UniqueConstraint(fields=["network", "entity", "year"], name="book_year"),
        ]

    def __str__(self) -> str:
        return f"{self.entity.short_name}, exercice {self.year}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"ledger.book:{self.pk}"


class BookFile(models.Model):
    """A file read into a book. The current one has no `replaced_at`: nothing took its place.

    `columns`: its columns beyond those of a FEC, as its heading names them. `missing`: lines that
    `debit` and `credit` do not count, being unreadable as a whole or in their amount. `last`: the
    day of its last entry; `content`: what is the same where two books hold the same lines;
    `digests`: the SHA-256 of each file that the reading left. None is known of a file read before
    they were.
    """

    class State(models.TextChoices):
        IMPORTED = "imported", "Importé"
        WARNED = "warned", "À vérifier"
        BLOCKING = "blocking", "Bloquant"

        @classmethod
        def of(cls, worst: str) -> BookFile.State:
            """The state of a book whose gravest finding is `worst`, "" for none."""
            if worst in (Severity.REFUSED, Severity.ERROR):
                return cls.BLOCKING
            return cls.WARNED if worst == Severity.WARNING else cls.IMPORTED

    book = models.ForeignKey(Book, models.PROTECT, related_name="files")
    sha256 = models.CharField("empreinte", max_length=64)
    name = models.CharField("nom du fichier", max_length=200)
    size = models.BigIntegerField("taille")
    encoding = models.CharField("encodage", max_length=40, blank=True)
    lines = models.BigIntegerField("lignes")
    debit = models.BigIntegerField("débit (centimes)")
    credit = models.BigIntegerField("crédit (centimes)")
    missing = models.BigIntegerField("lignes absentes des totaux", default=0)
    last = models.DateField("dernière écriture", null=True, blank=True)
    content = models.CharField("empreinte du contenu", max_length=64, blank=True)
    columns: models.JSONField[Any, Any] = models.JSONField("autres colonnes", default=list)
    counts = models.JSONField("constats par code", default=dict)
    worst = models.CharField("gravité", max_length=10, blank=True)
    digests = models.JSONField("empreintes de ce qui en fut lu", default=dict)
    imported_at = models.DateTimeField("importé le", default=timezone.now)
    imported_by = models.CharField("importé par", max_length=40, blank=True)
    replaced_at = models.DateTimeField("remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier de livre"
        verbose_name_plural = "fichiers de livre"
        ordering = ["-imported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["book"], condition=Q(replaced_at=None), name="bookfile_current"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> BookFile.State:
        return self.State.of(self.worst)

    def state_with(self, warnings: int) -> BookFile.State:
        """Its state where as many warnings are said of it beside other books."""
        warned = self.state == self.State.IMPORTED and warnings
        return self.State.WARNED if warned else self.state

    @property
    def findings(self) -> int:
        return sum(self.counts.values())


class BookImport(Job):
    """Files deposited together, read apart from the pages.

    `files`: one mapping per file: name, size, sha256 of the deposit ("" where a former version took
    it), siren (of its name or ""), entity (id or None), closing (ISO or ""), state (waiting,
    reading, done, same, refused, failed, cancelled), message, findings (texts), lines, missing
    (lines its totals lack), worst, year. One that is no FEC is
    refused as it comes.
    """

    class State(models.TextChoices):
        ASSIGNING = "assigning", "À affecter"
        QUEUED = "queued", "En attente"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminé"
        FAILED = "failed", "Échoué"
        CANCELLED = "cancelled", "Annulé"

    network = models.ForeignKey(Network, models.CASCADE, related_name="book_imports")
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.ASSIGNING)
    files: models.JSONField[Any, Any] = models.JSONField("fichiers", default=list)

    class Meta:
        verbose_name = "import de livres"
        verbose_name_plural = "imports de livres"
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        count = len(self.files)
        return f"Import de {count} fichier{'s' if count > 1 else ''}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"ledger.import:{self.pk}"

    @property
    def waiting(self) -> list[tuple[int, dict[str, Any]]]:
        """Files to assign, each with its place in `files`."""
        return [(n, file) for n, file in enumerate(self.files) if file["state"] == "waiting"]

    def fail(self, why: str) -> None:
        """Each file not read yet says why it never was."""
        files = [
            {**f, "state": "failed", "message": why} if f["state"] in ("waiting", "reading") else f
            for f in self.files
        ]
        self._end(state="failed", failure=why, files=files)

    def again(self) -> None:
        """What failed of it is to be read again; what is in place stays."""
        self.files = [
            {**f, "state": "waiting"} if f["state"] == "failed" else f for f in self.files
        ]
        self.state, self.failure = self.State.QUEUED, ""
        self.save(update_fields=["state", "failure", "files"])


class MappingRule(models.Model):
    """Local accounts that begin so (or are exactly so) go to one common account.

    The entity's own rules win over the network's (`entity` None); then the longest prefix.
    """

    network = models.ForeignKey(Network, models.PROTECT, related_name="mapping_rules")
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True)
    prefix = models.CharField("compte local", max_length=20)
    exact = models.BooleanField("compte exact", default=False)
    target = models.CharField("compte commun", max_length=20)
    note = models.CharField("note", max_length=200, blank=True)
    set_at = models.DateTimeField("posée le", default=timezone.now)
    set_by = models.CharField("posée par", max_length=40, blank=True)

    class Meta:
        verbose_name = "règle de correspondance"
        verbose_name_plural = "règles de correspondance"
        ordering = [F("entity__position").asc(nulls_first=True), "prefix", "-exact"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "prefix", "exact"],
                condition=Q(entity=None),
                name="rule_network",
            ),
            models.UniqueConstraint(
                fields=["network", "entity", "prefix", "exact"],
                condition=Q(entity__isnull=False),
                name="rule_entity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{'' if self.exact else '…'} → {self.target}"


class MappingChange(models.Model):
    """Rules set or withdrawn together: who, when, before and after; the last can be undone.

    `before` and `after`: lists of {entity (code or ""), prefix, exact, target, note}.
    """

    network = models.ForeignKey(Network, models.PROTECT, related_name="mapping_changes")
    label = models.CharField("ce qui a été fait", max_length=200)
    before: models.JSONField[Any, Any] = models.JSONField("avant", default=list)
    after: models.JSONField[Any, Any] = models.JSONField("après", default=list)
    made_at = models.DateTimeField("fait le", default=timezone.now)
    made_by = models.CharField("fait par", max_length=40, blank=True)
    undone_at = models.DateTimeField("défait le", null=True, blank=True)

    class Meta:
        verbose_name = "changement de correspondance"
        verbose_name_plural = "changements de correspondance"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label


class PartnerNumber(models.Model):
    """What the book of a chamber writes that stands for another: an auxiliary account, one of its
    local accounts, words of a label. Without an entity: what stands for none, whatever it seems.

    `holder`: whose book writes it; None: the books of all chambers do, as those attached before
    numbers belonged to one book.
    """

    class Kind(models.TextChoices):
        NUMBER = NUMBER_KIND, KINDS[NUMBER_KIND]
        ACCOUNT = ACCOUNT_KIND, KINDS[ACCOUNT_KIND]
        LABEL = LABEL_KIND, KINDS[LABEL_KIND]

    network = models.ForeignKey(Network, models.PROTECT, related_name="partner_numbers")
    holder = models.ForeignKey(
        Entity, models.PROTECT, related_name="numbers_held", null=True, blank=True,
        verbose_name="livre",
    )  # fmt: skip
    kind = models.CharField("nature", max_length=10, choices=Kind.choices, default=Kind.NUMBER)
    number = models.CharField("ce qui est écrit", max_length=60)
    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="partner_numbers", null=True, blank=True
    )

    class Meta:
        verbose_name = "numéro de partenaire"
        verbose_name_plural = "numéros de partenaire"
        ordering = [
            F("entity__position").asc(nulls_first=True),
            "number",
            F("holder__position").asc(nulls_first=True),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "kind", "number"],
                condition=Q(holder=None),
                name="partner_number",
            ),
            models.UniqueConstraint(
                fields=["network", "holder", "kind", "number"], name="partner_number_of_book"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} : {self.entity.short_name if self.entity else 'aucune chambre'}"


class Adjustment(models.Model):
    """An entry of consolidation, kept beside the books of an exercise; it never changes.

    `number`: its rank in the exercise. `lines`: list of {entity, account, partner, debit, credit},
    in common accounts and cents; they balance together. `reverses`: the entry it takes back.
    """

    network = models.ForeignKey(Network, models.PROTECT, related_name="adjustments")
    year = models.PositiveSmallIntegerField("exercice")
    number = models.PositiveIntegerField("numéro")
    day = models.DateField("date")
    reason = models.CharField("motif", max_length=300)
    lines: models.JSONField[Any, Any] = models.JSONField("lignes", default=list)
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversal", null=True, blank=True,
        verbose_name="écriture reprise",
    )  # fmt: skip
    made_at = models.DateTimeField("fait le", default=timezone.now)
    made_by = models.CharField("fait par", max_length=40, blank=True)

    class Meta:
        verbose_name = "retraitement"
        verbose_name_plural = "retraitements"
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["network", "year", "number"], name="adjustment_number"),
        ]

    def __str__(self) -> str:
        return f"Retraitement {self.number} de {self.year}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"ledger.adjustment:{self.pk}"


class ChartVersion(models.Model):
    """What a network adds to the common chart over a period.

    `extensions`: list of {number, name, side, family, note}.
    """

    network = models.ForeignKey(Network, models.PROTECT, related_name="chart_versions")
    title = models.CharField("intitulé", max_length=200)
    valid_from = models.DateField("depuis le")
    valid_to = models.DateField("jusqu’au", null=True, blank=True)
    extensions: models.JSONField[Any, Any] = models.JSONField("comptes ajoutés", default=list)

    class Meta:
        verbose_name = "version du plan commun"
        verbose_name_plural = "versions du plan commun"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["network", "valid_from"], name="chart_version_from"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="chart_version_period",
            ),
        ]

    def __str__(self) -> str:
        return self.title
