"""What a budget has with other chambers in a spreadsheet: out, and back in, every fault located.

Knows the chambers a row may name. Refuses to know what the budget holds already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maillage.costing.engine.between import Share
from maillage.costing.engine.budgets import account_fault
from maillage.kernel.money import LARGEST
from maillage.sheets.cells import UnfitError, line
from maillage.sheets.column_reader import Layout, read
from maillage.sheets.columns import Column
from maillage.sheets.writing import Table

SHEET = "Parts entre chambres"
MOST_ROWS, MAX_BYTES = 500, 2_000_000
AMOUNT = "Montant de l’année"


def _account(cell: object) -> str:
    account = line(cell).upper()
    if fault := account_fault(account):
        raise UnfitError("ce n’est pas un compte de budget", fault.rstrip("."))
    return account


def columns_of(chambers: Mapping[str, str]) -> tuple[Column, ...]:
    """`chambers`: those that may be named, names by code."""
    return (
        Column("Compte", width=12, name="account", take=_account),
        Column("Intitulé", width=38),
        Column("Chambre (code)", "code", 22, name="partner", filled=True, among=chambers,
               unknown="chambre inconnue", missing="chambre manquante",
               expected="le code d’une autre chambre du réseau"),
        Column(AMOUNT, "amount", 18, name="cents", filled=True, least=0, most=LARGEST,
               missing="montant manquant", expected="un montant ; 0 retire la part"),
    )  # fmt: skip


def shares_table(
    rows: Iterable[tuple[str, str, str, int | None]], about: Iterable[str] = ()
) -> Table:
    """Account, its name, chamber, cents: as a table that reads back."""
    return Table(SHEET, columns_of({}), list(rows), tuple(about), bare=True, labels=2)


def read_shares(data: bytes, filename: str, chambers: Mapping[str, str]) -> list[Share]:
    """What an XLSX, an ODS or a CSV says; 0 takes a share away. Raises Unreadable on any fault."""
    layout = Layout(SHEET, columns_of(chambers), MOST_ROWS, MAX_BYTES)
    reading = read(data, filename, layout)
    if reading.columns and not reading.rows:
        reading.findings.add("aucune part", "une part par ligne, sous l’en-tête")
    found: dict[tuple[str, str], tuple[int, Share]] = {}
    for row in reading:
        key = row["account"], row["partner"]
        if key in found and all(key):
            above = f"une seule fois, déjà à la ligne {found[key][0]}"
            reading.fault(row, "compte et chambre donnés deux fois", above, "account")
        elif row.sound:
            found[key] = row.number, Share(*key, row["cents"])
    reading.raise_any()
    return [share for _, share in found.values()]
