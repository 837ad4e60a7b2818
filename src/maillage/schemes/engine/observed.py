"""What was observed of a cell, beside what its edition aims at: where the two part.

An observation is of an activity in the network or in one chamber, on a day; it belongs to no
edition. Knows which one holds on a day and in which fields it departs from a target. Refuses to
call a gap a fault, and to compare what either side does not say.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maillage.kernel.money import NBSP
from maillage.schemes.engine.change import FieldChange, describe, is_stated
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.counting import Coded, of_cells
from maillage.schemes.engine.document import (
    MODE_LABELS,
    NOT_APPLICABLE,
    UNKNOWN,
    EditionDocument,
    EntityDoc,
    MilestoneDoc,
    PlacementDoc,
)
from maillage.schemes.engine.resolution import CHAMBERS, resolve
from maillage.sheets.column_reader import Layout, Outside, read
from maillage.sheets.columns import Column
from maillage.sheets.writing import Table

SHEET = "Constats"
MOST_EVIDENCE, MOST_OBSERVER = 2000, 120
MOST_ROWS, MAX_BYTES = 20_000, 5_000_000
STATES = {"gap": "écart", "kept": "conforme au constat", "untold": "cible non renseignée"}
NONE = "pas de constat"
SEEN_SIGNS = {"gap": "≠", "kept": "="}
"""After the letter of a cell aimed at; a target that is not stated has none."""
NETWORK = "Réseau"
Cell = tuple[str, str]
"""Codes of a macro-process and of an entity, "" for the network."""


@dataclass(frozen=True, slots=True)
class ObservedDoc:
    """Codes. An empty `lead` or `served` says nothing of them: as aimed at, or not looked at."""

    process: str
    entity: str
    on: dt.date
    mode: str
    lead: str = ""
    served: tuple[str, ...] = ()
    observer: str = ""
    evidence: str = ""
    comment: str = ""

    @property
    def cell(self) -> Cell:
        return self.process, self.entity


def latest(observations: Iterable[ObservedDoc], day: dt.date) -> dict[Cell, ObservedDoc]:
    """Of each cell, what was last observed on a day or before it."""
    held = sorted((o for o in observations if o.on <= day), key=lambda o: o.on)
    return {o.cell: o for o in held}


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation beside its target, None where no cell states one. `fields`: those in which
    they part, the target first."""

    observation: ObservedDoc
    target: PlacementDoc | None
    fields: tuple[FieldChange, ...]

    @property
    def state(self) -> str:
        """A key of `STATES`."""
        if self.target is None or self.target.mode == UNKNOWN:
            return "untold"
        return "gap" if self.fields else "kept"


def beside(target: PlacementDoc | None, observation: ObservedDoc) -> Seen:
    """The observation beside the value that holds: a field counts where both sides state it, the
    mode also where one of them is sans objet."""
    seen = PlacementDoc("", "", mode=observation.mode, lead=observation.lead,
                        served=observation.served)  # fmt: skip
    fields = describe(target, seen) if target and target.mode != UNKNOWN else ()
    return Seen(observation, target, tuple(filter(_counts, fields)))


def sign_of(state: str, aimed: str, observed: str) -> str:
    """What a cell shows after its letter: its sign, and the mode in place where it is another."""
    if state not in SEEN_SIGNS:
        return ""
    letter = "–" if observed == NOT_APPLICABLE else observed
    return SEEN_SIGNS[state] + (letter if observed != aimed else "")


def _counts(change: FieldChange) -> bool:
    if change.field not in ("mode", "lead", "served"):
        return False
    return change.is_move or (change.field == "mode" and NOT_APPLICABLE in change[2:])


def all_beside(
    document: EditionDocument, held: Mapping[Cell, ObservedDoc], milestone: str
) -> list[Seen]:
    """Every observation that holds, beside its target at a milestone, in the order of the edition;
    those of what the edition does not know left out."""
    targets = Targets(document, milestone)
    entities = ["", *(e.code for e in document.entities)]
    return [
        beside(targets.of(observation), observation)
        for process in document.processes
        for entity in entities
        if (observation := held.get((process.code, entity)))
    ]


