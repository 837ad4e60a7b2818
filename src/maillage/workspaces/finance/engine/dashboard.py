"""The shared dashboard: what each figure is made of, per chamber and for the network.

Every figure carries its rule in words. A figure that lacks an input is unknown and says which; the
network's figure is unknown as soon as one chamber's is: never a partial sum, never an average of
ratios. Knows amounts in cents; refuses to know where they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction

DAYS = 365


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one chamber and year; None where nothing says it. Amounts in cents."""

    books: str = ""
    """State of the book in words, "" where there is none."""
    result: int | None = None
    cash: int | None = None
    receivables: int | None = None
    payables: int | None = None
    sales: int | None = None
    purchases: int | None = None
    staff: int | None = None
    income: int | None = None
    budget: int | None = None
    """Charges of the last voted budget."""
    spent: int | None = None
    """Charges the books carry."""
    invoices: Decimal | None = None
    fte: Decimal | None = None
    invoice_cost: int | None = None
    """Cents the cost study gives this chamber for its invoices."""
    studied: Decimal | None = None
    """Invoices that study counts."""


NO_BOOK = "aucun livre importé pour cet exercice"
UNMAPPED = "des comptes du livre n’ont pas de correspondance dans le plan commun"
LACKS: dict[str, str] = {
    "budget": "aucun budget voté pour cet exercice",
    "invoices": "volume de factures non saisi",
    "fte": "ETP non saisis",
    "invoice_cost": "aucune étude de coût des factures fournisseurs",
    "studied": "aucune étude de coût des factures fournisseurs",
}
"""Why an input that no book gives is missing, in words."""

ROOTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "result": (-1, ("6", "7")),
    "cash": (1, ("50", "51", "53", "54")),
    "receivables": (1, ("41",)),
    "payables": (-1, ("40",)),
    "sales": (-1, ("70",)),
    "purchases": (1, ("60", "61", "62")),
    "staff": (1, ("64",)),
    "income": (-1, ("70", "71", "72", "73", "74", "75")),
    "spent": (1, ("6",)),
}
"""What the books give: 1 for a debit balance, -1 for a credit one, and the roots added up."""


def lacks(name: str, facts: Facts) -> str:
    """Why an input of one chamber is missing, in words."""
    if name in ROOTS:
        return UNMAPPED if facts.books else NO_BOOK
    return LACKS[name]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure: its name, its unit ("€", "€/u", "j", "%", "u"), its rule and what it needs."""

    code: str
    label: str
    unit: str
    rule: str
    top: str
    bottom: str = ""
    factor: int = 1


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "result",
        "Résultat",
        "€",
        "Produits (classe 7) moins charges (classe 6) du livre de l’exercice.",
        "result",
    ),
    Indicator(
        "cash",
        "Trésorerie",
        "€",
        "Solde débiteur des comptes 50, 51, 53 et 54 à la fin de l’exercice, concours bancaires "
        "(519) déduits.",
        "cash",
    ),
    Indicator(
        "receivable-days",
        "Délai de paiement des clients",
        "j",
        "Solde des comptes 41, rapporté aux ventes (70), en jours de l’année (365). Les créances "
        "sont taxes comprises, les ventes hors taxes.",
        "receivables",
        "sales",
        DAYS,
    ),
    Indicator(
        "payable-days",
        "Délai de paiement des fournisseurs",
        "j",
        "Solde des comptes 40, rapporté aux achats et services extérieurs (60, 61, 62), en jours "
        "de l’année (365). Les dettes sont taxes comprises, les achats hors taxes.",
        "payables",
        "purchases",
        DAYS,
    ),
    Indicator(
        "staff-ratio",
        "Charges de personnel sur produits",
        "%",
        "Charges de personnel (64) rapportées aux produits d’exploitation (70 à 75).",
        "staff",
        "income",
        100,
    ),
    Indicator(
        "execution",
        "Exécution du budget (charges)",
        "%",
        "Charges du livre (classe 6) rapportées à celles du dernier budget voté, primitif ou "
        "rectifié.",
        "spent",
        "budget",
        100,
    ),
    Indicator(
        "invoice-cost",
        "Coût d’une facture fournisseur",
        "€/u",
        "Coût attribué à la chambre par l’étude de coût de l’année, divisé par les factures que "
        "cette étude compte. La capacité inutilisée n’y est pas\u00a0: l’étude la montre à part.",
        "invoice_cost",
        "studied",
    ),
    Indicator(
        "invoices-per-fte",
        "Factures fournisseurs par ETP",
        "u",
        "Volume saisi divisé par les ETP saisis pour la même chambre et la même année.",
        "invoices",
        "fte",
    ),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, exact, or None with the reason."""

    value: Fraction | None
    reason: str = ""

    @property
    def rounded(self) -> int | None:
        return None if self.value is None else round(self.value)


