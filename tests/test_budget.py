"""The report of time by room adds up what the test runner wrote."""

from __future__ import annotations

from pathlib import Path

from tests import budget

REPORT = """<testsuites><testsuite>
<testcase classname="tests.ledger.engine.test_reading" name="a" time="200.5"/>
<testcase classname="tests.ledger.test_books" name="b" time="100"/>
<testcase classname="tests.workspaces.finance.test_budgets" name="c" time="2"/>
<testcase classname="tests.test_crash" name="d" time="1">
<properties><property name="lost" value="0"/></properties></testcase>
<testcase classname="tests.architecture.test_access" name="gets[draft-finance:budget]" time="3"/>
<testcase classname="tests.architecture.test_access" name="gets[api:networks]" time="4"/>
<testcase classname="tests.architecture.test_house" name="e" time="5"/>
</testsuite></testsuites>"""


def test_seconds_are_added_by_room_and_figures_told_over_every_report(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_text(REPORT)
    (tmp_path / "two.xml").write_text(REPORT)
    found = budget.spent([tmp_path / "one.xml", tmp_path / "two.xml"])
    assert found == {
        "ledger": (4, 601.0),
        "finance": (4, 10.0),
        "house": (2, 2.0),
        "portal": (2, 8.0),
        "architecture": (2, 10.0),
    }
    assert budget.figures([tmp_path / "one.xml", tmp_path / "two.xml"]) == [("lost", "0")]
    lines = list(budget.told(found))
    assert "over" in lines[1]
    assert not any("over" in line for line in lines[2:])
