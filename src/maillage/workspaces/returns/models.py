"""Returns: definitions in versions, templates of receivers, restitutions and what is typed in them.

A published version never changes, nor what was sent: the database itself refuses. Knows no book
and no budget: a restitution keeps the figures it was filled from.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from maillage.network.models import Network
from maillage.workspaces.returns.engine.definition import Definition
from maillage.workspaces.returns.engine.facts import Facts, Period


class ReturnDefinition(models.Model):
    """A return that is due, whatever its year: what it is called, who receives it."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="return_definitions")
    code = models.SlugField("code", max_length=40)
    title = models.CharField("intitulé", max_length=160)
    receiver = models.CharField("destinataire", max_length=160, blank=True)
    about = models.TextField("ce qui est à savoir", blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)

    class Meta:
        verbose_name = "définition d’état"
        verbose_name_plural = "définitions d’état"
        ordering = ["title", "code"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="return_definition_code"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"returns.definition:{self.pk}"


class DefinitionVersion(models.Model):
    """Rows, columns and controls. A draft until published; `content`: as `Definition.as_json`."""

    class Status(models.TextChoices):
        DRAFT = "draft", "En préparation"
        PUBLISHED = "published", "Publiée"

    definition = models.ForeignKey(ReturnDefinition, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("numéro")
    status = models.CharField("état", max_length=10, choices=Status.choices, default=Status.DRAFT)
    content = models.JSONField("contenu", default=dict)
    seal = models.CharField("empreinte", max_length=64, blank=True)
    note = models.CharField("ce qui change", max_length=300, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    published_by = models.CharField("publiée par", max_length=40, blank=True)

    class Meta:
        verbose_name = "version de définition"
        verbose_name_plural = "versions de définition"
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="return_version_number"),
            models.UniqueConstraint(
                fields=["definition"], condition=Q(status="draft"), name="return_version_draft"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, seal="")
                | Q(status="published", published_at__isnull=False) & ~Q(seal=""),
                name="return_version_published",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def chain(self) -> str:
        return self.definition.chain

    @property
    def subject(self) -> str:
        return self.definition.subject

    @cached_property
    def held(self) -> Definition:
        return Definition.of(self.content)


class ReceiverTemplate(models.Model):
    """The workbook a receiver wants filled. `names`: its named cells, each with its place;
    `mapping`: by name, the codes of a row and a column; `absent`: what is written where nothing is
    told."""

    definition = models.ForeignKey(ReturnDefinition, models.PROTECT, related_name="templates")
    name = models.CharField("nom du fichier", max_length=200)
    sha256 = models.CharField("empreinte", max_length=64)
    data = models.BinaryField("classeur")
    names = models.JSONField("cellules nommées", default=dict)
    mapping = models.JSONField("correspondances", default=dict)
    absent = models.CharField("mot d’une valeur absente", max_length=40, blank=True)
    deposited_at = models.DateTimeField("déposé le", default=timezone.now)
    deposited_by = models.CharField("déposé par", max_length=40, blank=True)
    replaced_at = models.DateTimeField("remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "modèle d’un destinataire"
        verbose_name_plural = "modèles de destinataires"
        ordering = ["-deposited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition"], condition=Q(replaced_at=None), name="return_template_current"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        return self.definition.chain

    @property
    def subject(self) -> str:
        return self.definition.subject

    @property
    def use(self) -> dict[str, Any]:
        """What is kept of it beside its bytes by what is sent in it."""
        return {
            "name": self.name, "sha256": self.sha256,
            "mapping": self.mapping, "absent": self.absent,
        }  # fmt: skip


class Restitution(models.Model):
    """A definition filled for a year up to a month. `facts`: as `Facts.as_json`; `sealed`: every
    value as it was sent; `reasons`: by control, why it was sent though that did not hold;
    `template`: the workbook it was sent in, `template_use`: its name, print and mapping then."""

    class State(models.TextChoices):
        PREPARED = "prepared", "En préparation"
        CHECKED = "checked", "Contrôlé"
        SENT = "sent", "Envoyé"

    version = models.ForeignKey(DefinitionVersion, models.PROTECT, related_name="restitutions")
    definition = models.ForeignKey(ReturnDefinition, models.PROTECT, related_name="restitutions")
    number = models.PositiveSmallIntegerField("numéro")
    year = models.PositiveSmallIntegerField("exercice")
    month = models.PositiveSmallIntegerField("arrêté à la fin du mois", default=12)
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.PREPARED)
    facts = models.JSONField("ce dont il est rempli", default=dict)
    filled_at = models.DateTimeField("rempli le", null=True, blank=True)
    filled_by = models.CharField("rempli par", max_length=40, blank=True)
    checked_at = models.DateTimeField("contrôlé le", null=True, blank=True)
    checked_by = models.CharField("contrôlé par", max_length=40, blank=True)
    sent_on = models.DateField("envoyé le", null=True, blank=True)
    sent_by = models.CharField("envoyé par", max_length=40, blank=True)
    reasons = models.JSONField("motifs", default=dict)
    sealed = models.JSONField("valeurs envoyées", default=dict)
    seal = models.CharField("empreinte", max_length=64, blank=True)
    template = models.ForeignKey(
        ReceiverTemplate, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name="modèle de l’envoi",
    )  # fmt: skip
    template_use = models.JSONField("emploi du modèle", default=dict, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, related_name="correction", null=True, blank=True,
        verbose_name="état corrigé",
    )  # fmt: skip

    class Meta:
        verbose_name = "état rendu"
        verbose_name_plural = "états rendus"
        ordering = ["-year", "-month", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="restitution_number"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="restitution_month"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_on__isnull=False) & ~Q(seal="")
                | ~Q(state="sent") & Q(sent_on=None, seal=""),
                name="restitution_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition.title}, {self.period.words}"

    @property
    def network(self) -> Network:
        return self.definition.network

    @property
    def chain(self) -> str:
        return self.definition.chain

    @property
    def subject(self) -> str:
        return f"returns.restitution:{self.pk}"

    @property
    def period(self) -> Period:
        return Period(self.year, self.month)

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT

    @cached_property
    def held(self) -> Facts:
        return Facts.of(self.facts)


class TypedCell(models.Model):
    """A value typed in a cell, in the unit of its row; what is taken away has no row."""

    restitution = models.ForeignKey(Restitution, models.CASCADE, related_name="typed")
    row = models.CharField("ligne", max_length=20)
    column = models.CharField("colonne", max_length=80)
    value = models.DecimalField("valeur", max_digits=20, decimal_places=4)
    typed_at = models.DateTimeField("saisie le", default=timezone.now)
    typed_by = models.CharField("saisie par", max_length=40, blank=True)

    class Meta:
        verbose_name = "cellule saisie"
        verbose_name_plural = "cellules saisies"
        ordering = ["row", "column"]
        constraints = [
            models.UniqueConstraint(
                fields=["restitution", "row", "column"], name="typed_cell_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row}, {self.column}"


class CellComment(models.Model):
    """What someone says of a cell; it is never changed."""

    restitution = models.ForeignKey(Restitution, models.CASCADE, related_name="comments")
    row = models.CharField("ligne", max_length=20)
    column = models.CharField("colonne", max_length=80)
    text = models.CharField("commentaire", max_length=1000)
    said_at = models.DateTimeField("dit le", default=timezone.now)
    said_by = models.CharField("dit par", max_length=40, blank=True)

    class Meta:
        verbose_name = "commentaire de cellule"
        verbose_name_plural = "commentaires de cellule"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.row}, {self.column}"
