"""Self-financing, working capital and the financing table side by side, as a page and its exports.

Knows which tables and columns, and the words that say what is missing; refuses to know requests
and how tables are written. The ledger gives its columns from the books, finance from the budgets.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.absence import NOT_TOLD, told
from maillage.kernel.money import exact_euros
from maillage.ledger.amount_columns import WHOLE, absent_whole, unsent_among
from maillage.ledger.engine import between
from maillage.ledger.engine.accounts import ExerciseLike, Sides, Span, mapped, sides
from maillage.ledger.engine.adjusted_flows import as_flows
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.flows import (
    RENUMBERED,
    FlowFile,
    FlowTable,
    Position,
    SheetRow,
    Terms,
    disagreements,
    shipped_flows,
    side_by_side,
)
from maillage.ledger.engine.scope import Partly
from maillage.sheets.writing import Column, Sum, Table

HANDED, WHOLE_HEAD = "f-transmis", "Consolidé"
NAMED = {"2": "biens", "13": "subventions", "16": "emprunts", "17": "emprunts"}
"""What is handed over, by the class or root of its account."""
CAF, CAF_EBE, BALANCE, FINANCING = "caf", "caf-ebe", "equilibre", "financement"


@dataclass(frozen=True, slots=True)
class Standing:
    """A column: what it adds up, or why it says nothing. `chamber`: whose entries stand behind an
    account of it, None where no entries do; `missing`: why an amount is not known; `partly`: what
    of the whole that it is nobody tells."""

    head: str
    terms: Terms
    chamber: str | None = None
    missing: str = ""
    partly: Partly = WHOLE

    @property
    def title(self) -> str:
        """Its head, with what its amounts are not."""
        return self.head if self.missing else self.partly.told(self.head)


@dataclass(frozen=True, slots=True)
class Financing:
    """Tables and their columns, which differ: one table has eliminations, another none."""

    table: FlowTable
    columns: tuple[Standing, ...]
    rows: tuple[SheetRow, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(column.head for column in self.columns)

    @property
    def titles(self) -> tuple[str, ...]:
        """Heads as they are shown."""
        return tuple(column.title for column in self.columns)


def closings(balances: Sides, period: str, day: dt.date) -> dict[tuple[str, str], Position]:
    """Balances of a period as positions, by side and chamber: `own` of each, then `adjusted` and
    `net` of all (""). `day`: the first of the exercise."""
    nets: dict[tuple[str, str], dict[str, int]] = {("adjusted", ""): {}, ("net", ""): {}}
    for side in ("own", "adjusted", "net"):
        for (entity, when, account), (debit, credit) in mapped(getattr(balances, side)).items():
            if when == period:
                held = nets.setdefault((side, entity if side == "own" else ""), {})
                held[account] = held.get(account, 0) + debit - credit
    flows = shipped_flows()
    return {key: Position(flows.read_on(day, held), held) for key, held in nets.items()}


def chamber_standings(
    chambers: Iterable[tuple[str, str]],
    own: Mapping[str, Position],
    adjusted: Position,
    net: Position,
    silent: Mapping[str, str] | None = None,
    partly: Partly = WHOLE,
) -> list[Standing]:
    """Each chamber (code, name) as it books, then what makes them one, as statements show it.

    `silent`: why, by their code, chambers say nothing; their whole then says nothing either.
    """
    why = silent or {}
    columns = [
        Standing(name, (), None, why[code])
        if code in why
        else Standing(name, ((1, own[code]),), code)
        for code, name in chambers
    ]
    if told := absent_whole(why):
        heads = ("Éliminations", "Consolidé")
        return [*columns, *(Standing(head, (), None, told.reason) for head in heads)]
    columns.append(Standing("Éliminations", ((1, net), (-1, adjusted))))
    apart: Terms = ((1, adjusted), *((-1, at) for column in columns[:-1] for _, at in column.terms))
    booked = [at.closing for column in columns[:-1] for _, at in column.terms]
    if adjusted.closing != _added_up(booked):
        columns.append(Standing("Retraitements", apart))
    return [*columns, Standing("Consolidé", ((1, net),), partly=partly)]


UNOPENED = "aucun à-nouveau dans le livre, donc aucune variation"
APART = ("Éliminations", "Retraitements")


def move_standings(
    columns: Sequence[Standing],
    between_them: Sequence[Position] | str,
    untold: Mapping[str, str],
    partly: Partly = WHOLE,
    *,
    adjusted: bool,
) -> list[Standing]:
    """Chambers as they book, their sum, then what makes them one since the former closing: a loan
    between two of them is a resource and a use in the sum, neither in the whole.

    `between_them`: what is eliminated and, where anything is `adjusted`, what is; or why neither is
    known. `untold`: why, by their code, chambers say nothing.
    """
    absent = absent_whole(untold)
    lacking = [c.head for c in columns if c.missing]
    why = absent.reason if absent else f"{UNOPENED} ({', '.join(lacking)})" if lacking else ""
    terms = () if absent else tuple(t for c in columns for t in c.terms)
    added = [Standing("Somme", terms, None, why, partly)] if len(columns) > 1 else []
    heads = APART[: 2 if adjusted else 1]
    if absent or isinstance(between_them, str):
        out = absent.reason if absent else str(between_them)
        apart = [Standing(head, (), None, out) for head in heads]
        return [*columns, *added, *apart, Standing("Consolidé", (), None, why or out)]
    apart = [
        Standing(head, ((1, moved),)) for head, moved in zip(heads, between_them, strict=False)
    ]
    together = (*terms, *(term for column in apart for term in column.terms))
    return [*columns, *added, *apart, Standing("Consolidé", together, None, why, partly)]


def between_positions(
    now: Consolidation,
    former: Consolidation,
    span: Span,
    day: dt.date,
    columns: Iterable[Standing] = (),
) -> tuple[Position, Position]:
    """What eliminating moves over an exercise, then what adjusting does, from the closing of the
    former one, which adds up the same chambers. `day`: the first of the exercise; `columns`: the
    chambers as they book.

    Nothing that is eliminated is an asset that left: what leaves between chambers is adjusted.
    """
    flows, gone = shipped_flows(), defaultdict[str, int](int)
    for _, at in (term for column in columns for term in column.terms):
        for account, cents in at.disposed.items():
            gone[account] += cents
    out = between.eliminated(now, former, span)
    beside = between.adjusted(now, span)
    taken = Position(flows.read_on(day, out.closing), out.closing, out.debits, out.credits)
    return taken, as_flows(beside, now, span, flows, day, gone)


def not_alike(number: int, lacking: Sequence[str], more: Sequence[str]) -> str:
    """Why eliminations have no opening: the former exercise adds other chambers."""
    return f"{number} n’additionne pas les mêmes chambres ({', '.join([*lacking, *more])})"


def no_former(number: int) -> str:
    return f"aucun livre de {number}, donc aucune ouverture des éliminations"


def _added_up(closings: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for closing in closings:
        for account, cents in closing.items():
            total[account] = total.get(account, 0) + cents
    return total


def consolidated_financing(
    exercise: ExerciseLike,
    chambers: Sequence[tuple[str, str]],
    chart: Chart,
    words: Sequence[str],
    partly: Partly = WHOLE,
    moves: Sequence[Standing] = (),
) -> Table:
    """Self-financing, working capital, treasury and the financing table of consolidated books, for
    a workbook. `moves`: the columns of the last, none where nobody gathered them."""
    period, day = str(exercise.year), dt.date(exercise.year, 1, 1)
    held = closings(sides([exercise]), period, day)
    own = {code: held["own", code] for code, _ in chambers if ("own", code) in held}
    silent = unsent_among(chambers, exercise.result.unsent)
    columns = chamber_standings(
        chambers, own, held["adjusted", ""], held["net", ""], silent, partly
    )
    found = [
        financing_of(shipped_flows(), code, columns, max(day, RENUMBERED))
        for code in (CAF, CAF_EBE, BALANCE)
    ]
    proofs = [equality(found[0], found[1])[1]]
    if moves:
        found.append(financing_of(shipped_flows(), FINANCING, moves, max(day, RENUMBERED)))
        proofs.append(handed_over(found[-1])[1])
    proofs += [f"{one.table.title}, écart : {h}." for one in found[2:] for h in residues(one)]
    return written(found, chart, "Financement", [*words, *filter(None, proofs)])


def financing_of(
    flows: FlowFile, code: str, columns: Iterable[Standing], day: dt.date
) -> Financing:
    held, table = tuple(columns), flows.table(code)
    rows = side_by_side(flows, table, (column.terms for column in held), day)
    return Financing(table, held, rows)


def equality(one: Financing, other: Financing) -> tuple[bool, str]:
    """Whether both ways to self-financing agree in every column, and what to say of it."""
    gaps = disagreements(one.rows, other.rows)
    wrong = [
        f"{head} : {exact_euros(gap)}" for head, gap in zip(one.heads, gaps, strict=True) if gap
    ]
    if wrong:
        return False, f"Les deux calculs de la CAF ne s’accordent pas. {' ; '.join(wrong)}"
    if all(gap is None for gap in gaps):
        return True, ""
    told = " renseignée" if None in gaps else ""
    return True, f"Les deux calculs de la CAF donnent le même montant dans chaque colonne{told}."


def absences(tables: Iterable[Financing]) -> list[str]:
    """Why columns say nothing, each reason once with the columns it is of."""
    found: dict[str, list[str]] = {}
    for one in tables:
        for column in one.columns:
            heads = found.setdefault(column.missing, []) if column.missing else []
            if column.head not in heads:
                heads.append(column.head)
    return [f"{', '.join(heads)}\u00a0: {why}." for why, heads in found.items()]


def handed_over(found: Financing) -> tuple[bool, str]:
    """Whether what chambers hand over is what others take over, and what to say of it."""
    row = next((row for row in found.rows if row.line.code == HANDED), None)
    if row is None or not row.parts:
        return True, ""
    told = [
        f"{column.head} {exact_euros(cents)}"
        for column, cents in zip(found.columns, row.cents, strict=True)
        if column.chamber is not None and cents
    ]
    said = f"Transmis d’une chambre à une autre, net d’amortissements\u00a0: {', '.join(told)}"
    if WHOLE_HEAD not in found.heads:
        return True, f"{said}." if told else ""
    at, left = found.heads.index(WHOLE_HEAD), defaultdict[str, int](int)
    for account, cents in row.parts.items():
        left[NAMED.get(account[:2], NAMED.get(account[:1], "le reste"))] += cents[at]
    rest = ", ".join(f"{what} {exact_euros(cents)}" for what, cents in left.items() if cents)
    if not rest:
        out = "Pour l’ensemble, ce n’est ni acquis ni cédé, ni emprunté ni remboursé."
        return True, f"{said}. {out}" if told else ""
    return False, (
        f"{said}. Ce qui est remis et ce qui est repris diffèrent\u00a0: {rest}. Les acquisitions "
        "et les emprunts de l’ensemble peuvent en être faux\u00a0: corrigez dans son livre "
        "l’écriture qui remet ou qui reprend (mêmes valeurs brutes, amortissements, emprunts), "
        "sauf reprise d’un organisme hors du réseau."
    )


def residues(found: Financing) -> list[str]:
    """The columns where an equality leaves something."""
    rows = [row.cents for row in found.rows if row.line.role == "residue"]
    gaps = [any(column) for column in zip(*rows, strict=True)] if rows else []
    return [head for head, gap in zip(found.heads, gaps, strict=True) if gap]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as a page draws it: the account it is, or the line; amounts with where they lead."""

    code: str
    label: str
    formula: str
    is_sum: bool
    figures: tuple[tuple[int | None, str], ...]
    accounts: tuple[tuple[str, str, tuple[tuple[int | None, str], ...]], ...] = ()


