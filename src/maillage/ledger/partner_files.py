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
from maillage.sheets.marks import Seen, mark_of
from maillage.sheets.writing import Table, marked

SHEET = "Partenaires"
ROWS = 5_000
NOBODY = "aucune"
"""In the column of chambers, what stands for none whatever it seems."""


KEYS = ("holder", "kind", "written")


def layout_of(chambers: Mapping[str, str], about: str = "") -> Layout:
    """The columns of the file. `chambers`: names by code; codes are read in any case. `about`: what
    its rows may say they saw."""
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
        keys=KEYS,
        about=about,
    )  # fmt: skip


def partners_table(rows: Iterable[Attached], about: str = "") -> Table:
    """What is attached, as a table that reads back; each row says what it saw of `about`."""
    rows = list(rows)
    cells = [(r.holder, KINDS[r.kind], r.written, r.chamber or NOBODY) for r in rows]
    table = Table(SHEET, layout_of({}).columns, cells, bare=True)
    if not about:
        return table
    names = (*KEYS, "chamber")
    told = ((r.holder, r.kind, r.written, r.chamber or NOBODY) for r in rows)
    return marked(table, (mark_of(dict(zip(names, one, strict=True)), about) for one in told))


def read_partners(
    data: bytes, filename: str, chambers: Mapping[str, str], *, empty: bool = False
) -> list[Attached]:
    """What an XLSX, ODS or CSV file attaches, whatever it saw; see `read_seen_partners`."""
    return [told for told, _ in read_seen_partners(data, filename, chambers, empty=empty)]


def read_seen_partners(
    data: bytes,
    filename: str,
    chambers: Mapping[str, str],
    about: str = "",
    *,
    empty: bool = False,
) -> list[tuple[Attached, Seen | None]]:
    """What an XLSX, ODS or CSV file attaches, each with what it saw of it. Raises Unreadable with
    every fault of every cell.

    `chambers`: those that may be named, names by code. `empty`: whether there may be no row.
    """
    reading = read(data, filename, layout_of(chambers, about))
    if reading.columns and not reading.rows and not empty:
        reading.findings.add("rien à rattacher", "un rattachement par ligne, sous l’en-tête")
    found: dict[tuple[str, str, str], tuple[int, Attached, Seen | None]] = {}
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
            found[told.key] = row.number, told, row.seen
    reading.raise_any()
    return [(told, seen) for _, told, seen in found.values()]
