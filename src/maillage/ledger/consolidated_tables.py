"""The consolidated accounts as tables: what a workbook or a page shows of a consolidation.

Knows which tables and which columns; refuses to know how they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.findings import SEVERITY_LABELS, Finding
from maillage.ledger.engine.statements import (
    CONSOLIDATED,
    Balances,
    Statement,
    load_layouts,
    present,
    shipped_text,
)
from maillage.ledger.queries.consolidated import cells, mapped, without
from maillage.sheets.writing import Column, Sum, Table


def balances_of(result: Consolidation, year: int, *, eliminated: bool = True) -> Balances:
    """(chamber, year, common account) -> (debit, credit), eliminations made inside each chamber.

    What no rule sends anywhere is left out: it is listed apart.
    """

    found = mapped(cells(result.lines, year))
    if eliminated:
        found = without(found, mapped(cells(result.eliminations, year)))
    return {key: sides for key, sides in found.items() if any(sides)}


def tables_of(
    result: Consolidation,
    chart: Chart,
    year: int,
    names: dict[str, str],
    findings: Iterable[tuple[str, Finding]] = (),
) -> list[Table]:
    """Trial balance, statements, reciprocities, unmapped accounts and findings of a year."""
    accounts = present(balances_of(result, year), chart, load_layouts(shipped_text()))
    found = [_trial(result, chart, year, names)]
    for title, statement in (("Compte de résultat", accounts.income), ("Bilan", accounts.balance)):
        if statement is not None:
            found.append(_statement(title, statement, str(year), names))
    found.append(_reciprocities(result, names))
    found.append(
        Table(
            "Comptes sans correspondance",
            (Column("Chambre"), Column("Compte local"), Column("Débit", "amount"),
             Column("Crédit", "amount")),
            [(names.get(e, e), a, d, c) for (e, a), (d, c) in result.unmapped.items()],
        )
    )  # fmt: skip
    rows = [
        (name, SEVERITY_LABELS[f.severity], f.code, f.title, f.line, f.column, f.value, f.detail,
         f.expected)
        for name, f in findings
    ]  # fmt: skip
    columns = [Column(t, width=w) for t, w in (("Fichier", 26), ("Gravité", 12), ("Code", 18),
               ("Constat", 36))]  # fmt: skip
    columns += [Column("Ligne", "number", 10)]
    columns += [Column(t, width=24) for t in ("Champ", "Valeur", "Détail", "Attendu")]
    found.append(Table("Constats", columns, rows))
    return found


def _trial(result: Consolidation, chart: Chart, year: int, names: dict[str, str]) -> Table:
    """Balances by common account: each chamber, what is eliminated, the whole."""
    whole, left = balances_of(result, year, eliminated=False), balances_of(result, year)
    entities = sorted({entity for entity, _, _ in whole})
    rows = []
    for account in sorted({account for _, _, account in whole}):
        nets = [_net(whole, entity, year, account) for entity in entities]
        kept = sum(_net(left, entity, year, account) for entity in entities)
        rows.append((account, chart.name_of(account), *nets, kept - sum(nets), kept))
    columns = [Column("Compte", width=12), Column("Intitulé", width=40)]
    columns += [Column(names.get(entity, entity), "amount", 18) for entity in entities]
    columns += [Column("Éliminations", "amount", 18), Column("Consolidé", "amount", 18)]
    notes = (f"Exercice {year}. Soldes : débit moins crédit, en comptes communs.",)
    return Table("Balance consolidée", columns, rows, notes, labels=2)


def _net(balances: Balances, entity: str, year: int, account: str) -> int:
    debit, credit = balances.get((entity, str(year), account), (0, 0))
    return debit - credit


def _statement(title: str, statement: Statement, period: str, names: dict[str, str]) -> Table:
    entities: Sequence[str] = (*statement.entities, CONSOLIDATED)
    rows: list[Sequence[Any]] = []
    for line in statement.lines:
        amounts = [line.amounts.get((entity, period)) for entity in entities]
        row = (line.line.label, *(a.net if a is not None else None for a in amounts))
        rows.append(row if line.line.nature == "detail" else Sum(row))
    columns = [Column("Poste", width=56)]
    columns += [
        Column(names.get(entity, entity) if entity else "Consolidé", "amount", 18)
        for entity in entities
    ]
    return Table(title, columns, rows, (f"Exercice {period}, éliminations faites.",))


def _reciprocities(result: Consolidation, names: dict[str, str]) -> Table:
    rows = [
        (names.get(r.entity, r.entity), r.family.label, r.says, names.get(r.partner, r.partner),
         r.answers, r.difference)
        for r in result.reciprocities
    ]  # fmt: skip
    columns = (
        Column("Chambre", width=28), Column("Famille", width=30), Column("Son solde", "amount"),
        Column("Partenaire", width=28), Column("Solde du partenaire", "amount", 20),
        Column("Écart", "amount"),
    )  # fmt: skip
    return Table("Réciprocités", columns, rows, ("Un écart nul : les deux chambres s’accordent.",))
