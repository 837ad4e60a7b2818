"""Entries of consolidation from a spreadsheet: what is read, what would be recorded, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.money import exact_euros
from maillage.ledger.actions.adjustments import entry_faults, record_adjustments
from maillage.ledger.adjustment_files import read_adjustments
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.queries.adjustments import adjustments_version, entry_of
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.ui.outline import outline


def _read(network: Network, data: bytes, name: str, _actor: Actor) -> list[Entry]:
    return read_adjustments(data, name, lambda entries: entry_faults(network, entries))


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    return [
        Entry(
            row["year"],
            dt.date.fromisoformat(row["day"]),
            row["reason"],
            tuple(AdjustmentLine(**line) for line in row["lines"]),
        )
        for row in rows
    ]


def _changes(network: Network, rows: Sequence[Entry], _actor: Actor) -> list[Change]:
    """Those not recorded yet: a file exported and read again changes nothing."""
    years = {row.year for row in rows}
    held = {entry_of(row) for row in network.adjustments.filter(year__in=years)}
    return [Change(row) for row in rows if row not in held]


def _shown(_network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    for change in changes:
        entry: Entry = change.row
        fields = tuple(
            (
                f"{x.entity}, {x.account}" + (f", en face {x.partner}" if x.partner else ""),
                "",
                f"débit {exact_euros(x.debit)}" if x.debit else f"crédit {exact_euros(x.credit)}",
            )
            for x in entry.lines
        )
        yield Shown((f"{entry.day:%d/%m/%Y}", str(entry.year), entry.reason), fields)


def _apply(network: Network, rows: Sequence[Entry], *, actor: Actor, seen: int) -> int:
    return len(record_adjustments(network, rows, actor=actor, version=seen))


ADJUSTMENTS = ImportFlow(
    name="adjustments",
    addresses=(
        "ledger:adjustments_import",
        "ledger:adjustments_import_review",
        "ledger:adjustments_import_apply",
    ),
    find=kept_network,
    guard=can_keep_finances,
    version=adjustments_version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Date", "Exercice", "Motif"),
    shown=_shown,
    apply=_apply,
    home=lambda network: reverse("ledger:adjustments", args=[network.code]),
    page=lambda request, network, *last: outline(request, network, "ledger:adjustments", *last),
    frame="ledger/import_frame.html",
    hint="ledger/adjustments_hint.html",
    title="Importer des retraitements",
    thing="les retraitements",
    read_words="écriture lue,écritures lues",
    would="écriture serait passée,écritures seraient passées",
    done="écriture passée,écritures passées",
    new="nouvelle écriture",
)

routes = pages_of(ADJUSTMENTS, "retraitements/importer/")
