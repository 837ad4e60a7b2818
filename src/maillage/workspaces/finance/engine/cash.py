"""The treasury of a year, month by month: what a budget makes come in and go out, and when.

T(m) = T(m−1) + received − paid. An account is cashed by its profile: shares of a month paid that
month and the next ones, which add up to the whole, with its VAT; VAT due is paid the month after,
a credit is carried. Months already in the books take what was observed. Depreciation, provisions,
values of assets sold and shares of grants move no money, nor do stocks and own production.

Amounts are integer cents, natural to their account; what comes in is positive, what goes out is
counted apart. None: nobody said. General practice, parameters told as such. Knows no Django.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from maillage.costing.engine.budgets import (
    REPAID,
    account_fault,
    class_of,
    mark_of,
    number_of,
)
from maillage.kernel.absence import sum_told
from maillage.kernel.money import divided, scaled
from maillage.kernel.period import MONTHS

WHOLE = 100_00
"""A share of the whole, in hundredths of percent."""
MOST_DELAY = 6
NO_MONEY = ("68", "78", "657", "747", "603", "71", "72")
"""Accounts whose charge or product moves no money."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How accounts that begin so are cashed: hundredths of percent by delay in months, VAT rate in
    hundredths of percent. `given`: somebody entered it; otherwise it is a default."""

    root: str
    weights: tuple[int, ...] = (WHOLE,)
    vat: int = 0
    given: bool = False

    @property
    def delay(self) -> int:
        """The last month a payment falls in."""
        return max((k for k, share in enumerate(self.weights) if share), default=0)


def profile_fault(profile: Profile) -> str:
    """Say why a profile does not hold, "" where it does."""
    name = f"Profil «\u00a0{profile.root[:12]}\u00a0»"
    root = profile.root if len(profile.root) > 1 else f"{profile.root}0"
    if fault := account_fault(root):
        return f"{name}\u00a0: {fault}"
    if not profile.weights or len(profile.weights) > MOST_DELAY + 1 or min(profile.weights) < 0:
        return f"{name}\u00a0: de 0 à {MOST_DELAY} mois, des parts positives."
    if sum(profile.weights) != WHOLE:
        return f"{name}\u00a0: les parts font 100\u00a0%."
    if not 0 <= profile.vat <= WHOLE:
        return f"{name}\u00a0: un taux de TVA de 0 à 100\u00a0%."
    return ""


_NEXT = (0, WHOLE)
DEFAULTS = (
    *(Profile(root) for root in ("6", "7", "1")),
    *(Profile(root, _NEXT) for root in ("60", "61", "62", "645", "647", "70", "2")),
    *(Profile(root) for root in ("26", "27")),
)
"""Told as defaults: suppliers, customers and works at thirty days, pay in its month, contributions
the month after, the rest in its month; no VAT until a rate is entered."""


def profile_of(account: str, profiles: Mapping[str, Profile]) -> Profile:
    """The profile of the longest beginning, one entered before a default of the same."""
    number = number_of(account)
    if mark_of(account) == REPAID:
        return profiles.get(account, Profile("1"))
    for length in range(len(number), 0, -1):
        if number[:length] in profiles:
            return profiles[number[:length]]
    return Profile(number[:1])


def with_defaults(given: Iterable[Profile]) -> dict[str, Profile]:
    return {p.root: p for p in DEFAULTS} | {p.root: p for p in given}


def moves_money(account: str) -> bool:
    return not account.startswith(NO_MONEY)


# -- lines ----------------------------------------------------------------------------------------

IN, OUT = "in", "out"
INCOMING = (
    ("Clients et ventes", ("70",)),
    ("Subventions reçues", ("74",)),
    ("Taxe et autres produits", ("7",)),
    ("Emprunts reçus", ("16", "17")),
    ("Apports et subventions d’investissement", ("1",)),
    ("Prêts et immobilisations financières recouvrés", ("27",)),
)
LOANS = "Emprunts remboursés et intérêts"
TAXES = "Impôt sur les bénéfices"
OUTGOING = (
    ("Fournisseurs", ("60", "61", "62")),
    ("Impôts et taxes", ("63",)),
    ("Personnel", ("64",)),
    (LOANS, ("661",)),
    (TAXES, ("69",)),
    ("Autres charges", ("6",)),
    ("Investissements", ("2",)),
)
VAT = "TVA à payer"
DUE_IN, DUE_OUT = "Autres encaissements saisis", "Autres décaissements saisis"
ORDER = [*(name for name, _ in INCOMING), DUE_IN, *(name for name, _ in OUTGOING), VAT, DUE_OUT]


def line_of(account: str) -> tuple[str, str]:
    """The side and the line of an account."""
    if mark_of(account) == REPAID:
        return OUT, LOANS
    side, lines = (IN, INCOMING) if class_of(account) in ("7", "1") else (OUT, OUTGOING)
    roots = [(len(root), name) for name, held in lines for root in held if account.startswith(root)]
    return side, max(roots)[1]


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody knows to fall in a month: in (positive) or out (negative).

    `kind`: "emprunt" (a loan's schedule), "impot" (an instalment), or "autre".
    """

    label: str
    kind: str
    month: int
    amount: int


