"""What a cell holds, as a browser keeps it between a page and the next: fields by name, empty ones
left out, entities by their codes. Knows no rule and no form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maillage.kernel.plain_json import plain
from maillage.schemes.engine.change import describe_states
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.models import Placement
from maillage.schemes.stored_rows import PLACEMENT_COLUMNS

CONTENT = PLACEMENT_COLUMNS[3:]


def state_of(values: Sequence[Any], codes: Mapping[int, str]) -> dict[str, Any]:
    """What a cell holds, as the browser keeps it: empty fields left out, the lead by its code."""
    state = {name: value for name, value in zip(CONTENT, values, strict=True) if value}
    if lead := state.pop("lead_id", None):
        state["lead"] = codes.get(lead, "")
    return state


def state_of_row(row: Placement) -> dict[str, Any]:
    codes = {row.lead_id: row.lead.code} if row.lead_id and row.lead else {}
    return state_of([getattr(row, name) for name in CONTENT], codes)


def state_read(text: str) -> dict[str, Any] | None:
    """The state a form was filled with, None where it does not say."""
    try:
        state = plain(text)
        describe_states(state, {})
        Details.of(state.get("details"))
    except (ValueError, TypeError, AttributeError):
        return None
    return state if isinstance(state, dict) else None
