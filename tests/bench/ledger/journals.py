"""The same entries in the formats of hledger, ledger-cli and beancount. Knows no program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from tests.generated_books import FORMATS, Format

Row = list[str]
_NUMBER, _DATE, _ACCOUNT, _LABEL, _DEBIT, _CREDIT = 2, 3, 4, 10, 11, 12
# What beancount wants before an account, by the first digit of ours.
_KINDS = dict(zip("1234567", ("Equity", *["Assets"] * 4, "Expenses", "Income"), strict=True))


def _rows(path: Path, form: Format) -> Iterator[Row]:
    with path.open(encoding=form.encoding, newline=form.end) as lines:
        next(lines)
        for line in lines:
            row = line.rstrip("\r\n").split(form.separator)
            if form.signed and row[_CREDIT] == "C":
                row[_DEBIT], row[_CREDIT] = "", row[_DEBIT]
            elif form.signed:
                row[_CREDIT] = ""
            yield row


def _net(row: Row) -> str:
    """The signed amount of a line, with a decimal point."""
    debit, credit = row[_DEBIT], row[_CREDIT]
    amount = debit if debit not in {"", "0", "0,00"} else "-" + credit
    return amount.replace(",", ".")


def _date(row: Row) -> str:
    text = row[_DATE]
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def plain(entry: list[Row]) -> str:
    """An entry as hledger and ledger-cli both read it."""
    first = entry[0]
    title = f"{_date(first)} ({first[_NUMBER]}) {first[_LABEL].replace(';', ',')}\n"
    return title + "".join(f"    A{row[_ACCOUNT]}  {_net(row)} EUR\n" for row in entry) + "\n"


def beancount(entry: list[Row]) -> str:
    first = entry[0]
    label = first[_LABEL].replace('"', "'")
    title = f'{_date(first)} * "{first[_NUMBER]}" "{label}"\n'
    lines = (f"  {beancount_account(row[_ACCOUNT])}  {_net(row)} EUR\n" for row in entry)
    return title + "".join(lines) + "\n"


def beancount_account(account: str) -> str:
    return f"{_KINDS[account[0]]}:A{account}"


def convert(
    files: Sequence[Path],
    target: Path,
    written: Callable[[list[Row]], str],
    opening: Sequence[str] = (),
) -> Path:
    """Write all books as one journal, after the `opening` lines."""
    with target.open("w", encoding="utf-8") as journal:
        journal.writelines(line + "\n" for line in opening)
        for rank, path in enumerate(files):
            entries = groupby(_rows(path, FORMATS[rank % len(FORMATS)]), itemgetter(_NUMBER))
            journal.writelines(written(list(entry)) for _, entry in entries)
    return target
