"""A diary takes the file in, whatever the words."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from maillage.papers import icalendar

D = dt.date


def test_a_diary_takes_the_file_in() -> None:
    event = icalendar.DayEvent("a@b", D(2026, 11, 30), "Nord, vote ; budget", "Source\nR712-14")
    text = icalendar.write("Échéances", [event], dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).decode()
    assert "DTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261201\r\n" in text
    assert "SUMMARY:Nord\\, vote \\; budget\r\n" in text
    assert "DESCRIPTION:Source\\nR712-14\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


@given(st.text(max_size=200))
def test_lines_are_folded_within_75_octets_and_unfold_to_the_same(text: str) -> None:
    plain = "".join(c for c in text if c.isprintable())
    event = icalendar.DayEvent("u", D(2026, 1, 1), plain)
    data = icalendar.write("n", [event], dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped}" in data.decode().replace("\r\n ", "")
