from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "maillage.workspaces.finance"
    label = "finance"
    verbose_name = "Finances"
    default_auto_field = "django.db.models.BigAutoField"
