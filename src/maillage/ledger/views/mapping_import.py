"""Rules of correspondence from a spreadsheet: what is read, what would change, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.ledger.actions.mapping import change_mapping, rule_faults
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.mapping_files import read_seen_rules
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.mapping import about_rules, mapping_version, rules_of, value_of
from maillage.ledger.queries.mapping_effect import bench_of, effect_of
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.sheets.marks import Seen, is_left, is_lost, merged
from maillage.ui.outline import outline


@dataclass(frozen=True, slots=True)
class ReceivedRule:
    """A rule, the file it came in, after which the change is named, and what that saw of it."""

    rule: RuleValue
    file: str
    seen: Seen | None = None


def _read(network: Network, data: bytes, name: str, _actor: Actor) -> list[ReceivedRule]:
    about = about_rules(network)
    found = read_seen_rules(data, name, lambda rules: rule_faults(network, rules), about)
    return [ReceivedRule(rule, name, seen) for rule, seen in found]


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[ReceivedRule]:
    """A file that waited since before marks were read says nothing of them."""
    return [
        ReceivedRule(RuleValue(**row["rule"]), row["file"], Seen.kept(row.get("seen")))
        for row in rows
    ]


def _changes(network: Network, rows: Sequence[ReceivedRule], _actor: Actor) -> list[Change]:
    """What the file leaves as it saw it is nobody's word; what both sides have set is chosen."""
    known = {value.key: value for value in map(value_of, rules_of(network))}
    found = []
    for row in rows:
        held = known.get(row.rule.key)
        if is_left(row.seen):
            continue
        clashes: tuple[str, ...] = ()
        if row.seen is not None and held is not None:
            together = merged(row.seen, _said(row.rule), _said(held))
            row = replace(row, rule=replace(row.rule, **together.values))  # noqa: PLW2901
            clashes = together.clashes
        if row.rule != held:
            found.append(Change(row, held, clashes=clashes, lost=is_lost(row.seen)))
    return found


LABELS = {"target": "Compte commun", "note": "Note"}
"""What a rule says, beside what it is the rule of."""


def _said(rule: RuleValue) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in LABELS}


def _theirs(change: Change, names: Collection[str]) -> ReceivedRule | None:
    """The rule with what is kept of these fields; None where nothing is left of it."""
    kept = {name: getattr(change.before, name) for name in names}
    rule = replace(change.row.rule, **kept)
    return None if rule == change.before else replace(change.row, rule=rule)


def _shown(network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    chart = common_chart(network)
    names = {entity.code: entity.short_name for entity in network.entities.all()}

    def words(rule: RuleValue | None) -> dict[str, str]:
        if rule is None:
            return dict.fromkeys(LABELS, "")
        return {"target": f"{rule.target} {chart.name_of(rule.target)}", "note": rule.note}

    for change in changes:
        rule, before = change.row.rule, words(change.before)
        fields = ((n, LABELS[n], before[n], after) for n, after in words(rule).items())
        yield Shown.of(
            (f"{rule.prefix}{'' if rule.exact else '…'}", names.get(rule.entity, "Toutes")),
            (field for field in fields if field[2] != field[3]),
            change,
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
    seen=lambda row: row.seen,
    theirs=_theirs,
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
