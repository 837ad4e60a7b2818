from django.apps import AppConfig


class CostingConfig(AppConfig):
    name = "maillage.costing"
    label = "costing"
    verbose_name = "Costings"
    default_auto_field = "django.db.models.BigAutoField"
