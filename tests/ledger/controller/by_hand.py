"""A controller with plain Python: every cell of the consolidated accounts, from the files alone.

    held = control(files, rules, numbers, chambers, Texts.shipped())

Reads the ledgers with `csv`, adds integers up in dictionaries, and takes nothing of `maillage` but
the texts of its chart, families, layouts and flows. Written from the rules a controller signs, not
from the code it is compared with: slow, short, and wrong in no way the product is wrong. Amounts
are cents, debit less credit, unless said.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

SUM, ELIMINATED, ADJUSTED, WHOLE = "somme", "eliminations", "retraitements", "consolide"
GAP = {True: "7E", False: "4E"}
"""Where what does not match stands: of charges and products (True), of the balance sheet."""

UNTOLD = "non renseigné"
"""What stands for an amount that nobody told."""
Row = dict[str, int | str]
"""An amount by column (a chamber's code, or one of the four above), or that it is not told."""
Cents = dict[str, int]


class Chamber(NamedTuple):
    code: str
    siren: str


class Rule(NamedTuple):
    chamber: str
    prefix: str
    exact: bool
    target: str


class Line(NamedTuple):
    """A line of a book. `account`: of the common chart, "" without a rule."""

    chamber: str
    entry: tuple[str, str]
    day: dt.date
    account: str
    number: str
    debit: int
    credit: int
    partner: str = ""
    label: str = ""
    """Of its third party."""
    text: str = ""
    local: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether it is with nobody, and names nobody."""
        return not self.partner and not self.number

    @property
    def net(self) -> int:
        return self.debit - self.credit


class Adjustment(NamedTuple):
    """A line of the journal of consolidation, debit less credit; `partner` "" for none."""

    chamber: str
    account: str
    partner: str
    day: dt.date
    cents: int


# -- what is read ----------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a book, by the heads of its columns."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso8859-15")
    separator = "\t" if "\t" in text.split("\n", 1)[0] else "|"
    return list(csv.DictReader(text.splitlines(), delimiter=separator, quoting=csv.QUOTE_NONE))


def book_lines(path: Path, chamber: str, rules: Sequence[Rule]) -> list[Line]:
    return [_line(row, chamber, rules) for row in rows_of(path)]


def _line(row: Mapping[str, str], chamber: str, rules: Sequence[Rule]) -> Line:
    if "Sens" in row:
        amount = cents_of(row["Montant"])
        debit, credit = (amount, 0) if row["Sens"] == "D" else (0, amount)
    else:
        debit, credit = cents_of(row["Debit"]), cents_of(row["Credit"])
    day = day_of(row["EcritureDate"])
    entry = (row["JournalCode"], row["EcritureNum"])
    account = common_of(chamber, row["CompteNum"], rules)
    number, label = row["CompAuxNum"], row["CompAuxLib"]
    text = row["EcritureLib"]
    local = row["CompteNum"]
    return Line(chamber, entry, day, account, number, debit, credit, "", label, text, local)


def day_of(text: str) -> dt.date:
    """A day in any of the spellings drawn."""
    shape = "%d/%m/%Y" if "/" in text else "%Y-%m-%d" if "-" in text else "%Y%m%d"
    return dt.datetime.strptime(text, shape).date()


def cents_of(text: str) -> int:
    """An amount by its value: spaces around, a sign before or after, either side of the comma."""
    euros, _, rest = text.strip().strip("+-").partition(",")
    assert not rest[2:].strip("0"), text
    sign = -1 if "-" in text else 1
    return sign * (int(euros or "0") * 100 + int((rest + "00")[:2]))


def common_of(chamber: str, local: str, rules: Sequence[Rule]) -> str:
    """Exact accounts first, then a chamber's own rules, then the longest beginning."""
    told = [
        rule
        for rule in rules
        if rule.chamber in ("", chamber)
        and (local == rule.prefix if rule.exact else local.startswith(rule.prefix))
    ]
    if not told:
        return ""
    return max(told, key=lambda r: (r.exact, r.chamber != "", len(r.prefix))).target


def faced(
    lines: Sequence[Line],
    chambers: Sequence[Chamber],
    numbers: Iterable[tuple[str, str, str]],
) -> Iterator[Line]:
    """Each line of one book with the chamber it faces: its auxiliary's, else the only third
    party's of its entry where that is a chamber, and where the entry holds nothing that may be
    somebody else's. Opening entries tell of nothing else."""
    holder = lines[0].chamber if lines else ""
    known = {c.code.upper(): c.code for c in chambers} | {c.siren: c.code for c in chambers}
    labels = {line.number.upper(): line.label for line in lines}
    for code in [c.code for c in chambers]:
        # A number that is a code says its chamber; a label that names somebody else denies it.
        label = labels.get(code.upper(), "").lower()
        if label and code not in label:
            del known[code.upper()]
    known |= {number.upper(): partner for book, number, partner in numbers if book == holder}
    thirds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        if written := line.number.strip().upper():
            thirds[line.entry].add(known.get(written) or f"? {written}")
        elif line.local[0] in "12345" and not line.local.startswith("445"):
            thirds[line.entry].add("? unnamed")
    for line in lines:
        if line.number:
            partner = known.get(line.number.strip().upper(), "")
        else:
            is_telling = len(thirds[line.entry]) == 1 and line.entry[0] != "AN"
            (partner,) = thirds[line.entry] if is_telling else ("",)
        kept = partner if not partner.startswith("?") and partner != holder else ""
        yield line._replace(partner=kept)


RATES = ((100, 100), (120, 100), (110, 100), (1055, 1000), (1021, 1000))
"""With tax, without: none, and the four of France."""


Words = Sequence[tuple[str, str]]
"""Words of labels that stand for a chamber, the longest first."""


def shared(lines: Sequence[Line], texts: Texts, words: Words = ()) -> Iterator[Line]:
    """The lines of a book, and what charges and products of entries with several third parties have
    with each: what leaves "nobody" for a chamber is a line more on either side.

    A line that faces nobody then, of which no sharing says anything, is with the chamber its label
    names.

    Every way to lay what third parties owe on what it pays for is tried. What all those that fall
    right to the cent say alike is so; where they disagree, or none does, nothing is.
    """
    by_entry: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        by_entry[line.entry].append(line)
    for (journal, _), written in by_entry.items():
        entry = written
        who = {line.partner or "?" for line in entry if line.partner or line.number}
        told: set[tuple[str, int]] = set()
        moved: list[Line] = []
        if journal != "AN" and who - {"?"} and len(who) > 1:
            told, moved = _laid(entry, texts)
        elif journal != "AN" and who - {"?"} and any(line.is_bare for line in entry):
            entry, told, moved = _only(entry, *who, texts)
        words_of = () if _names_whom(written) else words
        for line in entry:
            is_told = not line.is_bare or (line.account, line.day.month) in told
            yield line if is_told else line._replace(partner=_worded(line.text, words_of))
        yield from moved


def _names_whom(entry: Sequence[Line]) -> bool:
    """Whether an entry without a chamber says whom it is with, and leaves no account for one."""
    if any(line.partner for line in entry):
        return False
    bare = [line.local for line in entry if line.is_bare]
    is_said = any(line.number for line in entry) or any(a[:2] in ("42", "53") for a in bare)
    mine = ("16", "17", "26", "27", "40", "41", "44", "45", "46", "47")
    return is_said and not any(a[:2] in mine and a[:3] != "445" for a in bare)


def _worded(text: str, words: Words) -> str:
    return next((chamber for said, chamber in words if said.lower() in text.lower()), "")


def _laid(entry: Sequence[Line], texts: Texts) -> tuple[set[tuple[str, int]], list[Line]]:
    """What a sharing concludes on, by account and month, and the lines it moves."""
    bare = [line for line in entry if line.is_bare]
    paid: dict[tuple[str, int], int] = defaultdict(int)
    rest, tax = None, 0
    for line in bare:
        if line.account[:1] in ("6", "7") and texts.family(line.account):
            paid[line.account, line.day.month] += line.net
        elif line.account.startswith("445"):
            tax += line.net
        else:
            rest = (rest or 0) + line.net
    owed = [line for line in entry if not line.is_bare and line.net]
    found = _found(owed, paid, rest, tax)
    if not found and not rest:
        asked = [x for x in bare if (x.account, x.day.month) in paid and x.net]
        found = _line_by_line([x for x in owed if x.partner], asked, tax)
    if len(found) != 1:
        return set(), []
    return set(paid), _moved(bare, *found)


def _line_by_line(owed: Sequence[Line], asked: Sequence[Line], tax: int) -> set[Shared]:
    """What chambers have where each amount is one line with its tax, the rest being of one rate."""
    found = set()
    for chosen in itertools.permutations(range(len(asked)), len(owed)) if owed else ():
        taxes = [-x.net - asked[n].net for x, n in zip(owed, chosen, strict=True)]
        if not all(
            any(_taxed(asked[n].net, rate) == -x.net for rate in (RATES if tax else RATES[:1]))
            for x, n in zip(owed, chosen, strict=True)
        ):
            continue
        others = [line.net for n, line in enumerate(asked) if n not in chosen]
        left = tax - sum(taxes)
        if others and not any(
            abs(sum(others) * (up - down) - left * down) * 2 <= len(others) * down
            for up, down in RATES
        ):
            continue
        if others or not left:
            told: dict[tuple[tuple[str, int], str], int] = defaultdict(int)
            for x, n in zip(owed, chosen, strict=True):
                told[(asked[n].account, asked[n].day.month), x.partner] += asked[n].net
            found.add(frozenset(told.items()))
    return found


def _taxed(bare: int, rate: tuple[int, int]) -> int:
    up, down = rate
    tax = (2 * abs(bare) * (up - down) + down) // (2 * down)
    return bare + tax if bare > 0 else bare - tax


Shared = frozenset[tuple[tuple[tuple[str, int], str], int]]
"""What each chamber has of an account in a month."""


def _found(
    owed: Sequence[Line],
    paid: Mapping[tuple[str, int], int],
    rest: int | None,
    tax: int,
    *,
    side_by_side: bool = False,
) -> set[Shared]:
    """All that falls right. `side_by_side`: nothing goes against what it pays for, nor beyond."""
    found = set()
    for rate in RATES if tax else RATES[:1]:
        for ways in itertools.product(*(_ways(line.net, paid, rest, rate) for line in owed)):
            if side_by_side and any(
                place and (net * paid[place] >= 0 or abs(net) > abs(paid[place]))
                for place, net in ways
            ):
                continue
            if _falls_right(owed, ways, paid, rest or 0, tax):
                told: dict[tuple[tuple[str, int], str], int] = defaultdict(int)
                for line, (place, net) in zip(owed, ways, strict=True):
                    if place and line.partner:
                        told[place, line.partner] -= net
                found.add(frozenset((key, cents) for key, cents in told.items() if cents))
    return found


def _moved(bare: Sequence[Line], told: Shared) -> list[Line]:
    moved = []
    for ((account, month), partner), cents in told:
        model = next(x for x in bare if x.account == account and x.day.month == month)
        moved += [
            model._replace(debit=max(cents, 0), credit=max(-cents, 0), partner=partner),
            model._replace(debit=-max(cents, 0), credit=-max(-cents, 0)),
        ]
    return moved


SOMEBODYS = (
    *("161", "162", "163", "164", "40", "41", "42", "43", "440", "441", "442", "443", "444"),
    *("446", "447", "448", "449", "45", "46", "47", "50", "51", "52", "53", "54", "55", "56"),
    *("57", "58"),
)


def _only(
    entry: Sequence[Line], partner: str, texts: Texts
) -> tuple[list[Line], set[tuple[str, int]], list[Line]]:
    """An entry of one chamber beside accounts that may be somebody else's.

    All of it is the chamber's where none of them is. Else what it owes pays for accounts of
    families to the cent, or, beside what others owe, whole amount by whole amount.
    """
    bare = [line for line in entry if line.is_bare]
    others = [
        x for x in bare if not texts.is_own(x.account)
        and (x.account or x.local).startswith(SOMEBODYS)
    ]  # fmt: skip
    asked = [x for x in bare if x not in others and texts.is_told(x.account)]
    rest = [x for x in bare if x not in others and x not in asked]
    balance = [x for x in rest if x.local[0] in "12345" and not x.local.startswith("445")]
    if not others and not (asked and balance):
        return [x._replace(partner=partner) if x.is_bare else x for x in entry], set(), []
    paid: dict[tuple[str, int], int] = defaultdict(int)
    for line in asked:
        paid[line.account, line.day.month] += line.net
    tax = sum(x.net for x in rest if x.account.startswith("445"))
    left = sum(x.net for x in rest) - tax
    owed = [x for x in entry if not x.is_bare and x.net]
    if not paid:
        return list(entry), set(), []
    found = _found(owed, paid, left + sum(x.net for x in others), tax)
    if not found and others:
        named = [x._replace(partner="") for x in others if x.net]
        found = _found([*owed, *named], paid, left, tax, side_by_side=True)
        if not found and not left:
            found = _line_by_line(owed, [x for x in asked if x.net], tax)
    if len(found) != 1:
        return list(entry), set(), []
    return list(entry), set(paid), _moved(bare, *found)


Way = tuple[tuple[str, int] | None, int]
"""What an amount pays for (None: the rest), and how much of it without tax."""


def _ways(
    net: int, paid: Iterable[tuple[str, int]], rest: int | None, rate: tuple[int, int]
) -> list[Way]:
    gross, base = rate
    # Twice the amount, for halves of a cent go up.
    size = abs(net)
    bare = [
        b if net > 0 else -b
        for b in range(size * base // gross - 1, size * base // gross + 3)
        if b >= 0 and b + (2 * b * (gross - base) + base) // (2 * base) == size
    ]
    ways: list[Way] = [(place, b) for place in paid for b in bare]
    if rest is not None:
        ways += {(None, net), *((None, b) for b in bare)}
    return ways


def _falls_right(
    owed: Sequence[Line],
    ways: Sequence[Way],
    paid: Mapping[tuple[str, int], int],
    rest: int,
    tax: int,
) -> bool:
    left: dict[tuple[str, int] | None, int] = {None: rest, **paid}
    for line, (place, net) in zip(owed, ways, strict=True):
        left[place] += net
        tax += line.net - net
    return not tax and not any(left.values())


# -- the texts of the referential ------------------------------------------------------------------


class Family(NamedTuple):
    """What the common chart says of an account between chambers. `side`: debit, credit, either."""

    code: str
    side: str


@dataclass(frozen=True)
class Texts:
    chart: Mapping[str, Mapping[str, str]]
    families: Sequence[Mapping[str, str]]
    kept: tuple[str, ...]
    layouts: Sequence[Mapping[str, Any]]
    flows: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Texts:
        def read(name: str) -> Any:
            return yaml.load((folder / name).read_text("utf-8"), yaml.BaseLoader)

        charts = (read("chart-pcg-2026.yaml"), read("network-chart-extensions.yaml"))
        accounts = {row["number"]: row for chart in charts for row in chart["accounts"]}
        families = read("intercompany-families.yaml")
        layouts = read("statement-layouts.yaml")["layouts"]
        flows = read("financing-flows.yaml")
        kept = tuple(families["kept"].split())
        return cls(accounts, families["families"], kept, layouts, flows)

    def is_told(self, account: str) -> bool:
        """Whether the column or the families say anything of an account but to keep it in."""
        said = [p for f in self.families for p in f.get("adjusted", "").split()]
        return self.family(account) is not None or account.startswith(tuple(said))

    def is_own(self, account: str) -> bool:
        """Whether nothing but chambers is booked there."""
        said = [p for f in self.families for p in f.get("own", "").split()]
        shapes = [account[:length] for length in range(len(account), 0, -1)]
        words = [self.chart[n].get("family", "") for n in shapes if n in self.chart]
        named = next((word for word in words if word), "aucune") != "aucune"
        return named or account.startswith(tuple(said))

    def family(self, account: str) -> Family | None:
        """The family an account is eliminated with, None for none.

        The chart's column wins, the nearest account that fills it; else the longest beginning of
        the families, which may keep it in or leave it to be adjusted.
        """
        shapes = [account[:length] for length in range(len(account), 0, -1)]
        column = [self.chart[n].get("family", "") for n in shapes if n in self.chart]
        side = next((self.chart[n]["side"] for n in shapes if n in self.chart), "either")
        told = next((word for word in column if word), "")
        if told:
            return None if told == "aucune" else Family(told, side)
        found = [(prefix, "", "") for prefix in self.kept]
        for family in self.families:
            for use in ("accounts", "adjusted", "both", "own"):
                for prefix in family.get(use, "").split():
                    found.append((prefix, family["code"] if use != "adjusted" else "", use))
        best = [row for row in found if account.startswith(row[0])]
        longest = max((len(prefix) for prefix, _, _ in best), default=0)
        nearest = [row for row in best if len(row[0]) == longest]
        codes = {code for _, code, _ in nearest}
        if not nearest or codes == {""}:
            return None
        (code,) = codes
        both = any(account.startswith(p) for p, c, use in found if c == code and use == "both")
        return Family(code, "either" if both else side)


# -- what is found ---------------------------------------------------------------------------------

Pair = tuple[str, str, str, str]
"""One chamber, another, the family, what is compared."""


@dataclass(frozen=True)
class Controlled:
    """`balance`: by common account; `statements`: by kind then line, and
    account of it ("ac-clients 411"); `pairs`: what the first says,
    what the other answers; `flows`: by table then line, positive in the sense of the line."""

    balance: Mapping[str, Row]
    statements: Mapping[str, Mapping[str, Row]]
    pairs: Mapping[Pair, tuple[int, int]]
    flows: Mapping[str, Mapping[str, Row]]
    eliminated: Mapping[tuple[str, str, str, bool], int] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)
    """The last month each book moves."""

    def untold(self, month: int) -> frozenset[str]:
        """The columns that say nothing of a month: those whose book stops before, and what adds
        them up."""
        silent = {code for code, last in self.reached.items() if last < month}
        return frozenset({*silent, SUM, ELIMINATED, ADJUSTED, WHOLE} if silent else ())

    def gap(self, *, result: bool) -> int:
        return sum(
            cents for (*_, is_result), cents in self.eliminated.items() if is_result == result
        )


Books = Mapping[str, Mapping[str, int]]
"""Nets by chamber then account; "" for what is no chamber's."""


def control(
    files: Mapping[str, Path],
    rules: Sequence[Rule],
    numbers: Iterable[tuple[str, str, str]],
    chambers: Sequence[Chamber],
    texts: Texts,
    *,
    months: Collection[int] = range(1, 13),
    adjustments: Iterable[Adjustment] = (),
    words: Iterable[tuple[str, str, str]] = (),
) -> Controlled:
    """The accounts of these books as one over some months, and what is adjusted beside them."""
    attached, worded = list(numbers), sorted(words, key=lambda row: -len(row[1]))
    everything = [
        line
        for code, path in files.items()
        for line in shared(
            list(faced(book_lines(path, code, rules), chambers, attached)),
            texts,
            [(said, chamber) for book, said, chamber in worded if book == code],
        )
    ]
    lines = [line for line in everything if line.day.month in months]
    own, out = _nets(lines), _nets([])
    eliminated: dict[tuple[str, str, str, bool], int] = defaultdict(int)
    year = Counter(line.day.year for line in everything).most_common(1)[0][0]
    beside = [
        Line(a.chamber, ("", ""), a.day, a.account, "", a.cents, 0, _faced_by(a, files))
        for a in map(_opened, adjustments, itertools.repeat(year))
        if a.day.month in months
    ]
    for line in (*lines, *beside):
        family = texts.family(line.account)
        if family and line.partner in files:
            out[line.chamber][line.account] -= line.net
            is_result = line.account[0] in "67"
            out[""][GAP[is_result]] += line.net
            one, other = sorted((line.chamber, line.partner))
            eliminated[one, other, family.code, is_result] += line.net
    adjusted = _nets(beside)
    sides = {"own": own, "adjusted": _added(own, adjusted), "net": _added(own, out, adjusted)}
    return Controlled(
        _balance(files, sides),
        {layout["kind"]: _statement(layout, files, sides) for layout in texts.layouts},
        _pairs([*lines, *beside], files, texts),
        _flows(texts.flows, files, lines, sides, is_adjusted=bool(beside)),
        dict(eliminated),
        {code: max(x.day.month for x in everything if x.chamber == code) for code in files},
    )


def _faced_by(held: Adjustment, files: Collection[str]) -> str:
    """The chamber a line faces: a chamber without a book faces nobody, nor does anybody face it."""
    return held.partner if {held.chamber, held.partner} <= set(files) else ""


def _opened(held: Adjustment, year: int) -> Adjustment:
    """A line of a former exercise as it opens this one: results are reserves by then."""
    if held.day.year == year:
        return held
    opening = held._replace(day=dt.date(year, 1, 1))
    return opening._replace(account="106", partner="") if held.account[0] in "67" else opening


def _nets(lines: Iterable[Line]) -> defaultdict[str, defaultdict[str, int]]:
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        found[line.chamber][line.account] += line.net
    return found


def _added(*books: Books) -> Books:
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for held in books:
        for chamber, accounts in held.items():
            for account, cents in accounts.items():
                found[chamber][account] += cents
    return found


def _columns(own: Cents, adjusted: int, net: int) -> Cents:
    """A row from its chambers, the sum once adjusted and the whole."""
    total = sum(own.values())
    row = {SUM: total, ELIMINATED: net - adjusted, ADJUSTED: adjusted - total, WHOLE: net}
    return {column: cents for column, cents in (own | row).items() if cents}


def _balance(codes: Iterable[str], sides: Mapping[str, Books]) -> dict[str, Row]:
    accounts = {account for held in sides["net"].values() for account in held}
    found = {}
    for account in accounts:
        cells = {code: sides["own"].get(code, {}).get(account, 0) for code in codes}
        adjusted, net = (
            sum(held.get(account, 0) for held in sides[side].values())
            for side in ("adjusted", "net")
        )
        if row := _columns(cells, adjusted, net):
            found[account] = row
    return found


# -- statements ------------------------------------------------------------------------------------


def _statement(
    layout: Mapping[str, Any], codes: Iterable[str], sides: Mapping[str, Books]
) -> dict[str, Row]:
    closing = "2025-12-31"
    lines = [
        line
        for line in layout["lines"]
        if line.get("valid_from", "") <= closing <= (line.get("valid_to") or "9999")
    ]
    told = {
        side: {chamber: _told(lines, held) for chamber, held in books.items()}
        for side, books in sides.items()
    }
    found = {}
    for code in {code for books in told.values() for amounts in books.values() for code in amounts}:
        own = {chamber: told["own"].get(chamber, {}).get(code, 0) for chamber in codes}
        adjusted, net = (
            sum(amounts.get(code, 0) for amounts in told[side].values())
            for side in ("adjusted", "net")
        )
        if row := _columns(own, adjusted, net):
            found[code] = row
    return found


def _told(lines: Sequence[Mapping[str, str]], accounts: Mapping[str, int]) -> dict[str, int]:
    """The amounts of the lines for one book: an account goes to the longest beginning that takes
    its balance."""
    takes = [
        (prefix.rstrip("DC"), prefix[-1] if prefix[-1] in "DC" else "", line["code"], line["part"])
        for line in lines
        for prefix in (line.get("accounts", "") + " " + line.get("deducted", "")).split()
    ]
    amounts: dict[str, int] = defaultdict(int)
    for account, net in accounts.items():
        held = [
            take
            for take in takes
            if account.startswith(take[0]) and (not take[1] or (take[1] == "D") == (net >= 0))
        ]
        if held:
            _, _, code, part = max(held, key=lambda take: len(take[0]))
            cents = net if part in ("asset", "expense") else -net
            amounts[code] += cents
            amounts[f"{code} {account}"] += cents
    for line in lines:
        for word in line.get("sum", "").split():
            sign = -1 if word.startswith("-") else 1
            amounts[line["code"]] += sign * amounts.get(word.lstrip("-"), 0)
    return amounts


# -- what chambers say of each other ---------------------------------------------------------------

RESULT, OWED, WHOLLY = "result", "owed", "both"
"""Products against charges; receivables against payables; accounts that serve both ways, whole."""


def _pairs(
    lines: Iterable[Line], held: Collection[str], texts: Texts
) -> dict[Pair, tuple[int, int]]:
    """What the first has to receive (products, receivables), what the other has to give.

    Where one of a pair uses, in a family, an account that serves both ways, what is owed cannot be
    told from what is due: the balance sheet of that pair and family is compared whole.
    """
    facing = [
        (line, family)
        for line in lines
        if line.partner in held and (family := texts.family(line.account))
    ]
    whole = {
        (frozenset((line.chamber, line.partner)), family.code)
        for line, family in facing
        if line.account[0] not in "67" and family.side == "either"
    }
    says: dict[Pair, list[int]] = defaultdict(lambda: [0, 0])
    for line, family in facing:
        one, other, kind = line.chamber, line.partner, line.account[0]
        if kind in "67":
            nature, is_first = RESULT, kind == "7"
        elif (frozenset((one, other)), family.code) in whole:
            nature, is_first = WHOLLY, one < other
        else:
            nature, is_first = OWED, family.side == "debit"
        names = (one, other) if is_first else (other, one)
        says[(*names, family.code, nature)][not is_first] += line.net
    return {pair: (one, other) for pair, (one, other) in says.items() if one or other}


# -- self-financing and the balance of the network -------------------------------------------------


def _flows(
    text: Mapping[str, Any],
    codes: Iterable[str],
    lines: Sequence[Line],
    sides: Mapping[str, Books],
    *,
    is_adjusted: bool,
) -> dict[str, dict[str, Row]]:
    """Each table for each chamber; the whole where balances are enough. What variations of the
    whole are since, no former exercise says."""
    opened = "2025-01-01"
    sets = {row["code"]: row["accounts"] for row in text["sets"] if _holds(row, opened)}
    moves = {code: _moves([x for x in lines if x.chamber == code], sets) for code in codes}
    for column, side in ((ADJUSTED, "adjusted"), (WHOLE, "net")):
        moves[column] = {"balance": _together(sides[side])}
    found: dict[str, dict[str, Row]] = {}
    for table in text["tables"]:
        rows = [line for line in table["lines"] if _holds(line, opened)]
        is_moving = any(line.get("of") for line in rows)
        kept = [column for column in moves if not (is_moving and column in (ADJUSTED, WHOLE))]
        told = {column: _flow(rows, moves[column], sets) for column in kept}
        out = [ELIMINATED, *([ADJUSTED] if is_adjusted else []), WHOLE] if is_moving else []
        found[table["code"]] = {
            line["code"]: {**_flow_row(line["code"], codes, told), **dict.fromkeys(out, UNTOLD)}
            for line in rows
        }
    return found


def _together(books: Books) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for accounts in books.values():
        for account, cents in accounts.items():
            found[account] += cents
    return found


def _flow_row(line: str, codes: Iterable[str], told: Mapping[str, Mapping[str, int]]) -> Cents:
    """Balances have a whole; variations, known of each chamber alone, have their sum."""
    own = {code: told[code][line] for code in codes}
    if WHOLE not in told:
        row = own | {SUM: sum(own.values())}
        return {column: cents for column, cents in row.items() if cents}
    row = _columns(own, told[ADJUSTED][line], told[WHOLE][line])
    return {column: cents for column, cents in row.items() if column != SUM}


def _holds(row: Mapping[str, str], day: str) -> bool:
    return row.get("valid_from", "") <= day <= (row.get("valid_to") or "9999")


def _moves(lines: Sequence[Line], sets: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Nets by account: at the end, of the year, its debits, its credits, what goods gone bore."""
    telling = {line.entry for line in lines if _is_in(line.account, sets["exit"], sets)}
    handed = _handed(lines)
    found: dict[str, dict[str, int]] = {name: defaultdict(int) for name in BASES}
    for line in lines:
        found["balance"][line.account] += line.net
        if line.entry[0] != "AN":
            found["change"][line.account] += line.net
            if line.entry in handed:
                found["handed"][line.account] += line.net
                continue
            found["moved"][line.account] += line.net
            found["debits"][line.account] += line.debit
            found["credits"][line.account] -= line.credit
            if line.entry in telling:
                found["disposed"][line.account] += line.credit
    return found


BASES = ("balance", "change", "moved", "debits", "credits", "disposed", "handed")


def _handed(lines: Sequence[Line]) -> set[Any]:
    """The entries where depreciation goes with what it is of, without a charge or a product."""
    entries: dict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        if line.entry[0] != "AN":
            entries[line.entry].append(line)
    found = set()
    for entry, held in entries.items():
        is_down = any(line.account.startswith("28") for line in held)
        is_plain = not any(line.account.startswith(("6", "7")) for line in held)
        is_scrap = all(line.account.startswith("2") for line in held) and not any(
            line.net > 0 and not line.account.startswith("28") for line in held
        )
        if is_down and is_plain and not is_scrap:
            found.add(entry)
    return found


def _is_in(account: str, words: str, sets: Mapping[str, str]) -> bool:
    """Whether the longest beginning that takes an account is not one that excludes it."""
    best = max(
        ((len(prefix), not out) for prefix, out in _prefixes(words, sets, False)
         if account.startswith(prefix)),
        default=(0, False),
    )  # fmt: skip
    return best[1]


def _prefixes(words: str, sets: Mapping[str, str], out: bool) -> Iterator[tuple[str, bool]]:
    for word in words.split():
        excluded = out != word.startswith("-")
        name = word.lstrip("-")
        if name.startswith("@"):
            yield from _prefixes(sets[name[1:]], sets, excluded)
        else:
            yield name, excluded


def _flow(
    rows: Sequence[Mapping[str, str]],
    moves: Mapping[str, Mapping[str, int]],
    sets: Mapping[str, str],
) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for row in rows:
        of = row.get("of", "balance")
        held = moves.get(of, {})
        cents = sum(
            c for account, c in held.items() if _is_in(account, row.get("accounts", ""), sets)
        )
        sign = -1 if row.get("sense") == "credit" and of != "disposed" else 1
        amounts[row["code"]] = sign * cents + sum(
            (-1 if word.startswith("-") else 1) * amounts[word.lstrip("-")]
            for word in row.get("sum", "").split()
        )
    return amounts
