"""Nouns that several workspaces cite; tables and subjects keep the names they were born with."""

from maillage.costing.models.budgets import Budget, BudgetAxis, BudgetLine
from maillage.costing.models.costs import CostLine, CostStudy, ProcessVolume, ServiceUnit
from maillage.costing.models.keys import AllocationKey, KeyShare, RechargeLine, RechargeStatement
from maillage.costing.models.shares import BudgetShare

__all__ = [
    "AllocationKey",
    "Budget",
    "BudgetAxis",
    "BudgetLine",
    "BudgetShare",
    "CostLine",
    "CostStudy",
    "KeyShare",
    "ProcessVolume",
    "RechargeLine",
    "RechargeStatement",
    "ServiceUnit",
]
