"""Every address of Maillage."""

from django.urls import include, path

from maillage.portal import errors
from maillage.portal.api import api

urlpatterns = [
    path("", include("maillage.people.urls")),
    path("", include("maillage.schemes.urls")),
    path("", include("maillage.ledger.urls")),
    path("", include("maillage.reports.urls")),
    path("reseaux/<slug:network>/finances/", include("maillage.workspaces.finance.urls")),
    path("", include("maillage.portal.urls")),
    path("api/", api.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
