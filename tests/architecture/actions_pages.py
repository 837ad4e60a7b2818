"""The pages of the actions against their declarations: one page per room, one row per action.

A row's event and wording come from the declaration; what is done, who may and what is refused are
written by hand and kept. `python -m tests.architecture.actions_pages` brings the pages up to date.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import maillage

PAGES = Path(__file__).parents[2] / "docs" / "actions"
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]*) \|(.*)$")
UNWRITTEN = " à écrire | à écrire | à écrire |"


def declared() -> dict[str, dict[str, str]]:
    """The wording of every event, by room."""
    for module in pkgutil.walk_packages(maillage.__path__, "maillage."):
        if ".actions" in module.name:
            importlib.import_module(module.name)
    from maillage.kernel.actions import REGISTRY

    rooms: dict[str, dict[str, str]] = {}
    for act in REGISTRY.values():
        if not act.event.startswith("test"):
            rooms.setdefault(act.room, {})[act.event] = act.title
    return rooms


def rows_of(text: str) -> dict[str, tuple[str, str]]:
    """What a page says of each event: its wording, and the rest of its row."""
    found = (ROW.match(line) for line in text.splitlines())
    return {m[1]: (m[2], m[3]) for m in found if m}


def brought_up_to_date(text: str, titles: dict[str, str]) -> str:
    """The page with every declared event, and only them, worded as declared."""
    lines = []
    for line in text.splitlines():
        row = ROW.match(line)
        if row is None:
            lines.append(line)
        elif row[1] in titles:
            lines.append(f"| `{row[1]}` | {titles[row[1]]} |{row[3]}")
    known = rows_of(text)
    lines += [f"| `{e}` | {titles[e]} |{UNWRITTEN}" for e in sorted(titles) if e not in known]
    return "\n".join(lines) + "\n"


def main() -> None:
    for room, titles in declared().items():
        page = PAGES / f"{room}.md"
        before = page.read_text("utf-8") if page.exists() else f"# {room} : les actes\n"
        page.write_text(brought_up_to_date(before, titles), "utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    main()
