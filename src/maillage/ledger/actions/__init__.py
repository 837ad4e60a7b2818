"""The ledger's verbs."""

from maillage.ledger.actions.books import (
    Assignment,
    assign_files,
    cancel_import,
    deposit_files,
    record_file,
)

__all__ = [
    "Assignment",
    "assign_files",
    "cancel_import",
    "deposit_files",
    "record_file",
]
