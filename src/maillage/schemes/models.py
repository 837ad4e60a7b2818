"""Schemes, their editions and every cell. What is adopted never changes: the database refuses.

Knows networks; knows nothing of people (an author is an opaque identity).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from maillage.kernel.models import Journaled
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MILESTONE_NATURE_LABELS,
    MODE_LABELS,
    MOST_QUOTE,
    PROVENANCE_LABELS,
)

CELL_VALUES = list(MODE_LABELS)


class Scheme(models.Model):
    """A network's schéma régional d’organisation des missions, over some years."""

    leaves_with_network = True
    counted_as = "schéma sans édition,schémas sans édition"

    network = models.ForeignKey(Network, models.PROTECT, related_name="schemes")
    code = models.SlugField("code", max_length=80)
    title = models.CharField("titre", max_length=200)
    start_year = models.PositiveSmallIntegerField("première année")
    end_year = models.PositiveSmallIntegerField("dernière année")

    class Meta:
        verbose_name = "schéma"
        verbose_name_plural = "schémas"
        ordering = ["-start_year", "title"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="scheme_code"),
            models.CheckConstraint(
                condition=Q(end_year__gte=models.F("start_year")), name="scheme_years"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_begun(self) -> bool:
        """Whether it has an edition. One query."""
        return self.editions.exists()


class Edition(models.Model):
    """One version of a scheme: draft, proposed, adopted, superseded."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Brouillon"
        PROPOSED = "proposed", "Proposée"
        ADOPTED = "adopted", "Adoptée"
        SUPERSEDED = "superseded", "Remplacée"

    SEALED = (Status.ADOPTED, Status.SUPERSEDED)

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=200)
    status = models.CharField("état", max_length=10, choices=Status.choices, default=Status.DRAFT)
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    created_at = models.DateTimeField("créée le", default=timezone.now)
    adopted_body = models.CharField("instance", max_length=200, blank=True)
    adopted_on = models.DateField("date d’adoption", null=True, blank=True)
    adopted_act = models.CharField("numéro de l’acte", max_length=80, blank=True)
    taken_over = models.BooleanField("reprise d’un document en vigueur", default=False)
    adopted_note = models.CharField("note sur l’adoption", max_length=1000, blank=True, default="")
    seal = models.CharField("sceau", max_length=64, blank=True)

    class Meta:
        verbose_name = "édition"
        verbose_name_plural = "éditions"
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="edition_number"),
            models.CheckConstraint(
                name="edition_status",
                condition=Q(status__in=["draft", "proposed"], seal="")
                | Q(status__in=["adopted", "superseded"]) & ~Q(seal=""),
            ),
            models.CheckConstraint(
                name="edition_adoption",
                condition=Q(status__in=["draft", "proposed"])
                | Q(taken_over=True)
                | ~Q(adopted_body="") & Q(adopted_on__isnull=False) & ~Q(adopted_act=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (édition {self.number})"

    @property
    def adoption(self) -> Adoption | None:
        """None where it is not adopted."""
        told = self.adopted_body, self.adopted_on, self.adopted_act, self.taken_over
        return Adoption(*told, self.adopted_note) if self.is_sealed else None

    @property
    def network(self) -> Network:
        return self.scheme.network

    @property
    def chain(self) -> str:
        return self.scheme.network.chain

    @property
    def subject(self) -> str:
        return f"schemes.edition:{self.pk}"

    @property
    def is_sealed(self) -> bool:
        return self.status in self.SEALED

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def replaced_by(self) -> Edition | None:
        """The edition in force, where this one was and is no more. One query then, else none."""
        if self.status != self.Status.SUPERSEDED:
            return None
        return Edition.objects.filter(scheme=self.scheme, status=self.Status.ADOPTED).first()


class SealedContent(models.Model):
    """The canonical JSON that an adopted edition's seal is of, byte for byte.

    Names of chambers and processes may change later; what was adopted keeps those it had.
    """

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="sealed", primary_key=True)
    content = models.BinaryField("contenu scellé")

    class Meta:
        verbose_name = "contenu scellé"
        verbose_name_plural = "contenus scellés"

    def __str__(self) -> str:
        return f"contenu scellé de l’édition {self.edition_id}"


class Milestone(models.Model):
    """A date at which an edition says who does what.

    `date` is the last day it may be, where only its month or year is known (`precision`).
    """

    class Nature(models.TextChoices):
        INVENTORY = "inventory", MILESTONE_NATURE_LABELS["inventory"]
        STATUS = "status", MILESTONE_NATURE_LABELS["status"]
        PROJECTION = "projection", MILESTONE_NATURE_LABELS["projection"]

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="milestones")
    code = models.SlugField("code", max_length=40)
    label = models.CharField("libellé", max_length=80)
    date = models.DateField("date")
    precision = models.CharField(
        "précision",
        max_length=5,
        choices=list(partial_dates.PRECISION_LABELS.items()),
        default=partial_dates.Precision.DAY.value,
    )
    nature = models.CharField("nature", max_length=10, choices=Nature.choices)

    class Meta:
        verbose_name = "jalon"
        verbose_name_plural = "jalons"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="milestone_code"),
            # What is aimed at and what is observed at one date are two milestones.
            models.UniqueConstraint(
                fields=["edition", "date", "precision", "nature"], name="milestone_date"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def when(self) -> str:
        """The date in words, as precise as it is known."""
        return partial_dates.in_words(self.date, self.precision)


class Placement(models.Model):
    """A cell: at a milestone, how a macro-process is run in the network or in one entity.

    `mode` is a letter, "?" not documented or "-" not applicable. `complementary` is a sorted
    string of other letters. `served` lists entity codes: it is content that is sealed, not
    navigation. `source_mode` is the mode the source was stated under where the cell has another
    since, "" where it holds for the present one: kept beside what is sealed. `provenance` is ""
    where nobody said how the cell is known; `details` holds what `engine.mode_details` lets its
    modes say. `version` is a stamp in microseconds that changes with every write.
    """

    class Integration(models.TextChoices):
        REGIONAL = "regional", INTEGRATION_LABELS["regional"]
        INFRA_REGIONAL = "infra_regional", INTEGRATION_LABELS["infra_regional"]
        SUPRA_REGIONAL = "supra_regional", INTEGRATION_LABELS["supra_regional"]
        THIRD_PARTY = "third_party", INTEGRATION_LABELS["third_party"]
        NATIONAL = "national", INTEGRATION_LABELS["national"]

    counted_as = "cellule,cellules"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="placements")
    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="placements")
    process = models.ForeignKey(MacroProcess, models.PROTECT, related_name="placements")
    entity = models.ForeignKey(
        Entity, models.PROTECT, null=True, blank=True, related_name="placements"
    )
    mode = models.CharField("mode", max_length=1, choices=list(MODE_LABELS.items()))
    complementary = models.CharField("modes complémentaires", max_length=4, blank=True)
    lead = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="leads")
    served = models.JSONField("bénéficiaires", default=list, blank=True)
    integration = models.CharField(
        "option d’intégration", max_length=14, choices=Integration.choices, blank=True
    )
    rationale = models.TextField("justification", blank=True)
    source_document = models.CharField("document source", max_length=200, blank=True)
    source_page = models.CharField("page", max_length=40, blank=True)
    source_basis = models.TextField("fondement", blank=True)
    provenance = models.CharField(
        "provenance", max_length=8, choices=list(PROVENANCE_LABELS.items()), blank=True, default=""
    )
    source_quote = models.CharField("citation", max_length=MOST_QUOTE, blank=True, default="")
    details = models.JSONField("ce que le mode recouvre", default=dict, blank=True)
    source_mode = models.CharField("mode de la source", max_length=1, blank=True, default="")
    version = models.BigIntegerField("version", default=0)
    updated_by = models.CharField("modifiée par", max_length=40, blank=True)

    class Meta:
        verbose_name = "placement"
        verbose_name_plural = "placements"
        indexes = [
            # Chambers' own values at a milestone, alike ones together: read from the index alone.
            models.Index(
                fields=[
                    "milestone",
                    "process",
                    "mode",
                    "complementary",
                    "lead",
                    "provenance",
                    "entity",
                ],
                name="placement_own_values",
                condition=Q(entity__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "process"],
                condition=Q(entity__isnull=True),
                name="placement_network_cell",
            ),
            models.UniqueConstraint(
                fields=["milestone", "process", "entity"],
                condition=Q(entity__isnull=False),
                name="placement_entity_cell",
            ),
            models.CheckConstraint(condition=Q(mode__in=CELL_VALUES), name="placement_mode"),
            models.CheckConstraint(
                condition=Q(integration="") | Q(mode="I") | Q(complementary__contains="I"),
                name="placement_integration",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["A", "C", "H", "M", "I"]) | Q(complementary=""),
                name="placement_complementary",
            ),
            models.CheckConstraint(
                condition=Q(provenance="")
                | Q(provenance__in=list(PROVENANCE_LABELS)) & ~Q(mode="?"),
                name="placement_provenance",
            ),
        ]

    def __str__(self) -> str:
        return f"placement {self.pk} ({self.mode})"


class Section(models.Model):
    """A chapter's text in an edition: preamble, one per function, governance."""

    class Kind(models.TextChoices):
        PREAMBLE = "preamble", "Préambule"
        FUNCTION = "function", "Fonction"
        GOVERNANCE = "governance", "Gouvernance"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections")
    code = models.SlugField("code", max_length=80)
    kind = models.CharField("nature", max_length=10, choices=Kind.choices)
    function = models.ForeignKey(Function, models.PROTECT, null=True, blank=True)
    title = models.CharField("titre", max_length=200)
    body = models.TextField("texte", blank=True)
    source_page = models.CharField("page source", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "texte"
        verbose_name_plural = "textes"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="section_code")]

    def __str__(self) -> str:
        return self.title


