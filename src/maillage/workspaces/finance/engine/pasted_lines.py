"""Several lines of a budget pasted at once from a spreadsheet, as text.

A row is an account, an axis if any, then its year or its twelve months; or a row of the export.
Refuses to guess: nothing is taken from a text that has a single fault, each of them located.
"""

from __future__ import annotations

from collections.abc import Collection

from maillage.costing.engine.budgets import account_fault
from maillage.kernel.money import EXPECTED, LARGEST, parse_amount, spread
from maillage.workspaces.finance.engine.budget_table import MOST_LINES, TITLES

Pasted = dict[tuple[str, str], dict[int, int]]
"""Cents by month, by account and axis; an empty month is left out: it stays as it is."""
SHAPES = "un compte, un axe s’il y en a un, puis un total ou douze mois"


def read_pasted(text: str, axes: Collection[str]) -> tuple[Pasted, list[str]]:
    """The lines a text gives, and what is wrong in it; no line where something is."""
    found: Pasted = {}
    faults: list[str] = []
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row.split("\t" if "\t" in row else ";")]
        if not any(cells) or (number == 1 and cells[0].casefold() == TITLES[0].casefold()):
            continue
        fault = _take(cells, axes, found)
        if fault:
            faults.append(f"Ligne {number}\u00a0: {fault}")
    if len(found) > MOST_LINES:
        faults.append(f"{MOST_LINES} lignes au plus.")
    if not found and not faults:
        faults.append(f"Rien à lire\u00a0: attendu, par ligne, {SHAPES}.")
    return ({} if faults else found), faults


def _take(cells: list[str], axes: Collection[str], found: Pasted) -> str:
    """Add what a row says; why it cannot be read, "" where it can."""
    account = cells[0].split(" ")[0].upper()
    if fault := account_fault(account):
        return fault
    axis, amounts = _parts(cells, axes)
    if amounts is None:
        return f"{SHAPES} sont attendus."
    if axis and axis not in axes:
        return f"axe «\u00a0{axis[:40]}\u00a0» inconnu du plan analytique."
    if (account, axis) in found:
        return f"le compte {account} est déjà donné."
    months: dict[int, int] = {}
    for place, cell in enumerate(amounts, 1):
        if not cell:
            continue
        cents = parse_amount(cell[:60])
        if cents is None or abs(cents) > LARGEST:
            return f"«\u00a0{cell[:40]}\u00a0»\u00a0; attendu\u00a0: {EXPECTED}."
        months[place] = cents
    if len(amounts) == 1:
        if not months:
            return "le montant est à indiquer."
        months = dict(enumerate(spread(months[1]), 1))
    found[account, axis] = months
    return ""


def _parts(cells: list[str], axes: Collection[str]) -> tuple[str, list[str] | None]:
    """The axis and the amounts of a row: one, or twelve; None where it has another shape."""
    if len(cells) in (len(TITLES), len(TITLES) + 1):  # as exported, its hypothesis left aside
        return cells[2], cells[4:16]
    named = len(cells) in (3, 14) and parse_amount(cells[1]) is None
    if named or (len(cells) in (3, 14) and (not cells[1] or cells[1] in axes)):
        return cells[1], cells[2:]
    if len(cells) in (2, 13):
        return "", cells[1:]
    return "", None
