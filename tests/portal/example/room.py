"""A tiny room, for the tests alone: all that one line in `portal/rooms.py` brings to the house."""

from __future__ import annotations

from django.urls import reverse

from maillage.kernel.rooms import (
    ACTS,
    Awaiting,
    Figure,
    Found,
    Link,
    Page,
    Purpose,
    Resolved,
    Room,
)


def _url(network: str) -> str:
    return reverse("essais:home", args=[network])


ROOM = Room(
    code="essais",
    label="Essais",
    purpose=Purpose.SIMULATE,
    pages=(Page("essais:home", "Accueil"), Page("essais:list", "Liste des essais")),
    urls="tests.portal.example.urls",
    api="tests.portal.example.api",
    nouns={
        "essais.essai": lambda keys, actor: {k: Resolved(f"Essai {k}", _url("essai")) for k in keys}
    },
    details={"essais.": lambda diff, actor: [f"{a} devient {b}" for a, b in diff.values()]},
    offers={"schemes.edition": lambda key, actor: [Link("Simuler", f"/essais/{key}/")]},
    awaits=lambda actor, network: [Awaiting("Essai à lancer", _url(network.code), "Essai 7")],
    figures=lambda actor, network, chamber: [Figure("7", "essais en cours", _url(network.code))],
    acts=lambda actor, networks: [Found(ACTS, "Lancer un essai", _url(n.code)) for n in networks],
    search=lambda actor, words: (
        [Found("Essais", "Essai numéro sept", _url("essai"))]
        if words.fit("Essai numéro sept")
        else []
    ),
)