class Statement(models.Model):
    """What the source states of a function without placing a cell: an aim, actions it lists.

    `modes` are the letters it names, in alphabetical order; `horizon` the time, as it says it.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="statements")
    code = models.SlugField("code", max_length=80)
    function = models.ForeignKey(Function, models.PROTECT, related_name="statements")
    text = models.CharField("énoncé", max_length=4000)
    modes = models.CharField("modes", max_length=5, blank=True)
    horizon = models.CharField("horizon", max_length=80, blank=True)
    source_page = models.CharField("page", max_length=40, blank=True)
    source_quote = models.CharField("citation", max_length=MOST_QUOTE, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "énoncé"
        verbose_name_plural = "énoncés"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="statement_code")]

    def __str__(self) -> str:
        return self.text


class Observation(Journaled):
    """What is really in place, of a macro-process in the network or in one entity, on a day.

    It stands beside every edition and belongs to none: what was adopted is not touched, and the
    next edition finds it. A cell has one a day. `withdrawn`: why it was taken back, "" where it
    holds. An empty lead or list of beneficiaries says nothing of them.
    """

    noun = "schemes.observation"

    network = models.ForeignKey(Network, models.PROTECT, related_name="observations")
    process = models.ForeignKey(MacroProcess, models.PROTECT, related_name="+")
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="+")
    observed_on = models.DateField("constaté le")
    mode = models.CharField("mode", max_length=1, choices=list(MODE_LABELS.items()))
    lead = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="+")
    served = models.JSONField("bénéficiaires", default=list, blank=True)
    observer = models.CharField("constaté par", max_length=120)
    evidence = models.TextField("preuve", max_length=2000, blank=True)
    comment = models.TextField("commentaire", max_length=2000, blank=True)
    withdrawn = models.TextField("motif du retrait", max_length=500, blank=True, default="")

    class Meta(Journaled.Meta):
        verbose_name = "constat"
        verbose_name_plural = "constats"
        ordering = ["-observed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "observed_on"],
                condition=Q(entity__isnull=True, withdrawn=""),
                name="observation_network_day",
            ),
            models.UniqueConstraint(
                fields=["process", "entity", "observed_on"],
                condition=Q(entity__isnull=False, withdrawn=""),
                name="observation_entity_day",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["A", "C", "H", "M", "I", "-"]), name="observation_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"constat du {self.observed_on:%d/%m/%Y}"
