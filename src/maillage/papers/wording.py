"""French typography of printed text: spaces that do not break, dates, pages, paragraphs.

Knows how French is printed. Refuses to know what is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one item) or a list."""

    kind: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


def french(text: str) -> str:
    """Text with the spaces French typography does not break and typographic apostrophes."""
    text = re.sub(r"(?<=\S) (?=[:;?!»%])", NBSP, text)
    text = re.sub(r"« ", f"«{NBSP}", text)
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def page_of(reference: str) -> str:
    """« p. 6 » from « 6 » or « p. 6 »."""
    reference = reference.strip()
    return f"p.{NBSP}{reference}" if re.fullmatch(r"\d[\d\s,;–-]*", reference) else reference


def blocks(body: str) -> tuple[Block, ...]:
    """Paragraphs separated by a blank line; lines that start with « - » make lists."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        prose: list[str] = []
        items: list[str] = []
        for raw in part.splitlines():
            line = raw.strip()
            if line.startswith("- "):
                if prose:
                    found.append(Block("paragraph", (french(" ".join(prose)),)))
                    prose = []
                items.append(line[2:].strip())
            elif items:
                items[-1] += " " + line
            else:
                prose.append(line)
        if prose and any(prose):
            found.append(Block("paragraph", (french(" ".join(prose)),)))
        if items:
            found.append(Block("list", tuple(french(item) for item in items)))
    return tuple(found)
