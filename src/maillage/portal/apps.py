from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "maillage.portal"
    label = "portal"
    verbose_name = "Portail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the rooms below find those above: the one place that knows them all is here."""
        from maillage.kernel.rooms import HOUSE
        from maillage.portal.rooms import ROOMS

        HOUSE.fill(ROOMS)
