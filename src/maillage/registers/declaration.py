"""A register as it is declared: its fields, its rules, who reads and who writes. Plain values.

Labels, help, choices and longest lengths come from the model's columns unless the declaration
gives them. Knows no page. A declaration grows no conditions: what does not fit is code beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import ManyToManyField, Q, QuerySet
from django.urls import reverse

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.registers.kinds import Choice, Choices, Kind, References, Text, Value
from maillage.registers.models import Row

Values = Mapping[str, Any]
"""A row's values by field name, each as its kind takes it; see `kinds.Value`."""
Reach = bool | Q
"""Where a field is read: everywhere, nowhere, or in the rows of a condition."""
Readers = Callable[[Actor, Network], Reach]
Guard = Callable[..., Verdict]
RESERVED = frozenset(
    {"q", "tri", "colonnes", "lignes", "page", "vue", "archives", "filtrer", "code"}
)
K = TypeVar("K", bound=Kind)


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold of a row: French, on a field ("" for the row as a whole)."""

    field: str
    message: str


Rule = Callable[[Values], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `personal`: no event holds its values, and it is erased with the person.

    `readers` narrow who reads it, everywhere alike; nobody else can filter, sort or search by it.
    `listed`: among the columns shown before any are chosen. `by_verb`: read as any other, but
    given by an act of the trade alone, whose action saves it; no form, file or program gives it.
    """

    name: str
    kind: Kind
    label: str = ""
    help: str = ""
    unit: str = ""
    group: str = ""
    required: bool | None = None
    listed: bool = True
    personal: bool = False
    readers: Readers | None = None
    by_verb: bool = False

    @property
    def title(self) -> str:
        """The head of its column: the label, and the unit."""
        unit = f"€ {self.unit}".strip() if self.kind.column == "amount" else self.unit
        return f"{self.label} ({unit})" if unit else self.label

    @property
    def refers(self) -> bool:
        """Whether it names rows or people of elsewhere."""
        return hasattr(self.kind, "named")


