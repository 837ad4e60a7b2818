"""The ledger's verbs."""

from maillage.ledger.actions.adjustments import record_adjustments, reverse_adjustment
from maillage.ledger.actions.books import record_file, restore_file, withdraw_book
from maillage.ledger.actions.chart import AccountValue, extend_chart, reduce_chart
from maillage.ledger.actions.deposits import assign_files, cancel_import, deposit_files
from maillage.ledger.actions.mapping import change_mapping, undo_mapping
from maillage.ledger.actions.partners import name_partner, name_partners

__all__ = [
    "AccountValue",
    "assign_files",
    "cancel_import",
    "change_mapping",
    "deposit_files",
    "extend_chart",
    "name_partner",
    "name_partners",
    "record_adjustments",
    "record_file",
    "reduce_chart",
    "restore_file",
    "reverse_adjustment",
    "undo_mapping",
    "withdraw_book",
]
