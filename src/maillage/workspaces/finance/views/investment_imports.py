"""An investment plan from a spreadsheet: what is read, what would change, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.money import euros
from maillage.kernel.verdicts import Denied
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.ui.outline import outline
from maillage.workspaces.finance.actions.investments import (
    changes_of,
    import_investments,
)
from maillage.workspaces.finance.engine.investments import SOURCES, STATUSES, Operation
from maillage.workspaces.finance.engine.plan_table import MAX_BYTES, read_plan
from maillage.workspaces.finance.queries.investments import known_of, plan_version
from maillage.workspaces.finance.rules.investments import can_plan, can_plan_something


def _read(network: Network, data: bytes, name: str, _actor: Actor) -> list[Operation]:
    return read_plan(data, name, known_of(network))


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[Operation]:
    """JSON has no number for a key: years are made numbers again."""
    return [
        Operation(**{**row, "years": {int(year): cents for year, cents in row["years"].items()}})
        for row in rows
    ]


def _changes(network: Network, rows: Sequence[Operation], actor: Actor) -> list[Change]:
    found = changes_of(network, rows)
    verdicts = {entity.code: can_plan(entity, actor=actor) for entity in network.entities.all()}
    reasons = {code: v.reason for code, v in verdicts.items() if isinstance(v, Denied)}
    return [
        Change(after, before, reasons.get(after.entity, ""), after.place) for before, after in found
    ]


def _shown(_network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    for change in changes:
        old, new = _words(change.before) if change.before else {}, _words(change.row)
        told = [(label, old.get(label, ""), new.get(label, "")) for label in {**old, **new}]
        yield Shown(
            (change.row.title, change.row.entity, change.row.code),
            tuple(field for field in told if field[1] != field[2]),
        )


def _words(operation: Operation) -> dict[str, str]:
    texts = {
        "Opération": operation.title,
        "État": STATUSES[operation.status],
        "Fonction": operation.function,
        "Macro-processus": operation.process,
    }
    years = {str(year): euros(cents) for year, cents in sorted(operation.years.items())}
    return texts | years | {SOURCES[s]: euros(c) for s, c in operation.funding.items()}


PLAN = ImportFlow(
    name="plan",
    addresses=(
        "finance:investment_import",
        "finance:investment_review",
        "finance:investment_apply",
    ),
    find=kept_network,
    guard=can_plan_something,
    version=plan_version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Opération", "Chambre", "Code"),
    shown=_shown,
    apply=import_investments,
    home=lambda network: reverse("finance:investments", args=[network.code]),
    page=lambda request, network, *last: outline(request, network, "finance:investments", *last),
    frame="finance/frame.html",
    hint="finance/plan_import_hint.html",
    limit=MAX_BYTES,
    title="Importer un plan",
    thing="le plan",
    read_words="opération lue,opérations lues",
    would="opération changerait,opérations changeraient",
    done="opération écrite,opérations écrites",
    new="nouvelle",
)

routes = pages_of(PLAN, "investissements/importer/")
