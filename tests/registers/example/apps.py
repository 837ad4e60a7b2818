from django.apps import AppConfig


class ExampleConfig(AppConfig):
    name = "tests.registers.example"
    label = "tests"
    default_auto_field = "django.db.models.BigAutoField"
