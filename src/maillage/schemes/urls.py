"""Addresses of schemes, gathered from the views that answer them."""

from maillage.schemes.views import (
    cartography,
    comparison,
    edition_files,
    edition_forms,
    editions,
    grid,
    pictures,
    placement_import,
)

app_name = "schemes"
urlpatterns = [
    *edition_forms.routes,
    *editions.routes,
    *cartography.routes,
    *comparison.routes,
    *grid.routes,
    *placement_import.routes,
    *edition_files.routes,
    *pictures.routes,
]
