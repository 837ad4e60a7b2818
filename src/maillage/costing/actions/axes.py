"""Keep the analytical plan: the axes under which budgets and books are read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from maillage.costing.models import BudgetAxis
from maillage.costing.rules import axes as rules
from maillage.kernel.actions import Outcome, action, plain
from maillage.kernel.verdicts import (
    refuse,
    refuse_fault,
)
from maillage.network.models import Network
from maillage.people.actors import Actor


@action(
    "finance.axis.saved",
    "Axe du plan analytique enregistré",
    guard=rules.can_keep_axes,
    as_written=("code",),
)
def save_axis(
    network: Network,
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: str,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    new: bool = False,
) -> Outcome[BudgetAxis]:
    """Record an action or a section of the analytical plan, known by its code.

    Refuses (422) a code, name, nature or period that does not hold; (409, `new`) a code taken.
    """
    refuse_fault(rules.axis_fault(code, name, valid_from, valid_to))
    if kind not in BudgetAxis.Kind.values:
        refuse("Nature inconnue\u00a0: action ou section attendue.")
    axis = BudgetAxis.objects.filter(network=network, code=code).first()
    if axis is not None and new:
        refuse(f"Le code «\u00a0{code}\u00a0» est déjà celui de «\u00a0{axis}\u00a0».", 409)
    values: dict[str, Any] = {"name": name.strip(), "kind": kind}
    values |= {"valid_from": valid_from, "valid_to": valid_to}
    before = {n: getattr(axis, n) for n in values} if axis else {}
    if before == values and axis is not None:
        return Outcome(axis, unchanged=True)
    axis = axis or BudgetAxis(network=network, code=code)
    for field, value in values.items():
        setattr(axis, field, value)
    axis.save()
    changed = {n: [plain(before.get(n)), plain(v)] for n, v in values.items()}
    return Outcome(axis, {"code": code, **changed}, axis)
