"""Addresses of schemes, gathered from the views that answer them."""

from maillage.schemes.views import cartography, comparison, editions, grid, interchange

urlpatterns = [
    *editions.routes,
    *cartography.routes,
    *comparison.routes,
    *grid.routes,
    *interchange.routes,
]
