"""A recharge statement as it is read: its facts, what cancels or doubles it, what each bears.

The page, the file and the paper are laid out from here, and say the same. Refuses to know them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from django.urls import reverse

from maillage.costing.engine.allocation import basis
from maillage.costing.models import RechargeStatement
from maillage.costing.queries.keys import doubles_of, totals_of
from maillage.kernel.money import NBSP, exact_euros
from maillage.kernel.period import french_date
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.tables import Link

KEPT, PASSED_ON = "reste à sa charge", "à refacturer"
COLUMNS = (
    *(Column("Chambre", width=32), Column("Quantité", "decimal"), Column("Part (%)", "decimal")),
    *(Column("Montant", "amount"), Column("Suite", width=24)),
)


class Cancelled(NamedTuple):
    """What a statement and another do to each other: words, the other, why."""

    words: str
    other: Link
    reason: str

    def __str__(self) -> str:
        return f"{self.words} {self.other}. Motif{NBSP}: {self.reason}"


def address_of(statement: RechargeStatement) -> str:
    where = [statement.network.code, statement.year, statement.number]
    return reverse("costing:recharge", args=where)


Facts = list[tuple[str, str]]


def facts_of(statement: RechargeStatement) -> tuple[Facts, Facts]:
    """Who provides and when; how much, by which key. What is not known is left out."""
    provider, key = statement.provider, statement.key
    days = (french_date(statement.first_day), french_date(statement.last_day))
    who = [
        ("Prestataire", provider.name),
        ("SIREN", provider.siren),
        ("Daté du", french_date(statement.issued_on)),
        ("Période", f"du {days[0]} au {days[1]}"),
        ("Motif", "" if not statement.reason or cancelled(statement) else statement.reason),
    ]
    what = [
        ("Montant réparti", exact_euros(statement.amount)),
        ("Origine du montant", _origin(statement)),
        (
            "Clé de répartition",
            Link(key.name, reverse("costing:key", args=[statement.network.code, key.pk])),
        ),
        ("Selon", basis(key.driver, key.fixed)),
    ]
    return [fact for fact in who if fact[1]], what


def _origin(statement: RechargeStatement) -> str:
    if statement.origin != RechargeStatement.Origin.LEDGER:
        return "Montant saisi"
    axis = f", axe {statement.axis}" if statement.axis else ""
    return f"Comptes {statement.account}{axis} du livre du prestataire"


def cancelled(statement: RechargeStatement) -> list[Cancelled]:
    """What it reverses, what it doubles, what reverses it."""
    found = []
    if statement.reason and not statement.reverses:
        found += [
            Cancelled(
                "Second relevé de la même dépense, après le",
                Link(other.reference, address_of(other)),
                statement.reason,
            )
            for other in doubles_of(
                statement.network, statement.provider, statement, before=statement.pk
            )
        ]
    if other := statement.reverses:
        link = Link(other.reference, address_of(other))
        found.append(Cancelled("Ce relevé contre-passe le", link, statement.reason))
    if other := getattr(statement, "reversed_by", None):
        link = Link(other.reference, address_of(other))
        found.append(Cancelled("Ce relevé est contre-passé par le", link, other.reason))
    return found


def table_of(statement: RechargeStatement) -> Table:
    """What each chamber bears, then the whole, then what is recharged."""
    lines = list(statement.lines.select_related("entity"))
    totals = totals_of(statement, lines)
    rows: list[Sequence[Any]] = [
        (
            line.entity.name,
            line.quantity,
            percent(line.share),
            line.amount,
            KEPT if line.entity_id == statement.provider_id else PASSED_ON,
        )
        for line in lines
    ]
    rows.append(Sum(("Total", totals.quantity, Decimal(100), statement.amount, None)))
    rows.append(Sum(("À refacturer", None, percent(totals.share), totals.rest, None)))
    about = [f"Objet{NBSP}: {statement.label}"]
    about += [f"{label}{NBSP}: {value}" for label, value in chain(*facts_of(statement))]
    about += map(str, cancelled(statement))
    return Table(f"Relevé {statement.reference}", COLUMNS, rows, about)


def percent(share: int) -> Decimal:
    """A share, kept in hundredths of a percent."""
    return Decimal(share) / 100
