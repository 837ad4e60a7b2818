"""The matrix as one HTML table, written by joining strings: pure, and everything escaped.

A cell is its letter in a link to its page. What colour or outline says is also said in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape as escaped
from itertools import chain
from typing import NamedTuple

from maillage.schemes.engine.change import KINDS, OF_WHO
from maillage.schemes.engine.document import MODE_LABELS, NOT_APPLICABLE, UNKNOWN
from maillage.schemes.engine.observed import SEEN_SIGNS, sign_of

escape = lru_cache(maxsize=4096)(escaped)
"""The same names come back in every page."""

CLASSES = {UNKNOWN: "m-u", NOT_APPLICABLE: "m-n", **{m: f"m-{m}" for m in "ACHMI"}}
WORDS = {UNKNOWN: "non renseigné", NOT_APPLICABLE: "sans objet"}

KNOWN_OTHERWISE = {"inferred": "déduit", "carried": "reporté d’un jalon antérieur"}
"""What the source does not state has a sign; what it states, or nobody said, has none. Wherever a
cell's mode is drawn or told: this table, a badge (`templatetags`), a line of the search."""


TURNED_FROM = 9
"""Columns from which headings are written upwards."""


def is_narrow(columns: int) -> bool:
    """Whether so many columns leave a cell room for a letter and its signs alone."""
    return columns >= TURNED_FROM


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what its cells' addresses end with ("2017/", "2017/cci-mayenne/"). `url`:
    where the heading leads, if it does."""

    label: str
    title: str
    path: str
    url: str = ""


class State(NamedTuple):
    """What a cell shows. A tuple: thousands are looked up for one table."""

    mode: str = UNKNOWN
    complementary: str = ""
    kinds: tuple[str, ...] = ()
    """Of what moved since the milestone before."""
    different: bool = False
    lead: str = ""
    provenance: str = ""
    seen: str = ""
    """Beside what is observed, a key of `observed.STATES`; `observed`: the mode in place."""
    observed: str = ""
    told: str = ""
    """What is observed, in words."""

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs of what moved: how it is done, who does it or for whom."""
        return signs_of(self.kinds)


def signs_of(kinds: Sequence[str]) -> tuple[str, ...]:
    """ "changed": how it is done; "moved": who does it, or for whom."""
    who = [kind in OF_WHO for kind in kinds]
    return (*(["changed"] if False in who else []), *(["moved"] if True in who else []))


class Row(NamedTuple):
    """A macro-process: its code, name, headings above it, and its cells in column order."""

    code: str
    name: str
    function: str
    group: str
    cells: Sequence[State]
    is_action: bool = False
    """An action stands under the macro-process above it."""


@lru_cache(maxsize=4096)
def _parts(state: State, chips: bool = False) -> tuple[str, str]:
    """The cell before and after its address; a few dozen states serve thousands of cells.

    With `chips` the mode and its signs stand in a chip beside who holds it, on paper.
    """
    marks = [CLASSES[state.mode]]
    marks += ["is-different"] if state.different else []
    marks += [f"is-{sign}" for sign in state.signs]
    marks += [f"is-{state.provenance}"] if state.provenance in KNOWN_OTHERWISE else []
    marks += [f"is-{state.seen}"] if state.seen in SEEN_SIGNS else []
    inner = "" if state.mode in WORDS else state.mode
    spoken = [WORDS[state.mode]] if state.mode in WORDS else []
    if state.told and state.mode == UNKNOWN:
        spoken = []
    if state.complementary:
        inner += f"<sup>{state.complementary}</sup>"
        labels = ", ".join(MODE_LABELS[m] for m in state.complementary)
        spoken.append(f"complété par {labels}")
    if state.kinds:
        told = ", ".join(KINDS[kind].lower() for kind in state.kinds)
        spoken.append(f"changement depuis le jalon précédent ({told})")
    if state.provenance in KNOWN_OTHERWISE:
        spoken.append(KNOWN_OTHERWISE[state.provenance])
    spoken += ["valeur propre, différente du réseau"] if state.different else []
    spoken += [escape(state.told)] if state.told else []
    if sign := sign_of(state.seen, state.mode, state.observed):
        inner += f'<span class="carto-seen" aria-hidden="true">{sign}</span>'
    hidden = f'<span class="vh"> {", ".join(spoken)}</span>' if spoken else ""
    lead = f'<span class="carto-lead">{escape(state.lead)}</span>' if state.lead else ""
    title = f' title="{escape(state.told)}"' if state.told else ""
    look = " ".join(marks)
    if chips:
        inner, look = f'<span class="mode {look}">{inner}</span>', "carto-held"
    before = f'<td class="{look}"{title}><a href="cellule/'
    return before, f'">{inner}{hidden}{lead}</a></td>'


def table(
    columns: Sequence[Column],
    rows: Iterable[Row],
    caption: str,
    turned: bool = False,
    chips: bool = False,
) -> str:
    """The whole table. `turned` writes the headings upwards, for many columns; `chips` sets each
    mode beside who holds it, where columns are few."""
    many = " carto-many" if turned else ""
    head = "".join(_heading(column, turned) for column in columns)
    start = (
        f'<table class="carto{many}" data-sheets><caption class="vh">{escape(caption)}</caption>'
        '<colgroup><col class="carto-name">'
        f'<col span="{len(columns)}"></colgroup>'
        f'<thead><tr><th scope="col">Macro-processus</th>{head}</tr></thead><tbody>'
    )
    paths = [column.path for column in columns]
    return start + "".join(_rows(rows, paths, chips)) + "</tbody></table>"


def _heading(column: Column, turned: bool) -> str:
    label, title = escape(column.label), escape(column.title)
    if column.url:
        label = f'<a href="{escape(column.url)}">{label}</a>'
    elif turned:
        label = f"<span>{label}</span>"
    turn = ' class="v"' if turned else ""
    return f'<th scope="col"{turn} title="{title}">{label}</th>'


def _rows(rows: Iterable[Row], paths: Sequence[str], chips: bool) -> Iterator[str]:
    function = group = None
    width = len(paths) + 1
    for row in rows:
        if row.function != function:
            function, group = row.function, None
            yield (
                f'<tr class="carto-group"><th scope="rowgroup" colspan="{width}">'
                f"{escape(row.function)}</th></tr>"
            )
        if row.group != group:
            group = row.group
            if group:
                yield (
                    f'<tr class="carto-group is-perimeter"><th scope="rowgroup" colspan="{width}">'
                    f"{escape(group)}</th></tr>"
                )
        start = '<tr class="is-action">' if row.is_action else "<tr>"
        under = '<span class="vh">Action\u00a0: </span>' if row.is_action else ""
        name = f'<th scope="row">{under}{escape(row.name)}</th>'
        yield f"{start}{name}{_cells(row, paths, chips)}</tr>"


def _cells(row: Row, paths: Sequence[str], chips: bool) -> str:
    """A row's cells. Its few distinct states are written once, then strung together."""
    before, after = {}, {}
    for state in set(row.cells):
        start, after[state] = _parts(state, chips)
        before[state] = f"{start}{row.code}/"
    starts, ends = map(before.__getitem__, row.cells), map(after.__getitem__, row.cells)
    return "".join(chain.from_iterable(zip(starts, paths, ends, strict=True)))
