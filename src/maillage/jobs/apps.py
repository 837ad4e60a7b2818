from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "maillage.jobs"
    label = "jobs"
    verbose_name = "Travaux"
    default_auto_field = "django.db.models.BigAutoField"
