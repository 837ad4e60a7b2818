"""Write, remove and import operations of the investment plan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from maillage.kernel.actions import Held, Outcome, action
from maillage.kernel.verdicts import (
    refuse,
    refuse_fault,
    refuse_unread,
    require,
)
from maillage.network.models import Entity, Network
from maillage.network.rules import code_fault, name_fault
from maillage.people.actors import Actor
from maillage.workspaces.finance.engine import investments as engine
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.models import Investment, InvestmentFunding, InvestmentYear
from maillage.workspaces.finance.queries.investments import operation_of, plan_of, plan_version
from maillage.workspaces.finance.rules import investments as rules


def _entity(network: Network, code: str) -> Entity:
    found = network.entities.filter(code=code, archived=False).first()
    if found is None:
        refuse(f"Chambre «\u00a0{code}\u00a0» inconnue dans ce réseau.")
    return found


def _held(network: Network, *, operation: Operation, seen: int, **_: object) -> Held:
    """An operation as it is written: an import of the plan is an event of the network."""
    of_code = Investment.objects.filter(entity__network=network, code=operation.code)
    row = of_code.filter(entity__code=operation.entity).first()
    return Held(row.version if row else 0, _moved(row, operation.code, seen))


@action(
    "finance.investment.saved",
    "Opération d’investissement enregistrée",
    guard=rules.can_plan_something,
    seen=_held,
)
def save_investment(
    network: Network, operation: Operation, *, actor: Actor, seen: int | None = None
) -> Outcome[Investment]:
    """Create the operation of this chamber and code, or change it.

    Refuses (422) what does not hold, funding above the cost first, or is done before its years
    come; (409) an operation written
    by someone else since version `seen`, or a code already taken (`seen` 0). None checks nothing.
    """
    entity = _entity(network, operation.entity)
    require(rules.can_plan(entity, actor=actor))
    _refuse(operation)
    row = Investment.objects.filter(entity=entity, code=operation.code).first()
    before = operation_of(row) if row else None
    if before == operation:
        return Outcome(row or Investment(), unchanged=True)  # `row` stands where `before` does
    saved = _write(network, entity, row, operation)
    return Outcome(saved, _told(before, operation), saved)


def _moved(row: Investment | None, code: str, seen: int) -> str:
    if row is not None and not seen:
        return f"Code «\u00a0{code}\u00a0»\u00a0: déjà pris par «\u00a0{row.title}\u00a0»."
    if row is None:
        return f"L’opération «\u00a0{code}\u00a0» n’existe plus."
    return "Une autre personne a modifié cette opération depuis que vous l’avez lue\u00a0: relire."


def _refuse(operation: Operation) -> None:
    fault = (
        code_fault(operation.code)
        or name_fault("Intitulé", operation.title)
        or engine.operation_fault(operation)
        or engine.done_fault(operation, timezone.localdate().year)
    )
    refuse_fault(fault)


def _write(
    network: Network, entity: Entity, row: Investment | None, operation: Operation
) -> Investment:
    """Save the row and put its years and funding in place of the former ones."""
    row = row or Investment(network=network, entity=entity, code=operation.code)
    row.title, row.status = operation.title, operation.status
    row.function = _named(network.functions, operation.function, "Fonction")
    row.process = _named(network.processes, operation.process, "Macro-processus")
    if row.process and row.function and row.process.function_id != row.function.pk:
        refuse("Ce macro-processus est d’une autre fonction.")
    row.version = time.time_ns() // 1000
    row.save()
    row.years.all().delete()
    row.funding.all().delete()
    InvestmentYear.objects.bulk_create(
        InvestmentYear(investment=row, year=year, amount=cents)
        for year, cents in sorted(operation.years.items())
    )
    InvestmentFunding.objects.bulk_create(
        InvestmentFunding(investment=row, source=source, amount=cents)
        for source, cents in operation.funding.items()
        if cents
    )
    return row


def _named(rows: Any, code: str, what: str) -> Any:
    if not code:
        return None
    found = rows.filter(code=code).first()
    if found is None:
        refuse(f"{what} «\u00a0{code}\u00a0»\u00a0: inconnu dans ce réseau.")
    return found


def _told(before: Operation | None, after: Operation) -> dict[str, Any]:
    """What changed, before and after, for the journal."""
    found: dict[str, Any] = {"entity": after.entity, "code": after.code}
    for name in ("title", "status", "function", "process", "years", "funding"):
        old, new = getattr(before, name) if before else None, getattr(after, name)
        if old != new and (old or new):
            found[name] = [_plain(old), _plain(new)]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): amount for key, amount in sorted(value.items())}
    return value


@action(
    "finance.investment.removed",
    "Idée retirée du plan d’investissement",
    guard=rules.can_remove,
)
def remove_investment(row: Investment, *, actor: Actor) -> Outcome[None]:
    """Take an idea out of the plan. Refuses (409) whatever is more than an idea."""
    diff = {"entity": row.entity.code, "code": row.code, "title": row.title}
    network = row.network
    row.delete()
    return Outcome(None, diff, network)


def changes_of(
    network: Network, operations: Sequence[Operation]
) -> list[tuple[Operation | None, Operation]]:
    """What importing these operations would change, in the order of the file."""
    before = {operation.key: operation for _row, operation in plan_of(network)}
    return engine.changes(before, operations)


@action(
    "finance.investment.imported", "Plan d’investissement importé", guard=rules.can_plan_something
)
def import_investments(
    network: Network, operations: Sequence[Operation], *, actor: Actor, seen: int | None = None
) -> Outcome[int]:
    """Write every operation that differs, all or none; an operation left out stays as it is.

    Returns how many changed. Refuses (422) what does not hold, (409) a plan that is no longer as
    `seen`.
    """
    # An operation is saved under the lock of the network, removed under its own.
    kept = Investment.objects.filter(network=network).order_by("pk")
    list(kept.select_for_update().values_list("pk"))
    refuse_unread("le plan", seen, lambda: plan_version(network))
    found = changes_of(network, operations)
    rows = {(row.entity.code, row.code): row for row, _o in plan_of(network)}
    entities = {code: _entity(network, code) for code in {o.entity for _before, o in found}}
    for entity in entities.values():
        require(rules.can_plan(entity, actor=actor))
    for _before, operation in found:
        _refuse(operation)
        _write(network, entities[operation.entity], rows.get(operation.key), operation)
    if not found:
        return Outcome(0, unchanged=True)
    told = {f"{o.entity}|{o.code}": _told(before, o) for before, o in found}
    return Outcome(len(found), {"operations": told}, network)
