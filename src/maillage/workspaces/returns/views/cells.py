"""A cell that explains itself: what it is made of, who typed it, what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from maillage.kernel.absence import Absent
from maillage.kernel.verdicts import Refusal
from maillage.ledger.engine.chart import Chart
from maillage.ledger.queries.consolidated import chart_of
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Measure, Sum, Table
from maillage.ui.tables import Link, LinkedAbsent, LinkedMeasure, shown
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.restitutions import comment_cell
from maillage.workspaces.returns.engine.definition import (
    ACCOUNTS,
    BETWEEN,
    BOOKS,
    FORMULA,
    FTE,
    KINDS,
    SOURCES,
    UNITS,
    VOLUME,
    Line,
)
from maillage.workspaces.returns.engine.facts import Block, FilledColumn
from maillage.workspaces.returns.engine.tables import told
from maillage.workspaces.returns.queries.reading import Read
from maillage.workspaces.returns.views.page import restitution_asked, restitution_outline, url


def _asked(read: Read, row: str, column: str) -> tuple[Line, FilledColumn]:
    """The row and the column of an address; 404 where this reader has no such cell."""
    line = read.filled.definition.lines.get(row)
    held = next((one for one in read.columns if one.code == column), None)
    if line is None or held is None or not line.is_figure:
        raise Http404
    return line, held


@require_http_methods(["GET", "HEAD", "POST"])
def cell(
    request: Request, network: str, code: str, number: int, row: str, column: str
) -> HttpResponse:
    """What a value is made of, who typed it, what is said of it."""
    read = restitution_asked(request, network, code, number)
    line, held = _asked(read, row, column)
    restitution, refusal = read.restitution, ""
    verdict = rules.can_comment(
        restitution, actor=request.actor, column=held, chambers=read.chambers
    )
    if request.method == "POST":
        try:
            comment_cell(restitution, actor=request.actor, row=row, column=held,
                         chambers=read.chambers, text=request.POST.get("texte", ""))  # fmt: skip
        except Refusal as refused:
            if refused.denied.status != 422:
                raise
            refusal = refused.denied.reason
        else:
            messages.success(request, "Commentaire enregistré.")
            return redirect(request.path)
    comments = list(restitution.comments.filter(row=row, column=column))
    typed = read.by_place.get((row, column))
    names = names_of({c.said_by for c in comments} | ({typed.typed_by} if typed else set()))
    context = restitution_outline(request, restitution, f"{line.label}, {held.label}") | {
        "line": line,
        "column": held,
        "value": _shown(read, line, held),
        "kind": KINDS[line.kind],
        "unit": UNITS[held.unit or line.unit],
        "source": SOURCES[held.source] + ("" if held.source == BETWEEN else f", {held.year}"),
        "table": shown(table) if (table := _explained(read, line, held)) else None,
        "typed": typed,
        "typed_by": names.get(typed.typed_by, "") if typed else "",
        "comments": [(one, names.get(one.said_by, "")) for one in comments],
        "verdict": verdict,
        "refusal": refusal,
        "may_type": read.filled.is_typed(line, held) and read.sight.types(held),
    }
    return render(request, "returns/cell.html", context, status=422 if refusal else 200)


def _shown(read: Read, line: Line, column: FilledColumn) -> Any:
    return told(read.filled, line, column)


def _explained(read: Read, line: Line, column: FilledColumn) -> Table | None:
    """Columns or rows of a formula, accounts chamber by chamber, or volumes; None for what is
    typed."""
    if column.source == BETWEEN:
        return _of_columns(read, line, column)
    if line.kind == ACCOUNTS:
        return _of_accounts(read, line, column)
    if line.kind == FORMULA:
        return _of_formula(read, line, column)
    if line.kind in (VOLUME, FTE):
        return _of_volumes(read, line, column)
    return _of_chambers(read, line, column)


def _of_accounts(read: Read, line: Line, column: FilledColumn) -> Table:
    names, chart = dict(read.filled.facts.chambers), chart_of(read.restitution.network, column.year)
    local = read.filled.definition.accounts[line.code].local
    blocks = dict(read.filled.blocks(column))
    parts = read.filled.parts(line, column)
    if column.is_whole:
        own, moved = read.filled.taken_out(line, column)
        apart = replace(column, chambers=tuple(names))
        parts, blocks = [*own, *moved], blocks | dict(read.filled.blocks(apart))
    rows: list[Any] = []
    for part in parts:
        url = _lines_url(read, column, part.chamber, part.account, local=local)
        rows.append(
            (
                Link(part.account, url) if url else part.account,
                "" if local else _name(chart, part.account),
                names.get(part.chamber, "Éliminé entre chambres, retraitements compris"),
                _origin(blocks[part.chamber]),
                part.debit, part.credit, part.cents,
            )
        )  # fmt: skip
    if rows:
        rows.append(Sum(("Total", "", "", "", *(sum(row[n] for row in rows) for n in (4, 5, 6)))))
    heads = [Column("Compte", width=14), Column("Intitulé", width=44), Column("Chambre", width=24),
             Column("D’où", width=34), Column("Débit", "amount", 18),
             Column("Crédit", "amount", 18), Column("Compté", "amount", 18)]  # fmt: skip
    return Table("Comptes", heads, rows)


def _origin(block: Block) -> str:
    """A book by its name and the beginning of its print, a budget by its name."""
    is_book = len(block.origin) == 64
    return f"{block.said} ({block.origin[:8]})" if is_book else block.said


def _name(chart: Chart, account: str) -> str:
    return {"7E": "Écarts d’élimination, résultat", "4E": "Écarts d’élimination, bilan"}.get(
        account
    ) or chart.name_of(account)


def _lines_url(read: Read, column: FilledColumn, chamber: str, account: str, *, local: bool) -> str:
    """The entries behind an account of a book; "" where none is to be shown."""
    if column.source != BOOKS or not chamber:
        return ""
    query: dict[str, Any] = {"exercice": column.year, "chambre": chamber}
    query |= {"local": account} if local else {"compte": account, "exact": "oui"}
    if column.month != 12:
        query |= {"mois": f"{column.year}-{column.month:02d}", "cumul": "oui"}
    here = reverse("ledger:entry_lines", args=[read.restitution.network.code])
    return f"{here}?{urlencode(query)}"


def _of_formula(read: Read, line: Line, column: FilledColumn) -> Table:
    formula = read.filled.definition.formulas[line.code]
    lines = (read.filled.definition.lines[code] for code in sorted(formula.codes))
    rows = [(one.code, one.label, UNITS[one.unit], _linked(read, one, column)) for one in lines]
    heads = [Column("Ligne", width=14), Column("Libellé", width=44), Column("Unité", width=10),
             Column("Valeur", "decimal", 18)]  # fmt: skip
    return Table("Lignes de la formule", heads, rows)


def _of_columns(read: Read, line: Line, column: FilledColumn) -> Table:
    held = (read.filled.by_code.get(code) for code in column.uses.values())
    rows = [
        (one.code, one.label, SOURCES[one.source], _linked(read, line, one)) for one in held if one
    ]
    heads = [Column("Colonne", width=18), Column("Libellé", width=44), Column("Source", width=24),
             Column("Valeur", "decimal", 18)]  # fmt: skip
    formula = read.filled.definition.column_formulas[column.own]
    return Table(f"Colonnes de la formule {formula.text}", heads, rows)


def _of_chambers(read: Read, line: Line, column: FilledColumn) -> Table | None:
    """The cells a network’s one adds up; None for one that is typed."""
    if not (added := read.filled.added(line, column)):
        return None
    rows = [(one.label, _linked(read, line, one)) for one in added]
    heads = [Column("Colonne", width=30), Column("Saisi", "decimal", 18)]
    return Table("Cellules additionnées", heads, rows)


def _linked(read: Read, line: Line, column: FilledColumn) -> LinkedAbsent | LinkedMeasure:
    """A value that leads to its own cell."""
    held, value = read.restitution, told(read.filled, line, column)
    where = url("cell", held.definition, held.number, line.code, column.code)
    return LinkedAbsent(value, where) if isinstance(value, Absent) else LinkedMeasure(value, where)


def _of_volumes(read: Read, line: Line, column: FilledColumn) -> Table:
    names = dict(read.filled.facts.chambers)
    place = 0 if line.kind == VOLUME else 1
    chambers = list(names) if column.is_whole else column.chambers
    rows = []
    for code in chambers:
        pair = read.filled.facts.volumes.get((line.content, column.year, code), (None, None))
        value = pair[place]
        known = Measure(value, line.decimals) if value is not None else Absent("rien de compté")
        rows.append((names.get(code, code), known))
    return Table(
        "Par chambre", [Column("Chambre", width=30), Column("Compté", "decimal", 18)], rows
    )


HERE = "etats/<slug:code>/rendus/<int:number>/"
routes = [
    path(f"{HERE}cellule/<str:row>/<str:column>/", cell, name="cell"),
]
