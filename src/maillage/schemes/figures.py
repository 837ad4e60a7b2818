"""What the schemes count of a network or of one chamber: what is said, where what is seen parts.

Knows which page shows exactly what is counted. What is not known has no figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from maillage.kernel.money import number
from maillage.kernel.rooms import Figure
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.schemes.engine import observed
from maillage.schemes.engine.coverage import coverage
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.engine.modes_held import milestone_on
from maillage.schemes.models import Edition
from maillage.schemes.observations import observations_as_of
from maillage.schemes.queries import document_of, editions_of


def figures(actor: Actor, network: Network, chamber: Entity | None) -> Iterator[Figure]:
    """Of the edition in force, else of the one being written: the cells that say something, what
    is observed and where it departs from what is aimed at, for who may read it."""
    editions = editions_of(network, actor)
    edition = editions.in_force or editions.draft
    if edition is None:
        return
    document = document_of(edition, texts=False)
    if chamber is None:
        yield from _coverage(edition, document)
    if actor.sees(network.pk):
        yield from _observed(network, edition, document, chamber)


def _coverage(edition: Edition, document: EditionDocument) -> Iterator[Figure]:
    total = coverage(document).total
    if total.all:
        url = reverse("schemes:coverage", args=[edition.pk])
        value = f"{number(total.answered)}\u00a0sur\u00a0{number(total.all)}"
        yield Figure(value, "cellules renseignées", url, str(edition))


def _observed(
    network: Network, edition: Edition, document: EditionDocument, chamber: Entity | None
) -> Iterator[Figure]:
    today = timezone.localdate()
    at = milestone_on(document.milestones, today)
    held = observations_as_of(network, today)
    if at is None or not held:
        return
    seen = observed.counted_of(observed.all_beside(document, held, at.code), document)
    if chamber is not None:
        seen = [one for one in seen if one.observation.entity == chamber.code]
    asked = {"edition": edition.pk, "jalon": at.code}
    asked |= {"entite": chamber.code} if chamber else {}
    here = reverse("schemes:observations", args=[network.code])
    if seen:
        label = "constat" if len(seen) == 1 else "constats"
        yield Figure(number(len(seen)), label, f"{here}?{urlencode(asked)}")
    if gaps := sum(one.state == "gap" for one in seen):
        label = "écart aux constats" if gaps == 1 else "écarts aux constats"
        asked |= {"seulement": "ecart"}
        yield Figure(number(gaps), label, f"{here}?{urlencode(asked)}", at.label)
