"""The nouns of a network as tables: their columns, codes for the new ones, what does not hold.

Pure: what the network holds is handed over. Knows neither pages nor files, nor who writes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maillage.kernel import unprintable
from maillage.kernel.words import folded, same_name
from maillage.network.departements import departement_of
from maillage.network.rules import (
    code_fault,
    departement_fault,
    short_name,
    siren_fault,
    siren_of,
)
from maillage.sheets.cells import UnfitError, line
from maillage.sheets.columns import Column
from maillage.sheets.findings import shown
from maillage.sheets.marks import Seen, is_left, merged

ENTITY, FUNCTION, PROCESS = "entity", "function", "process"
TITLES = {ENTITY: "Chambres", FUNCTION: "Fonctions", PROCESS: "Macro-processus"}
"""Each kind, in the order they are written, and the sheet that holds it."""
ENTITY_KINDS = {
    "regional": "Chambre régionale",
    "territorial": "Chambre territoriale",
    "national": "Tête de réseau nationale",
    "operator": "Opérateur extérieur",
}
PROCESS_KINDS = {"mission": "Mission", "macro_process": "Macro-processus", "action": "Action"}
NAMED_BY = {"source": "Nommé par la source", "ours": "Nommé par nous"}
CODE_LONGEST = {ENTITY: 60, FUNCTION: 60, PROCESS: 80}
PLACE = ("name", "function", "group", "parent")
"""What tells a noun from its namesakes: its name, and where it stands."""
LITTLE = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une"]
)
"""Words left out of a code."""

Values = Mapping[str, Any]
Held = Mapping[str, Mapping[str, Values]]
"""By kind, then by code: what the network holds, in its order."""


@dataclass(frozen=True, slots=True)
class NounRow:
    """A noun as it is typed, read or copied: some of its values, its function by code.

    `code` "" is to be proposed. `number`: where it stands, for whoever is told a fault. `seen`: the
    `stamp` of what one read of it ("" for a new one), None not to check. `unread`: the columns
    whose cells could not be read; what depends on them is not judged. `mark`: what its file saw of
    it when it was exported, None where it does not say.
    """

    kind: str
    code: str
    values: Values
    number: int = 0
    seen: str | None = None
    unread: Sequence[str] = ()
    mark: Seen | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold in a row: its number, the column by name ("" for the row), why.

    `moved`: somebody else changed it since it was read.
    """

    number: int
    column: str
    reason: str
    moved: bool = False


def _siren(cell: Any) -> str:
    """Nine digits, however they are spaced; what is none is told as it was typed."""
    return siren_of(_digits(cell))


def _departement(cell: Any) -> str:
    """A number, or the name of a département."""
    return departement_of(_digits(cell))


def _digits(cell: Any) -> str:
    """A cell that a spreadsheet made a number is its digits."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return line(cell)[:200]


def columns_of(kind: str, functions: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a kind; `functions`: the name of each, by its code."""
    code = Column("Code", width=28, name="code", longest=CODE_LONGEST[kind], needed=False)
    name = Column("Nom", width=44, name="name", filled=True, longest=200, expected="un nom")
    if kind == ENTITY:
        return (
            code,
            name,
            Column("Nom court", width=20, name="short_name", longest=60, needed=False),
            Column("Nature", "choice", 24, name="kind", filled=True, among=ENTITY_KINDS,
                   unknown="nature inconnue", expected="une nature"),
            Column("Département", width=12, name="departement", longest=60, needed=False,
                   take=_departement),
            Column("SIREN", width=14, name="siren", longest=40, needed=False, take=_siren),
        )  # fmt: skip
    about = Column("Description", "prose", 60, name="description", longest=4000, needed=False)
    if kind == FUNCTION:
        return code, name, about
    return (
        code,
        Column("Fonction", "choice", 24, name="function", filled=True, among=functions,
               unknown="fonction inconnue", expected="une fonction, par son nom ou son code"),
        name,
        Column("Périmètre", width=28, name="group", longest=120, needed=False),
        about,
        Column("Sorte", "choice", 18, name="kind", needed=False, among=PROCESS_KINDS,
               unknown="sorte inconnue", expected="une sorte"),
        Column("Action de", width=28, name="parent", longest=200, needed=False),
        Column("Nom donné par", "choice", 22, name="named_by", needed=False, among=NAMED_BY,
               expected="qui a choisi le nom"),
        Column("Périmètre donné par", "choice", 22, name="group_named_by", needed=False,
               among=NAMED_BY, expected="qui a choisi le nom du périmètre"),
        Column("Non délégable sous la région", "boolean", 16, name="region_only", needed=False),
        Column("Page source", width=12, name="source_page", longest=40, needed=False),
    )  # fmt: skip


