"""The sheet of a chamber as tables, every cell in words: what its page, its files, its part of the
booklet and the API show, so that they cannot differ.

Knows words and columns. Refuses to know how a table is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.money import NBSP
from maillage.schemes.engine.chamber import ELSEWHERE, KINDS, ROLES, SILENT, ChamberSheet, Part
from maillage.schemes.engine.change import (
    MOVES,
    NO_MODE,
    OF_WHOLE,
    SAID_NO_MORE,
    UNFOLLOWED,
    UNSAID,
    is_stated,
)
from maillage.schemes.engine.change_words import Names, Told, known_as
from maillage.schemes.engine.counting import Coded
from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    PlacementDoc,
    ProcessDoc,
)
from maillage.schemes.engine.milestone_changes import MilestoneChange
from maillage.sheets.writing import Column, Table

SAME = "inchangé"
SILENT_TITLE = "Sans objet ou non renseigné"
WHOLE = "Toute la cellule"
"""What is newly said, or no longer, where it is every field of a cell."""
CHANGED, NEWLY, NO_LONGER = "change", "dit pour la première fois", "n’est plus dit"
"""What a field that differs is: both milestones answer, « sans objet » and « aucun » too; the later
alone; the former alone."""
OF_SHIFT = {ELSEWHERE: CHANGED, "documented": NEWLY, SAID_NO_MORE: NO_LONGER}
NOT_NAMED = "n’y est pas nommée"
"""What a milestone says of an entity outside the chambers that its cells do not name."""
ALL_CHAMBERS_FROM, MOST_BUT = 4, 2
"""Chambers from which their number says them better than their names, and how many may lack."""
NOTHING_SAID = (UNSAID, UNFOLLOWED, NO_MODE)
BRIEFLY = {"self": "pour elle-même", "others": "pour d’autres", "receives": "reçu",
           "with": "avec d’autres", "entrusted": "qui assure n’est pas dit"}  # fmt: skip
"""A role where it is not the one of the table."""


@dataclass(frozen=True, slots=True)
class ChamberTables:
    """`summary` counts macro-processes by role; `roles` names them, a table a role, as they stand
    at each milestone; `silent` those that are sans objet or non renseigné at the later one;
    `changes` is field by field what changes where both milestones answer, then the cells newly
    said; `dropped`, the fields and cells the later milestone no longer says. `answer`: in one
    sentence, what changes; it counts the rows of these two tables."""

    title: str
    answer: str
    summary: Table
    roles: Mapping[str, Table]
    silent: Table
    changes: Table
    dropped: Table

    @property
    def all(self) -> tuple[Table, ...]:
        """In the order in which they are read; those without a row left out but for the first."""
        rest = (self.changes, self.dropped, *self.roles.values(), self.silent)
        return (self.summary, *(table for table in rest if table.rows))


class _Words:
    """What a sheet's codes are called."""

    def __init__(self, sheet: ChamberSheet) -> None:
        document = sheet.document
        self.sheet = sheet
        self.names = Names.of(document)
        self.processes: dict[str, ProcessDoc] = {p.code: p for p in document.processes}
        self.functions = {f.code: f.name for f in document.functions}
        chambers = [e.code for e in document.entities if e.kind in ("regional", "territorial")]
        self.others = [code for code in chambers if code != sheet.entity.code]

    def head(self, code: str) -> tuple[str, str]:
        """A macro-process and its function."""
        process = self.processes[code]
        function = self.functions.get(process.function, process.function)
        return Coded(process.title, code, process.is_action), function

    def entities(self, codes: Sequence[str]) -> str:
        """Their names; « les 5 autres chambres » where it is each of them, and « sauf » where all
        but one or two."""
        missing = [code for code in self.others if code not in codes]
        if len(self.others) < ALL_CHAMBERS_FROM or len(missing) > MOST_BUT:
            return ", ".join(map(self.names.entity, codes))
        rest = [self.names.entity(code) for code in codes if code not in self.others]
        but = ", ".join(map(self.names.entity, missing))
        other = "" if self.sheet.is_outside else "autres "
        all_of = f"les {len(self.others)} {other}chambres"
        return ", ".join([f"les {other}chambres sauf {but}" if but else all_of, *rest])

    def whom(self, part: Part, role: str) -> str:
        """What a role says besides the mode: for whom, from whom, with whom."""
        if role == "receives":
            return f"de {self.entities([part.provider])}"
        if role == "others":
            told = [f"pour {self.entities(part.served)}"] if part.served else []
            told += [f"bénéficiaires{NBSP}: {UNSAID}"] if part.unsaid else []
            return ", ".join(told)
        if role == "with":
            named = self.entities(part.partners)
            return f"avec {named}" if named else f"avec qui{NBSP}: {UNSAID}"
        return "pour elle-même" if role == "self" else f"assuré par{NBSP}: {UNSAID}"

    def wholly(self, part: Part) -> str:
        """Its mode, then what each of its roles says."""
        if self.is_by_others(part):
            return self.by_others(part)
        apart = ("others",) if part.is_otherwise else ()
        roles = (self.whom(part, role) for role in part.roles if role not in (*SILENT, *apart))
        told = ", ".join([mode_words(part), *roles, *known_words(part.cell)])
        return f"{told} ; {self.by_others(part)}" if apart else told

    def is_by_others(self, part: Part) -> bool:
        """Whether all that is said of it is what the cells of others say."""
        return self.sheet.is_outside and part.cell is None

    def by_others(self, part: Part) -> str:
        """The modes and options under which it is run for others, and for whom; that it is not
        named where cells say something without it."""
        if not part.terms:
            return NOT_NAMED if part.is_said else UNSAID
        told = []
        for cell, served in part.terms:
            whom = self.entities(served) if served else ""
            option = INTEGRATION_LABELS.get(cell.integration, "").lower()
            how = [cell_words(cell), *([option] if option else [])]
            how += [f"pour {whom}"] if whom else []
            if not whom or (part.unsaid and not cell.entity):
                how.append(f"bénéficiaires{NBSP}: {UNSAID}")
            told.append(", ".join([*how, *known_words(cell)]))
        return " ; ".join(told)

    def standing(self, part: Part, role: str = "") -> str:
        """How a part stands: its mode, then what that role says; briefly, where it has not it;
        last, that the cell was deduced or carried forward, where it was."""
        if self.is_by_others(part) or (role == "others" and part.is_otherwise):
            return self.by_others(part)
        if role in part.roles:  # the table of « self » says so already
            told = [self.whom(part, role)] if role != "self" else []
        else:
            told = [briefly(part, each) for each in part.roles if each not in SILENT]
        return ", ".join([mode_words(part), *told, *known_words(part.cell)])


