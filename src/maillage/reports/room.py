"""What the room of documents hands to the house: what it adds to pages of editions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from maillage.kernel.rooms import Link, Purpose, Room, anyone, rows
from maillage.reports.models import Dossier
from maillage.reports.queries import dossiers_visible_to


def _url(dossier: Dossier) -> str:
    return reverse("reports:dossier", args=[dossier.pk])


def of_edition(key: str, actor: Any) -> list[Link]:
    return [Link("Livret (PDF, Word)", reverse("reports:booklet", args=[key]))]


def made_of(subject: str) -> list[str]:
    """The documents made of an edition: they go with it."""
    noun, _, key = subject.partition(":")
    if noun != "schemes.edition" or not key.isdecimal():
        return []
    return [dossier.subject for dossier in Dossier.objects.filter(edition=int(key))]


ROOM = Room(
    code="reports",
    label="Documents",
    purpose=Purpose.SCHEME,
    may_enter=anyone,
    urls="maillage.reports.urls",
    documentation="guide/importer-exporter.md",
    nouns={"reports.dossier": rows(dossiers_visible_to, url=_url)},
    offers={"schemes.edition": of_edition},
    depends_on=made_of,
)
