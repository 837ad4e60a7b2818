"""The addresses of the example, then every address of Maillage."""

from django.urls import include, path

from maillage.config.urls import handler400, handler403, handler404, handler500
from maillage.config.urls import urlpatterns as house
from maillage.portal import api as portal
from maillage.registers.routes import routes
from tests.registers.example.contracts import CONTRACTS
from tests.registers.example.room import ROOM

api = portal.built([ROOM], "example")
example = (routes(CONTRACTS), "tests")
urlpatterns = [
    path("reseaux/<slug:network>/", include(example)),
    path("api/", api.urls),
    *house,
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
