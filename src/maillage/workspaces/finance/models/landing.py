"""Where a year will land: how each line is foreseen, what is engaged, the forecasts kept.

Amounts are integer cents in the natural sense of their account. A forecast once kept never changes.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from maillage.network.models import Entity
from maillage.workspaces.finance.engine.landing import DEFAULT, METHOD_LABELS, Method

METHODS = [(method.value, METHOD_LABELS[method]) for method in Method]


class Landing(models.Model):
    """How one chamber foresees a year: the method of every line that has none of its own.

    `version` is a stamp in microseconds, changed by each write of methods or commitments.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="landings")
    year = models.PositiveSmallIntegerField("exercice")
    method = models.CharField("méthode", max_length=12, choices=METHODS, default=DEFAULT.value)
    version = models.BigIntegerField("version", default=0)

    class Meta:
        verbose_name = "atterrissage"
        verbose_name_plural = "atterrissages"
        ordering = ["year", "entity__position"]
        constraints = [models.UniqueConstraint(fields=["entity", "year"], name="landing_year")]

    def __str__(self) -> str:
        return f"Atterrissage {self.year}"

    @property
    def chain(self) -> str:
        return self.entity.network.chain

    @property
    def subject(self) -> str:
        return f"finance.landing:{self.pk}"


class LandingMethod(models.Model):
    """The method one line has of its own, and the amount entered where it is entered."""

    landing = models.ForeignKey(Landing, models.CASCADE, related_name="methods")
    account = models.CharField("compte", max_length=12)
    axis = models.CharField("axe (code)", max_length=40, blank=True)
    method = models.CharField("méthode", max_length=12, choices=METHODS)
    amount = models.BigIntegerField("montant saisi (centimes)", null=True, blank=True)

    class Meta:
        verbose_name = "méthode d’une ligne"
        verbose_name_plural = "méthodes des lignes"
        ordering = ["account", "axis"]
        constraints = [
            models.UniqueConstraint(
                fields=["landing", "account", "axis"], name="landing_method_line"
            ),
            models.CheckConstraint(
                name="landing_method_amount",
                condition=Q(method="saisi", amount__isnull=False)
                | (~Q(method="saisi") & Q(amount__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.account


class Commitment(models.Model):
    """What a chamber has ordered and not yet seen invoiced, until purchasing feeds it.

    `accrued`: what of it the books already hold in invoices to come (408).
    """

    landing = models.ForeignKey(Landing, models.CASCADE, related_name="commitments")
    reference = models.CharField("référence", max_length=60)
    label = models.CharField("objet", max_length=200, blank=True)
    supplier = models.CharField("fournisseur", max_length=120, blank=True)
    account = models.CharField("compte", max_length=12)
    axis = models.CharField("axe (code)", max_length=40, blank=True)
    amount = models.BigIntegerField("reste engagé (centimes)")
    accrued = models.BigIntegerField("déjà au 408 (centimes)", default=0)

    class Meta:
        verbose_name = "engagement"
        verbose_name_plural = "engagements"
        ordering = ["account", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["landing", "reference"], name="commitment_reference"),
            models.CheckConstraint(
                name="commitment_amounts",
                condition=Q(amount__gte=0, accrued__gte=0, accrued__lte=F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def net(self) -> int:
        return self.amount - self.accrued


class LandingVersion(models.Model):
    """A forecast as it stood when it was kept; the database itself refuses to change it.

    `lines`: account, axis, method, cents of budget, realised, committed and forecast (null: not
    told), the sum in words, twelve cents by axis.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="landing_versions")
    year = models.PositiveSmallIntegerField("exercice")
    number = models.PositiveSmallIntegerField("numéro")
    month = models.PositiveSmallIntegerField("arrêté à la fin du mois")
    note = models.CharField("hypothèse", max_length=200, blank=True)
    kept_at = models.DateTimeField("conservée le", default=timezone.now)
    kept_by = models.CharField("par", max_length=40, blank=True)
    lines = models.JSONField("lignes", default=list)

    class Meta:
        verbose_name = "prévision conservée"
        verbose_name_plural = "prévisions conservées"
        ordering = ["-year", "entity__position", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "year", "number"], name="landing_version_number"
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="landing_version_month"
            ),
        ]

    def __str__(self) -> str:
        return f"Prévision n°\u00a0{self.number} de {self.year}"

    @property
    def chain(self) -> str:
        return self.entity.network.chain

    @property
    def subject(self) -> str:
        return f"finance.forecast:{self.pk}"
