"""Open a return for a year, fill it, type in it, check it, send it, correct it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from maillage.kernel.absence import Absent
from maillage.kernel.actions import Outcome, action, itself
from maillage.kernel.verdicts import Denied, Refusal, refuse, refuse_fault
from maillage.network.models import Entity
from maillage.people.actors import Actor
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.engine.definition import TYPED, seal_of
from maillage.workspaces.returns.engine.facts import Facts, FilledColumn
from maillage.workspaces.returns.engine.filling import Filled, Place
from maillage.workspaces.returns.models import (
    CellComment,
    DefinitionVersion,
    Restitution,
    ReturnDefinition,
    TypedCell,
)
from maillage.workspaces.returns.queries.gathering import gather
from maillage.workspaces.returns.queries.reading import template_of, typed_of, values_typed

State = Restitution.State
MOVED = "Des cellules saisies ici ont changé entre-temps\u00a0: choisir, puis enregistrer."
REFILLED = "Livres ou budgets ont changé depuis cet aperçu. Relire, puis recommencer."


def published_of(definition: ReturnDefinition) -> DefinitionVersion | None:
    """The last version published."""
    held = definition.versions.filter(status=DefinitionVersion.Status.PUBLISHED)
    found: DefinitionVersion | None = held.order_by("-number").first()
    return found


@action("returns.restitution.opened", "État ouvert pour un exercice", guard=rules.can_describe)
def open_restitution(
    definition: ReturnDefinition, *, actor: Actor, year: int, month: int = 12
) -> Outcome[Restitution]:
    """Open the last published version for a year, read up to a month, and fill it.

    Refuses (409) a definition without a published version, or a return of the same period that is
    not sent yet; (422) a year or a month that is none.
    """
    refuse_fault(rules.year_fault(year) or ("" if 1 <= month <= 12 else "Mois\u00a0: de 1 à 12."))
    version = published_of(definition)
    if version is None:
        refuse(rules.NO_VERSION.reason, 409)
    same = definition.restitutions.filter(year=year, month=month)
    if same.exclude(state=State.SENT).exists():
        refuse("Cet état est déjà ouvert pour cette période.", 409)
    if same.exists():
        refuse("Cet état est déjà envoyé pour cette période\u00a0: le corriger.", 409)
    made = _opened(definition, version, actor, year=year, month=month)
    return Outcome(made, {"number": made.number, "year": year, "month": month}, made)


def _opened(
    definition: ReturnDefinition, version: DefinitionVersion, actor: Actor, **more: Any
) -> Restitution:
    last = definition.restitutions.aggregate(last=Max("number"))["last"] or 0
    made = Restitution(definition=definition, version=version, number=last + 1, **more)
    _take(made, gather(definition.network, version.held, made.period), actor)
    made.save()
    return made


def _take(row: Restitution, facts: Facts, actor: Actor) -> None:
    row.facts = facts.as_json()
    row.filled_at, row.filled_by = timezone.now(), actor.identity


def facts_stamp(facts: Mapping[str, Any]) -> str:
    """What a preview of a filling gives back."""
    return seal_of(facts)[:24]


@action("returns.restitution.filled", "État rempli de nouveau", guard=rules.can_fill)
def refill(
    restitution: Restitution, *, actor: Actor, seen: str | None = None
) -> Outcome[Restitution]:
    """Read books and budgets again. `seen`: the stamp of the preview; refused (409) for another.

    What has not changed changes nothing. What was typed stays.
    """
    facts = gather(restitution.network, restitution.version.held, restitution.period)
    told = facts.as_json()
    if seen is not None and seen != facts_stamp(told):
        refuse(REFILLED, 409)
    same = facts_stamp(restitution.facts) == facts_stamp(told)
    origins = {
        "/".join(map(str, key)): block.origin for key, block in facts.blocks.items() if block.origin
    }
    _take(restitution, facts, actor)
    restitution.save(update_fields=["facts", "filled_at", "filled_by"])
    return Outcome(restitution, {"origins": origins}, unchanged=same)


class CellsMovedError(Refusal):
    """Cells that somebody else has written since they were read, otherwise than one does (409)."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        super().__init__(Denied(MOVED, 409), {"cells": ["|".join(place) for place in self.places]})