@dataclass(frozen=True, slots=True)
class Link:
    """From a sheet to elsewhere: what is there, and its address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Verb:
    """An act of the trade on a row, a page of its own: `address(row)`, and who may."""

    label: str
    address: Callable[[Row], str]
    guard: Guard


def sees_network(network: Network, *, actor: Actor, **_: Any) -> Verdict:
    if actor.sees(network.pk):
        return ALLOWED
    return Denied("Ce registre se lit avec un mandat dans ce réseau.")


def administers(row: Row, *, actor: Actor, **_: Any) -> Verdict:
    if actor.administers(row.network.pk):
        return ALLOWED
    return Denied("Seul un administrateur du réseau peut modifier ce registre.")


def edits(network: Network, *, actor: Actor, **_: Any) -> Verdict:
    if actor.edits_something(network.pk):
        return ALLOWED
    return Denied("Ajouter une fiche demande un mandat d’administrateur ou de rédacteur ici.")


def all_rows(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return rows


def no_links(row: Row, actor: Actor) -> Iterable[Link]:
    return ()


@dataclass(frozen=True, eq=False)
class Register:
    """`model`: its `noun` names the events and, in its room's namespace, the addresses.

    `path`: its last part of address, and the name of its files. `numbering`: the beginning of
    the codes given to rows that come without one ("C-"); "" where a code must be typed. `person`:
    the field that says whose data the personal ones are. `dates`: those a calendar shows.
    """

    model: type[Row]
    path: str
    one: str
    many: str
    title: str
    fields: tuple[Field, ...]
    feminine: bool = False
    about: str = ""
    rules: tuple[Rule, ...] = ()
    visible: Callable[[QuerySet[Any], Actor], QuerySet[Any]] = all_rows
    may_enter: Guard = sees_network
    may_add: Guard = edits
    """Of the network: whether there is anything one could add; each row is asked `may_write`."""
    may_write: Guard = administers
    numbering: str = ""
    person: str = ""
    dates: tuple[str, ...] = ()
    links: Callable[[Row, Actor], Iterable[Link]] = no_links
    verbs: tuple[Verb, ...] = ()
    by_name: dict[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        fields = tuple(completed(declared, self.model) for declared in self.fields)
        by_name = {declared.name: declared for declared in fields}
        if len(by_name) < len(fields) or RESERVED & set(by_name):
            raise ValueError(f"{self.noun}: a field named twice, or as the list's own parameters")
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "by_name", by_name)
        for name in (self.title, self.person, *self.dates):
            if name and name not in by_name:
                raise ValueError(f"{self.noun}: no field is named {name}")

    @property
    def noun(self) -> str:
        return self.model.noun

    @property
    def room(self) -> str:
        return self.noun.partition(".")[0]

    @property
    def name(self) -> str:
        return self.noun.partition(".")[2]

    @cached_property
    def searched(self) -> tuple[Field, ...]:
        """The texts anybody who enters may search as they are folded, the title first."""
        found = [f for f in self._open_texts if not f.by_verb]
        return tuple(sorted(found, key=lambda f: f.name != self.title))

    @cached_property
    def unfolded(self) -> tuple[Field, ...]:
        """Those an act writes, which folds nothing: searched where they stand."""
        return tuple(f for f in self._open_texts if f.by_verb)

    @property
    def _open_texts(self) -> list[Field]:
        return [f for f in self.fields if f.kind.is_folded and f.readers is None]

    @cached_property
    def personal(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.personal)

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields if f.required)

    @cached_property
    def linked(self) -> frozenset[str]:
        """The fields that stand in a table of their own."""
        columns = (self.model._meta.get_field(f.name) for f in self.fields)
        return frozenset(c.name for c in columns if isinstance(c, ManyToManyField))

    def address(self, page: str, network: str, **where: str) -> str:
        """Where a page of the register is ("" for the list), for a network's code."""
        name = f"{self.room}:{self.name}" + (f"_{page}" if page else "")
        return reverse(name, kwargs={"network": network, **where})

    def agreed(self, participle: str) -> str:
        """`créé` as it agrees with the noun."""
        return participle + "e" * self.feminine

    @property
    def archived_word(self) -> str:
        return self.agreed("archivé")

    @property
    def none(self) -> str:
        """No such noun: what an empty list says."""
        return f"{'aucune' if self.feminine else 'aucun'} {self.one}"

    @property
    def the(self) -> str:
        """The noun with its article."""
        if self.one[0].lower() in "aàâeéèêiîoôuy":
            return f"l’{self.one}"
        return f"{('le', 'la')[self.feminine]} {self.one}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def completed(declared: Field, model: type[Row]) -> Field:
    """The field with what its column says and the declaration does not."""
    column: Any = model._meta.get_field(declared.name)
    kind: Any = declared.kind
    if isinstance(kind, Choice | Choices) and not kind.options:
        kind = replace(kind, options=tuple(column.choices))
    if isinstance(kind, Text) and column.max_length:
        kind = replace(kind, longest=column.max_length)
    if isinstance(column, ManyToManyField) != isinstance(kind, References):
        raise ValueError(f"{declared.name}: several references stand in a table of their own")
    label = str(column.verbose_name)
    required = not column.blank if declared.required is None else declared.required
    return replace(
        declared,
        kind=kind,
        label=declared.label or capital(label),
        help=declared.help or str(column.help_text),
        required=required and not declared.by_verb,
    )


def faults_of(register: Register, values: Values) -> list[Fault]:
    """What does not hold of a row: a required field left empty, then the register's rules."""
    missing = [
        Fault(name, "une valeur est obligatoire")
        for name in register.required
        if values.get(name) is None
    ]
    return missing or [fault for rule in register.rules for fault in rule(values)]


__all__ = [
    "Fault", "Field", "Link", "Reach", "Readers", "Register", "Rule", "Value", "Values", "Verb",
    "capital", "faults_of",
]  # fmt: skip
