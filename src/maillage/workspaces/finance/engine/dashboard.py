"""The shared dashboard: what each figure is made of, per chamber and for the network.

Every figure carries its rule in words. A figure that lacks an input is unknown and says which; the
network's figure is unknown as soon as one chamber's is: never a partial sum, never an average of
ratios. Knows amounts in cents; refuses to know where they come from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from maillage.ledger.engine.flows import Accounts, FlowFile

TREASURY, POSITION = "tn", "equilibre"
"""The line that says what treasury is, and its table (`referentials/financing-flows.yaml`)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one chamber up to a day; None where nothing says it. Amounts in cents."""

    books: str = ""
    """State of the book in words, "" where there is none."""
    short: str = ""
    """Why its book says nothing at the cut-off, "" where it does."""
    days: int | None = None
    """Days from the opening of the exercise to the cut-off."""
    result: int | None = None
    cash: int | None = None
    receivables: int | None = None
    payables: int | None = None
    sales: int | None = None
    """Sales since the opening, taxes included."""
    purchases: int | None = None
    """Purchases and services since the opening, taxes included."""
    staff: int | None = None
    income: int | None = None
    budget: int | None = None
    """Charges of the last voted budget up to the cut-off."""
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
UNEVEN_DAYS = "les exercices des chambres ne couvrent pas les mêmes jours"
LACKS: dict[str, str] = {
    "budget": "aucun budget voté pour cet exercice",
    "invoices": "volume de factures non saisi",
    "fte": "ETP non saisis",
    "invoice_cost": "aucune étude de coût des factures fournisseurs",
    "studied": "aucune étude de coût des factures fournisseurs",
}
"""Why an input that no book gives is missing, in words."""


NOTHING = Accounts(())


@dataclass(frozen=True, slots=True)
class Source:
    """What the books give of a fact: accounts by their sense (1 debit, -1 credit), added up.

    `tax`: accounts of the taxes on it: what they moved since the opening, in its sense, within the
    entries that touch its accounts. A declaration or a payment of the tax touches none.
    """

    sense: int
    accounts: tuple[Accounts, ...]
    tax: Accounts = NOTHING

    @property
    def classes(self) -> set[str]:
        held = (*self.accounts, self.tax)
        return {prefix[:1] for accounts in held for prefix in accounts.taken}

    @property
    def numbers(self) -> list[str]:
        """Beginnings of its accounts, those left out after a minus."""
        taken = [number for accounts in self.accounts for number in accounts.taken]
        return taken + [f"-{number}" for accounts in self.accounts for number in accounts.left]

    def takes(self, account: str) -> bool:
        return any(account in accounts for accounts in self.accounts)


def _source(
    sense: int, *taken: str, left: tuple[str, ...] = (), tax: tuple[str, ...] = ()
) -> Source:
    return Source(sense, (Accounts(taken, left),), Accounts(tax) if tax else NOTHING)


SOURCES: dict[str, Source] = {
    "result": _source(-1, "6", "7"),
    "receivables": _source(1, "411", "413", "416", "418"),
    "payables": _source(-1, "401", "403", "408"),
    "sales": _source(-1, "70", tax=("4457", "4458")),
    "purchases": _source(1, "60", "61", "62", left=("603",), tax=("44566", "4458")),
    "staff": _source(1, "64"),
    "income": _source(-1, "70", "71", "72", "73", "74", "75"),
    "spent": _source(1, "6"),
}
"""What the books give, but for treasury, which the financing tables define."""
BOOKED = ("cash", *SOURCES)


class Sources(dict[str, Source]):
    """Every fact of the books by its name; which facts an account brings to is found once."""

    def __init__(self, held: Mapping[str, Source]) -> None:
        super().__init__(held)
        self._read: dict[str, list[str]] = {}

    def of(self, account: str) -> list[str]:
        """The facts an account is a balance of."""
        if account not in self._read:
            self._read[account] = [name for name, source in self.items() if source.takes(account)]
        return self._read[account]


def sources(flows: FlowFile, day: dt.date) -> Sources:
    """Every fact of the books in an exercise opened that day, treasury with the others."""
    lines = {line.code: line for line in flows.table(POSITION).on(day)}
    parts = [lines[code] for _sign, code in lines[TREASURY].plus]
    taken = tuple(flows.accounts(line.accounts, day) for line in parts)
    return Sources(SOURCES | {"cash": Source(1, taken)})


def lacks(name: str, facts: Facts) -> str:
    """Why an input of one chamber is missing, in words."""
    if name == "days":
        return facts.short or (UNEVEN_DAYS if facts.books else NO_BOOK)
    if name in BOOKED:
        return facts.short or (UNMAPPED if facts.books else NO_BOOK)
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
    times: str = ""
    """A fact that multiplies it."""
    as_booked: bool = False
    """Whether the network’s holds what chambers book with each other, as each chamber’s does."""

    @property
    def needs(self) -> list[str]:
        return [name for name in (self.top, self.bottom, self.times) if name]

    @property
    def between(self) -> str:
        """What the network’s figure makes of what chambers book with each other, in words."""
        if self.top not in BOOKED:
            return ""
        return KEPT if self.as_booked else TAKEN_OUT

    @property
    def adds_up(self) -> bool:
        """Whether the network’s is the sum of the chambers’, but for what they owe each other."""
        return not self.bottom and self.top in BOOKED


KEPT = "entre chambres comprises"
TAKEN_OUT = "entre chambres retirées"
"""What becomes, in the network’s figure, of the operations that chambers book with each other."""
REST = (
    " Au réseau, ce que les chambres se doivent, se vendent et s’achètent est retiré, avec sa TVA "
    "(celle d’une écriture à plusieurs tiers y reste)."
)

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "result",
        "Résultat",
        "€",
        "Produits (classe 7) moins charges (classe 6) du livre, depuis l’ouverture de l’exercice. "
        "N’y sont pas\u00a0: ce qui est commandé et non comptabilisé, les budgets.",
        "result",
    ),
    Indicator(
        "cash",
        "Trésorerie nette",
        "€",
        "Solde débiteur de la classe 5, placements (50) compris et concours bancaires (519) "
        "déduits, au dernier jour du mois\u00a0: la trésorerie des tableaux de financement. N’y "
        "sont pas\u00a0: les dépréciations (59), les comptes courants entre chambres (451).",
        "cash",
    ),
    Indicator(
        "receivable-days",
        "Délai de paiement des clients",
        "j",
        "Solde des comptes 411, 413, 416 et 418, rapporté aux ventes taxes comprises depuis "
        "l’ouverture (70, plus la TVA, 4457 et 4458, des écritures de vente), en jours écoulés "
        "depuis l’ouverture. N’y sont pas\u00a0: les avances reçues (419), les dépréciations "
        "(491), les subventions et la taxe à recevoir." + REST,
        "receivables",
        "sales",
        times="days",
    ),
    Indicator(
        "payable-days",
        "Délai de paiement des fournisseurs",
        "j",
        "Solde des comptes 401, 403 et 408, rapporté aux achats et services taxes comprises "
        "depuis l’ouverture (60 sauf 603, 61, 62, plus la TVA, 44566 et 4458, des écritures "
        "d’achat), en jours écoulés depuis l’ouverture. N’y sont pas\u00a0: les fournisseurs "
        "d’immobilisations (404), les avances versées (409)." + REST,
        "payables",
        "purchases",
        times="days",
    ),
    Indicator(
        "staff-ratio",
        "Charges de personnel sur produits",
        "%",
        "Charges de personnel (64) rapportées aux produits d’exploitation (70 à 75), depuis "
        "l’ouverture de l’exercice. N’y sont pas\u00a0: le personnel extérieur (621), les impôts "
        "sur salaires (63), les produits financiers, exceptionnels et les reprises (76 à 78).",
        "staff",
        "income",
        100,
    ),
    Indicator(
        "execution",
        "Charges réalisées sur budget à date",
        "%",
        "Charges du livre (classe 6) rapportées au budget à date\u00a0: ce que le dernier budget "
        "voté, primitif ou rectifié, prévoit jusqu’au même mois. N’y sont pas\u00a0: les "
        "investissements, les engagements non facturés.",
        "spent",
        "budget",
        100,
        as_booked=True,
    ),
    Indicator(
        "invoice-cost",
        "Coût d’une facture fournisseur",
        "€/u",
        "Coût attribué à la chambre par l’étude de coût de l’année entière, divisé par les "
        "factures que cette étude compte. La capacité inutilisée n’y est pas\u00a0: l’étude la "
        "montre à part.",
        "invoice_cost",
        "studied",
    ),
    Indicator(
        "invoices-per-fte",
        "Factures fournisseurs par ETP",
        "u",
        "Volume saisi pour l’année entière, divisé par les ETP saisis pour la même chambre et la "
        "même année, quel que soit le mois choisi.",
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
    missing = [lacks(name, facts) for name in indicator.needs if getattr(facts, name) is None]
    if missing:
        return Figure(None, missing[0])
    top = Fraction(getattr(facts, indicator.top)) * indicator.factor
    if indicator.times:
        top *= getattr(facts, indicator.times)
    if not indicator.bottom:
        return Figure(top)
    bottom = Fraction(getattr(facts, indicator.bottom))
    if bottom == 0:
        return Figure(None, "rien à quoi rapporter (diviseur nul)")
    return Figure(top / bottom)


def consolidated(
    indicator: Indicator, chambers: Mapping[str, Facts], net: Facts | None = None
) -> Figure:
    """The network's figure: of the sums, unknown where a chamber lacks an input, which is named.

    `net`: what the books say once what chambers book with each other is out. What is told as
    booked is not rid of it: a budget is not either.
    """
    if not chambers:
        return Figure(None, "aucune chambre")
    lacking = [
        name
        for name, facts in chambers.items()
        if any(getattr(facts, field) is None for field in indicator.needs)
    ]
    if len(lacking) == len(chambers):
        return Figure(None, "il manque toutes les chambres")
    if lacking:
        return Figure(None, f"il manque\u00a0: {_listed(lacking)}")
    total = _summed(list(chambers.values()))
    if net is not None and not indicator.as_booked:
        booked = {name: cents for name in BOOKED if (cents := getattr(net, name)) is not None}
        total = replace(total, **booked)
    return figure(indicator, total)


def has_its_own(indicator: Indicator, facts: Facts) -> bool:
    """Whether a chamber has what no book gives of an indicator: of one archived nobody will say it
    any more, and its figures are of its books alone."""
    asked = (name for name in indicator.needs if name not in BOOKED and name != "days")
    return all(getattr(facts, name) is not None for name in asked)


def gap(indicator: Indicator, chambers: Sequence[Figure], network: Figure) -> Fraction | None:
    """The network's figure less the sum of the chambers': what they say of each other that does
    not answer. None where they do not add up, or one is not known."""
    values = [one.value for one in chambers if one.value is not None]
    if not indicator.adds_up or network.value is None or len(values) < len(chambers):
        return None
    return network.value - sum(values)


def _listed(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (
        f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else ""
    )


def _summed(facts: Sequence[Facts]) -> Facts:
    """Amounts added up; days are those of all, or of none."""
    days = {one.days for one in facts}
    total = Facts(books="tous", days=days.pop() if len(days) == 1 else None)
    for field in fields(Facts):
        values = [getattr(one, field.name) for one in facts]
        if field.name in ("books", "short", "days") or any(value is None for value in values):
            continue
        total = replace(total, **{field.name: sum(values)})
    return total


@dataclass(frozen=True, slots=True)
class Movement:
    """What one common account carries over the exercise, in cents."""

    account: str
    debit: int
    credit: int


def book_facts(
    found_in: Sources,
    rows: Iterable[Movement],
    taxes: Mapping[str, Iterable[Movement]],
    unmapped: Iterable[str] = (),
    **known: Any,
) -> Facts:
    """What a book says: balances of its accounts, each in the sense it is read in.

    `taxes`: by fact, what the accounts of its taxes moved in its entries. `known`: the rest of the
    facts. A local account that goes nowhere leaves unknown what its class is read in: a sum that
    lacks an account is no sum.
    """
    lost = {account[:1] for account in unmapped}
    sums = dict.fromkeys(found_in, 0)
    for row in rows:
        for name in found_in.of(row.account):
            sums[name] += found_in[name].sense * (row.debit - row.credit)
    for name, moved in taxes.items():
        sums[name] += found_in[name].sense * sum(row.debit - row.credit for row in moved)
    found = {name: sums[name] for name in found_in if not lost & found_in[name].classes}
    return Facts(**known, **found)  # type: ignore[arg-type]
