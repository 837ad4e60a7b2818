"""What is wrong in a file, and where: collected up to a limit, counted beyond it.

Knows how a place is said ("feuille Placements, ligne 12, colonne Mode"). Refuses to know why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

LIMIT = 200
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in what was given: where it is, what it is, what was expected.

    `where` is for a person ("feuille Placements, ligne 12, colonne mode", "content.placements[3]");
    `row` and `column` tell a cell apart, where it is one.
    """

    where: str
    what: str
    expected: str = ""
    value: str = ""
    row: int = field(default=0, compare=False)
    column: str = field(default="", compare=False)

    def __str__(self) -> str:
        text = f"{self.where} : {self.what}"
        if self.value:
            text += f" (valeur lue : « {self.value} »)"
        return f"{text}. Attendu : {self.expected}." if self.expected else f"{text}."


class Unreadable(Exception):
    """A file that cannot be taken in. Carries every finding; nothing was changed."""

    def __init__(self, findings: list[Finding] | tuple[Finding, ...]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class Findings:
    """Faults of one file. Suggestions are computed only for the faults that will be shown."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.count = 0
        self.listed: list[Finding] = []

    def add(
        self,
        what: str,
        expected: str | Callable[[], str] = "",
        *,
        row: int = 0,
        column: str = "",
        value: str = "",
    ) -> None:
        self.count += 1
        if len(self.listed) < LIMIT:
            text = expected if isinstance(expected, str) else expected()
            where = self._where(row, column)
            self.listed.append(Finding(where, what, text, shown(value), row, column))

    def _where(self, row: int, column: str) -> str:
        parts = [self.place] if self.place else []
        if row:
            parts.append(f"ligne {row}")
        if column:
            parts.append(f"colonne {column}")
        return ", ".join(parts) or "fichier"

    def raise_any(self) -> None:
        """Raise Unreadable with what was found, in the order of the rows, where there is any."""
        if not self.count:
            return
        self.listed.sort(key=lambda finding: finding.row)
        more = self.count - len(self.listed)
        if more:
            text = f"et {more} autre{'s' if more > 1 else ''}"
            self.listed.append(Finding(self.place or "fichier", text))
        raise Unreadable(self.listed)


def not_read(why: str, what: str, column: str = "", value: str = "") -> str:
    """Why a row is not for whoever reads to write, and what is wrong in it, which nobody asks them
    to mend."""
    where = f"colonne {column}\u00a0: " if column else ""
    told = f" («\u00a0{shown(value)}\u00a0»)" if value else ""
    return f"{why} Non lue\u00a0: {where}{what}{told}."


def shown(value: str) -> str:
    """A value as it can be shown in a message: short, on one line, without control characters."""
    text = "".join(c if c.isprintable() or c in "\u00a0\u202f" else "\ufffd" for c in value[:200])
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
