"""What is known of a ledger once read; as it is kept beside its lines."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from maillage.ledger.engine.fec import Layout
from maillage.ledger.engine.findings import Finding, Findings

READING = 4
"""To be raised where the same bytes come to be read or checked otherwise: what a store keeps of a
former reading is then read again."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal and its totals, in cents."""

    code: str
    label: str
    lines: int
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A file read, or refused: then only `name`, `size` and `findings` say something.

    `debit` and `credit` in cents; `first` and `last` the extreme dates of entries; `axes` the
    extra columns as stored; `folder` where the store keeps it, None without a store. `missing`:
    lines that `debit` and `credit` do not count, being unreadable as a whole or in their amount;
    `entry_key`: an entry is a "journal" and a number, or a "number" alone; `content`: what is the
    same where two books hold the same lines.
    """

    name: str = ""
    sha256: str = ""
    size: int = 0
    encoding: str = ""
    separator: str = ""
    newline: str = ""
    layout: Layout = Layout.TWO_SIDES
    lines: int = 0
    siren: str = ""
    closing: date | None = None
    first: date | None = None
    last: date | None = None
    debit: int = 0
    credit: int = 0
    journals: tuple[Journal, ...] = ()
    axes: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)
    refused: bool = False
    missing: int = 0
    entry_key: str = "journal"
    content: str = ""
    folder: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """All but the folder, as JSON holds it."""
        held: dict[str, Any] = {"reading": READING}
        held |= {name: getattr(self, name) for name in self.__slots__ if name != "folder"}
        held["layout"] = self.layout.value
        for name in ("closing", "first", "last"):
            held[name] = held[name].isoformat() if held[name] else None
        held["journals"] = [asdict(journal) for journal in self.journals]
        held["findings"] = {
            "counts": self.findings.counts,
            "kept": [asdict(finding) for finding in self.findings],
        }
        return held

    @staticmethod
    def from_json(held: dict[str, Any], folder: Path | None = None) -> LedgerFile:
        dates = {
            name: date.fromisoformat(held[name]) if held[name] else None
            for name in ("closing", "first", "last")
        }
        held = {name: value for name, value in held.items() if name != "reading"}
        findings = Findings(dict(held["findings"]["counts"]))
        for row in held["findings"]["kept"]:
            findings.kept.setdefault(row["code"], []).append(Finding(**row))
        return LedgerFile(
            **{
                **held,
                **dates,
                "layout": Layout(held["layout"]),
                "journals": tuple(Journal(**row) for row in held["journals"]),
                "axes": tuple(held["axes"]),
                "findings": findings,
                "folder": folder,
            }
        )

    @staticmethod
    def load(folder: Path) -> LedgerFile:
        """What the store keeps in `folder`. Raises OSError where it holds none."""
        return LedgerFile.from_json(json.loads((folder / "ledger.json").read_text()), folder)


PARTS = ("lines.parquet", "cube.parquet")


def known_as(folder: Path, closing: date | None) -> LedgerFile | None:
    """What the store holds in a folder; None where it is damaged, was read otherwise than it would
    be today, or checked for another closing."""
    try:
        if json.loads((folder / "ledger.json").read_text()).get("reading") != READING:
            return None
        held = LedgerFile.load(folder)
        sound = all(_is_parquet(folder / part) for part in PARTS)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return held if sound and held.closing == closing else None


def size_held(folder: Path) -> int:
    """The bytes of the file that a folder of the store was read from; -1 where it does not say."""
    try:
        return int(json.loads((folder / "ledger.json").read_text())["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return -1


def _is_parquet(path: Path) -> bool:
    """Whether a file begins and ends as Parquet does: one cut or overwritten does not."""
    with path.open("rb") as file:
        begins = file.read(4) == b"PAR1"
        file.seek(-4, os.SEEK_END)
        return begins and file.read() == b"PAR1"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
