"""Read one ledger: detect, read once into typed Parquet, check everything, say what was found.

    ledger = read_ledger(Path("123456782FEC20251231.txt"), store=Path("livres/nord/2025"))

The store is addressed by content: `store/<sha256>/` holds `lines.parquet`, `cube.parquet` and
`ledger.json`, written aside and renamed in one step. A file already there is not read again.
"""

from __future__ import annotations

import array
import codecs
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from maillage.ledger.engine import checks, entries, text
from maillage.ledger.engine.detection import Form, Refused, detect, is_xml, table_of
from maillage.ledger.engine.duck import MEMORY_MB, Cancelled, Duck, Progress, quoted, silent
from maillage.ledger.engine.fec import FILE_NAME, Layout
from maillage.ledger.engine.findings import Finding, Findings
from maillage.ledger.engine.ledger_file import Journal, LedgerFile
from maillage.ledger.engine.xml_text import to_text

__all__ = ["Cancelled", "LedgerFile", "read_ledger"]

CHUNK = 4 << 20
ROW_GROUP = 250_000
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
) -> LedgerFile:
    """Read `path` and check all of it.

    `name` is the name it was given under (that of `path` else); `siren` and `closing` what is
    expected of it, where known. `progress` is told stages, and may raise Cancelled: nothing is
    then kept. Raises OSError where the disk refuses; what is wrong in the file is in `findings`.
    """
    name = name or path.name
    with _workplace(store) as place:
        findings = Findings()
        checks.check_name(name, siren, closing, findings)
        try:
            reading = _Reading(path, place, findings, progress, memory_mb)
            return reading.read(name, closing or checks.closing_of(name), store)
        except Refused as refused:
            findings.add(refused.finding)
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


@dataclass(frozen=True, slots=True)
class Digest:
    """What one pass over the bytes tells. `invalid`: line of the first bytes no encoding allows."""

    sha256: str
    lines: int
    special: bool
    invalid: int | None


def digest(path: Path, form: Form | None, progress: Progress) -> Digest:
    """Hash, count lines, and look for bytes that contradict the encoding detected on samples."""
    sha, size, done, lines, last = hashlib.sha256(), path.stat().st_size, 0, 0, b""
    utf8 = form is not None and form.encoding == "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")() if utf8 else None
    marks = [c.encode("latin-1") for c in table_of(form.family if form else "")[0]]
    invalid, special = None, False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
            if decoder is not None:
                try:
                    decoder.decode(chunk, final=len(chunk) < CHUNK)
                except UnicodeDecodeError as error:
                    invalid = lines + 1 + chunk[: error.start].count(b"\n")
                    decoder = None
            special = special or any(mark in chunk for mark in marks)
            lines += chunk.count(b"\n")
            done, last = done + len(chunk), chunk
            progress("Lecture du fichier", done, size)
    if last and not last.endswith(b"\n"):
        lines += 1
    return Digest(sha.hexdigest(), lines, special, invalid)


