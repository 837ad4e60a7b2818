from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "maillage.ledger"
    label = "ledger"
    verbose_name = "Livres comptables"
