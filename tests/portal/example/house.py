"""The house with the example in it: what its line in `portal/rooms.py` would give."""

from __future__ import annotations

from django.urls import include, path

from maillage.config.urls import urlpatterns as house
from maillage.portal.api import built
from tests.portal.example.room import ROOM

urlpatterns = [
    path("", include(ROOM.urls)),
    path("api/", built([ROOM], "example-api").urls),
    *house,
]