class Targets:
    """What observations are held against at a milestone, on every surface: one of the whole
    network, against the network's value, whatever a chamber states for itself; one of a chamber,
    against the value that holds for it; one of another entity, against its own alone."""

    def __init__(self, document: EditionDocument, milestone: str) -> None:
        held = (p for p in document.placements if p.milestone == milestone)
        self._cells = {(p.process, p.entity): p for p in held}
        self._reached = {"", *(e.code for e in document.entities if e.kind in CHAMBERS)}

    def of(self, observation: ObservedDoc) -> PlacementDoc | None:
        process, entity = observation.cell
        common = self._cells.get((process, "")) if entity in self._reached else None
        return resolve(common, self._cells.get((process, entity)) if entity else None)


def seen_of(seen: Iterable[Seen], entity: EntityDoc) -> list[Seen]:
    """Of those of a network, what the sheet of an entity shows: those of itself and, for a chamber,
    where it has none, those of the whole network as they are. In the order given."""
    found = list(seen)
    own = {s.observation.process for s in found if s.observation.entity == entity.code}
    common = entity.kind in CHAMBERS
    return [
        s
        for s in found
        if s.observation.entity == entity.code
        or (common and not s.observation.entity and s.observation.process not in own)
    ]


def counted_of(seen: Iterable[Seen], document: EditionDocument) -> list[Seen]:
    """Those of macro-processes: an action is observed and listed, and counted nowhere."""
    actions = {p.code for p in document.processes if p.is_action}
    return [one for one in seen if one.observation.process not in actions]


def told_of(seen: Sequence[Seen], document: EditionDocument, noun: str = "constat") -> str:
    """How many a list holds, those of actions beside them."""
    counted = len(counted_of(seen, document))
    return of_cells(counted, len(seen) - counted, noun)


def counts_of(seen: Iterable[Seen], document: EditionDocument) -> dict[str, Counter[str]]:
    """Every state and gaps by function, an observation counting once; then gaps by entity, as its
    sheet shows them (`seen_of`), "" for the network. Those of actions left out."""
    function_of = {p.code: p.function for p in document.processes}
    found = counted_of(seen, document)
    gaps = [one.observation for one in found if one.state == "gap"]
    whose: Counter[str] = Counter(held.entity for held in gaps if not held.entity)
    for entity in document.entities:
        whose[entity.code] = sum(one.state == "gap" for one in seen_of(found, entity))
    return {
        "state": Counter(one.state for one in found),
        "function": Counter(function_of[held.process] for held in gaps),
        "entity": whose,
    }


def by_name(
    counts: Mapping[str, Counter[str]], document: EditionDocument
) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    """Gaps by function, then by whom, where there are any: code, name, how many; in the order of
    the edition, the network before its chambers."""
    names = Names.of(document)
    whose = [("", NETWORK), *((e.code, names.entity(e.code)) for e in document.entities)]
    functions = [(f.code, f.name) for f in document.functions]
    return (
        [(c, name, n) for c, name in functions if (n := counts["function"][c])],
        [(c, name, n) for c, name in whose if (n := counts["entity"][c])],
    )


GAP_COLUMNS = (
    Column("Macro-processus", width=38),
    Column("Fonction", width=22),
    Column("Pour", width=20),
    Column("Cible", width=30),
    Column("Constaté", width=30),
    Column("Écart", width=44),
    Column("Constaté le", "date", 12),
    Column("Par", width=24),
    Column("Preuve", width=40),
)


def table_of(
    seen: Iterable[Seen], document: EditionDocument, milestone: MilestoneDoc, words: Sequence[str]
) -> Table:
    """Observations beside their targets, in words: the page, its files, the sheet of a chamber."""
    names = Names.of(document)
    functions = {f.code: f.name for f in document.functions}
    processes = {p.code: p for p in document.processes}
    rows = []
    for one in seen:
        held, process = one.observation, processes[one.observation.process]
        target = one.target
        told = " ; ".join(map(str, names.tell(one.fields)))
        rows.append(
            (
                Coded(process.title, process.code, process.is_action),
                functions.get(process.function, process.function),
                names.entity(held.entity) if held.entity else NETWORK,
                said_of(names, *((target.mode, target.lead) if target else (UNKNOWN, ""))),
                said_of(names, held.mode, held.lead),
                told or STATES[one.state],
                held.on,
                held.observer,
                held.evidence,
            )
        )
    facts = (
        f"Cible{NBSP}: {milestone.label}, {document.title} (édition {document.number})",
        *words,
    )
    return Table("Constats et écarts", GAP_COLUMNS, rows, facts)


