"""The only writers of networks and of their nouns."""

from maillage.network.actions.networks import (
    name_stamp,
    name_verdict,
    network_removal_of,
    remove_network,
    rename_network,
)
from maillage.network.actions.noun_tables import Saved, order_nouns, save_nouns
from maillage.network.actions.nouns import (
    create_network,
    noun_version,
    save_entity,
    save_function,
    save_process,
)
from maillage.network.actions.removals import Removal, removal_of, remove_group, remove_nouns

__all__ = [
    "Removal",
    "Saved",
    "create_network",
    "name_stamp",
    "name_verdict",
    "network_removal_of",
    "noun_version",
    "order_nouns",
    "removal_of",
    "remove_group",
    "remove_network",
    "remove_nouns",
    "rename_network",
    "save_entity",
    "save_function",
    "save_nouns",
    "save_process",
]
