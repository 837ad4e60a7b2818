"""From placements to a workbook or a CSV that opens well in a spreadsheet and reads back the same.

Knows layout, colours, lists and the notice of the workbook. A text is always written as a text:
nothing that comes from the data can become a formula. Refuses to choose the rows.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import xlsxwriter

from maillage.kernel import unprintable
from maillage.kernel.period import french_date
from maillage.schemes.engine.change import moved
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_DEFINITIONS,
    MODE_LABELS,
    NOT_APPLICABLE,
    UNKNOWN,
    EditionDocument,
    PlacementDoc,
    by_date,
)
from maillage.schemes.engine.mode_details import MEMBERS, Details, word
from maillage.schemes.engine.observed import NONE
from maillage.schemes.engine.placement_files.columns import (
    COLUMNS,
    MODES,
    OBSERVED,
    SHEET,
    about,
    mode_text,
    provenance_text,
    told_of,
)
from maillage.schemes.engine.resolution import resolve
from maillage.sheets import marks
from maillage.sheets.columns import Column
from maillage.sheets.formulas import guarded

INK = "#161b26"
FILLS = {"A": "#d3ecff", "C": "#ede79d", "H": "#80c3b1", "M": "#d59a59", "I": "#bca1e2"}
NOTICE = "Lisez-moi"
LISTS = "Listes"
Observed = Mapping[tuple[str, str, str], str]
"""What is observed of cells, in words, by their keys: a column of its own."""
SPARE_ROWS = 500
"""Rows below the last one where lists and colours still work, for rows added by hand."""

_AT = {column.name: index for index, column in enumerate(COLUMNS)}
_CENTRED = {"milestone", "mode", "complementary", "source_page"}


def write_workbook(
    document: EditionDocument,
    placements: Iterable[PlacementDoc],
    *,
    filters: Sequence[str],
    status: str,
    seal: str,
    today: dt.date,
    observed: Observed | None = None,
) -> bytes:
    """The placements as an XLSX, with what was filtered, the legend and how to bring it back."""
    rows = list(_rows(document, placements, observed=observed))
    notice = (filters, status, seal, today, len(rows))
    return _workbook(document, rows, notice, _columns(observed))


def template(document: EditionDocument, today: dt.date) -> bytes:
    """Every process and milestone, one row each for the network, filled with what is known."""
    known = {placement.key: placement for placement in document.placements}
    keys = ((p.code, m.code, "") for p, m in product(document.processes, document.milestones))
    placements = [known.get(key) or PlacementDoc(*key) for key in keys]
    rows = list(_rows(document, placements, blank_unknown=True))
    filters = ("Modèle\u00a0: toutes les cellules du réseau, remplies de ce qui est connu",)
    notice = (filters, "Modèle à remplir", "", today, len(rows))
    return _workbook(document, rows, notice, _columns(None))


def write_csv(
    document: EditionDocument,
    placements: Iterable[PlacementDoc],
    observed: Observed | None = None,
) -> bytes:
    """UTF-8 with a mark, semicolons, CRLF: what a French spreadsheet opens without a question."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in _columns(observed)])
    for row in _rows(document, placements, observed=observed):
        writer.writerow([guarded(value) for value in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _columns(observed: Observed | None) -> list[Column]:
    return [*COLUMNS, *([] if observed is None else [OBSERVED]), marks.COLUMN]


def _rows(
    document: EditionDocument,
    placements: Iterable[PlacementDoc],
    *,
    blank_unknown: bool = False,
    observed: Observed | None = None,
) -> Iterable[list[str]]:
    functions = {function.code: function.name for function in document.functions}
    processes = {process.code: process for process in document.processes}
    entities = {entity.code: entity.short_name or entity.name for entity in document.entities}
    told, whose = _Moves(document), about(document)
    for cell in placements:
        process = processes[cell.process]
        blank = blank_unknown and cell.mode == UNKNOWN
        yield [
            functions.get(process.function, process.function),
            process.group,
            cell.process,
            process.title,
            cell.milestone,
            cell.entity,
            entities[cell.entity] if cell.entity else "Réseau",
            "" if blank else mode_text(cell.mode),
            ", ".join(cell.complementary),
            cell.lead,
            ", ".join(cell.served),
            INTEGRATION_LABELS.get(cell.integration, ""),
            *map(unprintable.unix, (cell.rationale, *_source(cell))),
            provenance_text(cell.provenance),
            unprintable.unix(cell.source_quote),
            *_details(cell.details),
            "",
            told.since(cell),
            *([] if observed is None else [observed.get(cell.key, NONE)]),
            marks.mark_of(told_of(cell), whose),
        ]


def _source(cell: PlacementDoc) -> tuple[str, str, str]:
    return cell.source_document, cell.source_page, cell.source_basis


def _details(details: Details) -> list[str]:
    """What is said of the cell's modes, a member to a column."""
    if not details:
        return [""] * len(MEMBERS)
    said = details.record()
    return [unprintable.unix(_detail_text(n, said[n])) if n in said else "" for n in MEMBERS]


def _detail_text(name: str, value: Any) -> str:
    """In words, but for dates: they are written as they are read back."""
    return str(value) if MEMBERS[name].dated else word(name, value)


class _Moves:
    """What moved in a cell since the milestone before, in the words of the cartography."""

    def __init__(self, document: EditionDocument) -> None:
        dated = by_date(document.milestones)
        self.former = {m.code: before.code for before, m in pairwise(dated)}
        self.cells = {cell.key: cell for cell in document.placements}
        self.names = Names.of(document)

    def since(self, cell: PlacementDoc) -> str:
        former = self.former.get(cell.milestone)
        if former is None:
            return ""
        network = self.cells.get((cell.process, former, ""))
        own = self.cells.get((cell.process, former, cell.entity)) if cell.entity else None
        return " ; ".join(map(str, self.names.tell(moved(resolve(network, own), cell))))


def _workbook(
    document: EditionDocument,
    rows: list[list[str]],
    said: tuple[Any, ...],
    columns: Sequence[Column],
) -> bytes:
    today = said[3]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": f"{document.scheme_title}, {document.title}",
            "created": dt.datetime(today.year, today.month, today.day, tzinfo=dt.UTC),
        }
    )
    sheet = book.add_worksheet(SHEET)
    notice = book.add_worksheet(NOTICE)
    spans = _lists(book, document)
    _placements(book, sheet, rows, columns)
    _choices(book, sheet, spans, len(rows) + SPARE_ROWS)
    _notice(book, notice, document, said)
    book.close()
    return target.getvalue()


