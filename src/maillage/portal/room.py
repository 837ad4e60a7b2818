"""What the portal itself hands to the house: accounts, networks and their nouns, one's page, the
journal. People and networks have no page of their own below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import F, Q
from django.urls import reverse

from maillage.kernel.models import Event
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import (
    ACTS,
    HIDDEN,
    HOUSE,
    PAGES,
    Findable,
    Found,
    Indexed,
    Link,
    Page,
    Purpose,
    Resolved,
    Room,
    anyone,
    rows,
)
from maillage.kernel.words import EMPTY, Words, tokens
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.network.noun_table import TITLES
from maillage.network.queries import in_chain
from maillage.people.actors import Actor
from maillage.people.attempts import attempts, forget_attempts
from maillage.people.models import Mandate, User, Visit
from maillage.people.queries import names_of
from maillage.people.sessions import forget_sessions
from maillage.people.visits import forget_visits
from maillage.registers.actions import forget_views, orphan_views
from maillage.schemes.queries import networks_visible_to, published_names


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


def acts(actor: Actor, networks: Sequence[Network]) -> Iterator[Found]:
    for network in networks:
        if actor.administers(network.pk):
            url = reverse("portal:admin_network", args=[network.code])
            yield Found(ACTS, "Administrer le réseau", url, network.name, "gérer modifier")
    if actor.administers(None):
        yield Found(ACTS, "Créer un compte", reverse("portal:account_new"), "", "ajouter inviter")
        yield Found(ACTS, "Créer un réseau", reverse("portal:network_new"), "", "ajouter nouveau")


def _nouns(
    model: type[Any], address: str, *texts: str, which: Q | None = None
) -> Callable[[str], Iterator[Findable]]:
    """Those that a published edition names are public, the others for the members of the
    network. `which`: of the rows of a model, those of one kind."""

    def entries(chain: str) -> Iterator[Findable]:
        public = published_names(model)
        rows = in_chain(model.objects.filter(which or Q()).select_related("network"), chain)
        for row in rows.annotate(**{f"text{n}": F(path) for n, path in enumerate(texts)}):
            network = row.network
            is_public = row.code in public.get(network.pk, ())
            url = reverse(address, args=[network.code, row.code])
            held = tuple(getattr(row, f"text{n}") for n in range(len(texts)))
            audience = "" if is_public else network.chain
            yield Findable(row.code, network.chain, row.name, url, network.name, held, audience)

    return entries


def removed_nouns(diff: Mapping[str, Any], actor: Actor) -> Iterator[str]:
    """What each noun taken out was called."""
    for kind, title in TITLES.items():
        for code, said in diff.get(kind, {}).items():
            yield f"{title}\u00a0: «\u00a0{said['name']}\u00a0» ({code})"


def removed_network(diff: Mapping[str, Any], actor: Actor) -> Iterator[str]:
    """What a network taken out was called, and what left with it."""
    yield f"Réseau\u00a0: «\u00a0{diff['name']}\u00a0» ({diff['code']})"
    if diff["leaving"]:
        yield f"Avec lui\u00a0: {', '.join(diff['leaving'])}"


SHOWN_BY = ("network.", "schemes.edition.imported", "schemes.edition.adopted")
"""After what a noun may be another, or be public."""


EVERYTHING = Words("")
"""The question every page answers."""
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
OF_ALL = (("portal:help", "Aide"), ("portal:news", "Nouveautés"),
          ("portal:accessibility", "Accessibilité"))  # fmt: skip
"""Pages of no network."""


def pages_found(actor: Actor, networks: Iterable[Any], words: Words) -> Iterator[Found]:
    """The pages one may enter whose place, or whose network, answers the question; where it names
    a year, those that have one, at that year."""
    house = tuple(room.code for room in HOUSE.all())
    for address, label in OF_ALL:
        if words.fit(label):
            yield Found(PAGES, label, reverse(address))
    for network in networks:
        left = words.left_by(_tokens(network.name))
        year = next(filter(YEAR.fullmatch, left), "")
        asked = tuple(word for word in left if word != year and word not in EMPTY)
        for room, page, steps in _holding(asked, house) if asked or not left else ():
            if (page.year or not year) and room.enters(page, actor, network):
                at = f"?{page.year}={year}" if year else ""
                named = f"{steps}, {year}" if year else steps
                yield Found(PAGES, named, _address(page.address, network.code) + at, network.name)


_tokens = lru_cache(maxsize=1024)(tokens)
"""The same names are asked for at each search."""


@lru_cache(maxsize=4096)
def _address(page: str, network: str) -> str:
    return reverse(page, kwargs={"network": network})


@lru_cache(maxsize=256)
def _holding(asked: tuple[str, ...], house: tuple[str, ...]) -> tuple[tuple[Room, Page, str], ...]:
    """Of the rooms of these codes, the pages whose place has, for each of these words, one that
    begins so."""
    return tuple(
        (room, page, steps)
        for room, page, steps, named in _pages(house)
        if all(any(one.startswith(word) for one in named) for word in asked)
    )


@lru_cache(maxsize=4)
def _pages(house: tuple[str, ...]) -> tuple[tuple[Room, Page, str, tuple[str, ...]], ...]:
    """Every page of the house, its place in words, and these words folded."""
    found = []
    for room in HOUSE.all():
        for page in room.pages:
            steps = list(dict.fromkeys(filter(None, (room.label, page.tab, page.label))))
            named = tuple(tokens(" ".join((*steps, page.words))))
            found.append((room, page, " › ".join(steps), named))
    return tuple(found)


PEOPLE = Room(
    code="people",
    label="Comptes",
    purpose=Purpose.NETWORK,
    urls="maillage.people.urls",
    documentation="guide/administrer.md",
    nouns={"people.user": accounts, "user": accounts},
    keeps=(
        Keeps("people.erased", User.objects.exclude(erased_at=None).all),
        Keeps("people.sessions", Session.objects.all, forget_sessions),
        Keeps("people.attempts", attempts, forget_attempts),
        Keeps("people.visits", Visit.objects.all, forget_visits),
        Keeps("people.views", orphan_views, forget_views),
    ),
)
_OF_PROCESS = ("portal:process", "description", "group", "function__name")
_ACTION = Q(kind=MacroProcess.Kind.ACTION)
"""Never counted among macro-processes."""
NETWORK = Room(
    code="network",
    label="Réseau",
    purpose=Purpose.NETWORK,
    may_enter=anyone,
    pages=(Page("portal:network", "Réseau"),),
    urls="maillage.portal.urls",
    acts=acts,
    documentation="guide/administrer.md",
    api="maillage.portal.nouns_api",
    details={
        "network.nouns.removed": removed_nouns,
        "network.network.removed": removed_network,
    },
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
    indexes=(
        Indexed(
            "network.entity",
            "Chambres et opérateurs",
            _nouns(Entity, "schemes:chamber", "short_name"),
            SHOWN_BY,
        ),
        Indexed(
            "network.function",
            "Fonctions",
            _nouns(Function, "portal:function", "description"),
            SHOWN_BY,
        ),
        Indexed(
            "network.process",
            "Macro-processus",
            _nouns(MacroProcess, *_OF_PROCESS, which=~_ACTION),
            SHOWN_BY,
        ),
        Indexed(
            "network.action",
            "Actions",
            _nouns(MacroProcess, *_OF_PROCESS, which=_ACTION),
            SHOWN_BY,
        ),
    ),
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
    keeps=(Keeps("kernel.journal", Event.objects.all),),
)
