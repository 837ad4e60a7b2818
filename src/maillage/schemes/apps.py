from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "maillage.schemes"
    label = "schemes"
    verbose_name = "Schémas"
    default_auto_field = "django.db.models.BigAutoField"
