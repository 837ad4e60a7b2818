from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "maillage.workspaces.returns"
    label = "returns"
    verbose_name = "États à rendre"
    default_auto_field = "django.db.models.BigAutoField"
