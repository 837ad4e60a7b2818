"""An edition of a scheme as plain, frozen data: the one shape every engine reads.

The referentials, the database, the JSON file, the spreadsheets, the comparison and the
booklet all meet here. Codes, never database ids: the same edition has the same document
on every installation, hence the same seal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Protocol, TypeVar

from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.mode_details import UNSAID, Details
from maillage.schemes.engine.partial_dates import Precision


class OperatingMode(StrEnum):
    """The five operating modes (seed, preamble p. 2). They are not ordered."""

    AUTONOMY = "A"
    COOPERATION = "C"
    HARMONISATION = "H"
    MUTUALISATION = "M"
    INTEGRATION = "I"


UNKNOWN = "?"
"""The value of a cell that the source does not document ("non renseigné")."""

NOT_APPLICABLE = "-"
"""The value of a cell that has no meaning for this chamber or date ("sans objet")."""

MODE_LABELS: dict[str, str] = {
    "A": "Autonomie",
    "C": "Coopération",
    "H": "Harmonisation",
    "M": "Mutualisation",
    "I": "Intégration",
    UNKNOWN: "Non renseigné",
    NOT_APPLICABLE: "Sans objet",
}

MODE_DEFINITIONS: dict[str, str] = {
    "A": "La chambre gère elle-même l’activité ou le service, sur son territoire.",
    "C": "Des collaborateurs de plusieurs chambres travaillent ensemble à un but défini, "
    "pour un temps, sans que les équipes changent de place.",
    "H": "Les chambres appliquent un cadre commun : règles, pratiques, processus, doctrine.",
    "M": "Des moyens, des outils ou des compétences sont réunis sur un ou plusieurs sites "
    "pour servir un ensemble plus large.",
    "I": "L’activité est confiée à un seul : la chambre régionale, ou un délégataire "
    "(chambre territoriale, niveau supra-régional, tiers opérateur, tête de réseau).",
}


class IntegrationOption(StrEnum):
    """Where an integrated activity goes (seed, preamble p. 3)."""

    REGIONAL = "regional"
    INFRA_REGIONAL = "infra_regional"
    SUPRA_REGIONAL = "supra_regional"
    THIRD_PARTY = "third_party"
    NATIONAL = "national"


INTEGRATION_LABELS: dict[str, str] = {
    "regional": "Régionale",
    "infra_regional": "Délégation infra-régionale",
    "supra_regional": "Délégation supra-régionale",
    "third_party": "Tiers opérateur",
    "national": "Nationale",
}


class Provenance(StrEnum):
    """How a known cell is known: the source says it, we deduce it from what it says, or it is
    what an earlier milestone states, carried forward. "" where nobody said which."""

    STATED = "stated"
    INFERRED = "inferred"
    CARRIED = "carried"


UNSPECIFIED = "Non précisé"
PROVENANCE_LABELS: dict[str, str] = {
    "stated": "Énoncé",
    "inferred": "Déduit",
    "carried": "Reporté",
}


ACTION = "Action\u00a0: "
"""What goes before the name of an action wherever macro-processes are listed too."""


class ProcessKind(StrEnum):
    """What a row is. An action stands under its macro-process and is never counted with them."""

    MISSION = "mission"
    MACRO_PROCESS = "macro_process"
    ACTION = "action"


PROCESS_KIND_LABELS: dict[str, str] = {
    "mission": "Mission",
    "macro_process": "Macro-processus",
    "action": "Action",
}


class NamedBy(StrEnum):
    """Whose words a name is in; "" where nobody said."""

    SOURCE = "source"
    OURS = "ours"


NAMED_BY_LABELS: dict[str, str] = {"source": "Nommé par la source", "ours": "Nommé par nous"}


class EntityKind(StrEnum):
    REGIONAL = "regional"
    TERRITORIAL = "territorial"
    NATIONAL = "national"
    OPERATOR = "operator"


ENTITY_KIND_LABELS: dict[str, str] = {
    "regional": "Chambre régionale",
    "territorial": "Chambre territoriale",
    "national": "Tête de réseau nationale",
    "operator": "Opérateur extérieur",
}


class MilestoneNature(StrEnum):
    INVENTORY = "inventory"
    STATUS = "status"
    PROJECTION = "projection"


MILESTONE_NATURE_LABELS: dict[str, str] = {
    "inventory": "État des lieux",
    "status": "Statut",
    "projection": "Projection",
}


class SectionKind(StrEnum):
    PREAMBLE = "preamble"
    FUNCTION = "function"
    GOVERNANCE = "governance"


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for how they were typed: apostrophes and spaces."""
    return one == other or _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return name.replace("'", "’").replace("\u00a0", " ")


@dataclass(frozen=True, slots=True)
class EntityDoc:
    """A chamber, the national head or an outside operator."""

    code: str
    name: str
    short_name: str
    kind: EntityKind
    departement: str = ""
    siren: str = ""


