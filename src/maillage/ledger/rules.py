"""Who may write in the ledger, and what a deposit must hold. Pure.

Whoever holds a mandate in the network reads; the network's administrators and the editors of the
finance function write everything; the editor of a chamber writes the books of that chamber.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from maillage.kernel.period import french_date
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.ledger.engine.scope import ONE_EXERCISE
from maillage.network.rules import EntityLike, NetworkLike, name_fault
from maillage.people.actors import Actor

FINANCE_FUNCTION = "finances"
"""Code of the function whose editors keep the network's finances."""


def kept_by_network(network: int, actor: Actor, otherwise: Denied) -> Verdict:
    """Finances of a whole network: its finance editors and administrators write them."""
    return ALLOWED if actor.edits_network_value(network, FINANCE_FUNCTION) else otherwise


def kept_by_chamber(network: int, entity: int, actor: Actor, otherwise: Denied) -> Verdict:
    """Finances of one chamber: its editors, and whoever keeps those of the network."""
    return ALLOWED if actor.edits_entity_value(network, FINANCE_FUNCTION, entity) else otherwise


def kept_by_some_chamber(network: int, actor: Actor, otherwise: Denied) -> Verdict:
    """Whether the finances of some chamber of the network are this actor's to write."""
    mine = actor.edits_some_entity(network)
    return ALLOWED if mine else kept_by_network(network, actor, otherwise)


MAX_FILES = 50
"""Files deposited together, at most."""

LOCAL_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,20}")
LOCAL_PREFIX = re.compile(r"[0-9]{1,3}|[0-9]{3}[0-9A-Za-z]{1,17}")
"""How accounts may begin: the first three characters of a FEC's accounts are digits."""


NO_DEPOSIT = Denied(
    "Déposer des livres demande un mandat de rédacteur d’une chambre, de rédacteur de la "
    "fonction finances, ou d’administrateur du réseau."
)
NO_BOOK = Denied(
    "Le livre d’une chambre s’importe avec un mandat de rédacteur de cette chambre, de la "
    "fonction finances, ou d’administrateur."
)
NO_CHART = Denied(
    "Le plan commun et les correspondances se modifient avec un mandat de rédacteur de la "
    "fonction finances ou d’administrateur du réseau."
)
NOT_DEPOSITOR = Denied("Seule la personne qui a déposé ces fichiers peut arrêter leur lecture.")


E = TypeVar("E", bound=EntityLike)


class BookLike(Protocol):
    network_id: int
    entity_id: int


class FileLike(Protocol):
    @property
    def book(self) -> BookLike: ...


class ImportLike(Protocol):
    network_id: int
    requested_by: str
    state: str


class AssignmentLike(Protocol):
    @property
    def entity(self) -> int | None: ...


def can_deposit(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether anything may be deposited."""
    return kept_by_some_chamber(network.pk, actor, NO_DEPOSIT)


def can_import(_: object, *, actor: Actor, entity: EntityLike, **__: object) -> Verdict:
    """Whether a book of this chamber may be imported or replaced."""
    return _keeps_books(entity.network_id, entity.pk, actor)


def chambers_kept(chambers: Iterable[E], *, actor: Actor) -> list[E]:
    """Those whose books this actor may import."""
    return [chamber for chamber in chambers if can_import(None, entity=chamber, actor=actor)]


def can_withdraw(_: object, *, actor: Actor, book: BookLike, **__: object) -> Verdict:
    return _keeps_books(book.network_id, book.entity_id, actor)


def can_restore(_: object, *, actor: Actor, file: FileLike, **__: object) -> Verdict:
    return _keeps_books(file.book.network_id, file.book.entity_id, actor)


def _keeps_books(network: int, entity: int, actor: Actor) -> Verdict:
    return kept_by_chamber(network, entity, actor, NO_BOOK)


def can_keep_finances(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether what holds for the whole network (mapping, chart) may be changed."""
    return kept_by_network(network.pk, actor, NO_CHART)


class AdjustmentLike(Protocol):
    @property
    def network(self) -> NetworkLike: ...


def can_keep_adjustments(adjustment: AdjustmentLike, *, actor: Actor, **_: object) -> Verdict:
    return can_keep_finances(adjustment.network, actor=actor)


def day_fault(day: dt.date | None, year: int) -> str:
    """Say what is wrong with the day of an entry of an exercise, "" where nothing is."""
    if day is None:
        return "Date : un jour est attendu."
    if not dt.date(year - 1, 1, 1) < day <= dt.date(year, 12, 31):
        return f"Date : un jour de l’exercice {year}."
    return ""


def can_cancel(deposit: ImportLike, *, actor: Actor, **_: object) -> Verdict:
    mine = actor.is_known and deposit.requested_by == actor.identity
    return ALLOWED if mine else kept_by_network(deposit.network_id, actor, NOT_DEPOSITOR)


def can_assign(
    deposit: ImportLike, *, actor: Actor, assignments: Iterable[AssignmentLike], **_: object
) -> Verdict:
    """Whether files deposited may be given to the chambers asked; None is refused by the action."""
    if deposit.state != "assigning":
        return Denied("Ces fichiers sont déjà affectés.", status=409)
    if not can_cancel(deposit, actor=actor):
        return Denied("Seule la personne qui a déposé ces fichiers peut les affecter.")
    verdicts = (
        _keeps_books(deposit.network_id, given.entity, actor)
        for given in assignments
        if given.entity is not None
    )
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)


