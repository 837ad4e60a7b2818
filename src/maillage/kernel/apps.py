from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "maillage.kernel"
    label = "kernel"
    verbose_name = "Noyau"
    default_auto_field = "django.db.models.BigAutoField"
