"""What the booklet of an edition says, in reading order, before any layout.

Knows the shape of its chapters, tables and notes; every string is ready to be printed. Refuses
to know typography: the PDF and the Word file are two layouts of this one content, so they
cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from maillage.papers.wording import Block, Fact
from maillage.schemes.engine.chamber_page import ChamberPage

FICTIONAL = "Document fictif : réseau, chambres et données inventés pour la démonstration"


@dataclass(frozen=True, slots=True)
class Passage:
    title: str
    blocks: tuple[Block, ...]
    source_page: str = ""


@dataclass(frozen=True, slots=True)
class Mode:
    value: str
    sign: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`note` is the number of the note under the table, 0 if there is none; `page` its source."""

    value: str
    sign: str
    label: str
    complementary: str = ""
    note: int = 0
    page: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A macro-process. `group` is set on the first row of each perimeter only."""

    name: str
    description: str
    group: str
    region_only: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Note:
    number: int
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Where chambers do not all stand where the network stands."""

    process: str
    milestone: str
    network: str
    chambers: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One documented move; `processes` is names, or a number where names are too many."""

    before: str
    after: str
    processes: str


@dataclass(frozen=True, slots=True)
class Step:
    """From a milestone to the next: how modes move, then every other change, one line each."""

    title: str
    changes: tuple[Change, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    svg: str
    alt: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    description: str
    passages: tuple[Passage, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    differences: tuple[Difference, ...]
    trajectory: Picture


@dataclass(frozen=True, slots=True)
class CoverageRow:
    function: str
    cells: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Source:
    process: str
    milestone: str
    chamber: str
    sign: str
    page: str
    basis: str


@dataclass(frozen=True, slots=True)
class Booklet:
    """The whole booklet; every string is ready to be printed."""

    network: str
    scheme: str
    years: str
    title_says_years: bool
    number: int
    title: str
    status: str
    is_draft: bool
    fictional: bool
    generated_on: str
    generated_at: dt.date
    filters: str
    seal: str
    adoption: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    preamble: tuple[Passage, ...]
    entities: tuple[Fact, ...]
    modes: tuple[Mode, ...]
    options: tuple[str, ...]
    milestones: tuple[str, ...]
    milestone_facts: tuple[Fact, ...]
    chapters: tuple[Chapter, ...]
    trajectory: Picture
    chambers: tuple[ChamberPage, ...]
    governance: tuple[Passage, ...]
    coverage: tuple[CoverageRow, ...]
    sources: tuple[Source, ...]