KINDS = {"emprunt": "Échéance d’emprunt", "impot": "Acompte d’impôt", "autre": "Autre"}
REPLACED = {"emprunt": (LOANS, "les emprunts remboursés et les intérêts (164D, 661)"),
            "impot": (TAXES, "l’impôt sur les bénéfices (69)")}  # fmt: skip
"""The line of the budget that what is entered stands instead of."""


def due_fault(due: Due) -> str:
    """Say why a date entered does not hold, "" where it does."""
    name = f"Échéance «\u00a0{due.label[:40]}\u00a0»"
    if not due.label.strip() or len(due.label) > 120 or not due.label.isprintable():
        return f"{name}\u00a0: un intitulé sur une ligne, de 120 caractères au plus."
    if due.kind not in KINDS:
        return f"{name}\u00a0: nature inconnue."
    if due.month not in range(1, 13):
        return f"{name}\u00a0: un mois de janvier à décembre."
    if due.amount == 0 or (due.kind != "autre" and due.amount > 0):
        what = "un décaissement" if due.kind != "autre" else "un montant"
        return f"{name}\u00a0: {what} est attendu."
    return ""


# -- the plan -------------------------------------------------------------------------------------

Year = Mapping[str, Sequence[int]]
"""Twelve cents by account."""
Row = list[int | None]


@dataclass(frozen=True, slots=True)
class Given:
    """What a plan is made of. `budget`: None where none is voted; `former`: the year before, None
    where neither a book nor a budget tells it; `opening`: treasury at 1 January; `observed`: what
    came in and went out each month closed, from January on."""

    budget: Year | None
    former: Year | None
    opening: int | None
    profiles: Mapping[str, Profile]
    dues: Sequence[Due] = ()
    observed: Sequence[tuple[int, int]] = ()
    no_former: str = "ni livre ni budget de l’exercice précédent"


@dataclass(frozen=True)
class Plan:
    """The lines of a plan, its sums and its treasury, twelve months each. None: not told.

    `planned`: the treasury as the budget alone makes it; `observed`: as the books say; `expected`:
    as the books say while they do, then as planned from there.
    """

    lines: dict[str, Row]
    received: Row
    paid: Row
    seen_in: Row
    seen_out: Row
    planned: Row
    observed: Row
    expected: Row
    opening: int | None
    closed: int
    reasons: tuple[str, ...] = ()
    replaced: tuple[str, ...] = field(default=())
    unplanned: tuple[str, ...] = ()
    """Of the reasons, those why what the budget makes come in and go out is not told."""

    @property
    def lowest(self) -> tuple[int, int] | None:
        """The least treasury expected at the end of a month, and that month; None where a month is
        not told."""
        told = [(x, month) for month, x in enumerate(self.expected, 1) if x is not None]
        return min(told) if len(told) == len(self.expected) else None

    @property
    def gaps(self) -> Row:
        """What was observed less what was planned."""
        pairs = zip(self.observed, self.planned, strict=True)
        return [None if o is None or p is None else o - p for o, p in pairs]


def plan_of(given: Given) -> Plan:
    """The plan of a year; a month whose former months are not told is not told."""
    closed = len(given.observed)
    lines, reasons, replaced = _lines(given)
    unplanned = tuple(reasons)
    received = _added(lines, [name for name, _ in INCOMING] + [DUE_IN])
    paid = _added(lines, [name for name, _ in OUTGOING] + [VAT, DUE_OUT])
    blank: Row = [None] * (12 - closed)
    seen_in: Row = [*(inward for inward, _ in given.observed), *blank]
    seen_out: Row = [*(outward for _, outward in given.observed), *blank]
    if given.opening is None:
        reasons.append("trésorerie au 1er janvier non renseignée")
    planned = _running(given.opening, received, paid)
    observed = _running(given.opening, seen_in, seen_out)
    last = observed[closed - 1] if closed else given.opening
    after = _running(last, received[closed:], paid[closed:])
    expected = [*observed[:closed], *after]
    return Plan(lines, received, paid, seen_in, seen_out, planned, observed, expected,
                given.opening, closed, tuple(reasons), tuple(replaced), unplanned)  # fmt: skip


