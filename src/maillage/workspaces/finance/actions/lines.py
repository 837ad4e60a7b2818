"""Enter amounts in a budget: one cell, a block pasted, a whole spreadsheet.

The only writer of lines. Two people never write over each other: each line carries its version.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.costing.engine.budgets import Amounts, account_fault, by_month
from maillage.costing.models import Budget, BudgetAxis, BudgetLine
from maillage.costing.models.budgets import MONTH_FIELDS
from maillage.kernel import unprintable
from maillage.kernel.actions import Outcome, action
from maillage.kernel.money import LARGEST
from maillage.kernel.verdicts import (
    refuse,
    refuse_unread,
)
from maillage.people.actors import Actor
from maillage.workspaces.finance.engine.budget_table import MOST_LINES, MOST_NOTE
from maillage.workspaces.finance.rules import budgets as rules

JOURNAL_LIMIT = 200
"""Lines whose change an event details; beyond, it keeps their number."""
LineKey = tuple[str, str]
"""Account and axis code ("" for none)."""


@dataclass(frozen=True, slots=True)
class LineEdit:
    """A change asked of one line. `months` maps 1 to 12 to cents; None removes the line.

    An empty `months` on a line that is not there adds it. `note`: its hypothesis, None to leave it
    as it is. `expected` is the version seen by whoever asks (0: no line), None not to check.
    """

    account: str
    axis: str
    months: Mapping[int, int] | None
    expected: int | None = None
    note: str | None = None

    @property
    def key(self) -> LineKey:
        return (self.account, self.axis)


@dataclass(frozen=True, slots=True)
class Entered:
    """Each line's new version (0 where removed) and how many changed."""

    versions: Mapping[LineKey, int]
    changed: int


def row_version() -> int:
    return time.time_ns() // 1000


@action(
    "finance.line.entered", "Montants de budget saisis", guard=rules.can_enter, as_written=("axis",)
)
def enter_amounts(
    budget: Budget, edits: Sequence[LineEdit], *, actor: Actor, seen: int | None = None
) -> Outcome[Entered]:
    """Apply every edit, or none; where `seen` is given, on that version of the budget alone.

    Raises Refusal: 409 a line changed by somebody else since it was read (details "conflicts"),
    or a budget that is no longer as `seen`, 422 an account, axis or amount that does not hold
    (details "refused": each such line, its reason, the month or "note" it is of).
    """
    refuse_unread("le budget", seen, lambda: budget.version)
    return apply_edits(budget, edits, actor)


def apply_edits(budget: Budget, edits: Sequence[LineEdit], actor: Actor) -> Outcome[Entered]:
    """What `enter_amounts` does, within another action; raises Refusal as it does."""
    axes = _axes(budget, edits)
    _refuse_faults(edits, axes)
    held = {
        (line.account, line.axis.code if line.axis else ""): line
        for line in budget.lines.select_related("axis")
    }
    if len({*held, *(edit.key for edit in edits)}) > MOST_LINES:
        refuse(f"Un budget porte au plus {MOST_LINES} lignes.")
    _refuse_conflicts(edits, held)
    plan = _Plan(budget, actor.identity, axes)
    for edit in edits:
        plan.add(edit, held.get(edit.key))
    if not plan.changed:
        return Outcome(Entered(plan.versions, 0), unchanged=True)
    plan.write()
    return Outcome(Entered(plan.versions, plan.changed), plan.journaled())


def _axes(budget: Budget, edits: Iterable[LineEdit]) -> dict[str, int | None]:
    # What cannot be written on a line is no code, and is not asked of the database.
    codes = {edit.axis for edit in edits if edit.axis and edit.axis.isprintable()}
    found: dict[str, int | None] = {"": None}
    if codes:
        axes = BudgetAxis.objects.filter(network_id=budget.network_id, code__in=codes)
        found |= dict(axes.values_list("code", "pk"))
    return found


def _refuse_faults(edits: Iterable[LineEdit], axes: Mapping[str, int | None]) -> None:
    """Refuse where something of the edits does not hold, with the first reason; all are named."""
    refused = [
        {"account": edit.account, "axis": edit.axis, "field": field, "reason": reason}
        for edit in edits
        for field, reason in _faults(edit, axes)
    ]
    if refused:
        refuse(refused[0]["reason"], refused=refused)


def _faults(edit: LineEdit, axes: Mapping[str, int | None]) -> Iterator[tuple[str, str]]:
    """What does not hold: the number of a month, "note" or "" for the line; and why."""
    if fault := account_fault(edit.account):
        yield "", fault
        return
    if edit.axis not in axes:
        yield "", f"Axe «\u00a0{edit.axis[:40]}\u00a0»\u00a0: inconnu du plan analytique."
    for month, cents in (edit.months or {}).items():
        if month not in range(1, 13):
            yield "", f"Mois {month}\u00a0: de 1 à 12 attendu."
        elif abs(cents) > LARGEST:
            told = f"Compte {edit.account}\u00a0: dix milliards d’euros au plus par mois."
            yield str(month), told
    note = edit.note or ""
    if unseen := unprintable.fault(note, lines=False):
        yield "note", f"Compte {edit.account}, hypothèse\u00a0: {unseen}."
    elif len(note) > MOST_NOTE or not note.isprintable():
        what = f"une ligne de {MOST_NOTE} caractères au plus"
        yield "note", f"Compte {edit.account}, hypothèse\u00a0: {what}."


