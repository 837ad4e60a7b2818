"""What an uploaded file is, by its first bytes, and the parts of a workbook, opened with care.

Knows zip archives: sizes are checked before anything is inflated, each part is inflated within
its declared size, and a spreadsheet is only ever read from parts that passed through here.
Refuses to know what is in them.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.money import size as size_text
from maillage.sheets.findings import Finding, Findings, Unreadable
from maillage.sheets.scanning import Hidden
from maillage.sheets.words import nearest

EXPECTED = "un classeur .xlsx ou .ods, ou un CSV en UTF-8"
ODS = "content.xml"
"""The part of an ODS that holds its sheets."""
MAX_ROWS = 100_000
"""Rows of a sheet, its titles not counted."""
MAX_ENTRIES = 1_000
MAX_DIRECTORY = 1_000_000
MAX_INFLATED = 120_000_000
MAX_RATIO = 250
"""A sheet of repeated rows shrinks about fifty times; a bomb shrinks a thousand times."""
MOST_SHEETS = 1_000
MOST_LOOKED_AT = 20
"""Sheets of a workbook whose titles are looked at."""
MOST_OF_HEAD = 200_000
"""Bytes within which the first row of a sheet must end, to be looked at."""
MAX_TAGS = 12_000_000
"""Of all the sheets of an XLSX and their texts: what goes through them takes a while for each."""
MAX_ODS_ELEMENTS = 1_600_000
"""Of all the sheets of an ODS: a cell that holds a text is two."""
MAX_FRAME_TAGS = 1_000_000
"""Of what an XLSX says beside its sheets: their names, its styles."""
SMALL = 1_000_000
"""Below this size a part may shrink as much as it likes."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = "META-INF/manifest.xml"
_END = b"PK\x05\x06"


def unreadable(where: str, what: str, expected: str = EXPECTED, value: str = "") -> Unreadable:
    return Unreadable([Finding(where, what, expected, value)])


def broken(where: str) -> Unreadable:
    return unreadable(where, "le classeur est tronqué ou abîmé",
                  "un classeur qui s’ouvre dans un tableur")  # fmt: skip


def rows_text(rows: int) -> str:
    return f"{rows:,} lignes".replace(",", "\u00a0")


def too_wide(where: str, columns: int, rows: int, expected: int) -> Unreadable:
    """Why a sheet spreads too far; `expected` is how many columns there should be."""
    if rows > MAX_ROWS + 1:
        most = f"{rows_text(MAX_ROWS)} au plus\u00a0; supprimer les lignes vides"
        return unreadable(where, f"la feuille va jusqu’à la ligne {rows}", most)
    return unreadable(where, f"la feuille s’étend sur {columns} colonnes et {rows} lignes",
                  f"{expected} colonnes\u00a0; supprimer les autres")  # fmt: skip


Looks = Callable[[Sequence[Any]], bool]
"""Whether the first row of a sheet holds the titles of the table to read."""


@dataclass(slots=True)
class Sheet:
    """A sheet as it was read. `heads`: the first row of each of the others, by name; `hidden`: of
    its rows and columns, the numbers, of the workbook, the names;
    `copy(name)` reads the rows of another; `faults`: what must not be in its cells."""

    name: str
    findings: Findings
    rows: list[list[Any]]
    heads: Mapping[str, Sequence[Any]]
    hidden_rows: Sequence[int]
    hidden_columns: Sequence[int]
    is_hidden: bool
    copy: Callable[[str], list[list[Any]]]
    hidden_sheets: Collection[str] = ()
    faults: Sequence[Hidden] = ()