Address = Callable[[str, str], str]
"""Where the entries of a chamber and account are, "" where none are."""


def shown_rows(found: Financing, chart: Chart, line: str, entries: Address) -> Iterator[Shown]:
    """`line`: where a line leads, its code to be put after; `entries`: where an account does.

    A detail that is zero everywhere is left to the files; so is what a budget can never say.
    """
    for row in found.rows:
        if not _is_shown(row):
            continue
        leads = "" if row.line.is_sum or not row.parts else f"{line}#{row.line.code}"
        yield Shown(
            row.line.code,
            row.line.label,
            row.formula,
            row.line.is_sum,
            tuple((cents, leads if cents else "") for cents in row.cents),
            tuple(
                (account, chart.name_of(account), _linked(found, account, row, entries))
                for account in row.parts
            ),
        )


def _is_shown(row: SheetRow) -> bool:
    if all(cents is None for cents in row.cents):
        return not (row.line.books or row.line.role == "residue")
    return row.line.is_sum or any(cents != 0 for cents in row.cents)


def _linked(
    found: Financing, account: str, row: SheetRow, entries: Address
) -> tuple[tuple[int | None, str], ...]:
    """What an account brings to a line in each column; None where the line is not known."""
    return tuple(
        (None, "")
        if whole is None
        else (amount, entries(column.chamber, account) if column.chamber is not None else "")
        for column, whole, amount in zip(found.columns, row.cents, row.parts[account], strict=True)
    )


