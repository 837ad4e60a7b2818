"""What the ledger is compared with. Each says what it took, and that it found the truth.

Knows how to run the C floor, DuckDB, hledger, ledger-cli and beancount on the same entries; knows
nothing of our own engine.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.bench.ledger import journals
from tests.bench.ledger.child import Cost, call, run
from tests.generated_books import Truth

Cells = dict[tuple[int, str], tuple[int, int]]  # (month, account) -> cents of debit, of credit
QUERIES = "tests.bench.ledger.queries"
# Above, hledger and beancount take minutes and all memory.
MOST = 2_000_000


class WrongTotals(Exception):
    """A baseline did not find the truth: its time is worth nothing."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """`measure()` does the work once and checks it."""

    name: str
    measure: Callable[[], Cost]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A baseline that cannot be run here, and why."""

    name: str
    reason: str


def cells(truth: Truth) -> Cells:
    """The truth by month and account: no two generated chambers share an account."""
    found = {
        (int(month[5:]), account): sums for (_, month, account), sums in truth.balances.items()
    }
    if len(found) != len(truth.balances):
        raise ValueError("two chambers share a local account")
    return found


def nets(truth: Truth) -> dict[str, int]:
    """The net cents of every account over the year, of those that are not zero."""
    sums: Counter[str] = Counter()
    for (_, _, account), (debit, credit) in truth.balances.items():
        sums[account] += debit - credit
    return {account: net for account, net in sums.items() if net}


def _agree(name: str, found: object, expected: object) -> None:
    if found != expected:
        raise WrongTotals(name)


def _as_cells(rows: Iterable[Sequence[str | int]]) -> Cells:
    return {
        (int(month), str(account)): (int(debit), int(credit))
        for month, account, debit, credit in rows
    }


def c_floor(truth: Truth, folder: Path) -> Baseline | Skipped:
    """A small C program that only parses and adds, on one thread."""
    name = "C floor"
    if not shutil.which("gcc"):
        return Skipped(name, "no gcc")
    program = folder / "floor"
    run(["gcc", "-O2", "-o", str(program), str(Path(__file__).with_name("floor.c"))])

    def measure() -> Cost:
        cost, output = run([str(program), *map(str, truth.files)])
        rows = (line.split("\t") for line in output.splitlines())
        _agree(name, _as_cells(rows), cells(truth))
        return cost

    return Baseline(name, measure)


def duckdb_count(truth: Truth, _: Path) -> Baseline:
    """count(*) of the files: to split the lines and do nothing with them."""

    def measure() -> Cost:
        cost, count = call(f"{QUERIES}:count", list(map(str, truth.files)))
        _agree("DuckDB count(*)", count, truth.lines)
        return cost

    return Baseline("DuckDB count(*)", measure)


def duckdb_bare(truth: Truth, _: Path) -> Baseline:
    """Sums by raw account and month, without any check."""

    def measure() -> Cost:
        cost, rows = call(f"{QUERIES}:consolidate", list(map(str, truth.files)))
        _agree("DuckDB bare", _as_cells(rows), cells(truth))
        return cost

    return Baseline("DuckDB bare", measure)


def _missing(program: str, truth: Truth, most: int | None) -> str:
    """Why a program is not run; nothing where it can be."""
    if not shutil.which(program):
        return f"no {program} (Debian package)"
    return f"not above {most} lines" if most and truth.lines > most else ""


def _cents(text: str) -> int:
    """Cents of `-12.30 EUR`, of `12.3`, or of nothing."""
    return int(Decimal(text.replace("EUR", "").strip() or "0") * 100)


def _nets_of(rows: Iterable[Sequence[str]]) -> dict[str, int]:
    """Net cents by account from rows `A512000, 12.30 EUR`, parents and zeros left out."""
    found = {row[0].strip().rpartition(":")[2][1:]: _cents(row[1]) for row in rows}
    return {account: net for account, net in found.items() if net}


def _by_command(
    name: str,
    truth: Truth,
    command: Sequence[str],
    rows: Callable[[str], Iterable[Sequence[str]]],
) -> Baseline:
    """A program that prints the balance of every account over the year."""

    def measure() -> Cost:
        # No cache of a former run: beancount would read its own instead of the entries.
        cost, output = run(command, {"BEANCOUNT_DISABLE_LOAD_CACHE": "1", "LC_ALL": "C.UTF-8"})
        _agree(name, _nets_of(rows(output)), nets(truth))
        return cost

    return Baseline(name, measure)


def _plain_journal(truth: Truth, folder: Path) -> Path:
    """The journal that hledger and ledger-cli share, written once."""
    journal = folder / "books.journal"
    return journal if journal.exists() else journals.convert(truth.files, journal, journals.plain)


def hledger(truth: Truth, folder: Path) -> Baseline | Skipped:
    if reason := _missing("hledger", truth, MOST):
        return Skipped("hledger", reason)
    journal = str(_plain_journal(truth, folder))
    command = ["hledger", "-f", journal, "balance", "--flat", "--no-total", "-O", "csv"]
    return _by_command(
        "hledger", truth, command, lambda text: list(csv.reader(io.StringIO(text)))[1:]
    )


def ledger(truth: Truth, folder: Path) -> Baseline | Skipped:
    if reason := _missing("ledger", truth, None):
        return Skipped("ledger-cli", reason)
    journal = str(_plain_journal(truth, folder))
    shown = "%(account)\t%(amount)\n"
    command = ["ledger", "--args-only", "-f", journal, "balance", "--flat", "--no-total"]
    command += ["--balance-format", shown]
    return _by_command(
        "ledger-cli", truth, command, lambda text: [row.split("\t") for row in text.splitlines()]
    )


def beancount(truth: Truth, folder: Path) -> Baseline | Skipped:
    if reason := _missing("bean-query", truth, MOST):
        return Skipped("beancount", reason)
    year = next(iter(truth.balances))[1][:4]
    accounts = sorted({account for _, _, account in truth.balances})
    opening = [f"{year}-01-01 open {journals.beancount_account(name)} EUR" for name in accounts]
    journal = journals.convert(truth.files, folder / "books.beancount", journals.beancount, opening)
    query = "SELECT account, sum(number) GROUP BY account"
    command = ["bean-query", "-q", "-f", "csv", str(journal), query]
    return _by_command(
        "beancount", truth, command, lambda text: list(csv.reader(io.StringIO(text)))[1:]
    )


ALL: dict[str, Callable[[Truth, Path], Baseline | Skipped]] = {
    "floor": c_floor,
    "count": duckdb_count,
    "bare": duckdb_bare,
    "hledger": hledger,
    "ledger": ledger,
    "beancount": beancount,
}
