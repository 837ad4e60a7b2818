"""What is entered beside the lines of a budget: the jobs it pays."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.costing.models import Budget, BudgetAxis


class PersonnelLine(models.Model):
    """Jobs of one kind in a budget: how many, at what average cost, from which month to which."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="personnel")
    label = models.CharField("emplois", max_length=120)
    axis = models.ForeignKey(BudgetAxis, models.PROTECT, null=True, blank=True)
    fte_hundredths = models.PositiveIntegerField("ETP (centièmes)")
    gross = models.BigIntegerField("brut mensuel moyen (centimes)")
    rate = models.PositiveIntegerField("taux de charges employeur (centièmes de %)")
    first_month = models.PositiveSmallIntegerField("du mois", default=1)
    last_month = models.PositiveSmallIntegerField("au mois", default=12)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "ligne de personnel"
        verbose_name_plural = "lignes de personnel"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="personnel_months",
                condition=Q(first_month__gte=1, last_month__lte=12)
                & Q(last_month__gte=models.F("first_month")),
            )
        ]

    def __str__(self) -> str:
        return self.label
