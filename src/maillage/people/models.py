"""Who may sign in and with which mandates. Knows no scheme."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from maillage.network.models import Entity, Function, Network
from maillage.people.actors import ROLE_LABELS, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. Erasing one empties the fields and keeps the row: the journal cites its id."""

    email = models.EmailField("adresse électronique", unique=True)
    full_name = models.CharField("nom", max_length=150, blank=True)
    position = models.CharField("fonction exercée", max_length=150, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=40, blank=True, default="")
    """In which hours are told to them, "" for the installation's."""
    is_active = models.BooleanField("actif", default=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["full_name", "email"]

    def __str__(self) -> str:
        return self.position or self.full_name or self.email

    @property
    def identity(self) -> str:
        return f"user:{self.pk}"

    @property
    def chain(self) -> str:
        return "installation"

    @property
    def subject(self) -> str:
        return f"people.user:{self.pk}"

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self, on: dt.date) -> MandateQuerySet:
        return self.filter(Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class Mandate(models.Model):
    """A role given to a person over a perimeter and a period."""

    leaves_with_network = True

    class Roles(models.TextChoices):
        ADMINISTRATOR = Role.ADMINISTRATOR, ROLE_LABELS[Role.ADMINISTRATOR]
        ENTITY_EDITOR = Role.ENTITY_EDITOR, ROLE_LABELS[Role.ENTITY_EDITOR]
        FUNCTION_EDITOR = Role.FUNCTION_EDITOR, ROLE_LABELS[Role.FUNCTION_EDITOR]
        READER = Role.READER, ROLE_LABELS[Role.READER]

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates")
    role = models.CharField("rôle", max_length=20, choices=Roles.choices)
    network = models.ForeignKey(Network, models.PROTECT, null=True, blank=True)
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True)
    function = models.ForeignKey(Function, models.PROTECT, null=True, blank=True)
    starts_on = models.DateField("depuis le", default=timezone.localdate)
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        ordering = ["user", "role"]
        constraints = [
            models.CheckConstraint(
                name="mandate_perimeter",
                condition=Q(role__in=["administrator", "reader"], entity=None, function=None)
                | Q(role="entity_editor", network__isnull=False, entity__isnull=False)
                & Q(function=None)
                | Q(role="function_editor", network__isnull=False, function__isnull=False)
                & Q(entity=None),
            ),
            models.CheckConstraint(
                name="mandate_period",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        where = self.entity or self.function or self.network or "tous les réseaux"
        return f"{self.get_role_display()} : {where}"


class Visit(models.Model):
    """How far in a network's journal someone had come when they last opened their page there.

    `before` is where they stood when their present visit began: what came since is new to them.
    Kept one by person and network, no trace of the former ones; never written in the journal.
    """

    leaves_with_network = True

    user = models.ForeignKey(User, models.CASCADE, related_name="visits")
    network = models.ForeignKey(Network, models.CASCADE, related_name="+")
    before = models.PositiveBigIntegerField("événement lu à la visite précédente")
    last = models.PositiveBigIntegerField("dernier événement lu")
    at = models.DateTimeField("dernière visite")

    class Meta:
        verbose_name = "visite"
        verbose_name_plural = "visites"
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.network}"