def figure(indicator: Indicator, facts: Facts) -> Figure:
    """One figure of one chamber."""
    needed = [name for name in (indicator.top, indicator.bottom) if name]
    missing = [lacks(name, facts) for name in needed if getattr(facts, name) is None]
    if missing:
        return Figure(None, missing[0])
    top = Fraction(getattr(facts, indicator.top))
    if not indicator.bottom:
        return Figure(top * indicator.factor)
    bottom = Fraction(getattr(facts, indicator.bottom))
    if bottom == 0:
        return Figure(None, "rien à quoi rapporter (diviseur nul)")
    return Figure(top * indicator.factor / bottom)


def consolidated(
    indicator: Indicator, chambers: Mapping[str, Facts], between: Facts | None = None
) -> Figure:
    """The network's figure: of the sums, unknown where a chamber lacks an input, which is named.

    `between`: what chambers book with each other, taken out; a budget is not rid of it, so neither
    is what is compared with it.
    """
    if not chambers:
        return Figure(None, "aucune chambre")
    needed = [name for name in (indicator.top, indicator.bottom) if name]
    lacking = [
        name
        for name, facts in chambers.items()
        if any(getattr(facts, field) is None for field in needed)
    ]
    if len(lacking) == len(chambers):
        return Figure(None, "il manque toutes les chambres")
    if lacking:
        return Figure(None, f"il manque\u00a0: {_listed(lacking)}")
    total = _summed(list(chambers.values()))
    if between is not None and indicator.bottom != "budget":
        total = _without(total, between)
    return figure(indicator, total)


def _without(total: Facts, between: Facts) -> Facts:
    for field in fields(Facts):
        held, taken = getattr(total, field.name), getattr(between, field.name)
        if field.name != "books" and held is not None and taken is not None:
            total = replace(total, **{field.name: held - taken})
    return total


def _listed(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (
        f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else ""
    )


def _summed(facts: Sequence[Facts]) -> Facts:
    total = Facts()
    for field in fields(Facts):
        values = [getattr(one, field.name) for one in facts]
        if field.name != "books" and all(value is not None for value in values):
            total = replace(total, **{field.name: sum(values)})
    return total


@dataclass(frozen=True, slots=True)
class Movement:
    """What one common account carries over the exercise, in cents."""

    account: str
    debit: int
    credit: int


def book_facts(rows: Iterable[Movement], state: str, unmapped: Iterable[str] = ()) -> Facts:
    """What a book says: balances of its accounts, each in the sense it is read in.

    A local account that goes nowhere leaves unknown what its class is read in: a sum that lacks an
    account is no sum.
    """
    net: dict[str, int] = {}
    for row in rows:
        net[row.account] = net.get(row.account, 0) + row.debit - row.credit
    lost = {account[:1] for account in unmapped}
    found: dict[str, int] = {
        name: sign * sum(cents for account, cents in net.items() if account.startswith(roots))
        for name, (sign, roots) in ROOTS.items()
        if not lost & {root[:1] for root in roots}
    }
    return Facts(books=state, **found)  # type: ignore[arg-type]
