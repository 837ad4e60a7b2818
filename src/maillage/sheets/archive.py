"""What an uploaded file is, by its first bytes, and the parts of an XLSX, opened with care.

Knows zip archives: sizes are checked before anything is inflated, each part is inflated within
its declared size, and the spreadsheet reader is only ever given parts that passed through here.
Refuses to know what the cells mean.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.scanning import (
    BrokenSheetError,
    Scan,
    WideSheetError,
    check_strings,
    check_styles,
    scan,
)
from maillage.sheets.words import nearest

MAX_ENTRIES = 1_000
MAX_DIRECTORY = 1_000_000
MAX_INFLATED = 120_000_000
MAX_RATIO = 250
"""A sheet of repeated rows shrinks about fifty times; a bomb shrinks a thousand times."""
SMALL = 1_000_000
"""Below this size a part may shrink as much as it likes."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\x05\x06"
_XLSX_EXPECTED = "un classeur .xlsx ou un CSV en UTF-8"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, safe to read: a new archive holding only what it needs."""

    name: str
    data: bytes
    formulas: tuple[tuple[str, int], ...]
    """Column letters and row of each cell that holds a formula."""
    merged: tuple[str, ...]


def unreadable(
    where: str, what: str, expected: str = _XLSX_EXPECTED, value: str = ""
) -> Unreadable:
    return Unreadable([Finding(where, what, expected, value)])


def rows_text(rows: int) -> str:
    return f"{rows:,} lignes".replace(",", "\u00a0")


def is_workbook(data: bytes, filename: str) -> bool:
    """True for an XLSX, False for a text; anything else is refused. The name does not count."""
    head = data[:8]
    if head == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unreadable(filename, "le classeur est protégé par un mot de passe",
                         "le même classeur, enregistré sans mot de passe")  # fmt: skip
        raise unreadable(filename, "le fichier est à l'ancien format .xls",
                     "le même classeur, enregistré au format .xlsx")  # fmt: skip
    if head[:4] == b"PK\x03\x04":
        return True
    if head[:2] == b"PK":
        raise unreadable(filename, "l'archive est vide ou découpée")
    if head[:5] == b"%PDF-":
        raise unreadable(filename, "le fichier est un PDF")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable(filename, "le fichier semble être en UTF-16",
                     "le même fichier, enregistré en «\u00a0CSV UTF-8\u00a0»")  # fmt: skip
    if b"\0" in data:
        raise unreadable(filename, "le fichier n'est ni un classeur ni un texte")
    return False


def open_sheet(data: bytes, filename: str, wanted: str, rows: int, columns: int) -> Sheet:
    """The wanted sheet, or the only one, of `rows` rows at most (the titles not counted).

    `columns` is how many there should be, to tell where the sheet spreads too far.
    Raises Unreadable for an archive that cannot be trusted.
    """
    try:
        parts = _parts(data, filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OSError,
            RuntimeError, NotImplementedError) as error:  # fmt: skip
        raise unreadable(filename, "le classeur est tronqué ou abîmé",
                     "un classeur .xlsx qui s'ouvre dans un tableur") from error  # fmt: skip
    name, path = _chosen(parts, filename, wanted)
    xml = parts[path]
    found = _scanned(xml, parts, name, rows, columns)
    kept = {key: part for key, part in parts.items() if "/worksheets/" not in key or key == path}
    return Sheet(name, _repacked(kept), tuple(found.formulas), tuple(found.merged))


def _parts(data: bytes, filename: str) -> dict[str, bytes]:
    """The XML parts, inflated. Every size is checked before the first byte is inflated."""
    _check_directory(data, filename)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        _check_entries(entries, names, len(data), filename)
        if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
            raise unreadable(filename, "le fichier est un classeur OpenDocument (.ods)",
                         "le même classeur, enregistré au format .xlsx")  # fmt: skip
        if "xl/workbook.xml" not in names:
            what = "l'archive n'est pas un classeur .xlsx"
            if "xl/workbook.bin" in names:
                what = "le fichier est un classeur binaire .xlsb"
            raise unreadable(filename, what)
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise unreadable(filename, "le classeur contient des macros",
                         "le même classeur, enregistré au format .xlsx, sans macro")  # fmt: skip
        parts = {e.filename: archive.read(e) for e in entries if _is_useful(e.filename)}
    for name, part in parts.items():
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part[:200]:
            raise unreadable(f"{filename}, partie {name}", "le XML du classeur n'est pas admis",
                         "un classeur .xlsx enregistré par un tableur")  # fmt: skip
    return parts


def _is_useful(name: str) -> bool:
    lower = name.lower()
    return lower.endswith((".xml", ".rels")) and (
        lower.startswith(("xl/worksheets/sheet", "xl/_rels/", "_rels/"))
        or lower in ("[content_types].xml", "xl/workbook.xml", "xl/styles.xml")
        or "sharedstrings" in lower
        or (lower.startswith("xl/worksheets/") and "/_rels/" not in lower)
    )


def _check_directory(data: bytes, filename: str) -> None:
    """Bound the list of entries before it is read: a long one is itself an attack."""
    at = data.rfind(_END)
    if at < 0 or at + 22 > len(data):
        raise zipfile.BadZipFile
    count, size = struct.unpack_from("<HI", data, at + 10)
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise unreadable(filename, "l'archive contient trop de fichiers",
                     f"{MAX_ENTRIES} fichiers au plus", str(count))  # fmt: skip


def _check_entries(
    entries: list[zipfile.ZipInfo], names: set[str], size: int, filename: str
) -> None:
    if len(names) != len(entries):
        raise unreadable(filename, "l'archive contient deux fichiers de même nom")
    if len(entries) > MAX_ENTRIES:
        raise unreadable(filename, "l'archive contient trop de fichiers",
                     f"{MAX_ENTRIES} fichiers au plus", str(len(entries)))  # fmt: skip
    inflated = sum(entry.file_size for entry in entries)
    if inflated > MAX_INFLATED or sum(entry.compress_size for entry in entries) > size:
        raise unreadable(filename, "le classeur serait trop lourd une fois décompressé",
                     f"{MAX_INFLATED // 1_000_000}\u00a0Mo au plus",
                     f"{inflated // 1_000_000}\u00a0Mo")  # fmt: skip
    for entry in entries:
        if entry.flag_bits & 1:
            raise unreadable(filename, "l'archive est protégée par un mot de passe",
                         "le même classeur, sans mot de passe")  # fmt: skip
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unreadable(filename, "l'archive est compressée d'une manière inconnue")
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise unreadable(f"{filename}, partie {entry.filename}",
                         "le fichier est comprimé au-delà du vraisemblable",
                         f"un rapport de {MAX_RATIO} au plus")  # fmt: skip


def _chosen(parts: dict[str, bytes], filename: str, wanted: str) -> tuple[str, str]:
    """Name and path of the sheet to read: the wanted one, else the only one."""
    try:
        book = _tree(parts["xl/workbook.xml"])
        links = _tree(parts["xl/_rels/workbook.xml.rels"])
    except (ET.ParseError, KeyError) as error:
        raise unreadable(filename, "la liste des feuilles du classeur est illisible") from error
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    sheets = {
        node.get("name", ""): targets.get(node.get(_RELATION, ""), "")
        for node in book.iter()
        if node.tag.endswith("}sheet")
    }
    name = wanted if wanted in sheets else ""
    if not name and len(sheets) == 1:
        name = next(iter(sheets))
    if not name:
        close = nearest(wanted, sheets) or ", ".join(list(sheets)[:10])
        raise unreadable(filename, f"la feuille «\u00a0{wanted}\u00a0» manque",
                     f"une feuille nommée «\u00a0{wanted}\u00a0»", close)  # fmt: skip
    path = posixpath.normpath(posixpath.join("xl", sheets[name])).lstrip("/")
    if path not in parts:
        raise unreadable(f"{filename}, feuille {name}", "le contenu de la feuille manque")
    return name, path


def _tree(xml: bytes) -> ET.Element:
    # No DTD passes _parts, and the declared encoding is ignored, as the reader ignores it.
    parser: ET.XMLParser[ET.Element] = ET.XMLParser(encoding="utf-8")  # noqa: S314
    return ET.fromstring(xml, parser)  # noqa: S314


def _scanned(xml: bytes, parts: dict[str, bytes], name: str, rows: int, columns: int) -> Scan:
    """The pass over the sheet and what it draws on, its refusals said in French."""
    where = f"feuille {name}"
    try:
        found = scan(xml, rows + 1)
        for path, part in parts.items():
            if path.lower() == "xl/styles.xml":
                check_styles(part)
            elif "sharedstrings" in path.lower() and path.lower().endswith(".xml"):
                check_strings(part, xml, found.values)
        return found
    except BrokenSheetError as error:
        raise unreadable(where, "le classeur est tronqué ou abîmé",
                     "un classeur .xlsx qui s'ouvre dans un tableur") from error  # fmt: skip
    except WideSheetError as error:
        if error.rows > rows + 1:
            raise unreadable(where, f"la feuille va jusqu'à la ligne {error.rows}",
                         f"{rows_text(rows)} au plus\u00a0; supprimer les lignes vides",
                         ) from error  # fmt: skip
        raise unreadable(where,
                     f"la feuille s'étend sur {error.columns} colonnes et {error.rows} lignes",
                     f"{columns} colonnes\u00a0; supprimer les autres") from error  # fmt: skip


def _repacked(parts: dict[str, bytes]) -> bytes:
    """A plain archive of parts already inflated, so that the reader sees what was checked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return target.getvalue()
