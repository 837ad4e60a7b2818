"""ODS files as LibreOffice writes them, made by hand: sheets of rows of cells, repeats and all."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

KIND = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def cell(value: Any, **attributes: Any) -> str:
    """A cell; an attribute such as `formula` or `number_columns_repeated` is the table's own."""
    more = "".join(
        f" table:{name.replace('_', '-')}={quoteattr(str(given))}"
        for name, given in attributes.items()
    )
    if value in ("", None):
        return f"<table:table-cell{more}/>"
    kind, said = "string", ""
    if isinstance(value, bool):
        kind, said = "boolean", f' office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, dt.date):
        kind, said = "date", f' office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind, said = "float", f' office:value="{value}"'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="{kind}"{said}{more}>{lines}</table:table-cell>'


def row(*cells: str, repeated: int = 1) -> str:
    head = f'<table:table-row table:number-rows-repeated="{repeated}">'
    return f"{head}{''.join(cells)}</table:table-row>"


def content(sheets: Mapping[str, str]) -> bytes:
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"
        for name, rows in sheets.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def archive(xml: bytes, **parts: bytes) -> bytes:
    """The file; `parts` are others of the archive, by name ("META_INF__manifest_xml")."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", KIND, zipfile.ZIP_STORED)
        book.writestr("content.xml", xml)
        for name, part in parts.items():
            book.writestr(name.replace("__", "/"), part)
    return target.getvalue()


def ods(rows: Sequence[Sequence[Any]], name: str = "Essai") -> bytes:
    """The rows as a sheet that ends, as LibreOffice ends them, by a million empty rows."""
    written = [row(*(cell(value) for value in values)) for values in rows]
    ending = row(cell("", number_columns_repeated=16384), repeated=1_048_000)
    return archive(content({name: "".join(written) + ending}))
