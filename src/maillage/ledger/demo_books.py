"""Books of a fictitious network, drawn from a seed: a FEC of some three thousand lines a chamber.

What chambers book of each other agrees, but for a few entries. A year opens as the former one
closed, before its result is allocated. Names are invented. Refuses to know the database.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from random import Random
from typing import NamedTuple

from maillage.kernel.money import exact
from maillage.kernel.period import last_of_month
from maillage.ledger.engine.fec import COLUMNS

LINES = 3_000
"""Lines of a chamber's year."""
JOURNALS = {
    "AN": "À nouveaux", "AC": "Achats", "VE": "Ventes", "BQ": "Banque", "PA": "Paie",
    "OD": "Opérations diverses", "IC": "Inter-chambres",
}  # fmt: skip
_LABELS = """
103 Dotations et apports|1068 Réserves|110 Report à nouveau|120 Résultat de l’exercice, bénéfice
129 Résultat de l’exercice, perte|164 Emprunts|181 Comptes de liaison
205 Logiciels|2131 Bâtiments|2183 Matériel informatique|2805 Amortissements des logiciels
28131 Amortissements des bâtiments|28183 Amortissements du matériel|401 Fournisseurs|411 Clients
431 Sécurité sociale|437 Autres organismes sociaux
44551 TVA à décaisser|44566 TVA déductible|44571 TVA collectée|451 Chambres du réseau|512 Banque
6061 Eau, énergie|6064 Fournitures administratives|611 Sous-traitance|6132 Locations immobilières
6156 Maintenance|616 Primes d’assurance|6218 Personnel prêté à la chambre|6226 Honoraires
6231 Annonces et publicité|6256 Missions|627 Services bancaires|6411 Salaires et appointements
6451 Cotisations à l’URSSAF|6453 Cotisations de retraite|661 Charges d’intérêts
6811 Dotations aux amortissements|706 Prestations de formation|7083 Locations diverses
7084 Mise à disposition de personnel|741 Subventions reçues|759 Taxe pour frais de chambres
"""
ACCOUNTS = dict(
    words.split(" ", 1) for row in _LABELS.strip().splitlines() for words in row.split("|")
)
"""Roots of the general chart and their labels; each chamber divides them in its own way."""
# How often, journal, times the drawn amount, label; then lines: side, root, ten-thousandths of the
# amount. The last line balances. Thirds are suppliers (401), customers (411) or chambers.
_KINDS = """
40 AC 1 Frais de mission|D6256:10000 C401
60 AC 1 Énergie des bâtiments|D6061:10000 D44566:2000 C401
60 AC 1 Fournitures de bureau|D6064:10000 D44566:2000 C401
50 AC 1 Honoraires d’études|D6226:10000 D44566:2000 C401
40 AC 1 Maintenance du réseau|D6156:10000 D44566:1000 C401
30 AC 1 Séminaire et annonces|D611:7500 D6231:2500 D44566:2000 C401
25 AC 1 Loyer et assurance|D6132:8800 D616:1200 D44566:1760 C401
10 AC 9 Matériel et logiciels|D2183:5000 D205:5000 D44566:2000 C401
120 VE 1 Formation d’apprentis|D411:12000 C706:10000 C44571
60 VE 1 Stage et location de salle|D411:12000 C706:7000 C7083:3000 C44571
40 BQ 6 Subvention de la Région|D512:10000 C741
20 BQ 1 Frais bancaires|D627:10000 D44566:2000 C512
12 BQ 2 Échéance d’emprunt|D164:8500 D661:1500 C512
30 BQ 8 Taxe pour frais de chambres|D512:10000 C759
42 PA 4 Paie du mois|D6411:10000 D6451:2800 D6453:1200 C431:4000 C437:1300 C512
12 BQ 2 Cotisations sociales versées|D431:7500 D437:2500 C512
12 OD 2 Dotation, matériel|D6811:10000 C28183
8 OD 2 Dotation, bâtiments|D6811:10000 C28131
10 OD 10 Déclaration de TVA|D44571:10000 C44566:6500 C44551
0 AN 60 À nouveau, immobilisations|D2131:10000 C28131:3500 C103
0 AN 30 À nouveau, équipements|D2183:7500 D205:2500 C28183:2700 C2805:1100 C1068
0 AN 120 À nouveau, trésorerie|D512:10000 C164:4000 C110
0 OD 1 Affectation du bénéfice|D120:10000 C110
0 OD 1 Affectation de la perte|D110:10000 C129
0 AN 0 À nouveau|
0 BQ 0 Dettes sociales et TVA de l’exercice précédent|
0 BQ 1 Virement au fournisseur|D401:10000 C512
0 BQ 1 Encaissement|D512:10000 C411
0 IC 4 Refacturation de la paie mutualisée|D451:10000 C7084
0 IC 4 Refacturation de la paie mutualisée|D6218:10000 C451
0 IC 8 Avance de trésorerie versée|D181:10000 C512
0 IC 8 Avance de trésorerie reçue|D512:10000 C181
0 IC 4 Formation déléguée|D411:12000 C7084:10000 C44571
0 IC 4 Formation déléguée|D6218:10000 D44566:2000 C401
"""
_TRADES = ("Imprimerie", "Boulangerie", "Transports", "Menuiserie", "Librairie", "Traiteur")
_PLACES = ("du Vieux-Chêne", "des Trois-Îles", "de l’Étang", "du Pont-Rouge", "du Moulin")


