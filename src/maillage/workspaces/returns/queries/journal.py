"""What events of returns changed, in words, for one reader of the journal.

A journal has more readers than the columns of a chamber: the values typed in a cell are told to who
reads its column today, and nobody is known to read what is no longer there but who keeps them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from maillage.kernel.rooms import Happened
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor
from maillage.workspaces.returns.engine.facts import columns_of
from maillage.workspaces.returns.models import Restitution
from maillage.workspaces.returns.rules import Sight, sight_of

TOLD = 12
NOUN, CHAIN = "returns.restitution:", "network:"
Reads = Callable[[str], bool]
"""Whether the values of a column, by its code, are for this reader."""


def tell(events: Sequence[Happened], actor: Actor) -> Iterator[tuple[str, ...]]:
    """What each event changed; as many queries whatever their number, in one network."""
    typed = [event for event in events if event.diff.get("cells")]
    subjects, sights = _read_of(typed, actor)
    for event in events:
        sight = sights.get(event.chain)
        keeps = sight is not None and sight.keeps
        reads = subjects.get(event.subject) or (_all if keeps else _none)
        yield tuple(_lines(event.diff, reads))


def _all(column: str) -> bool:
    return True


def _none(column: str) -> bool:
    return False


def _read_of(events: Sequence[Happened], actor: Actor) -> tuple[dict[str, Reads], dict[str, Sight]]:
    """Who reads what: of the returns named that still are; of each network, by its chain."""
    if not events:
        return {}, {}
    codes = {event.chain.removeprefix(CHAIN) for event in events}
    chambers = {n.chain: (n, chambers_of(n)) for n in Network.objects.filter(code__in=codes)}
    sights = {chain: sight_of(n.pk, held, actor) for chain, (n, held) in chambers.items()}
    keys = {e.subject.removeprefix(NOUN) for e in events if e.subject.startswith(NOUN)}
    held = Restitution.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    found: dict[str, Reads] = {}
    for row in held.select_related("version", "definition__network").defer("facts", "sealed"):
        if row.chain not in sights:
            continue
        names = [(chamber.code, chamber.short_name) for chamber in chambers[row.chain][1]]
        columns = columns_of(row.version.held, names, row.period)
        sight = sights[row.chain]
        read = {c.code for c in columns if sight.reads(c, is_sent=row.is_sent)}
        found[row.subject] = read.__contains__
    return found, sights


def _lines(diff: Mapping[str, Any], reads: Reads) -> Iterator[str]:
    yield from diff.get("changes", ())[:TOLD]
    for name, title in (("title", "Intitulé"), ("receiver", "Destinataire"), ("about", "À savoir")):
        if isinstance(diff.get(name), list):
            yield _moved(title, *diff[name])
    yield from _cells(diff.get("cells", {}), reads)
    names = diff.get("names", {})
    if isinstance(names, dict):
        yield from (_moved(name, *pair) for name, pair in list(names.items())[:TOLD])
        if len(names) > TOLD:
            yield f"et {len(names) - TOLD} autres noms"
    if "word" in diff:
        yield _moved("Mot d’une valeur absente", *diff["word"])
    if "template" in diff:
        yield f"Modèle\u00a0: {diff['template']}"
    for code, text in diff.get("reasons", {}).items():
        yield f"Motif, {code}\u00a0: {text}"
    if "cell" in diff:
        yield diff["cell"].replace("|", ", ")


def _cells(cells: Any, reads: Reads) -> Iterator[str]:
    for key, pair in list(cells.items())[:TOLD]:
        row, _, column = key.partition("|")
        place = f"{row}, {column}"
        is_told = reads(column) and isinstance(pair, list)
        yield _moved(place, *(_said(one) for one in pair)) if is_told else place
    if len(cells) > TOLD:
        yield f"et {len(cells) - TOLD} autres cellules"


def _said(value: str | None) -> str:
    return (value or "").replace(".", ",")


def _moved(what: str, before: str, after: str) -> str:
    return f"{what}\u00a0: {before or 'vide'} → {after or 'vide'}"
