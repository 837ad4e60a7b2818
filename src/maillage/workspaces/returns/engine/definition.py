"""The definition of a return: its rows, its columns, what must hold between rows.

Pure values, written and read as plain JSON; its seal is of those bytes. Knows codes and French
labels. Refuses to know books, budgets and people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from maillage.workspaces.returns.engine.expressions import (
    CODE,
    FUNCTIONS,
    AccountSet,
    ExpressionError,
    Formula,
    Rule,
    read_accounts,
    read_formula,
    read_rule,
)

ACCOUNTS, FORMULA, TYPED, VOLUME, FTE, HEADING = (
    "accounts", "formula", "typed", "volume", "fte", "heading",
)  # fmt: skip
KINDS = {
    ACCOUNTS: "Comptes",
    FORMULA: "Formule",
    TYPED: "Saisie",
    VOLUME: "Volume d’un processus",
    FTE: "ETP d’un processus",
    HEADING: "Intertitre",
}
UNITS = {"euro": "€", "keuro": "k€", "percent": "%", "fte": "ETP", "number": "Nombre"}
SENSES = {
    "debit": "Débit moins crédit (charges)",
    "credit": "Crédit moins débit (produits)",
    "debits": "Soldes débiteurs seuls",
    "credits": "Soldes créditeurs seuls",
    "movement": "Mouvement de la période",
}
EACH, SUM, CONSOLIDATED = "each", "sum", "consolidated"
SCOPES = {EACH: "Chaque chambre", SUM: "Réseau, somme", CONSOLIDATED: "Réseau, consolidé"}
BOOKS, BETWEEN = "books", "columns"
SOURCES = {
    BOOKS: "Livres",
    "initial": "Budget primitif",
    "revised": "Budget rectifié",
    "executed": "Budget exécuté",
    BETWEEN: "Formule entre colonnes",
}
YEARS = {0: "N", -1: "N-1", -2: "N-2", 1: "N+1"}
UNTIL = {"cut-off": "À l’arrêté", "year": "Année entière"}
MOST_ROWS, MOST_COLUMNS, MOST_CONTROLS = 500, 60, 200
MOST_DECIMALS = 4
CODE_EXPECTED = (
    "un code commence par une lettre majuscule, sans accent, puis lettres, chiffres ou tirets bas, "
    "vingt caractères au plus"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row. `content`: accounts, a formula, the code of a macro-process; "" otherwise."""

    code: str
    label: str
    kind: str = ACCOUNTS
    content: str = ""
    unit: str = "euro"
    sense: str = "debit"
    decimals: int = 0

    @property
    def is_figure(self) -> bool:
        return self.kind != HEADING


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `scope`: one of `SCOPES`, or the code of a chamber; `year`: from that of the
    return. `content`: a formula over other columns, row by row; its `unit` and `decimals` where it
    is not in those of its rows. A column of each chamber that it names is that of its chamber."""

    code: str
    label: str
    scope: str = EACH
    source: str = BOOKS
    year: int = 0
    until: str = "cut-off"
    content: str = ""
    unit: str = ""
    decimals: int = 0

    @property
    def is_formula(self) -> bool:
        return self.source == BETWEEN


LATER = ("content", "unit", "decimals")
"""Fields of a column that came after the first seals: told where they say something."""


@dataclass(frozen=True, slots=True)
class Control:
    """A rule between rows, asked of every column. `blocking`: what fails cannot be sent."""

    code: str
    label: str
    rule: str
    blocking: bool = False


@dataclass(frozen=True)
class Definition:
    rows: tuple[Line, ...] = ()
    columns: tuple[Column, ...] = ()
    controls: tuple[Control, ...] = ()

    def as_json(self) -> dict[str, Any]:
        found = {
            name: [asdict(one) for one in getattr(self, name)]
            for name in ("rows", "columns", "controls")
        }
        for column in found["columns"]:
            for name in LATER:
                if not column[name]:
                    del column[name]
        return found

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Definition:
        return cls(
            tuple(Line(**one) for one in content.get("rows", ())),
            tuple(Column(**one) for one in content.get("columns", ())),
            tuple(Control(**one) for one in content.get("controls", ())),
        )

    @property
    def seal(self) -> str:
        """SHA-256 of its canonical JSON."""
        return seal_of(self.as_json())

    @cached_property
    def lines(self) -> dict[str, Line]:
        return {line.code: line for line in self.rows}

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        return {r.code: read_formula(r.content) for r in self.rows if r.kind == FORMULA}

    @cached_property
    def column_formulas(self) -> dict[str, Formula]:
        return {c.code: read_formula(c.content) for c in self.columns if c.is_formula}

    @cached_property
    def accounts(self) -> dict[str, AccountSet]:
        return {r.code: read_accounts(r.content) for r in self.rows if r.kind == ACCOUNTS}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        return {control.code: read_rule(control.rule) for control in self.controls}


def seal_of(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


PARTS = {"rows": "Ligne", "columns": "Colonne", "controls": "Contrôle"}


# -- what must hold -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `part` is rows, columns or controls, `rank` from 1 as a grid
    numbers them (0: the part as a whole), `field` the cell."""

    part: str
    rank: int
    code: str
    what: str
    field: str = "code"

    def __str__(self) -> str:
        named = f" ({self.code})" if self.code else ""
        noun = PARTS[self.part]
        rank = f" {self.rank}" if self.rank else "s"
        return f"{noun}{rank}{named}\u00a0: {self.what}."