def _placements(book: Any, sheet: Any, rows: list[list[str]], columns: Sequence[Column]) -> None:
    base = {"valign": "top", "text_wrap": True, "font_color": INK}
    head = book.add_format(base | {"bold": True, "bottom": 2, "bg_color": "#e9ecf1"})
    plain = book.add_format(base)
    centred = book.add_format(base | {"align": "center", "text_wrap": False})
    helping = book.add_format(base | {"font_color": "#4a5263"})
    formats = []
    for index, column in enumerate(columns):
        chosen = centred if column.name in _CENTRED else plain
        chosen = chosen if column.name else helping
        formats.append(chosen)
        hidden = {"hidden": column is marks.COLUMN}
        sheet.set_column(index, index, column.width, chosen, hidden)
        sheet.write_string(0, index, column.title, head)
    for number, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if value:
                sheet.write_string(number, index, value, formats[index])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P sur &N")


def _lists(book: Any, document: EditionDocument) -> dict[str, str]:
    """The sheet of codes; gives, for each column with a list, the range of its choices."""
    sheet = book.add_worksheet(LISTS)
    bold = book.add_format({"bold": True, "bottom": 1, "font_color": INK})
    modes = [(mode_text(mode), label) for mode, label in MODE_LABELS.items()]
    kept = [
        ("mode", "Mode", modes),
        ("integration", "Option d'intégration", [(o, "") for o in INTEGRATION_LABELS.values()]),
        ("process", "Processus (code)", [(p.code, p.title) for p in document.processes]),
        ("milestone", "Jalon", [(m.code, m.label) for m in document.milestones]),
        ("entity", "Entité (code)", [(e.code, e.name) for e in document.entities]),
    ]
    spans = {}
    for place, (name, title, pairs) in enumerate(kept):
        left = place * 2
        sheet.set_column(left, left, 24)
        sheet.set_column(left + 1, left + 1, 40)
        sheet.write_string(0, left, title, bold)
        sheet.write_string(0, left + 1, "Libellé", bold)
        for number, (code, label) in enumerate(pairs, 1):
            sheet.write_string(number, left, code)
            sheet.write_string(number, left + 1, label)
        letter = chr(ord("A") + left)
        if pairs:
            spans[name] = f"={LISTS}!${letter}$2:${letter}${len(pairs) + 1}"
    sheet.freeze_panes(1, 0)
    if "entity" in spans:
        spans["lead"] = spans["entity"]
    return spans