@action("returns.cell.typed", "Cellules d’un état saisies", guard=rules.can_type)
def type_cells(
    restitution: Restitution,
    *,
    actor: Actor,
    columns: Sequence[FilledColumn],
    chambers: Sequence[Entity],
    values: Mapping[Place, Decimal | None],
    seen: Mapping[Place, Decimal] | None = None,
) -> Outcome[int]:
    """Write the typed cells of some columns, in the unit of their row; None takes one away.

    `seen`: what was read in them, None to write over. A cell left as it was read stays as another
    has since put it. Refuses (422) a cell that is none of them, or too large; (403) the column of
    another; (CellsMovedError) one that somebody else changed meanwhile. The same values change
    nothing.
    """
    filled, by_code = filled_of(restitution), {column.code: column for column in columns}
    held = {(cell.row, cell.column): cell for cell in typed_of(restitution)}
    changing: dict[Place, Decimal | None] = {}
    for (row, column), value in values.items():
        line = filled.definition.lines.get(row)
        known = by_code.get(column)
        if line is None or known is None or not filled.is_typed(line, known):
            refuse(f"La cellule {row[:20]}, {column[:40]} ne se saisit pas.")
        refuse_fault(rules.value_fault(value, f"{row}, {column}"))
        former = held.get((row, column))
        if (former.value if former else None) != value:
            changing[row, column] = value
    if seen is not None:
        changing = _merged(changing, seen, held)
    diff: dict[str, list[str | None]] = {}
    for place, value in changing.items():
        former = held.get(place)
        diff["|".join(place)] = [said_number(former.value if former else None), said_number(value)]
        _write(restitution, former, place, value, actor)
    return Outcome(len(diff), {"cells": diff}, restitution, unchanged=not diff)


def _merged(
    changing: Mapping[Place, Decimal | None],
    seen: Mapping[Place, Decimal],
    held: Mapping[Place, TypedCell],
) -> dict[Place, Decimal | None]:
    """What one changed oneself; raises where another changed the same cells."""
    own = {place: value for place, value in changing.items() if value != seen.get(place)}
    stored = {place: cell.value for place, cell in held.items()}
    if clash := [place for place in own if stored.get(place) != seen.get(place)]:
        raise CellsMovedError(clash)
    return own


def _write(
    restitution: Restitution,
    former: TypedCell | None,
    place: Place,
    value: Decimal | None,
    actor: Actor,
) -> None:
    if value is None:
        if former is not None:
            former.delete()
        return
    cell = former or TypedCell(restitution=restitution, row=place[0], column=place[1])
    cell.value, cell.typed_at, cell.typed_by = value, timezone.now(), actor.identity
    cell.save()


def said_number(value: Decimal | None) -> str | None:
    """A number with no useless zero, as an event and a page keep it."""
    return None if value is None else f"{value.normalize():f}"


@action("returns.cell.commented", "Cellule d’un état commentée", guard=rules.can_comment)
def comment_cell(
    restitution: Restitution,
    *,
    actor: Actor,
    row: str,
    column: FilledColumn,
    chambers: Sequence[Entity],
    text: str,
) -> Outcome[CellComment]:
    """Say something of a cell. Refuses (422) an empty or too long text, a row that has no cell."""
    line = restitution.version.held.lines.get(row)
    if line is None or not line.is_figure:
        refuse("Cette cellule n’existe pas.")
    plain = text.strip()
    if not plain or len(plain) > 1000:
        refuse("Commentaire\u00a0: de un à mille caractères.")
    made = CellComment.objects.create(
        restitution=restitution, row=row, column=column.code, text=plain, said_by=actor.identity
    )
    return Outcome(made, {"cell": f"{row}|{column.code}", "text": plain}, restitution)


@action("returns.restitution.checked", "État contrôlé", guard=rules.can_check, seen=itself)
def check_restitution(
    restitution: Restitution, *, actor: Actor, seen: int | None = None
) -> Outcome[Restitution]:
    """Say that its figures were looked at: nothing is typed nor filled in it until reopened."""
    restitution.state = rules.LIFE.after(restitution.state, "check")
    restitution.checked_at, restitution.checked_by = timezone.now(), actor.identity
    restitution.save(update_fields=["state", "checked_at", "checked_by"])
    return Outcome(restitution, {"number": restitution.number})


@action("returns.restitution.reopened", "État rouvert", guard=rules.can_reopen, seen=itself)
def reopen_restitution(
    restitution: Restitution, *, actor: Actor, seen: int | None = None
) -> Outcome[Restitution]:
    """Go on preparing it."""
    restitution.state = rules.LIFE.after(restitution.state, "reopen")
    restitution.checked_at, restitution.checked_by = None, ""
    restitution.save(update_fields=["state", "checked_at", "checked_by"])
    return Outcome(restitution, {"number": restitution.number})