def typed(
    kind: str, rows: Iterable[Mapping[str, str]], functions: Mapping[str, str]
) -> tuple[list[NounRow], list[Fault]]:
    """Rows of texts by column, as a page sends them; `number` and `seen` come along."""
    columns = columns_of(kind, functions)
    read, faults = [], []
    for texts in rows:
        values: dict[str, Any] = {}
        unread: list[str] = []
        number = int(texts["number"])
        for column in columns:
            if column.name not in texts:
                continue
            try:
                values[column.name] = column.value(texts[column.name])
            except UnfitError as fault:
                unread.append(column.name)
                faults.append(Fault(number, column.name, _unfit(column, texts[column.name], fault)))
        code = values.pop("code", "") or ""
        told = settled(kind, values)
        read.append(NounRow(kind, code, told, number, texts.get("seen"), unread))
    return read, faults


def _unfit(column: Column, text: str, fault: UnfitError) -> str:
    """Why a cell has no value: what was typed where it is one of a few, and what was expected."""
    expected = fault.expected if isinstance(fault.expected, str) else fault.expected()
    if text.strip() and column.kind in ("choice", "boolean"):
        return f"{fault.what}\u00a0: «\u00a0{shown(text)}\u00a0», attendu\u00a0: {expected}"
    return f"{fault.what}, attendu\u00a0: {expected}"


def settled(kind: str, values: Values) -> dict[str, Any]:
    """Values where what was left empty has a meaning: a row is a macro-process, and delegable."""
    told = dict(values)
    if "region_only" in told:
        told["region_only"] = bool(told["region_only"])
    if kind == PROCESS and "kind" in told:
        told["kind"] = told["kind"] or "macro_process"
    return told


def stamp(values: Values) -> str:
    """A short text that changes with what a noun says."""
    told = sorted((name, str(value)) for name, value in values.items())
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def version(held: Held, kinds: Iterable[str] = TITLES) -> int:
    """A number that changes with any noun of these kinds, and with their order."""
    told = [(kind, list(held[kind]), list(map(stamp, held[kind].values()))) for kind in kinds]
    return int(hashlib.sha256(repr(told).encode()).hexdigest()[:15], 16)


def proposed(name: str, taken: Iterable[str], longest: int) -> str:
    """A code out of a name, with a number where another noun has it."""
    words = re.findall(r"[a-z0-9]+", folded(name))
    kept = [word for word in words if word not in LITTLE] or words or ["ligne"]
    base, others = "-".join(kept)[: longest - 4].strip("-"), set(taken)
    rank, code = 1, base
    while code in others:
        rank += 1
        code = f"{base}-{rank}"
    return code


def completed(rows: Iterable[NounRow], held: Held) -> list[NounRow]:
    """The rows, each with its code, and a chamber with its short name."""
    rows = list(rows)
    taken = {kind: set(held[kind]) | {r.code for r in rows if r.kind == kind} for kind in TITLES}
    done = []
    for row in rows:
        values, name = dict(row.values), str(row.values.get("name") or "")
        if row.kind == ENTITY and "short_name" in values and not values["short_name"]:
            values["short_name"] = short_name(name)
        code = row.code
        if not code:
            named = str(values.get("short_name") or name) if row.kind == ENTITY else name
            code = proposed(named, taken[row.kind], CODE_LONGEST[row.kind])
            taken[row.kind].add(code)
        done.append(replace(row, code=code, values=values))
    return _with_parents(done, held)


def _with_parents(rows: list[NounRow], held: Held) -> list[NounRow]:
    """Rows whose parent, where it is named, is told by its code."""
    said = dict(held[PROCESS])
    said |= {row.code: row.values for row in rows if row.kind == PROCESS and "name" in row.values}
    codes = {
        (values.get("function"), same_name(str(values["name"]))): code
        for code, values in said.items()
        if values.get("kind") != "action"
    }
    done = []
    for row in rows:
        parent = row.values.get("parent", "")
        if parent and parent not in said:
            named = codes.get((row.values.get("function"), same_name(parent)), parent)
            row = replace(row, values={**row.values, "parent": named})  # noqa: PLW2901
        done.append(row)
    return done


def given(row: NounRow, held: Held) -> tuple[NounRow, tuple[str, ...]]:
    """What a row says of the noun held, and the names of what changed on both sides since its file
    was exported: what the file left alone stays as it is held."""
    current = held[row.kind].get(row.code)
    if row.mark is None or current is None:
        return row, ()
    found = merged(row.mark, row.values, current)
    return replace(row, values=found.values), found.clashes


def moving(rows: Sequence[NounRow]) -> list[NounRow]:
    """Those that their file does not leave as it saw them, and those it holds twice."""
    held = Counter((row.kind, row.code) for row in rows)
    return [row for row in rows if not is_left(row.mark) or held[row.kind, row.code] > 1]


