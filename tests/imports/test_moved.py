"""What somebody changes while an import is being decided is never written over, in any room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from maillage.costing.models import BudgetLine
from maillage.imports import views
from maillage.imports.models import PendingImport
from maillage.kernel.models import Event
from maillage.ledger.actions.mapping import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import MappingRule
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Edition, Placement
from maillage.ui.fields import UNTOLD
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.actions.investments import remove_investment, save_investment
from maillage.workspaces.finance.engine.budget_table import MONTH_TITLES
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.models import Investment
from tests.builders import apply_import, shown_by_review
from tests.imports.test_flow import TWO
from tests.registers.example.models import Contract
from tests.registers.installed import install
from tests.registers.world import VERBS, contract
from tests.workspaces.finance.budget_world import budget

pytestmark = pytest.mark.usefixtures("november")


@dataclass(frozen=True)
class Case:
    upload: str
    file: str
    other: Callable[[], Any]
    """What somebody else does, to the very thing the file changes."""
    written: type[models.Model]
    thing: str


def _placements(draft: Edition) -> Case:
    edit = CellEdit("tresorerie", "2027", "sud", {"mode": "C", "lead": "nord"})
    return Case(
        f"/editions/{draft.pk}/importer/",
        TWO,
        lambda: place_cells(draft, [edit], actor=INSTALLATION),
        Placement,
        "L’édition",
    )


def _amounts(draft: Edition) -> Case:
    held = budget(draft.network)
    return Case(
        f"/reseaux/essai/finances/budgets/{held.pk}/importer/",
        f"Compte;Axe (code);{';'.join(MONTH_TITLES)}\r\n6061;;5;;;;;;;;;;;\r\n",
        lambda: enter_amounts(held, [LineEdit("6061", "", {12: 777_00})], actor=INSTALLATION),
        BudgetLine,
        "Le budget",
    )


PLAN = "Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;2026\n"
COURT = Operation("nord", "cour", "Cour", "idea", "", "", {2026: 100_00}, {})


def _plan(draft: Edition, other: Callable[[Investment], Any]) -> Case:
    row = save_investment(draft.network, COURT, actor=INSTALLATION)
    return Case(
        "/reseaux/essai/finances/investissements/importer/",
        f"{PLAN}nord;cour;Cour couverte;;;;10\n",
        lambda: other(row),
        Investment,
        "Le plan",
    )


def _plan_saved(draft: Edition) -> Case:
    new = Operation("nord", "cour", "Autre cour", "idea", "", "", {2026: 900_00}, {})
    return _plan(draft, lambda _: save_investment(draft.network, new, actor=INSTALLATION))


def _plan_removed(draft: Edition) -> Case:
    return _plan(draft, lambda row: remove_investment(row, actor=INSTALLATION))


def _mapping(draft: Edition) -> Case:
    def set_to(target: str) -> None:
        rule = RuleValue("", "60", False, target)
        change_mapping(draft.network, [rule], actor=INSTALLATION, label="Essai")

    set_to("60")
    return Case(
        "/reseaux/essai/finances/correspondances/importer/",
        "Compte local;Compte commun;Note\n60;606;\n",
        lambda: set_to("61"),
        MappingRule,
        "Le jeu de règles",
    )


def _register(draft: Edition, other: Callable[[Any], Any]) -> Case:
    row = contract(draft.network, "N", title="Énergie du Nord")
    return Case(
        "/reseaux/essai/contrats/import/",
        "Code;Objet\nN;Énergie\n",
        lambda: other(row),
        Contract,
        "Le registre des ",
    )


def _revised(draft: Edition) -> Case:
    values = {"title": "Gaz"}
    return _register(draft, lambda row: VERBS.revise(row, actor=INSTALLATION, values=values))


def _archived(draft: Edition) -> Case:
    return _register(draft, lambda row: VERBS.archive(row, actor=INSTALLATION))


CASES: dict[str, Callable[[Edition], Case]] = {
    "placements": _placements,
    "amounts": _amounts,
    "plan, saved": _plan_saved,
    "plan, removed": _plan_removed,
    "mapping": _mapping,
    "register, revised": _revised,
    "register, archived": _archived,
}


@pytest.fixture
def client(who: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    install(settings, monkeypatch)
    return who.administrator.client


def _state(case: Case) -> list[Any]:
    rows: Any = case.written._base_manager
    return [Event.objects.count(), *rows.order_by("pk").values()]


def _sent(client: Any, case: Case) -> str:
    """The address of the review of the file."""
    file = SimpleUploadedFile("f.csv", case.file.encode())
    answer = client.post(case.upload, {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


UNTOLD_FORMS: tuple[dict[str, str], ...] = ({}, {"vu": "²"})
"""What says nothing of what was read."""


def _refused(client: Any, case: Case, review: str, given: dict[str, str]) -> None:
    answer = client.post(f"{review}appliquer/", given, follow=True)
    assert answer.redirect_chain == [(review, 302)]
    told = [(m.level_tag, str(m)) for m in answer.context["messages"]]
    assert len(told) == 1
    assert told[0][0] == "warning"
    if given in UNTOLD_FORMS:
        assert told[0][1] == UNTOLD
    else:
        assert told[0][1].startswith(case.thing)
        have = "ont" if case.thing.startswith("Les ") else "a"
        tail = f" {have} changé depuis la lecture\u00a0: vérifier à nouveau."
        assert told[0][1].endswith(tail)
    assert PendingImport.objects.count() == 1


@pytest.mark.parametrize("name", CASES)
def test_what_moves_after_the_review_is_reviewed_again(
    draft: Edition, client: Any, name: str
) -> None:
    case = CASES[name](draft)
    review = _sent(client, case)
    shown = shown_by_review(client, review)
    case.other()
    theirs = _state(case)
    for given in (shown, shown, *UNTOLD_FORMS, {"vu": "9" * 18}):
        _refused(client, case, review, given)
        assert _state(case) == theirs
    done = apply_import(client, review)
    assert done["Location"] != review
    assert _state(case) != theirs
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize("name", CASES)
def test_what_moves_while_it_is_applied_stands(
    draft: Edition, client: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one writes once everything of the request was read, before the action."""
    case = CASES[name](draft)
    review = _sent(client, case)
    shown, kept, theirs = shown_by_review(client, review), views.number_seen, []

    def late(*given: Any) -> int:
        if not theirs:
            case.other()
            theirs.extend(_state(case))
        return kept(*given)

    monkeypatch.setattr(views, "number_seen", late)
    _refused(client, case, review, shown)
    assert _state(case) == theirs
    assert apply_import(client, review)["Location"] != review
    assert _state(case) != theirs


def test_what_the_other_did_already_is_not_passed_over(draft: Edition, client: Any) -> None:
    """Nothing is left to change: said at the review, not by an import of no row."""
    case = _mapping(draft)
    review = _sent(client, case)
    shown = shown_by_review(client, review)
    rule = RuleValue("", "60", False, "606")
    change_mapping(draft.network, [rule], actor=INSTALLATION, label="Essai")
    _refused(client, case, review, shown)
    assert "Le fichier ne change rien" in client.get(review).content.decode()
