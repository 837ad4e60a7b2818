"""What the form of a budget, or its grid, sends: the lines to change, and what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from maillage.kernel.money import EXPECTED, parse_amount, parse_count
from maillage.kernel.period import MONTHS
from maillage.kernel.plain_json import plain
from maillage.kernel.verdicts import (
    refuse,
)
from maillage.people.requests import Request
from maillage.ui.fields import UNTOLD, number_seen
from maillage.workspaces.finance.actions import LineEdit

MOST_EDITS = 2000
MOST_NOTE_SENT = 1000
"""Characters of a hypothesis that are read: one too long is refused by the action, not cut."""


def version_read(form: QueryDict, key: str) -> int:
    """Of a line, as its page showed it. Raises Refusal (409) where the form does not say."""
    return number_seen(form, f"v|{key}")


def read_form(
    form: QueryDict,
) -> tuple[list[LineEdit], dict[tuple[str, int], tuple[str, str]], list[str]]:
    """Edits of the form's changed cells, everything typed in them, and what is wrong. Raises
    Refusal (409) where a changed line does not say its version."""
    edits: list[LineEdit] = []
    typed: dict[tuple[str, int], tuple[str, str]] = {}
    faults: list[str] = []
    for field in form:
        if not field.startswith("o|"):
            continue
        key = field[2:]
        account, _, axis = key.partition("|")
        months = {}
        seen = form.get(field, "").split(",")
        for month in range(1, 13):
            text = form.get(f"c|{key}|{month}")
            before = seen[month - 1] if month <= len(seen) else "0"
            if text is None:
                continue
            cents = parse_amount(text[:60])
            if cents is None:
                typed[key, month] = (text[:60], EXPECTED)
                told = f"Compte {account}, {MONTHS[month - 1]}\u00a0: «\u00a0{text[:40]}\u00a0»"
                faults.append(f"{told}\u00a0; attendu\u00a0: {EXPECTED}.")
            elif str(cents) != before:
                months[month] = cents
                typed[key, month] = (text[:60], "")
        note = _note_typed(form, key)
        if note is not None:
            typed[key, 0] = (note, "")
        if months or note is not None:
            edits.append(LineEdit(account, axis, months, version_read(form, key), note))
    return edits, typed, faults


def _note_typed(form: QueryDict, key: str) -> str | None:
    """The hypothesis of a line where it is not the one that was read."""
    note, seen = form.get(f"h|{key}"), form.get(f"n|{key}", "")
    return None if note is None or note.strip() == seen else note[:MOST_NOTE_SENT].strip()


def edits_sent(request: Request) -> list[LineEdit]:
    """The edits of a JSON body. Raises Refusal: 422 where it is not what was expected, 409 where a
    line does not say its version, 0 for one that is not there yet."""
    try:
        edits = [_edit(row) for row in plain(request.body)["edits"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        what = "une liste «\u00a0edits\u00a0» de lignes est attendue en JSON"
        reason = f"La demande est illisible\u00a0: {what}."
        refuse(reason)
    if not 0 < len(edits) <= MOST_EDITS:
        refuse(f"De 1 à {MOST_EDITS} lignes par envoi.")
    if any(edit.expected is None for edit in edits):
        refuse(UNTOLD, 409)
    if len({edit.key for edit in edits}) < len(edits):
        refuse("Une même ligne figure deux fois dans l’envoi.")
    return edits


def _edit(row: Mapping[str, Any]) -> LineEdit:
    """One edit. Raises TypeError or ValueError where its shape is not the one expected."""
    account, axis, expected = row["account"], row.get("axis", ""), row.get("expected")
    if not isinstance(account, str) or not isinstance(axis, str) or "\0" in account + axis:
        raise TypeError
    (account + axis).encode()
    note = row.get("note")
    if not (note is None or isinstance(note, str)):
        raise TypeError
    (note or "").encode()
    months = row["months"]
    read = None if months is None else {_month(month): cents for month, cents in months.items()}
    for number in (*(read or {}).values(), expected or 0):
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError
    return LineEdit(account, axis, read, expected, note)


def _month(text: str) -> int:
    number = parse_count(text, 99)
    if number is None:
        raise ValueError
    return number
