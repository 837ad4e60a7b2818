"""The consolidated accounts as tables: what a page, a file or the command shows of them.

Each chamber as in its own books, what is eliminated (its gaps on lines of their own), what is
adjusted, the whole. Knows which rows and which columns; refuses to know how they are written, and
where an amount leads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maillage.kernel.absence import Absent
from maillage.kernel.period import months_later
from maillage.ledger.amount_columns import AmountColumn, Sides, chamber_columns, unsent_among
from maillage.ledger.control_tables import control_table, remarks_table, scope_table
from maillage.ledger.engine.accounts import (
    Cell,
    Exercise,
    Span,
    Statements,
    Trial,
    monthly_balances,
    statement_of,
    statements,
    trial,
)
from maillage.ledger.engine.chart import AccountsFinding, Chart
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.control import Control, control_of
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.findings import SEVERITY_LABELS, Finding
from maillage.ledger.engine.scope import (
    Source,
    partly_told,
    scope_findings,
    stop_days,
    stops_before,
)
from maillage.ledger.engine.statements import CONSOLIDATED, StatementLine, account_name
from maillage.ledger.financing_tables import Standing, consolidated_financing
from maillage.sheets.writing import Column, Sum, Table, as_values

STATEMENTS = {"income": "Compte de résultat", "balance": "Bilan"}

# -- trial balance --------------------------------------------------------------------------------


def sides_of(row: Trial) -> Sides:
    return {name: getattr(row, name) for name in ("own", "adjusted", "net", "debit", "credit")}


def trial_table(
    title: str, rows: Sequence[Trial], columns: Sequence[AmountColumn], filters: Sequence[str]
) -> Table:
    heads = [Column("Compte"), Column("Intitulé", width=50)]
    heads += [Column(column.title, "amount", 18) for column in columns]
    told: list[Sequence[Any]] = []
    totals = [0] * len(columns)
    for row in rows:
        cents = [column.cents(sides_of(row)) for column in columns]
        if all(cell is None for cell in cents):
            continue
        totals = [total + (cell or 0) for total, cell in zip(totals, cents, strict=True)]
        words = row.account or "sans correspondance", row.name
        told.append((*words, *(column.told(sides_of(row)) for column in columns)))
    if told or any(column.absent for column in columns):
        told.append(Sum(("Total", "", *totals_told(columns, totals))))
    return Table(title, heads, told, [*filters, "Soldes : débit moins crédit."], labels=2)


def totals_told(columns: Iterable[AmountColumn], totals: Iterable[int]) -> list[int | Absent]:
    """The totals of columns, cents, where they are told."""
    return [column.absent or total for column, total in zip(columns, totals, strict=True)]


# -- statements -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What an account brings to a line of a statement, in the sense of the line."""

    account: str
    name: str
    sides: Sides


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement: heading, detail or total; `parts`: the accounts it is made of.

    `key`: whether it is the result, what makes it, or a total of the balance sheet.
    """

    code: str
    label: str
    nature: str
    key: bool
    sides: Sides
    parts: tuple[Part, ...] = ()


def lines_of(found: Statements, kind: str, chart: Chart) -> list[Line]:
    """The lines of a statement, those without any amount too; none where no layout holds."""
    sides = {
        name: statement_of(accounts, kind)
        for name, accounts in (
            ("own", found.own), ("adjusted", found.adjusted), ("net", found.net),
        )
    }  # fmt: skip
    first = sides["own"] or sides["net"]
    if first is None:
        return []
    by_code: dict[str, dict[str, StatementLine]] = {}
    for name, statement in sides.items():
        for line in statement.lines if statement else ():
            by_code.setdefault(line.line.code, {})[name] = line
    made = {
        code for line in first.lines if line.line.role == "result" for _, code in line.line.plus
    }
    return [_line(by_code[line.line.code], chart, made) for line in first.lines]


def _line(found: Mapping[str, StatementLine], chart: Chart, made: Collection[str]) -> Line:
    shape = next(iter(found.values())).line
    amounts = {
        name: {cell: amount.net for cell, amount in found[name].amounts.items()}
        if name in found
        else {}
        for name in ("own", "adjusted", "net")
    }
    key = bool(shape.role) or shape.code in made
    parts = tuple(_parts(found, chart))
    return Line(shape.code, shape.label, shape.nature, key, amounts, parts)


def _parts(found: Mapping[str, StatementLine], chart: Chart) -> Iterator[Part]:
    by_account: dict[str, dict[str, dict[Cell, int]]] = {}
    for name, line in found.items():
        for share in line.shares:
            empty: dict[str, dict[Cell, int]] = {"own": {}, "adjusted": {}, "net": {}}
            side = by_account.setdefault(share.account, empty)[name]
            for cell in ((share.entity, share.period), (CONSOLIDATED, share.period)):
                side[cell] = side.get(cell, 0) + share.amount.net
    for account, sides in sorted(by_account.items()):
        yield Part(account, account_name(chart, account), sides)


def statement_table(
    title: str, lines: Sequence[Line], columns: Sequence[AmountColumn], filters: Sequence[str]
) -> Table:
    """Lines, each followed by the accounts it is made of."""
    heads = [Column("Ligne", width=12), Column("Compte"), Column("Intitulé", width=60)]
    heads += [Column(column.title, "amount", 18) for column in columns]
    return Table(title, heads, list(_told(lines, columns)), filters, labels=3)


def _told(lines: Sequence[Line], columns: Sequence[AmountColumn]) -> Iterator[Sequence[Any]]:
    for line in lines:
        heading = line.nature == "heading"
        told = [None if heading else column.told(line.sides) or 0 for column in columns]
        row = (line.code, "", line.label, *told)
        yield row if line.nature == "detail" else Sum(row)
        for part in line.parts:
            if any(column.cents(part.sides) for column in columns):
                amounts = (column.told(part.sides) for column in columns)
                yield (line.code, part.account, part.name, *amounts)


def proofs_of(
    findings: Iterable[AccountsFinding], period: str, names: Mapping[str, str]
) -> list[str]:
    """What does not hold of a period, in words: equalities that fail, accounts no line takes."""
    told = []
    for finding in findings:
        who, _, when = finding.where.rpartition(", ")
        if when == period:
            whom = names.get(who) or who.capitalize()
            told.append(f"{whom} : {finding.what}, {finding.value}.")
        elif finding.code.startswith(("statements.un", "statements.twice", "books.")):
            told.append(f"{finding.where} : {finding.what}.")
    return list(dict.fromkeys(told))


# -- all of them, for a workbook or a program ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything the consolidated accounts of a year are told from. `names`: of chambers, by
    code; `more`: what there is to say of how it was made; `moves`: the columns of the financing
    table; `former`: the exercise before, where its books are there."""

    year: int
    result: Consolidation
    families: Families
    chart: Chart
    names: Mapping[str, str]
    sources: Sequence[Source] = ()
    more: Sequence[AccountsFinding] = ()
    moves: Sequence[Standing] = ()
    former: Consolidation | None = None

    @property
    def stops(self) -> dict[str, dt.date]:
        return stop_days(self.sources)

    @property
    def control(self) -> Control:
        return control_of(self.result, self.families, self.stops, self.former)

    @property
    def chambers(self) -> list[tuple[str, str]]:
        """Those that have a book, in the order of `names`, then the unnamed."""
        held = {line.entity for line in self.result.lines}
        codes = [*(code for code in self.names if code in held), *sorted(held - set(self.names))]
        return [(code, self.names.get(code, code)) for code in codes]

    @property
    def twins(self) -> list[AccountsFinding]:
        """The contents that more than one book holds: what they add up to is then in doubt."""
        return [f for f in scope_findings(self.sources, self.year) if f.code == "scope.twin"]

    def said(self) -> list[AccountsFinding]:
        """What there is to say of the whole: a content given twice first, its books, then what
        fails in its statements."""
        shown = statements([Exercise(self.year, self.result)], Span(), self.chart)
        books = [*self.twins, *self.more, *scope_findings(self.sources, self.year)]
        return list(dict.fromkeys([*books, *shown.findings]))


