"""The trial balance, the income statement and the balance sheet, by chamber and consolidated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.ledger.engine.statements import Statement, StatementLine
from maillage.ledger.queries.consolidated import Statements, Trial, statements, trial
from maillage.ledger.tables import Column, Table
from maillage.ledger.views.asked import LEVELS, Asked, asked
from maillage.ledger.views.frame import exported, keeper_frame, kept_network

STATEMENTS = {"income": "Compte de résultat", "balance": "Bilan"}


def _context(request: HttpRequest, network: str, page: str) -> tuple[Asked, dict[str, Any]]:
    found = kept_network(request, network)
    reading = asked(request, found)
    context = keeper_frame(request, found, page) | {
        "asked": reading,
        "levels": LEVELS.items(),
        "unmapped": reading.year.unmapped if reading.year else (0, 0),
        "missing": _missing(reading),
    }
    return reading, context


def _missing(reading: Asked) -> list[str]:
    """Chambers of the network whose book of the year is not in."""
    if reading.year is None:
        return []
    held = {entity.pk for entity in reading.year.entities}
    chambers = reading.network.entities.filter(kind__in=["regional", "territorial"], archived=False)
    return [chamber.short_name for chamber in chambers if chamber.pk not in held]


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount of a table, and the lines it comes from ("" where it is a result)."""

    cents: int | None
    url: str = ""


def _drill(reading: Asked, **changes: str) -> str:
    parameters = {k: v for k, v in reading.parameters.items() if k != "niveau"} | changes
    kept = {name: value for name, value in parameters.items() if value}
    return f"{reverse('entry_lines', args=[reading.network.code])}?{urlencode(kept)}"


# -- trial balance ---------------------------------------------------------------------------------


def _trial(reading: Asked) -> list[Trial]:
    if reading.year is None:
        return []
    code = reading.entity.code if reading.entity else ""
    rows = trial(
        reading.year,
        reading.former,
        reading.span,
        reading.chart,
        digits=int(reading.level or 0),
        entity=code,
    )
    return [row for row in rows if row.account.startswith(reading.prefix)]


def _trial_columns(reading: Asked) -> list[str]:
    if reading.entity:
        heads = ["Débit", "Crédit", "Solde"]
    else:
        heads = [*(e.short_name for e in reading.entities), "Somme", "Éliminations", "Consolidé"]
    if reading.former:
        heads += [f"{reading.former.year}", "Variation"]
    return heads


def _trial_figures(reading: Asked, row: Trial) -> list[Figure]:
    """The amounts of one account, in the order of the columns."""
    link = _drill(reading, **({"compte": row.account} if row.account else {"sans": "oui"}))
    if reading.entity:
        figures = [Figure(row.debit, link), Figure(row.credit, link), Figure(row.summed, link)]
    else:
        figures = [
            Figure(row.nets.get(e.code), f"{link}&{urlencode({'chambre': e.code})}")
            for e in reading.entities
        ]
        facing = reverse("intercompany", args=[reading.network.code])
        figures += [
            Figure(row.summed, link),
            Figure(-row.taken, f"{facing}?exercice={reading.parameters['exercice']}"),
            Figure(row.consolidated, link),
        ]
    if reading.former:
        month, year = reading.span.month, reading.former.year
        mois = f"{year}-{month:%m}" if month else ""
        before = _drill(reading, compte=row.account, exercice=str(year), mois=mois)
        figures += [Figure(row.former, before), Figure(row.variation)]
    return figures


def _totals(rows: list[list[Figure]]) -> list[int]:
    return [sum(figure.cents or 0 for figure in column) for column in zip(*rows, strict=True)]


@require_safe
def trial_balance(request: HttpRequest, network: str) -> HttpResponse:
    """Every common account, chamber by chamber, then together once what they owe is out."""
    reading, context = _context(request, network, "trial_balance")
    rows = _trial(reading)
    figures = [_trial_figures(reading, row) for row in rows]
    context |= {
        "heads": _trial_columns(reading),
        "rows": list(zip(rows, figures, strict=True)),
        "totals": _totals(figures) if figures else [],
    }
    return render(request, "ledger/trial_balance.html", context)


