"""What the API of schemes takes and gives, field by field. Knows no query and no rule."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

BIGGEST = 2**63 - 1
PartName = Literal[
    "complementary",
    "lead",
    "served",
    "integration",
    "rationale",
    "details",
    "source",
    "source_basis",
    "source_quote",
    "provenance",
]
"""The parts of what is said of a mode, as engine.mode_change names them."""


class NetworkOut(Schema):
    code: str
    name: str
    fictional: bool


class EditionOut(Schema):
    id: int
    network: str
    scheme: str
    number: int
    title: str
    status: str
    seal: str


class EditIn(Schema):
    """One cell to set. `changes` null, which is to be written, removes the placement; `expected`
    is the version read, which a cell that exists requires; a cell that does not needs none, or 0.
    `cited` says that the source the cell holds is that of its mode, even of a
    new one. `quoted` says that the quote given, which another cell holds, speaks of this one too:
    a copied value travels without what it rests on, and is refused with its quote. `answers` says
    what becomes of each part of what was said of a former mode: garder or effacer."""

    model_config = ConfigDict(extra="forbid")

    process: str = Field(max_length=80)
    milestone: str = Field(max_length=40)
    entity: str = Field("", max_length=60)
    changes: dict[str, str | list[str] | dict[str, str | list[str]]] | None
    expected: int | None = Field(None, ge=0, le=BIGGEST)
    cited: bool = False
    quoted: bool = False
    answers: dict[PartName, Literal["garder", "effacer"]] = {}

    @property
    def said(self) -> dict[str, str]:
        return {str(part): str(answer) for part, answer in self.answers.items()}


class EditsIn(Schema):
    model_config = ConfigDict(extra="forbid")

    edits: list[EditIn] = Field(min_length=1, max_length=5000)


class LeftOut(Schema):
    """The codes of the milestones a draft keeps."""

    milestones: list[str]


class PlacedOut(Schema):
    """`asked`: cells that take another mode, each with what stays of the former one unanswered."""

    changed: int
    versions: dict[str, int]
    asked: dict[str, list[str]]


class CellOut(Schema):
    """`version`: to be given back as `expected` with an edit of the cell."""

    version: int
    process: str
    milestone: str
    entity: str
    mode: str
    complementary: str
    lead: str
    served: list[str]
    integration: str
    rationale: str
    source_document: str
    source_page: str
    source_basis: str
    provenance: str
    source_quote: str
    details: dict[str, str | list[str]]


class ToldOut(Schema):
    """A field that differs, in words."""

    field: str
    kind: str
    label: str
    before: str
    after: str


class ChangeOut(Schema):
    """A cell that differs: `kind` is the first of its `kinds`, `before` and `after` its modes."""

    process: str
    milestone: str
    entity: str
    kind: str
    kinds: list[str]
    before: str | None
    after: str | None
    fields: list[ToldOut]


class ComparisonOut(Schema):
    structure: list[str]
    counts: dict[str, int]
    changes: list[ChangeOut]


class ViolationOut(Schema):
    """`cells`: process, milestone and entity ("" for the network) of each."""

    code: str
    severity: str
    message: str
    reference: str
    cells: list[list[str]]


class TallyOut(Schema):
    """Cells of the whole network; `partial` counts, among the unknown, those a chamber states."""

    known: int
    not_applicable: int
    unknown: int
    partial: int
    answered: int
    all: int


class ChamberOut(Schema):
    """The sheet of a chamber: each table as its page and its workbook show it, in French."""

    chamber: str
    since: str
    until: str
    answer: str
    tables: list[dict[str, Any]]


class CheckOut(Schema):
    version: int
    coverage: TallyOut
    violations: list[ViolationOut]
