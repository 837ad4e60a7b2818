"""A small sound ledger, written in every way a FEC may be."""

from __future__ import annotations

from pathlib import Path

from maillage.ledger.engine.fec import COLUMNS

NAME = "000012013FEC20251231.txt"
HEAD = list(COLUMNS)
AMOUNTS = ("Debit", "Credit", "Montantdevise")
ROWS = """\
AN|À nouveaux|1|20250101|213100|Bâtiments|||N1|20250101|À nouveau|1500,00|0,00|||20250131||
AN|À nouveaux|1|20250101|102100|Dotation|||N1|20250101|À nouveau|0,00|1500,00|||20250131||
AC|Achats|1|20250110|606400|Fournitures|||F17|20250108|Cœur de cible 12 €|100,00|0,00|||20250131||
AC|Achats|1|20250110|445660|TVA déductible|||F17|20250108|Cœur de cible|20,00|0,00|||20250131||
AC|Achats|1|20250110|401000|Fournisseurs|DUP|Dupont|F17|20250108|Cœur|0,00|120,00|A|20250220|20250131||
VE|Ventes|1|20250215|411000|Clients|MAR|Martin|V1|20250215|Formation|240,00|0,00|||20250228||
VE|Ventes|1|20250215|706000|Prestations|||V1|20250215|Formation|0,00|200,00|||20250228|210,55|USD
VE|Ventes|1|20250215|445710|TVA collectée|||V1|20250215|Formation|0,00|40,00|||20250228||
BQ|Banque|1|20250220|401000|Fournisseurs|DUP|Dupont|R1|20250220|Règlement|120,00|0,00|A|20250220|20250228||
BQ|Banque|1|20250220|512000|Banque|||R1|20250220|Règlement|0,00|120,00|||20250228||
AC|Achats|2|20250303|622600|Honoraires|||F18|20250301|Audit|1000,50|0,00|||20250331||
AC|Achats|2|20250303|401000|Fournisseurs|LEG|Legrand|F18|20250301|Audit|0,00|1000,50|||20250331||
"""


def table() -> list[list[str]]:
    """The heading and the lines, as cells."""
    return [list(HEAD), *(row.split("|") for row in ROWS.splitlines())]


def written(
    folder: Path,
    rows: list[list[str]],
    *,
    name: str = NAME,
    separator: str = "\t",
    newline: str = "\n",
    encoding: str = "utf-8",
) -> Path:
    """The cells as a file."""
    path = folder / name
    text = "".join(separator.join(row) + newline for row in rows)
    path.write_bytes(text.encode(encoding))
    return path


def signed(rows: list[list[str]], debit: str = "D", credit: str = "C") -> list[list[str]]:
    """The same amounts with a direction instead of two sides."""
    turned = [[*rows[0][:11], "Montant", "Sens", *rows[0][13:]]]
    for row in rows[1:]:
        on_debit = row[11] not in ("", "0,00")
        amount, way = (row[11], debit) if on_debit else (row[12], credit)
        turned.append([*row[:11], amount, way, *row[13:]])
    return turned


def as_xml(rows: list[list[str]]) -> str:
    """The same ledger in the official XML structure, one element per line of text."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<comptabilite><exercice>"]
    out.append("<DateCloture>2025-12-31</DateCloture>")
    journal = entry = None
    for row in rows[1:]:
        cells = dict(zip(HEAD, row, strict=True))
        if entry is not None and (row[0], row[2]) != entry:
            out.append("</ecriture>")
        if journal is not None and row[0] != journal:
            out.append("</journal>")
        if row[0] != journal:
            out.append(f"<journal><JournalCode>{row[0]}</JournalCode>")
            out.append(f"<JournalLib>{row[1]}</JournalLib>")
        if (row[0], row[2]) != entry:
            out.append(f"<ecriture><EcritureNum>{row[2]}</EcritureNum>")
            for name in ("EcritureDate", "EcritureLib", "PieceRef", "PieceDate", "ValidDate"):
                value = cells[name]
                if name.endswith("Date"):
                    value = f"{value[:4]}-{value[4:6]}-{value[6:]}"
                out.append(f"<{name}>{value}</{name}>")
        journal, entry = row[0], (row[0], row[2])
        names = ("CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "Debit", "Credit",
                 "EcritureLet", "DateLet", "Montantdevise", "Idevise")  # fmt: skip
        held = {n: cells[n].replace(",", ".") if n in AMOUNTS else cells[n]
                for n in names if cells[n]}  # fmt: skip
        out.append("<ligne>" + "".join(f"<{n}>{v}</{n}>" for n, v in held.items()) + "</ligne>")
    out.append("</ecriture></journal></exercice></comptabilite>")
    return "\n".join(out)
