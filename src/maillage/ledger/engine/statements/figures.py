"""A few figures read from the balances, each with its rule in words; none is ever invented.

Rules are conventions, said in each figure. Money is
integer cents; ratios are decimals rounded half up to one place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from maillage.ledger.engine.statements.books import CONSOLIDATED, Balances

_Prefixes = tuple[tuple[str, ...], tuple[str, ...]]

# Accounts by prefixes: those taken, those left out although they begin so.
_OPERATING_INCOME: _Prefixes = (("70", "71", "72", "74", "75", "781"), ())
_STAFF: _Prefixes = (("64",), ())
_CASH: _Prefixes = (("51", "52", "53"), ())
_PAYABLE: _Prefixes = (("401", "408"), ())
_RECEIVABLE: _Prefixes = (("411", "418"), ())
_PURCHASES: _Prefixes = (("60", "61", "62"), ("603",))
_SALES: _Prefixes = (("70",), ())
_INPUT_VAT: _Prefixes = (("44566",), ())
_OUTPUT_VAT: _Prefixes = (("44571",), ())


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`: cents (int) or Decimal, None where it cannot be said, and `reason` says why.

    `unit`: "centimes", "jours" or "%". `accounts`: those that entered the figure, sorted.
    """

    name: str
    value: int | Decimal | None
    unit: str
    rule_in_french: str
    accounts: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Sum:
    """Cents, and the accounts added."""

    net: int
    debit: int
    credit: int
    accounts: tuple[str, ...]


def figures(
    balances: Balances, *, entity: str = CONSOLIDATED, period: str, days: int = 365
) -> tuple[Figure, ...]:
    """Result, cash, days payable, days receivable, staff cost ratio: of one chamber, or of all.

    `balances`: movements since the beginning of the year, opening entries included. `days`: length
    of that time, 365 for a year. Every figure is None, with its reason, where there are no books;
    ratios are too where their denominator is zero, negative or absent.
    """
    books: dict[str, tuple[int, int]] = {}
    for (owner, when, account), (debit, credit) in balances.items():
        if when == period and entity in (CONSOLIDATED, owner):
            former = books.get(account, (0, 0))
            books[account] = (former[0] + debit, former[1] + credit)

    def total(prefixes: _Prefixes) -> _Sum:
        taken, left = prefixes
        found = sorted(a for a in books if a.startswith(taken) and not a.startswith(left))
        debit, credit = (sum(books[account][side] for account in found) for side in (0, 1))
        return _Sum(debit - credit, debit, credit, tuple(found))

    made = (
        _result(total),
        _cash(total),
        _payable(total, days),
        _receivable(total, days),
        _staff(total),
    )
    if books:
        return made
    return tuple(
        Figure(f.name, None, f.unit, f.rule_in_french, (), "aucune balance pour cette période")
        for f in made
    )


_Total = Callable[[_Prefixes], _Sum]


def _result(total: _Total) -> Figure:
    found = total((("6", "7"), ()))
    rule = "Produits (classe 7) moins charges (classe 6)."
    return Figure("Résultat", -found.net, "centimes", rule, found.accounts)


def _cash(total: _Total) -> Figure:
    found = total(_CASH)
    rule = (
        "Soldes débiteurs moins soldes créditeurs des comptes 51 à 53 ; les concours bancaires "
        "(519), créditeurs, viennent donc en moins. Les placements (50) n'y sont pas."
    )
    return Figure("Trésorerie", found.net, "centimes", rule, found.accounts)


def _payable(total: _Total, days: int) -> Figure:
    due, bought, vat = total(_PAYABLE), total(_PURCHASES), total(_INPUT_VAT)
    rule = (
        f"Dettes fournisseurs (401 + 408, solde créditeur) rapportées aux achats TTC, fois {days} "
        "jours. Achats TTC : comptes 60 (sauf 603), 61 et 62, plus la TVA portée au débit du 44566."
    )
    value, reason = _ratio(-due.net * days, bought.net + vat.debit, "les achats TTC")
    accounts = (*due.accounts, *bought.accounts, *vat.accounts)
    return Figure("Délai fournisseurs", value, "jours", rule, tuple(sorted(accounts)), reason)


def _receivable(total: _Total, days: int) -> Figure:
    owed, sold, vat = total(_RECEIVABLE), total(_SALES), total(_OUTPUT_VAT)
    rule = (
        f"Créances clients (411 + 418, solde débiteur) rapportées aux ventes TTC, fois {days} "
        "jours. Ventes TTC : comptes 70, plus la TVA portée au crédit du 44571."
    )
    value, reason = _ratio(owed.net * days, -sold.net + vat.credit, "les ventes TTC")
    accounts = (*owed.accounts, *sold.accounts, *vat.accounts)
    return Figure("Délai clients", value, "jours", rule, tuple(sorted(accounts)), reason)


def _staff(total: _Total) -> Figure:
    staff, income = total(_STAFF), total(_OPERATING_INCOME)
    rule = (
        "Charges de personnel (64) rapportées aux produits d'exploitation "
        "(70, 71, 72, 74, 75 et 781)."
    )
    value, reason = _ratio(staff.net * 100, -income.net, "les produits d'exploitation")
    accounts = tuple(sorted((*staff.accounts, *income.accounts)))
    return Figure("Part des charges de personnel", value, "%", rule, accounts, reason)


def _ratio(over: int, under: int, what: str) -> tuple[Decimal | None, str]:
    if under == 0:
        return None, f"{what} sont nuls ou absents"
    if under < 0:
        return None, f"{what} sont négatifs"
    ratio = Decimal(over) / Decimal(under)
    return ratio.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), ""
