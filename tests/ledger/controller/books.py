"""Books of six chambers as real ones look, drawn from a seed: what a controller is given.

    network = draw(Path("books"), seed=7)

Auxiliaries stand on accounts of class 4 alone; tax is redistributed on whatever local accounts a
chamber keeps for it; chambers lend staff, sell, buy, lend money, grant, sell goods to each other;
some of it is written by one side alone, in another amount or in the next year, or credited back.
Third parties of one chamber bear the numbers by which another knows a chamber. Amounts are integer
cents, debit less credit. Knows no reading, no rule of elimination, nothing of `maillage`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

YEAR = 2025
CODES = ("region", "nord", "sud", "est", "ouest", "littoral")
_COLUMNS = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib "
    "PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise "
    "Idevise"
)
COLUMNS = tuple(_COLUMNS.split())
JOURNALS = {
    "AN": "À nouveaux", "AC": "Achats", "VE": "Ventes", "BQ": "Banque", "OD": "Opérations diverses",
}  # fmt: skip


@dataclass(frozen=True)
class Chamber:
    """Who keeps a book. `siren`: nine digits that are nobody's, nothing below 005 being given."""

    code: str
    rank: int
    siren: str

    @property
    def name(self) -> str:
        return f"Chambre {self.code.capitalize()}"

    @property
    def file_name(self) -> str:
        return f"{self.siren}FEC{YEAR}1231.txt"


@dataclass(frozen=True)
class Rule:
    """Local accounts that begin so, or are exactly so, go to `target`; `chamber` "" for all."""

    chamber: str
    prefix: str
    exact: bool
    target: str


@dataclass(frozen=True)
class Network:
    """What was drawn. `numbers`: (book, auxiliary number, chamber) attached by hand; `words`:
    (book, words of a label, chamber) too; `adjustments`: entries of the journal of consolidation.
    """

    chambers: tuple[Chamber, ...]
    files: dict[str, Path]
    rules: tuple[Rule, ...]
    numbers: tuple[tuple[str, str, str], ...]
    words: tuple[tuple[str, str, str], ...]
    adjustments: tuple[Adjustment, ...]


@dataclass(frozen=True)
class Adjustment:
    """Lines: chamber, common account, chamber faced or "", cents."""

    day: dt.date
    reason: str
    lines: tuple[tuple[str, str, str, int], ...]


@dataclass(frozen=True)
class Style:
    """How a book is written. `odd`: by all the spellings of an amount and a day that are read."""

    separator: str = "\t"
    encoding: str = "utf-8"
    newline: str = "\r\n"
    padded: bool = False
    signed: bool = False
    negative: bool = False
    numbered_by_journal: bool = True
    odd: bool = False
    days: str = "%Y%m%d"


STYLES = (
    Style(padded=True),
    Style(encoding="iso8859-15", signed=True),
    Style(separator="|", newline="\n"),
    Style(encoding="utf-8-sig", numbered_by_journal=False, odd=True, days="%d/%m/%Y"),
    Style(negative=True, newline="\n"),
    Style(encoding="iso8859-15", separator="|", numbered_by_journal=False, days="%Y-%m-%d"),
)

_ROOTS = (
    "103 1068 110 12 131 139 151 164 1687 1688 2183 218 28183 2131 28131 267 274 275 165 37 "
    "401 4016 404 408 4091 411 4116 418 4191 421 431 441 44566 44571 4511 4512 4513 4518 462 467 "
    "471 486 487 491 503 512 6037 6064 607 611 6132 6152 6156 616 6218 6226 627 6411 6451 649 657 "
    "658 659 661 6615 6811 6815 68174 678 695 706 707 7083 70841 741 747 757 7587 7591 7593 762 "
    "763 7815 78174 778"
)
ROOTS = tuple(_ROOTS.split())
BUYING = ("6064", "611", "6132", "6156", "616", "6226", "607")
SELLING = ("706", "7083", "707")


