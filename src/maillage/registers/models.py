"""What every row of a register holds, and the views of a list that people keep.

Knows networks, codes and what is searched; knows no register.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.kernel.models import Journaled
from maillage.network.models import Network


class Row(Journaled):
    """A row of a register: its network, the code it keeps for life, its text as it is searched.

    A row says its `noun`, "room.noun", which is its register's.
    """

    network = models.ForeignKey(Network, models.PROTECT, related_name="+")
    code = models.SlugField("code", max_length=60)
    archived = models.BooleanField("archivé", default=False)
    folded = models.TextField("texte cherché", default="", editable=False)

    class Meta(Journaled.Meta):
        abstract = True
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="%(app_label)s_%(class)s_code")
        ]

    def __str__(self) -> str:
        return self.code


class SavedView(models.Model):
    """What one asks of a list, kept under a name: by its owner alone, or for all the network."""

    leaves_with_network = True

    network = models.ForeignKey(Network, models.CASCADE, related_name="+")
    register = models.CharField("registre", max_length=80)
    name = models.CharField("nom", max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="propriétaire"
    )
    shared = models.BooleanField("partagée", default=False)
    query = models.TextField("demande", default="")

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "register", "owner", "name"], name="saved_view_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"registers.view:{self.pk}"