@dataclass(frozen=True, slots=True)
class Keeper:
    """A chamber that keeps a book. `code` is how its partners name it."""

    code: str
    name: str
    siren: str


@dataclass(frozen=True, slots=True)
class Kind:
    share: int
    journal: str
    scale: int
    label: str
    lines: tuple[tuple[str, str, int], ...]
    """Side, root of the account, ten-thousandths of the amount; none: its entries give theirs."""


def _kind(text: str) -> Kind:
    head, _, lines = text.partition("|")
    share, journal, scale, label = head.split(" ", 3)
    parts = [(word[0], *word[1:].partition(":")[::2]) for word in lines.split()]
    weighed = tuple((side, root, int(weight or 0)) for side, root, weight in parts)
    return Kind(int(share), journal, int(scale), label, weighed)


KINDS = [_kind(row) for row in _KINDS.strip().splitlines()]
DRAWN = [kind for kind in KINDS if kind.share]
OPENINGS = [kind for kind in KINDS if kind.journal == "AN" and kind.lines]
BETWEEN = [kind for kind in KINDS if kind.journal == "IC"]
PROFIT, LOSS = (kind for kind in KINDS if kind.label.startswith("Affectation"))
BROUGHT, SETTLED = (kind for kind in KINDS if not kind.lines)
PAYMENT, RECEIPT = (
    kind for kind in KINDS if kind.lines and kind.journal == "BQ" and not kind.share
)
THIRDS = {"401", "411", "451", "181"}
OWED = ("431", "437", "445")
"""Roots whose balances the bank settles in the month after the closing."""

Third = tuple[str, str]
"""An auxiliary account and its name."""
Closing = Mapping[tuple[str, Third], int]
"""Cents, debit less credit, by root and third: classes 1 to 5, the result in 120 or 129."""


class Line(NamedTuple):
    """`letter` and its day, once settled."""

    side: str
    root: str
    cents: int
    third: Third = ("", "")
    letter: tuple[str, str] = ("", "")

    @property
    def net(self) -> int:
        return self.cents if self.side == "D" else -self.cents


