"""Addresses of the finance room, gathered from the views that answer them."""

from maillage.workspaces.finance.views import (
    axes,
    budgets,
    calendar,
    entry,
    home,
    interchange,
    investment_imports,
    investments,
    personnel,
    reading,
)

urlpatterns = [
    *home.routes,
    *calendar.routes,
    *budgets.routes,
    *reading.routes,
    *axes.routes,
    *entry.routes,
    *personnel.routes,
    *interchange.routes,
    *investment_imports.routes,
    *investments.routes,
]
