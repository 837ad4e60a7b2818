"""What the portal itself hands to the house: accounts, networks and their nouns, one's page, the
journal. People and networks have no page of their own below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from maillage.imports.actions import forget_old_files
from maillage.jobs.recurring import Recurring
from maillage.kernel.rooms import (
    HIDDEN,
    HOUSE,
    Found,
    Link,
    Page,
    Purpose,
    Resolved,
    Room,
    anyone,
    rows,
)
from maillage.kernel.words import Words
from maillage.network.models import Entity, Function, MacroProcess
from maillage.people.actors import Actor
from maillage.people.models import Mandate
from maillage.people.queries import names_of
from maillage.people.sessions import SessionStore
from maillage.schemes.queries import editions_visible_to, networks_visible_to, nouns_visible_to

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def accounts(keys: Sequence[str], actor: Actor) -> Mapping[str, Resolved]:
    """People, for those they share a network with, who read their names in its journal too; one
    who was erased stays unnamed."""
    asked = [key for key in keys if key.isdecimal()]
    if not actor.reaches_all:
        shared = Mandate.objects.filter(Q(network=None) | Q(network__in=actor.networks))
        shared = shared.filter(user__in=map(int, asked))
        met = {str(pk) for pk in shared.values_list("user", flat=True)}
        asked = [key for key in asked if key in met] if actor.networks else []
    names = names_of(f"user:{key}" for key in asked)
    found = {key: Resolved(names[f"user:{key}"]) for key in asked if f"user:{key}" in names}
    return {key: found.get(key, HIDDEN) for key in keys}


def of_network(code: str, actor: Actor) -> list[Link]:
    return [Link("Administrer le réseau", reverse("portal:admin_network", args=[code]))]


def of_process(key: str, actor: Actor) -> list[Link]:
    """`key` is "network/process", codes."""
    return [Link("Fiche du macro-processus", reverse("portal:process", args=key.split("/")))]


def of_seal(key: str, actor: Actor) -> list[Link]:
    return [Link("l’aide", f"{reverse('portal:help')}#sceau")]


def search(actor: Actor, words: Words) -> Iterator[Found]:
    """Pages, chambers, functions and macro-processes of the networks one may see."""
    networks = {network.pk: network for network in networks_visible_to(actor)}
    for network in networks.values():
        yield from _pages(actor, network, words)
    editions = list(editions_visible_to(actor))
    for kind, address, nouns, fields in (
        ("Chambres et opérateurs", "schemes:chamber", Entity.objects, ("name", "short_name")),
        ("Fonctions", "portal:function", Function.objects, ("name", "description")),
        ("Macro-processus", "portal:process", MacroProcess.objects,
         ("name", "description", "group", "function__name")),
    ):  # fmt: skip
        seen = nouns_visible_to(actor, nouns.filter(network__in=networks), editions)
        found = seen.values_list("network", "code", *fields)
        for pk, code, name, *more in found:
            if words.fit(name, *more):
                network = networks[pk]
                url = reverse(address, args=[network.code, code])
                yield Found(kind, name, url, network.name)


def _pages(actor: Actor, network: Any, words: Words) -> Iterator[Found]:
    for room in HOUSE.all():
        for page in room.pages:
            if not room.enters(page, actor, network):
                continue
            if words.fit(page.label, page.tab, room.label, network.name):
                steps = dict.fromkeys(filter(None, (room.label, page.tab, page.label)))
                url = reverse(page.address, kwargs={"network": network.code})
                yield Found("Pages", " › ".join(steps), url, network.name)


PEOPLE = Room(
    code="people",
    label="Comptes",
    purpose=Purpose.NETWORK,
    urls="maillage.people.urls",
    documentation="guide/administrer.md",
    nouns={"people.user": accounts, "user": accounts},
    recurring=(
        Recurring(
            "people.sessions", "Effacer les sessions expirées", DAY, SessionStore.clear_expired
        ),
    ),
)
IMPORTS = Room(
    code="imports",
    label="Fichiers en attente",
    purpose=Purpose.NETWORK,
    documentation="guide/importer-exporter.md",
    recurring=(
        Recurring(
            "imports.retention",
            "Oublier les fichiers en attente depuis un jour",
            HOUR,
            forget_old_files,
        ),
    ),
)
NETWORK = Room(
    code="network",
    label="Réseau",
    purpose=Purpose.NETWORK,
    may_enter=anyone,
    pages=(Page("portal:network", "Réseau"),),
    urls="maillage.portal.urls",
    documentation="guide/administrer.md",
    nouns={
        "network.network": rows(
            networks_visible_to, url=lambda row: reverse("portal:network", args=[row.code])
        )
    },
    offers={
        "network.network": of_network,
        "network.process": of_process,
        "schemes.seal": of_seal,
    },
    search=search,
)
MINE = Room(
    code="mine",
    label="Ma page",
    purpose=Purpose.MINE,
    pages=(Page("portal:mine", "Ma page"),),
    documentation="guide/explorer.md",
)
JOURNAL = Room(
    code="journal",
    label="Journal",
    purpose=Purpose.JOURNAL,
    pages=(Page("portal:network_journal", "Journal"),),
    documentation="guide/administrer.md",
)
