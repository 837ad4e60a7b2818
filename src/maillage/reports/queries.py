"""Which documents someone may see: those of the editions they see."""

from __future__ import annotations

from django.db.models import QuerySet

from maillage.people.actors import Actor
from maillage.reports.models import Dossier
from maillage.schemes.queries import editions_visible_to


def dossiers_visible_to(actor: Actor) -> QuerySet[Dossier]:
    if not actor.is_known:
        return Dossier.objects.none()
    return Dossier.objects.filter(edition__in=editions_visible_to(actor)).select_related(
        "edition__scheme__network"
    )
