"""An edition of a scheme as plain, frozen data: the one shape every engine reads.

The referentials, the database, the JSON file, the spreadsheets, the comparison and the
booklet all meet here. Codes, never database ids: the same edition has the same document
on every installation, hence the same seal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from enum import StrEnum


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
    "(chambre territoriale, autre région, tiers opérateur, tête de réseau).",
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
    """A macro-process. `group` is the perimeter the source sorts it under, "" if none.

    `region_only` marks what the law forbids to delegate below the region
    (staff management, Code de commerce R711-33 II).
    """

    code: str
    function: str
    name: str
    group: str = ""
    description: str = ""
    region_only: bool = False
    source_page: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneDoc:
    code: str
    label: str
    date: dt.date
    nature: MilestoneNature


@dataclass(frozen=True, slots=True)
class PlacementDoc:
    """One cell. `entity` is "" for the value of the whole network.

    `mode` is an `OperatingMode` letter, `UNKNOWN` or `NOT_APPLICABLE`; `complementary`
    is a sorted string of other letters; `lead` and `served` are entity codes;
    `integration` is an `IntegrationOption` or "". A cell without a PlacementDoc is unknown.
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

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.process, self.milestone, self.entity)


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
class EditionDocument:
    """The whole content of one edition; what is sealed is exactly this."""

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


@dataclass(frozen=True, slots=True)
class Adoption:
    """The decision that adopted an edition. Lives beside the content, outside the seal.

    `taken_over` marks an edition that was in force before the application knew it: its
    date and act number may then be missing, and are shown as "non renseigné".
    """

    body: str
    on: dt.date | None = None
    act: str = ""
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class EditionFile:
    """What a file carries: the content, its status, its adoption and its seal ("" if a draft)."""

    document: EditionDocument
    status: str = "draft"
    adoption: Adoption | None = None
    seal: str = ""
