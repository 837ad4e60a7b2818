from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "maillage.reports"
    label = "reports"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"
