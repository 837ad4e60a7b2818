"""The shape of the statements, read from data: lines, the accounts they take, what they add up.

Source: PCG (règlement ANC n° 2014-03 as amended), carried in `referentials/statement-layouts.yaml`,
whose head gives the notation. Knows no balance save the sign of one. Refuses to know Django.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import AccountsFinding, read_period, reported
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-statements/1"
SHIPPED = "statement-layouts.yaml"
CLASSES = {"income": "67", "balance": "1234567"}
ROLES = {"income": ("result",), "balance": ("total_assets", "total_liabilities", "result")}
PARTS = {"income": ("income", "expense"), "balance": ("asset", "liability")}
_HEAD = ("format", "source", "layouts")
_LAYOUT = ("code", "kind", "title", "valid_from", "valid_to", "lines")
_LINE = (
    *("code", "label", "part", "accounts", "deducted", "sum", "role"),
    *("valid_from", "valid_to"),
)
_TERM = re.compile(r"([1-9][0-9]*E?)([DC]?)")


@dataclass(frozen=True, slots=True)
class Term:
    """Accounts that begin with `prefix`; `when`: "" always, "D" if the balance is debit or zero,
    "C" if it is credit. `deducted`: taken off the gross amount of the line."""

    prefix: str
    when: str = ""
    deducted: bool = False

    def holds(self, net: int) -> bool:
        """`net`: debit less credit, in cents."""
        return not self.when or (self.when == "C") == (net < 0)

    def meets(self, other: Term) -> bool:
        """Whether an account could be taken by both, neither being the longer prefix."""
        return self.prefix == other.prefix and not (
            self.when and other.when and self.when != other.when
        )


@dataclass(frozen=True, slots=True)
class LayoutLine:
    """A heading (no term, no sum), a detail (terms) or a total (`plus`: sign and code).

    `part`: asset, liability, income or expense for a detail, "" else; it gives the sign.
    """

    code: str
    label: str
    part: str
    terms: tuple[Term, ...]
    plus: tuple[tuple[int, str], ...]
    role: str
    period: Period

    @property
    def nature(self) -> str:
        return "detail" if self.terms else "total" if self.plus else "heading"

    @property
    def sign(self) -> int:
        """What turns debit less credit into the amount of the line."""
        return 1 if self.part in ("asset", "expense") else -1


@dataclass(frozen=True, slots=True)
class Layout:
    """One statement: `kind` is income or balance; lines in order of presentation."""

    code: str
    kind: str
    title: str
    period: Period
    lines: tuple[LayoutLine, ...]
    _terms: dict[str, tuple[tuple[LayoutLine, Term], ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        index: dict[str, tuple[tuple[LayoutLine, Term], ...]] = {}
        for line in self.lines:
            for term in line.terms:
                index[term.prefix] = (*index.get(term.prefix, ()), (line, term))
        object.__setattr__(self, "_terms", index)

    def concerns(self, account: str) -> bool:
        return account[:1] in CLASSES[self.kind]

    def places(self, account: str, net: int, day: dt.date) -> tuple[tuple[LayoutLine, Term], ...]:
        """Where an account goes: of the terms that hold for the sign of its balance and the day,
        those of the longest prefix. One is right; none or several are for the proofs to say.

        `net`: debit less credit, cents.
        """
        for length in range(len(account), 0, -1):
            found = tuple(
                (line, term)
                for line, term in self._terms.get(account[:length], ())
                if term.holds(net) and line.period.holds(day)
            )
            if found:
                return found
        return ()


@dataclass(frozen=True, slots=True)
class LayoutFile:
    layouts: tuple[Layout, ...]
    findings: tuple[AccountsFinding, ...] = ()

    def on(self, kind: str, day: dt.date) -> Layout | None:
        """The layout of that kind that holds on that day; of several, the last to begin."""
        held = [lay for lay in self.layouts if lay.kind == kind and lay.period.holds(day)]
        return max(held, key=lambda layout: layout.period.first, default=None)


def shipped_text() -> str:
    return (files("maillage") / "referentials" / SHIPPED).read_text("utf-8")


def load_layouts(text: str) -> LayoutFile:
    """Read a file of the format maillage-statements/1. Never raises: faults are findings."""
    try:
        reader = Reader.parse(text, "états")
    except Unreadable as refused:
        return LayoutFile((), tuple(reported(refused.findings)))
    head = reader.mapping(reader.root, _HEAD)
    head.choice("format", (FORMAT,))
    head.text("source", required=True)
    layouts = tuple(_layout(reader, node) for node in head.items("layouts"))
    return LayoutFile(layouts, tuple(reported(reader.findings)))


def _layout(reader: Reader, node: object) -> Layout:
    fields = reader.mapping(node, _LAYOUT)
    kind = fields.choice("kind", tuple(CLASSES))
    period = read_period(fields)
    lines: list[LayoutLine] = []
    for line_node in fields.items("lines"):
        row = reader.mapping(line_node, _LINE)
        line = _line(row, kind, period)
        _check_line(row, line, lines)
        lines.append(line)
    for role in ROLES[kind]:
        if sum(line.role == role for line in lines) != 1:
            fields.fault("lines", f"rôle {role}", "porté par une ligne et une seule")
    code, title = fields.text("code", required=True), fields.text("title", required=True)
    return Layout(code, kind, title, period, tuple(lines))


def _line(row: Fields, kind: str, period: Period) -> LayoutLine:
    terms = (*_terms(row, "accounts"), *_terms(row, "deducted"))
    part = row.choice("part", PARTS[kind], default=None if terms else "")
    plus = tuple(
        (-1, word[1:]) if word.startswith("-") else (1, word) for word in row.text("sum").split()
    )
    return LayoutLine(
        row.text("code", required=True),
        row.text("label", required=True),
        part,
        terms,
        plus,
        row.choice("role", ROLES[kind], default=""),
        read_period(row, period),
    )


def _terms(row: Fields, key: str) -> Iterator[Term]:
    for word in row.text(key).split():
        match = _TERM.fullmatch(word)
        if match:
            yield Term(match[1], match[2], deducted=key == "deducted")
        else:
            row.fault(key, "compte illisible", "un début de numéro, suivi ou non de D ou C", word)


def _check_line(row: Fields, line: LayoutLine, former: Iterable[LayoutLine]) -> None:
    """Sums go to lines above, so that none can turn in a circle; no account is taken twice."""
    before = {other.code: other for other in former}
    if line.code in before:
        row.fault("code", "ligne déjà donnée", "un code par ligne", line.code)
    if line.terms and line.plus:
        row.fault("sum", "une ligne a des comptes ou une somme", "l’un des deux")
    for _, code in line.plus:
        if code not in before or before[code].nature == "heading":
            row.fault("sum", "ligne inconnue", "le code d’une ligne chiffrée au-dessus", code)
    others = [(other, term) for other in before.values() for term in other.terms]
    for place, term in enumerate(line.terms):
        rivals = [*others, *((line, before_term) for before_term in line.terms[:place])]
        for other, rival in rivals:
            if term.meets(rival) and line.period.meets(other.period):
                row.fault("accounts", f"compte déjà pris par {other.code}", "", term.prefix)
