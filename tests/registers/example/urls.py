"""Every address of Maillage, and those of the example."""

from django.urls import include, path

from maillage.config.urls import handler400, handler403, handler404, handler500
from maillage.config.urls import urlpatterns as house
from maillage.registers.routes import routes
from tests.registers.example.contracts import CONTRACTS

example = (routes(CONTRACTS), "tests")
urlpatterns = [path("reseaux/<slug:network>/", include(example)), *house]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