@dataclass(frozen=True, slots=True)
class FunctionDoc:
    code: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ProcessDoc:
    """A row: a macro-process, a mission or an action. `group` is the perimeter, "" if none.

    `region_only` marks what the law forbids to delegate below the region (staff management, Code
    de commerce R711-33 II). `parent` is the code of an action's macro-process, "" for the others.
    """

    code: str
    function: str
    name: str
    group: str = ""
    description: str = ""
    region_only: bool = False
    source_page: str = ""
    kind: ProcessKind = ProcessKind.MACRO_PROCESS
    parent: str = ""
    named_by: str = ""
    group_named_by: str = ""

    @property
    def is_action(self) -> bool:
        return self.kind == ProcessKind.ACTION

    @property
    def title(self) -> str:
        """Its name, as a list that holds macro-processes too tells it."""
        return f"{ACTION}{self.name}" if self.is_action else self.name


@dataclass(frozen=True, slots=True)
class MilestoneDoc:
    """`date` is the last day it may be, where only its month or year is known: see `when`."""

    code: str
    label: str
    date: dt.date
    nature: MilestoneNature
    precision: Precision = Precision.DAY

    @property
    def when(self) -> str:
        """The date in words, as precise as it is known."""
        return partial_dates.in_words(self.date, self.precision)


class _Dated(Protocol):
    @property
    def date(self) -> dt.date: ...
    @property
    def nature(self) -> str: ...


D = TypeVar("D", bound=_Dated)


def by_date(milestones: Iterable[D]) -> tuple[D, ...]:
    """In order of time; at one date, what is aimed at comes after what is observed."""
    return tuple(sorted(milestones, key=lambda m: (m.date, m.nature == "projection")))


MOST_QUOTE = 300
"""Characters of a quote of the source: a few words of it."""


@dataclass(frozen=True, slots=True)
class PlacementDoc:
    """One cell. `entity` is "" for the value of the whole network.

    `mode` is an `OperatingMode` letter, `UNKNOWN` or `NOT_APPLICABLE`; `complementary`
    is a sorted string of other letters; `lead` and `served` are entity codes;
    `integration` is an `IntegrationOption` or ""; `provenance` a `Provenance` or "";
    `source_quote` a few words of the source, to find them again; `details` what the mode is made
    of. A cell without a PlacementDoc is unknown.
    """

    process: str
    milestone: str
    entity: str = ""
    mode: str = UNKNOWN
    complementary: str = ""
    lead: str = ""
    served: tuple[str, ...] = ()
    integration: str = ""
    rationale: str = ""
    source_document: str = ""
    source_page: str = ""
    source_basis: str = ""
    provenance: str = ""
    source_quote: str = ""
    details: Details = UNSAID

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.process, self.milestone, self.entity)


KEY = attrgetter("process", "milestone", "entity")
"""What says which cell it is: `key`, where there are thousands to ask."""


def by_key(cells: Collection[PlacementDoc]) -> dict[tuple[str, str, str], PlacementDoc]:
    """Cells by what says which they are; the last of a repeated one counts."""
    return dict(zip(map(KEY, cells), cells, strict=True))


FIELDS = tuple(
    f.name for f in fields(PlacementDoc) if f.name not in ("process", "milestone", "entity")
)
"""What a cell holds, beside what says which cell it is."""


@dataclass(frozen=True, slots=True)
class SectionDoc:
    """A chapter's text, in paragraphs separated by a blank line.

    A line starting with "- " is a list item. `function` is a function code for
    `SectionKind.FUNCTION`, else "".
    """

    code: str
    kind: SectionKind
    title: str
    body: str
    function: str = ""
    source_page: str = ""


@dataclass(frozen=True, slots=True)
class StatementDoc:
    """What the source states of a function without placing a cell: an aim, or actions it does not
    tell apart. `modes` are the letters it names, "" if none; `horizon` the time it gives, as it
    says it."""

    code: str
    function: str
    text: str
    modes: str = ""
    horizon: str = ""
    source_page: str = ""
    source_quote: str = ""


class _Row(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def parent(self) -> str: ...


R = TypeVar("R", bound=_Row)


def in_rows(processes: Iterable[R]) -> tuple[R, ...]:
    """Each action right after its macro-process, whatever their ranks; else in the order given."""
    rows = tuple(processes)
    under: dict[str, list[R]] = {}
    for row in rows:
        if row.parent:
            under.setdefault(row.parent, []).append(row)
    if not under:
        return rows
    return tuple(r for row in rows if not row.parent for r in (row, *under.get(row.code, ())))


FORMAT = 2
"""The format of what is sealed now. Format 1 is read and verified for ever."""


@dataclass(frozen=True, slots=True)
class EditionDocument:
    """The whole content of one edition; what is sealed is exactly this.

    `format` says in which canonical form: a document read in format 1 is written in it again.
    """

    network_code: str
    network_name: str
    fictional: bool
    scheme_code: str
    scheme_title: str
    start_year: int
    end_year: int
    number: int
    title: str
    entities: tuple[EntityDoc, ...]
    functions: tuple[FunctionDoc, ...]
    processes: tuple[ProcessDoc, ...]
    milestones: tuple[MilestoneDoc, ...]
    placements: tuple[PlacementDoc, ...]
    sections: tuple[SectionDoc, ...] = ()
    statements: tuple[StatementDoc, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class EditionFile:
    """What a file carries: the content, its status, its adoption and its seal ("" if a draft)."""

    document: EditionDocument
    status: str = "draft"
    adoption: Adoption | None = None
    seal: str = ""