@dataclass(slots=True)
class Entry:
    """`third`, `letter`: those of its lines that name a third. `given`: lines not drawn from it."""

    day: dt.date
    kind: Kind
    base: int
    third: Third = ("", "")
    piece: str = ""
    letter: tuple[str, str] = ("", "")
    given: Sequence[Line] = ()

    def lines(self) -> Iterator[Line]:
        """Those of its kind, where the last takes what balances the others; then those given."""
        yield from self.given
        if not self.kind.lines:
            return
        left = 0
        *weighed, (last, balancing, _) = self.kind.lines
        for side, root, weight in weighed:
            line = self._line(side, root, self.base * weight // 10_000)
            left += line.net
            yield line
        yield self._line(last, balancing, abs(left))

    def _line(self, side: str, root: str, cents: int) -> Line:
        named = root in THIRDS or (self.kind.journal == "IC" and root in ("7084", "6218"))
        return (
            Line(side, root, cents, self.third, self.letter) if named else Line(side, root, cents)
        )


def write_books(
    folder: Path, keepers: Sequence[Keeper], years: Sequence[int], axes: Sequence[str]
) -> list[list[Path]]:
    """By year, in a row, one FEC per chamber in their order: a year opens as the former closed.

    The last column of a FEC bears one of the axes on some lines.
    """
    closings: list[Closing] = [{} for _ in keepers]
    books: list[list[Path]] = []
    for year in years:
        between = _exchanges(Random(f"maillage:{year}"), keepers, year)
        books.append([])
        for rank, keeper in enumerate(keepers):
            rng = Random(f"maillage:{year}:{rank}")
            opening = _brought(rng, closings[rank], year, between) or _first_opening(rng, year)
            drawn = [*opening, *_entries(rng, year), *between[keeper.code]]
            entries = sorted(drawn, key=lambda entry: entry.day)
            closings[rank] = _closing(entries)
            path = folder / f"{keeper.siren}FEC{year}1231.txt"
            rows = [(*COLUMNS, "CodeAction"), *_rows(rng, entries, rank, axes)]
            path.write_text("".join("\t".join(row) + "\r\n" for row in rows), "utf-8", newline="")
            books[-1].append(path)
    return books


def _amount(rng: Random) -> int:
    """Cents: many small amounts, few large."""
    return int(10 ** rng.uniform(3.5, 6.3))


def _opening(rng: Random) -> int:
    """Cents: what was brought forward is large beside what a year moves of it."""
    return int(10 ** rng.uniform(6.0, 6.3))


def _first_opening(rng: Random, year: int) -> list[Entry]:
    """What a chamber had before its first book."""
    first = dt.date(year, 1, 1)
    return [Entry(first, kind, _opening(rng) * kind.scale) for kind in OPENINGS]


def _closing(entries: Sequence[Entry]) -> Closing:
    """What a year leaves, before its result is allocated."""
    left: Counter[tuple[str, Third]] = Counter()
    result = 0
    for line in (line for entry in entries for line in entry.lines()):
        if line.root[0] in "67":
            result += line.net
        else:
            left[line.root, line.third] += line.net
    left["120" if result < 0 else "129", ("", "")] += result
    return {key: left[key] for key in sorted(left) if left[key]}


def _brought(rng: Random, closing: Closing, year: int, chambers: Collection[str]) -> list[Entry]:
    """The balances brought forward, first; then what the year does of them.

    Most suppliers and customers are settled, and what was owed to the State and social bodies; the
    result is allocated. What chambers owe each other stays.
    """
    first = dt.date(year, 1, 1)
    lines: list[Line] = []
    after: list[Entry] = []
    for (root, third), net in closing.items():
        line = Line("D" if net > 0 else "C", root, abs(net), third)
        paid = {"401": PAYMENT, "411": RECEIPT}.get(root)
        if paid and third[0] not in chambers and rng.random() < 0.92:
            day = first + dt.timedelta(days=rng.randrange(2, 60))
            line = line._replace(letter=(f"A{len(after) + 1:04d}", f"{day:%Y%m%d}"))
            after.append(Entry(day, paid, line.cents, third, letter=line.letter))
        if root in ("120", "129"):
            allocation = PROFIT if root == "120" else LOSS
            after.append(Entry(dt.date(year, 6, 30), allocation, line.cents))
        lines.append(line)
    if not lines:
        return []
    owed = [line for line in lines if line.root.startswith(OWED)]
    settled = [line._replace(side="C" if line.side == "D" else "D") for line in owed]
    net = sum(line.net for line in settled)
    settled.append(Line("C" if net > 0 else "D", "512", abs(net)))
    after.append(Entry(dt.date(year, 1, 20), SETTLED, 0, given=settled))
    return [Entry(first, BROUGHT, 0, given=lines), *after]


def _entries(rng: Random, year: int) -> Iterator[Entry]:
    """What a chamber books by itself; most invoices are settled a month later."""
    first, count, letters = dt.date(year, 1, 1), 0, 0
    while count < LINES:
        (kind,) = rng.choices(DRAWN, [each.share for each in DRAWN])
        number = rng.randrange(300)
        name = f"{_TRADES[number % 6]} {_PLACES[number % 5]}"
        third = (f"{'FOU' if kind.journal == 'AC' else 'CLI'}{number:05d}", name)
        day = first + dt.timedelta(days=rng.randrange(365))
        entry = Entry(day, kind, _amount(rng) * kind.scale, third)
        count += len(kind.lines)
        due, paid = day + dt.timedelta(days=30), {"AC": PAYMENT, "VE": RECEIPT}.get(kind.journal)
        if paid and due.year == year and rng.random() < 0.92:
            letters += 1
            entry.letter = (f"L{letters:04d}", f"{due:%Y%m%d}")
            gross = next(line.cents for line in entry.lines() if line.root in THIRDS)
            yield Entry(due, paid, gross, third, letter=entry.letter)
            count += len(paid.lines)
        yield entry


def _exchanges(rng: Random, keepers: Sequence[Keeper], year: int) -> dict[str, list[Entry]]:
    """By chamber, what it books of the others: some of the last not answered, some otherwise."""
    found: dict[str, list[Entry]] = {keeper.code: [] for keeper in keepers}
    pairs = [pair for pair in permutations(keepers, 2) for _ in range(6)]
    days = sorted(rng.randrange(365) for _ in pairs)
    rng.shuffle(pairs)
    for rank, ((one, other), day) in enumerate(zip(pairs, days, strict=True)):
        date, turn = dt.date(year, 1, 1) + dt.timedelta(days=day), 2 * rng.randrange(3)
        base, piece = _amount(rng) * BETWEEN[turn].scale, f"IC{rank + 1:08d}"
        found[one.code].append(Entry(date, BETWEEN[turn], base, (other.code, other.name), piece))
        left = len(pairs) - rank
        if left in (1, 3, 5):
            continue
        heard = base + 9_000 if left in (10, 20, 30) else base
        answer = Entry(date, BETWEEN[turn + 1], heard, (one.code, one.name), piece)
        found[other.code].append(answer)
    return found


def _rows(
    rng: Random, entries: Sequence[Entry], rank: int, axes: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    numbers: Counter[str] = Counter()
    for entry in entries:
        kind, day = entry.kind, f"{entry.day:%Y%m%d}"
        numbers[kind.journal] += 1
        number = f"{numbers[kind.journal]:08d}"
        valid = f"{last_of_month(entry.day.year, entry.day.month):%Y%m%d}"
        for side, root, cents, third, letter in entry.lines():
            amount = exact(cents, "", "-")
            yield (
                *(kind.journal, JOURNALS[kind.journal], number, day),
                *(f"{root}{rank % 10}".ljust(6 + rank % 3, "0"), ACCOUNTS[root]),
                *third,
                *(entry.piece or f"{kind.journal}{number}", day, kind.label),
                *((amount, "0,00") if side == "D" else ("0,00", amount)),
                *letter,
                *(valid, "", ""),
                rng.choice(axes) if axes and root[0] in "67" and rng.random() < 0.5 else "",
            )
