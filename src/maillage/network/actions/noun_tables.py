"""Write many nouns of a network at once, whole or not at all; put them in order.

What they must hold is said by `noun_table`; codes never change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from maillage.kernel.actions import Outcome, action, changes
from maillage.kernel.models import Written
from maillage.kernel.verdicts import refuse, refuse_unread
from maillage.network import rules
from maillage.network.models import Network
from maillage.network.noun_table import (
    FUNCTION,
    PROCESS,
    TITLES,
    Fault,
    Held,
    NounRow,
    completed,
    faults_of,
    version,
)
from maillage.network.queries import MODELS, held_nouns
from maillage.network.rules import Administrating

MOST = 1_000
"""Nouns of a kind a network may have."""
ORDERED = "network.nouns.ordered"
MOVED = "L’ordre a changé depuis votre lecture\u00a0: relire, puis recommencer."


@dataclass(frozen=True, slots=True)
class Saved:
    """How many nouns were created, changed, and whether the order of some was."""

    created: int
    changed: int
    ordered: bool


@action("network.nouns.saved", "Tableau du réseau enregistré", guard=rules.can_manage)
def save_nouns(
    network: Network,
    *,
    actor: Administrating,
    rows: Sequence[NounRow],
    source: str,
    order: tuple[str, Sequence[str]] | None = None,
    seen: int | None = None,
    told: Sequence[Fault] = (),
) -> Outcome[Saved]:
    """Create and change the nouns of some rows, each with its own event; new ones go last.

    `source`: where they come from, in words. `order`: a kind that is to stand as its rows do, and
    its codes as they were read. `told`: what was found wrong while the rows were read.
    Refuses (422) with every fault (details "faults") where one does not hold, (409) what somebody
    else changed since it was read, or a network that is no longer as `seen`.
    """
    held = held_nouns(network)
    refuse_unread("le réseau", seen, lambda: version(held))
    rows = completed(rows, held)
    if faults := [*told, *faults_of(rows, held), *_too_many(rows, held)]:
        refuse_faults(sorted(faults, key=lambda fault: fault.number))
    written: list[Written] = []
    created = _write(network, rows, held, written)
    changed = len(written) - created
    ordered = order is not None and _reorder(network, *order, rows, held, written)
    if not written:
        return Outcome(Saved(0, 0, ordered=False), unchanged=True)
    diff = {"source": source, "created": created, "changed": changed}
    return Outcome(Saved(created, changed, ordered), diff, network, each=written)


@action(ORDERED, "Ordre changé", guard=rules.can_manage)
def order_nouns(
    network: Network,
    *,
    actor: Administrating,
    kind: str,
    codes: Sequence[str],
    seen: Sequence[str] | None = None,
) -> Outcome[bool]:
    """Put the nouns of a kind in an order; those it does not name go last, as they stand.

    Refuses (422) an unknown code, (409) where the order is no longer the one `seen`.
    """
    nouns = held_nouns(network)
    held = list(nouns[kind])
    if seen is not None and list(seen) != held:
        refuse(MOVED, 409)
    if unknown := sorted(set(codes) - set(held)):
        refuse(f"Code inconnu\u00a0: «\u00a0{unknown[0]}\u00a0».")
    asked = [*dict.fromkeys(codes), *(code for code in held if code not in set(codes))]
    wanted = _grouped(kind, asked, nouns)
    if wanted == held:
        return Outcome(False, unchanged=True)
    _number(network, kind, wanted)
    return Outcome(True, {"kind": kind, "order": [held, wanted]}, network)


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Refuse with every fault, the first in words."""
    first, more = faults[0], len(faults) - 1
    where = f"Ligne {first.number}\u00a0: " if first.number else ""
    others = f" (et {more} autre{'s' if more > 1 else ''})" if more else ""
    status = 409 if all(fault.moved for fault in faults) else 422
    refuse(f"{where}{first.reason.rstrip('.')}{others}.", status, faults=list(faults))


