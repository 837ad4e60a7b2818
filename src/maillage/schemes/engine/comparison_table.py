"""A comparison as one table: what the page shows is what its files say.

Knows the columns, and how the comparison, its filters and its counts are told in words. Refuses to
know pages and permissions: where a cell leads is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from maillage.kernel.money import NBSP
from maillage.schemes.engine.change import CellChange
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.comparison import KINDS, Comparison, kinds_of
from maillage.schemes.engine.counting import together
from maillage.schemes.engine.document import EditionDocument
from maillage.sheets.writing import Column, Table

COLUMNS = (
    Column("Macro-processus", width=30),
    Column("Fonction", width=22),
    Column("Jalon", width=18),
    Column("Chambre", width=18),
    Column("Ce qui change", width=20),
    Column("Avant", width=34),
    Column("Après", width=34),
    Column("Cadre", width=16),
)
FRAMES = {"added": "élément ajouté", "removed": "élément retiré", "": ""}
Naming = Callable[[str, CellChange], str]
"""The name of a macro-process, which may lead to the cell that changed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters: kinds of change and codes of functions, nothing for all."""

    kinds: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.functions)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two states: what they are called, what they hold, and what differs."""

    title: str
    before: str
    after: str
    former: EditionDocument
    latter: EditionDocument
    found: Comparison

    def passing(self, asked: Asked) -> list[CellChange]:
        """The cells the filters keep; those a later milestone only says no more of, where they are
        asked for."""
        of = {p.code: p.function for d in (self.former, self.latter) for p in d.processes}
        return [
            change
            for change in (self.found.changes if asked.kinds else self.found.moving)
            if (not asked.kinds or set(asked.kinds) & set(kinds_of(change)))
            and (not asked.functions or of.get(change.key[0]) in asked.functions)
        ]

    def table(
        self, changes: Iterable[CellChange], asked: Asked, naming: Naming = lambda name, _: name
    ) -> Table:
        """One row for each field of each of these cells."""
        rows, width = self._rows(changes, naming), len(COLUMNS)
        if not any(change.frame for change in self.found.changes):
            width -= 1  # nothing was added nor taken away: a column of nothing
        rows = [row[:width] for row in rows]
        return Table(self.title, COLUMNS[:width], rows, tuple(self._told(asked)))

    def _rows(self, changes: Iterable[CellChange], naming: Naming) -> list[Sequence[str]]:
        both, names = (self.former, self.latter), Names.of(self.former, self.latter)
        processes = {p.code: p for d in both for p in d.processes}
        functions = {f.code: f.name for d in both for f in d.functions}
        milestones = {m.code: m.label for d in both for m in d.milestones}
        rows: list[Sequence[str]] = []
        for change in changes:
            code, milestone, entity = change.key
            process = processes[code]
            head = (
                naming(process.title, change),
                functions.get(process.function, ""),
                milestones.get(milestone, milestone),
                names.entities.get(entity, entity) if entity else "Réseau",
            )
            rows += [
                (*head, it.label, it.before, it.after, FRAMES[change.frame])
                for it in names.tell(change.fields, change.known)
            ]
        return rows

    def _told(self, asked: Asked) -> Iterable[str]:
        """What is compared, the filters, how many cells change in each way, and the frame."""
        yield f"De «{NBSP}{self.before}{NBSP}» à «{NBSP}{self.after}{NBSP}»"
        if asked.kinds:
            yield f"Nature{NBSP}: {', '.join(KINDS[kind] for kind in asked.kinds)}"
        if asked.functions:
            names = {f.code: f.name for f in self.latter.functions}
            yield f"Fonction{NBSP}: {', '.join(names.get(c, c) for c in asked.functions)}"
        counts = ", ".join(f"{KINDS[k].lower()} {n}" for k, n in self.found.counts.items())
        every = together(*self.found.split(self.found.moving))
        yield f"Cellules qui changent, avant tout filtre{NBSP}: {every}" + (
            f" ({counts}{NBSP}; une cellule compte dans chacune de ses natures)" if counts else ""
        )
        yield from self.found.structure
