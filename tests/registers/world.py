"""A network with contracts: who reads and writes them, and what they are."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.registers.actions import verbs_of
from maillage.registers.changes import Proposal
from tests.builders import actors_of, load, small_document
from tests.registers.example.contracts import CONTRACTS

VERBS = verbs_of(CONTRACTS)
VALUES: dict[str, Any] = {
    "title": "Infogérance du siège",
    "form": "simple",
    "themes": ("hr", "it"),
    "note": "Deux lignes\nde note",
    "lots": 3,
    "amount": 12000050,
    "end": dt.date(2027, 3, 31),
    "year": 2026,
    "renewable": True,
    "entity": "nord",
    "processes": ("achats", "paie"),
    "contact": "jeanne@exemple.fr",
    "site": "https://exemple.fr/contrats",
}


def world() -> SimpleNamespace:
    """An adopted edition's network and people; `network`, and clients by mandate."""
    people = actors_of(load(small_document(), adopted=True))
    network = Network.objects.get(code="essai")
    return SimpleNamespace(network=network, **vars(people))


def contract(network: Network, code: str = "", **values: Any) -> Any:
    return VERBS.create(network, actor=INSTALLATION, values={**VALUES, **values}, code=code)


def contracts(network: Network, count: int) -> None:
    """Many contracts, alike but for their titles, chambers and amounts."""
    chambers = ("region", "nord", "sud")
    VERBS.carry(
        network,
        [
            Proposal(
                f"L-{n:05d}",
                {**VALUES, "title": f"Marché n° {n}", "entity": chambers[n % 3], "amount": n * 100},
            )
            for n in range(count)
        ],
        actor=INSTALLATION,
    )