def sirens() -> list[str]:
    """Numbers whose key holds."""
    found: list[str] = []
    for body in range(1301, 1301 + len(CODES)):
        for key in range(10):
            digits = f"{body:08d}{key}"
            doubled = [int(d) * (1 + place % 2) for place, d in enumerate(digits)]
            if sum(d // 10 + d % 10 for d in doubled) % 10 == 0:
                found.append(digits)
    return found


CHAMBERS = tuple(
    Chamber(code, rank, siren)
    for rank, (code, siren) in enumerate(zip(CODES, sirens(), strict=True))
)

PADS = ((6, "0"), (8, "0"), (6, "1"), (7, "0"), (6, "0"), (9, "0"))


def local(chamber: Chamber, root: str) -> str:
    """The account by which a chamber keeps one of the common chart."""
    width, pad = PADS[chamber.rank]
    own = OWN_ACCOUNTS.get((chamber.code, root), root)
    return own.ljust(width, pad)


OWN_ACCOUNTS = {
    ("nord", "7593"): "7588",
    ("sud", "7593"): "7587",
    ("ouest", "7593"): "7586",
    ("region", "659"): "6588",
    ("littoral", "7083"): "70690",
}
"""What a chamber keeps elsewhere than where the common chart does."""

RULES = (
    *(Rule("", root, False, root) for root in ROOTS),
    Rule("nord", "7588", False, "7593"),
    Rule("sud", "7587", False, "7593"),
    Rule("ouest", "7586", False, "7593"),
    Rule("region", "6588", False, "659"),
    # An exact account of all chambers goes before what begins an account in one.
    Rule("", "706900000", True, "7083"),
    Rule("littoral", "7069", False, "707"),
    # A chamber's own rule goes before the network's, be it shorter.
    Rule("est", "615", False, "6152"),
)
UNMAPPED = "4799"
"""An account no rule speaks of."""


Posting = tuple[str, int, str]
"""Root (or local account after a `=`), cents, auxiliary number ("" for none)."""


@dataclass
class Entry:
    journal: str
    day: dt.date
    piece: str
    label: str
    lines: list[Posting]
    turned: bool = False


@dataclass
class Book:
    chamber: Chamber
    style: Style
    names: dict[str, str]
    thirds: tuple[str, ...]
    labels: dict[str, str] = field(default_factory=dict)
    """Of third parties that are called otherwise than by their number."""
    entries: list[Entry] = field(default_factory=list)

    def add(
        self, journal: str, day: dt.date, label: str, *lines: Posting, turned: bool = False
    ) -> None:
        held = [line for line in lines if line[1]]
        assert sum(cents for _, cents, _ in held) == 0, (label, lines)
        piece = f"{journal}{len(self.entries) + 1:04d}"
        self.entries.append(Entry(journal, day, piece, label, held, turned))


def draw(folder: Path, seed: int, *, exchanges: int = 45, ordinary: int = 14) -> Network:
    """Write the books of a seed: the same seed, the same bytes.

    One seed in three leaves a chamber without its book, and another's stopped in summer.
    """
    random = Random(seed)
    books = {c.code: _book(random, c, seed) for c in CHAMBERS}
    for book in books.values():
        _opening(random, book)
        for _ in range(ordinary):
            random.choice(ORDINARY)(random, book)
    draw_exchanges(random, books, exchanges)
    draw_joint(random, books)
    draw_namesakes(random, books)
    words = draw_worded(random, books)
    draw_unnamed(random, books)
    folder.mkdir(parents=True, exist_ok=True)
    if seed % 3 == 2:
        stopped, lost = random.sample(CODES, 2)
        last = random.randint(6, 9)
        books[stopped].entries = [e for e in books[stopped].entries if e.day.month <= last]
        del books[lost]
    files = {code: _write(folder, book) for code, book in books.items()}
    numbers = tuple(
        (code, number, partner)
        for code, book in sorted(books.items())
        for partner, number in sorted(book.names.items())
        if number.startswith("C0")
    )
    words = tuple(row for row in words if row[0] in books)
    return Network(CHAMBERS, files, RULES, numbers, words, tuple(draw_adjustments(random)))


def _book(random: Random, chamber: Chamber, seed: int) -> Book:
    """Each book names chambers in its own way; the thirds of others bear the same house numbers."""
    others = [c for c in CHAMBERS if c is not chamber]
    way = random.choice(("code", "upper", "siren", "house", "house"))
    names = {
        other.code: {
            "code": other.code,
            "upper": other.code.upper(),
            "siren": other.siren,
            "house": f"C{other.rank + 1:03d}",
        }[way]
        for other in others
    }
    alike = ("D001", "D002") if way == "house" else ("C001", "C002", "C003", "C004", "C005", "C006")
    thirds = (*alike, f"{others[0].code}2", f"X{others[1].code}", "FOU7", "0000")
    return Book(chamber, STYLES[(chamber.rank + seed) % len(STYLES)], names, thirds)


def _day(random: Random, first: int = 1, last: int = 12) -> dt.date:
    return dt.date(YEAR, random.randint(first, last), random.randint(1, 28))


def _cents(random: Random, most: int = 900_000) -> int:
    return random.choice((random.randint(1, 5_000), random.randint(5_000, most)))


def _tax(random: Random, net: int) -> int:
    rate = random.choice((0, 55, 100, 200, 200))
    return (net * rate + 500) // 1000


# -- what is nobody else's business ----------------------------------------------------------------


def _opening(random: Random, book: Book) -> None:
    """Opening balances: what others owe from before stands there, line by line."""
    amounts = {
        "2131": random.randint(10_000_000, 60_000_000), "2183": random.randint(10_000, 4_000_000),
        "28131": -random.randint(1_000_000, 9_000_000), "28183": -random.randint(0, 10_000),
        "1068": -random.randint(0, 9_000_000), "164": -random.randint(0, 9_000_000),
        "1688": -random.randint(0, 50_000), "131": -random.randint(0, 2_000_000),
        "139": random.randint(0, 400_000), "37": random.randint(0, 90_000),
        "503": random.randint(0, 700_000), "486": random.randint(0, 30_000),
        "12": random.randint(-700_000, 700_000), "512": random.randint(-90_000, 9_000_000),
    }  # fmt: skip
    lines = [(root, cents, "") for root, cents in amounts.items()]
    alone = random.random() < 0.4
    for third in random.sample(book.thirds, 0 if alone else 3):
        lines.append(("411", _cents(random), third))
        lines.append(("401", -_cents(random), third))
    for partner in random.sample(sorted(book.names), 1 if alone else 2):
        lines.append(("4511", random.randint(-300_000, 300_000), book.names[partner]))
    lines.append(("103", -sum(cents for _, cents, _ in lines), ""))
    book.add("AN", dt.date(YEAR, 1, 1), "À nouveaux", *lines)


def _purchase(random: Random, book: Book) -> None:
    net = _cents(random)
    tax, third = _tax(random, net), random.choice(book.thirds)
    bought = random.choice(BUYING)
    lines = ((bought, net, ""), ("44566", tax, ""), ("401", -net - tax, third))
    book.add("AC", _day(random), "Facture d'un fournisseur", *lines)
    if random.random() < 0.5:
        paid = (("401", net + tax, third), ("512", -net - tax, ""))
        book.add("BQ", _day(random), "Règlement", *paid)


def _sale(random: Random, book: Book) -> None:
    net = _cents(random)
    tax, third = _tax(random, net), random.choice(book.thirds)
    turned = random.random() < 0.25
    sign = -1 if turned else 1
    lines = [("411", sign * (net + tax), third), (random.choice(SELLING), -sign * net, "")]
    lines.append(("44571", -sign * tax, ""))
    words = "Avoir" if turned else "Facture"
    book.add("VE", _day(random), f"{words} « client »", *lines, turned=turned)


def _payroll(random: Random, book: Book) -> None:
    gross = _cents(random)
    lines = (("6411", gross, ""), ("6451", gross // 3, ""), ("421", -gross, ""))
    book.add("OD", _day(random), "Paie", *lines, ("431", -(gross // 3), ""))


def _depreciation(random: Random, book: Book) -> None:
    asset, debt, stock = _cents(random), _cents(random), random.randint(-50_000, 50_000)
    year_end = dt.date(YEAR, 12, 31)
    book.add("OD", year_end, "Dotation", ("6811", asset, ""), ("28131", -asset, ""))
    book.add("OD", year_end, "Créances douteuses", ("68174", debt, ""), ("491", -debt, ""))
    book.add("OD", year_end, "Reprise", ("491", debt // 2, ""), ("78174", -(debt // 2), ""))
    book.add("OD", year_end, "Variation de stock", ("6037", stock, ""), ("37", -stock, ""))
    book.add("OD", year_end, "Provision", ("6815", asset, ""), ("151", -asset, ""))


def _treasury(random: Random, book: Book) -> None:
    lent, paid = _cents(random), _cents(random)
    book.add("BQ", _day(random), "Emprunt", ("512", lent, ""), ("164", -lent, ""))
    lines = (("164", paid, ""), ("661", paid // 9, ""), ("627", 1_250, ""))
    book.add("BQ", _day(random), "Échéance", *lines, ("512", -paid - paid // 9 - 1_250, ""))
    book.add("BQ", _day(random), "Placement", ("503", paid, ""), ("512", -paid, ""))


def _receipts(random: Random, book: Book) -> None:
    """Tax of one's own, grants of the State, an indemnity of the insurer, an exceptional item."""
    cents, share = _cents(random), _cents(random)
    book.add("BQ", _day(random), "Taxe", ("512", cents, ""), ("7591", -cents, ""))
    book.add("OD", _day(random), "Subvention", ("441", share, ""), ("131", -share, ""))
    book.add("OD", _day(random), "Quote-part", ("139", share // 5, ""), ("747", -(share // 5), ""))
    exceptional = random.choice((("678", share), ("778", -share)))
    book.add(
        "OD", _day(random), "Événement majeur", (*exceptional, ""), ("512", -exceptional[1], "")
    )
    if book.chamber.code != "sud":
        lines = (("512", cents, ""), ("7587", -cents, ""))
        book.add("BQ", _day(random), "Indemnité d'assurance", *lines)


def _odd(random: Random, book: Book) -> None:
    """An account of chambers without any chamber, one without a rule, one kept elsewhere."""
    cents = _cents(random)
    book.add("OD", _day(random), "À identifier", ("4518", cents, ""), ("471", -cents, ""))
    lost = f"={UNMAPPED.ljust(PADS[book.chamber.rank][0], '0')}"
    book.add("OD", _day(random), "Hors plan", (lost, -cents, ""), ("512", cents, ""))
    book.add("OD", _day(random), "Entretien", ("6156", cents, ""), ("6152", -cents, ""))
    book.add("OD", _day(random), "Loyers", ("512", cents, ""), ("7083", -cents, ""))


ORDINARY = (
    *(_purchase, _purchase, _purchase, _sale, _sale, _sale, _payroll),
    *(_depreciation, _treasury, _receipts, _odd),
)

# -- between chambers ------------------------------------------------------------------------------

Side = tuple[str, str, list[tuple[str, int, bool]]]
"""Journal, label, lines: root, cents, whether the other chamber's number stands there."""


def _owed(random: Random, claim: bool) -> str:
    """Where a chamber writes what another owes it for a sale, or what it owes."""
    return random.choice(
        ("411", "4116", "4512", "418") if claim else ("401", "4016", "4512", "408")
    )


def _sides(random: Random, kind: str, net: int) -> tuple[Side, Side]:
    """What the first writes on the second, and what the second should write on the first."""
    tax, interest = _tax(random, net), net // 7
    claim, debt = _owed(random, True), _owed(random, False)
    return {
        "personnel": (
            ("VE", "Mise à disposition", [(claim, net, True), ("70841", -net, False)]),
            ("AC", "Personnel mis à disposition", [("6218", net, False), (debt, -net, True)]),
        ),
        "vente": (
            ("VE", "Prestation", [(claim, net + tax, True), (random.choice(SELLING), -net, False),
                                  ("44571", -tax, False)]),
            ("AC", "Achat", [(random.choice(BUYING), net, False), ("44566", tax, False),
                             (debt, -net - tax, True)]),
        ),
        "taxe": (
            ("OD", "Reversement de taxe", [("659", net, False), ("4513", -net, True)]),
            ("OD", "Taxe reçue", [("4513", net, True), ("7593", -net, False)]),
        ),
        "courant": (
            ("BQ", "Avance", [("4511", net, True), ("512", -net, False)]),
            ("BQ", "Avance reçue", [("512", net, False), ("4511", -net, True)]),
        ),
        "interets": (
            ("OD", "Intérêts", [("4511", net, True), ("763", -net, False)]),
            ("OD", "Intérêts dus", [("6615", net, False), ("4511", -net, True)]),
        ),
        "pret": (
            ("OD", "Prêt par compte courant", [("274", net, False), ("4511", interest - net, True),
                                               ("762", -interest, False)]),
            ("OD", "Emprunt par compte courant", [("4511", net - interest, True),
                                                  ("661", interest, False), ("1687", -net, False)]),
        ),
        "subvention": (
            ("OD", "Subvention versée", [("658", net, False), ("467", -net, True)]),
            ("OD", "Subvention reçue", [(random.choice(("441", "467")), net, True),
                                        (random.choice(("741", "741", "131")), -net, False)]),
        ),
        "cession": (
            ("OD", "Cession d'un bien", [("462", net, True), ("757", -net, False)]),
            ("AC", "Bien acheté", [("2183", net, False), ("404", -net, True)]),
        ),
        "avance": (
            ("BQ", "Acompte versé", [("4091", net, True), ("512", -net, False)]),
            ("BQ", "Acompte reçu", [("512", net, False), ("4191", -net, True)]),
        ),
        "regularisation": (
            ("OD", "Charge constatée d'avance", [("486", net, True), ("6132", -net, False)]),
            ("OD", "Produit constaté d'avance", [("7083", net, False), ("487", -net, True)]),
        ),
        "caution": (
            ("OD", "Caution", [("275", net, False), ("4511", -net, True)]),
            ("OD", "Caution reçue", [("4511", net, True), ("165", -net, False)]),
        ),
        "salaire": (
            ("OD", "Salaire partagé", [("4518", net, True), ("649", -net, False)]),
            ("OD", "Salaire partagé", [("6411", net, False), ("4518", -net, True)]),
        ),
    }[kind]  # fmt: skip


KINDS = (
    *("personnel", "personnel", "personnel", "vente", "vente", "vente", "courant", "interets"),
    *("pret", "subvention", "cession", "avance", "regularisation", "caution", "salaire"),
)
FATES = (
    *("both",) * 12,
    *(
        "first",
        "second",
        "amount",
        "late",
        "credit",
        "credit-first",
        "paid",
        "paid",
        "two",
        "third",
    ),
)
"""both: the two say alike; late: the first dates it of December, the second of the next year;
credit: part of it is credited back, by both or by the first alone; paid: it is paid, by both or by
one; two: with another chamber in the same entry; third: with somebody else in it."""


def draw_exchanges(random: Random, books: dict[str, Book], count: int) -> None:
    others = CODES[1:]
    for code in others:
        exchange(random, books["region"], books[code], "taxe", random.choice(FATES))
    for _ in range(count):
        one, other = random.sample(CODES, 2)
        exchange(random, books[one], books[other], random.choice(KINDS), random.choice(FATES))


def exchange(random: Random, one: Book, other: Book, kind: str, fate: str) -> None:
    """Something between two chambers, as each writes it."""
    net, day = _cents(random), _day(random, 1, 11)
    first, second = _sides(random, kind, net)
    if fate == "amount":
        _, second = _sides(random, kind, net + random.randint(1, 2_000))
    if fate == "late":
        day = dt.date(YEAR, 12, random.randint(20, 31))
    if fate != "second":
        _post(one, other, day, first)
    if fate not in ("first", "late"):
        late = day + dt.timedelta(days=random.randint(0, 25))
        _post(other, one, late, second, _company(random, one, other, fate))
    if fate.startswith("credit"):
        part = random.randint(1, net)
        turned = [_turned(side) for side in _sides(random, kind, part)]
        _post(one, other, _day(random, 11, 12), turned[0], turned=True)
        if fate == "credit":
            _post(other, one, _day(random, 11, 12), turned[1], turned=True)
    if fate == "paid":
        _pay(random, one, other, first, second)


def _turned(side: Side) -> Side:
    journal, label, lines = side
    return journal, f"Avoir, {label}", [(root, -cents, named) for root, cents, named in lines]


def _company(random: Random, one: Book, other: Book, fate: str) -> str:
    """Whom else an entry is with: nobody, another chamber, somebody else."""
    if fate == "two":
        code = random.choice([c for c in CODES if c not in (one.chamber.code, other.chamber.code)])
        return other.names[code]
    return random.choice(other.thirds) if fate == "third" else ""


def _post(
    book: Book, facing: Book, day: dt.date, side: Side, company: str = "", *, turned: bool = False
) -> None:
    journal, label, lines = side
    number = book.names[facing.chamber.code]
    written = [(root, cents, number if named else "") for root, cents, named in lines]
    if company:
        written += [("467", 1_234, company), ("512", -1_234, "")]
    book.add(journal, day, label, *written, turned=turned)


def _pay(random: Random, one: Book, other: Book, first: Side, second: Side) -> None:
    """What was owed is paid, as seen by both or by one."""
    who = random.choice(("both", "both", "one", "other"))
    for name, book, facing, side in (("one", one, other, first), ("other", other, one, second)):
        if who in ("both", name):
            owed = [(root, -cents, True) for root, cents, named in side[2] if named]
            lines = [*owed, ("512", -sum(cents for _, cents, _ in owed), False)]
            _post(book, facing, _day(random, 12, 12), ("BQ", "Virement", lines))


# -- several chambers in one entry ----------------------------------------------------------------


def draw_joint(random: Random, books: dict[str, Book]) -> None:
    """Tax redistributed in one entry every month or so, one invoice for many, one entry for two
    natures: what each chamber has is told by what it owes, or cannot be told."""
    for month in random.sample(range(1, 13), 4):
        _redistribution(random, books, month)
    for _ in range(8):
        code = random.choice(CODES)
        random.choice(JOINT)(random, books[code], [b for c, b in books.items() if c != code])


def _redistribution(random: Random, books: dict[str, Book], month: int) -> None:
    region, day = books["region"], dt.date(YEAR, month, random.randint(1, 28))
    shares = {code: _cents(random) for code in random.sample(CODES[1:], random.randint(2, 5))}
    owed = [("4513", -cents, region.names[code]) for code, cents in shares.items()]
    lines = [("659", sum(shares.values()), ""), *owed]
    random.shuffle(lines)
    region.add("OD", day, "Reversement de taxe", *lines)
    for code, cents in shares.items():
        if random.random() < 0.8:
            got = (("4513", cents, books[code].names["region"]), ("7593", -cents, ""))
            books[code].add("OD", day, "Taxe reçue", *got)


def _group_invoice(random: Random, book: Book, others: Sequence[Book]) -> None:
    """One sale to several chambers, a customer at times among them, with or without tax."""
    rate = random.choice((0, 55, 100, 200))
    lines: list[Posting] = []
    for other in random.sample(list(others), 2):
        net = _cents(random)
        tax = (net * rate + 500) // 1000
        lines += [("411", net + tax, book.names[other.chamber.code])]
        lines += [("70841", -net, ""), ("44571", -tax, "")]
    if random.random() < 0.4:
        net = _cents(random)
        tax = (net * rate + 500) // 1000
        lines += [("411", net + tax, random.choice(book.thirds)), ("70841", -net, "")]
        lines += [("44571", -tax, "")]
    if random.random() < 0.3:  # a rate of its own: no rate makes all of it
        lines += [("44571", -1, ""), ("512", 1, "")]
    book.add("VE", _day(random), "Facture groupée", *_merged(lines))


def _merged(lines: Sequence[Posting]) -> list[Posting]:
    """Amounts of one account and one third party added up, as one writes an entry."""
    sums: dict[tuple[str, str], int] = {}
    for root, cents, third in lines:
        sums[root, third] = sums.get((root, third), 0) + cents
    return [(root, cents, third) for (root, third), cents in sums.items()]


def _two_natures(random: Random, book: Book, others: Sequence[Book]) -> None:
    """Staff of one chamber and services of another in one entry; where both cost the same, or where
    one owes a part of each, nothing tells which is whose."""
    one, other = random.sample(list(others), 2)
    staff, service = _cents(random), _cents(random)
    how = random.choice(("apart", "apart", "alike", "across"))
    if how == "alike":
        service = staff
    moved = min(staff, service) // 3 if how == "across" else 0
    lines = (
        ("6218", staff, ""),
        ("6226", service, ""),
        ("4512", -staff - moved, book.names[one.chamber.code]),
        ("401", moved - service, book.names[other.chamber.code]),
    )
    book.add("AC", _day(random), "Charges communes", *lines)


def _with_bank(random: Random, book: Book, others: Sequence[Book]) -> None:
    """A charge owed to one, a debt to another paid in the same entry, fees of the bank."""
    one, other = random.sample(list(others), 2)
    cost, debt = _cents(random), _cents(random)
    fees = random.choice((0, 250))
    lines = (
        ("6218", cost, ""),
        ("401", -cost, book.names[one.chamber.code]),
        ("401", debt, book.names[other.chamber.code]),
        ("627", fees, ""),
        ("512", -debt - fees, ""),
    )
    book.add("BQ", _day(random), "Charge et règlement", *lines)


JOINT = (_group_invoice, _group_invoice, _two_natures, _two_natures, _with_bank)

# -- customers who bear the code of a chamber ------------------------------------------------------


def draw_namesakes(random: Random, books: dict[str, Book]) -> None:
    """In books that name chambers otherwise than by their code, a customer has one for number."""
    for book in books.values():
        written = {number.lower() for number in book.names.values()}
        free = [c for c in CODES if c != book.chamber.code and c not in written]
        for code in free[:1]:
            number = random.choice((code, code.upper()))
            book.labels[number] = "Boulangerie Martin"
            for _ in range(2):
                net = _cents(random)
                lines = (("411", net, number), ("706", -net, ""))
                book.add("VE", _day(random), "Facture d'un client", *lines)


# -- chambers that a label alone tells -------------------------------------------------------------


def draw_worded(random: Random, books: dict[str, Book]) -> tuple[tuple[str, str, str], ...]:
    """Entries whose label names a chamber, alone or beside somebody else: the words attached, the
    longer of which say another chamber than those they begin with."""
    found = []
    for book in random.sample(list(books.values()), 4):
        code = book.chamber.code
        one, other = random.sample([c for c in CODES if c != code], 2)
        found += [(code, f"convention {one}", one), (code, f"Convention {one} et {other}", other)]
        for label in (f"CONVENTION {one} n° 3", f"Suite, convention {one} et {other}"):
            for way in random.sample(WORDED, 3):
                way(random, book, label, [books[one], books[other]])
    return tuple(found)


def _named_alone(random: Random, book: Book, label: str, _: Sequence[Book]) -> None:
    net = _cents(random)
    account = random.choice(("4511", "4512", "411"))
    book.add("VE", _day(random), label, (account, net, ""), ("70841", -net, ""))


def _named_beside_a_third(random: Random, book: Book, label: str, _: Sequence[Book]) -> None:
    """Somebody else's auxiliary stands in the entry, and leaves its other lines to their label."""
    net, owed = _cents(random), _cents(random)
    lines = (
        ("6218", net, ""),
        ("4512", -net - owed, ""),
        ("401", owed, random.choice(book.thirds)),
    )
    book.add("AC", _day(random), label, *lines)


def _named_otherwise(random: Random, book: Book, label: str, others: Sequence[Book]) -> None:
    """The only chamber of an entry goes before what its label says."""
    net = _cents(random)
    third = book.names[random.choice(list(others)).chamber.code]
    book.add("AC", _day(random), label, ("6218", net, ""), ("4512", -net, third))


def _named_among_several(random: Random, book: Book, label: str, others: Sequence[Book]) -> None:
    """Shared out where that concludes; else, as the label says."""
    staff, service = _cents(random), _cents(random)
    moved = random.choice((0, 0, min(staff, service) // 3))
    one, other = (book.names[o.chamber.code] for o in others)
    lines = (("6218", staff, ""), ("6226", service, ""), ("4512", -staff - moved, one))
    book.add("AC", _day(random), label, *lines, ("401", moved - service, other))


def _named_when_opening(random: Random, book: Book, label: str, _: Sequence[Book]) -> None:
    net = _cents(random)
    book.add("AN", dt.date(YEAR, 1, 1), label, ("4511", net, ""), ("103", -net, ""))


WORDED = (
    _named_alone, _named_beside_a_third, _named_otherwise, _named_among_several,
    _named_when_opening,
)  # fmt: skip

# -- a chamber beside third parties that no line names -----------------------------------------


def draw_unnamed(random: Random, books: dict[str, Book]) -> None:
    """Entries that gather a month: suppliers, customers, staff or the bank without a number, and
    one chamber. What is the chamber's is what its amount makes, or cannot be told."""
    for book in random.sample(list(books.values()), 4):
        for way in random.sample(UNNAMED, 3):
            partner = random.choice([c for c in CODES if c != book.chamber.code])
            net, other = _cents(random), _cents(random)
            lines = way(net, other, book.names[partner])
            book.add("OD", _day(random), "Centralisation", *lines)


def _purchases(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("6064", other, ""), ("611", net, ""), ("401", -other, ""), ("401", -net, third)


def _sales(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("411", other, ""), ("411", net, third), ("706", -other, ""), ("70841", -net, "")


def _cash(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("512", other, ""), ("411", net, third), ("706", -other - net, "")


def _statement(net: int, other: int, third: str) -> tuple[Posting, ...]:
    fees = other // 20
    got = (("512", net - 3 * fees, ""), ("411", -net, third))
    return *got, ("627", fees, ""), ("661", 2 * fees, "")


def _staff(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("611", net, ""), ("6411", other, ""), ("421", -other, ""), ("401", -net, third)


def _at_once(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("6218", net, ""), ("401", -net, third), ("401", net, third), ("512", -net, "")


def _alike(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("611", net, ""), ("6064", net, ""), ("401", -net, ""), ("401", -net, third)


def _loan(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("164", net, ""), ("661", other, ""), ("4511", -net - other, third)


def _provision(net: int, other: int, third: str) -> tuple[Posting, ...]:
    return ("6815", other, ""), ("151", -other, ""), ("611", net, ""), ("4512", -net, third)


UNNAMED = (
    _purchases, _sales, _cash, _statement, _staff, _at_once, _alike, _loan, _provision,
)  # fmt: skip

# -- beside the books -----------------------------------------------------------------------------


def draw_adjustments(random: Random) -> Iterator[Adjustment]:
    """A gain between chambers taken out, a share of tax not booked, a provision cancelled; of two
    years ago a gain, of last year a share of tax, which this one takes back in part."""
    seller, buyer, third = random.sample(CODES, 3)
    price, value, share = random.randint(50_000, 90_000), random.randint(1, 50_000), _cents(random)
    gain = (
        (seller, "757", "", price),
        (seller, "657", "", -value),
        (buyer, "2183", "", value - price),
    )
    yield Adjustment(_day(random), "Plus-value interne", gain)
    tax = ((third, "4513", "region", share), (third, "7593", "region", -share))
    if third != "region":
        yield Adjustment(dt.date(YEAR, 12, 31), "Quote-part de taxe", tax)
    provision = ((buyer, "151", "", share), (buyer, "6815", "", -share))
    yield Adjustment(_day(random), "Provision interne", provision)
    yield Adjustment(dt.date(YEAR - 2, 6, 30), "Plus-value d’avant", gain)
    owed = ((third, "4511", seller, price), (third, "7593", "region", -price))
    if third != "region":
        yield Adjustment(dt.date(YEAR - 1, 12, 31), "Quote-part d’avant", owed)
        back = ((third, "4511", seller, -value), (third, "7593", "region", value))
        yield Adjustment(dt.date(YEAR, 1, 15), "Reprise en partie", back)


# -- the files -------------------------------------------------------------------------------------


def _write(folder: Path, book: Book) -> Path:
    path, style = folder / book.chamber.file_name, book.style
    heads = list(COLUMNS)
    if style.signed:
        heads[11:13] = ["Montant", "Sens"]
    rows: list[Sequence[str]] = [heads]
    numbers: dict[str, int] = {}
    for entry in sorted(book.entries, key=lambda e: e.day):
        key = entry.journal if style.numbered_by_journal else ""
        numbers[key] = numbers.get(key, 0) + 1
        rows += _rows(book, entry, numbers[key])
    text = "".join(style.separator.join(row) + style.newline for row in rows)
    path.write_bytes(text.encode(style.encoding))
    return path


def _rows(book: Book, entry: Entry, number: int) -> Iterable[Sequence[str]]:
    style = book.style
    day = entry.day.strftime(style.days)
    for root, cents, third in entry.lines:
        account = root[1:] if root.startswith("=") else local(book.chamber, root)
        head = (entry.journal, JOURNALS[entry.journal], str(number), day, account, f"Compte {root}")
        label = book.labels.get(third, f"Tiers {third}") if third else ""
        middle = (third, label, entry.piece, day, entry.label)
        yield (*head, *middle, *_amounts(style, cents, entry.turned), "", "", day, "", "")


def _amounts(style: Style, cents: int, turned: bool) -> tuple[str, str]:
    """Two sides, or an amount and its direction; a credit note may be negative on its old side."""
    is_debit = cents > 0
    if turned and style.negative:
        is_debit, cents = not is_debit, -abs(cents)
    amount = f"{'-' if cents < 0 and turned and style.negative else ''}{_euros(cents, style)}"
    if style.signed:
        return amount, "D" if is_debit else "C"
    nothing = _euros(0, style)
    return (amount, nothing) if is_debit else (nothing, amount)


def _oddly(euros: int, rest: int) -> str:
    """One of the spellings of an amount, by the amount itself."""
    if not rest:
        return (f"{euros},", f"00{euros}", f" {euros},000", f"{euros}")[euros % 4]
    if not euros:
        return (f",{rest:02d}", f"+0,{rest:02d}", f"0,{rest:02d}0 ")[rest % 3]
    plain = f"{euros},{rest:02d}" if rest % 10 else f"{euros},{rest // 10}"
    return (plain, f"+{plain}", f"{plain}+", f"  {plain}")[euros % 4]


def _euros(cents: int, style: Style) -> str:
    euros, rest = divmod(abs(cents), 100)
    if style.odd:
        return _oddly(euros, rest)
    return f"{euros:012d},{rest:02d}" if style.padded else f"{euros},{rest:02d}"
