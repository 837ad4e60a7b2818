"""What the rows of a cartography come to under its filters, in words: how many macro-processes, and
of how many cells a count that leads here speaks; the actions beside them, which never count.

Knows which cells answer which filter. Refuses to keep or drop rows (`matrix`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from maillage.schemes.cartography.rendering import Row, State
from maillage.schemes.cartography.selection import OF_OBSERVED, UNTOLD, Selection
from maillage.schemes.engine.counting import of_cells, of_rows
from maillage.schemes.engine.document import UNKNOWN

Answers = Callable[[State], bool]
ANSWERS: dict[str, Answers] = {
    "changements": lambda state: bool(state.kinds),
    "differences": lambda state: state.different,
    "lacunes": lambda state: state.mode == UNKNOWN,
    OF_OBSERVED: lambda state: state.seen == "gap",
}
"""By what a selection only keeps, whether a cell is why."""


def told(rows: Sequence[Row], chosen: Selection) -> str:
    """Nothing where no filter is in force; the cells where a single one is of cells."""
    if not chosen.filtered or chosen.reading == "trajectoire":
        return ""
    lines = of_rows(*_split(rows, lambda _: 1))
    answers = list(_answering(chosen))
    if len(answers) != 1:
        return f"{lines}."
    own = 1 if chosen.reading == "chambres" and chosen.entity else 0
    cells = of_cells(*_split(rows, lambda row: sum(map(answers[0], row.cells[own:]))))
    return f"{lines}. Y répondent\u00a0: {cells}."


def _split(rows: Iterable[Row], many: Callable[[Row], int]) -> tuple[int, int]:
    found = [0, 0]
    for row in rows:
        found[row.is_action] += many(row)
    return found[0], found[1]


def _answering(chosen: Selection) -> Iterable[Answers]:
    """Of each filter that is of cells, whether one answers it."""
    if chosen.modes:
        modes, alone = set(chosen.modes), chosen.dominant
        yield lambda s: s.mode in modes or (not alone and not modes.isdisjoint(s.complementary))
    if known := chosen.provenance:
        yield lambda s: s.mode != UNKNOWN and (s.provenance or UNTOLD) == known
    if chosen.kinds:
        kinds = set(chosen.kinds)
        yield lambda s: not kinds.isdisjoint(s.kinds)
    if chosen.only:
        yield ANSWERS[chosen.only]
