"""The nouns of one network taken as a model for another: which would be new, which are in the way.

Pure. Knows no edition and no person; nothing that is there is ever written over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from maillage.kernel.words import same_name
from maillage.network.noun_table import FUNCTION, PROCESS, Held, NounRow, Values


class Standing(StrEnum):
    """What becomes of a noun of the model."""

    NEW = "new"
    SAME = "same"
    TAKEN = "taken"
    HOMONYM = "homonym"
    ORPHAN = "orphan"


WORDS = {
    Standing.NEW: "à créer",
    Standing.SAME: "déjà là, laissé tel quel",
    Standing.TAKEN: "code déjà pris par un autre nom, laissé de côté",
    Standing.HOMONYM: "nom déjà porté par un autre code, laissé de côté",
    Standing.ORPHAN: "sans ce dont il dépend, laissé de côté",
}


NEEDED = ((FUNCTION, "function", "fonction"), (PROCESS, "parent", "action de"))
"""What a macro-process needs to stand, by column."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A noun of the model and what becomes of it; `other`: what is in its way, in words."""

    row: NounRow
    standing: Standing
    other: str = ""

    @property
    def words(self) -> str:
        return WORDS[self.standing]

    @property
    def is_conflict(self) -> bool:
        return self.standing in (Standing.TAKEN, Standing.HOMONYM, Standing.ORPHAN)


def chosen(
    rows: Iterable[NounRow], kinds: Iterable[str], functions: Iterable[str]
) -> list[NounRow]:
    """The rows of some kinds; of functions and their macro-processes, those of the codes given."""
    kept, wanted = set(functions), set(kinds)
    return [
        row
        for row in rows
        if row.kind in wanted
        and (row.kind != FUNCTION or row.code in kept)
        and (row.kind != PROCESS or row.values["function"] in kept)
    ]


def copies(rows: Sequence[NounRow], held: Held) -> list[Copy]:
    """What becomes of each row, in a network that holds this."""
    within = {(kind, code) for kind in (FUNCTION, PROCESS) for code in held[kind]}
    names = {
        (kind, *_place(kind, said)): code
        for kind, nouns in held.items()
        for code, said in nouns.items()
    }
    found: dict[tuple[str, str], Copy] = {}
    for row in sorted(rows, key=lambda row: bool(row.values.get("parent"))):
        copy = found[row.kind, row.code] = _copy(row, held, within, names)
        if not copy.is_conflict:
            within.add((row.kind, row.code))
        elif row.kind == PROCESS:  # what would stand under it is not put under its namesake
            within.discard((row.kind, row.code))
    return [found[row.kind, row.code] for row in rows]


def _copy(
    row: NounRow,
    held: Held,
    within: set[tuple[str, str]],
    names: dict[tuple[str, ...], str],
) -> Copy:
    there = held[row.kind].get(row.code)
    if there is not None:
        if same_name(there["name"]) == same_name(row.values["name"]):
            return Copy(row, Standing.SAME)
        return Copy(row, Standing.TAKEN, f"«\u00a0{there['name']}\u00a0»")
    if row.kind == PROCESS:
        for kind, name, noun in NEEDED:
            code = row.values.get(name, "")
            if code and (kind, code) not in within:
                return Copy(row, Standing.ORPHAN, f"{noun} «\u00a0{code}\u00a0»")
    other = names.get((row.kind, *_place(row.kind, row.values)))
    if other is not None:
        return Copy(row, Standing.HOMONYM, f"code «\u00a0{other}\u00a0»")
    return Copy(row, Standing.NEW)


def _place(kind: str, said: Values) -> tuple[str, ...]:
    within = (said["function"], said["group"], said.get("parent", "")) if kind == PROCESS else ()
    return *within, same_name(said["name"])