@require_safe
def trial_export(request: HttpRequest, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    reading = asked(request, found)
    columns = [Column("Compte"), Column("Intitulé", width=50)]
    columns += [Column(head, "amount", 18) for head in _trial_columns(reading)]
    rows = (
        [row.account or "sans correspondance", row.name,
         *(figure.cents for figure in _trial_figures(reading, row))]
        for row in _trial(reading)
    )  # fmt: skip
    filters = [*reading.words, "Soldes : débit moins crédit."]
    return exported(Table("Balance consolidée", columns, rows, filters), extension)


# -- statements ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a statement with its amounts. `depth` and `nature` say how it is set."""

    code: str
    label: str
    nature: str
    depth: int
    figures: tuple[Figure, ...]
    accounts: tuple[tuple[str, str, tuple[Figure, ...]], ...] = ()


def _statement_columns(reading: Asked) -> list[str]:
    if reading.entity:
        heads = [reading.entity.short_name]
    else:
        heads = [*(e.short_name for e in reading.entities), "Éliminations", "Consolidé"]
    if reading.former:
        heads += [f"{reading.former.year}", "Variation"]
    return heads


@dataclass(frozen=True, slots=True)
class Sides:
    """One statement, as booked and once eliminated."""

    own: Statement
    net: Statement


def _sides(reading: Asked, kind: str) -> tuple[Sides | None, Statements | None]:
    if reading.year is None:
        return None, None
    years = [year for year in (reading.former, reading.year) if year]
    found = statements(years, reading.span, reading.chart)
    own, net = getattr(found.own, kind), getattr(found.net, kind)
    return (Sides(own, net) if own and net else None), found


def _amounts(reading: Asked, own: dict[Any, int], net: dict[Any, int]) -> Iterator[int]:
    """The amounts of one line: each chamber, what is eliminated, consolidated, the year before.

    `own` and `net`: (entity or "" for all, period) -> cents.
    """
    assert reading.year is not None
    period = str(reading.year.year)
    shown = reading.entity.code if reading.entity else ""
    if reading.entity:
        final, source = own.get((shown, period), 0), own
        yield final
    else:
        for entity in reading.entities:
            yield own.get((entity.code, period), 0)
        final, source = net.get(("", period), 0), net
        yield final - own.get(("", period), 0)
        yield final
    if reading.former:
        before = source.get((shown, str(reading.former.year)), 0)
        yield before
        yield final - before


def _rows(reading: Asked, sides: Sides) -> list[StatementRow]:
    nets = {line.line.code: line for line in sides.net.lines}
    return [_row(reading, line, nets[line.line.code]) for line in sides.own.lines]


def _filled(rows: list[StatementRow]) -> list[StatementRow]:
    """Without the lines that hold no amount at all."""
    return [
        row
        for row in rows
        if row.nature != "detail" or row.accounts or any(figure.cents for figure in row.figures)
    ]


def _row(reading: Asked, own: StatementLine, net: StatementLine) -> StatementRow:
    line = own.line
    figures: tuple[Figure, ...] = ()
    if line.nature != "heading":
        cents = _amounts(
            reading,
            {cell: amount.net for cell, amount in own.amounts.items()},
            {cell: amount.net for cell, amount in net.amounts.items()},
        )
        url = f"?{reading.query}&detail=oui#ligne-{line.code}" if line.nature == "detail" else ""
        figures = tuple(Figure(value, url) for value in cents)
    return StatementRow(
        line.code,
        line.label,
        line.nature,
        2 if line.nature == "detail" else 0,
        figures,
        tuple(_accounts(reading, own, net)),
    )


def _accounts(
    reading: Asked, own: StatementLine, net: StatementLine
) -> Iterator[tuple[str, str, tuple[Figure, ...]]]:
    """The accounts a line is made of, each with its amounts and the way to its entries."""
    by_account: dict[str, tuple[dict[Any, int], dict[Any, int]]] = {}
    for side, line in enumerate((own, net)):
        for share in line.shares:
            cells = by_account.setdefault(share.account, ({}, {}))[side]
            for cell in ((share.entity, share.period), ("", share.period)):
                cells[cell] = cells.get(cell, 0) + share.amount.net
    for account, (mine, left) in sorted(by_account.items()):
        amounts = list(_amounts(reading, mine, left))
        link = _drill(reading, compte=account)
        codes = [e.code for e in reading.entities]
        urls = [link] if reading.entity else [f"{link}&{urlencode({'chambre': c})}" for c in codes]
        urls += [""] * (len(amounts) - len(urls))
        if not reading.entity:
            urls[len(codes) + 1] = link
        figures = tuple(Figure(c, u) for c, u in zip(amounts, urls, strict=True))
        yield account, reading.chart.name_of(account), figures


def _statement(request: HttpRequest, network: str, kind: str, page: str) -> HttpResponse:
    reading, context = _context(request, network, page)
    sides, found = _sides(reading, kind)
    detailed = request.GET.get("detail") == "oui"
    context |= {
        "title": STATEMENTS[kind],
        "kind": kind,
        "page_name": page,
        "heads": _statement_columns(reading),
        "rows": _filled(_rows(reading, sides)) if sides else [],
        "detailed": detailed,
        "query_detail": urlencode(reading.parameters | {"detail": "oui"}),
        "proofs": _proofs(found, reading),
        "export": reverse(f"{page}_export", args=[network, "xlsx"]),
        "export_csv": reverse(f"{page}_export", args=[network, "csv"]),
    }
    return render(request, "ledger/statement.html", context)


def _proofs(found: Statements | None, reading: Asked) -> list[Any]:
    """What does not hold, of the year shown, as booked then once eliminated.

    One axis alone has no reason to balance.
    """
    if found is None or reading.year is None or reading.span.axis:
        return []
    year = str(reading.year.year)
    own = [f for f in found.own.findings if year in f.where or f.code.startswith("statements.un")]
    told = {(f.code, f.where) for f in own}
    # A chamber alone does not balance once what it owes another is out; all of them must.
    together = f"toutes les chambres, {year}"
    more = [f for f in found.net.findings if (f.code, f.where) not in told and f.where == together]
    return [("Tels que tenus", f) for f in own] + [("Une fois éliminés", f) for f in more]


def _statement_export(
    request: HttpRequest, network: str, kind: str, extension: str
) -> HttpResponse:
    found = kept_network(request, network)
    reading = asked(request, found)
    sides, _ = _sides(reading, kind)
    columns = [Column("Ligne", width=12), Column("Compte"), Column("Intitulé", width=60)]
    columns += [Column(head, "amount", 18) for head in _statement_columns(reading)]
    rows = list(_exported_rows(_rows(reading, sides), len(columns)) if sides else ())
    return exported(Table(STATEMENTS[kind], columns, rows, reading.words), extension)


def _exported_rows(rows: list[StatementRow], width: int) -> Iterator[list[Any]]:
    for row in rows:
        amounts = [figure.cents for figure in row.figures]
        yield [row.code, "", row.label, *(amounts or [None] * (width - 3))]
        for account, name, figures in row.accounts:
            yield [row.code, account, name, *(figure.cents for figure in figures)]


@require_safe
def income_statement(request: HttpRequest, network: str) -> HttpResponse:
    """Income and expenses by PCG lines, down to their accounts."""
    return _statement(request, network, "income", "income_statement")


@require_safe
def balance_sheet(request: HttpRequest, network: str) -> HttpResponse:
    """Assets and liabilities by PCG lines, down to their accounts."""
    return _statement(request, network, "balance", "balance_sheet")


@require_safe
def income_export(request: HttpRequest, network: str, extension: str) -> HttpResponse:
    return _statement_export(request, network, "income", extension)


@require_safe
def balance_export(request: HttpRequest, network: str, extension: str) -> HttpResponse:
    return _statement_export(request, network, "balance", extension)


routes = [
    path("balance/", trial_balance, name="trial_balance"),
    path("balance/export.<str:extension>", trial_export, name="trial_balance_export"),
    path("resultat/", income_statement, name="income_statement"),
    path("resultat/export.<str:extension>", income_export, name="income_statement_export"),
    path("bilan/", balance_sheet, name="balance_sheet"),
    path("bilan/export.<str:extension>", balance_export, name="balance_sheet_export"),
]
