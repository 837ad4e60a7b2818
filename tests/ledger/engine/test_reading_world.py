"""What accounting programs really write: other names, other dates, the types of XML, file names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from maillage.ledger.engine.fec import official, said_by
from maillage.ledger.engine.findings import CODES, Severity
from maillage.ledger.engine.ledger_reader import LedgerFile, read_ledger
from tests.ledger.engine.fec_text import HEAD, NAME, as_xml, signed, table, written
from tests.ledger.engine.test_reading import TOTAL, found, lines_of

Rows = list[list[str]]


def _read(tmp_path: Path, rows: Rows, name: str = NAME) -> LedgerFile:
    return read_ledger(written(tmp_path, rows, name=name), store=tmp_path / "store")


def _xml(tmp_path: Path, text: str, encoding: str = "utf-8") -> LedgerFile:
    path = tmp_path / NAME.replace("txt", "xml")
    path.write_bytes(text.encode(encoding))
    return read_ledger(path, store=tmp_path / "store")


# -- columns -------------------------------------------------------------------------------------

OTHERS = {
    "CompteAuxNum": "CompAuxNum", "CompteAuxLib": "CompAuxLib", "COMPTENUM": "CompteNum",
    "CompNum": "CompteNum", "Débit": "Debit", "Crédit": "Credit", "Écriture Num": "EcritureNum",
    "ecriturelib": "EcritureLib", "Montant devise": "Montantdevise", "date_let": "DateLet",
    "DateReglement": "DateRglt", "MODERGLT": "ModeRglt", "Id Client": "IdClient",
    "NatOp": "NatOp", "Service": "", "": "",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_a_column_is_known_by_any_of_its_names(name: str) -> None:
    assert official(name) == OTHERS[name]


def test_other_names_read_the_same_and_are_said_once(tmp_path: Path) -> None:
    plain = lines_of(_read(tmp_path, table()))
    rows = table()
    rows[0] = [{"CompAuxNum": "CompteAuxNum", "CompAuxLib": "CompteAuxLib", "Debit": "Débit"}
               .get(name, name.upper()) for name in rows[0]]  # fmt: skip
    ledger = _read(tmp_path, rows)
    assert ledger.findings.counts == {"header.case": 1} and lines_of(ledger) == plain
    (said,) = ledger.findings
    assert said.severity is Severity.NOTE and "COMPTENUM lu comme CompteNum" in said.detail


PAID = ("DateRglt", "ModeRglt", "NatOp", "IdClient")


def _with_payments(*values: str) -> Rows:
    return [[*HEAD, *PAID], *([*row, *values] for row in table()[1:])]


def test_payments_are_known_columns_and_no_axes(tmp_path: Path) -> None:
    ledger = _read(tmp_path, _with_payments("20250401", "CHQ", "Vente", "C1"))
    assert ledger.axes == () and not ledger.findings
    assert ledger.folder is not None
    asked = "SELECT DISTINCT payment_date, payment_mode, operation, customer FROM"
    rows = duckdb.sql(f"{asked} '{ledger.folder}/lines.parquet'").fetchall()
    assert rows == [(dt.date(2025, 4, 1), "CHQ", "Vente", "C1")]


@pytest.mark.parametrize(
    ("date", "code"),
    [("20250231", "date.calendar"), ("31/03/2025", "date.spelling"), ("hier", "date.payment")],
)
def test_a_date_of_payment_is_checked_and_never_blocks(
    tmp_path: Path, date: str, code: str
) -> None:
    ledger = _read(tmp_path, _with_payments(date, "CHQ", "", ""))
    assert ledger.findings.counts == {code: 12}
    assert ledger.findings.worst is Severity.WARNING


def test_a_cash_ledger_may_leave_its_journals_empty(tmp_path: Path) -> None:
    rows = _with_payments("20250401", "CHQ", "", "")
    for number, row in enumerate(rows[1:]):
        row[0] = row[1] = row[15] = ""
        row[2] = "7"
        row[8] = row[8] if number else ""
    codes = _read(tmp_path, rows).findings
    assert codes.counts["field.expected"] == 1 and codes.kept["field.expected"][0].column == (
        "PieceRef"
    )


# -- dates ---------------------------------------------------------------------------------------

DATES = {
    "2025/02/15": "date.spelling", "15-02-2025": "date.spelling", "2025.02.15": "date.spelling",
    "15022025": "date.spelling", "20250215 00:00:00": "date.spelling",
    "2025-02-15T10:11:12": "date.spelling", "15/02/2025": "date.spelling",
    "15/02/2025 00:00": "date.format", "2025-02-15T10:11:12Z": "date.format",
    "15/2/2025": "date.format",
}  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_other_spellings_of_a_date_are_read(tmp_path: Path, text: str) -> None:
    plain = lines_of(_read(tmp_path, table()))
    rows = table()
    rows[6][3] = rows[7][3] = rows[8][3] = text
    ledger = _read(tmp_path, rows)
    assert ledger.findings.counts == {DATES[text]: 3} and lines_of(ledger) == plain


def _dated(tmp_path: Path, *texts: str) -> list[dt.date | None]:
    rows = table()
    for row, text in zip(rows[1:], texts, strict=False):
        row[9] = text
    return [row[10] for row in lines_of(_read(tmp_path, rows))][: len(texts)]  # type: ignore[misc]


def test_a_column_agrees_on_where_its_month_stands(tmp_path: Path) -> None:
    march, april = dt.date(2025, 3, 4), dt.date(2025, 4, 3)
    assert _dated(tmp_path, "04/03/2025", "20250101") == [march, dt.date(2025, 1, 1)]
    assert _dated(tmp_path, "04/03/2025", "25/03/2025") == [march, dt.date(2025, 3, 25)]
    assert _dated(tmp_path, "04/03/2025", "03/25/2025") == [april, dt.date(2025, 3, 25)]
    disputed = _dated(tmp_path, "04/03/2025", "03/25/2025", "25/03/2025", "05/05/2025")
    assert disputed == [None, dt.date(2025, 3, 25), dt.date(2025, 3, 25), dt.date(2025, 5, 5)]


def test_a_date_that_is_unreadable_is_said_once(tmp_path: Path) -> None:
    rows = table()
    rows[5][14] = "février"
    assert found(_read(tmp_path, rows)) == [("date.unreadable", 6, "DateLet")]


def test_a_day_its_month_lacks_does_not_block(tmp_path: Path) -> None:
    lacking = dict.fromkeys(("20250230", "31/02/2025"), "date.calendar")
    lacking |= dict.fromkeys(("20251301", "20250132"), "date.unreadable")
    for text, code in lacking.items():
        rows = table()
        rows[6][9] = text
        assert found(_read(tmp_path, rows)) == [(code, 7, "PieceDate")], text


# -- directions ----------------------------------------------------------------------------------


def test_a_plain_one_is_read_and_told(tmp_path: Path) -> None:
    ledger = _read(tmp_path, signed(table(), "1", "-1"))
    assert ledger.findings.counts == {"amount.way": 6} and ledger.debit == TOTAL


# -- XML -----------------------------------------------------------------------------------------

VALUES = {
    "a time": ("<EcritureDate>2025-01-10</", "<EcritureDate>2025-01-10T00:00:00</", {}),
    "a time and a zone": (
        "<EcritureDate>2025-01-10</", "<EcritureDate>2025-01-10T08:00:00.5+02:00</",
        {"date.zone": 3}),
    "a zone": ("<ValidDate>2025-02-28</", "<ValidDate>2025-02-28Z</", {"date.zone": 5}),
    "no zero before the point": ("<Debit>20.00</", "<Debit>020</", {}),
    "nothing after the point": ("<Debit>100.00</", "<Debit>100.</", {}),
    "an exponent": ("<Debit>1000.50</", "<Debit>1.0005E3</", {"amount.exponent": 1}),
    "a comma": ("<Debit>100.00</", "<Debit>100,00</", {"amount.comma": 1}),
    "a sign": ("<Debit>100.00</", "<Debit>+100.0</", {}),
    "spaces": ("<Debit>100.00</", "<Debit> \n 100.00 </", {}),
}  # fmt: skip


@pytest.mark.parametrize("what", VALUES)
def test_values_are_read_by_the_types_of_xml(tmp_path: Path, what: str) -> None:
    before, after, said = VALUES[what]
    text = as_xml(table())
    assert before in text
    plain = lines_of(_xml(tmp_path, text))
    ledger = _xml(tmp_path, text.replace(before, after))
    assert ledger.findings.counts == said and lines_of(ledger) == plain
    worst = Severity.ERROR if what == "a comma" else Severity.WARNING if said else None
    assert ledger.findings.worst is worst


def test_an_amount_of_xml_that_is_no_number_is_missing(tmp_path: Path) -> None:
    for value in ("NaN", "INF", "1E99"):
        ledger = _xml(tmp_path, as_xml(table()).replace(">100.00<", f">{value}<", 1))
        assert (ledger.missing, ledger.debit) == (1, TOTAL - 10_000)


def test_payments_of_an_entry_are_kept_from_xml(tmp_path: Path) -> None:
    paid = "<DateRglt>2025-03-16</DateRglt><ModeRglt>CHQ</ModeRglt><IdClient>C9</IdClient>"
    ledger = _xml(tmp_path, as_xml(table()).replace("<ligne>", f"{paid}<ligne>", 1))
    assert ledger.folder is not None and not ledger.findings and ledger.axes == ()
    rows = duckdb.sql(
        f"SELECT payment_date, payment_mode, customer FROM '{ledger.folder}/lines.parquet' "
        "WHERE payment_mode <> ''"
    ).fetchall()
    assert set(rows) == {(dt.date(2025, 3, 16), "CHQ", "C9")}


def test_what_an_entry_holds_beside_is_kept_for_its_lines(tmp_path: Path) -> None:
    text = as_xml(table()).replace("<ligne>", "<Projet>P1</Projet><ligne>", 1)
    assert _xml(tmp_path, text).axes == ("axe_projet",)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_xml_is_read_in_the_encoding_it_declares(tmp_path: Path, encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    text = as_xml(table()).replace('encoding="UTF-8"', f'encoding="{declared}"')
    ledger = _xml(tmp_path, text, encoding)
    assert not ledger.findings and ledger.encoding == declared.upper()
    assert "À nouveaux" in {row[2] for row in lines_of(ledger)}


# -- names of files --------------------------------------------------------------------------------

CLOSED = dt.date(2025, 12, 31)
FILES = {
    "000012013FEC20251231.txt": ("000012013", CLOSED, True),
    "000012013fec20251231.TXT": ("000012013", CLOSED, True),
    "000012013FEC20251231_20260115093000.txt": ("000012013", CLOSED, True),
    "000012013FEC20251231 (2).xml": ("000012013", CLOSED, True),
    "000012013FEC20251231_1.txt": ("000012013", CLOSED, True),
    "Copie de 000012013FEC20251231.txt": ("000012013", CLOSED, True),
    "000 012 013 FEC20251231.txt": ("000012013", CLOSED, True),
    "00001201300018FEC20251231.txt": ("000012013", CLOSED, True),
    "FEC20251231-000012013.txt": ("000012013", CLOSED, True),
    "000012013_FEC_20251231.txt": ("000012013", CLOSED, False),
    "000000000FEC20251231.txt": ("", CLOSED, True),
    "5880148FEC20251231.txt": ("", CLOSED, True),
    "FEC20251231.txt": ("", CLOSED, True),
    "000012013FEC20251331.txt": ("000012013", None, False),
    "comptes.txt": ("", None, False),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_name_tells_its_siren_and_closing_wherever_they_stand(name: str) -> None:
    said = said_by(name)
    assert (said.siren, said.closing, said.official) == FILES[name]


def test_an_impossible_siren_is_no_identity_and_the_content_is_read(tmp_path: Path) -> None:
    ledger = _read(tmp_path, table(), "5880148FEC20251231.txt")
    (said,) = ledger.findings
    assert (said.code, said.detail) == ("siren.shape", "7 chiffres au lieu de 9")
    assert ledger.siren == "" and ledger.lines == 12


# -- gravity -------------------------------------------------------------------------------------


def test_what_the_official_control_does_not_block_is_not_called_blocking() -> None:
    """Order, encoding, balance and numbering are unchecked; 31 February passes."""
    blocking = {code for code, held in CODES.items() if held.severity is Severity.ERROR}
    assert blocking == {
        "file.name", "header.missing", "row.fields", "row.broken", "field.required", "date.format",
        "date.unreadable", "amount.format", "amount.unreadable", "amount.point",
        "amount.thousands", "amount.direction", "amount.way", "amount.comma", "closing.document",
    }  # fmt: skip
    assert all(CODES[code].official for code in blocking)
