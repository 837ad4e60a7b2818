"""Read one ledger: detect, read once into typed Parquet, check everything, say what was found.

    ledger = read_ledger(Path("123456782FEC20251231.txt"), store=Path("livres/nord/2025"))

The store is addressed by content: `store/<sha256>/` holds `lines.parquet`, `cube.parquet` and
`ledger.json`, written aside and renamed in one step. A file already there is not read again.
"""

from __future__ import annotations

import array
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from maillage.ledger.engine import checks, clean_text, entry_checks, fec_sql, file_checks
from maillage.ledger.engine.closing_entries import check_settled, may_settle
from maillage.ledger.engine.continuity import fingerprint
from maillage.ledger.engine.detection import Form, Unreadable, detect, is_xml
from maillage.ledger.engine.duck import (
    MEMORY_MB,
    Duck,
    Progress,
    one_file,
    quoted,
    silent,
)
from maillage.ledger.engine.fec import Layout, said_by
from maillage.ledger.engine.findings import Finding, Findings
from maillage.ledger.engine.ledger_file import (
    PARTS,
    Journal,
    LedgerFile,
    known_as,
    sha256_of,
    size_held,
)
from maillage.ledger.engine.proving import allowed, compiled
from maillage.ledger.engine.xml_text import to_text

__all__ = ["PARTS", "LedgerFile", "read_ledger"]

ROW_GROUP = 122_880
WORTH = 1 << 20
"""Bytes of a file from which importing what compiles the pass is worth its half second."""
UNDER_WAY = ".en-cours-"


def read_ledger(
    path: Path,
    *,
    store: Path | None = None,
    name: str = "",
    siren: str = "",
    closing: date | None = None,
    progress: Progress | None = None,
    memory_mb: int = MEMORY_MB,
    prove: bool = True,
) -> LedgerFile:
    """Read `path` and check all of it: in one compiled pass where it proves the file sound.

    `name` is the name it was given under (that of `path` else); `siren` and `closing` what is
    expected of it, where known. `progress` is told stages, and may raise to stop: nothing is
    then kept. `prove`: False where that pass is known to find something. Raises OSError where the
    disk refuses; what is wrong in the file is in `findings`.
    """
    name = name or path.name
    with _workplace(store) as place:
        findings = Findings()
        file_checks.check_name(name, siren, closing, findings)
        try:
            closing = closing or said_by(name).closing
            reading = _Reading(path, place, findings, progress, memory_mb, closing)
            reading.prove = prove and path.stat().st_size >= WORTH
            return reading.read(name, store)
        except duckdb.OutOfMemoryException:
            refused = Finding("file.size", detail="pour la mémoire accordée")
        except Unreadable as raised:
            refused = raised.finding
        findings.add(refused)
        size = path.stat().st_size
        return LedgerFile(name=name, size=size, findings=findings, refused=True)