def tables_of(whole: Whole) -> list[Table]:
    """Trial balance, statements, financing, control, what is left, perimeter, accounts without a
    rule: the same in a workbook, in JSON and by the command."""
    exercise, period = [Exercise(whole.year, whole.result)], str(whole.year)
    adjusted = bool(whole.result.adjustments)
    shown = statements(exercise, Span(), whole.chart)
    silent = unsent_among(whole.chambers, whole.result.unsent)
    partly = partly_told(whole.sources)
    columns = chamber_columns(
        whole.chambers, period, adjusted=adjusted, silent=silent, partly=partly
    )
    filters = [partly.told(f"Exercice {whole.year}")]
    found_of = (*whole.more, *scope_findings(whole.sources, whole.year))
    filters += [f"{f.where} : {f.what}." for f in found_of]
    told = [*filters, *proofs_of(shown.findings, period, whole.names)]
    balance = chamber_columns(whole.chambers, period, adjusted=adjusted, sums=True, partly=partly)
    rows = trial(exercise, Span(), whole.chart)
    found = [trial_table("Balance consolidée", rows, balance, told)]
    for kind, title in STATEMENTS.items():
        if lines := lines_of(shown, kind, whole.chart):
            found.append(statement_table(title, lines, columns, told))
    found.append(
        consolidated_financing(
            exercise[0], whole.chambers, whole.chart, filters, partly, whole.moves
        )
    )
    control = whole.control
    found.append(control_table(control.compared, whole.names, filters, stops=whole.stops))
    found.append(remarks_table(control.remarks, whole.chart, whole.names, filters))
    found.append(scope_table(whole.sources, filters))
    found.append(_unmapped(whole.result, whole.names))
    return found


