"""A contract, with a field of every kind."""

from django.db import models

from maillage.network.models import Entity, MacroProcess
from maillage.registers.models import Row


class Contract(Row):
    noun = "tests.contract"

    class Form(models.TextChoices):
        SIMPLE = "simple", "Marché simple"
        FRAMEWORK = "framework", "Accord-cadre"

    title = models.CharField("objet", max_length=120)
    note = models.TextField("note", blank=True)
    form = models.CharField("forme", max_length=12, choices=Form.choices)
    themes = models.TextField("thèmes", blank=True)
    lots = models.IntegerField("lots", null=True, blank=True)
    rate = models.DecimalField("remise", max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.BigIntegerField("montant", null=True, blank=True)
    end = models.DateField("fin", null=True, blank=True, help_text="Dernier jour du contrat.")
    year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    renewable = models.BooleanField("reconductible", null=True, blank=True)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="chambre")
    processes = models.ManyToManyField(MacroProcess, blank=True, verbose_name="macro-processus")
    buyer = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, verbose_name="acheteur"
    )
    contact = models.EmailField("contact", blank=True)
    site = models.URLField("site", blank=True)
    outcome = models.TextField("bilan", blank=True)
