"""Nouns of the finance room, one module per noun of the trade."""

from maillage.workspaces.finance.models.budgets import (
    Budget,
    BudgetAxis,
    BudgetLine,
    BudgetPendingImport,
    PersonnelLine,
)
from maillage.workspaces.finance.models.calendar import AssemblyDate, CalendarEntry

__all__ = [
    "AssemblyDate",
    "Budget",
    "BudgetAxis",
    "BudgetLine",
    "BudgetPendingImport",
    "CalendarEntry",
    "PersonnelLine",
]
