"""Small books a test writes itself: what moves each month, against the bank, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from django.conf import settings

from maillage.kernel.money import exact
from maillage.kernel.period import last_of_month
from maillage.ledger.engine.fec import COLUMNS
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.models import BookFile, MappingRule
from maillage.network.models import Network
from tests.builders import mapped, recorded

Moves = Mapping[tuple[str, int], int]
"""Cents of an account in a month: its debits, less its credits; the bank answers."""
BANK = "512"


def keep_book(
    network: Network,
    code: str,
    year: int,
    moves: Moves,
    *,
    axis: str | None = None,
    partner: str = "",
    together: Collection[str] = (),
    closes: int = 12,
) -> BookFile:
    """Put a book in place, each account sent to the common one of its number.

    `axis`: the value of an analytical column on every line of classes 6 and 7; None: no column.
    `partner`: the auxiliary of every line but the bank’s, and its label. `together`: accounts of
    which the moves of a month are one entry. `closes`: the month its exercise ends with; what is of
    a later month is of the year before.
    """
    chamber = network.entities.get(code=code)
    closing = last_of_month(year, closes)
    folder = Path(settings.LEDGER_ROOT) / network.code / code / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"123456789FEC{closing:%Y%m%d}.txt"
    heads = [*COLUMNS, *(["CodeAction"] if axis is not None else [])]
    rows = [heads]
    for place, ((account, month), cents) in enumerate(sorted(moves.items()), 1):
        number = 1_000 + month if account in together else place
        for root, amount in ((account, cents), (BANK, -cents)):
            day = f"{year - (month > closes)}{month:02d}15"
            sides = [exact(max(0, amount), "", "-"), exact(max(0, -amount), "", "-")]
            row = ["OD", "Opérations", str(number), day, root, f"Compte {root}",
                   *((partner, partner) if partner and root != BANK else ("", "")),
                   f"P{code}{number}", day, "Essai", *sides, "", "", day, "", ""]  # fmt: skip
            if axis is not None:
                row.append(axis if root[0] in "67" else "")
            rows.append(row)
    path.write_text("".join("\t".join(row) + "\r\n" for row in rows), "utf-8", newline="")
    read = read_ledger(path, store=folder, closing=closing)
    kept = recorded(network, chamber, closing, read)
    held = set(MappingRule.objects.filter(network=network).values_list("prefix", flat=True))
    roots = sorted({BANK, *(account for account, _ in moves)} - held)
    if roots:
        mapped(network, roots)
    return kept
