"""A workbook as a receiver would draw it."""

from __future__ import annotations

import io
import warnings
import zipfile

import xlsxwriter


def workbook() -> bytes:
    """Two sheets, a chart, a format, a formula, names of every kind."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    money = book.add_format({"num_format": "#,##0 €", "bg_color": "#FFEE99"})
    sheet, other = book.add_worksheet("À rendre"), book.add_worksheet("L'autre")
    sheet.write("A1", "Charges")
    sheet.write("B1", 1, money)
    sheet.write("D1", "après")
    sheet.write_formula("B9", "=SUM(B1:B3)", money, 1)
    other.write("A1", "reste")
    other.conditional_format("A1:A5", {"type": "duplicate"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='À rendre'!$B$1:$B$3"})
    other.insert_chart("C3", chart)
    for name, place in {
        "CHARGES_N": "='À rendre'!$B$1",
        "PRODUITS_N": "='À rendre'!$C$1",
        "EFFECTIF": "='À rendre'!$B$40",
        "MOT": "='L''autre'!$B$2",
        "TOTAL": "='À rendre'!$B$9",
        "PLAGE": "='À rendre'!$B$1:$B$3",
        "TAUX": "=0.2",
    }.items():
        book.define_name(name, place)
    book.close()
    return target.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """The same with one more part, even of a name already there."""
    target = io.BytesIO(workbook())
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(name, content)
    return target.getvalue()
