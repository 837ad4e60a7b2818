"""No file a person may send holds a processor for long: it is read, or refused within seconds.

Each file is as large as its kind allows, or just beyond what is counted before it is read; the
bound is of processor time, so that a busy machine fails nothing.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random

import pytest

from maillage.exchange.engine.contents import kind_of, pages_of
from maillage.sheets.column_reader import Column, Layout, read
from maillage.sheets.findings import Unreadable
from maillage.sheets.named_cells import named_cells
from tests.depth import DEEP
from tests.sheets.ods_files import archive, content

SECONDS = 5
WHOLE = DEEP
"""At every change, a tenth of each file within a tenth of the time, and what is fixed."""
PART, FIXED = (1, 0.0) if WHOLE else (10, 1.0)
TITLES = ("Code", "Libellé", "Montant", "Jour")
LAYOUT = Layout(
    "Lignes",
    [Column("Code", name="code"), Column("Libellé", name="label"),
     Column("Montant", "amount", name="amount"), Column("Jour", "date", name="day", needed=False)],
)  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def times(text: str, count: int) -> str:
    return text * (count // PART)


def noise(size: int = 1_600_000) -> str:
    """What does not shrink, so that what is beside it is compressed within what is likely."""
    return f"<!--{Random(4).randbytes(size // 2 // PART).hex()}-->"


def zipped(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, part in parts.items():
            whole.writestr(name, part)
    return target.getvalue()


def titles() -> str:
    cells = (
        f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>'
        for c, t in zip("ABCD", TITLES, strict=True)
    )
    return f'<row r="1">{"".join(cells)}</row>'


def xlsx(
    rows: str = "", after: str = "", before: str = "", *, book: str = "", names: int = 1,
    **more: str,
) -> bytes:  # fmt: skip
    """A workbook: what its sheet holds besides its titles, how many names lead to its last part."""
    sheet = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{titles()}{rows}</sheetData>{after}'
    parts = {"xl/worksheets/sheet1.xml": f"{sheet}</worksheet>"}
    sheets = ['<sheet name="Lignes" sheetId="1" r:id="r0"/>']
    links = ['<Relationship Id="r0" Type="worksheet" Target="worksheets/sheet1.xml"/>']
    for rank in range(1, names):
        parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet1.xml"]
        sheets.append(f'<sheet name="S{rank}" sheetId="{rank + 1}" r:id="r{rank}"/>')
        link = f'<Relationship Id="r{rank}" Type="worksheet" Target="worksheets/sheet2.xml"/>'
        links.append(link)
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK}"/>'
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">{override}</Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
                           f'{"".join(sheets)}</sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{"".join(links)}'
                                      "</Relationships>",
        **parts, **{f"xl/{name}.xml": part for name, part in more.items()},
    })  # fmt: skip


def rows(count: int, cells: Callable[[int], str]) -> str:
    return "".join(f'<row r="{n}">{cells(n)}</row>' for n in range(2, count // PART + 2))


def texts(n: int, text: str, columns: Iterable[str] = "ABCD") -> str:
    one = '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>'
    return "".join(one.format(c, n, f"{text}{c}{n}") for c in columns)


HEAD = "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in TITLES)
HEAD = f"<table:table-row>{HEAD}</table:table-row>"
STYLED = '<table:table-cell table:style-name="a"/>' * 20
BLANKS = '<text:s text:c="1000"/>'


def ods(rows: str, **others: str) -> bytes:
    return archive(content({"Lignes": f"{HEAD}{rows}{noise()}", **others}))


def csv(body: str) -> bytes:
    return f"{';'.join(TITLES)}\n{body}"[: 19_900_000 // PART].encode()


STRINGS, STYLES = f'<sst xmlns="{MAIN}">', f'<styleSheet xmlns="{MAIN}"><cellXfs>'
FILES: dict[str, Callable[[], bytes]] = {
    "empty elements": lambda: xlsx(after=times("<a/>", 11_900_000) + noise()),
    "too many elements": lambda: xlsx(after="<a/>" * 15_000_000 + noise(8_000_000)),
    "elements before the rows": lambda: xlsx(before=times("<a/>", 11_900_000) + noise()),
    "nested elements": lambda: xlsx(
        after=times("<a>", 5_900_000) + times("</a>", 5_900_000) + noise()
    ),
    "cells of no value": lambda: xlsx(rows(60_000, lambda n: "<c/>" * 40)),
    "cells of a style": lambda: xlsx(
        rows(90_000, lambda n: "".join(f'<c r="{c}{n}" s="1"/>' for c in "ABCDEFGHIJKLMNOPQRST"))
    ),
    "wide rows": lambda: xlsx(rows(1_500, lambda n: "<c><v>1</v></c>" * 1_600)),
    "16 384 titles": lambda: xlsx(rows(1, lambda n: "<c/>" * 16_384)),
    "merged areas": lambda: xlsx(
        after="".join(f'<mergeCell ref="A{n}:D{n + 49}"/>' for n in range(2, 1_000_000 // PART))
    ),
    "hidden columns": lambda: xlsx(
        before=times('<col min="1" max="16384" hidden="1"/>', 900_000) + noise()
    ),
    "one sheet under many names": lambda: xlsx(
        rows(60_000, lambda n: texts(n, "x", "A")), names=60
    ),
    "100 000 sheets": lambda: xlsx(names=100_000 // PART),
    "strings": lambda: xlsx(
        sharedStrings=f"{STRINGS}{times('<si><t>a</t></si>', 2_000_000)}{noise()}</sst>"
    ),
    "rich strings": lambda: xlsx(
        sharedStrings=f"{STRINGS}<si>{times('<r><t>a</t></r>', 2_900_000)}</si>{noise()}</sst>"
    ),
    "styles": lambda: xlsx(styles=f"{STYLES}{times('<xf/>', 990_000)}</cellXfs></styleSheet>"),
    "a workbook of elements": lambda: xlsx(book=times("<a/>", 990_000)),
    "formulas": lambda: xlsx(
        rows(90_000, lambda n: "".join(f'<c r="{c}{n}"><f>A1</f></c>' for c in "ABCD"))
    ),
    "wrong cells": lambda: xlsx(rows(90_000, lambda n: texts(n, "mauvais"))),
    "a text of 100 MB": lambda: xlsx(
        f'<row r="2">{texts(2, times("a ", 50_000_000), "A")}</row>', noise()
    ),
    "ods, empty elements": lambda: ods(times("<a/>", 1_590_000)),
    "ods, too many elements": lambda: ods("<a/>" * 6_000_000 + noise(8_000_000)),
    "ods, empty cells": lambda: ods(
        times(f"<table:table-row>{'<table:table-cell/>' * 40}</table:table-row>", 38_000)
    ),
    "ods, cells of a style": lambda: ods(
        times(f"<table:table-row>{STYLED}</table:table-row>", 75_000)
    ),
    "ods, sheets": lambda: ods("", **{f"S{n}": "" for n in range(900_000 // PART)}),
    "ods, sheets of the same titles": lambda: ods(
        "", **{f"S{n}": HEAD + times("<table:table-row/>", 79_000) for n in range(20)}
    ),
    "ods, blanks": lambda: ods(
        f"<table:table-row><table:table-cell><text:p>{times(BLANKS, 1_590_000)}</text:p>"
        "</table:table-cell></table:table-row>"
    ),
    "ods, hidden rows": lambda: ods(
        times('<table:table-row table:number-rows-repeated="99" table:visibility="collapse"/>',
              900_000)
    ),
    "ods, hidden columns": lambda: ods(
        times('<table:table-column table:number-columns-repeated="99" '
              'table:visibility="collapse"/>', 900_000)
    ),
    "csv, wrong cells": lambda: csv("".join(
        f"x;y;m{n};j{n}\n" for n in range(99_000)
    )),
    "csv, wide": lambda: csv(("ab;" * 999 + "\n") * 9_000),
    "csv, a line": lambda: csv("a" * 20_000_000),
    "csv, separators": lambda: csv(";" * 20_000_000),
    "csv, quotes": lambda: csv('"' * 20_000_000),
    "csv, digits": lambda: csv(f"a;b;{'9' * 120_000};\n" * 160),
    "csv, accents": lambda: csv(f"a{chr(0x301) * 60_000};b;1;\n" * 160),
    "csv, notices": lambda: b"#\n" * (9_900_000 // PART) + csv(""),
}  # fmt: skip
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str) -> bytes:
    whole = f'<w:document xmlns:w="{WORD}"><w:body>{body}{noise()}</w:body></w:document>'
    return zipped({"word/document.xml": whole})


PAPERS: dict[str, Callable[[], bytes]] = {
    "paragraphs": lambda: word(times("<w:p/>", 3_900_000)),
    "too many paragraphs": lambda: word("<w:p/>" * 6_000_000 + noise(8_000_000)),
    "nested paragraphs": lambda: word(times("<w:p>", 1_900_000) + times("</w:p>", 1_900_000)),
    "blanks": lambda: word(f"<w:p>{times('<w:tab/>', 3_900_000)}</w:p>"),
    "pages": lambda: b"a\f" * (24_000_000 // PART),
    "lines": lambda: b"a\n" * (24_000_000 // PART),
    "empty lines": lambda: b"\n " * (24_000_000 // PART) + b"x",
}


def spent(work: Callable[[], object]) -> float:
    """Seconds of processor, whether it reads or refuses."""
    start = time.process_time()
    with suppress(Unreadable):
        work()
    return time.process_time() - start


@pytest.mark.parametrize("kind", FILES)
def test_a_table_is_read_or_refused_in_seconds(kind: str) -> None:
    data = FILES[kind]()
    assert len(data) <= 20_000_000
    assert spent(lambda: read(data, "a", LAYOUT).raise_any()) < SECONDS / PART + FIXED


@pytest.mark.parametrize("kind", PAPERS)
def test_a_document_is_read_or_refused_in_seconds(kind: str) -> None:
    data = PAPERS[kind]()
    assert len(data) <= 50_000_000
    work = lambda: pages_of(kind_of(data, "a"), data, "a")  # noqa: E731
    assert spent(work) < SECONDS / PART + FIXED


def defined(names: int) -> str:
    one = '<definedName name="n{0}">Lignes!$A${0}</definedName>'
    return f"<definedNames>{''.join(one.format(n) for n in range(1, names + 1))}</definedNames>"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 90_000)), ""),
        ('<mergeCell ref="A1:XFD1048576"/>', "trop de cellules fusionnées"),
        (f"<!--{'<c >' * 100_000}-->", "pas écrite par un tableur"),
    ],
)
def test_the_names_of_a_form_are_found_in_seconds(after: str, expected: str) -> None:
    data = xlsx(after=after, book=defined(19_000))
    told = ""

    def work() -> None:
        nonlocal told
        try:
            named_cells(data, "a.xlsx")
        except Unreadable as refused:
            told = str(refused)

    assert spent(work) < SECONDS
    assert expected in told and bool(expected) == bool(told)


@pytest.mark.parametrize("text", ["9" * 10_000, "1e999999", "-" + "1" * 5_000 + ",5", "(" * 9_000])
def test_a_number_of_any_length_is_a_fault(text: str) -> None:
    data = f"{';'.join(TITLES)}\na;b;{text};\n".encode()
    with pytest.raises(Unreadable, match="montant illisible"):
        read(data, "a.csv", LAYOUT).raise_any()
