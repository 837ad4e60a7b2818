"""Addresses of keys, recharges, costs, volumes and axes, among a network's finances."""

from django.urls import include, path

from maillage.costing.views import axes, costs, keys, recharges, volume_imports, volumes

VIEWS = (axes, keys, recharges, costs, volume_imports, volumes)

app_name = "costing"
urlpatterns = [
    path(
        "reseaux/<slug:network>/finances/",
        include([route for view in VIEWS for route in view.routes]),
    ),
]
