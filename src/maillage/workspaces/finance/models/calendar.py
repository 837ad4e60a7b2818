"""When the assemblies sit and what was done of the statutory calendar, chamber by chamber.

The deadlines themselves are data (`referentials/budget-calendar.yaml`), not rows.
"""

from __future__ import annotations

from django.db import models

from maillage.costing.engine.budgets import KIND_LABELS, Kind
from maillage.network.models import Entity


class AssemblyDate(models.Model):
    """When the assembly of a chamber sits to vote a budget of a year, as planned."""

    class Kinds(models.TextChoices):
        INITIAL = Kind.INITIAL, KIND_LABELS[Kind.INITIAL]
        REVISED = Kind.REVISED, KIND_LABELS[Kind.REVISED]
        EXECUTED = Kind.EXECUTED, KIND_LABELS[Kind.EXECUTED]

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="budget_assemblies")
    year = models.PositiveSmallIntegerField("exercice")
    kind = models.CharField("budget voté", max_length=8, choices=Kinds.choices)
    on = models.DateField("séance du")

    class Meta:
        verbose_name = "date de séance"
        verbose_name_plural = "dates de séance"
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "year", "kind"], name="assembly_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"

    @property
    def chain(self) -> str:
        return self.entity.network.chain

    @property
    def subject(self) -> str:
        return f"finance.assembly:{self.pk}"


class CalendarEntry(models.Model):
    """A deadline of the calendar that a chamber says it has met, and when."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="calendar_entries")
    year = models.PositiveSmallIntegerField("exercice")
    deadline = models.CharField("échéance", max_length=60)
    done_on = models.DateField("fait le")
    note = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "échéance faite"
        verbose_name_plural = "échéances faites"
        ordering = ["year", "deadline"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "year", "deadline"], name="calendar_once")
        ]

    def __str__(self) -> str:
        return f"{self.deadline} {self.year}"

    @property
    def chain(self) -> str:
        return self.entity.network.chain

    @property
    def subject(self) -> str:
        return f"finance.calendar:{self.pk}"
