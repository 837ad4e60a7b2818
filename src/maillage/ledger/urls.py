"""Addresses of a network's books, mapping and consolidated accounts."""

from django.urls import include, path

from maillage.ledger.views import books, chart, imports, mapping

urlpatterns = [
    path(
        "reseaux/<slug:network>/finances/",
        include([*books.routes, *imports.routes, *mapping.routes, *chart.routes]),
    ),
]
