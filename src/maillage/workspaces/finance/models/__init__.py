"""Nouns of the finance room, one module per noun of the trade."""

from maillage.workspaces.finance.models.budgets import (
    Budget,
    BudgetAxis,
    BudgetLine,
    BudgetPendingImport,
    PersonnelLine,
)
from maillage.workspaces.finance.models.calendar import AssemblyDate, CalendarEntry
from maillage.workspaces.finance.models.costs import (
    CostLine,
    CostStudy,
    ProcessVolume,
    ServiceUnit,
)
from maillage.workspaces.finance.models.investments import (
    Investment,
    InvestmentFunding,
    InvestmentPendingImport,
    InvestmentYear,
)
from maillage.workspaces.finance.models.keys import (
    AllocationKey,
    KeyShare,
    RechargeLine,
    RechargeStatement,
)

__all__ = [
    "AllocationKey",
    "AssemblyDate",
    "Budget",
    "BudgetAxis",
    "BudgetLine",
    "BudgetPendingImport",
    "CalendarEntry",
    "CostLine",
    "CostStudy",
    "Investment",
    "InvestmentFunding",
    "InvestmentPendingImport",
    "InvestmentYear",
    "KeyShare",
    "PersonnelLine",
    "ProcessVolume",
    "RechargeLine",
    "RechargeStatement",
    "ServiceUnit",
]