def mode_words(part: Part) -> str:
    """Its modes by name, the dominant one first."""
    if part.cell is None or not is_stated(part.mode):
        return MODE_LABELS[part.mode].lower()
    return cell_words(part.cell)


def cell_words(cell: PlacementDoc) -> str:
    return " + ".join(MODE_LABELS[letter] for letter in cell.mode + cell.complementary)


def briefly(part: Part, role: str) -> str:
    """A role where it is not the one of the table; for others, under which modes if they differ."""
    if role != "others" or not part.is_otherwise:
        return BRIEFLY[role]
    modes = dict.fromkeys(cell_words(cell).lower() for cell, _ in part.terms)
    return f"{BRIEFLY[role]} en {' et '.join(modes)}"


def known_words(cell: PlacementDoc | None) -> list[str]:
    """That a cell that states a mode was deduced or carried forward, where it was."""
    return [word] if (word := known_as(cell)) else []


def tables_of(sheet: ChamberSheet, kind: str = "") -> ChamberTables:
    """`kind`: only changes of that kind (a key of `chamber.KINDS`), where one is asked for."""
    words = _Words(sheet)
    title = f"Fiche de {sheet.entity.name}"
    span = f"{sheet.before.label} → {sheet.after.label}"
    edition = f"{sheet.document.title} (édition {sheet.document.number})"
    facts = (f"D’après {edition}", f"Jalons{NBSP}: {span}")
    roles = {
        role: _role_table(words, role, facts)
        for role in ROLES
        if role not in SILENT and sheet.ever(role)
    }
    lines = _changes(words, kind)
    told = (*facts, f"Nature{NBSP}: {KINDS[kind].lower()}") if kind else facts
    columns = _change_columns(sheet)
    return ChamberTables(
        title,
        _answer(sheet),
        _summary(sheet, facts),
        roles,
        _silent(words, facts),
        Table("Ce qui change", columns, [*lines[CHANGED], *lines[NEWLY]], told),
        Table(
            f"Ce que «{NBSP}{sheet.after.label}{NBSP}» ne dit plus", columns, lines[NO_LONGER], told
        ),
    )


def _summary(sheet: ChamberSheet, facts: tuple[str, ...]) -> Table:
    heads = ("Macro-processus", sheet.before.label, sheet.after.label)
    columns = [Column(heads[0], width=36), *(Column(head, "number") for head in heads[1:])]
    rows = [(ROLES[role], one, other) for role, (one, other) in sheet.counts().items()]
    return Table("En bref", columns, rows, facts)


def _role_table(words: _Words, role: str, facts: tuple[str, ...]) -> Table:
    sheet = words.sheet
    rows = []
    for former, part in sheet.ever(role):
        same = former.standing == part.standing
        after = _unchanged(part, role) if same else words.standing(part, role)
        rows.append((*words.head(part.process), words.standing(former, role), after))
    return Table(ROLES[role], _columns(sheet), rows, facts)


def _unchanged(part: Part, role: str) -> str:
    """That a part is what it was, and how the later milestone knows it."""
    told = part.terms if role == "others" or part.cell is None else ()
    ways = {known_as(cell) for cell, _ in told} or {known_as(part.cell)}
    return ", ".join(filter(None, (SAME, *(ways if len(ways) == 1 else ()))))


