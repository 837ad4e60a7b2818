from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from maillage.kernel.rooms import Room


def _rooms() -> tuple[Room, ...]:
    from maillage.portal.rooms import ROOMS

    return ROOMS


class PortalConfig(AppConfig):
    name = "maillage.portal"
    label = "portal"
    verbose_name = "Portail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the rooms below find those above: the one place that knows them all is here."""
        from maillage.kernel.rooms import HOUSE

        HOUSE.await_from(_rooms)