def faults_of(rows: Sequence[NounRow], held: Held) -> list[Fault]:
    """Everything that does not hold in rows that have their codes, written over what is held."""
    faults = [fault for row in rows for fault in _row_faults(row, held)]
    faults += _twice(rows) + list(_orphans(rows, held))
    return faults + list(_homonyms(rows, held))


def _row_faults(row: NounRow, held: Held) -> Iterator[Fault]:
    current = held[row.kind].get(row.code)
    for name, value in row.values.items():
        if isinstance(value, str) and (fault := unprintable.fault(value, lines=True)):
            yield Fault(row.number, name, fault)
    nameless = "name" not in row.unread and not str(row.values.get("name", "")).strip()
    if current is None and nameless:
        yield Fault(row.number, "name", "un nom est attendu")
    if fault := code_fault(row.code):
        yield Fault(row.number, "code", fault)
    if row.kind == ENTITY and (fault := siren_fault(row.values.get("siren", ""))):
        yield Fault(row.number, "siren", fault)
    if row.kind == ENTITY and (fault := departement_fault(row.values.get("departement", ""))):
        yield Fault(row.number, "departement", fault)
    if row.seen == "" and current is not None:
        reason = f"code déjà pris dans ce réseau, par «\u00a0{current['name']}\u00a0»"
        yield Fault(row.number, "code", reason, moved=True)
    elif row.seen and current is None:
        yield Fault(row.number, "", f"«\u00a0{row.code}\u00a0» n’existe plus", moved=True)
    elif row.seen and current is not None and stamp(current) != row.seen:
        told = [f"«\u00a0{current[n]}\u00a0»" for n, v in row.values.items() if current[n] != v]
        now = f"\u00a0; à présent\u00a0: {', '.join(told)}" if told else ""
        yield Fault(row.number, "", f"une autre personne a modifié cette ligne{now}", moved=True)


def _orphans(rows: Sequence[NounRow], held: Held) -> Iterator[Fault]:
    """Actions under no macro-process of their function, and what is none with a parent."""
    after = {code: dict(said) for code, said in held[PROCESS].items()}
    for row in rows:
        if row.kind == PROCESS:
            after[row.code] = {**after.get(row.code, {}), **row.values}
    unsure = {
        told
        for row in rows
        if row.kind == PROCESS and row.unread
        for told in (row.code, folded(str(row.values.get("name", ""))))
    }
    for row in rows:
        if row.kind != PROCESS or not row.values or {*row.unread} & {"function", "kind", "parent"}:
            continue
        said = after[row.code]
        is_action, code = said.get("kind") == "action", said.get("parent", "")
        parent = after.get(code)
        if is_action and code and {code, folded(code)} & unsure:
            continue
        if not is_action and code:
            yield Fault(row.number, "parent", "seule une action se rattache à un macro-processus")
        elif is_action and (
            parent is None
            or parent.get("kind") == "action"
            or parent.get("function") != said.get("function")
        ):
            reason = "une action se rattache à un macro-processus de sa fonction, par son code"
            yield Fault(row.number, "parent", reason)


def _twice(rows: Sequence[NounRow]) -> list[Fault]:
    met: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        first = met.setdefault((row.kind, row.code), row.number)
        if first != row.number:
            found.append(Fault(row.number, "code", f"ce code est déjà à la ligne {first}"))
    return found


def _homonyms(rows: Sequence[NounRow], held: Held) -> Iterator[Fault]:
    """Names that read the same in the same place, once the rows are written.

    What keeps its name and place comes first: who takes it is told. A row of the same table is
    named by its number, for its code may be proposed and shown nowhere.
    """
    named = {(row.kind, row.code) for row in rows}
    after: list[tuple[bool, int, str, str, Values]] = [
        (False, 0, kind, code, said)
        for kind in TITLES
        for code, said in held[kind].items()
        if (kind, code) not in named
    ]
    for row in rows:
        if not {*row.unread} & {*PLACE}:
            told = {**held[row.kind].get(row.code, {}), **row.values}
            is_renamed = _renamed(row.kind, row.code, told, held)
            after.append((is_renamed, row.number, row.kind, row.code, told))
    places: dict[tuple[str, ...], tuple[int, str]] = {}
    for is_renamed, number, kind, code, said in sorted(after, key=lambda one: one[:2]):
        within = (said.get(name, "") or "" for name in PLACE[1:])
        place = (kind, *within, same_name(said.get("name", "")))
        line, other = places.setdefault(place, (number, code))
        if other != code and said.get("name") and is_renamed:
            bearer = f"de la ligne {line}" if line else f"de «\u00a0{other}\u00a0»"
            yield Fault(number, "name", f"c’est déjà le nom {bearer}, au même endroit")


def _renamed(kind: str, code: str, said: Values, held: Held) -> bool:
    """Whether a noun is new, or takes another name or place: what was there before is let be."""
    before = held[kind].get(code)
    return before is None or any(before.get(n) != said.get(n) for n in PLACE)
