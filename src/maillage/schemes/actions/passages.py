"""What the texts and the statements of a draft share: a code, what is written, a place in a part.

Knows how they are found, told apart, numbered and moved. Refuses to know what each must hold, and
who may write it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils.text import slugify

from maillage.kernel.actions import Held, stamp_of
from maillage.kernel.verdicts import refuse
from maillage.network.models import Function
from maillage.schemes.models import Edition, Section, Statement

MOST = 200
"""Texts an edition may have; statements too."""
P = TypeVar("P", Section, Statement)


@dataclass(frozen=True, slots=True)
class Passages(Generic[P]):
    """One kind of passage. `many` names the rows of an edition, `part` where one stands in a
    booklet but for its place among those of the same part, `written` what its form asks."""

    many: str
    noun: str
    nouns: str
    this: str
    written: tuple[str, ...]
    part: Callable[[P], tuple[Any, ...]]

    def rows(self, edition: Edition) -> models.QuerySet[P]:
        rows: models.QuerySet[P] = getattr(edition, self.many).select_related("function")
        return rows

    def of(self, edition: Edition) -> list[P]:
        """All of an edition, as a booklet has them. One query."""
        return sorted(self.rows(edition), key=self.part)

    def one(self, edition: Edition, code: str) -> P:
        """The one of this code. Refuses (422) where there is none."""
        found = self.rows(edition).filter(code=code).first()
        if found is None:
            refuse(f"Aucun {self.noun} «\u00a0{code}\u00a0» dans cette édition.")
        return found

    def values(self, row: P) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.written}

    def stamp(self, row: P) -> str:
        """What the form of one gives back as `seen`."""
        return stamp_of(self.values(row).values())

    def held(self, edition: Edition, *, code: str, **_: Any) -> Held:
        row = self.rows(edition).filter(code=code).first()
        moved = f"Une autre personne a changé {self.this} depuis que vous l’avez lu."
        return Held(self.stamp(row) if row else "", moved)

    def add(self, edition: Edition, row: P, title: str) -> None:
        """Write one as the last of its part, under a code made from a title. Refuses (409) more
        than `MOST`."""
        others: list[P] = self.of(edition)
        row.code = free_code(title, {one.code for one in others}, self.noun)
        others.append(row)
        self.number(others)

    def move(self, edition: Edition, code: str, *, up: bool) -> tuple[P, str]:
        """Exchange one with its neighbour of the same part: it, and the neighbour's code. Refuses
        (409) where there is none."""
        row = self.one(edition, code)
        held: list[P] = self.of(edition)
        rank = held.index(row)
        other = rank - 1 if up else rank + 1
        if not 0 <= other < len(held) or self.part(held[other]) != self.part(row):
            place = "le premier" if up else "le dernier"
            refuse(f"C’est déjà {place} de sa partie.", 409)
        beside = held[other].code
        held[rank], held[other] = held[other], held[rank]
        self.number(held)
        return row, beside

    def number(self, rows: Sequence[P]) -> None:
        """Keep the order, part by part; a new one is written with it. Refuses (409) more than
        `MOST`."""
        if len(rows) > MOST and any(row.pk is None for row in rows):
            refuse(f"Une édition a {MOST} {self.nouns} au plus.", 409)
        for position, row in enumerate(sorted(rows, key=self.part)):
            moved, row.position = row.position != position, position
            if row.pk is None:
                row.save(force_insert=True)
            elif moved:
                row.save(update_fields=["position"])


def free_code(title: str, taken: set[str], otherwise: str) -> str:
    """A code from a title, with a number where another has it."""
    base = slugify(title)[:70].strip("-_") or slugify(otherwise)
    free = (base if rank == 1 else f"{base}-{rank}" for rank in range(1, MOST + 2))
    return next(code for code in free if code not in taken)


def function_of(edition: Edition, code: str) -> Function:
    """Refuses (422) a code that names no function of the network."""
    found: Function | None = edition.scheme.network.functions.filter(code=code).first()
    if found is None:
        refuse(f"Le code «\u00a0{code}\u00a0» ne désigne aucune fonction de ce réseau.")
    return found


KIND_ORDER = {kind: rank for rank, kind in enumerate(Section.Kind.values)}


def _of_section(section: Section) -> tuple[int, int, str]:
    function = section.function
    place = (function.position, function.code) if function else (0, "")
    return KIND_ORDER[section.kind], *place


def _of_statement(said: Statement) -> tuple[int, str]:
    return said.function.position, said.function.code


SECTIONS: Passages[Section] = Passages(
    "sections", "texte", "textes", "ce texte", ("title", "body", "source_page"), _of_section
)
STATEMENTS: Passages[Statement] = Passages(
    "statements",
    "énoncé",
    "énoncés",
    "cet énoncé",
    ("text", "modes", "horizon", "source_page", "source_quote"),
    _of_statement,
)
