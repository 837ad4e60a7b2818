"""Who counts volumes and studies costs, and what a count must hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from maillage.kernel.period import FIRST_YEAR, LAST_YEAR
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.ledger.rules import kept_by_chamber, kept_by_network
from maillage.network.rules import EntityLike, NetworkLike
from maillage.people.actors import Actor

MOST_VOLUME = Decimal(10**10)
MOST_FTE = Decimal(10_000)
MOST_MINUTES = Decimal(100_000)
NOT_COUNTED = Denied(
    "Les volumes d’une chambre s’écrivent avec un mandat de rédacteur de cette chambre, de "
    "la fonction finances, ou d’administrateur."
)
NOT_STUDIED = Denied(
    "Une étude de coût porte sur plusieurs chambres\u00a0: elle s’écrit avec un mandat de "
    "rédacteur de la fonction finances ou d’administrateur."
)


class CountLike(Protocol):
    @property
    def process(self) -> Owned: ...

    @property
    def entity(self) -> EntityLike: ...


class Owned(Protocol):
    network_id: int


def can_count(
    network: NetworkLike, *, actor: Actor, counts: Iterable[CountLike], **_: object
) -> Verdict:
    """Whether every chamber counted is the actor's to write."""
    for count in counts:
        if {count.process.network_id, count.entity.network_id} != {network.pk}:
            return Denied("Ce macro-processus ou cette chambre n’est pas du réseau.", status=422)
        verdict = can_count_of(count.entity, actor=actor)
        if not verdict:
            return verdict
    return ALLOWED


def can_count_of(entity: EntityLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether the volumes and FTE of this chamber may be written."""
    return kept_by_chamber(entity.network_id, entity.pk, actor, NOT_COUNTED)


def can_study(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """A cost study speaks of several chambers: the network's finance editors write it."""
    return kept_by_network(network.pk, actor, NOT_STUDIED)


def can_remove_study(study: Owned, *, actor: Actor, **_: object) -> Verdict:
    return kept_by_network(study.network_id, actor, NOT_STUDIED)


def count_fault(volume: Decimal | None, fte: Decimal | None) -> str:
    """Why a count is refused, "" where it holds. None is «\u00a0non renseigné\u00a0», and holds."""
    if volume is not None and not _holds(volume, MOST_VOLUME, 2):
        return "Un volume est positif ou nul, de dix milliards au plus, à deux décimales au plus."
    if fte is not None and not _holds(fte, MOST_FTE, 2):
        return "Des ETP sont positifs ou nuls, dix mille au plus, à deux décimales au plus."
    return ""


def work_fault(volume: Decimal, minutes: Decimal) -> str:
    """Why a line of a cost study is refused, "" where it holds."""
    if fault := count_fault(volume, None):
        return fault
    if not _holds(minutes, MOST_MINUTES, 3):
        return "Les minutes par unité sont positives, à trois décimales au plus."
    return ""


def _holds(value: Decimal, most: Decimal, places: int) -> bool:
    """Whether a number is neither negative, nor too large, nor finer than it is kept."""
    exponent = value.as_tuple().exponent
    fine = isinstance(exponent, int) and (exponent >= -places or value == round(value, places))
    return fine and 0 <= value <= most


def year_fault(year: int) -> str:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    return f"Année {year}\u00a0: de {FIRST_YEAR} à {LAST_YEAR} attendue."