class _Reading:
    """One file being read, in a folder of its own."""

    def __init__(
        self,
        path: Path,
        place: Path,
        findings: Findings,
        progress: Progress | None,
        memory_mb: int,
    ) -> None:
        self.path = path
        self.place = place
        self.findings = findings
        self.follow = progress
        self.progress = progress or silent
        self.memory_mb = memory_mb
        self.origin: array.array[int] | None = None
        self.closing: date | None = None
        self.xml = is_xml(path) if path.stat().st_size else False

    def read(self, name: str, closing: date | None, store: Path | None) -> LedgerFile:
        source = self._as_text()
        form = detect(source)
        told = digest(source, form, self.progress)
        sha = told.sha256 if source == self.path else digest(self.path, None, silent).sha256
        if store is not None and (store / sha / "ledger.json").exists():
            return self._known(LedgerFile.load(store / sha), name)
        form = self._settled(form, told)
        with Duck(self.place, memory_mb=self.memory_mb, progress=self.follow) as duck:
            ledger = self._stored(duck, form, told, closing)
        match = FILE_NAME.fullmatch(name)
        ledger = replace(
            ledger,
            name=name,
            sha256=sha,
            size=self.path.stat().st_size,
            layout=Layout.XML if self.xml else form.layout,
            siren=match["siren"] if match else "",
            closing=closing,
            findings=self._located(),
        )
        return self._kept(ledger, store)

    def _as_text(self) -> Path:
        """The file itself, or the text its XML or its unusual line ends come to."""
        target = self.place / "texte.txt"
        if self.xml:
            self.progress("Lecture du XML", 0, 1)
            self.origin, _closing = to_text(self.path, target)
            return target
        if detect(self.path).newline in ("\n", "\r\n"):
            return self.path
        with self.path.open("rb") as file, target.open("wb") as out:
            held = b""
            while chunk := file.read(CHUNK):
                chunk = held + chunk
                held = b"\r" if chunk.endswith(b"\r") else b""
                chunk = chunk.removesuffix(held)
                out.write(chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
            out.write(b"\n" if held else b"")
        return target

    def _settled(self, form: Form, told: Digest) -> Form:
        """A form the reader knows: what is in no admitted encoding is written again in UTF-8."""
        checks.check_heading(form, self.findings)
        if told.invalid is None and form.family != "cp1252":
            return form
        detail = "lu comme du Windows-1252"
        if told.invalid is not None:
            detail = f"UTF-8 invalide, {detail}"
        self.findings.add(Finding("file.encoding", told.invalid, detail=detail))
        target = self.place / "utf-8.txt"
        with form.path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
            while chunk := file.read(CHUNK):
                out.write(chunk.decode("cp1252", "replace"))
        return replace(form, path=target, encoding="utf-8", family="")

    def _stored(self, duck: Duck, form: Form, told: Digest, closing: date | None) -> LedgerFile:
        """Write lines and cube, and check them."""
        lines = self.place / "lines.parquet"
        strict = self._write_typed(duck, form, told, lines)
        if not strict:
            self._write(duck, text.lenient(form, special=told.special), lines)
        stored = f"SELECT * FROM read_parquet({quoted(str(lines))})"
        odd = not strict or duck.run(f"SELECT bool_or(odd) FROM ({stored})")[0][0]
        if odd:
            checks.check_text(duck, form, self.findings)
        checks.check_lines(duck, stored, form, closing, self.findings, from_text=bool(odd))
        entries.check_entries(duck, stored, self.findings)
        entries.check_labels(duck, stored, self.findings)
        cube = self._write_cube(duck, stored, form)
        entries.check_balances(cube, self.findings)
        return _figures(duck, stored, form)

    def _write_typed(self, duck: Duck, form: Form, told: Digest, target: Path) -> bool:
        """Write the store from typed cells; False where the text does not hold to its types."""
        try:
            self._write(duck, text.typed(form, special=told.special), target)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return False
        written = duck.run(f"SELECT count(*) FROM read_parquet({quoted(str(target))})")[0][0]
        return bool(written == told.lines - 1)

    def _write(self, duck: Duck, select: str, target: Path) -> None:
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
        duck.run(f"COPY ({select}) TO {quoted(str(target))} ({options})", "Mise en colonnes")

    def _write_cube(self, duck: Duck, stored: str, form: Form) -> list[dict[str, object]]:
        """The monthly cube: what later questions are answered from."""
        target = quoted(str(self.place / "cube.parquet"))
        axes = "".join(f", {name}" for name in text.axis_columns(form))
        duck.run(
            f"COPY (SELECT account, arg_min(account_label, line) AS account_label, journal, "
            f"date_trunc('month', date)::DATE AS month, aux{axes}, "
            f"{entries.OPENING} AS opening, (sum(debit) * 100)::BIGINT AS debit, "
            f"(sum(credit) * 100)::BIGINT AS credit, count(*) AS lines FROM ({stored}) "
            f"GROUP BY ALL) TO {target} (FORMAT parquet, COMPRESSION zstd)",
            "Cube mensuel",
        )
        rows = duck.run(
            f"SELECT journal, month, sum(debit)::BIGINT, sum(credit)::BIGINT "
            f"FROM read_parquet({target}) GROUP BY ALL"
        )
        names = ("journal", "month", "debit", "credit")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _located(self) -> Findings:
        """The findings, by the lines of the file given."""
        if self.origin is None:
            return self.findings
        return self.findings.relocated({n + 2: line for n, line in enumerate(self.origin)})

    def _kept(self, ledger: LedgerFile, store: Path | None) -> LedgerFile:
        """Put in the store in one step, or leave nothing where there is none."""
        if store is None:
            return ledger
        ready = self.place / "pret"
        ready.mkdir()
        for part in ("lines.parquet", "cube.parquet"):
            shutil.move(self.place / part, ready / part)
        (ready / "ledger.json").write_text(json.dumps(ledger.as_json(), ensure_ascii=False))
        folder = store / ledger.sha256
        try:
            ready.rename(folder)
        except OSError:
            if not (folder / "ledger.json").exists():
                raise
        return replace(ledger, folder=folder)

    def _known(self, ledger: LedgerFile, name: str) -> LedgerFile:
        """What the store holds of these bytes, under the name they now come with."""
        named = {"file.name", "siren.key", "siren.other", "closing.other"}
        kept = Findings(
            {c: n for c, n in ledger.findings.counts.items() if c not in named},
            {c: f for c, f in ledger.findings.kept.items() if c not in named},
        )
        for code, found in self.findings.kept.items():
            kept.add_all(found, self.findings.counts[code])
        return replace(ledger, name=name, findings=kept)


def _figures(duck: Duck, stored: str, form: Form) -> LedgerFile:
    """Totals, dates and journals of what was stored."""
    rows = duck.run(
        f"SELECT journal, any_value(journal_label), count(*), (sum(debit) * 100)::BIGINT, "
        f"(sum(credit) * 100)::BIGINT, min(date), max(date) FROM ({stored}) "
        "GROUP BY journal ORDER BY journal"
    )
    journals = tuple(Journal(*row[:5]) for row in rows)
    dates = [day for row in rows for day in row[5:] if day is not None]
    return LedgerFile(
        encoding={"utf-8": "UTF-8"}.get(form.encoding, form.family.upper() or "ISO-8859-15"),
        separator=form.separator,
        newline=form.newline,
        layout=form.layout,
        lines=sum(j.lines for j in journals),
        first=min(dates, default=None),
        last=max(dates, default=None),
        debit=sum(j.debit for j in journals),
        credit=sum(j.credit for j in journals),
        journals=journals,
        axes=tuple(text.axis_columns(form)),
    )