@contextmanager
def _workplace(store: Path | None) -> Iterator[Path]:
    """A folder on the disk of the store, gone at the end whatever happened.

    A killed process could not remove its own: whoever comes next does.
    """
    if store is not None:
        store.mkdir(parents=True, exist_ok=True)
        for left in store.glob(f"{UNDER_WAY}*"):
            if not _lives(left.name.removeprefix(UNDER_WAY).split("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{UNDER_WAY}{os.getpid()}-", dir=store) as place:
        yield Path(place)


def _lives(pid: str) -> bool:
    """Whether a process of this machine bears that number."""
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


class _Reading:
    """One file being read, in a folder of its own."""

    def __init__(
        self,
        path: Path,
        place: Path,
        findings: Findings,
        progress: Progress | None,
        memory_mb: int,
        closing: date | None,
    ) -> None:
        self.path = path
        self.place = place
        self.findings = findings
        self.follow = progress
        self.progress = progress or silent
        self.memory_mb = memory_mb
        self.origin: array.array[int] | None = None
        self.closing = closing
        self.encoding = ""
        self.prove = True
        self.xml = is_xml(path) if path.stat().st_size else False

    def read(self, name: str, store: Path | None) -> LedgerFile:
        known = self._held(store) if store is not None else None
        if known is not None:
            return self._known(known, name)
        source = self._as_text()
        form = detect(source)
        ledger = self._sound(form) or self._at_length(source, form)
        ledger = replace(
            ledger,
            name=name,
            size=self.path.stat().st_size,
            encoding=self.encoding or ledger.encoding,
            layout=Layout.XML if self.xml else ledger.layout,
            siren=said_by(name).siren,
            closing=self.closing,
            findings=self._located(),
        )
        return self._kept(ledger, store)

    def _as_text(self) -> Path:
        """The file itself, or the text its XML comes to."""
        if not self.xml:
            return self.path
        target = self.place / "texte.txt"
        self.progress("Lecture du XML", 0, 1)
        told = to_text(self.path, target, self.findings)
        self.origin, self.encoding = told.lines, told.encoding
        file_checks.check_closing(told.closing, self.closing, self.findings)
        return target

    def _held(self, store: Path) -> LedgerFile | None:
        """What the store holds of these bytes: they are hashed first where it holds as many."""
        size = self.path.stat().st_size
        if not any(size_held(folder) == size for folder in store.iterdir()):
            return None
        self.progress("Lecture du fichier", 0, size)
        return known_as(store / sha256_of(self.path), self.closing)

    def _sound(self, form: Form) -> LedgerFile | None:
        """Lines and cube of a file of which there is nothing to say, in one pass; None else."""
        columns = None if self.xml or not self.prove else compiled("columns")
        if columns is None:
            return None
        size = self.path.stat().st_size

        def follow(done: int) -> None:
            self.progress("Mise en colonnes", done, size)

        stored = columns.store(form, *allowed(self.closing), self.place, ROW_GROUP, follow)
        if stored is None or may_settle(
            (str(a), int(d), int(c)) for a, _, _, d, c, _ in stored.cube
        ):
            return None
        return LedgerFile(
            sha256=stored.sha256,
            first=stored.first,
            last=stored.last,
            content=fingerprint(stored.cube),
            **_told(form, stored.journals),
        )

    def _at_length(self, source: Path, form: Form) -> LedgerFile:
        """The same of any file, with all there is to say of it."""
        told = clean_text.survey_bytes(source, form, self.progress)
        form = told.form
        file_checks.check_heading(form, self.findings)
        if not told.plain:
            self.progress("Mise au propre du texte", 0, 1)
            form = clean_text.rewritten(form, self.place / "propre.txt", self.findings)
        with Duck(self.place, memory_mb=self.memory_mb, progress=self.follow) as duck:
            ledger = self._stored(duck, form)
        sha = told.sha256 if source == self.path else sha256_of(self.path)
        return replace(ledger, sha256=sha, newline=told.form.newline)

    def _stored(self, duck: Duck, form: Form) -> LedgerFile:
        """Write lines and cube, and check them. Raises Unreadable where there is no line at all."""
        lines = self.place / "lines.parquet"
        form = checks.check_axes(duck, form, self.findings)
        form, odd, left = checks.check_text(duck, form, self.findings)
        self._write(duck, fec_sql.lenient(form, checks.ODD) if odd else fec_sql.typed(form), lines)
        stored = f"SELECT * FROM read_parquet({quoted(one_file(lines))})"
        if not duck.run(f"SELECT count(*) FROM ({stored})")[0][0]:
            raise Unreadable(Finding("file.empty", detail="aucune ligne d’écriture lisible"))
        checks.check_lines(duck, stored, form, self.closing, self.findings)
        lost = fec_sql.lost_keys(form) if left else ""
        key = entry_checks.check_entries(duck, stored, self.findings, lost)
        if settling := check_settled(duck, stored, key, self.findings):
            self._leave_out(duck, lines, entry_checks.KEYS[key], settling)
        entry_checks.check_labels(duck, stored, self.findings)
        try:
            cube = self._write_cube(duck, stored, form)
            figures = replace(
                _figures(duck, stored, form, left), entry_key=key, content=_content(cube)
            )
            entry_checks.check_balances(cube, self.findings, figures.missing)
            return figures
        except (duckdb.ConversionException, duckdb.OutOfRangeException):
            raise Unreadable(Finding("file.amounts")) from None

    def _write(self, duck: Duck, select: str, target: Path) -> None:
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
        duck.run(f"COPY ({select}) TO {quoted(str(target))} ({options})", "Mise en colonnes")

    def _leave_out(self, duck: Duck, lines: Path, key: str, entries: str) -> None:
        """Write the lines again without those of some entries."""
        kept = self.place / "gardees.parquet"
        stored = f"read_parquet({quoted(one_file(lines))})"
        self._write(duck, f"SELECT * FROM {stored} WHERE ({key}) NOT IN ({entries})", kept)
        kept.replace(lines)

    def _write_cube(self, duck: Duck, stored: str, form: Form) -> list[dict[str, object]]:
        """The monthly cube: what later questions are answered from."""
        cube = self.place / "cube.parquet"
        axes = "".join(f", {name}" for name in fec_sql.axes_of(form))
        duck.run(
            f"COPY (SELECT account, arg_min(account_label, line) AS account_label, journal, "
            f"date_trunc('month', date)::DATE AS month, aux{axes}, "
            f"{entry_checks.OPENING} AS opening, {fec_sql.SUMS}, count(*) AS lines FROM ({stored}) "
            f"GROUP BY ALL) TO {quoted(str(cube))} (FORMAT parquet, COMPRESSION zstd)",
            "Cube mensuel",
        )
        rows = duck.run(
            f"SELECT account, journal, month, sum(debit)::BIGINT, sum(credit)::BIGINT, "
            f"sum(lines)::BIGINT FROM read_parquet({quoted(one_file(cube))}) GROUP BY ALL"
        )
        names = ("account", "journal", "month", "debit", "credit", "lines")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _located(self) -> Findings:
        """The findings, by the lines of the file given."""
        if self.origin is None:
            return self.findings
        return self.findings.relocated(self.origin)

    def _kept(self, ledger: LedgerFile, store: Path | None) -> LedgerFile:
        """Put in the store in one step, or leave nothing where there is none."""
        if store is None:
            return ledger
        ready = self.place / "pret"
        ready.mkdir()
        for part in PARTS:
            shutil.move(self.place / part, ready / part)
        (ready / "ledger.json").write_text(json.dumps(ledger.as_json(), ensure_ascii=False))
        for part in (*PARTS, "ledger.json", "."):
            _settle(ready / part)
        folder = store / ledger.sha256
        if folder.exists() and known_as(folder, ledger.closing) is None:
            folder.rename(self.place / "former")  # damaged, or checked for another closing
        try:
            ready.rename(folder)
        except OSError:
            if known_as(folder, ledger.closing) is None:
                raise
        return replace(ledger, folder=folder)

    def _known(self, ledger: LedgerFile, name: str) -> LedgerFile:
        """What the store holds of these bytes, under the name they now come with."""
        named = {"file.name", "siren.shape", "siren.key", "siren.other", "closing.other"}
        kept = Findings(
            {c: n for c, n in ledger.findings.counts.items() if c not in named},
            {c: f for c, f in ledger.findings.kept.items() if c not in named},
        )
        for code in named & self.findings.kept.keys():
            kept.add_all(self.findings.kept[code], self.findings.counts[code])
        return replace(ledger, name=name, siren=said_by(name).siren, findings=kept)


def _content(cube: list[dict[str, object]]) -> str:
    return fingerprint(tuple(row.values()) for row in cube)


def _settle(path: Path) -> None:
    """Have the disk keep what was written."""
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _figures(duck: Duck, stored: str, form: Form, left: int) -> LedgerFile:
    """Totals, dates and journals of what was stored. `left`: lines that are not there."""
    rows = duck.run(
        f"SELECT journal, any_value(journal_label), count(*), {fec_sql.SUMS}, min(date), "
        f"max(date), count(*) FILTER (debit IS NULL OR credit IS NULL) FROM ({stored}) "
        "GROUP BY journal ORDER BY journal"
    )
    journals = tuple(Journal(*row[:5]) for row in rows)
    dates = [day for row in rows for day in row[5:7] if day is not None]
    return LedgerFile(
        first=min(dates, default=None),
        last=max(dates, default=None),
        axes=tuple(fec_sql.axes_of(form)),
        missing=left + sum(row[7] for row in rows),
        **_told(form, journals),
    )


def _told(form: Form, journals: Sequence[Journal]) -> dict[str, Any]:
    """What the form and the journals of a file say of it."""
    return {
        "encoding": form.family.upper() or "UTF-8",
        "separator": form.separator,
        "newline": form.newline,
        "layout": form.layout,
        "lines": sum(j.lines for j in journals),
        "debit": sum(j.debit for j in journals),
        "credit": sum(j.credit for j in journals),
        "journals": tuple(journals),
    }