def _too_many(rows: Sequence[NounRow], held: Held) -> list[Fault]:
    for kind, title in TITLES.items():
        count = len(set(held[kind]) | {row.code for row in rows if row.kind == kind})
        if count > MOST:
            return [Fault(0, "", f"{title}\u00a0: {MOST} lignes au plus, {count} reçues")]
    return []


def _write(network: Network, rows: Sequence[NounRow], held: Held, written: list[Written]) -> int:
    """Save what differs, the functions before the processes that name them; how many are new."""
    created = 0
    for kind, model in MODELS.items():
        moving = [row for row in rows if row.kind == kind]
        of_network = model._base_manager.filter(network=network)
        last = of_network.aggregate(last=models.Max("position"))["last"] or 0
        new = [row.code for row in moving if row.code not in held[kind]]
        places = {code: place for place, code in enumerate(new, last + 1)}
        created += len(new)
        for pass_ in _parents_first(moving):
            fresh: list[Any] = []
            related = _related(network, pass_)
            for row in pass_:
                before = held[kind].get(row.code)
                changed = changes(before or {}, row.values)
                if before is not None and not changed:
                    continue
                told = {n: related.get((n, v), v) for n, v in row.values.items()}
                if before is None:
                    place = places[row.code]
                    fresh.append(model(network=network, code=row.code, position=place, **told))
                else:
                    own = of_network.filter(code=row.code)
                    own.update(**{name: told[name] for name in changed})
                event = {"code": row.code, **changed}
                written.append((f"network.{kind}.saved", network.subject, event))
            model._base_manager.bulk_create(fresh)
    return created


def _parents_first(rows: Sequence[NounRow]) -> list[list[NounRow]]:
    """Rows in two passes: those that stand under another are written once it is."""
    under = [row for row in rows if row.values.get("parent")]
    others = [row for row in rows if not row.values.get("parent")]
    return [some for some in (others, under) if some]


def _related(network: Network, rows: Sequence[NounRow]) -> dict[tuple[str, Any], Any]:
    """What the codes of some columns stand for, by column and code."""
    found: dict[tuple[str, Any], Any] = {("parent", ""): None}
    for name, nouns in (("function", network.functions), ("parent", network.processes)):
        asked = {row.values[name] for row in rows if row.values.get(name)}
        if asked:
            found |= {(name, noun.code): noun for noun in nouns.filter(code__in=asked)}
    return found


def _reorder(
    network: Network,
    kind: str,
    read: Sequence[str],
    rows: Sequence[NounRow],
    held: Held,
    written: list[Written],
) -> bool:
    """Give the nouns of a kind the order of their rows, where it is not the one that was read.

    New ones stand where their rows do, or last where somebody else changed the order meanwhile.
    """
    former, codes = list(held[kind]), [row.code for row in rows if row.kind == kind]
    now = held_nouns(network)
    wanted = _grouped(kind, [*codes, *(code for code in former if code not in set(codes))], now)
    both = set(read) & set(codes)
    now_read, was_read = ([c for c in some if c in both] for some in (codes, read))
    moved = _grouped(kind, now_read, now) != _grouped(kind, was_read, now)
    if moved and list(read) != former:
        refuse(MOVED, 409)
    fresh = any(code not in held[kind] for code in codes)
    if moved or (fresh and list(read) == former):
        _number(network, kind, wanted)
    if moved:
        diff = {"kind": kind, "order": [former, wanted]}
        written.append((ORDERED, network.subject, diff))
    return moved


def _grouped(kind: str, codes: Sequence[str], held: Held) -> list[str]:
    """Codes in their order, those of macro-processes function by function."""
    known = [code for code in codes if code in held[kind]]
    if kind != PROCESS:
        return known
    places = {code: place for place, code in enumerate(held[FUNCTION])}
    return sorted(known, key=lambda code: places[held[PROCESS][code]["function"]])


def _number(network: Network, kind: str, codes: Sequence[str]) -> None:
    model: Any = MODELS[kind]
    rows = {row.code: row for row in model._base_manager.filter(network=network)}
    moved = [rows[code] for place, code in enumerate(codes, 1) if rows[code].position != place]
    for row in moved:
        row.position = codes.index(row.code) + 1
    model._base_manager.bulk_update(moved, ["position"], batch_size=200)
