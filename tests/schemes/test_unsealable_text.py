"""A text that could not be sealed is refused when it is entered, not on the day of the vote."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes import rules
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.engine import canonical
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of

TEXTS = ("rationale", "source_document", "source_page", "source_basis")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("character", ["\x07", "\x1b", "\x7f", "\x85"])
def test_a_control_character_is_refused_at_entry(draft: Edition, name: str, character: str) -> None:
    document = document_of(draft)
    process, milestone = document.processes[0].code, document.milestones[0].code
    changes = {"mode": "A", name: f"a{character}b"}
    with pytest.raises(Refusal, match="caractère de contrôle") as refusal:
        place_cells(draft, [CellEdit(process, milestone, "", changes)], actor=INSTALLATION)
    assert refusal.value.denied.status == 422
    assert canonical.dumps_content(document_of(draft)) == canonical.dumps_content(document)


def test_line_ends_and_tabs_are_kept(draft: Edition) -> None:
    document = document_of(draft)
    process, milestone = document.processes[0].code, document.milestones[0].code
    changes = {"mode": "A", "rationale": "a\r\nb\tc"}
    place_cells(draft, [CellEdit(process, milestone, "", changes)], actor=INSTALLATION)
    assert canonical.loads_content(canonical.dumps_content(document_of(draft)))


@pytest.mark.parametrize(("body", "act"), [("Assemblée\x07", "1"), ("Assemblée", "1\x7f")])
def test_an_adoption_that_could_not_be_exported_is_refused(body: str, act: str) -> None:
    day = dt.date(2026, 1, 2)
    assert "caractère de contrôle" in rules.adoption_fault(body, day, act, day, False)


@pytest.mark.parametrize("name", TEXTS)
def test_what_the_booklet_cannot_print_is_refused_at_entry(draft: Edition, name: str) -> None:
    document = document_of(draft)
    edit = CellEdit(document.processes[0].code, document.milestones[0].code, "", {name: "a😀"})
    with pytest.raises(Refusal, match="«\u00a0😀\u00a0» ne s’imprime pas dans le livret"):
        place_cells(draft, [edit], actor=INSTALLATION)
