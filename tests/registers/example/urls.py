"""The addresses of the example, then every address of Maillage."""

from django.http import Http404
from django.urls import include, path
from ninja.errors import AuthenticationError, HttpError, ValidationError

from maillage.config.urls import handler400, handler403, handler404, handler500
from maillage.config.urls import urlpatterns as house
from maillage.kernel.verdicts import Refusal
from maillage.portal import api as portal
from maillage.registers.routes import routes
from tests.registers.example.api import router
from tests.registers.example.contracts import CONTRACTS

api = portal.MaillageAPI(title="Exemple", urls_namespace="example")
api.add_exception_handler(ValidationError, portal.invalid)
api.add_exception_handler(HttpError, portal.unreadable)
api.add_exception_handler(AuthenticationError, portal.unknown)
api.add_exception_handler(Http404, portal.missing)
api.add_exception_handler(Refusal, portal.refused)
api.add_router("", router)
example = (routes(CONTRACTS), "tests")
urlpatterns = [
    path("reseaux/<slug:network>/", include(example)),
    path("api/", api.urls),
    *house,
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
