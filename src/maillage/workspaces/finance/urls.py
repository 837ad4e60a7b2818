"""Addresses of the finance room, gathered from the views that answer them."""

from django.urls import include, path

from maillage.workspaces.finance.views import (
    axis_comparison,
    budget_acts,
    budget_files,
    budget_paste,
    budget_shares,
    budget_sheet,
    budget_versions,
    budgets,
    calendar,
    calendar_feed,
    cash,
    commitments,
    comparison,
    consolidation,
    dashboard,
    financing,
    home,
    indicator,
    investment_imports,
    investments,
    landing,
    landing_history,
    personnel,
    plan_reconciliation,
    share_files,
)

app_name = "finance"
VIEWS = (
    home,
    dashboard,
    indicator,
    calendar,
    calendar_feed,
    budgets,
    budget_acts,
    comparison,
    consolidation,
    financing,
    axis_comparison,
    budget_sheet,
    personnel,
    landing,
    landing_history,
    commitments,
    cash,
    budget_files,
    budget_paste,
    budget_versions,
    budget_shares,
    share_files,
    plan_reconciliation,
    investment_imports,
    investments,
)

urlpatterns = [
    path(
        "reseaux/<slug:network>/finances/",
        include([route for view in VIEWS for route in view.routes]),
    ),
]
