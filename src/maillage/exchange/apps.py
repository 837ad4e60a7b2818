from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "maillage.exchange"
    label = "exchange"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"
