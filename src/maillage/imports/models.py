"""Files read but not applied yet, each under the journal subject of what it would change.

Knows neither what a file holds nor what it would change.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class PendingImport(models.Model):
    """What was read of a file, kept a day until who sent it decides.

    `flow` names the kind of import, `rows` is the JSON of what was read, `seen` the version of the
    thing when the file was read.
    """

    flow = models.CharField("nature", max_length=40)
    chain = models.CharField("chaîne", max_length=80)
    subject = models.CharField("objet", max_length=120)
    actor = models.CharField("auteur", max_length=40)
    filename = models.CharField("fichier", max_length=200)
    rows = models.BinaryField("lignes lues")
    seen = models.BigIntegerField("version lue")
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "import en attente"
        verbose_name_plural = "imports en attente"

    def __str__(self) -> str:
        return self.filename
