"""The file an assembly is given, composed from the tables of the pages themselves.

Budget and gaps as the comparison of budgets says them, accounts and financing as the ledger does,
financing of the budget as finance does: nothing is computed here but which rows are printed. What
nobody told is "non renseigné", and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from maillage.costing.engine.budgets import BY_LABELS, STATE_LABELS, BudgetState, By, Kind
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import year_of
from maillage.kernel.absence import NOT_TOLD
from maillage.kernel.period import french_date
from maillage.ledger.consolidated_tables import STATEMENTS
from maillage.ledger.financing_tables import equality, written
from maillage.ledger.queries.accounts_question import Question, question_for
from maillage.ledger.queries.asked_tables import financing_told, statement_asked
from maillage.network.models import Entity
from maillage.papers.wording import Fact, blocks, french
from maillage.reports.engine.assembly import (
    WIDE,
    Paper,
    Part,
    Sheet,
    SheetRow,
    row_of,
    sheet_of,
    without_accounts,
)
from maillage.reports.engine.gap_chart import Chart, Pair, chart_of
from maillage.reports.models import AssemblyFile
from maillage.reports.queries import Gaps, gaps_of
from maillage.sheets.writing import Sum, Table
from maillage.workspaces.finance.queries.accounts import common_chart
from maillage.workspaces.finance.queries.comparison import GAPS
from maillage.workspaces.finance.queries.financing import financing_tables

GAP_COLUMNS = (2, 3, 4, 7, 8)
"""Of the comparison: initial, in force, realised, the gap between these two, in percent."""
GAP_HEADS = {GAPS[2]: "Écart"}
"""What a column is called on paper, where its lead says what it subtracts."""
BALANCE_ROWS = ("caf", "frng", "bfr", "tn")
MOST_COLUMNS = 10
"""Columns of amounts a page turned takes; beyond, chambers are left to the pages."""
MOST_BARS = 8


@dataclass(frozen=True)
class Figures:
    """Every table the file of an assembly is composed of, each as its page exports it."""

    file: AssemblyFile
    gaps: Gaps

    @cached_property
    def question(self) -> Question:
        held = self.file
        return question_for(held.network, held.year, held.entity, held.until)

    @cached_property
    def statements(self) -> dict[str, Table]:
        """The income statement and the balance sheet."""
        return {kind: statement_asked(self.question, kind) for kind in STATEMENTS}

    @cached_property
    def _financing(self) -> tuple[Table, list[str]]:
        return financing_told(self.question)

    @property
    def financing(self) -> Table:
        """Self-financing, working capital and flows, from the books."""
        return self._financing[0]

    @property
    def unproved(self) -> list[str]:
        """What does not hold in them."""
        return self._financing[1]

    @cached_property
    def planned(self) -> Table:
        """The same from the budgets in force, over the whole year."""
        held = self.file
        view = year_of(held.network, held.year, books=self.gaps.view.books)
        tables = financing_tables(view, Kind.REVISED, held.entity)
        words = list(filter(None, [equality(tables[0], tables[1])[1]]))
        return written(tables, common_chart(), f"CAF et financement {held.year}", words)

    @property
    def chambers(self) -> list[Entity]:
        return [self.file.entity] if self.file.entity else self.gaps.view.chambers

    @cached_property
    def lacking(self) -> list[str]:
        """Whose books say nothing at the cut-off, and why."""
        view = self.gaps.view
        said = ((e.short_name, view.reach.lacks(e.code, view.until)) for e in self.chambers)
        return [f"{name} : {why}" for name, why in said if why]

    @property
    def is_booked(self) -> bool:
        """Whether some book speaks: a chamber's own up to the cut-off, any of the network's."""
        return self.question.year is not None and len(self.lacking) < len(self.chambers)


SUM = "somme des chambres"
SUMMED = (
    "Somme des chambres, opérations entre elles comprises\u00a0: le résultat du réseau est celui "
    "du compte de résultat consolidé."
)


def figures_of(file: AssemblyFile) -> Figures:
    return Figures(file, gaps_of(file))


def paper_of(file: AssemblyFile, today: dt.date) -> Paper:
    """The whole file, every string ready to be printed."""
    found = figures_of(file)
    parts = [_essential(found), _gaps(found), _planned(found), *_accounts(found)]
    return Paper(
        network=french(file.network.name),
        whose=french(file.entity.name if file.entity else file.network.name),
        fictional=file.network.fictional,
        exercise=str(file.year),
        until=file.until.words,
        generated_on=french_date(today),
        generated_at=today,
        facts=tuple(_facts(found)),
        presentation=blocks(file.texts.get("", "")),
        parts=tuple(
            replace(part, wide=any(sheet.is_wide for sheet in part.sheets)) for part in parts
        ),
    )


def _facts(found: Figures) -> Iterator[Fact]:
    file, view = found.file, found.gaps.view
    yield Fact("Réseau", french(file.network.name))
    if file.entity:
        yield Fact("Chambre", french(file.entity.name))
    yield Fact("Exercice", f"{file.year}, {file.until.words}")
    if file.entity:
        yield Fact("Budget en vigueur", _budget_words(view.in_force(file.entity)))
        executed = view.latest(file.entity, Kind.EXECUTED)
        yield Fact("Budget exécuté", _budget_words(executed))
        if executed is None:
            books = "livre comptable importé" if found.is_booked else NOT_TOLD
            yield Fact("Réalisé lu dans", books)
    else:
        held = sum(view.in_force(chamber) is not None for chamber in view.chambers)
        yield Fact("Budgets en vigueur", f"{held} chambres sur {len(view.chambers)}")
        booked = len(view.chambers) - len(found.lacking)
        yield Fact("Livres comptables", f"{booked} chambres sur {len(view.chambers)}")


def _budget_words(budget: Budget | None) -> str:
    if budget is None:
        return NOT_TOLD
    voted = f", voté le {french_date(budget.voted_on)}" if budget.voted_on else ""
    return f"{budget} ({STATE_LABELS[BudgetState(budget.status)].lower()}{voted})"


def _essential(found: Figures) -> Part:
    """Sums of each class, equilibrium, then both drawn."""
    table = found.gaps.table
    rows = [replace(row_of(table.columns, row, 1, GAP_COLUMNS[1:]), nature="row")
            for row in table.rows if isinstance(row, Sum)]  # fmt: skip
    heads = (GAP_HEADS.get(t := table.columns[p].title, t) for p in GAP_COLUMNS[1:])
    title = "Budget et réalisé" if found.file.entity else f"Budget et réalisé, {SUM}"
    sheets = [Sheet(title, ("Ensemble", *heads), tuple(rows))]
    notes = list(found.lacking)
    if rows and not found.file.entity:
        notes = [*(word for word in table.filters if ", sans " in word), *notes, SUMMED]
    if found.is_booked:
        sheets.append(_balance(found))
        notes += found.unproved
    else:
        notes.append(f"CAF, fonds de roulement, trésorerie : {NOT_TOLD}.")
    charts = tuple(_charts(found.gaps))
    held = tuple(sheet for sheet in sheets if sheet.rows)
    lead = "" if held else f"Budget et réalisé : {NOT_TOLD}, aucun budget ni livre."
    return Part("L’essentiel", lead, held, charts, tuple(map(french, notes)))


def _balance(found: Figures) -> Sheet:
    """What the books let finance, and where they leave treasury: this exercise, the one before."""
    table = found.financing
    chambers = () if found.file.entity else {e.short_name for e in found.chambers}
    rows = [row for row in table.rows if row[1] in BALANCE_ROWS and isinstance(row, Sum)]
    places = [place for place in _told(table, rows) if table.columns[place].title not in chambers]
    return _sheet(found, replace(table, rows=rows), 3, places, "Équilibre financier")


def _sheet(found: Figures, table: Table, label: int, places: Sequence[int], title: str) -> Sheet:
    """In the file of one chamber, its column is that of the exercise."""
    sheet = sheet_of(table, label=label, columns=places, title=title)
    own = found.file.entity.short_name if found.file.entity else None
    heads = (str(found.file.year) if head == own else head for head in sheet.heads)
    return replace(sheet, heads=tuple(heads))


def _charts(gaps: Gaps) -> Iterator[Chart]:
    classes = [Pair(group.title, group.total.reference, group.total.executed)
               for group in gaps.groups]  # fmt: skip
    if any(pair.planned is not None or pair.done is not None for pair in classes):
        yield chart_of("Budget en vigueur et réalisé, par classe", classes)
    compared = [(label, row) for group in gaps.groups for label, row in group.rows if row.gap.cents]
    compared.sort(key=lambda one: -abs(one[1].gap.cents or 0))
    bars = [Pair(label, row.reference, row.executed) for label, row in compared[:MOST_BARS]]
    if bars:
        yield chart_of("Les plus grands écarts", bars)


def _gaps(found: Figures) -> Part:
    """Each row of the comparison under its class, and what its preparer wrote of its gap."""
    table, texts = found.gaps.table, found.file.texts
    rows: list[SheetRow] = []
    former = ""
    for key, row in zip(found.gaps.keys, table.rows, strict=True):
        if row[0] and row[0] != former:
            rows.append(SheetRow(french(row[0]), (), "heading"))
            former = row[0]
        told = row_of(table.columns, row, 1, GAP_COLUMNS)
        rows.append(replace(told, blocks=blocks(texts.get(key, "")) if key else ()))
    heads = ("Ligne", *(GAP_HEADS.get(t := table.columns[p].title, t) for p in GAP_COLUMNS))
    notes = [word for word in table.filters if word != BY_LABELS[By.ACCOUNT]]
    if found.file.entity:  # one chamber counted needs no counting
        notes = [word for word in notes if ", sans " in word or word.startswith("Budgets")]
    lead = (
        "Ce qui a été voté, ce qui a été fait, et pourquoi les deux s’écartent. En euros. "
        "Écart\u00a0: exécuté moins en vigueur."
    )
    if not found.file.entity:
        lead = f"{lead} {SUMMED}"
    if not rows:
        return Part("Budget et écarts", f"{NOT_TOLD.capitalize()} : aucun budget ni livre.")
    sheets = (Sheet("Budget et écarts", heads, tuple(rows)),)
    return Part("Budget et écarts", lead, sheets, notes=tuple(map(french, notes)))


def _planned(found: Figures) -> Part:
    title = "CAF et financement du budget"
    if not any(found.gaps.view.in_force(chamber) for chamber in found.chambers):
        return Part(title, f"{NOT_TOLD.capitalize()} : aucun budget en vigueur.")
    sheets = tuple(_flows(found, found.planned))
    notes = tuple(map(french, found.planned.filters))
    lead = "Ce que le budget en vigueur permet de financer, sur l’exercice entier. En euros."
    return Part(title, lead, sheets, notes=notes)


def _accounts(found: Figures) -> Iterator[Part]:
    """The income statement, the balance sheet, self-financing and financing, from the books."""
    if not found.is_booked:
        for title in (*STATEMENTS.values(), "CAF et financement réalisés"):
            yield Part(title, f"{NOT_TOLD.capitalize()}.", notes=tuple(map(french, found.lacking)))
        return
    for kind, title in STATEMENTS.items():
        table = found.statements[kind]
        places = _narrowed(found, table, range(3, len(table.columns)))
        rows = list(filter(without_accounts(3), table.rows))
        sheet = _sheet(found, replace(table, rows=rows), 2, places, title)
        yield Part(title, _read(found), (sheet,), notes=_notes(found, table))
    flows = tuple(_flows(found, found.financing))
    yield Part(
        "CAF et financement réalisés", _read(found), flows, notes=_notes(found, found.financing)
    )


def _read(found: Figures) -> str:
    books = "le livre de la chambre" if found.file.entity else "les livres des chambres"
    return f"D’après {books}, {found.file.until.words}. En euros."


def _notes(found: Figures, table: Table) -> tuple[str, ...]:
    told = [word for word in table.filters if word not in found.question.words]
    return tuple(dict.fromkeys(map(french, [*found.lacking, *told])))


def _flows(found: Figures, table: Table) -> Iterator[Sheet]:
    """Each table of flows on its own, without columns it does not have."""
    keep = without_accounts(4, last=1)
    for title in dict.fromkeys(row[0] for row in table.rows):
        rows = [row for row in table.rows if row[0] == title and keep(row)]
        places = _narrowed(found, table, _told(table, rows))
        if rows and places:
            yield _sheet(found, replace(table, rows=rows), 3, places, french(title))


def _told(table: Table, rows: Sequence[Sequence[Any]]) -> list[int]:
    """The places of the columns of amounts that these rows have."""
    return [place for place in range(4, len(table.columns) - 1)
            if any(row[place] != "" for row in rows)]  # fmt: skip


def _narrowed(found: Figures, table: Table, places: Sequence[int]) -> list[int]:
    """What a page takes of them: without the variation, then without the chambers, where many."""
    held = list(places)
    if len(held) > WIDE:
        held = [place for place in held if table.columns[place].title != "Variation"]
    if len(held) > MOST_COLUMNS:
        chambers = {chamber.short_name for chamber in found.chambers}
        held = [place for place in held if table.columns[place].title not in chambers]
    return held
