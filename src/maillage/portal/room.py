"""What the portal itself hands to the house: accounts, networks and their nouns, one's page, the
journal. People and networks have no page of their own below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

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
from maillage.people.queries import names_of
from maillage.schemes.queries import editions_visible_to, networks_visible_to, nouns_visible_to


def accounts(keys: Sequence[str], actor: Actor) -> Mapping[str, Resolved]:
    """People, for whoever administers them; one who was erased stays unnamed."""
    if not actor.administers(None):
        return dict.fromkeys(keys, HIDDEN)
    names = names_of(f"user:{key}" for key in keys)
    return {key: Resolved(names[f"user:{key}"]) for key in keys if f"user:{key}" in names}


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
        ("Chambres et opérateurs", "portal:entity", Entity.objects, ("name", "short_name")),
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
    nouns={"people.user": accounts},
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