def _refuse_conflicts(edits: Iterable[LineEdit], held: Mapping[LineKey, BudgetLine]) -> None:
    conflicts = []
    for edit in edits:
        line = held.get(edit.key)
        version = line.version if line else 0
        if edit.expected is not None and edit.expected != version:
            conflicts.append(
                {
                    "account": edit.account,
                    "axis": edit.axis,
                    "months": line.months if line else None,
                    "note": line.hypothesis if line else "",
                    "version": version,
                    "by": line.updated_by if line else "",
                }
            )
    if conflicts:
        count = len(conflicts)
        what = "Une ligne a été modifiée" if count == 1 else f"{count} lignes ont été modifiées"
        reason = f"{what} par une autre personne depuis votre lecture."
        refuse(reason, 409, conflicts=conflicts)


class _Plan:
    """What to insert, update and delete, gathered before anything is written."""

    def __init__(self, budget: Budget, author: str, axes: Mapping[str, int | None]) -> None:
        self.budget, self.author, self.axes = budget, author, axes
        self.stamp = row_version()
        self.created: list[BudgetLine] = []
        self.updated: list[BudgetLine] = []
        self.deleted: list[int] = []
        self.versions: dict[LineKey, int] = {}
        self.diff: dict[LineKey, tuple[list[int] | None, list[int] | None]] = {}
        self.notes: dict[LineKey, tuple[str, str]] = {}

    def add(self, edit: LineEdit, line: BudgetLine | None) -> None:
        before = line.months if line else None
        if edit.months is None:
            self.versions[edit.key] = 0
            if line:
                self.deleted.append(line.pk)
                self.diff[edit.key] = (before, None)
            return
        after = list(before or [0] * 12)
        for month, cents in edit.months.items():
            after[month - 1] = cents
        self.versions[edit.key] = line.version if line else 0
        said = line.hypothesis if line else ""
        note = said if edit.note is None else edit.note.strip()
        if after == before and note == said:
            return
        target = line or BudgetLine(
            budget=self.budget, account=edit.account, axis_id=self.axes[edit.axis]
        )
        target.set_months(after)
        target.hypothesis = note
        target.version = max(self.stamp, target.version + 1)
        target.updated_by = self.author
        (self.updated if line else self.created).append(target)
        self.versions[edit.key] = target.version
        if after != before:
            self.diff[edit.key] = (before, after)
        if note != said:
            self.notes[edit.key] = (said, note)

    @property
    def changed(self) -> int:
        return len({*self.diff, *self.notes})

    def journaled(self) -> dict[str, Any]:
        """What the event keeps: each line before and after, or their number where too many."""
        if self.changed > JOURNAL_LIMIT:
            return {"amounts_count": self.changed}
        told = {"amounts": {"|".join(key): list(pair) for key, pair in self.diff.items()}}
        notes = {"|".join(key): list(pair) for key, pair in self.notes.items()}
        return told | ({"hypotheses": notes} if notes else {})

    def write(self) -> None:
        BudgetLine.objects.filter(pk__in=self.deleted).delete()
        BudgetLine.objects.bulk_create(self.created)
        fields = [*MONTH_FIELDS, "hypothesis", "version", "updated_by"]
        BudgetLine.objects.bulk_update(self.updated, fields, batch_size=200)
        self.budget.version = max(self.stamp, self.budget.version + 1)
        self.budget.save(update_fields=["version"])


def write_amounts(
    budget: Budget, amounts: Amounts, author: str, source: Budget | None = None
) -> None:
    """Fill a budget just opened: one line per account and axis, with the hypotheses that `source`
    has on the same ones; what it tells for zero stays told. For the other actions only."""
    notes: dict[tuple[str, int | None], str] = {}
    if source is not None:
        said = source.lines.values_list("account", "axis_id", "hypothesis")
        notes = {(account, axis): note for account, axis, note in said}
    lines = by_month(amounts)
    axes = dict(BudgetAxis.objects.filter(network_id=budget.network_id).values_list("code", "pk"))
    rows: dict[tuple[str, int | None], list[int]] = {key: [0] * 12 for key in notes}
    for (account, axis), months in lines.items():
        # An axis of the books that the plan does not know is no axis here.
        row = rows.setdefault((account, axes.get(axis)), [0] * 12)
        for place, cents in enumerate(months):
            row[place] += cents
    created = []
    for (account, axis_id), months in rows.items():
        line = BudgetLine(budget=budget, account=account, axis_id=axis_id, updated_by=author)
        line.set_months(months)
        line.hypothesis = notes.get((account, axis_id), "")
        line.version = budget.version
        created.append(line)
    BudgetLine.objects.bulk_create(created)
