"""From the rows of a table to placements, or to the list of everything wrong in it.

Knows the document the table must fit: its processes, milestones and entities. Refuses to guess:
an unknown code is a finding with the nearest known one, never a correction made silently.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any

from maillage.kernel import unseen
from maillage.schemes.engine.document import (
    FIELDS,
    UNKNOWN,
    EditionDocument,
    PlacementDoc,
)
from maillage.schemes.engine.tables import columns as col
from maillage.schemes.engine.tables.columns import COLUMNS, MAX_ROWS, READ, SHEET, Column
from maillage.sheets.archive import is_workbook, rows_text, unreadable
from maillage.sheets.findings import Findings, Unreadable, shown
from maillage.sheets.sources import csv_rows, workbook_rows
from maillage.sheets.words import folded, nearest

MAX_BYTES = 20_000_000
_content: Callable[[PlacementDoc], tuple[Any, ...]] = attrgetter(*FIELDS)
_TITLE = {column.name: column.title for column in COLUMNS}


def read_table(
    data: bytes, filename: str, document: EditionDocument, max_bytes: int = MAX_BYTES
) -> tuple[PlacementDoc, ...]:
    """Placements of an XLSX or CSV file, in its order. Raises Unreadable with every finding.

    An empty row of the template is left out where the edition has no such cell: both mean
    "non renseigné". Where the edition has one, the empty row empties it.
    """
    name = shown(filename) or "fichier"
    if len(data) > max_bytes:
        raise unreadable(name, "le fichier est trop lourd", f"{_size(max_bytes)} au plus",
                     _size(len(data)))  # fmt: skip
    if not data:
        raise unreadable(name, "le fichier est vide")
    if is_workbook(data, name):
        findings, rows = workbook_rows(data, name, SHEET, MAX_ROWS, len(COLUMNS))
    else:
        findings, rows = csv_rows(data, name, col.BY_TITLE, MAX_ROWS)
    placements = _Table(document, findings).placements(rows)
    findings.raise_any()
    return placements


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f}".replace(".", ",").removesuffix(",0") + "\u00a0Mo"


class _Table:
    """One reading: what the document knows, what was met so far, what is wrong."""

    def __init__(self, document: EditionDocument, findings: Findings) -> None:
        self.document = document
        self.findings = findings
        self.entities = {entity.code for entity in document.entities}
        self.processes = {process.code for process in document.processes}
        self.milestones = {milestone.code for milestone in document.milestones}
        self.existing = {placement.key for placement in document.placements}
        self.rows: dict[tuple[str, str, str], int] = {}
        self.modes: dict[str, str | None] = {}
        self.letters: dict[str, str | None] = {"": ""}
        self.options: dict[str, str | None] = {"": ""}
        self.served: dict[str, tuple[str, ...]] = {"": ()}
        self.contents: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        # What a row holds beside its key, as it was written: most rows repeat another's.

    def placements(self, rows: list[list[Any]]) -> tuple[PlacementDoc, ...]:
        while rows and not any(rows[-1]):
            rows.pop()
        if not rows:
            self.findings.add("la feuille est vide", "les titres de colonnes en première ligne")
            return ()
        if len(rows) - 1 > MAX_ROWS:
            self.findings.add(f"plus de {rows_text(MAX_ROWS)}", f"{rows_text(MAX_ROWS)} au plus")
            return ()
        positions = self._header(rows[0])
        if positions is None:
            return ()
        untitled = [index for index, title in enumerate(rows[0]) if not str(title).strip()]
        pick, width = itemgetter(*positions), max(positions) + 1
        found = []
        for number, row in enumerate(rows[1:], 2):
            if any(row):
                if untitled and any(row[index] for index in untitled if index < len(row)):
                    self.findings.add(
                        "valeur dans une colonne sans titre", "une colonne du modèle", row=number
                    )
                padded = row if len(row) >= width else [*row, *[""] * (width - len(row))]
                cell = self._cell(pick(padded), number)
                if cell is not None:
                    found.append(cell)
        return tuple(found)

    # Header

    def _header(self, row: Iterable[Any]) -> tuple[int, ...] | None:
        """Position of each column to read; None where one is missing, unknown or repeated."""
        places: dict[str, int] = {}
        faults = self.findings.count
        for index, value in enumerate(row):
            title = str(value).strip()
            column = col.BY_TITLE.get(folded(title))
            if not title:
                continue
            if column is None:
                self.findings.add(
                    "colonne inconnue", _nearest_title(title), row=1, column=shown(title)
                )
            elif column.name in places:
                self.findings.add("colonne en double", "une seule", row=1, column=column.title)
            else:
                places[column.name] = index
        for column in READ:
            if column.name not in places:
                self.findings.add(
                    "colonne absente", f"«\u00a0{column.title}\u00a0»", row=1, column=column.title
                )
        return None if self.findings.count > faults else tuple(places[c.name] for c in READ)

    # Values

    def _cell(self, values: tuple[Any, ...], number: int) -> PlacementDoc | None:
        (process, milestone, entity), written = values[:3], values[3:]
        known = self.contents.get(written)
        if (
            known is not None
            and process in self.processes
            and milestone in self.milestones
            and (entity in self.entities or entity == "")
        ):
            cell: PlacementDoc | None = PlacementDoc(process, milestone, entity, *known)
        else:
            texts = tuple(
                value if type(value) is str else self._as_text(value, column, number)
                for value, column in zip(values, READ, strict=True)
            )
            cell = self._row(texts, number)
            # Only texts: True would find again what 1 was, and pass for it.
            if cell is not None and texts == values:
                self.contents[written] = _content(cell)
        if cell is None or not self._is_new(cell, number):
            return None
        return cell if self._says_something(cell) else None

    def _as_text(self, value: Any, column: Column, number: int) -> str:
        """A number as it is shown; a date or a boolean is refused, its text is lost already."""
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
            kind = "un vrai ou faux" if isinstance(value, bool) else "une date ou une heure"
            self.findings.add(
                f"la cellule contient {kind}", "un texte (format de cellule «\u00a0Texte\u00a0»)",
                row=number, column=column.title, value=str(value),
            )  # fmt: skip
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).replace(".", ",")

    def _row(self, texts: tuple[str, ...], number: int) -> PlacementDoc | None:
        (process, milestone, entity, mode, letters, lead, served, option,
         rationale, document, page, basis) = texts  # fmt: skip
        faults = self.findings.count
        process = self._code(process, self.processes, "process", number)
        milestone = self._code(milestone, self.milestones, "milestone", number)
        entity = self._code(entity, self.entities, "entity", number)
        cell = PlacementDoc(
            process,
            milestone,
            entity,
            self._word(mode, self.modes, col.mode_of, "mode", number),
            self._word(letters, self.letters, col.letters_of, "complementary", number),
            self._code(lead, self.entities, "lead", number),
            self._served(served, number),
            self._word(option, self.options, col.option_of, "integration", number),
            self._text(rationale, 8, number),
            self._text(document, 9, number),
            self._text(page, 10, number),
            self._text(basis, 11, number),
        )
        return None if self.findings.count > faults else cell

    def _is_new(self, cell: PlacementDoc, number: int) -> bool:
        first = self.rows.setdefault(cell.key, number)
        if first != number:
            entity = f", entité {cell.entity}" if cell.entity else ", réseau"
            self.findings.add(
                f"la cellule figure déjà à la ligne {first}",
                "une seule ligne par processus, jalon et entité",
                row=number,
                value=f"{cell.process}, jalon {cell.milestone}{entity}",
            )
        return first == number

    def _says_something(self, cell: PlacementDoc) -> bool:
        if cell.mode != UNKNOWN or cell.key in self.existing:
            return True
        return cell != PlacementDoc(*cell.key)

    def _code(self, text: str, known: set[str], name: str, number: int) -> str:
        if text in known:
            return text
        code = text.strip()
        if code in known or (not code and name in ("entity", "lead")):
            return code
        self._unknown(code, name, number)
        return ""

    def _unknown(self, code: str, name: str, number: int) -> None:
        noun, names = self._vocabulary[name]
        what = f"{noun} inconnu" + ("e" if noun == "entité" else "") if code else f"{noun} manquant"
        self.findings.add(
            what,
            lambda: _suggestion(noun, code, names()),
            row=number,
            column=_TITLE[name],
            value=code,
        )

    @cached_property
    def _vocabulary(self) -> dict[str, tuple[str, Callable[[], dict[str, str]]]]:
        """For each coded column, what a code is called, and the codes by code and by name."""
        edition = self.document
        entities = {e.name: e.code for e in edition.entities}
        entities |= {e.short_name: e.code for e in edition.entities if e.short_name}
        entities |= {e.code: e.code for e in edition.entities}
        processes = {p.name: p.code for p in edition.processes}
        processes |= {p.code: p.code for p in edition.processes}
        milestones = {m.label: m.code for m in edition.milestones}
        milestones |= {m.code: m.code for m in edition.milestones}
        return {
            "process": ("processus", lambda: processes),
            "milestone": ("jalon", lambda: milestones),
            "entity": ("entité", lambda: entities),
            "lead": ("entité", lambda: entities),
            "served": ("entité", lambda: entities),
        }

    def _word(
        self,
        text: str,
        cache: dict[str, str | None],
        meaning: Callable[[str], str | None],
        name: str,
        number: int,
    ) -> str:
        found = cache.get(text)
        if found is None:
            found = cache[text] = meaning(text) if len(text) <= 200 else None
        if found is not None:
            return found
        expected = {
            "mode": col.MODE_EXPECTED,
            "complementary": col.LETTERS_EXPECTED,
            "integration": col.OPTION_EXPECTED,
        }[name]
        what = "option inconnue" if name == "integration" else "mode inconnu"
        self.findings.add(what, expected, row=number, column=_TITLE[name], value=text)
        return ""

    def _served(self, text: str, number: int) -> tuple[str, ...]:
        known = self.served.get(text)
        if known is not None:
            return known
        codes = col.codes_in(text)
        faults = self.findings.count
        for code in codes:
            if code not in self.entities:
                self._unknown(code, "served", number)
        for code in sorted({code for code in codes if codes.count(code) > 1})[:10]:
            self.findings.add(
                "entité répétée", "chaque code une seule fois",
                row=number, column=_TITLE["served"], value=code,
            )  # fmt: skip
        if self.findings.count == faults:
            self.served[text] = codes
        return codes

    def _text(self, text: str, index: int, number: int) -> str:
        if text.isascii() and text.isprintable() and len(text) <= 40:
            return text if text.strip() else ""
        column = READ[index]
        text = unicodedata.normalize("NFC", unseen.unix(text))
        if unseen.IN_A_TEXT.search(text):
            self.findings.add(
                "le texte contient un caractère de contrôle", "un texte sans caractère invisible",
                row=number, column=column.title, value=text,
            )  # fmt: skip
        if len(text) > column.longest:
            self.findings.add(
                f"texte trop long\u00a0: {len(text)} caractères", f"{column.longest} au plus",
                row=number, column=column.title, value=text,
            )  # fmt: skip
        return text if text.strip() else ""


def _suggestion(noun: str, value: str, names: dict[str, str]) -> str:
    """ "un code d'entité ; le plus proche : « nord »"."""
    article = {"processus": "de processus", "jalon": "de jalon", "entité": "d'entité"}[noun]
    close = nearest(value, names) if value else ""
    if close:
        return f"un code {article}\u00a0; le plus proche\u00a0: «\u00a0{names[close]}\u00a0»"
    codes = list(dict.fromkeys(names.values()))
    listed = ", ".join(codes[:12]) + ("…" if len(codes) > 12 else "")
    return f"un code {article} parmi {listed}" if codes else f"un code {article}"


def _nearest_title(title: str) -> str:
    close = nearest(title, col.TITLES)
    if close:
        return f"«\u00a0{close}\u00a0» (le titre le plus proche)"
    return "l'un des titres du modèle, ou pas de colonne"


__all__ = ["MAX_BYTES", "Unreadable", "read_table"]
