from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "maillage.registers"
    label = "registers"
    verbose_name = "Registres"
    default_auto_field = "django.db.models.BigAutoField"
