"""The only writers of schemes: each is a verb of the trade, permitted, journaled, whole."""

from maillage.schemes.actions.cell_edits import CellEdit, field_told, text_faults
from maillage.schemes.actions.copied_texts import candidates_of, copied_stamp, copy_texts
from maillage.schemes.actions.edition_import import NumberTaken, import_edition
from maillage.schemes.actions.editions import (
    adopt_edition,
    broken_rules,
    delete_edition,
    draft_next_edition,
    keeps_from_proposing,
    propose_edition,
    withdraw_edition,
)
from maillage.schemes.actions.milestones import held_frame, milestones_of, revise_milestones
from maillage.schemes.actions.passages import SECTIONS, STATEMENTS
from maillage.schemes.actions.placements import (
    import_placements,
    place_cells,
    refused_placements,
)
from maillage.schemes.actions.renumbering import (
    Renumbering,
    number_cited_pages,
    renumbering_of,
)
from maillage.schemes.actions.schemes import create_scheme, open_first_edition
from maillage.schemes.actions.sections import (
    add_section,
    lacking_parts,
    move_section,
    open_outline,
    remove_section,
    revise_section,
)
from maillage.schemes.actions.statements import (
    add_statement,
    move_statement,
    remove_statement,
    revise_statement,
)

__all__ = [
    "SECTIONS",
    "STATEMENTS",
    "CellEdit",
    "Renumbering",
    "add_section",
    "add_statement",
    "adopt_edition",
    "broken_rules",
    "candidates_of",
    "copied_stamp",
    "copy_texts",
    "create_scheme",
    "delete_edition",
    "draft_next_edition",
    "field_told",
    "held_frame",
    "NumberTaken",
    "import_edition",
    "import_placements",
    "keeps_from_proposing",
    "lacking_parts",
    "milestones_of",
    "move_section",
    "move_statement",
    "number_cited_pages",
    "open_first_edition",
    "open_outline",
    "place_cells",
    "propose_edition",
    "refused_placements",
    "renumbering_of",
    "remove_section",
    "remove_statement",
    "revise_milestones",
    "revise_section",
    "revise_statement",
    "withdraw_edition",
    "text_faults",
]
