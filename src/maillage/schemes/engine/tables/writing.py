"""Writing cells as a workbook or as CSV. Text is never written as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter

from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    EditionDocument,
    PlacementDoc,
)
from maillage.schemes.engine.tables.columns import COLUMNS, HEADINGS, PLACEMENTS, rows_of

FILLS = {"A": "#d3ecff", "C": "#ede79d", "H": "#80c3b1", "M": "#d59a59", "I": "#bca1e2"}
INK = "#161b26"
MODE_COLUMN = HEADINGS.index("Mode")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)


def french_date(day: dt.date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def write_workbook(
    document: EditionDocument,
    placements: Iterable[PlacementDoc],
    *,
    filters: Sequence[str],
    status: str,
    seal: str,
    today: dt.date,
) -> bytes:
    """The workbook: cells, how to read them and bring them back, lists of codes."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": document.title, "subject": document.scheme_title})
    sheet, reading, lists = (book.add_worksheet(n) for n in (PLACEMENTS, "Lisez-moi", "Listes"))
    cells = list(placements)
    _fill(book, sheet, document, cells)
    _read_me(book, reading, document, len(cells), (status, seal, filters, today))
    _lists(book, lists, document)
    _validate(sheet, document, max(len(cells), 1))
    book.close()
    return buffer.getvalue()


def _fill(book: Any, sheet: Any, document: EditionDocument, cells: list[PlacementDoc]) -> None:
    head = book.add_format(
        {"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#eef1f5"}
    )
    body = book.add_format({"valign": "top", "text_wrap": True})
    center = {"align": "center", "valign": "top", "bold": True, "font_color": INK}
    modes = {m: book.add_format({**center, "bg_color": fill}) for m, fill in FILLS.items()}
    other = book.add_format(center)
    for rank, column in enumerate(COLUMNS):
        sheet.set_column(rank, rank, column.width)
        sheet.write_string(0, rank, column.heading, head)
    row_of = rows_of(document)
    for line, placement in enumerate(cells, 1):
        for rank, value in enumerate(row_of(placement)):
            style = body
            if rank == MODE_COLUMN:
                style = modes.get(value, other)
            if value:
                sheet.write_string(line, rank, value, style)
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(len(cells), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _read_me(
    book: Any,
    sheet: Any,
    document: EditionDocument,
    count: int,
    context: tuple[str, str, Sequence[str], dt.date],
) -> None:
    status, seal, filters, today = context
    bold, wrap = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, document.title, title)
    modes = ", ".join(f"{m} {label}" for m, label in MODE_LABELS.items())
    facts = [
        ("Réseau", document.network_name + (" (fictif)" if document.fictional else "")),
        ("Schéma", document.scheme_title),
        ("Édition", f"{document.number}, {status.lower()}"),
        ("Sceau (SHA-256)", seal or "aucun : édition non adoptée"),
        ("Filtres", " ; ".join(filters) or "aucun : toutes les cellules"),
        ("Cellules", str(count)),
        ("Date de l'export", french_date(today)),
        ("Modes (non hiérarchiques)", modes),
        (
            "Pour réimporter",
            "Modifier la feuille Placements sans changer ses en-têtes, puis « Importer un "
            "tableur » dans le brouillon. Une entité vide désigne tout le réseau. Les cellules "
            "absentes du fichier sont gardées. Rien n'est écrit avant l'accord donné.",
        ),
    ]
    for line, (name, value) in enumerate(facts, 2):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, value, wrap)


def _lists(book: Any, sheet: Any, document: EditionDocument) -> None:
    head = book.add_format({"bold": True, "bottom": 1})
    columns: list[tuple[str, list[str]]] = [
        ("Processus (code)", [p.code for p in document.processes]),
        ("Macro-processus", [p.name for p in document.processes]),
        ("Jalon", [m.code for m in document.milestones]),
        ("Entité (code)", [e.code for e in document.entities]),
        ("Entité", [e.name for e in document.entities]),
        ("Mode", list(MODE_LABELS)),
        ("Mode (mot)", list(MODE_LABELS.values())),
        ("Option d'intégration", list(INTEGRATION_LABELS.values())),
    ]
    for rank, (heading, values) in enumerate(columns):
        sheet.set_column(rank, rank, 28)
        sheet.write_string(0, rank, heading, head)
        sheet.write_column(1, rank, values)


def _validate(sheet: Any, document: EditionDocument, lines: int) -> None:
    """Drop-down lists: a warning, not a wall, so that a paste is not lost."""
    last = lines + 2000

    def choice(heading: str, column: str, count: int) -> None:
        rank = HEADINGS.index(heading)
        source = f"=Listes!${column}$2:${column}${count + 1}"
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        sheet.data_validation(1, rank, last, rank, rule)

    choice("Processus (code)", "A", len(document.processes))
    choice("Jalon", "C", len(document.milestones))
    for heading in ("Entité (code)", "Pilote"):
        choice(heading, "D", len(document.entities))
    choice("Mode", "F", len(MODE_LABELS))
    choice("Option d'intégration", "H", len(INTEGRATION_LABELS))


def template(document: EditionDocument, today: dt.date) -> bytes:
    """Every process at every milestone, for the whole network, with what is known."""
    known = {p.key: p for p in document.placements}
    cells: Iterator[PlacementDoc] = (
        known.get((p.code, m.code, ""), PlacementDoc(p.code, m.code))
        for p in document.processes
        for m in document.milestones
    )
    return write_workbook(
        document, cells, filters=(), status="Modèle de saisie", seal="", today=today
    )


def neutral(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula; `reading` takes the mark off."""
    return f"'{text}" if text.startswith(DANGEROUS) and len(text) > 1 else text


def write_csv(document: EditionDocument, placements: Iterable[PlacementDoc]) -> bytes:
    """UTF-8 with its mark, semicolons, CRLF: what Excel in French opens as it is."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    row_of = rows_of(document)
    writer.writerows([neutral(value) for value in row_of(p)] for p in placements)
    return buffer.getvalue().encode("utf-8-sig")
