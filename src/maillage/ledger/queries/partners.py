"""What the network attached to its chambers: numbers, local accounts, words of labels."""

from __future__ import annotations

import zlib

from maillage.ledger.engine.partners import Attached
from maillage.network.models import Network


def attached_of(network: Network) -> list[Attached]:
    """All of it, one query, in the order it is shown."""
    rows = network.partner_numbers.values_list("holder__code", "kind", "number", "entity__code")
    return [Attached(book or "", kind, number, to or "") for book, kind, number, to in rows]


def about_partners(network: Network) -> str:
    """What the marks of a file of partners are about."""
    return f"{network.chain} partenaires"


def partners_version(network: Network) -> int:
    """A number that moves whenever something is attached or detached."""
    told = repr(sorted((*row.key, row.chamber) for row in attached_of(network)))
    return zlib.crc32(told.encode())
