"""Every address of Maillage: those of its rooms, and the API."""

from django.urls import include, path

from maillage.config.addresses import KnownAgain
from maillage.portal import errors
from maillage.portal.api import api
from maillage.portal.rooms import ROOMS

urlpatterns = [
    KnownAgain(
        [
            *(path("", include(room.urls)) for room in ROOMS if room.urls),
            path("api/", api.urls),
        ]
    )
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