def faults_of(
    found: Definition, chambers: Collection[str], processes: Collection[str]
) -> list[Fault]:
    """What keeps a definition from being filled. `chambers`, `processes`: the codes known."""
    known = {line.code for line in found.rows if line.is_figure}
    faults = [
        *_named("rows", found.rows, MOST_ROWS),
        *_named("columns", found.columns, MOST_COLUMNS),
        *_named("controls", found.controls, MOST_CONTROLS),
    ]
    uses: dict[str, frozenset[str]] = {}
    for rank, line in enumerate(found.rows, 1):
        uses[line.code] = _codes(line)
        faults += [
            Fault("rows", rank, line.code, what, field)
            for field, what in _line_faults(line, known, processes)
        ]
    faults += _columns(found.columns, chambers)
    for rank, control in enumerate(found.controls, 1):
        rule = control.rule
        if what := _read(lambda rule=rule: read_rule(rule, strict=True).codes, known):  # type: ignore[misc]
            faults.append(Fault("controls", rank, control.code, what, "rule"))
    faults += [*_cycles("rows", found.rows, uses), *_across(found.columns)]
    return sorted(faults, key=_order)


def _order(fault: Fault) -> tuple[int, int]:
    return [*PARTS].index(fault.part), fault.rank


def _named(part: str, held: Sequence[Any], most: int) -> Iterable[Fault]:
    seen: set[str] = set()
    for rank, one in enumerate(held, 1):
        if rank > most:
            yield Fault(part, rank, one.code, f"{most} au plus")
            return
        if not CODE.fullmatch(one.code) or one.code in FUNCTIONS:
            yield Fault(part, rank, one.code[:40], CODE_EXPECTED)
        elif one.code in seen:
            yield Fault(part, rank, one.code, "ce code est déjà pris")
        if not one.label.strip():
            yield Fault(part, rank, one.code[:40], "le libellé est à indiquer", "label")
        seen.add(one.code)


def _line_faults(
    line: Line, known: Collection[str], processes: Collection[str]
) -> Iterable[tuple[str, str]]:
    """What is wrong in a row, each with its cell."""
    if line.kind == FORMULA:
        if what := _read(lambda: read_formula(line.content, strict=True).codes, known):
            yield "content", what
    elif line.kind == ACCOUNTS:
        if what := _read(lambda: _no_code(line.content), known):
            yield "content", what
        if line.unit not in ("euro", "keuro"):
            yield "unit", "des comptes se comptent en € ou en k€"
    elif line.kind in (VOLUME, FTE):
        if line.content not in processes:
            said = f"macro-processus «\u00a0{line.content[:60]}\u00a0» inconnu des finances"
            yield "content", said
    elif line.content.strip():
        yield "content", f"une ligne «\u00a0{KINDS[line.kind]}\u00a0» n’a pas de contenu"


def _codes(line: Line) -> frozenset[str]:
    """The rows a row is made of; none where that cannot be read."""
    try:
        return (
            read_formula(line.content, strict=True).codes if line.kind == FORMULA else frozenset()
        )
    except ExpressionError:
        return frozenset()


