"""Who keeps allocation keys and issues recharges, and what a statement must hold. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from maillage.kernel.period import Month, french_date, last_of_month, months_name
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.ledger.rules import kept_by_network
from maillage.network.rules import EntityLike, NetworkLike
from maillage.people.actors import Actor

ACCOUNT = re.compile(r"[67][0-9]{0,11}")
NOT_KEPT = Denied(
    "Les clés et les relevés de refacturation engagent toutes les chambres\u00a0: ils "
    "s’écrivent avec un mandat de rédacteur de la fonction finances ou d’administrateur."
)


class KeyLike(Protocol):
    network_id: int

    @property
    def is_used(self) -> bool: ...


class RechargeLike(Protocol):
    @property
    def key(self) -> KeyLike: ...

    @property
    def provider(self) -> EntityLike: ...


class StatementLike(Protocol):
    network_id: int
    reverses_id: int | None

    @property
    def is_reversed(self) -> bool: ...


def can_keep_keys(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """Keys bind every chamber: the network's finance editors and administrators keep them."""
    return _keeps(network.pk, actor)


def can_close_key(key: KeyLike, *, actor: Actor, **_: object) -> Verdict:
    return _keeps(key.network_id, actor)


def can_revise_key(key: KeyLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = _keeps(key.network_id, actor)
    if not verdict or not key.is_used:
        return verdict
    return Denied(
        "Des relevés ont été établis avec cette clé\u00a0: elle ne change plus. La clore, puis "
        "ouvrir une nouvelle version.",
        status=409,
    )


def can_issue(network: NetworkLike, *, actor: Actor, asked: RechargeLike, **_: object) -> Verdict:
    verdict = _keeps(network.pk, actor)
    if verdict and {asked.key.network_id, asked.provider.network_id} != {network.pk}:
        return Denied("Cette clé ou cette chambre n’appartient pas au réseau.", status=422)
    return verdict


def can_reverse(_: object, *, actor: Actor, statement: StatementLike, **__: object) -> Verdict:
    verdict = _keeps(statement.network_id, actor)
    if not verdict:
        return verdict
    if statement.reverses_id is not None:
        return Denied("Une contre-passation ne se contre-passe pas\u00a0: refaire un relevé.", 409)
    if statement.is_reversed:
        return Denied("Ce relevé est déjà contre-passé.", status=409)
    return ALLOWED


def _keeps(network: int, actor: Actor) -> Verdict:
    return kept_by_network(network, actor, NOT_KEPT)


def dates_faults(first: dt.date, last: dt.date, issued: dt.date, today: dt.date) -> dict[str, str]:
    """Why the dates of a statement are refused, by the field at fault."""
    found = {}
    if last < first:
        found["last_day"] = "La fin de la période précède son début."
    if issued > today:
        found["issued_on"] = "Un relevé n’est pas daté de l’avenir."
    elif issued < first:
        found["issued_on"] = "Un relevé n’est pas daté d’avant la période qu’il refacture."
    return found


def amount_fault(amount: int) -> str:
    if amount > 0:
        return ""
    return "Le montant à refacturer est positif\u00a0; un relevé erroné se contre-passe."


def pool_fault(cents: int, axis: str = "") -> str:
    """Why what a book says of some accounts is not recharged, "" where it is."""
    if cents > 0:
        return ""
    if not cents:
        where = f"ces comptes, l’axe «\u00a0{axis}\u00a0»" if axis else "ces comptes"
        return f"Le livre n’a rien sur {where} et cette période."
    return (
        "Ces comptes ont plus de crédit que de débit sur la période\u00a0: le montant à "
        "refacturer est positif."
    )


class Shared(Protocol):
    """What a statement shares: what of two of them is the same cost recharged twice."""

    @property
    def first_day(self) -> dt.date: ...
    @property
    def last_day(self) -> dt.date: ...
    @property
    def label(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def axis(self) -> str: ...
    @property
    def amount(self) -> int: ...


def is_double(one: Shared, other: Shared) -> bool:
    """Whether two statements of one provider recharge the same cost.

    Their periods meet, and so do the accounts they read (64 holds 641) and the axes ("" holds all);
    of typed amounts, the object and the amount are the same.
    """
    if one.last_day < other.first_day or other.last_day < one.first_day:
        return False
    if bool(one.account) != bool(other.account):
        return False
    if not one.account:
        return (one.label.casefold(), one.amount) == (other.label.casefold(), other.amount)
    meets = one.account.startswith(other.account) or other.account.startswith(one.account)
    return meets and (one.axis == other.axis or not (one.axis and other.axis))


def double_fault(references: Sequence[str], reason: str) -> str:
    """Why what these statements recharge already is refused, "" where it is not or is reasoned."""
    if not references or reason.strip():
        return ""
    many = len(references) > 1
    return (
        f"{'Les relevés' if many else 'Le relevé'} {', '.join(references)} "
        f"{'refacturent' if many else 'refacture'} déjà la même dépense de ce prestataire sur "
        "cette période\u00a0: contre-passer d’abord, ou dire pourquoi un second relevé est établi."
    )


def closed_fault(over: Sequence[tuple[str, dt.date | None]], reason: str) -> str:
    """Why a period is refused that chambers sharing in it do not reach, "" where it is reasoned.

    `over`: their names, and the day each closed its accounts for good, None without a book.
    """
    if not over or reason.strip():
        return ""
    told = [
        f"{name}, qui a clos ses comptes le {french_date(day)}" if day else f"{name}, archivée"
        for name, day in over
    ]
    return (
        f"La clé donne une part à {' et à '.join(told)}, avant la fin de cette période\u00a0: "
        "l’écourter, prendre une version de la clé sans elle, ou dire pourquoi."
    )


def whole_months_faults(first: dt.date, last: dt.date) -> dict[str, str]:
    """A book is read by whole months: why a period is not made of them, by the field at fault."""
    found = {}
    read = "Le livre se lit par mois entiers\u00a0: la période"
    if first.day != 1:
        found["first_day"] = f"{read} commence le premier jour d’un mois."
    if last != last_of_month(last.year, last.month):
        found["last_day"] = f"{read} finit le dernier jour d’un mois."
    return found


def books_fault(chamber: str, unread: Sequence[Month], held: Iterable[int]) -> str:
    """Why a period is refused whose months no book holds, "" where all are held.

    `unread`: those months, in order; `held`: years whose book is there, but ends before them.
    """
    if not unread:
        return ""
    years = sorted({year for year, _month in unread})
    absent = [str(year) for year in years if year not in set(held)]
    months = ", ".join(months_name([m for y, m in unread if y == year], year) for year in years)
    if absent:
        what = f"Aucun livre {' ni '.join(absent)} de {chamber}"
    else:
        what = f"Le livre {' et '.join(map(str, years))} de {chamber} s’arrête avant"
    return (
        f"{what}\u00a0: la période demande {months}. Déposer le livre, écourter la période, ou "
        "saisir le montant."
    )


def unmapped_fault(chamber: str, accounts: Sequence[str]) -> str:
    """Why an amount would leave accounts of the book out, "" where it takes them all."""
    if not accounts:
        return ""
    shown = ", ".join(accounts[:5]) + ("…" if len(accounts) > 5 else "")
    return (
        f"Des comptes de {chamber} n’ont pas de correspondance au plan commun ({shown})\u00a0: "
        "le montant serait incomplet. Les faire correspondre d’abord, ou saisir le montant."
    )


def cost_account_fault(account: str) -> str:
    """Why an account gives no cost, "" where it does."""
    if ACCOUNT.fullmatch(account):
        return ""
    return "Compte de charges ou de produits attendu\u00a0: des chiffres, à partir de 6 ou 7."
