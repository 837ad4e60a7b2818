"""How the rows of a register are saved: in bulk, all or none, with what the journal keeps of each.

For the verbs alone, inside their transaction. Refuses what does not hold, what moved since it was
read, what is not the actor's to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from maillage.kernel.actions import MovedError, moved
from maillage.kernel.collecting import uncollected
from maillage.kernel.models import Written, last_events
from maillage.kernel.money import NBSP
from maillage.kernel.verdicts import ALLOWED, Denied, Refusal, Verdict, refuse, require
from maillage.kernel.words import folded
from maillage.registers import kinds
from maillage.registers.changes import Change, diff_of, told_event
from maillage.registers.declaration import Field, Register
from maillage.registers.models import Row
from maillage.registers.queries import Reading

BATCH = 1000


class FaultyError(Refusal):
    """What was given does not hold (422): the changes say where."""

    def __init__(self, changes: Sequence[Change], register: Register) -> None:
        wrong = [change for change in changes if change.faults]
        lines = [line for change in wrong[:50] for line in said_faults(register, change)]
        reason = "Une valeur est à corriger." if len(lines) == 1 else "Des valeurs sont à corriger."
        faults = [
            {"code": change.code, "field": fault.field, "what": fault.message}
            for change in wrong[:50]
            for fault in change.faults
        ]
        super().__init__(Denied(reason, status=422), {"violations": lines, "faults": faults})
        self.changes = changes
        self.faults = [fault for change in changes for fault in change.faults]


def said_faults(register: Register, change: Change) -> list[str]:
    """The faults of a row as sentences, each with its field."""
    found = []
    for fault in change.faults:
        asked = register.by_name.get(fault.field)
        label = asked.label if asked else "Code" if fault.field == "code" else ""
        found.append(f"{label}{NBSP}: {fault.message}" if label else fault.message)
    return found


def seen_of(reading: Reading, subjects: Iterable[str]) -> dict[str, int]:
    """The number of the last event of each subject: what a row was when one read it."""
    return last_events(reading.chain, subjects)


@uncollected
def save(reading: Reading, changes: Sequence[Change]) -> tuple[list[Any], list[Written]]:
    """Save what differs, in bulk; the rows and their events, in order. Raises Refusal."""
    register = reading.register
    twice = {change.code for change in changes if change.code}
    if len(twice) < sum(bool(change.code) for change in changes):
        refuse("Le même code est donné à deux fiches.", 422)
    if any(change.faults for change in changes):
        raise FaultyError(changes, register)
    moving = [change for change in changes if change.record is None or change.changed]
    _refuse_moved(reading, changes)
    _number(reading, [change for change in moving if not change.code])
    rows = _rows(reading, moving)
    pairs = list(zip(rows, moving, strict=True))
    new = [row for row, change in pairs if change.record is None]
    old = [row for row, change in pairs if change.record is not None]
    given = [f.name for f in register.fields if not f.by_verb]
    columns = [name for name in given if name not in register.linked]
    try:
        with transaction.atomic():
            register.model._base_manager.bulk_create(new, batch_size=BATCH)
    except IntegrityError:
        refuse("Un de ces codes est déjà pris.", 409)
    if old:
        register.model._base_manager.bulk_create(
            old,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*columns, "folded"],
        )
    keys = {name: reading.directory(name).keys for name in register.linked}
    link(register, [(row, c.after) for row, c in pairs if register.linked & {*c.changed}], keys)
    verbs = {True: f"{register.noun}.created", False: f"{register.noun}.revised"}
    written = [
        (verbs[change.record is None], row.subject, diff_of(register, change))
        for row, change in pairs
    ]
    return rows, written


def _refuse_moved(reading: Reading, changes: Sequence[Change]) -> None:
    """Raise MovedError where something was written to a row since it was seen, saying what of the
    fields one reads."""
    watched = {reading.subject_of(c.record): c for c in changes if c.record and c.seen is not None}
    seen = {subject: change.seen or 0 for subject, change in watched.items()}
    for subject, since in moved(reading.chain, seen):
        change = watched[subject]
        told = [str(t) for e in since for t in told_event(reading, e.diff, change.hidden)]
        now = f" Depuis{NBSP}: {', '.join(told)}." if told else ""
        reason = f"Une autre personne a modifié cette fiche depuis que vous l’avez lue.{now}"
        raise MovedError(reason, since, code=change.code)


def _number(reading: Reading, changes: Sequence[Change]) -> None:
    """Give the new rows without a code the next ones."""
    if not changes:
        return
    prefix, last = reading.register.numbering, 0
    kept = reading.register.model._base_manager.filter(network=reading.network)
    for code in kept.filter(code__startswith=prefix).values_list("code", flat=True):
        rest = code.removeprefix(prefix)
        last = max(last, int(rest)) if rest.isdecimal() else last
    for number, change in enumerate(changes, last + 1):
        change.code = f"{prefix}{number:03d}"


def _rows(reading: Reading, changes: Sequence[Change]) -> list[Any]:
    """The rows as they will be saved. Raises Refusal where one is not the actor's to write."""
    rows = []
    for row, verdict in _drafted(reading, changes):
        require(verdict)
        row.folded = folded_text(reading.register, row)
        rows.append(row)
    return rows