def chosen(
    names: Collection[str], filename: str, wanted: str, heads: Callable[[], Mapping[str, Any]],
    looks: Looks,
) -> str:  # fmt: skip
    """The sheet to read: the wanted one, else the only one, or the only one with its titles.

    Raises Unreadable for none or several; `heads()` gives the first row of each sheet.
    """
    if wanted in names:
        return wanted
    alike = [name for name, head in heads().items() if looks(head)] if len(names) > 1 else []
    if len(alike) == 1:
        return alike[0]
    if len(alike) > 1:
        raise unreadable(
            filename,
            f"la feuille «\u00a0{wanted}\u00a0» manque, et plusieurs portent ses titres",
            f"une seule feuille, ou l’une nommée «\u00a0{wanted}\u00a0»",
            ", ".join(alike[:10]),
        )
    if len(names) != 1:
        close = nearest(wanted, names) or ", ".join(list(names)[:10])
        raise unreadable(filename, f"la feuille «\u00a0{wanted}\u00a0» manque",
                     f"une feuille nommée «\u00a0{wanted}\u00a0»", close)  # fmt: skip
    return next(iter(names))


def is_workbook(data: bytes, filename: str) -> bool:
    """True for an XLSX or an ODS, False for a text. Anything else is refused, whatever its name."""
    head = data[:8]
    if head == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unreadable(filename, "le classeur est protégé par un mot de passe",
                         "le même classeur, enregistré sans mot de passe")  # fmt: skip
        raise unreadable(filename, "le fichier est à l’ancien format .xls",
                     "le même classeur, enregistré au format .xlsx")  # fmt: skip
    if head[:4] == b"PK\x03\x04":
        return True
    if head[:2] == b"PK":
        raise unreadable(filename, "l’archive est vide ou découpée")
    if head[:5] == b"%PDF-":
        raise unreadable(filename, "le fichier est un PDF")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable(filename, "le fichier semble être en UTF-16",
                     "le même fichier, enregistré en «\u00a0CSV UTF-8\u00a0»")  # fmt: skip
    if b"\0" in data:
        raise unreadable(filename, "le fichier n’est ni un classeur ni un texte")
    return False


def parts_of(data: bytes, filename: str) -> dict[str, bytes]:
    """The XML parts of an XLSX, or the content of an ODS.

    Every size is checked before the first byte is inflated. Raises Unreadable for an archive that
    cannot be trusted.
    """
    try:
        return _parts(data, filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OSError,
            RuntimeError, NotImplementedError) as error:  # fmt: skip
        raise broken(filename) from error


def opened(data: bytes, filename: str, noun: str, expected: str) -> zipfile.ZipFile:
    """An archive whose every size was checked before the first byte is inflated.

    `noun`: what it should be, with its article; `expected`: what is asked for. Raises Unreadable.
    """
    try:
        return _opened(data, filename, noun, expected)
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        what = f"{noun} est tronqué ou abîmé"
        raise unreadable(filename, what, expected) from error


def _opened(data: bytes, filename: str, noun: str, expected: str) -> zipfile.ZipFile:
    _check_directory(data, filename, expected)
    archive = zipfile.ZipFile(io.BytesIO(data))
    _check_entries(archive.infolist(), len(data), filename, noun)
    return archive


def _parts(data: bytes, filename: str) -> dict[str, bytes]:
    with _opened(data, filename, "le classeur", EXPECTED) as archive:
        names = set(archive.namelist())
        useful = _useful(archive, names, filename)
        parts = {name: archive.read(name) for name in useful}
    for name, part in parts.items():
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part[:200]:
            raise unreadable(f"{filename}, partie {name}", "le XML du classeur n’est pas admis",
                         "un classeur enregistré par un tableur")  # fmt: skip
    _check_tags(parts, filename)
    return parts


def _check_tags(parts: Mapping[str, bytes], filename: str) -> None:
    """Refuse what would be long to go through, by a count that is not."""
    framed = [part for name, part in parts.items() if not _is_long(name)]
    held = [part for name, part in parts.items() if _is_long(name)]
    elements = sum(part.count(b"<") - part.count(b"</") for part in held)
    if (
        (ODS in parts and elements > MAX_ODS_ELEMENTS)
        or sum(part.count(b"<") for part in held) > MAX_TAGS
        or sum(part.count(b"<") for part in framed) > MAX_FRAME_TAGS
    ):
        raise unreadable(filename, "le classeur est trop chargé",
                         "moins de cellules\u00a0; supprimer celles qui sont vides ou seulement "
                         "mises en forme, et les feuilles inutiles")  # fmt: skip


