"""Addresses of a network's books, mapping and consolidated accounts."""

from django.urls import include, path

from maillage.ledger.views import (
    accounts,
    books,
    chart,
    deposits,
    intercompany,
    lines,
    mapping,
)

VIEWS = (books, deposits, mapping, chart, accounts, lines, intercompany)

app_name = "ledger"
urlpatterns = [
    path(
        "reseaux/<slug:network>/finances/",
        include([route for view in VIEWS for route in view.routes]),
    ),
]
