"""What each room's tests take, against what it may, and what they measured:
`python -m tests.budget REPORT.xml…`.

Reads JUnit reports. A room is a folder of `tests/`, its pages driven in a browser included; its
seconds are those of its tests, added up, whichever process ran them. What looks at the whole house
(`architecture`, `journeys`, the commands) is a room of its own, but for who gets what at a room's
addresses. Prints; judges nothing: machines
differ.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

ROOM = 180
"""Seconds of one processor a room may add: 90 on two."""
BUDGETS = {"ledger": 240, "schemes": 240, "finance": 240, "architecture": 240}
"""What may take longer, and why it stands: the oldest rooms and what looks at every page."""


ADDRESS = re.compile(r"\[(?:draft-|adopted-)?([a-z]+):")
"""The table of access is asked address by address: `test_who_gets_what[draft-finance:budget]`."""
SERVED = {"api": "portal"}


def room_of(classname: str, name: str = "") -> str:
    """`tests.workspaces.finance.engine.test_x` belongs to `finance`; so do its addresses."""
    if "test_access" in classname and (address := ADDRESS.search(name)):
        return SERVED.get(address[1], address[1])
    parts = classname.split(".")[1:]
    if parts and parts[0] == "workspaces":
        parts = parts[1:]
    return parts[0] if len(parts) > 1 else "house"


def spent(reports: Iterable[Path]) -> dict[str, tuple[int, float]]:
    """Tests and seconds by room, over every report."""
    found: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):
            room = room_of(case.get("classname", ""), case.get("name", ""))
            tests, seconds = found[room]
            found[room] = tests + 1, seconds + float(case.get("time", 0))
    return dict(found)


def figures(reports: Iterable[Path]) -> list[tuple[str, str]]:
    """What tests measured and told (`record_property`), by name."""
    found = {
        (one.get("name", ""), one.get("value", ""))
        for report in reports
        for one in ElementTree.parse(report).iter("property")
    }
    return sorted(found)


def told(found: dict[str, tuple[int, float]]) -> Iterable[str]:
    yield f"{'room':<16}{'tests':>7}{'seconds':>10}{'budget':>9}"
    for room, (tests, seconds) in sorted(found.items(), key=lambda row: -row[1][1]):
        budget = BUDGETS.get(room, ROOM)
        over = "  over" if seconds > budget else ""
        yield f"{room:<16}{tests:>7}{seconds:>10.1f}{budget:>9}{over}"


def main(arguments: list[str]) -> int:
    reports = [Path(name) for name in arguments]
    print("\n".join(told(spent(reports))))
    print("\n".join(f"{name}: {value}" for name, value in figures(reports)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
