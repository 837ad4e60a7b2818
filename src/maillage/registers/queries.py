"""The rows of a register that someone sees, and of each the fields they read. The only reader.

Everything goes through here (list, counts, filters, sorts, search, exports, API, history), so
what is hidden in one place is hidden in all. The number of queries does not depend on the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Case, F, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404

from maillage.kernel.models import Event
from maillage.kernel.words import folded
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.models import User
from maillage.registers import kinds
from maillage.registers.declaration import Field, Register, capital
from maillage.registers.list_question import Condition, Question
from maillage.registers.models import SavedView
from maillage.registers.text_matching import Alphabetical, holds

HEAD = ("pk", "public_id", "code", "archived")
FEW = 500
"""Rows whose several references are fetched by their ids; beyond, those of the whole network."""


@dataclass(slots=True)
class Record:
    """A row as someone reads it: `hidden` are the fields they do not read in it; `columns` those of
    its table, where it was read whole."""

    pk: int
    public_id: str
    code: str
    archived: bool
    values: dict[str, Any]
    hidden: frozenset[str] = frozenset()
    columns: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """The rows a reference field may name: labels, what may be typed, what a file holds."""

    labels: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)


class Reading:
    """A register as one actor reads it in one network."""

    def __init__(self, register: Register, network: Network, actor: Actor) -> None:
        self.register, self.network, self.actor = register, network, actor
        reaches = {
            f.name: f.readers(actor, network) if f.readers else True for f in register.fields
        }
        self.fields = tuple(f for f in register.fields if reaches[f.name] is not False)
        self.partial = {name: reach for name, reach in reaches.items() if isinstance(reach, Q)}
        self.labels: dict[str, dict[str, str]] = {f.name: {} for f in register.fields}
        self._directories: dict[str, Directory] = {}

    def __str__(self) -> str:
        return f"{capital(self.register.many)}, {self.network}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def typed(self) -> tuple[Field, ...]:
        """The fields one may type, send or fill: those read that no act keeps for itself."""
        return tuple(f for f in self.fields if not f.by_verb)

    @property
    def subject(self) -> str:
        """The register of this network as the journal and the files in waiting name it."""
        return f"{self.register.noun}s:{self.network.code}"

    def subject_of(self, record: Record) -> str:
        return f"{self.register.noun}:{record.public_id}"

    def version(self) -> int:
        """Moves whenever a row of the register does, in this network."""
        rows = f"{self.register.noun}:"
        written = Event.objects.filter(chain=self.chain, subject__startswith=rows)
        return written.aggregate(last=Max("sequence"))["last"] or 0

    def rows(self) -> QuerySet[Any]:
        """The rows one sees, archived or not."""
        rows = self.register.model._base_manager.filter(network=self.network)
        return self.register.visible(rows, self.actor)

    def asked(self, question: Question) -> QuerySet[Any]:
        """The rows a question leaves, unsorted."""
        rows = self.rows()
        if not question.archived:
            rows = rows.filter(archived=False)
        for condition in question.conditions:
            where, excluded = _where(condition)
            rows = rows.filter(~where if excluded else where)
            if condition.field.name in self.partial:
                rows = rows.filter(self.partial[condition.field.name])
        if question.search:
            rows = rows.filter(self._searched(question.search))
        return rows

    def _searched(self, text: str) -> Q:
        """Each word somewhere in the folded text, or in a text that not everybody reads."""
        found = Q()
        for word in folded(text).split():
            met = Q(folded__contains=word) | Q(code__contains=word)
            for asked in self.fields:
                if asked.kind.is_folded and (asked.readers is not None or asked.by_verb):
                    met |= holds(asked.name, word) & self.partial.get(asked.name, Q())
            found &= met
        return found

    def sorted(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        """In the order asked, empty values last; by code where nothing is asked."""
        if not question.sort or question.sort == "code":
            code = Alphabetical("code")
            return rows.order_by(code.desc() if question.descending else code.asc())
        by = self._sort_key(question.sort)
        if question.sort in self.partial:
            by = Case(When(self.partial[question.sort], then=by), default=None)
        ordered = by.desc(nulls_last=True) if question.descending else by.asc(nulls_last=True)
        return rows.order_by(ordered, "code")

    def _sort_key(self, name: str) -> Any:
        """What the rows are sorted by: of a reference its label, of a text its letters."""
        kind = self.register.by_name[name].kind
        if isinstance(kind, kinds.Reference):
            labels = [NullIf(F(f"{name}__{column}"), Value("")) for column in kind.named]
            return Alphabetical(Coalesce(*labels) if len(labels) > 1 else labels[0])
        is_text = isinstance(kind, kinds.Text | kinds.Choice | kinds.Choices)
        return Alphabetical(name) if is_text else F(name)

    def records(self, rows: QuerySet[Any], fields: Sequence[Field] | None = None) -> list[Record]:
        """The rows as they are read, with `labels` for what they refer to."""
        records = self._taken(rows, self.fields if fields is None else fields)
        for record in records:
            for name in record.hidden:
                record.values[name] = None
        return records

    def whole(self, rows: QuerySet[Any]) -> list[Record]:
        """The rows with all their values, those in `hidden` too: for rules, never to be shown."""
        records = self._taken(rows, self.register.fields, self._kept)
        unread = frozenset(self.register.by_name) - {f.name for f in self.fields}
        for record in records:
            record.hidden |= unread
        return records

    @cached_property
    def _kept(self) -> list[str]:
        return [column.attname for column in self.register.model._meta.concrete_fields]

    def row_of(self, record: Record) -> Any:
        """The row of a record read whole, as it is kept: nothing is asked again."""
        model = self.register.model
        return model.from_db(model._base_manager.db, self._kept, record.columns)

    def _taken(
        self, rows: QuerySet[Any], fields: Sequence[Field], kept: Sequence[str] = ()
    ) -> list[Record]:
        read = {f: _columns(f) for f in fields if f.name not in self.register.linked}
        columns = list(dict.fromkeys(chain(kept, HEAD, *read.values())))
        flags = [name for name in self.partial if any(f.name == name for f in fields)]
        shown = {f"reads_{name}": _flag(self.partial[name]) for name in flags}
        taken = list(rows.annotate(**shown).values_list(*columns, *shown))
        pk, public_id, code, archived = map(columns.index, HEAD)
        width, nothing_hidden = len(kept), frozenset[str]()
        records = [
            Record(row[pk], str(row[public_id]), row[code], bool(row[archived]), {},
                   nothing_hidden, row[:width])
            for row in taken
        ]  # fmt: skip
        for asked, names in read.items():
            name, special = asked.name, isinstance(asked.kind, kinds.Reference | kinds.Choices)
            place, *others = map(columns.index, names)
            for record, row in zip(records, taken, strict=True):
                value = row[place]
                if value is None or value == "":
                    value = None
                elif special:
                    value = self._value(asked, value, (row[other] for other in others))
                record.values[name] = value
        for asked in fields:
            if asked.name in self.register.linked:
                self._link(asked, records)
        if flags:
            for record, row in zip(records, taken, strict=True):
                reads = zip(flags, row[len(columns) :], strict=True)
                record.hidden = frozenset(name for name, on in reads if not on)
        return records

    def _value(self, asked: Field, value: Any, named: Iterable[Any]) -> Any:
        """The code of a reference, its label noted; the codes of several choices."""
        kind = asked.kind
        if isinstance(kind, kinds.Choices):
            return tuple(value.strip(",").split(","))
        value = _identity(kind, value)
        labels = self.labels[asked.name]
        if value not in labels:
            labels[value] = next(filter(None, named), value)
        return value

    def _link(self, asked: Field, records: list[Record]) -> None:
        """Give the records their several references, in one query."""
        column: Any = self.register.model._meta.get_field(asked.name)
        through, kind = column.remote_field.through, asked.kind
        assert isinstance(kind, kinds.References)
        own, other = column.m2m_field_name(), column.m2m_reverse_field_name()
        links = through._base_manager.all()
        if len(records) <= FEW:
            links = links.filter(**{f"{own}__in": [record.pk for record in records]})
        else:
            links = links.filter(**{f"{own}__network": self.network})
        found: dict[int, list[str]] = {}
        names = [f"{other}__{name}" for name in (kind.key, *kind.named)]
        for pk, code, *labels in links.values_list(f"{own}_id", *names):
            found.setdefault(pk, []).append(code)
            self.labels[asked.name][code] = next((label for label in labels if label), code)
        for record in records:
            record.values[asked.name] = tuple(sorted(found.get(record.pk, ()))) or None

    def one(self, code: str) -> Record:
        """The row of a code; 404 where there is none, or none one sees."""
        found = self.records(self.rows().filter(code=code))
        if not found:
            raise Http404
        return found[0]

    def directory(self, name: str) -> Directory:
        """What a reference field may name, in one query; nothing for another kind of field."""
        if name not in self._directories:
            asked = self.register.by_name[name]
            self._directories[name] = self._directory(asked) if asked.refers else Directory()
        return self._directories[name]

    def _directory(self, asked: Field) -> Directory:
        kind: Any = asked.kind
        column: Any = self.register.model._meta.get_field(asked.name)
        model = column.related_model
        rows = model._base_manager.all()
        if model is User:
            rows = rows.filter(is_active=True, mandates__network=self.network).distinct()
        else:
            rows = rows.filter(network=self.network)
        labels, known, keys, typed = {}, {}, {}, {}
        for pk, key, *named in rows.order_by(*kind.named).values_list("pk", kind.key, *kind.named):
            code = _identity(kind, pk if isinstance(kind, kinds.Person) else key)
            labels[code], keys[code], typed[code] = next((n for n in named if n), key), pk, key
        for code, label in labels.items():
            known[folded(label)] = code if folded(label) not in known else ""
        known |= {folded(key): code for code, key in typed.items()} | {folded(c): c for c in labels}
        known = {text: code for text, code in known.items() if code}
        written = {c: t if known.get(folded(t)) == c else typed[c] for c, t in labels.items()}
        return Directory(labels, known, written, keys)

    def labels_of(self, name: str) -> Mapping[str, str]:
        """The labels met so far of what a field refers to, all of them once they were asked."""
        asked = self._directories.get(name)
        return {**asked.labels, **self.labels[name]} if asked else self.labels[name]

    @cached_property
    def views(self) -> list[SavedView]:
        """The saved views one may open: one's own and the shared ones."""
        kept = SavedView.objects.filter(network=self.network, register=self.register.noun)
        return list(kept.filter(Q(shared=True) | Q(owner=owner_of(self.actor))))


