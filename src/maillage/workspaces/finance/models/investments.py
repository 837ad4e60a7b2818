"""The investment plan: operations of the chambers, what they cost each year, who pays.

Amounts are integer cents. Knows networks, their chambers, functions and macro-processes.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.workspaces.finance.engine.investments import SOURCES, STATUSES


class Investment(models.Model):
    """An operation of one chamber. `version` is a stamp in microseconds, changed by each write."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="investments")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="investments")
    code = models.SlugField("code", max_length=40)
    title = models.CharField("intitulé", max_length=200)
    function = models.ForeignKey(Function, models.PROTECT, null=True, blank=True)
    process = models.ForeignKey(MacroProcess, models.PROTECT, null=True, blank=True)
    status = models.CharField("état", max_length=10, choices=list(STATUSES.items()), default="idea")
    version = models.BigIntegerField("version", default=0)

    class Meta:
        verbose_name = "opération d’investissement"
        verbose_name_plural = "opérations d’investissement"
        ordering = ["entity__position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "code"], name="investment_code"),
            models.CheckConstraint(
                condition=Q(status__in=list(STATUSES)), name="investment_status"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.investment:{self.pk}"


class InvestmentYear(models.Model):
    """What an operation costs one year, in cents; a year without amount has no row."""

    investment = models.ForeignKey(Investment, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField("année")
    amount = models.BigIntegerField("montant (centimes)")

    class Meta:
        verbose_name = "année d’une opération"
        verbose_name_plural = "années d’une opération"
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["investment", "year"], name="investment_year"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="investment_year_amount"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class InvestmentFunding(models.Model):
    """What one source pays of an operation, in cents."""

    investment = models.ForeignKey(Investment, models.CASCADE, related_name="funding")
    source = models.CharField("source", max_length=10, choices=list(SOURCES.items()))
    amount = models.BigIntegerField("montant (centimes)")

    class Meta:
        verbose_name = "financement d’une opération"
        verbose_name_plural = "financements d’une opération"
        ordering = ["source"]
        constraints = [
            models.UniqueConstraint(fields=["investment", "source"], name="investment_source"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, source__in=list(SOURCES)),
                name="investment_funding_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.get_source_display()
