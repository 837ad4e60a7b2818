"""Who defines, fills, types and sends returns, what each reads of them, and their life. Pure.

Whoever keeps the finances of the network defines and sends; the editor of a chamber reads and
types its columns alone; any other mandate reads what was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from maillage.kernel.period import FIRST_YEAR, LAST_YEAR
from maillage.kernel.transitions import Transitions
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.ledger.rules import FINANCE_FUNCTION, kept_by_network
from maillage.network.rules import CODE, EntityLike, NetworkLike, name_fault
from maillage.people.actors import Actor
from maillage.workspaces.returns.engine.definition import MOST_DECIMALS
from maillage.workspaces.returns.engine.facts import FilledColumn
from maillage.workspaces.returns.engine.filling import Controlled

NOT_KEPT = Denied(
    "Un état à rendre se définit, se remplit et s’envoie avec un mandat de rédacteur de la "
    "fonction finances, ou d’administrateur du réseau."
)
NOT_TYPED = Denied(
    "Les cellules d’une chambre se saisissent avec un mandat de rédacteur de cette chambre\u00a0; "
    "celles du réseau, de la fonction finances."
)
PUBLISHED = Denied(
    "Cette version est publiée\u00a0: elle ne change plus. En préparer une nouvelle.", 409
)
NO_VERSION = Denied("Aucune version n’est encore publiée.", 409)
SENT = Denied(
    "Cet état est envoyé\u00a0: il ne change plus. Une correction en est un nouveau.", 409
)
CLOSED = Denied("Cet état n’est plus en préparation\u00a0: le rouvrir d’abord.", 409)
NOT_FILLED = Denied("Cet état n’est pas encore rempli.", 409)

LIFE = Transitions(
    {
        ("prepared", "check"): "checked",
        ("checked", "reopen"): "prepared",
        ("checked", "send"): "sent",
    },
    {"prepared": "En préparation", "checked": "Contrôlé", "sent": "Envoyé"},
)


class DefinitionLike(Protocol):
    network_id: int


class VersionLike(Protocol):
    @property
    def definition(self) -> DefinitionLike: ...
    @property
    def is_draft(self) -> bool: ...


class RestitutionLike(Protocol):
    state: str
    filled_at: Any

    @property
    def definition(self) -> DefinitionLike: ...


def can_define(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    return kept_by_network(network.pk, actor, NOT_KEPT)


def can_describe(definition: DefinitionLike, *, actor: Actor, **_: object) -> Verdict:
    return kept_by_network(definition.network_id, actor, NOT_KEPT)


def can_write(version: VersionLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether rows, columns and controls may be written."""
    verdict = can_describe(version.definition, actor=actor)
    return verdict if not verdict or version.is_draft else PUBLISHED


def can_fill(restitution: RestitutionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = can_describe(restitution.definition, actor=actor)
    return verdict and _open(restitution)


def can_check(restitution: RestitutionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = can_describe(restitution.definition, actor=actor)
    verdict = verdict and LIFE.can(restitution.state, "check", "dire cet état contrôlé")
    return verdict if not verdict or restitution.filled_at else NOT_FILLED


def can_reopen(restitution: RestitutionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = can_describe(restitution.definition, actor=actor)
    return verdict and LIFE.can(restitution.state, "reopen", "rouvrir cet état")


def can_send(restitution: RestitutionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = can_describe(restitution.definition, actor=actor)
    return verdict and LIFE.can(restitution.state, "send", "dire cet état envoyé")


def can_abandon(restitution: RestitutionLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether it may be given up, with what was typed in it."""
    verdict = can_describe(restitution.definition, actor=actor)
    return verdict if not verdict or restitution.state != "sent" else SENT


def can_correct(restitution: RestitutionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = can_describe(restitution.definition, actor=actor)
    if not verdict or restitution.state == "sent":
        return verdict
    return Denied("Seul un état envoyé se corrige\u00a0; celui-ci se modifie encore.", 409)


class ChamberLike(EntityLike, Protocol):
    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """How far someone goes in the returns of a network: all of it, or the columns of `mine`."""

    keeps: bool
    mine: frozenset[str]

    def types(self, column: FilledColumn) -> bool:
        return self.keeps or column.chamber in self.mine

    def reads(self, column: FilledColumn, *, is_sent: bool) -> bool:
        """A chamber’s editor reads its own; who edits none reads what was sent."""
        return self.types(column) or (is_sent and not self.mine)


def sight_of(network: int, chambers: Iterable[ChamberLike], actor: Actor) -> Sight:
    keeps = actor.edits_network_value(network, FINANCE_FUNCTION)
    edited = (c for c in chambers if actor.edits_entity_value(network, FINANCE_FUNCTION, c.pk))
    return Sight(keeps, frozenset(chamber.code for chamber in edited))


def can_type(
    restitution: RestitutionLike,
    *,
    actor: Actor,
    columns: Iterable[FilledColumn],
    chambers: Iterable[ChamberLike],
    **_: object,
) -> Verdict:
    """Whether cells of all these columns may be typed."""
    sight = sight_of(restitution.definition.network_id, chambers, actor)
    if not all(sight.types(column) for column in columns):
        return NOT_TYPED
    return _open(restitution)


def can_comment(
    restitution: RestitutionLike,
    *,
    actor: Actor,
    column: FilledColumn,
    chambers: Iterable[ChamberLike],
    **_: object,
) -> Verdict:
    sight = sight_of(restitution.definition.network_id, chambers, actor)
    if not sight.types(column):
        return NOT_TYPED
    return SENT if restitution.state == "sent" else ALLOWED


def _open(restitution: RestitutionLike) -> Verdict:
    if restitution.state == "sent":
        return SENT
    return ALLOWED if restitution.state == "prepared" else CLOSED


# -- what must hold -------------------------------------------------------------------------------


def code_fault(code: str) -> str:
    if CODE.fullmatch(code) and len(code) <= 40 and code != "definir":
        return ""
    return "Code\u00a0: minuscules sans accent, chiffres et tirets, quarante caractères au plus."


def title_fault(title: str, receiver: str) -> str:
    if fault := name_fault("Intitulé", title, 160):
        return fault
    return name_fault("Destinataire", receiver, 160) if receiver else ""


def year_fault(year: int) -> str:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    return f"Exercice\u00a0: une année de {FIRST_YEAR} à {LAST_YEAR}."


LARGEST = Decimal(10) ** 12


def value_fault(value: Decimal | None, where: str) -> str:
    """Why a value may not be typed."""
    if value is None:
        return ""
    if abs(value) >= LARGEST:
        return f"{where}\u00a0: la valeur est trop grande."
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS:
        return f"{where}\u00a0: quatre décimales au plus."
    return ""


def reasons_fault(controlled: Collection[Controlled], reasons: Mapping[str, str]) -> str:
    """Why a return may not be sent: a blocking control fails, or one that fails has no reason."""
    for one in controlled:
        if one.is_blocked:
            return (
                f"Le contrôle {one.control.code} («\u00a0{one.control.label}\u00a0») est bloquant "
                f"et ne tient pas\u00a0: {', '.join(one.failed)}."
            )
        if one.wants_reason and not reasons.get(one.control.code, "").strip():
            return (
                f"Le contrôle {one.control.code} («\u00a0{one.control.label}\u00a0») ne tient pas "
                "partout\u00a0: un motif est attendu."
            )
    return ""