def _choices(book: Any, sheet: Any, spans: dict[str, str], last: int) -> None:
    for name, span in spans.items():
        sheet.data_validation(
            1,
            _AT[name],
            last,
            _AT[name],
            {
                "validate": "list",
                "source": span,
                "ignore_blank": True,
                "error_title": "Valeur inconnue",
                "error_message": "Choisir une valeur de la liste (feuille Listes).",
                # A mode may also be typed as a word or in lower case: warn, do not forbid.
                "error_type": "warning" if name in ("mode", "integration") else "stop",
            },
        )
    column = _AT["mode"]
    for letter, fill in FILLS.items():
        painted = book.add_format({"bg_color": fill, "font_color": INK})
        sheet.conditional_format(
            1, column, last, column,
            {"type": "cell", "criteria": "==", "value": f'"{letter}"', "format": painted},
        )  # fmt: skip


def _notice(book: Any, sheet: Any, document: EditionDocument, said: tuple[Any, ...]) -> None:
    filters, status, seal, today, count = said
    base = {"text_wrap": True, "valign": "top", "font_color": INK}
    plain, bold = book.add_format(base), book.add_format(base | {"bold": True})
    title = book.add_format(base | {"bold": True, "font_size": 16, "text_wrap": False})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, document.scheme_title, title)
    lines: list[tuple[str, str]] = [
        ("Réseau", document.network_name + (" (réseau fictif)" if document.fictional else "")),
        ("Années", f"{document.start_year}-{document.end_year}"),
        ("Édition", f"n°\u00a0{document.number}, {document.title}"),
        ("Statut", status),
        ("Sceau (SHA-256)", seal or "aucun\u00a0: l’édition n’est pas adoptée"),
        ("Exporté le", french_date(today)),
        ("Lignes", str(count)),
        *[("Filtre", text) for text in filters or ("aucun",)],
        ("", ""),
        ("Légende", "Cinq modes, non hiérarchiques\u00a0: aucun ne vaut mieux qu’un autre."),
    ]
    row = 2
    for label, text in lines:
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, plain)
        row += 1
    for mode in MODES:
        painted = book.add_format(base | {"bold": True, "bg_color": FILLS[mode]})
        sheet.write_string(row, 0, f"{mode}\u00a0: {MODE_LABELS[mode]}", painted)
        sheet.write_string(row, 1, MODE_DEFINITIONS[mode], plain)
        row += 1
    for label, text in (*_ABSENT, ("", ""), *_HOW_TO):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, plain)
        row += 1
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


_ABSENT = (
    (MODE_LABELS[UNKNOWN], "La source ne le dit pas. Une cellule vide veut dire la même chose."),
    (MODE_LABELS[NOT_APPLICABLE], "La cellule n’a pas de sens pour cette chambre ou cette date."),
)
_HOW_TO = (
    ("Réimporter ce fichier", "Modifier la feuille Placements, l’enregistrer en .xlsx, puis "
     "l’importer dans l’édition. Les changements sont montrés avant d’être appliqués."),
    ("Une ligne", "Une ligne dit la valeur d’un processus, à un jalon, pour une entité. Entité "
     "vide\u00a0: valeur de tout le réseau."),
    ("Colonnes d’aide", "Fonction, Périmètre, Macro-processus, Entité et Changement aident à lire "
     "et sont ignorées à l’import. Provenance, Citation et ce que le mode recouvre peuvent être "
     "ôtées. Toutes les autres colonnes sont nécessaires."),
    ("Si le mode change", "garder\u00a0: ce que la ligne laisse tel quel de l’ancien mode (modes "
     "complémentaires, qui l’assure, option, justification, ce que le mode recouvre, source) vaut "
     "pour le nouveau\u00a0; effacer\u00a0: il est ôté. Sans réponse, il reste, signalé à "
     "vérifier. De même de la source d’une ligne qui dit plus qu’avant (qui l’assure, pour qui, "
     "option)\u00a0: sans réponse, sa provenance n’est plus précisée."),
    ("Provenance", "énoncé\u00a0: la source le dit\u00a0; déduit\u00a0: tiré d’elle\u00a0"
     "; reporté\u00a0: c’est ce qu’un jalon antérieur énonce. Vide\u00a0: non précisé."),
    ("Ce que le mode recouvre", "Chaque colonne dit, entre parenthèses, les modes auxquels elle "
     "va. Une colonne ôtée laisse ces précisions comme elles sont."),
    ("Vu à l’export", "Cette colonne masquée dit ce que valait la ligne à l’export : à la laisser "
     "telle quelle. Une ligne que rien n’y change n’est pas touchée, même si quelqu’un l’a changée "
     "depuis ; ce qui a changé des deux côtés est à choisir, champ par champ."),
    ("Une ligne ôtée", "Une ligne absente laisse la cellule comme elle est. Pour vider une "
     "cellule, garder la ligne et effacer ses valeurs."),
    ("À éviter", "Formules et cellules fusionnées\u00a0: le fichier serait refusé."),
)  # fmt: skip
