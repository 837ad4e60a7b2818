"""Who writes the plan, what is refused and why, what the journal keeps, what a sheet changes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.sheets.findings import Unreadable
from maillage.sheets.writing import Column, Table, to_csv, to_xlsx
from maillage.workspaces.finance.actions.investments import (
    import_investments,
    remove_investment,
    save_investment,
)
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.engine.plan_table import SHEET, read_plan, row_of, titles
from maillage.workspaces.finance.models import Investment
from maillage.workspaces.finance.queries.investments import known_of, operation_of
from tests.builders import OF_A_CHAMBER

ROOF = Operation(
    "nord", "toit", "Toiture", "planned", "finances", "achats", {2026: 900_00, 2027: 100_00},
    {"own": 400_00, "loan": 200_00},
)  # fmt: skip


@pytest.mark.parametrize(("actor", "entity", "allowed"), OF_A_CHAMBER)
def test_who_writes_an_operation(
    network: Network, who: SimpleNamespace, actor: str, entity: str, allowed: bool
) -> None:
    operation = replace(ROOF, entity=entity)
    if allowed:
        row = save_investment(network, operation, actor=getattr(who, actor).actor)
        assert operation_of(row) == operation
        return
    with pytest.raises(Refusal, match="mandat") as refused:
        save_investment(network, operation, actor=getattr(who, actor).actor)
    assert refused.value.denied.status == 403
    assert not Investment.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"funding": {"own": 1000_01}}, "dépassent le coût"),
        ({"years": {}}, "au moins une année"),
        ({"code": "Mal Formé"}, "minuscules"),
        ({"title": " "}, "un texte est attendu"),
        ({"function": "autre"}, "inconnu dans ce réseau"),
        ({"process": "paie"}, "autre fonction"),
    ],
)
def test_what_is_refused(
    network: Network, who: SimpleNamespace, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        save_investment(network, replace(ROOF, **change), actor=who.finances.actor)
    assert refused.value.denied.status == 422
    assert not Investment.objects.exists()


def test_the_journal_keeps_what_changed(network: Network, who: SimpleNamespace) -> None:
    row = save_investment(network, ROOF, actor=who.nord.actor, seen=0)
    voted = replace(ROOF, status="voted", years={2026: 1000_00})
    save_investment(network, voted, actor=who.nord.actor, seen=row.version)
    event = Event.objects.filter(verb="finance.investment.saved").order_by("-sequence")[0]
    assert event.subject == row.subject
    assert event.diff["status"] == ["planned", "voted"]
    assert event.diff["years"] == [{"2026": 900_00, "2027": 100_00}, {"2026": 1000_00}]
    count = Event.objects.count()
    save_investment(network, voted, actor=who.nord.actor)
    assert Event.objects.count() == count, "the same again writes nothing"


def test_two_people_do_not_write_over_each_other(network: Network, who: SimpleNamespace) -> None:
    row = save_investment(network, ROOF, actor=who.nord.actor, seen=0)
    with pytest.raises(Refusal, match="déjà pris"):
        save_investment(network, replace(ROOF, title="Autre"), actor=who.nord.actor, seen=0)
    save_investment(network, replace(ROOF, title="B"), actor=who.nord.actor, seen=row.version)
    with pytest.raises(Refusal, match="modifié"):
        save_investment(network, replace(ROOF, title="C"), actor=who.nord.actor, seen=row.version)


def test_only_an_idea_is_removed(network: Network, who: SimpleNamespace) -> None:
    row = save_investment(network, ROOF, actor=who.nord.actor)
    with pytest.raises(Refusal, match="abandonnée") as refused:
        remove_investment(row, actor=who.nord.actor)
    assert refused.value.denied.status == 409
    save_investment(network, replace(ROOF, status="idea"), actor=who.nord.actor)
    with pytest.raises(Refusal, match="mandat"):
        remove_investment(row, actor=who.reader.actor)
    remove_investment(row, actor=who.nord.actor)
    assert not Investment.objects.exists()
    assert Event.objects.filter(verb="finance.investment.removed").get().diff["code"] == "toit"


def sheet(operations: list[Operation], years: tuple[int, ...] = (2026, 2027)) -> Table:
    kinds = ["text"] * 6 + ["amount"] * (len(years) + 8)
    columns = [Column(t, k) for t, k in zip(titles(years), kinds, strict=True)]  # type: ignore[arg-type]
    return Table(SHEET, columns, [row_of(o, years) for o in operations], ["Toutes"])


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_reads_back_the_same(network: Network, kind: str) -> None:
    import datetime as dt

    plan = [ROOF, replace(ROOF, entity="sud", code="cour", status="abandoned", funding={})]
    table = sheet(plan)
    data = to_csv(table) if kind == "csv" else to_xlsx(table, dt.date(2026, 1, 1))
    assert read_plan(data, f"plan.{kind}", known_of(network)) == plan


HEAD = "Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;2026;Emprunt"


@pytest.mark.parametrize(
    ("line", "what", "where"),
    [
        ("nrd;a;A;;;;10;", "code inconnu", "ligne 2, colonne Chambre (code)"),
        (";a;A;;;;10;", "code absent", "colonne Chambre (code)"),
        ("nord;A B;A;;;;10;", "code mal formé", "colonne Code"),
        ("nord;a;;;;;10;", "intitulé absent", "colonne Opération"),
        ("nord;a;A;;;rêvée;10;", "état inconnu", "colonne État"),
        ("nord;a;A;rh;achats;;10;", "autre fonction", "colonne Fonction (code)"),
        ("nord;a;A;;;;dix;", "montant illisible", "colonne 2026"),
        ("nord;a;A;;;;-10;", "montant négatif", "colonne 2026"),
        ("nord;a;A;;;;10;11", "dépassent le coût", "ligne 2"),
        ("nord;a;A;;;;;", "au moins une année", "ligne 2"),
        ("nord;a;A;;;;10;\nnord;a;B;;;;10;", "déjà à la ligne 2", "ligne 3, colonne Code"),
    ],
)
def test_every_fault_of_a_sheet_is_located(
    network: Network, line: str, what: str, where: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_plan(f"{HEAD}\n{line}\n".encode(), "plan.csv", known_of(network))
    [finding] = refused.value.findings
    assert what in finding.what
    assert where in finding.where


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (HEAD.replace(";2026", ""), "aucune année"),
        (HEAD.replace("Code;", ""), "colonne absente"),
        (HEAD + ";Emprumt", "colonne inconnue"),
        (HEAD + ";2026", "colonne en double"),
    ],
)
def test_every_fault_of_a_header_is_told(network: Network, head: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_plan(f"{head}\n".encode(), "plan.csv", known_of(network))
    assert what in {f.what for f in refused.value.findings}


def test_an_import_changes_all_or_nothing(network: Network, who: SimpleNamespace) -> None:
    save_investment(network, ROOF, actor=who.nord.actor)
    moved = replace(ROOF, title="Toiture neuve")
    south = replace(ROOF, entity="sud", code="cour")
    with pytest.raises(Refusal, match="mandat"):
        import_investments(network, [moved, south], actor=who.nord.actor)
    assert Investment.objects.get().title == "Toiture"
    assert import_investments(network, [moved], actor=who.nord.actor) == 1
    assert import_investments(network, [moved, south], actor=who.finances.actor) == 1
    assert import_investments(network, [moved, south], actor=who.finances.actor) == 0
    event = Event.objects.filter(verb="finance.investment.imported").order_by("-sequence")[0]
    assert set(event.diff["operations"]) == {"sud|cour"}


def test_an_import_refuses_what_does_not_hold(network: Network, who: SimpleNamespace) -> None:
    bad = replace(ROOF, funding={"own": 9_999_99})
    with pytest.raises(Refusal, match="dépassent"):
        import_investments(network, [replace(ROOF, code="b"), bad], actor=who.finances.actor)
    assert not Investment.objects.exists()
