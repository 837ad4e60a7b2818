"""The edits a browser or a script sends for cells, as it writes them in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maillage.kernel.plain_json import plain
from maillage.kernel.verdicts import refuse
from maillage.people.requests import Request
from maillage.schemes.actions import CellEdit
from maillage.schemes.engine.pasting import Pasted, parse_paste
from maillage.sheets.findings import Unreadable
from maillage.ui.refusals import NOT_UTF8
from maillage.ui.templatetags.ui import pluriel

MOST_EDITS = 5000


def edits_of(request: Request) -> list[CellEdit]:
    """The edits of a JSON body. Raises Refusal (422) where it is not what was expected."""
    try:
        rows = plain(request.body)["edits"]
        edits = [_edit(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        reason = "La demande est illisible : une liste « edits » de cellules est attendue en JSON."
        refuse(reason)
    if not 0 < len(edits) <= MOST_EDITS:
        refuse(f"De 1 à {MOST_EDITS} cellules par envoi.")
    if len({edit.key for edit in edits}) < len(edits):
        refuse("Une même cellule figure deux fois dans l’envoi.")
    return edits


def pasted(request: Request) -> Sequence[Sequence[Pasted]]:
    """The block of a body, as a spreadsheet copies it. Raises Refusal (422) where it is none."""
    try:
        return parse_paste(request.body.decode())
    except UnicodeDecodeError:
        refuse(NOT_UTF8)
    except Unreadable as refused:
        first, *others = refused.findings
        more = f" (et {pluriel(len(others), 'autre faute,autres fautes')})" if others else ""
        told = str(first)
        refuse(f"Rien n’est collé. {told[:1].upper()}{told[1:]}{more}")


def _edit(row: Mapping[str, Any]) -> CellEdit:
    """One edit. Raises TypeError or ValueError where its shape is not the one expected."""
    changes, expected = row["changes"], row.get("expected")
    if changes is not None and not isinstance(changes, dict):
        raise TypeError
    texts = [row["process"], row["milestone"], row.get("entity", "")]
    for name, value in (changes or {}).items():
        if name == "served" and not isinstance(value, list):
            raise TypeError
        if name == "details" and not isinstance(value, dict):
            raise TypeError
        texts += [name, *_texts(value)]
    for text in texts:
        if not isinstance(text, str) or "\0" in text:
            raise TypeError
        text.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    if expected is not None and (isinstance(expected, bool) or not isinstance(expected, int)):
        raise TypeError
    place = row["process"], row["milestone"], row.get("entity", "")
    cited, quoted = row.get("cited") is True, row.get("quoted") is True
    return CellEdit(*place, changes, expected, cited, quoted=quoted)


def _texts(value: Any) -> list[Any]:
    """The texts of a value, one level deep: of a list, of what the details of a mode say."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return value if isinstance(value, list) else [value]
