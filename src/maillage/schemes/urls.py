"""Addresses of schemes, gathered from the views that answer them."""

from maillage.schemes.views import (
    cartography,
    comparison,
    editions,
    frames,
    grid,
    imports,
    interchange,
    pictures,
)

app_name = "schemes"
urlpatterns = [
    *frames.routes,
    *editions.routes,
    *cartography.routes,
    *comparison.routes,
    *grid.routes,
    *imports.routes,
    *interchange.routes,
    *pictures.routes,
]
