"""What is ordered and not yet booked, as a file gives it: one row per order, by its reference.

An order engages charges or uses. Of what is left to come, the part already accrued in invoices to
come (408) stands in the books: it is taken off, never counted twice. Refuses to know Django.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from maillage.costing.engine.budgets import account_fault, class_of
from maillage.kernel.money import LARGEST
from maillage.sheets.cells import UnfitError, line
from maillage.sheets.column_reader import Layout, read
from maillage.sheets.columns import Column

SHEET = "Engagements"
MAX_BYTES, MOST_ROWS = 5_000_000, 5000


@dataclass(frozen=True, slots=True)
class Engaged:
    """One order. `amount`: cents left to invoice; `accrued`: of them, those already in 408."""

    reference: str
    account: str
    axis: str
    amount: int
    accrued: int = 0
    supplier: str = ""
    label: str = ""

    @property
    def net(self) -> int:
        return self.amount - self.accrued


def commitment_fault(one: Engaged) -> str:
    """Say why a commitment does not hold, "" where it does."""
    name = f"Engagement «\u00a0{one.reference[:40]}\u00a0»"
    texts = ((one.reference, 60), (one.label, 200), (one.supplier, 120))
    if not one.reference.strip():
        return "La référence d’un engagement est à indiquer."
    if any(len(text) > most or not text.isprintable() for text, most in texts):
        return f"{name}\u00a0: référence (60), objet (200) ou fournisseur (120) sur une ligne."
    if fault := account_of_commitment_fault(one.account):
        return f"{name}\u00a0: {fault}"
    if not 0 <= one.amount <= LARGEST:
        return f"{name}\u00a0: un montant positif, de dix milliards d’euros au plus."
    if not 0 <= one.accrued <= one.amount:
        return f"{name}\u00a0: le montant déjà au 408 ne dépasse pas le reste engagé."
    return ""


def account_of_commitment_fault(account: str) -> str:
    if fault := account_fault(account):
        return fault
    if class_of(account) not in ("6", "2"):
        return f"le compte {account} n’est ni une charge (6) ni un emploi (2)."
    return ""


def _account(cell: Any) -> str:
    account = line(cell).upper()
    if fault := account_of_commitment_fault(account):
        raise UnfitError("ce n’est pas un compte d’engagement", fault.rstrip("."))
    return account


COLUMNS = (
    Column("Référence", width=18, name="reference", filled=True, longest=60,
           expected="le numéro de la commande"),
    Column("Objet", width=36, name="label", longest=200, needed=False),
    Column("Fournisseur", width=26, name="supplier", longest=120, needed=False),
    Column("Compte", width=12, name="account", take=_account),
    Column("Axe (code)", "code", 18, name="axis", unknown="axe inconnu", needed=False,
           expected="un code du plan analytique, ou rien"),
    Column("Reste engagé", "amount", 15, name="amount", filled=True, least=0, most=LARGEST,
           expected="un montant en euros"),
    Column("Déjà au 408", "amount", 15, name="accrued", least=0, most=LARGEST, needed=False,
           expected="un montant en euros, ou rien"),
)  # fmt: skip


def read_commitments(data: bytes, filename: str, axes: Collection[str]) -> list[Engaged]:
    """Every order of an XLSX, an ODS or a CSV, or none. Raises Unreadable on any fault."""
    columns = [replace(c, among=dict.fromkeys(axes, "")) if c.name == "axis" else c
               for c in COLUMNS]  # fmt: skip
    reading = read(data, filename, Layout(SHEET, columns, MOST_ROWS, MAX_BYTES))
    found: dict[str, Engaged] = {}
    for row in reading:
        if not row.sound:
            continue
        amount, accrued = row["amount"], row.get("accrued") or 0
        if accrued > amount:
            reading.fault(row, "plus au 408 que de reste engagé",
                          "au plus le reste engagé", "accrued")  # fmt: skip
        elif row["reference"] in found:
            reading.fault(row, "référence déjà donnée", "une ligne par engagement", "reference")
        else:
            found[row["reference"]] = Engaged(
                row["reference"], row["account"], row.get("axis") or "", amount, accrued,
                row.get("supplier") or "", row.get("label") or "",
            )  # fmt: skip
    reading.raise_any()
    return list(found.values())
