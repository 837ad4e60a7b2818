"""Who keeps allocation keys and issues recharges, and what a statement must hold. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor

MOST_QUANTITY = Decimal(10**12)
ACCOUNT = re.compile(r"[67][0-9]{0,11}")


def can_keep_keys(network: int, finance: int, actor: Actor) -> Verdict:
    """Keys bind every chamber: the network's finance editors and administrators keep them."""
    if actor.edits_network_value(network, finance):
        return ALLOWED
    return Denied(
        "Les clés et les relevés de refacturation engagent toutes les chambres\u00a0: ils "
        "s’écrivent avec un mandat de rédacteur de la fonction finances ou d’administrateur."
    )


def statement_fault(
    amount: int, first: dt.date, last: dt.date, issued: dt.date, today: dt.date
) -> str:
    """Why a statement is refused, "" where it holds."""
    if amount <= 0:
        return "Le montant à refacturer est positif\u00a0; un relevé erroné se contre-passe."
    if last < first:
        return "La fin de la période précède son début."
    if issued > today:
        return "Un relevé n’est pas daté de l’avenir."
    return ""


def quantity_fault(quantities: Iterable[Decimal]) -> str:
    """Why quantities cannot be kept as they are, "" where they can."""
    for value in quantities:
        if abs(value) > MOST_QUANTITY or value != round(value, 3):
            return "Une quantité est d’un billion au plus, à trois décimales au plus."
    return ""


def account_fault(account: str) -> str:
    """Why an account gives no cost, "" where it does."""
    if ACCOUNT.fullmatch(account):
        return ""
    return "Compte de charges ou de produits attendu\u00a0: des chiffres, à partir de 6 ou 7."
