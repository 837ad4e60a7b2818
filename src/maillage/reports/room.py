"""What the room of documents hands to the house: what it adds to pages of editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from maillage.jobs.recurring import Recurring
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import ACTS, Found, Held, Link, Purpose, Room, anyone, rows
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.reports.actions import publish_booklets
from maillage.reports.jobs import forget_documents, note_digests
from maillage.reports.models import AssemblyFile, Dossier
from maillage.reports.queries import assemblies_visible_to, dossiers_visible_to, made_on_request
from maillage.schemes.found import current_of, editions_seen

PAGE, ASSEMBLY = "reports:assembly", "Dossier d’assemblée"
TOLD = 12
"""Texts of an event told one by one, at most."""


def _url(dossier: Dossier) -> str:
    return reverse("reports:dossier", args=[dossier.pk])


def file_url(file: AssemblyFile) -> str:
    """The page of an assembly's file."""
    asked = {"annee": file.year, "chambre": file.entity.code if file.entity else "",
             "arrete": file.month}  # fmt: skip
    return f"{reverse(PAGE, args=[file.network.code])}?{urlencode(asked)}"


def details(diff: Mapping[str, Any], actor: Any) -> Iterator[str]:
    """What was written of which row, before and after."""
    texts = diff.get("texts", {})
    for row, (before, after) in list(texts.items())[:TOLD]:
        yield f"{row or 'Présentation'} : {before or '∅'} → {after or '∅'}"
    if len(texts) > TOLD:
        yield f"et {len(texts) - TOLD} autres textes"


def of_edition(key: str, actor: Any) -> list[Link]:
    return [Link("Livret (PDF, Word)", reverse("reports:booklet", args=[key]))]


def of_network(key: str, actor: Any) -> list[Link]:
    return [Link(ASSEMBLY, reverse(PAGE, args=[key]))]


def acts(actor: Actor, networks: Sequence[Network]) -> Iterator[Found]:
    """To print a network's edition in force, else the one being written. One query."""
    asked = {network.pk for network in networks}
    for network, edition in current_of(editions_seen(actor)).items():
        if network in asked:
            url = reverse("reports:booklet", args=[edition.pk])
            about = f"{edition}, {edition.scheme.network.name}"
            yield Found(ACTS, "Imprimer le livret", url, about)


def made_of(subject: str) -> list[str]:
    """The documents made of an edition: they go with it."""
    noun, _, key = subject.partition(":")
    if noun != "schemes.edition" or not key.isdecimal():
        return []
    return [dossier.subject for dossier in Dossier.objects.filter(edition=int(key))]


def holds() -> Iterator[Held]:
    for dossier in Dossier.objects.exclude(file="").order_by("pk").iterator(500):
        what = f"document composé «\u00a0{dossier.filename}\u00a0»"
        yield Held(what, Path(dossier.file.path), dossier.digest)


ROOM = Room(
    code="reports",
    label="Documents",
    purpose=Purpose.SCHEME,
    may_enter=anyone,
    urls="maillage.reports.urls",
    documentation="guide/importer-exporter.md",
    nouns={
        "reports.dossier": rows(dossiers_visible_to, url=_url),
        "reports.assembly": rows(assemblies_visible_to, url=file_url),
    },
    details={"reports.assembly.": details},
    acts=acts,
    holds=holds,
    keeps=(Keeps("reports.documents", made_on_request, forget_documents),),
    offers={"schemes.edition": of_edition, "finance.network": of_network},
    depends_on=made_of,
    recurring=(
        Recurring(
            "reports.published",
            "Composer le livret des éditions adoptées",
            dt.timedelta(minutes=1),
            publish_booklets,
        ),
        Recurring(
            "reports.digests",
            "Noter l’empreinte des documents d’une version qui n’en notait pas",
            dt.timedelta(days=1),
            note_digests,
        ),
    ),
)
