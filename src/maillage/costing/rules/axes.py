"""Who keeps the analytical plan, and what an axis must hold. Pure."""

from __future__ import annotations

import datetime as dt
import re

from maillage.kernel.verdicts import Denied, Verdict
from maillage.ledger.rules import kept_by_network
from maillage.network.rules import NetworkLike
from maillage.people.actors import Actor

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NOT_KEPT = Denied(
    "Le plan analytique est commun\u00a0: il se modifie avec un mandat de rédacteur de la "
    "fonction finances ou d’administrateur du réseau."
)


def can_keep_axes(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether the analytical plan, common to all chambers, may be changed."""
    return kept_by_network(network.pk, actor, NOT_KEPT)


def axis_fault(code: str, name: str, first: dt.date | None, last: dt.date | None) -> str:
    """Say what is wrong with an axis of the analytical plan, "" where nothing is."""
    if not CODE.fullmatch(code) or len(code) > 40:
        return "Code\u00a0: minuscules sans accent, chiffres et tirets, 40 caractères au plus."
    if not name.strip() or len(name) > 200:
        return "Nom\u00a0: un texte de 200 caractères au plus est attendu."
    if re.search(r"[\x00-\x1f\x7f-\x9f]", name):
        return "Nom\u00a0: un caractère de contrôle, invisible, est à ôter."
    if first and last and last < first:
        return "La fin de validité précède son début."
    return ""
