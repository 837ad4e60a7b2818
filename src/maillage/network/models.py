"""Who and what: networks, their chambers and operators, their functions and macro-processes.

Knows nothing of modes, editions or people.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Network(models.Model):
    """A region's chambers taken together; one journal chain each."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)
    fictional = models.BooleanField("fictif", default=False)

    class Meta:
        verbose_name = "réseau"
        verbose_name_plural = "réseaux"
        ordering = ["fictional", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        return f"network:{self.code}"

    @property
    def subject(self) -> str:
        return f"network.network:{self.pk}"


class Entity(models.Model):
    """A chamber, the national head or an outside operator, as one network knows it."""

    class Kind(models.TextChoices):
        REGIONAL = "regional", "Chambre régionale"
        TERRITORIAL = "territorial", "Chambre territoriale"
        NATIONAL = "national", "Tête de réseau nationale"
        OPERATOR = "operator", "Opérateur extérieur"

    CHAMBERS = (Kind.REGIONAL, Kind.TERRITORIAL)
    """The network's own: those that keep books and budgets, and may carry a value of a cell."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="entities")
    code = models.SlugField("code", max_length=60)
    name = models.CharField("nom", max_length=200)
    short_name = models.CharField("nom court", max_length=60)
    kind = models.CharField("nature", max_length=12, choices=Kind.choices)
    departement = models.CharField("département", max_length=3, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)
    archived = models.BooleanField("archivée", default=False)

    class Meta:
        verbose_name = "entité"
        verbose_name_plural = "entités"
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="entity_code"),
            models.CheckConstraint(
                condition=Q(kind__in=["regional", "territorial", "national", "operator"]),
                name="entity_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_chamber(self) -> bool:
        """Whether it is one of the network's own chambers (a cell may carry its value)."""
        return self.kind in self.CHAMBERS


class Function(models.Model):
    """A support function of the network (finance, people, IT…)."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="functions")
    code = models.SlugField("code", max_length=60)
    name = models.CharField("nom", max_length=200)
    description = models.TextField("description", blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "fonction"
        verbose_name_plural = "fonctions"
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["network", "code"], name="function_code")]

    def __str__(self) -> str:
        return self.name


class MacroProcess(models.Model):
    """A row of a function: a macro-process, a mission, or an action under one of them (`parent`).

    `group` is its perimeter, "" where there is none. `named_by`, `group_named_by`: whose words the
    names are in, "" where nobody said. An action is never counted among macro-processes.
    """

    class Kind(models.TextChoices):
        MISSION = "mission", "Mission"
        MACRO_PROCESS = "macro_process", "Macro-processus"
        ACTION = "action", "Action"

    class NamedBy(models.TextChoices):
        SOURCE = "source", "Nommé par la source"
        OURS = "ours", "Nommé par nous"

    network = models.ForeignKey(Network, models.PROTECT, related_name="processes")
    function = models.ForeignKey(Function, models.PROTECT, related_name="processes")
    code = models.SlugField("code", max_length=80)
    name = models.CharField("nom", max_length=200)
    group = models.CharField("périmètre", max_length=120, blank=True)
    description = models.TextField("description", blank=True)
    region_only = models.BooleanField(
        "non délégable sous la région",
        default=False,
        help_text="Gestion du personnel : Code de commerce, article R711-33 II.",
    )
    source_page = models.CharField("page source", max_length=40, blank=True)
    kind = models.CharField(
        "sorte", max_length=13, choices=Kind.choices, default=Kind.MACRO_PROCESS.value
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="actions",
        verbose_name="macro-processus",
    )  # fmt: skip
    named_by = models.CharField(
        "nom", max_length=6, choices=NamedBy.choices, blank=True, default=""
    )
    group_named_by = models.CharField(
        "nom du périmètre", max_length=6, choices=NamedBy.choices, blank=True, default=""
    )
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "macro-processus"
        verbose_name_plural = "macro-processus"
        ordering = ["function__position", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="process_code"),
            models.CheckConstraint(
                condition=Q(kind="action", parent__isnull=False)
                | Q(kind__in=["mission", "macro_process"], parent__isnull=True),
                name="process_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Its name, as a list that holds macro-processes too tells it."""
        action = self.Kind.ACTION
        return f"{action.label}\u00a0: {self.name}" if self.kind == action else self.name