def written(found: Sequence[Financing], chart: Chart, title: str, words: Sequence[str]) -> Table:
    """All of them in one table, as they are exported: lines, their accounts, their formula.

    A column that one of them lacks stays empty there.
    """
    titles = {column.head: column.title for one in reversed(found) for column in one.columns}
    heads = list(dict.fromkeys(head for one in found for head in one.heads))
    columns = [Column("Tableau", width=24), Column("Ligne", width=20), Column("Compte", width=10)]
    columns += [Column("Intitulé", width=60)]
    columns += [Column(titles[head], "amount", 18) for head in heads]
    columns += [Column("Calcul", width=60)]
    rows = [row for one in found for row in _written(one, chart, heads)]
    missing = [f"{NOT_TOLD.capitalize()}. {said}" for said in absences(found)]
    return Table(title, columns, rows, [*words, *missing], labels=4)


def _written(found: Financing, chart: Chart, heads: Sequence[str]) -> Iterator[Sequence[Any]]:
    for row in found.rows:
        amounts = dict(zip(found.heads, row.cents, strict=True))
        why = {column.head: column.missing for column in found.columns}
        cells = [told(amounts[head], why[head]) if head in amounts else "" for head in heads]
        line = (found.table.title, row.line.code, "", row.line.label, *cells, row.formula)
        yield Sum(line) if row.line.is_sum else line
        for account, cents in row.parts.items():
            by_head = dict(zip(found.heads, cents, strict=True))
            name = chart.name_of(account)
            amounts_of = (
                cells[place] if amounts.get(head, "") is None else by_head.get(head, "")
                for place, head in enumerate(heads)
            )
            yield (found.table.title, row.line.code, account, name, *amounts_of, "")
