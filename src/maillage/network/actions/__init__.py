"""The only writers of networks and of their nouns."""

from maillage.network.actions.noun_tables import Saved, order_nouns, save_nouns
from maillage.network.actions.nouns import (
    create_network,
    noun_version,
    save_entity,
    save_function,
    save_process,
)

__all__ = [
    "Saved",
    "create_network",
    "noun_version",
    "order_nouns",
    "save_entity",
    "save_function",
    "save_nouns",
    "save_process",
]
