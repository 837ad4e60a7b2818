"""Why cells may not be set: values that do not hold, versions not said, cells moved meanwhile.

Knows the edits asked and the rows there. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maillage.kernel.actions import plain
from maillage.kernel.verdicts import Denied, refuse
from maillage.schemes.actions.cell_edits import (
    FEW,
    CellEdit,
    Checks,
    References,
    field_told,
    unfit_fields,
)
from maillage.schemes.engine.change import describe_states
from maillage.schemes.engine.document import FIELDS, UNKNOWN
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.events import removed_by
from maillage.schemes.models import Edition, Placement

Key = tuple[str, str, str]


def refuse_faults(edits: Sequence[CellEdit], checks: Checks) -> None:
    """Refuse where some edit may not be made, with the first reason; each fault of each of them is
    named."""
    verdicts = ((edit, checks.verdict(edit)) for edit in edits)
    denied = [(edit, verdict) for edit, verdict in verdicts if isinstance(verdict, Denied)]
    if denied:
        first = denied[0][1]
        told = [one for edit, verdict in denied[:FEW] for one in _all_told(edit, verdict, checks)]
        refuse(first.reason, first.status, refused=told)


def _all_told(edit: CellEdit, verdict: Denied, checks: Checks) -> list[dict[str, str]]:
    """A cell refused, once for each field that does not hold; once where the cell itself may not
    be set."""
    faults = checks.faults(edit) if verdict.status == 422 else {}
    if verdict.reason not in faults.values():
        return [_told(edit, verdict.reason)]
    return [_told(edit, reason, name) for name, reason in faults.items()]


def _told(edit: CellEdit, reason: str, name: str = "") -> dict[str, str]:
    """A cell refused, why, and the field the reason is of."""
    place = {"process": edit.process, "milestone": edit.milestone, "entity": edit.entity}
    return {**place, "field": name or field_told(reason) or "", "reason": reason}


def refuse_unsaid(edits: Iterable[CellEdit], current: Mapping[Key, Placement]) -> None:
    """Refuse what would write over a cell whatever somebody else has recorded there."""
    reason = "Dire par «\u00a0expected\u00a0» à quelle version la cellule a été lue."
    unsaid = [edit for edit in edits if edit.expected is None and edit.key in current]
    if unsaid:
        refuse(reason, 428, refused=[_told(edit, reason) for edit in unsaid[:FEW]])


def refuse_unfit(edits: Iterable[CellEdit], current: Mapping[Key, Placement]) -> None:
    """Refuse a value given that the modes of its cell do not take, which would be lost unsaid."""
    unfit = []
    for edit in edits:
        row = current.get(edit.key)
        held = (row.mode, row.complementary) if row else (UNKNOWN, "")
        for name, reason in unfit_fields(edit.changes or {}, *held).items():
            unfit.append((edit, name, reason))
    if unfit:
        told = [_told(edit, reason, name) for edit, name, reason in unfit[:FEW]]
        refuse(unfit[0][2], 422, refused=told)


def refuse_conflicts(
    edition: Edition,
    edits: Sequence[CellEdit],
    current: Mapping[Key, Placement],
    references: References,
) -> None:
    """Refuse (409) cells that are no longer at the version an edit says, each with what it holds
    and who set it or emptied it."""
    codes: dict[int | None, str] = {pk: code for code, pk in references.entities.items()}
    conflicts = []
    gone = {"|".join(e.key) for e in edits if e.expected and e.key not in current}
    emptied = removed_by(edition, gone)
    for edit in edits:
        if edit.expected is None:
            continue
        row = current.get(edit.key)
        version = row.version if row else 0
        if edit.expected != version:
            conflicts.append(
                {
                    "process": edit.process,
                    "milestone": edit.milestone,
                    "entity": edit.entity,
                    "mode": row.mode if row else "",
                    "complementary": row.complementary if row else "",
                    "version": version,
                    "by": row.updated_by if row else emptied.get("|".join(edit.key), ""),
                    "fields": _fields(edit, row, codes),
                }
            )
    if conflicts:
        count = len(conflicts)
        what = "Une cellule a été modifiée" if count == 1 else f"{count} cellules ont été modifiées"
        refuse(f"{what} par une autre personne depuis votre lecture.", 409, conflicts=conflicts)


def _fields(
    edit: CellEdit, row: Placement | None, codes: Mapping[int | None, str]
) -> dict[str, list[Any]]:
    """Each field this edit would change: what is recorded, what is asked; by codes."""
    theirs: dict[str, Any] | None = None
    if row:
        theirs = {name: getattr(row, name) for name in FIELDS if name != "lead"}
        theirs["lead"] = codes.get(row.lead_id) or (row.lead.code if row.lead else "")
    mine = None if edit.changes is None else {**(theirs or {}), **edit.changes}
    fields = describe_states(theirs, mine, own=bool(edit.entity))
    return {c.field: [_plain(c.before), _plain(c.after)] for c in fields}


def _plain(value: Any) -> Any:
    return value.record() if isinstance(value, Details) else plain(value)
