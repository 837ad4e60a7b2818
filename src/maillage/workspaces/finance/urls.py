"""Addresses of the finance room, gathered from the views that answer them."""

from maillage.workspaces.finance.views import (
    axes,
    budgets,
    calendar,
    costs,
    dashboard,
    entry,
    home,
    interchange,
    investment_imports,
    investments,
    keys,
    personnel,
    reading,
    recharges,
    volumes,
)

app_name = "finance"
urlpatterns = [
    *home.routes,
    *dashboard.routes,
    *calendar.routes,
    *budgets.routes,
    *reading.routes,
    *axes.routes,
    *entry.routes,
    *personnel.routes,
    *interchange.routes,
    *investment_imports.routes,
    *investments.routes,
    *keys.routes,
    *recharges.routes,
    *volumes.routes,
    *costs.routes,
]
