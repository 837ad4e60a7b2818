"""What a chamber says of its treasury: how it is paid and pays, what it knows to fall due.

Amounts are integer cents. Knows chambers; refuses to know budgets and books.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.network.models import Entity
from maillage.workspaces.finance.engine.cash import KINDS


class PaymentProfile(models.Model):
    """How the accounts of a chamber that begin so are cashed: shares by month of delay, VAT."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="payment_profiles")
    root = models.CharField("comptes commençant par", max_length=12)
    weights = models.JSONField("parts par mois de délai (centièmes de %)", default=list)
    vat = models.PositiveIntegerField("TVA (centièmes de %)", default=0)

    class Meta:
        verbose_name = "profil de paiement"
        verbose_name_plural = "profils de paiement"
        ordering = ["root"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "root"], name="payment_profile_root")
        ]

    def __str__(self) -> str:
        return self.root


class CashPlan(models.Model):
    """The treasury a chamber opens a year with, where it is entered rather than read in a book."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="cash_plans")
    year = models.PositiveSmallIntegerField("exercice")
    opening = models.BigIntegerField("trésorerie au 1er janvier (centimes)", null=True, blank=True)

    class Meta:
        verbose_name = "plan de trésorerie"
        verbose_name_plural = "plans de trésorerie"
        ordering = ["year", "entity__position"]
        constraints = [models.UniqueConstraint(fields=["entity", "year"], name="cash_plan_year")]

    def __str__(self) -> str:
        return f"Plan de trésorerie {self.year}"

    @property
    def chain(self) -> str:
        return self.entity.network.chain

    @property
    def subject(self) -> str:
        return f"finance.cash:{self.pk}"


class CashDue(models.Model):
    """What is known to fall in a month: a loan's instalment, a tax's, another sum in or out."""

    plan = models.ForeignKey(CashPlan, models.CASCADE, related_name="dues")
    label = models.CharField("intitulé", max_length=120)
    kind = models.CharField("nature", max_length=8, choices=list(KINDS.items()))
    month = models.PositiveSmallIntegerField("mois")
    amount = models.BigIntegerField("montant (centimes, négatif s’il sort)")

    class Meta:
        verbose_name = "échéance de trésorerie"
        verbose_name_plural = "échéances de trésorerie"
        ordering = ["month", "label", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="cash_due_month"),
            models.CheckConstraint(condition=~Q(amount=0), name="cash_due_amount"),
        ]

    def __str__(self) -> str:
        return self.label
