"""What DuckDB does of the same files with no check at all, as fast as it can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.generated_books import COLUMNS

_TYPES = {"EcritureDate": "INTEGER", "Debit": "DECIMAL(18,2)", "Credit": "DECIMAL(18,2)"}


def _scans(files: list[str]) -> Iterator[tuple[bool, str]]:
    """One scan per kind of file: whether it has Montant and Sens, and its read_csv."""
    kinds: dict[tuple[bool, str], list[str]] = {}
    for path in files:
        with Path(path).open("rb") as file:
            header = file.readline()
        kinds.setdefault((b"Montant\t" in header, "|" if b"|" in header else "\t"), []).append(path)
    for (signed, separator), paths in kinds.items():
        columns = {name: _TYPES.get(name, "VARCHAR") for name in COLUMNS}
        if signed:
            renamed = {"Debit": "Montant", "Credit": "Sens"}
            columns = {renamed.get(name, name): kind for name, kind in columns.items()}
            columns["Sens"] = "VARCHAR"
        # auto_detect off and quote empty: nothing is guessed, no quote is looked for.
        yield (
            signed,
            f"read_csv({paths!r}, auto_detect=false, header=true, delim='{separator}', quote='', "
            f"escape='', decimal_separator=',', columns={columns!r})",
        )


def _rows(query: str) -> list[tuple[int, ...]]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        return connection.execute(query).fetchall()


def count(files: list[str]) -> int:
    """The lines of the files."""
    scans = " UNION ALL ".join(f"SELECT count(*) AS n FROM {scan}" for _, scan in _scans(files))
    return int(_rows(f"SELECT sum(n) FROM ({scans})")[0][0])


def consolidate(files: list[str]) -> list[tuple[int, ...]]:
    """(month, account, debit cents, credit cents), of accounts no two files share."""
    parts = []
    for signed, scan in _scans(files):
        debit, credit = (
            (f"CASE WHEN Sens = '{side}' THEN Montant END" for side in "DC")
            if signed
            else ("Debit", "Credit")
        )
        parts.append(
            f"SELECT EcritureDate // 100 % 100, CompteNum, "
            f"(coalesce(sum({debit}), 0) * 100)::BIGINT, "
            f"(coalesce(sum({credit}), 0) * 100)::BIGINT FROM {scan} GROUP BY ALL"
        )
    return _rows(" UNION ALL ".join(parts))
