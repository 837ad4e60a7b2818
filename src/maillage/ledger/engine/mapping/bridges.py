"""From the numbers of the former chart to the common one: which account a local number leads to.

Source: `referentials/chart-bridges.yaml`, dated, whose head gives the notation. Knows numbers and
words of labels; refuses to decide: a person does.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import AccountsFinding, read_period, reported
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-bridges/1"
SHIPPED = "chart-bridges.yaml"
CERTAINTY = {"text": "texte du plan", "choice": "choix proposé", "unsure": "à vérifier"}
EXCEPTIONAL = ("67", "77")
"""Where nothing goes unasked: only what is major and unusual is exceptional."""
_HEAD = ("format", "source", "valid_from", "valid_to", "bridges", "renamed")
_BRIDGE = ("from", "to", "when", "unless", "certainty", "why", "valid_from", "valid_to")
_RENAMED = ("from", "was", "is", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Bridge:
    """Local numbers that begin with `source` go to the first of `targets`, or another of them.

    `when`: words of the label of which one is needed; `unless`: words none of which may be there.
    """

    source: str
    targets: tuple[str, ...]
    when: frozenset[str]
    unless: frozenset[str]
    certainty: str
    why: str
    period: Period

    def holds(self, label: str) -> bool:
        words = words_of(label)
        return (not self.when or bool(words & self.when)) and not words & self.unless

    def __str__(self) -> str:
        more = f"\u00a0; {self.why}" if self.why else ""
        where = f"{self.source} → {self.targets[0]}"
        return f"passage au plan 2025, {where} ({CERTAINTY[self.certainty]}){more}"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A number that both charts have, and that does not mean the same."""

    source: str
    was: str
    now: str
    period: Period

    def __str__(self) -> str:
        both = f"{self.was}, puis {self.now}"
        return f"à vérifier, le {self.source} a changé de sens en 2025\u00a0: {both}"


@dataclass(frozen=True, slots=True)
class Bridges:
    bridges: tuple[Bridge, ...]
    renamed: tuple[Renamed, ...] = ()
    findings: tuple[AccountsFinding, ...] = ()

    def at(self, day: dt.date) -> Bridges:
        """Those that hold on a day."""
        return Bridges(
            tuple(b for b in self.bridges if b.period.holds(day)),
            tuple(r for r in self.renamed if r.period.holds(day)),
            self.findings,
        )

    def of(self, number: str, label: str) -> Bridge | None:
        """The bridge of the longest beginning that holds; one its label asks for comes first."""
        found = [b for b in self.bridges if number.startswith(b.source) and b.holds(label)]
        return max(found, key=lambda b: (len(b.source), bool(b.when)), default=None)

    def depends(self, source: str) -> bool:
        """Whether the label decides where numbers that begin so go."""
        same = [b for b in self.bridges if b.source == source]
        return len(same) > 1 or any(b.when or b.unless for b in same)

    def meaning(self, number: str) -> Renamed | None:
        found = [r for r in self.renamed if number.startswith(r.source)]
        return max(found, key=lambda r: len(r.source), default=None)


def words_of(label: str) -> frozenset[str]:
    """Words without accents, case and plural."""
    plain = unicodedata.normalize("NFKD", label.lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    found = re.findall(r"\w+", plain)
    return frozenset(w[:-1] if len(w) > 3 and w[-1] in "sx" else w for w in found)


@cache
def shipped_bridges() -> Bridges:
    return load_bridges((files("maillage") / "referentials" / SHIPPED).read_text("utf-8"))


def load_bridges(text: str) -> Bridges:
    """Read a file of the format maillage-bridges/1. Never raises: faults are findings."""
    try:
        reader = Reader.parse(text, "passages")
    except Unreadable as refused:
        return Bridges((), findings=tuple(reported(refused.findings)))
    head = reader.mapping(reader.root, _HEAD)
    head.choice("format", (FORMAT,))
    head.text("source", required=True)
    period = read_period(head)
    rows = [reader.mapping(node, _BRIDGE) for node in head.items("bridges")]
    bridges = tuple(bridge for row in rows for bridge in _read(row, period))
    others = [reader.mapping(node, _RENAMED) for node in head.items("renamed")]
    renamed = tuple(
        Renamed(row.text("from", required=True), row.text("was", required=True),
                row.text("is", required=True), read_period(row, period))
        for row in others
    )  # fmt: skip
    return Bridges(bridges, renamed, tuple(reported(reader.findings)))


def _read(row: Fields, period: Period) -> list[Bridge]:
    sources, targets = (
        row.text("from", required=True).split(),
        row.text("to", required=True).split(),
    )
    for number in (*sources, *targets):
        if not (number.isascii() and number.isdecimal()):
            row.fault("from", "compte illisible", "un début de numéro", number)
    if any(target.startswith(EXCEPTIONAL) for target in targets):
        row.fault("to", "compte exceptionnel", "un compte hors de 67 et 77", " ".join(targets))
    certainty = row.choice("certainty", tuple(CERTAINTY))
    when, unless = words_of(row.text("when")), words_of(row.text("unless"))
    held = read_period(row, period)
    return [
        Bridge(source, tuple(targets), when, unless, certainty, row.text("why"), held)
        for source in sources
    ]
