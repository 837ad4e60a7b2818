"""Chambers, rules, adjustments and partners given to the command as files: its own columns, or
what the pages export.

Titles are read in any case, with or without accents. Refuses to know where a fault is told: it
raises ValueError with what is wrong, in French.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from maillage.kernel.money import NBSP, exact_euros
from maillage.kernel.words import same_name
from maillage.ledger.adjustment_files import read_adjustments
from maillage.ledger.engine.adjustments import Entry, entry_fault
from maillage.ledger.engine.chart import AccountsFinding, Chart
from maillage.ledger.engine.cube import CubeRow
from maillage.ledger.engine.mapping import Mapping as Rules
from maillage.ledger.engine.mapping import Rule, check
from maillage.ledger.engine.partners import Attached, fold
from maillage.ledger.mapping_files import read_rules
from maillage.ledger.partner_files import read_partners
from maillage.network.rules import siren_fault
from maillage.sheets.findings import Unreadable
from maillage.sheets.words import folded
from maillage.sheets.workbook_parts import is_workbook

WORDS = {"oui": True, "o": True, "1": True, "non": False, "n": False, "0": False, "": False}
FORMER = "anciens noms"
EXPORTED = "compte local"
"""A title that the rules exported by the pages have, and those of the command do not."""


@dataclass(frozen=True, slots=True)
class Chamber:
    """A chamber of the perimeter: its files bear one of `sirens`, books name it by `numbers`, and
    by its `former` names."""

    code: str
    name: str
    sirens: tuple[str, ...]
    numbers: tuple[str, ...]
    former: tuple[str, ...] = ()


def read_chambers(path: Path) -> list[Chamber]:
    """The chambers of a CSV file: siren;code;nom;auxiliaires, and anciens noms where it is there.

    A chamber has several SIREN in one cell or on several rows of the same code and name; its code
    and SIREN name it whether its auxiliaries say so or not. Former names are parted by |; what a
    chamber is called today is no other's former name.
    """
    rows = _rows(path, ("siren", "code", "nom", "auxiliaires"))
    wrong = [row["siren"] for row in rows if not _sirens(row["siren"])]
    if wrong:
        told = ", ".join(f"« {siren} »" for siren in wrong)
        raise ValueError(f"SIREN attendu, {told} donné.")
    _refuse_twice("siren", (siren for row in rows for siren in _sirens(row["siren"])))
    by_code: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_code.setdefault(fold(row["code"]), []).append(row)
    clashing = [row["code"] for same in by_code.values() for row in same
                if row["nom"] != same[0]["nom"]]  # fmt: skip
    _refuse_twice("code", clashing * 2)
    today = {same_name(row["nom"]) for row in rows}
    found = [_chamber(same, today) for same in by_code.values()]
    _refuse_twice("auxiliaires", (number for chamber in found for number in chamber.numbers))
    return found


def _sirens(text: str) -> list[str]:
    """The SIREN of a cell; none where one of them cannot be."""
    words = text.split()
    return [] if any(siren_fault(word) for word in words) else words


def _chamber(rows: Sequence[dict[str, str]], today: Collection[str]) -> Chamber:
    sirens = tuple(siren for row in rows for siren in _sirens(row["siren"]))
    given = [word for row in rows for word in row["auxiliaires"].split()]
    numbers = dict.fromkeys(fold(word) for word in (rows[0]["code"], *sirens, *given))
    told = (name.strip() for row in rows for name in row.get(FORMER, "").split("|"))
    former = dict.fromkeys(name for name in told if name and same_name(name) not in today)
    return Chamber(rows[0]["code"], rows[0]["nom"], sirens, tuple(numbers), tuple(former))


def _refuse_twice(column: str, words: Iterable[str]) -> None:
    twice = [word for word, times in Counter(words).items() if times > 1]
    if twice:
        raise ValueError(f"{column} donné deux fois : {', '.join(twice)}.")


def read_rule_file(path: Path, chart: Chart) -> list[Rule]:
    """Rules from the command's own CSV (prefixe;compte;chambre;exact) or from a page's export."""
    data = path.read_bytes()
    if is_workbook(data, path.name) or EXPORTED in folded(
        data[:400].decode("utf-8-sig", "replace")
    ):
        try:
            values = read_rules(data, path.name, lambda _: ())
        except Unreadable as refused:
            raise ValueError("\n  - ".join(["", *map(str, refused.findings)])) from refused
        rules = [Rule(v.prefix, v.target, v.entity, exception=v.exact) for v in values]
        faults: list[str] = []
    else:
        rules, faults = _own_rules(path)
    faults += [str(f) for f in check(Rules(tuple(rules)), chart) if f.severity == "error"]
    if faults:
        raise ValueError("\n  - ".join(["", *faults]))
    return rules


def read_adjustment_file(path: Path, codes: Collection[str], chart: Chart) -> list[Entry]:
    """Entries of consolidation from a page's export, empty where there is none.

    `codes`: the chambers they may name.
    """

    def faults(entries: Sequence[Entry]) -> Iterator[tuple[int, str]]:
        for place, entry in enumerate(entries):
            if why := entry_fault(entry, codes, chart):
                yield place, why

    try:
        return read_adjustments(path.read_bytes(), path.name, faults, empty=True)
    except Unreadable as refused:
        raise ValueError("\n  - ".join(["", *map(str, refused.findings)])) from refused


def read_partner_file(path: Path, chambers: Mapping[str, str]) -> list[Attached]:
    """What stands for chambers, from a page's export. `chambers`: names by code.

    Where nothing is attached the export has no row: it is read as it is.
    """
    try:
        return read_partners(path.read_bytes(), path.name, chambers, empty=True)
    except Unreadable as refused:
        raise ValueError("\n  - ".join(["", *map(str, refused.findings)])) from refused


def _own_rules(path: Path) -> tuple[list[Rule], list[str]]:
    rules, faults = [], []
    for number, row in enumerate(_rows(path, ("prefixe", "compte")), 2):
        exact = row.get("exact", "").lower()
        if exact not in WORDS:
            faults.append(f"ligne {number} : exact « {exact} », oui ou non attendu")
        exception = WORDS.get(exact, False)
        rules.append(
            Rule(row["prefixe"], row["compte"], row.get("chambre", ""), exception=exception)
        )
    return rules, faults


def lost_by_rules(
    given: Iterable[Rule], usual: Iterable[Rule], cubes: Mapping[str, Sequence[CubeRow]]
) -> list[AccountsFinding]:
    """What the rules given send nowhere and the usual ones would have sent somewhere: an error,
    mapping.replaced, with its lines and amounts, where there is any."""
    rules, others = Rules(tuple(given)), Rules(tuple(usual))
    lost: dict[tuple[str, str], list[int]] = {}
    for entity, cube in cubes.items():
        for row in cube:
            cell = lost.setdefault((entity, row.account), [0, 0, 0])
            for place, amount in enumerate((row.lines, row.debit, row.credit)):
                cell[place] += amount
    moved = {
        key: cell
        for key, cell in lost.items()
        if (cell[1] or cell[2]) and not rules.resolve(*key) and others.resolve(*key)
    }
    if not moved:
        return []
    lines, debit, credit = (sum(cell[place] for cell in moved.values()) for place in range(3))
    largest = sorted(moved, key=lambda key: -moved[key][1] - moved[key][2])
    names = ", ".join(f"{account} ({entity})" for entity, account in largest[:NAMED])
    more = f" et {len(moved) - NAMED} autres" if len(moved) > NAMED else ""
    what = (
        "les règles données remplacent le rapprochement par le numéro, et n’envoient nulle part "
        f"{lines} lignes qu’il aurait placées{NBSP}: débit {exact_euros(debit)}, crédit "
        f"{exact_euros(credit)}, comptes {names}{more}"
    )
    expected = "une règle pour chacun"
    return [AccountsFinding("mapping.replaced", "error", "Règles", what, expected)]


NAMED = 10
"""Accounts told one by one, the largest first."""


def in_case_of(rules: Iterable[Rule], codes: Iterable[str]) -> list[Rule]:
    """The rules, each chamber written as the perimeter writes it."""
    known = {fold(code): code for code in codes}
    return [
        Rule(r.prefix, r.target, known.get(fold(r.entity), r.entity), exception=r.exception)
        for r in rules
    ]


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a small CSV file, by titles as written above. Comments begin with #."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader((line for line in file if not line.startswith("#")), delimiter=";")
        heads = [folded(title) for title in next(reader, [])]
        if lost := sorted(set(columns) - set(heads)):
            raise ValueError(f"colonnes absentes : {', '.join(lost)}.")
        return [
            {head: cell.strip() for head, cell in zip(heads, row, strict=False)}
            | dict.fromkeys(heads[len(row) :], "")
            for row in reader
            if any(cell.strip() for cell in row)
        ]
