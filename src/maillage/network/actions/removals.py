"""Take out of a network the nouns typed by mistake, while nothing rests on them.

What names a noun by a row is read in the database; what names it by its code is asked of the rooms
above, an adopted edition first. A perimeter is no noun but a word of its rows: they lose it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.actions import Outcome, action, plain
from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict, refuse
from maillage.kernel.words import folded
from maillage.network import rules
from maillage.network.actions.noun_tables import Saved, save_nouns
from maillage.network.models import Network
from maillage.network.noun_table import PROCESS, NounRow
from maillage.network.queries import MODELS, held_nouns, leaving_with, resting_on
from maillage.network.rules import Administrating
from maillage.ui.templatetags.ui import pluriel


@dataclass(frozen=True, slots=True)
class Removal:
    """What taking some nouns out would entail: the nouns that leave, by kind; `losing`, how many
    leave because they stand within those asked for; what rests on them, in words."""

    rows: dict[str, list[Any]]
    losing: int
    resting: tuple[str, ...]
    kind: str

    @property
    def verdict(self) -> Verdict:
        if not self.resting:
            return ALLOWED
        return Denied(f"Quelque chose repose dessus. {rules.INSTEAD[self.kind]}", 409)


def removal_of(network: Network, kind: str, codes: Sequence[str], actor: Any) -> Removal:
    """What taking out the nouns of these codes would entail; `actor` reads the titles of what rests
    on them. As many queries as models that may name them, and one or two a noun."""
    rows = leaving_with(network, kind, codes)
    count = sum(map(len, rows.values()))
    asked = len(set(codes) & {row.code for row in rows[kind]})
    return Removal(rows, count - asked, tuple(_resting(rows, actor)), kind)


def _resting(rows: dict[str, list[Any]], actor: Any) -> Iterator[str]:
    """Each noun on which something rests, and what: how many rows name it, then by whom its code
    is cited."""
    for kind, some in rows.items():
        counted = resting_on(kind, some) if some else {}
        for row in some:
            told = [pluriel(count, forms) for forms, count in counted[row.pk].items()]
            citing = HOUSE.dependents(f"network.{kind}:{row.pk}")
            titles = [one.title for one in HOUSE.resolve(citing, actor).values() if one.visible]
            told += [f"nommé dans «\u00a0{title}\u00a0»" for title in titles]
            told += ["ce que vous ne pouvez pas lire"] if len(citing) > len(titles) else []
            if told:
                yield f"«\u00a0{row}\u00a0»\u00a0: {', '.join(told)}"


@action("network.nouns.removed", "Noms retirés du réseau", guard=rules.can_manage)
def remove_nouns(
    network: Network, *, actor: Administrating, kind: str, codes: Sequence[str], losing: int = 0
) -> Outcome[int]:
    """Take nouns out of a network, with what stands within them: how many went.

    Refuses (422) a code that names nothing, (409) where something rests on one of them (details
    "violations": each in words), (409) losing another number of nouns than the `losing` agreed to.
    """
    found = removal_of(network, kind, codes, actor)
    if unknown := sorted(set(codes) - {row.code for row in found.rows[kind]}):
        refuse(f"«\u00a0{unknown[0]}\u00a0» n’existe pas, ou plus.")
    if isinstance(found.verdict, Denied):
        refuse(found.verdict.reason, 409, violations=list(found.resting))
    if found.losing != losing:
        within = pluriel(found.losing, "autre nom partirait avec,autres noms partiraient avec")
        agreed = f"\u00a0; {losing} avaient été admis" if losing else ""
        refuse(f"{within}{agreed}. Rien n’a été retiré.", 409, losing=found.losing)
    held = held_nouns(network)
    told = {
        one: {row.code: {n: plain(v) for n, v in held[one][row.code].items()} for row in rows}
        for one, rows in found.rows.items()
        if rows
    }
    for one in reversed(MODELS):
        keys = [row.pk for row in found.rows[one]]
        own = MODELS[one].objects.filter(pk__in=keys)
        if one == PROCESS:
            own.exclude(parent=None).delete()
        own.delete()
    return Outcome(sum(map(len, told.values())), told, network)


def rows_of_group(network: Network, function: str, group: str) -> list[Any]:
    """The rows of a function that stand in a perimeter."""
    own = network.processes.filter(function__code=function).exclude(group="")
    return [row for row in own if folded(row.group) == folded(group)]


def remove_group(
    network: Network, *, actor: Administrating, function: str, group: str, losing: int
) -> Saved:
    """Take a perimeter off its rows, which stay: one event a row.

    Refuses as `save_nouns` does, a row that would read as another once out of it first; (409) where
    another number of rows than `losing` would lose it.
    """
    rows = rows_of_group(network, function, group)
    if len(rows) != losing:
        said = pluriel(len(rows), "ligne est,lignes sont")
        refuse(f"{said} dans ce périmètre à présent\u00a0; relire, puis recommencer.", 409)
    return save_nouns(
        network,
        actor=actor,
        rows=[NounRow(PROCESS, row.code, {"group": "", "group_named_by": ""}) for row in rows],
        source=f"périmètre «\u00a0{group}\u00a0» retiré",
    )
