"""The only writers of schemes: each is a verb of the trade, permitted, journaled, whole."""

from maillage.schemes.actions.editions import (
    adopt_edition,
    delete_edition,
    draft_next_edition,
    propose_edition,
    revise_frame,
    revise_section,
    withdraw_edition,
)
from maillage.schemes.actions.imports import import_edition
from maillage.schemes.actions.placements import CellEdit, import_placements, place_cells

__all__ = [
    "CellEdit",
    "adopt_edition",
    "delete_edition",
    "draft_next_edition",
    "import_edition",
    "import_placements",
    "place_cells",
    "propose_edition",
    "revise_frame",
    "revise_section",
    "withdraw_edition",
]
