"""Nouns of the finance room, one module per noun of the trade."""

from maillage.workspaces.finance.models.calendar import AssemblyDate, CalendarEntry
from maillage.workspaces.finance.models.entry import BudgetPendingImport, PersonnelLine
from maillage.workspaces.finance.models.investments import (
    Investment,
    InvestmentFunding,
    InvestmentPendingImport,
    InvestmentYear,
)

__all__ = [
    "AssemblyDate",
    "BudgetPendingImport",
    "CalendarEntry",
    "Investment",
    "InvestmentFunding",
    "InvestmentPendingImport",
    "InvestmentYear",
    "PersonnelLine",
]
