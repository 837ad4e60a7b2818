"""An investment plan from a spreadsheet: what is read, what would change, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.money import euros
from maillage.kernel.verdicts import Denied
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.sheets.marks import Seen, is_left, is_lost
from maillage.ui.outline import outline
from maillage.workspaces.finance.actions.investments import (
    changes_of,
    import_investments,
)
from maillage.workspaces.finance.engine.investments import SOURCES, STATUSES, Operation
from maillage.workspaces.finance.engine.plan_table import (
    MAX_BYTES,
    merged,
    read_plan,
    told_of,
    with_values,
)
from maillage.workspaces.finance.queries.investments import known_of, plan_of, plan_version
from maillage.workspaces.finance.rules.investments import can_plan, can_plan_something


def _read(network: Network, data: bytes, name: str, actor: Actor) -> list[Operation]:
    reasons = _reasons(network, actor)
    return read_plan(
        data, name, known_of(network), network.chain, lambda row: reasons.get(row["entity"], "")
    )


def _reasons(network: Network, actor: Actor) -> dict[str, str]:
    """Why the plan of a chamber is not the actor's to write, of those of which it is not."""
    verdicts = {entity.code: can_plan(entity, actor=actor) for entity in network.entities.all()}
    return {code: v.reason for code, v in verdicts.items() if isinstance(v, Denied)}


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[Operation]:
    """JSON has no number for a key: years are made numbers again."""
    return [
        Operation(
            **{
                **row,
                "years": {int(year): cents for year, cents in row["years"].items()},
                "seen": Seen.kept(row.get("seen")),
            }
        )
        for row in rows
    ]


def _changes(network: Network, rows: Sequence[Operation], actor: Actor) -> list[Change]:
    held = {operation.key: operation for _row, operation in plan_of(network)}
    own = [row for row in rows if not row.apart and not is_left(row.seen)]
    sides = {row.key: merged(row, held.get(row.key)) for row in own}
    found = changes_of(network, [operation for operation, _ in sides.values()])
    reasons = _reasons(network, actor)
    changes = [
        Change(
            after,
            before,
            reasons.get(after.entity, ""),
            after.place,
            sides[after.key][1],
            lost=is_lost(after.seen),
        )
        for before, after in found
    ]
    return changes + [Change(r, held.get(r.key), r.apart, r.place) for r in rows if r.apart]


def _theirs(change: Change, names: Collection[str]) -> Operation | None:
    """The operation with what is kept of these values; None where no other changes."""
    kept = told_of(change.before)
    values = {**told_of(change.row), **{name: kept.get(name) for name in names}}
    after = with_values(change.row, values)
    return None if after == change.before else after


def _shown(_network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    for change in changes:
        names = (change.row.title, change.row.entity, change.row.code)
        old = _words(change.before) if change.before else {}
        if change.row.apart:
            told = ((LABELS.get(n, n), text) for n, text in old.items() if text)
            yield Shown.unread(names, ", ".join(f"{label} {text}" for label, text in told))
            continue
        new = _words(change.row)
        lines = [(n, LABELS.get(n, n), old.get(n, ""), new.get(n, "")) for n in {**old, **new}]
        yield Shown.of(names, (line for line in lines if line[2] != line[3]), change)


LABELS = {
    "title": "Opération", "status": "État", "function": "Fonction", "process": "Macro-processus",
    **SOURCES,
}  # fmt: skip


def _words(operation: Operation) -> dict[str, str]:
    """What an operation says, by the names of `told_of`."""
    texts = {
        "title": operation.title,
        "status": STATUSES[operation.status],
        "function": operation.function,
        "process": operation.process,
    }
    years = {str(year): euros(cents) for year, cents in sorted(operation.years.items())}
    return texts | years | {source: euros(c) for source, c in operation.funding.items()}


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
    seen=lambda row: row.seen,
    theirs=_theirs,
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