def _columns(sheet: ChamberSheet) -> list[Column]:
    heads = (sheet.before.label, sheet.after.label)
    return [Column("Macro-processus", width=40), Column("Fonction", width=22),
            *(Column(head, width=48) for head in heads)]  # fmt: skip


def _silent(words: _Words, facts: tuple[str, ...]) -> Table:
    """What the later milestone says nothing of, sans objet first."""
    sheet = words.sheet
    rows = [
        (*words.head(part.process), words.standing(sheet.former[part.process]), ROLES[role].lower())
        for role in SILENT
        for part in sheet.of(role)
    ]
    return Table(SILENT_TITLE, _columns(sheet), rows, facts)


def _change_columns(sheet: ChamberSheet) -> list[Column]:
    return [
        Column("Macro-processus", width=40),
        Column("Fonction", width=22),
        Column("Quoi", width=22),
        Column(sheet.before.label, width=34),
        Column(sheet.after.label, width=34),
        Column("Nature", width=20),
    ]


def nature_of(told: Told) -> str:
    """By what the former milestone says in words: an empty field may be an answer."""
    if told.kind == SAID_NO_MORE:
        return NO_LONGER
    return NEWLY if told.before == UNSAID else CHANGED


Lines = dict[str, list[tuple[Any, ...]]]


def _changes(words: _Words, kind: str) -> Lines:
    """In the order of the edition: what changes where both milestones answer, the fields of a
    macro-process together; the cells only the later one states; what it no longer says."""
    sheet = words.sheet
    lines: Lines = {CHANGED: [], NEWLY: [], NO_LONGER: []}
    for change in sheet.changes:
        if not kind or kind in change.kinds:
            _add(lines, words, change, kind)
    for of, pairs in sheet.shifts.items():
        nature = OF_SHIFT[of]
        for former, part in pairs if kind in ("", of) else ():
            both = words.wholly(former), words.wholly(part)
            lines[nature].append((*words.head(part.process), KINDS[ELSEWHERE], *both, nature))
    return lines


def _add(lines: Lines, words: _Words, change: MilestoneChange, kind: str) -> None:
    """The rows of one macro-process, each where it belongs."""
    head, told = words.head(change.process), words.names.tell(change.fields, change.known)
    nature = nature_of(told[0])
    if told[0].field == "mode" and told[0].kind in OF_WHOLE:
        whole = (told[0], *words.names.tell(change.fields)[1:])  # how it is known, once
        sides = (_together(whole, side) for side in ("before", "after"))
        lines[nature].append((*head, WHOLE, *sides, nature))
        return
    for it in told:
        if not kind or kind == it.kind:
            nature = nature_of(it)
            place = lines[NO_LONGER if nature == NO_LONGER else CHANGED]
            place.append((*head, it.label, it.before, it.after, nature))


def _together(told: Sequence[Told], side: str) -> str:
    """Every field of a cell that says something, on one line, its mode without its label."""
    said = [(it.label, getattr(it, side)) for it in told]
    mode, rest = (
        said[0][1],
        [(label, value) for label, value in said[1:] if value not in NOTHING_SAID],
    )
    return " ; ".join([mode, *(f"{label.lower()}{NBSP}: {value}" for label, value in rest)])


def _answer(sheet: ChamberSheet) -> str:
    """What changes, in one sentence, counted as its kinds are."""
    kinds = sheet.by_kind()
    moving = set[str]().union(*(kinds.get(kind, ()) for kind in (*MOVES, ELSEWHERE)))
    said, silent = kinds.get("documented", set()), kinds.get(SAID_NO_MORE, set())
    span = f"De «{NBSP}{sheet.before.label}{NBSP}» à «{NBSP}{sheet.after.label}{NBSP}»"
    if sheet.before.code == sheet.after.code:
        return f"Au seul jalon «{NBSP}{sheet.after.label}{NBSP}»{NBSP}: rien n’est comparé."
    told = ", ".join(
        _counted(
            (moving, "macro-processus change", "macro-processus changent"),
            (said, "est dit pour la première fois", "sont dits pour la première fois"),
        )
    )
    begun = f"{span}{NBSP}: {told}" if told else f"{span}, rien ne change"
    if not silent:
        return f"{begun}."
    those = "d’un " if len(silent) == 1 else f"de {len(silent)}{NBSP}"
    wholly = {c.process for c in sheet.changes if c.fields[0][:2] == ("mode", SAID_NO_MORE)}
    partly = "" if silent <= wholly else ", en tout ou en partie"
    return f"{begun}{NBSP}; la suite {those}macro-processus n’est pas dite{partly}."


def _counted(*found: tuple[set[str], str, str]) -> Iterator[str]:
    for codes, one, many in found:
        if codes:
            yield f"{len(codes)}{NBSP}{one if len(codes) == 1 else many}"