def _is_long(name: str) -> bool:
    return name == ODS or "/worksheets/" in name or "sharedstrings" in name.lower()


def check_sheets(names: Collection[str], filename: str) -> None:
    if len(names) > MOST_SHEETS:
        raise unreadable(filename, "le classeur a trop de feuilles", f"{MOST_SHEETS} au plus",
                     str(len(names)))  # fmt: skip


def _useful(archive: zipfile.ZipFile, names: set[str], filename: str) -> list[str]:
    """The parts to read of a workbook; raises Unreadable where it is of another kind."""
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise unreadable(filename, "le classeur contient des macros",
                     "le même classeur, enregistré au format .xlsx, sans macro")  # fmt: skip
    if "mimetype" in names:
        if not archive.read("mimetype").startswith(_ODS_TYPE) or ODS not in names:
            raise unreadable(filename, "l’archive n’est pas un classeur")
        if _MANIFEST in names and b"encryption-data" in archive.read(_MANIFEST):
            raise unreadable(filename, "le classeur est protégé par un mot de passe",
                         "le même classeur, enregistré sans mot de passe")  # fmt: skip
        return [ODS]
    if "xl/workbook.xml" not in names:
        what = "l’archive n’est pas un classeur .xlsx"
        if "xl/workbook.bin" in names:
            what = "le fichier est un classeur binaire .xlsb"
        raise unreadable(filename, what)
    return [name for name in archive.namelist() if _is_useful(name)]


def _is_useful(name: str) -> bool:
    lower = name.lower()
    return lower.endswith((".xml", ".rels")) and (
        lower.startswith(("xl/worksheets/sheet", "xl/_rels/", "_rels/"))
        or lower in ("[content_types].xml", "xl/workbook.xml", "xl/styles.xml")
        or "sharedstrings" in lower
        or (lower.startswith("xl/worksheets/") and "/_rels/" not in lower)
    )


def _check_directory(data: bytes, filename: str, expected: str = EXPECTED) -> None:
    """Bound the list of entries before it is read: a long one is itself an attack."""
    at = data.rfind(_END)
    if at < 0 or at + 22 > len(data):
        raise zipfile.BadZipFile
    count, size = struct.unpack_from("<HI", data, at + 10)
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise unreadable(filename, "l’archive contient trop de fichiers",
                     f"{MAX_ENTRIES} fichiers au plus", str(count))  # fmt: skip


def _check_entries(entries: list[zipfile.ZipInfo], size: int, filename: str, noun: str) -> None:
    if len({entry.filename for entry in entries}) != len(entries):
        raise unreadable(filename, "l’archive contient deux fichiers de même nom")
    if len(entries) > MAX_ENTRIES:
        raise unreadable(filename, "l’archive contient trop de fichiers",
                     f"{MAX_ENTRIES} fichiers au plus", str(len(entries)))  # fmt: skip
    inflated = sum(entry.file_size for entry in entries)
    if inflated > MAX_INFLATED or sum(entry.compress_size for entry in entries) > size:
        raise unreadable(filename, f"{noun} serait trop lourd une fois décompressé",
                     f"{size_text(MAX_INFLATED)} au plus", size_text(inflated))  # fmt: skip
    for entry in entries:
        if entry.flag_bits & 1:
            raise unreadable(filename, "l’archive est protégée par un mot de passe",
                         f"{noun}, sans mot de passe")  # fmt: skip
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unreadable(filename, "l’archive est compressée d’une manière inconnue")
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise unreadable(f"{filename}, partie {entry.filename}",
                         "le fichier est comprimé au-delà du vraisemblable",
                         f"un rapport de {MAX_RATIO} au plus")  # fmt: skip
