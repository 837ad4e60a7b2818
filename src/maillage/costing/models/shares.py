"""What a budget has with the other chambers, told beside its lines: never part of what is voted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.costing.models.budgets import Budget
from maillage.network.models import Entity


class BudgetShare(models.Model):
    """What a budget has on an account with one chamber over its year, in cents."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="shares")
    account = models.CharField("compte", max_length=12)
    partner = models.ForeignKey(Entity, models.PROTECT, related_name="budget_shares")
    amount = models.BigIntegerField("montant (centimes)")

    class Meta:
        db_table = "finance_budgetshare"
        verbose_name = "part entre chambres"
        verbose_name_plural = "parts entre chambres"
        ordering = ["account", "partner__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "account", "partner"], name="budget_share_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_share_amount"),
        ]

    def __str__(self) -> str:
        return self.account
