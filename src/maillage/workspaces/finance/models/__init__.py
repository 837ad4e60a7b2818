"""Nouns of the finance room, one module per noun of the trade."""

from maillage.workspaces.finance.models.calendar import AssemblyDate, CalendarEntry
from maillage.workspaces.finance.models.cash import CashDue, CashPlan, PaymentProfile
from maillage.workspaces.finance.models.investments import (
    Investment,
    InvestmentFunding,
    InvestmentYear,
)
from maillage.workspaces.finance.models.landing import (
    Commitment,
    Landing,
    LandingMethod,
    LandingVersion,
)
from maillage.workspaces.finance.models.personnel import PersonnelLine

__all__ = [
    "AssemblyDate",
    "CalendarEntry",
    "CashDue",
    "CashPlan",
    "Commitment",
    "Investment",
    "InvestmentFunding",
    "InvestmentYear",
    "Landing",
    "LandingMethod",
    "LandingVersion",
    "PaymentProfile",
    "PersonnelLine",
]
