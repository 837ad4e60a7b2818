"""Allocation keys and the statements by which one chamber recharges others.

Shares are hundredths of a percent, amounts integer cents. A statement and its lines never change,
the database refuses: what was wrong is reversed by another statement.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from maillage.costing.engine.allocation import DRIVERS, WHOLE
from maillage.network.models import Entity, Network


class AllocationKey(models.Model):
    """One version of a key: what it shares by, from which day to which."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="allocation_keys")
    code = models.SlugField("code", max_length=40)
    name = models.CharField("nom", max_length=200)
    driver = models.CharField("inducteur", max_length=20, choices=list(DRIVERS.items()))
    fixed = models.PositiveIntegerField("part fixe (centièmes de %)", default=0)
    note = models.TextField("d’où viennent les quantités", blank=True)
    valid_from = models.DateField("valable du")
    valid_to = models.DateField("valable jusqu’au", null=True, blank=True)

    class Meta:
        db_table = "finance_allocationkey"
        verbose_name = "clé de répartition"
        verbose_name_plural = "clés de répartition"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code", "valid_from"], name="key_version"),
            models.CheckConstraint(
                condition=Q(driver__in=list(DRIVERS)) & Q(fixed__lte=WHOLE), name="key_driver"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="key_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.key:{self.pk}"

    @property
    def is_used(self) -> bool:
        """Whether a statement was issued by it. One query."""
        return self.recharges.exists()


class KeyShare(models.Model):
    """The part of one chamber in a key, and the quantity it comes from where there is one."""

    key = models.ForeignKey(AllocationKey, models.CASCADE, related_name="shares")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="key_shares")
    quantity = models.DecimalField(
        "quantité", max_digits=16, decimal_places=3, null=True, blank=True
    )
    share = models.PositiveIntegerField("part (centièmes de %)")

    class Meta:
        db_table = "finance_keyshare"
        verbose_name = "part d’une clé"
        verbose_name_plural = "parts d’une clé"
        ordering = ["entity__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "entity"], name="key_share_entity"),
            models.CheckConstraint(condition=Q(share__lte=WHOLE), name="key_share_whole"),
        ]

    def __str__(self) -> str:
        return f"part {self.share}"


class RechargeStatement(models.Model):
    """What a provider recharges to beneficiaries over a period, by a key. Never rewritten."""

    class Origin(models.TextChoices):
        ENTERED = "entered", "Montant saisi"
        LEDGER = "ledger", "Comptes du livre"

    network = models.ForeignKey(Network, models.PROTECT, related_name="recharges")
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("numéro")
    issued_on = models.DateField("daté du")
    first_day = models.DateField("période du")
    last_day = models.DateField("au")
    label = models.CharField("objet", max_length=200)
    provider = models.ForeignKey(Entity, models.PROTECT, related_name="recharges_made")
    key = models.ForeignKey(AllocationKey, models.PROTECT, related_name="recharges")
    origin = models.CharField("origine du montant", max_length=8, choices=Origin.choices)
    account = models.CharField("compte", max_length=20, blank=True)
    axis = models.CharField("axe", max_length=60, blank=True)
    amount = models.BigIntegerField("montant (centimes)")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    reason = models.CharField("motif", max_length=200, blank=True)
    issued_at = models.DateTimeField("établi le", default=timezone.now)
    issued_by = models.CharField("établi par", max_length=40, blank=True)

    class Meta:
        db_table = "finance_rechargestatement"
        verbose_name = "relevé de refacturation"
        verbose_name_plural = "relevés de refacturation"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["network", "year", "number"], name="recharge_number"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="recharge_period"
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reason=""), name="recharge_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """`RF-2026-007`: the year it is dated in, then its rank in that year."""
        return f"RF-{self.year}-{self.number:03d}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.recharge:{self.pk}"

    @property
    def is_reversed(self) -> bool:
        """Whether another statement takes it back. One query."""
        return RechargeStatement.objects.filter(reverses=self).exists()


class RechargeLine(models.Model):
    """What one chamber bears of a statement: the share the key gave it then, and its amount."""

    statement = models.ForeignKey(RechargeStatement, models.PROTECT, related_name="lines")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="recharge_lines")
    quantity = models.DecimalField(
        "quantité", max_digits=16, decimal_places=3, null=True, blank=True
    )
    share = models.PositiveIntegerField("part (centièmes de %)")
    amount = models.BigIntegerField("montant (centimes)")

    class Meta:
        db_table = "finance_rechargeline"
        verbose_name = "ligne de refacturation"
        verbose_name_plural = "lignes de refacturation"
        ordering = ["entity__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "entity"], name="recharge_line_entity"),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk}"
