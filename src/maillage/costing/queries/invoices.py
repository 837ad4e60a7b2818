"""Suppliers' invoices of a year: counted, per FTE, what one costs, beside published quartiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from maillage.costing.engine.benchmarks import INVOICE, benchmark
from maillage.costing.engine.costing import per_fte
from maillage.costing.models import CostStudy
from maillage.costing.queries.costs import (
    UnitCost,
    finance_processes,
    is_invoices,
    unit_costs,
    volumes_of,
    whole,
)
from maillage.ledger.queries.books import chambers_in
from maillage.network.models import Entity, MacroProcess, Network


@dataclass(frozen=True, slots=True)
class Invoices:
    """Invoices of one chamber or of the network: counted, per FTE, and what one costs, in cents.

    `studied`: how many the cost is computed on, where they are not those counted.
    """

    name: str
    volume: Decimal | None
    fte: Decimal | None
    each: Decimal | None
    place: str
    cost: int | None
    studied: Decimal | None

    @property
    def is_whole(self) -> bool:
        return None not in (self.volume, self.fte, self.each, self.cost)


Counted = tuple[Decimal | None, Decimal | None, UnitCost | None]
"""Suppliers' invoices of a chamber, the people they take, what they cost; None: not known."""


def invoices_counted(
    network: Network,
    year: int,
    chambers: Iterable[Entity],
    processes: Iterable[MacroProcess] | None = None,
) -> dict[int, Counted]:
    """By entity id, over the processes whose unit is a supplier's invoice.

    `processes`: those of finance, where they are already known.
    """
    held = finance_processes(network) if processes is None else processes
    ids = [p.pk for p in held if is_invoices(p)]
    cells = volumes_of(network, [year])
    studies = CostStudy.objects.filter(network=network, year=year, process__in=ids)
    costs = unit_costs(studies.prefetch_related("lines"))
    found: dict[int, Counted] = {}
    for entity in chambers:
        rows = [cells.get((pk, entity.pk, year)) for pk in ids]
        volume = whole(row.volume if row else None for row in rows)
        fte = whole(row.fte if row else None for row in rows)
        found[entity.pk] = volume, fte, costs.get(entity.pk)
    return found


def invoices_of(network: Network, year: int) -> tuple[list[Invoices], Invoices]:
    """Each chamber's invoices, then the network's.

    The network has a figure only where all its chambers have it.
    """
    chambers = chambers_in(network, year, Q(volumes__year=year))
    counted = invoices_counted(network, year, chambers)
    found = [_invoices(e.short_name or e.name, *counted[e.pk]) for e in chambers]
    units = [unit for _volume, _fte, unit in counted.values()]
    known = [unit for unit in units if unit is not None]
    summed = UnitCost(sum(u.cost for u in known), sum((u.volume for u in known), Decimal(0)))
    volume, fte = whole(one.volume for one in found), whole(one.fte for one in found)
    every = summed if known and len(known) == len(units) else None
    return found, _invoices("Réseau", volume, fte, every)


def _invoices(
    name: str, volume: Decimal | None, fte: Decimal | None, unit: UnitCost | None
) -> Invoices:
    each, quartiles = per_fte(volume, fte), benchmark(INVOICE, "per-fte")
    place = quartiles.place(each) if quartiles and each is not None else ""
    studied = unit.volume if unit and volume is not None and unit.volume != volume else None
    return Invoices(name, volume, fte, each, place, unit.each if unit else None, studied)