def _lines(given: Given) -> tuple[dict[str, Row], list[str], list[str]]:
    """Each line month by month, what is not told, which lines of the budget are replaced."""
    if given.budget is None:
        return {}, ["aucun budget voté"], []
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 12)
    owed = 0  # how many months of January on depend on the year before
    due = [0] * 12
    former_due = 0
    for account in sorted({*given.budget, *(given.former or {})}):
        if not moves_money(account):
            continue
        profile = profile_of(account, given.profiles)
        side, line = line_of(account)
        now = given.budget.get(account, [0] * 12)
        past = (given.former or {}).get(account, [0] * 12)
        for month, cents in enumerate(_cashed(past, now, profile)):
            found[line][month] += cents
        sign = 1 if side == IN else -1
        if profile.vat:
            for month, cents in enumerate(now):
                due[month] += sign * divided(cents * profile.vat, WHOLE)
            former_due += sign * divided(past[11] * profile.vat, WHOLE)
    for profile in given.profiles.values():
        owed = max(owed, profile.delay, 1 if profile.vat else 0)
    if any(profile.vat for profile in given.profiles.values()):
        found[VAT] = _paid_after(former_due, due)
    replaced = _with_dues(found, given.dues)
    rows: dict[str, Row] = {name: list(found[name]) for name in ORDER if name in found}
    if given.former is not None or owed == 0:
        return rows, [], replaced
    late = {name for name in rows if _is_late(name, given)}
    for name in late:
        rows[name] = [None if month < owed else x for month, x in enumerate(rows[name])]
    told = f"{given.no_former}\u00a0: ce qui s’en paie jusqu’en {MONTHS[owed - 1]} est inconnu"
    return rows, [told] if late else [], replaced


def _is_late(name: str, given: Given) -> bool:
    """Whether a line of January may be of the year before."""
    if name == VAT:
        return True
    held = (account for account in given.budget or {} if line_of(account)[1] == name)
    return any(profile_of(account, given.profiles).delay for account in held)


def _cashed(past: Sequence[int], now: Sequence[int], profile: Profile) -> list[int]:
    """Twelve months of money: each month with its VAT, shared over the months it is paid in."""
    found = [0] * 12
    for rank, cents in enumerate([*past, *now]):
        whole = cents + divided(cents * profile.vat, WHOLE)
        for delay, share in enumerate(scaled(profile.weights, whole, WHOLE)):
            if 12 <= rank + delay < 24:
                found[rank + delay - 12] += share
    return found


def _paid_after(former: int, due: Sequence[int]) -> list[int]:
    """VAT due is paid the month after; what is owed to the chamber is taken off the next ones."""
    credit, paid = 0, []
    for cents in [former, *due[:11]]:
        left = cents + credit
        paid.append(max(left, 0))
        credit = min(left, 0)
    return paid


def _with_dues(found: dict[str, list[int]], dues: Sequence[Due]) -> list[str]:
    """What is entered stands instead of its line of the budget, or on a line of its own."""
    told = []
    for kind, (line, words) in REPLACED.items():
        if any(due.kind == kind for due in dues):
            found[line] = [0] * 12
            told.append(words)
    for due in dues:
        line = (
            REPLACED[due.kind][0] if due.kind in REPLACED else DUE_IN if due.amount > 0 else DUE_OUT
        )
        found[line][due.month - 1] += abs(due.amount)
    return told


def _added(lines: Mapping[str, Row], names: Sequence[str]) -> Row:
    if not lines:
        return [None] * 12
    rows = [lines[name] for name in names if name in lines]
    return [sum_told(row[month] for row in rows) for month in range(12)]


def _running(start: int | None, inward: Sequence[int | None], outward: Sequence[int | None]) -> Row:
    """What is left at the end of each month; nothing is told after a month that is not."""
    found: Row = []
    for one, other in zip(inward, outward, strict=True):
        start = None if start is None or one is None or other is None else start + one - other
        found.append(start)
    return found


def together(rows: Sequence[Row]) -> Row:
    """Several chambers month by month; None where one is not told."""
    return [sum_told(row[month] for row in rows) for month in range(12)] if rows else [None] * 12