def refused_of(reading: Reading, changes: Sequence[Change]) -> list[str]:
    """Why each row is not the actor's to write; "" where it is."""
    return [getattr(verdict, "reason", "") for _, verdict in _drafted(reading, changes)]


def _drafted(reading: Reading, changes: Sequence[Change]) -> Iterator[tuple[Any, Verdict]]:
    """Each row with its new values, and whether one may write it, as it was and as it would be."""
    register, actor = reading.register, reading.actor
    keys = {f.name: reading.directory(f.name).keys for f in register.fields}
    for change in changes:
        new = change.record is None
        row = reading.row_of(change.record) if change.record else register.model(code=change.code)
        row.network = reading.network
        before = ALLOWED if new else register.may_write(row, actor=actor)
        for name in change.after if new else change.changed:
            if not register.by_name[name].by_verb:
                put(row, register.by_name[name], change.after[name], keys[name])
        yield row, before and register.may_write(row, actor=actor)


def put(row: Row, asked: Field, value: Any, keys: Any) -> None:
    """Set a value on a row as its column holds it; several references come after."""
    kind = asked.kind
    if isinstance(kind, kinds.References):
        return
    if isinstance(kind, kinds.Reference):
        setattr(row, f"{asked.name}_id", keys[value] if value is not None else None)
        return
    if isinstance(kind, kinds.Choices):
        value = f",{','.join(value)}," if value else ""
    elif value is None and isinstance(kind, kinds.Text | kinds.Choice):
        value = ""
    setattr(row, asked.name, value)


def folded_text(register: Register, row: Row) -> str:
    """What a search of a row looks through: its title first, then its other texts."""
    return "\n".join(folded(getattr(row, f.name) or "") for f in register.searched)


def link(register: Register, pairs: Sequence[tuple[Any, Any]], keys: Any) -> None:
    """Replace the several references of rows."""
    for name in register.linked:
        column: Any = register.model._meta.get_field(name)
        through = column.remote_field.through
        own, other = column.m2m_field_name(), column.m2m_reverse_field_name()
        taken = [(row, values[name]) for row, values in pairs if name in values]
        for start in range(0, len(taken), BATCH):
            rows = [row.pk for row, _ in taken[start : start + BATCH]]
            through._base_manager.filter(**{f"{own}__in": rows}).delete()
        links = [
            through(**{f"{own}_id": row.pk, f"{other}_id": keys[name][code]})
            for row, value in taken
            for code in kinds.codes_of(value)
        ]
        through._base_manager.bulk_create(links, batch_size=BATCH)