def other_closing_fault(held: dt.date | None, closing: dt.date) -> str:
    """`held`: the closing of the book of that chamber and year, in force or given beside, None
    without one."""
    if held is None or held == closing:
        return ""
    return (
        f"Cette chambre a déjà un livre clos le {french_date(held)}, et celui-ci l’est le "
        f"{french_date(closing)}. {ONE_EXERCISE}"
    )


def closing_fault(closing: dt.date | None, today: dt.date) -> str:
    """Say what is wrong with the last day of an exercise, "" where nothing is."""
    if closing is None:
        return "La date de clôture est à indiquer."
    if not 1990 <= closing.year <= today.year + 1:
        return f"Date de clôture {closing.year} : une année de 1990 à {today.year + 1} attendue."
    return ""


def prefix_fault(prefix: str, *, exact: bool = False) -> str:
    """Say what is wrong with a local account or the beginning of one, "" where nothing is.

    An account named exactly is taken as books write it.
    """
    named = f"Compte local «\u00a0{prefix}\u00a0»\u00a0:"
    if not LOCAL_ACCOUNT.fullmatch(prefix):
        return f"{named} vingt chiffres ou lettres au plus, sans espace."
    if exact or LOCAL_PREFIX.fullmatch(prefix):
        return ""
    return f"{named} les trois premiers caractères d’un compte sont des chiffres."


def given_up(files: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files of an import that stops: those not read yet never are."""
    return [
        {**file, "state": "cancelled"} if file["state"] in ("waiting", "reading") else dict(file)
        for file in files
    ]


SIDES = {"debit": "Débit", "credit": "Crédit", "either": "L’un ou l’autre", "none": "Sans objet"}
FAMILY = re.compile(r"\w(?:[\w \-’']{0,38}\w)?")
COMMON_ACCOUNT = re.compile(r"[1-9][0-9]{1,19}")


def family_fault(family: str) -> str:
    """Say what is wrong with the family of an account, "" where nothing is.

    One of those that ship, a new one, "aucune", or "" for that of the account that contains it.
    """
    if not family or FAMILY.fullmatch(family):
        return ""
    return "Entre chambres : un nom de famille, quarante lettres, chiffres ou espaces au plus."


def number_fault(number: str) -> str:
    """Say what is wrong with a number of the common chart, "" where nothing is."""
    if COMMON_ACCOUNT.fullmatch(number):
        return ""
    return f"Compte « {number} » : deux à vingt chiffres, classe 1 à 9."


SHORTEST_LABEL = 4
"""Letters of a label that stand for a chamber, at least: fewer would stand in any word."""


NO_WORDS = "Les mots d’un libellé se détachent : ils n’ont pas à ne désigner personne."
OWN_PARTNER = "Une chambre n’est pas son propre partenaire."


def written_fault(kind: str, written: str) -> str:
    """Why what a book writes may not stand for a chamber, "" where it may."""
    titles = {
        "number": "Compte auxiliaire", "account": "Compte local", "label": "Mots du libellé",
    }  # fmt: skip
    if kind not in titles:
        return "La nature est à choisir : compte auxiliaire, compte local ou libellé."
    if fault := name_fault(titles[kind], written, 60):
        return fault
    if kind == "label" and len(written.strip()) < SHORTEST_LABEL:
        return f"Mots du libellé : {SHORTEST_LABEL} caractères au moins."
    return ""
