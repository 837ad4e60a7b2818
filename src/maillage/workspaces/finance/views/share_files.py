"""What a budget has with the other chambers to a spreadsheet and back, after a review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.costing.engine.between import Share, excess_fault, share_fault
from maillage.costing.engine.budgets import number_of
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of
from maillage.costing.queries.shares import (
    budget_by_account,
    families_of_year,
    shares_of,
    shares_version,
)
from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.money import euros
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.ui.asked import flag
from maillage.ui.downloads import exported
from maillage.workspaces.finance.actions.shares import declare_shares
from maillage.workspaces.finance.engine.share_file import MAX_BYTES, read_shares, shares_table
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import budget_outline, visible_budget


def _held(budget: Budget) -> list[Share]:
    return shares_of([budget.pk])[budget.pk]


def _others(budget: Budget) -> dict[str, str]:
    return {e.code: e.short_name for e in every_chamber(budget.network) if e.pk != budget.entity_id}


def _year(budget: Budget) -> dict[str, int]:
    return budget_by_account(budget, amounts_of([budget])[budget.pk])


@require_safe
def export(request: Request, network: str, pk: int, extension: str) -> HttpResponse:
    """The shares told, in the columns an import takes; as a model, every account that may have
    some."""
    budget = visible_budget(request, network, pk)
    if flag(request, "modele", "les parts saisies"):
        families = families_of_year(budget.network, budget.year)
        offered = (a for a in sorted(_year(budget)) if families.of(number_of(a)) is not None)
        rows = [(account, account_name(account), "", None) for account in offered]
        table = shares_table(rows)
    else:
        table = shares_table((s.account, account_name(s.account), s.partner, s.cents)
                             for s in _held(budget))  # fmt: skip
    title = f"{table.title} {budget} {budget.entity.short_name}"
    return exported(replace(table, title=title), extension)


def _read(budget: Budget, data: bytes, name: str, _actor: Actor) -> list[Share]:
    return read_shares(data, name, _others(budget))


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[Share]:
    return [Share(**row) for row in rows]


def _after(held: Sequence[Share], given: Sequence[Share]) -> list[Share]:
    """Those held with those given, which win; a zero takes away."""
    found = {(s.account, s.partner): s for s in (*held, *given)}
    return [share for share in found.values() if share.cents]


def _changes(budget: Budget, rows: Sequence[Share], _actor: Actor) -> list[Change]:
    held = {(s.account, s.partner): s for s in _held(budget)}
    found = [Change(row, held.get((row.account, row.partner))) for row in rows]
    return [c for c in found if c.row.cents != (c.before.cents if c.before else 0)]


def _shown(budget: Budget, changes: Sequence[Change]) -> Iterator[Shown]:
    names = _others(budget)
    for change in changes:
        row, before = change.row, change.before
        named = f"{row.account} {account_name(row.account)}", names.get(row.partner, row.partner)
        was = euros(before.cents) if before else ""
        yield Shown(named, (("Montant de l’année", was, euros(row.cents) if row.cents else ""),))


def _about(budget: Budget, changes: Sequence[Change]) -> dict[str, Any]:
    """What would be refused, told before it is tried."""
    year, families = _year(budget), families_of_year(budget.network, budget.year)
    after = _after(_held(budget), [change.row for change in changes])
    faults = [share_fault(s, budget.entity.code, year, families) for s in after]
    return {"faults": [*dict.fromkeys(filter(None, [*faults, excess_fault(after, year)]))]}


def _apply(budget: Budget, rows: Sequence[Share], *, actor: Actor, seen: int) -> int:
    after = _after(_held(budget), rows)
    declare_shares(budget, actor=actor, shares=after, version=seen)
    return len(rows)


SHARES = ImportFlow(
    name="shares",
    addresses=(
        "finance:budget_shares_import",
        "finance:budget_shares_import_review",
        "finance:budget_shares_import_apply",
    ),
    find=visible_budget,
    guard=rules.can_keep_shares,
    version=shares_version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Compte", "Chambre en face"),
    shown=_shown,
    apply=_apply,
    home=lambda budget: reverse("finance:budget_shares", args=[budget.network.code, budget.pk]),
    page=budget_outline,
    frame="finance/frame.html",
    hint="finance/share_import_hint.html",
    summary="finance/share_import_faults.html",
    about=_about,
    limit=MAX_BYTES,
    title="Importer des parts entre chambres",
    thing="les parts",
    read_words="part lue,parts lues",
    would="part changerait,parts changeraient",
    done="part enregistrée,parts enregistrées",
    new="nouvelle",
)

routes = [
    path(
        "budgets/<int:pk>/entre-chambres/export.<slug:extension>",
        export,
        name="budget_shares_export",
    ),
    *pages_of(SHARES, "budgets/<int:pk>/entre-chambres/importer/"),
]
