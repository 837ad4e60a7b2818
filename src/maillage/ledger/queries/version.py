"""What the figures of a network are worth: a value that differs whenever one of them may.

Whatever is written of books, rules, third parties, budgets, keys, names or mandates is an event of
the network's chain, or of the installation's (ADR 0007). Cells of its schemes move no figure, and
one who fills them in writes a hundred an hour: they alone are passed over. Besides events, the disk
may lose a book. Days go by too: who keeps something of them adds the day.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from django.db.models import Subquery

from maillage.kernel.models import Event
from maillage.kernel.prepared import Prepared
from maillage.ledger import book_folders
from maillage.ledger.queries.books import in_force
from maillage.network.models import Network

PASSED_OVER = ("schemes.placement.", "schemes.statement.", "schemes.section.")
INSTALLATION = "installation"


class Version(NamedTuple):
    """The id of the network; the hash of the last event that may move a figure of it, of the last
    of the installation; the books in force the disk has lost."""

    network: int
    moving: str
    installation: str
    lost: tuple[Path, ...]


class _Read(NamedTuple):
    """How far a process has read the chain of a network: its last event, the last that may move a
    figure, where the books in force then lie."""

    sequence: int
    last: str
    moving: str
    books: tuple[Path, ...]


def _last(chain: object) -> Subquery:
    last = Event.objects.filter(chain=chain).order_by("-sequence")
    return Subquery(last.values("hash")[:1])


_heads: Prepared[tuple[int, str | None, str | None]] = Prepared(
    lambda code, chain: (
        Network.objects.filter(code=code)
        .order_by()
        .annotate(last=_last(chain), installation=_last(INSTALLATION))
        .values_list("pk", "last", "installation")
    )
)

_read: dict[int, _Read] = {}
"""By network."""


def figures_version(code: str) -> Version | None:
    """That of a network, None where there is none. One query, three where something happened."""
    found = _heads(code, f"network:{code}")
    if not found:
        return None
    pk, last, installation = found[0]
    held = _read.get(pk)
    if held is None or held.last != (last or ""):
        held = _read[pk] = _read_on(Network(pk=pk, code=code), held)
    lost = tuple(place for place in held.books if not place.exists())
    return Version(pk, held.moving, installation or "", lost)


def _read_on(network: Network, held: _Read | None) -> _Read:
    """A chain only grows: what was read of it holds, but where another was put back in its place,
    or where what was read was never committed."""
    events = Event.objects.filter(chain=network.chain).order_by("-sequence")
    told = events.values_list("sequence", "hash", "verb")
    since = list(told.filter(sequence__gte=held.sequence)) if held else []
    if held and since and since[-1][:2] == (held.sequence, held.last):
        sequence, last, _ = since[0]
        moved = (digest for _, digest, verb in since[:-1] if not verb.startswith(PASSED_OVER))
        moving = next(moved, held.moving)
        if moving == held.moving:
            return held._replace(sequence=sequence, last=last)
    else:
        sequence, last = next(((row[0], row[1]) for row in told[:1]), (0, ""))
        moving = last
    books = tuple(book_folders.folder(file) / "cube.parquet" for file in in_force(network))
    return _Read(sequence, last, moving, books)
