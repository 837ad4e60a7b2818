"""The ledger's verbs."""

from maillage.ledger.actions.books import (
    Assignment,
    assign_files,
    cancel_import,
    deposit_files,
    record_file,
)
from maillage.ledger.actions.mapping import change_mapping, undo_mapping

__all__ = [
    "Assignment",
    "assign_files",
    "cancel_import",
    "change_mapping",
    "deposit_files",
    "record_file",
    "undo_mapping",
]
