"""Books of a fictitious network, drawn from a seed: a FEC of some three thousand lines a chamber.

What chambers book of each other agrees, but for a few entries. Names are invented. Refuses to
know the database.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from random import Random

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
103 Dotations et apports|1068 Réserves|110 Report à nouveau|164 Emprunts|181 Comptes de liaison
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
0 AN 50 À nouveau, trésorerie|D512:10000 C164:6000 C110
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
    """Side, root of the account, ten-thousandths of the amount."""


def _kind(text: str) -> Kind:
    head, _, lines = text.partition("|")
    share, journal, scale, label = head.split(" ", 3)
    parts = [(word[0], *word[1:].partition(":")[::2]) for word in lines.split()]
    weighed = tuple((side, root, int(weight or 0)) for side, root, weight in parts)
    return Kind(int(share), journal, int(scale), label, weighed)


KINDS = [_kind(row) for row in _KINDS.strip().splitlines()]
OPENINGS = [kind for kind in KINDS if kind.journal == "AN"]
BETWEEN = [kind for kind in KINDS if kind.journal == "IC"]
PAYMENT, RECEIPT = (kind for kind in KINDS if kind.share == 0 and kind.journal == "BQ")
DRAWN = [kind for kind in KINDS if kind.share]
THIRDS = {"401", "411", "451", "181"}


@dataclass(slots=True)
class Entry:
    """`third`: auxiliary account and name; `letter` and its day, once settled."""

    day: dt.date
    kind: Kind
    base: int
    third: tuple[str, str] = ("", "")
    piece: str = ""
    letter: tuple[str, str] = ("", "")

    def lines(self) -> Iterator[tuple[str, str, int]]:
        """Side, root and cents; the last line takes what balances the others."""
        left = 0
        *weighed, (last, balancing, _) = self.kind.lines
        for side, root, weight in weighed:
            cents = self.base * weight // 10_000
            left += cents if side == "D" else -cents
            yield side, root, cents
        yield last, balancing, abs(left)


def write_books(
    folder: Path, keepers: Sequence[Keeper], year: int, axes: Sequence[str]
) -> list[Path]:
    """One FEC per chamber, in their order; its last column bears one of the axes on some lines."""
    between = _exchanges(Random(f"maillage:{year}"), keepers, year)
    paths = []
    for rank, keeper in enumerate(keepers):
        rng = Random(f"maillage:{year}:{rank}")
        entries = sorted([*_entries(rng, year), *between[keeper.code]], key=lambda entry: entry.day)
        paths.append(folder / f"{keeper.siren}FEC{year}1231.txt")
        rows = [(*COLUMNS, "CodeAction"), *_rows(rng, entries, rank, axes)]
        paths[-1].write_text("".join("\t".join(row) + "\r\n" for row in rows), "utf-8", newline="")
    return paths


def _amount(rng: Random) -> int:
    """Cents: many small amounts, few large."""
    return int(10 ** rng.uniform(3.5, 6.3))


def _opening(rng: Random) -> int:
    """Cents: what was brought forward is large beside what a year moves of it."""
    return int(10 ** rng.uniform(6.0, 6.3))


def _entries(rng: Random, year: int) -> Iterator[Entry]:
    """What a chamber books by itself; most invoices are settled a month later."""
    first, count, letters = dt.date(year, 1, 1), 0, 0
    for kind in OPENINGS:
        yield Entry(first, kind, _opening(rng) * kind.scale)
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
            gross = next(cents for _, root, cents in entry.lines() if root in THIRDS)
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
        for side, root, cents in entry.lines():
            named = root in THIRDS or (kind.journal == "IC" and root in ("7084", "6218"))
            amount = exact(cents, "", "-")
            yield (
                *(kind.journal, JOURNALS[kind.journal], number, day),
                *(f"{root}{rank % 10}".ljust(6 + rank % 3, "0"), ACCOUNTS[root]),
                *(entry.third if named else ("", "")),
                *(entry.piece or f"{kind.journal}{number}", day, kind.label),
                *((amount, "0,00") if side == "D" else ("0,00", amount)),
                *(entry.letter if named else ("", "")),
                *(valid, "", ""),
                rng.choice(axes) if axes and root[0] in "67" and rng.random() < 0.5 else "",
            )
