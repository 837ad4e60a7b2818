"""Addresses of returns, gathered from the views that answer them."""

from django.urls import include, path

from maillage.workspaces.returns.views import (
    acts,
    cells,
    definitions,
    home,
    restitutions,
    templates,
    typing,
    writing,
)

app_name = "returns"
urlpatterns = [
    path(
        "reseaux/<slug:network>/",
        include(
            [
                route
                for view in (
                    home,
                    templates,
                    restitutions,
                    acts,
                    cells,
                    typing,
                    definitions,
                    writing,
                )
                for route in view.routes
            ]
        ),
    ),
]
