"""The question a change of mode asks, as a form shows it and reads its answers.

Knows the names of its fields. Knows not what must be asked: the engine says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.mode_change import LABELS, Part, every


class Question(NamedTuple):
    """A part: what it says ("" where a page fills it in), whether it may stay, and what becomes of
    it (an answer of the engine, "" where nothing is said)."""

    name: str
    label: str
    text: str
    can_stay: bool
    answer: str


def answers_of(data: Mapping[str, Any]) -> dict[str, str]:
    """What a form answers, part by part."""
    given = ((name, data.get(f"suite-{name}")) for name in LABELS)
    return {name: str(answer) for name, answer in given if answer}


def questions(
    parts: Iterable[Part], before: Mapping[str, Any], names: Names, data: Mapping[str, Any]
) -> list[Question]:
    """Each part with what the cell says, and what this form already answers."""
    answers = answers_of(data)
    return [
        Question(
            part.name,
            part.label,
            ", ".join(names.word(field, before[field]) for field in part.fields),
            part.can_stay,
            answers.get(part.name, ""),
        )
        for part in parts
    ]


ANY = [Question(part.name, part.label, "", True, "") for part in every()]
"""All that may be asked, for a page that asks as one types."""
