"""Addresses of a network's books, mapping and consolidated accounts."""

from django.urls import include, path

from maillage.ledger.views import (
    adjustment_imports,
    adjustments,
    book,
    books,
    chart,
    deposits,
    financing,
    intercompany,
    lines,
    mapping,
    one_pair,
    pair,
    partner_imports,
    partners,
    statements,
    trial_balance,
    whole,
)

VIEWS = (
    books,
    book,
    deposits,
    mapping,
    chart,
    statements,
    financing,
    lines,
    intercompany,
    partners,
    partner_imports,
    pair,
    one_pair,
    adjustments,
    adjustment_imports,
    trial_balance,
    whole,
)

app_name = "ledger"
urlpatterns = [
    path(
        "reseaux/<slug:network>/finances/",
        include([route for view in VIEWS for route in view.routes]),
    ),
]
