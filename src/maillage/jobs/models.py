"""Work made apart from the pages: how far it has come, who carries it out, what recurs.

Knows neither what is made nor for whom it matters.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

OVER = ("done", "failed", "cancelled")


class Job(models.Model):
    """Long work that someone asked for: followed, given up, taken up again after a kill."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminé"
        FAILED = "failed", "Échoué"
        CANCELLED = "cancelled", "Annulé"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    stage = models.CharField("étape", max_length=200, blank=True)
    done = models.BigIntegerField("fait", default=0)
    total = models.BigIntegerField("à faire", default=0)
    failure = models.TextField("motif d’échec", blank=True)
    requested_by = models.CharField("demandé par", max_length=40, blank=True)
    requested_at = models.DateTimeField("demandé le", default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["-requested_at"]

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def reach(self, stage: str, done: int = 0, total: int = 0, **more: Any) -> bool:
        """Note how far it has come, and what else its row holds; False where it was given up."""
        told = {"state": "running", "stage": stage[:200], "done": done, "total": total, **more}
        rows = type(self)._base_manager.filter(pk=self.pk)
        return bool(rows.exclude(state="cancelled").update(**told))

    def end(self, **result: Any) -> None:
        """Note that it is done, with what came of it; what was given up meanwhile stays so."""
        self._end(**{"state": "done", **result})

    def fail(self, why: str) -> None:
        """Note that it will not be done, with a French reason; what is over stays as it is."""
        self._end(state="failed", failure=why)

    def again(self) -> None:
        """Be to be made again, from its beginning."""
        self.state, self.failure = "waiting", ""
        self.save(update_fields=["state", "failure"])

    def _end(self, **told: Any) -> None:
        told = {"stage": "", "done": 0, "total": 0} | told
        type(self)._base_manager.filter(pk=self.pk).exclude(state__in=OVER).update(**told)


class Worker(models.Model):
    """A process that carries out work; it says that it lives every few seconds."""

    name = models.CharField("nom", max_length=64, primary_key=True)
    host = models.CharField("machine", max_length=255)
    process = models.PositiveIntegerField("processus")
    born = models.CharField("naissance du processus", max_length=80, blank=True)
    started_at = models.DateTimeField("lancé le", default=timezone.now)
    seen_at = models.DateTimeField("vu le", default=timezone.now)

    class Meta:
        verbose_name = "exécutant"
        verbose_name_plural = "exécutants"

    def __str__(self) -> str:
        return self.name


class Mail(models.Model):
    """A mail that waits to leave; `next_at` None: it was set aside, for the reason in `failure`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField("objet", max_length=200)
    words = models.JSONField("contenu")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    failure = models.TextField("dernier refus", blank=True)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    next_at = models.DateTimeField("prochain essai", null=True, default=timezone.now)

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"

    def __str__(self) -> str:
        return self.subject


class Sweep(models.Model):
    """The last time that what is kept for a while was forgotten, by the name it has in the table
    of delays; how many rows left then."""

    name = models.CharField("nom", max_length=80, primary_key=True)
    gone = models.PositiveIntegerField("lignes oubliées")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "oubli"
        verbose_name_plural = "oublis"

    def __str__(self) -> str:
        return self.name


class Recurrence(models.Model):
    """When work that recurs last ran and next will; `failure` says what went wrong last."""

    name = models.CharField("nom", max_length=80, primary_key=True)
    next_at = models.DateTimeField("prochain passage")
    started_at = models.DateTimeField("dernier passage", null=True)
    ended_at = models.DateTimeField("fin du dernier passage", null=True)
    failure = models.TextField("dernière panne", blank=True)

    class Meta:
        verbose_name = "travail régulier"
        verbose_name_plural = "travaux réguliers"

    def __str__(self) -> str:
        return self.name
