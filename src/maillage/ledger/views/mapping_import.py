"""Rules of correspondence from a spreadsheet: what is read, what would change, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.ledger.actions.mapping import change_mapping, rule_faults
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.mapping_files import read_rules
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.mapping import mapping_version, rules_of, value_of
from maillage.ledger.queries.mapping_effect import bench_of, effect_of
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.ui.outline import outline


@dataclass(frozen=True, slots=True)
class ReceivedRule:
    """A rule, and the file it came in: the change is named after it."""

    rule: RuleValue
    file: str


def _read(network: Network, data: bytes, name: str, _actor: Actor) -> list[ReceivedRule]:
    found = read_rules(data, name, lambda rules: rule_faults(network, rules))
    return [ReceivedRule(rule, name) for rule in found]


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[ReceivedRule]:
    return [ReceivedRule(RuleValue(**row["rule"]), row["file"]) for row in rows]


def _changes(network: Network, rows: Sequence[ReceivedRule], _actor: Actor) -> list[Change]:
    known = {value.key: value for value in map(value_of, rules_of(network))}
    return [
        Change(row, known.get(row.rule.key)) for row in rows if known.get(row.rule.key) != row.rule
    ]


def _shown(network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    chart = common_chart(network)
    names = {entity.code: entity.short_name for entity in network.entities.all()}

    def words(rule: RuleValue | None) -> dict[str, str]:
        if rule is None:
            return {"Compte commun": "", "Note": ""}
        return {"Compte commun": f"{rule.target} {chart.name_of(rule.target)}", "Note": rule.note}

    for change in changes:
        rule, before = change.row.rule, words(change.before)
        fields = [(name, before[name], after) for name, after in words(rule).items()]
        yield Shown(
            (f"{rule.prefix}{'' if rule.exact else '…'}", names.get(rule.entity, "Toutes")),
            tuple(field for field in fields if field[1] != field[2]),
        )


def _about(network: Network, changes: Sequence[Change]) -> dict[str, Any]:
    given = [change.row.rule for change in changes]
    return {"effect": effect_of(bench_of(network), given, [])}


def _apply(network: Network, rows: Sequence[ReceivedRule], *, actor: Actor, seen: int) -> int:
    given, files = [row.rule for row in rows], {row.file for row in rows}
    label = f"Import de {', '.join(sorted(files))}"
    change = change_mapping(network, given, actor=actor, label=label, version=seen)
    return len(change.after) if change else 0


RULES = ImportFlow(
    name="mapping",
    addresses=(
        "ledger:mapping_import",
        "ledger:mapping_import_review",
        "ledger:mapping_import_apply",
    ),
    find=kept_network,
    guard=can_keep_finances,
    version=mapping_version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Comptes locaux", "Pour"),
    shown=_shown,
    apply=_apply,
    home=lambda network: reverse("ledger:mapping", args=[network.code]),
    page=lambda request, network, *last: outline(request, network, "ledger:mapping", *last),
    frame="ledger/import_frame.html",
    hint="ledger/mapping_import_hint.html",
    summary="ledger/mapping_effect.html",
    about=_about,
    title="Importer des règles",
    thing="le jeu de règles",
    read_words="règle lue,règles lues",
    would="règle changerait,règles changeraient",
    done="règle posée,règles posées",
    new="nouvelle règle",
)

routes = pages_of(RULES, "correspondances/importer/")
