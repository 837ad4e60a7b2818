"""Fill a FICTITIOUS network with keys, recharges, volumes and studies, by actions.

Every figure is made up from a fixed seed. Refuses a network that is not marked fictitious.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from django.utils import timezone

from maillage.costing.actions.costs import (
    Count,
    StudyDraft,
    Worked,
    count_volumes,
    name_unit,
    save_study,
)
from maillage.costing.actions.keys import (
    KeyDraft,
    Recharge,
    define_key,
    issue_recharge,
    reverse_recharge,
)
from maillage.costing.engine.benchmarks import INVOICE
from maillage.costing.engine.costing import DEFAULT_PRACTICAL, MINUTES_PER_FTE
from maillage.costing.models import AllocationKey
from maillage.costing.queries.costs import (
    finance_processes,
    volumes_of,
    years_counted,
)
from maillage.network.models import Entity, MacroProcess, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION

SOURCE = "Données fictives de démonstration"
UNITS = ("Facture fournisseur", "Facture client", "Écriture", "Bulletin de paie", "Immobilisation")


def fill(network: Network) -> None:
    """Everything, once: a network that already has a key is left as it is."""
    if not network.fictional:
        raise ValueError("only a fictitious network is filled")
    chambers = chambers_of(network)
    if not chambers or network.allocation_keys.exists():
        return
    draw, year = Random(f"{network.code}:finance"), timezone.localdate().year
    keys = _keys(network, chambers, draw, year)
    _recharges(network, chambers, keys, year)
    processes = finance_processes(network)
    if processes:
        _units(network, processes)
        _volumes(network, chambers, processes, draw)
        _studies(network, chambers, processes, draw, year - 1)


def _keys(
    network: Network, chambers: list[Entity], draw: Random, year: int
) -> dict[str, AllocationKey]:
    start = dt.date(year - 1, 1, 1)
    seats = {e.code: Decimal(draw.randint(15, 120)) for e in chambers}
    fte = {e.code: Decimal(draw.randint(100, 900)) / 10 for e in chambers}
    drafts = (
        KeyDraft("etp", "Effectifs", "fte", start, None, fte, note=SOURCE),
        KeyDraft("postes", "Parc informatique", "seats", start, None, seats, note=SOURCE),
        KeyDraft(
            "socle", "Socle commun et volumes", "fixed_variable", start, None, seats, 3000, SOURCE
        ),
    )
    return {draft.code: define_key(network, draft, actor=INSTALLATION) for draft in drafts}


def _recharges(
    network: Network, chambers: list[Entity], keys: dict[str, AllocationKey], year: int
) -> None:
    provider = chambers[0]
    first, last = dt.date(year - 1, 1, 1), dt.date(year - 1, 12, 31)
    asked = [
        ("Logiciel de paie", "etp", 18_450_37),
        ("Maintenance des postes", "postes", 96_120_00),
        ("Socle informatique", "socle", 240_000_01),
        ("Maintenance des postes (saisie en double)", "postes", 96_120_00),
    ]
    issued = [
        issue_recharge(
            network,
            Recharge(label, provider, keys[code], timezone.localdate(), first, last, amount),
            actor=INSTALLATION,
        )
        for label, code, amount in asked
    ]
    reverse_recharge(network, issued[-1], reason="Relevé établi deux fois", actor=INSTALLATION)


def _units(network: Network, processes: list[MacroProcess]) -> None:
    for rank, (process, label) in enumerate(zip(processes, UNITS, strict=False)):
        name_unit(
            network,
            process,
            label=label,
            benchmark=INVOICE if rank == 0 else "",
            actor=INSTALLATION,
        )


def _volumes(
    network: Network, chambers: list[Entity], processes: list[MacroProcess], draw: Random
) -> None:
    """People as volumes ask for them; some cells stay unknown, as in life."""
    for year in years_counted(network, timezone.localdate()):
        counts = [
            _count(process, entity, year, draw)
            for process in processes[: len(UNITS)]
            for entity in chambers
            if process is processes[0] or draw.random() < 0.8
        ]
        count_volumes(network, counts, actor=INSTALLATION, source=SOURCE)


def _count(process: MacroProcess, entity: Entity, year: int, draw: Random) -> Count:
    volume = draw.randint(20, 200) * 100
    people = round(Decimal(volume) / draw.randint(4_000, 9_000), 1)
    return Count(process, entity, year, Decimal(volume), max(people, Decimal("0.3")))


def _studies(
    network: Network,
    chambers: list[Entity],
    processes: list[MacroProcess],
    draw: Random,
    year: int,
) -> None:
    """The volumes and the people counted that year; each chamber's invoices take their own time."""
    cells = volumes_of(network, [year])
    for process in processes[:2]:
        rows = [(e, cells.get((process.pk, e.pk, year))) for e in chambers]
        counted = [(e, r.volume, r.fte) for e, r in rows if r and r.volume and r.fte]
        if not counted:
            continue
        lines = [
            Worked(entity, "", volume, _minutes(volume, fte * draw.randint(70, 98)))
            for entity, volume, fte in counted
        ]
        team = sum((fte for _e, _v, fte in counted), Decimal(0))
        cost = int(team * 52_300_00)
        draft = StudyDraft(process, chambers[0], year, cost, team, lines, source=SOURCE)
        save_study(network, draft, actor=INSTALLATION)


def _minutes(volume: Decimal, people: Decimal) -> Decimal:
    """Minutes a unit takes `people` hundredths of an FTE, at their practical capacity."""
    return round(people * MINUTES_PER_FTE * DEFAULT_PRACTICAL / 1_000_000 / volume, 1)