def _read(read: Callable[[], frozenset[str]], known: Collection[str]) -> str:
    """What keeps an expression from being read."""
    try:
        codes = read()
    except ExpressionError as error:
        return str(error)
    unknown = sorted(codes - set(known))
    return f"ligne inconnue\u00a0: {', '.join(unknown)}" if unknown else ""


def _no_code(accounts: str) -> frozenset[str]:
    read_accounts(accounts)
    return frozenset()


def code_of(column: str, chamber: str) -> str:
    """The code of a column that each chamber has, for one of them."""
    return f"{column}_{chamber.upper().replace('-', '_')}"


def _columns(columns: Iterable[Column], chambers: Collection[str]) -> Iterable[Fault]:
    seen: dict[str, int] = {}
    for rank, column in enumerate(columns, 1):
        if found := _column_fault(column, chambers):
            yield Fault("columns", rank, column.code, found[1], found[0])
        each = column.scope == EACH
        for code in [code_of(column.code, one) for one in chambers] if each else [column.code]:
            if seen.setdefault(code, rank) != rank:
                what = f"le code {code} est aussi celui d’une chambre, colonne {seen[code]}"
                yield Fault("columns", rank, column.code, what)
                break


def _column_fault(column: Column, chambers: Collection[str]) -> tuple[str, str] | None:
    if column.scope not in SCOPES and column.scope not in chambers:
        return "scope", f"chambre «\u00a0{column.scope[:60]}\u00a0» inconnue du réseau"
    if not column.is_formula and column.content.strip():
        return "content", "seule une formule entre colonnes a un contenu"
    if not column.is_formula and (column.unit or column.decimals):
        return "unit", "seule une formule entre colonnes a une unité\u00a0; ses lignes l’ont sinon"
    return None


def _across(columns: Sequence[Column]) -> Iterable[Fault]:
    """What is wrong in the formulas between columns."""
    held = {column.code: column for column in columns}
    uses: dict[str, frozenset[str]] = {}
    for rank, column in enumerate(columns, 1):
        if not column.is_formula:
            continue
        try:
            uses[column.code] = read_formula(column.content, strict=True).codes
        except ExpressionError as error:
            yield Fault("columns", rank, column.code, str(error), "content")
            continue
        unknown = sorted(uses[column.code] - held.keys())
        if unknown:
            what = f"colonne inconnue\u00a0: {', '.join(unknown)}"
            yield Fault("columns", rank, column.code, what, "content")
        each = sorted(c for c in uses[column.code] & held.keys() if held[c].scope == EACH)
        if each and column.scope in (SUM, CONSOLIDATED):
            what = (
                f"la colonne {each[0]} est celle de chaque chambre\u00a0: choisir «\u00a0Chaque "
                "chambre\u00a0», une chambre, ou une colonne du réseau"
            )
            yield Fault("columns", rank, column.code, what, "content")
    yield from _cycles("columns", columns, uses)


def _cycles(
    part: str, held: Iterable[Line | Column], uses: Mapping[str, frozenset[str]]
) -> list[Fault]:
    """The first row or column of each circle, with the way back to itself."""
    done: set[str] = set()
    found = []
    for rank, line in enumerate(held, 1):
        way = [] if line.code in done else _way_back(line.code, uses, done)
        if way:
            what = f"formule circulaire\u00a0: {' → '.join(way)}"
            found.append(Fault(part, rank, line.code, what, "content"))
            done |= {line.code, *way}
    return found


def _way_back(start: str, uses: Mapping[str, frozenset[str]], done: set[str]) -> list[str]:
    """A path from `start` that meets itself, [] for none; what leads nowhere is added to `done`."""
    path: list[str] = [start]
    pending = [iter(sorted(uses.get(start, ())))]
    while pending:
        following = next(pending[-1], None)
        if following is None:
            done.add(path.pop())
            pending.pop()
        elif following in path:
            return [*path[path.index(following) :], following]
        elif following not in done:
            path.append(following)
            pending.append(iter(sorted(uses.get(following, ()))))
    return []


def publishing_fault(found: Definition) -> str:
    """Why a definition may not be published yet, "" where it may."""
    if not any(line.is_figure for line in found.rows) or not found.columns:
        return "Une définition se publie avec au moins une ligne de chiffres et une colonne."
    return ""