@action("returns.restitution.sent", "État envoyé", guard=rules.can_send, seen=itself)
def send_restitution(
    restitution: Restitution,
    *,
    actor: Actor,
    on: dt.date | None,
    reasons: Mapping[str, str],
    seen: int | None = None,
) -> Outcome[Restitution]:
    """Say that it was sent, and when: its values are sealed, nothing in it changes any more. The
    receiver’s template of that day and its mapping stay with it.

    Refuses (422) a day that is none or to come, a blocking control that fails, a control that fails
    or is not known without a reason.
    """
    if on is None or on > timezone.localdate():
        refuse("Date d’envoi\u00a0: un jour, au plus tard aujourd’hui.")
    filled = filled_of(restitution)
    refuse_fault(rules.reasons_fault(filled.controlled(), reasons))
    values = sealed_values(filled)
    restitution.sealed, restitution.seal = values, seal_of(values)
    known = {control.code for control in filled.definition.controls}
    restitution.reasons = {
        code: text.strip()[:500] for code, text in reasons.items() if code in known and text.strip()
    }
    template = template_of(restitution.definition)
    restitution.template = template
    restitution.template_use = template.use if template else {}
    restitution.state = rules.LIFE.after(restitution.state, "send")
    restitution.sent_on, restitution.sent_by = on, actor.identity
    restitution.save()
    diff = {"on": on.isoformat(), "seal": restitution.seal, "reasons": restitution.reasons}
    if template:
        diff |= {"template": template.name, "sha256": template.sha256}
    return Outcome(restitution, diff)


@action(
    "returns.restitution.abandoned", "État non envoyé abandonné",
    guard=rules.can_abandon, seen=itself,
)  # fmt: skip
def abandon_restitution(
    restitution: Restitution, *, actor: Actor, seen: int | None = None
) -> Outcome[ReturnDefinition]:
    """Give up a return that is not sent; the journal keeps what was typed in it."""
    definition = restitution.definition
    cells = {
        f"{cell.row}|{cell.column}": [said_number(cell.value), None]
        for cell in typed_of(restitution)
    }
    period = {"number": restitution.number, "year": restitution.year, "month": restitution.month}
    restitution.delete()
    return Outcome(definition, period | {"cells": cells}, definition)


def filled_of(restitution: Restitution) -> Filled:
    """The whole of it, whoever reads."""
    definition = restitution.version.held
    typed = values_typed(definition, typed_of(restitution))
    return Filled(definition, restitution.held, restitution.period, typed)


def sealed_values(filled: Filled) -> dict[str, Any]:
    """Every cell as it is told: a number in the unit of its row, or why there is none."""
    found: dict[str, Any] = {}
    for line in filled.definition.rows:
        if line.is_figure:
            for column in filled.columns:
                value = filled.shown(line, column.code)
                said = {"absent": value.reason} if isinstance(value, Absent) else str(value)
                found[f"{line.code}|{column.code}"] = said
    return found


@action("returns.restitution.corrected", "Correction d’un état ouverte", guard=rules.can_correct)
def correct_restitution(
    restitution: Restitution, *, actor: Actor, version: int | None = None
) -> Outcome[Restitution]:
    """Open a new return of the same period that corrects one sent: filled again, what was typed
    carried over, of the version that was sent unless another published one is chosen.

    Refuses (409) where it is already corrected, (422) a version that is not published.
    """
    if Restitution.objects.filter(corrects=restitution).exists():
        refuse("Une correction de cet état est déjà ouverte.", 409)
    definition = restitution.definition
    held = restitution.version
    if version is not None and version != held.number:
        published = definition.versions.filter(status=DefinitionVersion.Status.PUBLISHED)
        chosen: DefinitionVersion | None = published.filter(number=version).first()
        if chosen is None:
            refuse(f"Version {version}\u00a0: elle n’est pas publiée.")
        held = chosen
    made = _opened(
        definition, held, actor,
        year=restitution.year, month=restitution.month, corrects=restitution,
    )  # fmt: skip
    lines = held.held.lines
    TypedCell.objects.bulk_create(
        TypedCell(restitution=made, row=c.row, column=c.column, value=c.value,
                  typed_at=c.typed_at, typed_by=c.typed_by)
        for c in typed_of(restitution)
        if c.row in lines and lines[c.row].kind == TYPED
    )  # fmt: skip
    said = {"number": made.number, "corrects": restitution.number, "version": held.number}
    return Outcome(made, said, made)
