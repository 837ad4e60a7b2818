"""Addresses of the finance room, gathered from the views that answer them."""

from django.urls import include, path

from maillage.workspaces.finance.views import (
    axes,
    budgets,
    calendar,
    dashboard,
    entry,
    home,
    interchange,
    investment_imports,
    investments,
    personnel,
    reading,
)

app_name = "finance"
VIEWS = (
    home,
    dashboard,
    calendar,
    budgets,
    reading,
    axes,
    entry,
    personnel,
    interchange,
    investment_imports,
    investments,
)

urlpatterns = [
    path(
        "reseaux/<slug:network>/finances/",
        include([route for view in VIEWS for route in view.routes]),
    ),
]