def as_json(whole: Whole) -> dict[str, Any]:
    """The same for a program: cents everywhere. `untold`: from which month a book says nothing,
    so that the balances of a month miss it."""
    result = whole.result
    control = whole.control
    return {
        "year": whole.year,
        "partly": partly_told(whole.sources).words,
        "findings": [asdict(finding) for finding in whole.said()],
        "balances": [
            {"month": month, "account": account, "debit": debit, "credit": credit}
            for (month, account), (debit, credit) in monthly_balances(result)
        ],
        "untold": list(_untold(whole.sources)),
        "unmapped": [{"entity": e, "account": a} for e, a in result.unmapped],
        "differences": [
            {"entity": r.entity, "partner": r.partner, "family": r.family.code,
             "nature": r.nature, "cents": r.difference, "cause": causes[0][0],
             "causes": [{"cause": cause, "cents": cents} for cause, cents in causes]}
            for r, causes in control.compared if causes
        ],
        "gaps": {"result": control.gap(result=True), "balance": control.gap(result=False),
                 "unnamed": control.unnamed},
        "remarks": [asdict(r) | {"cents": r.cents} for r in control.remarks],
        "tables": [as_values(table) for table in tables_of(whole)],
    }  # fmt: skip


def _untold(sources: Iterable[Source]) -> Iterator[dict[str, str]]:
    for source in sources:
        why = stops_before(source.last, source.closing) if source.state == "held" else ""
        if why and source.last:
            first = months_later(source.last, 1)
            told = {"entity": source.chamber, "file": source.origin}
            yield told | {"from": f"{first:%Y-%m}", "why": why}


def _unmapped(result: Consolidation, names: Mapping[str, str]) -> Table:
    columns = (
        *(Column("Chambre"), Column("Compte local")),
        *(Column("Débit", "amount"), Column("Crédit", "amount")),
    )
    rows = [(names.get(e, e), a, d, c) for (e, a), (d, c) in result.unmapped.items()]
    return Table("Comptes sans correspondance", columns, rows)


def findings_table(findings: Iterable[tuple[str, Finding]]) -> Table:
    """What was found in books, each with the name of its file."""
    rows = [
        (name, SEVERITY_LABELS[f.severity], f.code, f.title, f.line, f.column, f.value, f.detail,
         f.expected)
        for name, f in findings
    ]  # fmt: skip
    columns = [Column(t, width=w) for t, w in (("Fichier", 26), ("Gravité", 12), ("Code", 18),
               ("Constat", 36))]  # fmt: skip
    columns += [Column("Ligne", "number", 10)]
    columns += [Column(t, width=24) for t in ("Champ", "Valeur", "Détail", "Attendu")]
    return Table("Constats", columns, rows)
