"""The ledger's verbs."""

from maillage.ledger.actions.books import (
    Assignment,
    assign_files,
    cancel_import,
    deposit_files,
    record_file,
    restore_file,
)
from maillage.ledger.actions.chart import AccountValue, extend_chart, reduce_chart
from maillage.ledger.actions.mapping import change_mapping, undo_mapping
from maillage.ledger.actions.partners import name_partner

__all__ = [
    "AccountValue",
    "Assignment",
    "assign_files",
    "cancel_import",
    "change_mapping",
    "deposit_files",
    "extend_chart",
    "name_partner",
    "record_file",
    "reduce_chart",
    "restore_file",
    "undo_mapping",
]
