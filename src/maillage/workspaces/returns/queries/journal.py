"""What events of returns changed, in words, for one reader of the journal.

A journal has more readers than the columns of a chamber: the values typed in a cell are told to who
reads its column today, and nobody is known to read what is no longer there but who keeps them all.
Rows, columns and controls are told by the labels of the version a return follows; by the codes an
event kept, of a return that is no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maillage.kernel.rooms import Happened
from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor
from maillage.workspaces.returns.engine.facts import columns_of
from maillage.workspaces.returns.models import Restitution
from maillage.workspaces.returns.rules import Sight, sight_of

TOLD = 12
NOUN, CHAIN = "returns.restitution:", "network:"
OF_RETURNS = frozenset({"cells", "cell", "reasons"})
"""What of an event names rows, columns or controls."""


@dataclass(frozen=True, slots=True)
class Told:
    """A return as this reader knows it: `reads` says whether the values of a column, by its code,
    are for them; the rest, what rows, columns and controls are called, by their codes."""

    reads: Callable[[str], bool]
    rows: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    controls: Mapping[str, str] = field(default_factory=dict)

    def cell(self, key: str) -> str:
        """The cell of a row and a column, whose codes an event keeps as « row|column »."""
        row, _, column = key.partition("|")
        return f"{self.rows.get(row, row)}, {self.columns.get(column, column)}"


def tell(events: Sequence[Happened], actor: Actor) -> Iterator[tuple[str, ...]]:
    """What each event changed; as many queries whatever their number, in one network."""
    typed = [event for event in events if OF_RETURNS.intersection(event.diff)]
    subjects, sights = _read_of(typed, actor)
    for event in events:
        sight = sights.get(event.chain)
        keeps = sight is not None and sight.keeps
        told = subjects.get(event.subject) or Told(_all if keeps else _none)
        yield tuple(_lines(event.diff, told))


def _all(column: str) -> bool:
    return True


def _none(column: str) -> bool:
    return False


def _read_of(events: Sequence[Happened], actor: Actor) -> tuple[dict[str, Told], dict[str, Sight]]:
    """Who reads what: of the returns named that still are; of each network, by its chain."""
    if not events:
        return {}, {}
    codes = {event.chain.removeprefix(CHAIN) for event in events}
    chambers = {n.chain: (n, every_chamber(n)) for n in Network.objects.filter(code__in=codes)}
    sights = {chain: sight_of(n.pk, held, actor) for chain, (n, held) in chambers.items()}
    keys = {e.subject.removeprefix(NOUN) for e in events if e.subject.startswith(NOUN)}
    held = Restitution.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    found: dict[str, Told] = {}
    for row in held.select_related("version", "definition__network").defer("facts", "sealed"):
        if row.chain not in sights:
            continue
        names = [(chamber.code, chamber.short_name) for chamber in chambers[row.chain][1]]
        definition = row.version.held
        columns = columns_of(definition, names, row.period)
        sight = sights[row.chain]
        read = {c.code for c in columns if sight.reads(c, is_sent=row.is_sent)}
        found[row.subject] = Told(
            read.__contains__,
            {line.code: line.label for line in definition.rows},
            {column.code: column.label for column in columns},
            {control.code: control.label for control in definition.controls},
        )
    return found, sights


def _lines(diff: Mapping[str, Any], told: Told) -> Iterator[str]:
    yield from diff.get("changes", ())[:TOLD]
    for name, title in (("title", "Intitulé"), ("receiver", "Destinataire"), ("about", "À savoir")):
        if isinstance(diff.get(name), list):
            yield _moved(title, *diff[name])
    yield from _cells(diff.get("cells", {}), told)
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
        yield f"Motif, {told.controls.get(code, code)}\u00a0: {text}"
    if "cell" in diff:
        yield told.cell(diff["cell"])


def _cells(cells: Any, told: Told) -> Iterator[str]:
    for key, pair in list(cells.items())[:TOLD]:
        place = told.cell(key)
        is_told = told.reads(key.partition("|")[2]) and isinstance(pair, list)
        yield _moved(place, *(_said(one) for one in pair)) if is_told else place
    if len(cells) > TOLD:
        yield f"et {len(cells) - TOLD} autres cellules"


def _said(value: str | None) -> str:
    return (value or "").replace(".", ",")


def _moved(what: str, before: str, after: str) -> str:
    return f"{what}\u00a0: {before or 'vide'} → {after or 'vide'}"