def said_of(names: Names, mode: str, lead: str) -> str:
    """A mode and who does it, in words."""
    said = MODE_LABELS[mode] if is_stated(mode) else MODE_LABELS[mode].lower()
    return f"{said}, assuré par {names.entity(lead)}" if lead else said


FILE_COLUMNS = (
    Column("Processus (code)", "code", 24, name="process", filled=True,
           unknown="processus inconnu", missing="processus manquant",
           expected="un code de processus"),
    Column("Macro-processus", width=40),
    Column("Chambre (code\u00a0; vide = réseau)", "code", 20, name="entity",
           unknown="entité inconnue", expected="un code d’entité"),
    Column("Constaté le", "date", 12, name="on"),
    Column("Mode", "choice", 16, name="mode", unknown="mode inconnu", expected="un mode",
           among={m: label for m, label in MODE_LABELS.items() if m != UNKNOWN},
           hints={m: m for m in "ACHMI"}),
    Column("Assuré par", "code", 18, name="lead", unknown="entité inconnue",
           expected="un code d’entité"),
    Column("Bénéficiaires", "codes", 24, name="served", unknown="entité inconnue",
           expected="un code d’entité"),
    Column("Constaté par", width=26, name="observer", longest=MOST_OBSERVER),
    Column("Preuve", "prose", 44, name="evidence", longest=MOST_EVIDENCE),
    Column("Commentaire", "prose", 44, name="comment", longest=MOST_EVIDENCE),
)  # fmt: skip


NEEDED = {"on": "un jour", "mode": "un mode", "observer": "qui le constate"}
SAID = (*NEEDED, "lead", "served", "evidence", "comment")


@dataclass(frozen=True, slots=True)
class ObservedRow:
    """A row of a file: its cell, where it stands, what it says; None where something is wrong in
    it and it is not the reader's to write, for the reason of `apart`."""

    process: str
    entity: str
    place: str = ""
    said: ObservedDoc | None = None
    apart: str = ""


def read_observations(
    data: bytes,
    filename: str,
    processes: Mapping[str, str],
    entities: Mapping[str, str],
    outside: Outside = lambda _: "",
    fault: Callable[[Mapping[str, Any]], str] = lambda _: "",
) -> list[ObservedRow]:
    """Those of an XLSX, ODS or CSV file. A row that only names its cell says nothing. Raises
    Unreadable with every fault, that of a row's values that `fault` tells among them, but of rows
    that are `outside`: these are set apart."""
    among = {"process": processes, "entity": entities, "lead": entities, "served": entities}
    columns = [replace(c, among=among[c.name]) if c.name in among else c for c in FILE_COLUMNS]
    layout = Layout(SHEET, columns, MOST_ROWS, MAX_BYTES, outside=outside)
    reading = read(data, filename, layout)
    met: dict[tuple[Cell, dt.date], int] = {}
    found = []
    for row in reading.rows:
        if row.apart or not any(row[name] for name in SAID):
            continue
        if row.sound:
            for name in (name for name in NEEDED if not row[name]):
                reading.fault(row, "valeur manquante", NEEDED[name], name)
        if why := "" if row.apart else fault(row.values):
            reading.fault(row, why.rstrip("."))
        if not row.sound:
            continue
        one = ObservedDoc(**{**row.values, "served": tuple(sorted(row["served"]))})
        if (before := met.setdefault((one.cell, one.on), row.number)) != row.number:
            what = f"cellule et jour déjà donnés à la ligne {before}"
            reading.fault(row, what, "un constat par cellule et par jour", "process")
        else:
            found.append(ObservedRow(*one.cell, reading.place(row), one))
    reading.raise_any()
    return found + [
        ObservedRow(row["process"], row["entity"], reading.place(row), apart=row.apart)
        for row in reading.apart
    ]
