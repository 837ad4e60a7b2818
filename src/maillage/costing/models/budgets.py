"""Budgets of the chambers, line by line and month by month; what was voted never changes.

Amounts are integer cents in the natural sense of their account: a charge and a product are both
positive. Knows networks and their chambers; knows nothing of people nor of books.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from maillage.costing.engine.budgets import (
    KIND_LABELS,
    STATE_LABELS,
    BudgetState,
    Kind,
    budget_name,
)
from maillage.network.models import Entity, Network

MONTH_FIELDS = tuple(f"m{month:02d}" for month in range(1, 13))


class BudgetAxis(models.Model):
    """A section or an action of the analytical plan; an action may be shared by chambers."""

    class Kind(models.TextChoices):
        ACTION = "action", "Action"
        SECTION = "section", "Section"

    network = models.ForeignKey(Network, models.PROTECT, related_name="budget_axes")
    code = models.SlugField("code", max_length=40)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=8, choices=Kind.choices)
    valid_from = models.DateField("valable du", null=True, blank=True)
    valid_to = models.DateField("valable jusqu’au", null=True, blank=True)

    class Meta:
        db_table = "finance_budgetaxis"
        verbose_name = "axe analytique"
        verbose_name_plural = "axes analytiques"
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="budgetaxis_code"),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_to=None)
                | Q(valid_to__gte=models.F("valid_from")),
                name="budgetaxis_period",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.axis:{self.pk}"


class Budget(models.Model):
    """One budget of one chamber and year: initial, revised (numbered) or executed."""

    class Kinds(models.TextChoices):
        INITIAL = Kind.INITIAL, KIND_LABELS[Kind.INITIAL]
        REVISED = Kind.REVISED, KIND_LABELS[Kind.REVISED]
        EXECUTED = Kind.EXECUTED, KIND_LABELS[Kind.EXECUTED]

    class Status(models.TextChoices):
        DRAFT = BudgetState.DRAFT, STATE_LABELS[BudgetState.DRAFT]
        VOTED = BudgetState.VOTED, STATE_LABELS[BudgetState.VOTED]
        SENT = BudgetState.SENT, STATE_LABELS[BudgetState.SENT]
        APPROVED = BudgetState.APPROVED, STATE_LABELS[BudgetState.APPROVED]
        REFUSED = BudgetState.REFUSED, STATE_LABELS[BudgetState.REFUSED]

    network = models.ForeignKey(Network, models.PROTECT, related_name="budgets")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField("exercice")
    kind = models.CharField("nature", max_length=8, choices=Kinds.choices)
    number = models.PositiveSmallIntegerField("numéro", default=1)
    status = models.CharField("état", max_length=8, choices=Status.choices, default=Status.DRAFT)
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    created_at = models.DateTimeField("créé le", default=timezone.now)
    voted_body = models.CharField("instance", max_length=200, blank=True)
    voted_on = models.DateField("voté le", null=True, blank=True)
    voted_act = models.CharField("numéro de l’acte", max_length=80, blank=True)
    vote_corrections = models.PositiveSmallIntegerField("corrections du vote", default=0)
    sent_on = models.DateField("envoyé le", null=True, blank=True)
    answered_on = models.DateField("réponse de l’autorité le", null=True, blank=True)
    tacit = models.BooleanField("approbation tacite", default=False)
    version = models.BigIntegerField("version", default=0)

    class Meta:
        db_table = "finance_budget"
        verbose_name = "budget"
        verbose_name_plural = "budgets"
        ordering = ["-year", "entity__position", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "year", "kind", "number"], name="budget_number"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["initial", "revised", "executed"]), name="budget_kind"
            ),
            models.CheckConstraint(
                name="budget_status",
                condition=Q(status="draft", voted_on=None)
                | Q(status__in=["voted", "sent", "approved", "refused"], voted_on__isnull=False)
                & ~Q(voted_body="")
                & ~Q(voted_act=""),
            ),
            models.CheckConstraint(
                name="budget_sending",
                condition=Q(status__in=["draft", "voted"], sent_on=None)
                | Q(status__in=["sent", "approved", "refused"], sent_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["network", "year"], name="budget_year")]

    def __str__(self) -> str:
        return f"{self.name} de {self.year}" if self.is_numbered else f"{self.name} {self.year}"

    @property
    def is_numbered(self) -> bool:
        """Whether the name ends with a number, which the year must not follow."""
        return self.kind == self.Kinds.REVISED

    @property
    def name(self) -> str:
        """« Budget rectifié n° 2 », whatever the year."""
        return budget_name(self.kind, self.number)

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.budget:{self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class BudgetLine(models.Model):
    """What a budget gives one account under one axis, month by month, in cents.

    `version` is a stamp in microseconds that changes with every write.
    """

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines")
    account = models.CharField("compte", max_length=12)
    axis = models.ForeignKey(BudgetAxis, models.PROTECT, null=True, blank=True)
    m01 = models.BigIntegerField("janvier", default=0)
    m02 = models.BigIntegerField("février", default=0)
    m03 = models.BigIntegerField("mars", default=0)
    m04 = models.BigIntegerField("avril", default=0)
    m05 = models.BigIntegerField("mai", default=0)
    m06 = models.BigIntegerField("juin", default=0)
    m07 = models.BigIntegerField("juillet", default=0)
    m08 = models.BigIntegerField("août", default=0)
    m09 = models.BigIntegerField("septembre", default=0)
    m10 = models.BigIntegerField("octobre", default=0)
    m11 = models.BigIntegerField("novembre", default=0)
    m12 = models.BigIntegerField("décembre", default=0)
    hypothesis = models.CharField("hypothèse", max_length=300, blank=True)
    version = models.BigIntegerField("version", default=0)
    updated_by = models.CharField("modifiée par", max_length=40, blank=True)

    class Meta:
        db_table = "finance_budgetline"
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["account", models.F("axis__code").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "account"],
                condition=Q(axis__isnull=True),
                name="budgetline_plain",
            ),
            models.UniqueConstraint(
                fields=["budget", "account", "axis"],
                condition=Q(axis__isnull=False),
                name="budgetline_axis",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.account}"

    @property
    def months(self) -> list[int]:
        return [getattr(self, name) for name in MONTH_FIELDS]

    def set_months(self, cents: Any) -> None:
        for name, value in zip(MONTH_FIELDS, cents, strict=True):
            setattr(self, name, value)
