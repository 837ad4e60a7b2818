"""What stands for chambers in a spreadsheet: out, and back in with every fault located.

Refuses to know what is attached already. An empty book is the books of all chambers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from maillage.ledger.engine.partners import KINDS, LABEL_KIND, Attached, fold
from maillage.ledger.rules import NO_WORDS, OWN_PARTNER, written_fault
from maillage.sheets.cells import words_of
from maillage.sheets.column_reader import Layout, read
from maillage.sheets.columns import Column
from maillage.sheets.writing import Table

SHEET = "Partenaires"
ROWS = 5_000
NOBODY = "aucune"
"""In the column of chambers, what stands for none whatever it seems."""


def layout_of(chambers: Mapping[str, str]) -> Layout:
    """The columns of the file. `chambers`: names by code; codes are read in any case."""
    known = {fold(code): code for code in (NOBODY, *chambers)} | {code: code for code in chambers}

    def code(title: str, name: str, *, filled: bool) -> Column:
        plain = Column(
            title, "code", 16, name=name, filled=filled,
            among={**chambers, NOBODY: NOBODY} if filled else chambers,
            unknown="chambre inconnue", missing="chambre manquante", expected="un code de chambre",
        )  # fmt: skip

        def take(cell: object) -> str:
            text = words_of(cell).strip()
            found: str = plain.value(known.get(text) or known.get(fold(text), text))
            return found

        return replace(plain, take=take)

    return Layout(
        SHEET,
        (
            code("Livre", "holder", filled=False),
            Column("Nature", "choice", 20, name="kind", filled=True, among=KINDS,
                   unknown="nature inconnue", missing="nature manquante"),
            # As it is written: two blanks are two blanks in a label.
            Column("Écrit", width=30, name="written", take=words_of),
            code("Désigne", "chamber", filled=True),
        ),
        ROWS,
    )  # fmt: skip


def partners_table(rows: Iterable[Attached]) -> Table:
    """What is attached, as a table that reads back."""
    cells = ((r.holder, KINDS[r.kind], r.written, r.chamber or NOBODY) for r in rows)
    return Table(SHEET, layout_of({}).columns, cells, bare=True)


def read_partners(
    data: bytes, filename: str, chambers: Mapping[str, str], *, empty: bool = False
) -> list[Attached]:
    """What an XLSX, ODS or CSV file attaches. Raises Unreadable with every fault of every cell.

    `chambers`: those that may be named, names by code. `empty`: whether there may be no row.
    """
    reading = read(data, filename, layout_of(chambers))
    if reading.columns and not reading.rows and not empty:
        reading.findings.add("rien à rattacher", "un rattachement par ligne, sous l’en-tête")
    found: dict[tuple[str, str, str], tuple[int, Attached]] = {}
    for row in reading:
        chamber = "" if row["chamber"] == NOBODY else row["chamber"]
        told = Attached(row["holder"], row["kind"], row["written"].strip(" "), chamber)
        if fault := written_fault(told.kind, told.written):
            reading.fault(row, fault, name="written", value=told.written)
        elif told.kind == LABEL_KIND and not chamber:
            reading.fault(row, NO_WORDS, name="chamber", value=NOBODY)
        elif told.holder and told.holder == told.chamber:
            reading.fault(row, OWN_PARTNER, name="chamber", value=told.chamber)
        elif told.key in found:
            above = f"une seule fois, déjà à la ligne {found[told.key][0]}"
            reading.fault(row, "donné deux fois", above, name="written", value=told.written)
        else:
            found[told.key] = row.number, told
    reading.raise_any()
    return [told for _, told in found.values()]
