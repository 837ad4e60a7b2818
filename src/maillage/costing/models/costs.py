"""What a macro-process handles and what it costs: volumes, people, cost studies.

What is not known has no row or no value: nothing is put in its place.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.costing.engine.costing import DEFAULT_PRACTICAL
from maillage.network.models import Entity, MacroProcess, Network


class ServiceUnit(models.Model):
    """What is counted for a macro-process (an invoice, an entry), and what it is held against."""

    process = models.OneToOneField(
        MacroProcess, models.PROTECT, related_name="service_unit", primary_key=True
    )
    label = models.CharField("unité d’œuvre", max_length=80)
    benchmark = models.CharField("repère publié", max_length=40, blank=True)

    class Meta:
        db_table = "finance_serviceunit"
        verbose_name = "unité d’œuvre"
        verbose_name_plural = "unités d’œuvre"

    def __str__(self) -> str:
        return self.label


class ProcessVolume(models.Model):
    """What a chamber handled of a macro-process one year, and with how many people (FTE)."""

    process = models.ForeignKey(MacroProcess, models.PROTECT, related_name="volumes")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="volumes")
    year = models.PositiveSmallIntegerField("année")
    volume = models.DecimalField("volume", max_digits=14, decimal_places=2, null=True, blank=True)
    fte = models.DecimalField("ETP", max_digits=8, decimal_places=2, null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)
    version = models.BigIntegerField("version", default=0)

    class Meta:
        db_table = "finance_processvolume"
        verbose_name = "volume et ETP"
        verbose_name_plural = "volumes et ETP"
        ordering = ["process__position", "entity__position", "year"]
        constraints = [
            models.UniqueConstraint(fields=["process", "entity", "year"], name="volume_cell"),
            models.CheckConstraint(
                condition=(Q(volume=None) | Q(volume__gte=0)) & (Q(fte=None) | Q(fte__gte=0)),
                name="volume_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"volume {self.year}"


class CostStudy(models.Model):
    """The cost of a team that runs a macro-process, and its time: what a minute of it costs."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="cost_studies")
    process = models.ForeignKey(MacroProcess, models.PROTECT, related_name="cost_studies")
    provider = models.ForeignKey(Entity, models.PROTECT, related_name="cost_studies")
    year = models.PositiveSmallIntegerField("année")
    cost = models.BigIntegerField("coût de l’équipe (centimes)")
    fte = models.DecimalField("ETP de l’équipe", max_digits=8, decimal_places=2)
    minutes_per_fte = models.PositiveIntegerField("minutes par ETP et par an")
    practical = models.PositiveIntegerField(
        "capacité pratique (centièmes de %)", default=DEFAULT_PRACTICAL
    )
    source = models.CharField("d’où viennent les chiffres", max_length=200, blank=True)
    version = models.BigIntegerField("version", default=0)

    class Meta:
        db_table = "finance_coststudy"
        verbose_name = "étude de coût"
        verbose_name_plural = "études de coût"
        ordering = ["-year", "process__position", "provider__position"]
        constraints = [
            models.UniqueConstraint(fields=["process", "provider", "year"], name="coststudy_year"),
            models.CheckConstraint(
                condition=Q(cost__gt=0, fte__gt=0, minutes_per_fte__gt=0)
                & Q(practical__gt=0, practical__lte=10_000),
                name="coststudy_capacity",
            ),
        ]

    def __str__(self) -> str:
        return f"étude {self.year}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.study:{self.pk}"

    @property
    def theoretical(self) -> int:
        """Theoretical minutes of the whole team, rounded."""
        return round(self.fte * self.minutes_per_fte)


class CostLine(models.Model):
    """Units done for a chamber, and the minutes one takes."""

    study = models.ForeignKey(CostStudy, models.CASCADE, related_name="lines")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="cost_lines")
    activity = models.CharField("activité", max_length=120, blank=True)
    volume = models.DecimalField("volume", max_digits=14, decimal_places=2)
    minutes = models.DecimalField("minutes par unité", max_digits=10, decimal_places=3)

    class Meta:
        db_table = "finance_costline"
        verbose_name = "ligne d’étude de coût"
        verbose_name_plural = "lignes d’étude de coût"
        ordering = ["entity__position", "activity", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "entity", "activity"], name="cost_line_activity"
            ),
            models.CheckConstraint(
                condition=Q(volume__gte=0, minutes__gte=0), name="cost_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.activity or f"ligne {self.pk}"