def owner_of(actor: Actor) -> int | None:
    """The id of the account behind an actor; None for nobody in particular."""
    return int(actor.identity.removeprefix("user:")) if actor.identity else None


def _identity(kind: kinds.Kind, key: Any) -> str:
    return f"user:{key}" if isinstance(kind, kinds.Person) else str(key)


def _columns(asked: Field) -> list[str]:
    kind = asked.kind
    if not isinstance(kind, kinds.Reference):
        return [asked.name]
    key = f"{asked.name}_id" if isinstance(kind, kinds.Person) else f"{asked.name}__{kind.key}"
    return [key, *(f"{asked.name}__{name}" for name in kind.named)]


def _flag(where: Q) -> Any:
    return Case(When(where, then=Value(1)), default=Value(0))


def _where(condition: Condition) -> tuple[Q, bool]:
    """A condition as the database asks it, and whether it leaves out what it finds."""
    name, kind, values = condition.field.name, condition.field.kind, condition.values
    if condition.operator == "vide":
        empty = Q(**{f"{name}__isnull": True})
        if kind.column == "text" and not isinstance(
            kind, kinds.Reference | kinds.References | kinds.Boolean
        ):
            empty |= Q(**{name: ""})
        return empty, values == (False,)
    if condition.operator in ("min", "max"):
        return Q(**{f"{name}__{'gte' if condition.operator == 'min' else 'lte'}": values[0]}), False
    excluded = condition.operator == "sauf"
    if isinstance(kind, kinds.Text):
        found = Q()
        for value in values:
            found |= holds(name, str(value))
        return found, excluded
    if isinstance(kind, kinds.Choices):
        return _any(f"{name}__contains", (f",{value}," for value in values)), excluded
    if isinstance(kind, kinds.Person):
        ids = [int(str(value).removeprefix("user:")) for value in values]
        return Q(**{f"{name}__in": ids}), excluded
    if isinstance(kind, kinds.Reference | kinds.References):
        return Q(**{f"{name}__{kind.key}__in": values}), excluded
    return Q(**{f"{name}__in": values}), excluded


def _any(lookup: str, values: Iterable[Any]) -> Q:
    found = Q()
    for value in values:
        found |= Q(**{lookup: value})
    return found
