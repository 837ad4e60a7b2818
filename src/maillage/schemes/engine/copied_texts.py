"""Texts and statements of one edition set against those of a draft: what copying them would do.

Knows which are new, which differ, which are alike, and which have no place in the draft. Refuses to
know who may copy, and what is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from maillage.schemes.engine.document import EditionDocument, SectionDoc, StatementDoc

Passage = SectionDoc | StatementDoc


class Coming(StrEnum):
    """What becomes of the draft where one passage is taken."""

    NEW = "new"
    DIFFERING = "differing"
    ALIKE = "alike"
    HOMELESS = "homeless"
    """Of a function the network does not have: it cannot be taken."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage of another edition, and the one of the draft that bears the same code."""

    key: str
    given: Passage
    held: Passage | None
    coming: Coming

    @property
    def is_section(self) -> bool:
        return isinstance(self.given, SectionDoc)

    @property
    def may_come(self) -> bool:
        return self.coming in (Coming.NEW, Coming.DIFFERING)


def candidates(
    source: EditionDocument, draft: EditionDocument, functions: Sequence[str]
) -> list[Candidate]:
    """Every text, then every statement, in the order of the edition they are of. `functions` are
    the codes the draft's network has."""
    return [
        *_set_against("texte", source.sections, draft.sections, functions),
        *_set_against("enonce", source.statements, draft.statements, functions),
    ]


def _set_against(
    noun: str, given: Sequence[Passage], held: Sequence[Passage], functions: Sequence[str]
) -> Iterator[Candidate]:
    known = {one.code: one for one in held}
    for one in given:
        former = known.get(one.code)
        if one.function and one.function not in functions:
            coming = Coming.HOMELESS
        elif former is None:
            coming = Coming.NEW
        else:
            coming = Coming.ALIKE if former == one else Coming.DIFFERING
        yield Candidate(f"{noun}:{one.code}", one, former, coming)
