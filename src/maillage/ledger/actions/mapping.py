"""Set and withdraw rules of correspondence; undo the last change; add accounts to the chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse, refuse_unread
from maillage.ledger import rules
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import MappingChange, MappingRule
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.mapping import mapping_version, state_of, value_of
from maillage.network.models import Network
from maillage.network.rules import unseen_fault
from maillage.people.actors import Actor

Key = tuple[str, str, bool]
MAX_RULES = 20_000


def rule_faults(network: Network, given: Sequence[RuleValue]) -> list[tuple[int, str, str]]:
    """What does not hold in rules given, each with its place and the field concerned."""
    chart = common_chart(network)
    entities = set(network.entities.values_list("code", flat=True))
    faults: list[tuple[int, str, str]] = []
    seen: dict[Key, int] = {}
    for place, rule in enumerate(given):
        if rule.entity and rule.entity not in entities:
            what = f"Chambre « {rule.entity} » inconnue du réseau."
            faults.append((place, "entity", what))
        if fault := rules.prefix_fault(rule.prefix, exact=rule.exact):
            faults.append((place, "prefix", fault))
        if not chart.is_valid(rule.target):
            near = chart.nearest(rule.target) if rule.target else None
            tail = f", par exemple {near.number} {near.name}" if near else ""
            what = f"Compte commun « {rule.target} » : un compte du plan attendu{tail}."
            faults.append((place, "target", what))
        if len(rule.note) > 200:
            faults.append((place, "note", "Note : 200 caractères au plus."))
        elif fault := unseen_fault("Note", rule.note):
            faults.append((place, "note", fault))
        if rule.key in seen:
            what = f"Règle déjà donnée à la ligne {seen[rule.key] + 1}."
            faults.append((place, "prefix", what))
        seen.setdefault(rule.key, place)
    return faults


@action("ledger.mapping.changed", "Correspondances changées", guard=rules.can_keep_finances)
def change_mapping(
    network: Network,
    given: Sequence[RuleValue],
    *,
    actor: Actor,
    label: str,
    removed: Iterable[Key] = (),
    seen: str | None = None,
    version: int | None = None,
) -> Outcome[MappingChange | None]:
    """Set rules, in place of those of the same chamber and prefix, and withdraw others.

    `seen`: the state the effect was shown on; `version`: that the file's review was made on.
    Refuses (409) another state, (422) rules that do not
    hold, with the first fault. Returns None where nothing changes.
    """
    refuse_unread("le jeu de règles", version, lambda: mapping_version(network))
    if seen is not None and seen != state_of(network):
        why = "Les correspondances ont changé depuis cet aperçu\u00a0: rien n’a été appliqué."
        refuse(why, 409)
    _refuse_faults(network, given)
    current = _current(network)
    wanted: dict[Key, RuleValue | None] = dict.fromkeys(removed)
    wanted |= {rule.key: rule for rule in given}
    touched = {k: v for k, v in wanted.items() if _value(current.get(k)) != v}
    if not touched:
        return Outcome(None, unchanged=True)
    before = [value_of(current[key]) for key in touched if key in current]
    after = [value for value in touched.values() if value is not None]
    _write(network, current, touched, actor.identity)
    change = MappingChange.objects.create(
        network=network,
        label=label[:200],
        before=[value.as_json() for value in before],
        after=[value.as_json() for value in after],
        made_by=actor.identity,
    )
    diff = {"label": label[:200], "set": len(after), "withdrawn": len(touched) - len(after)}
    return Outcome(change, diff | {"rules": [str(v.rule) for v in after[:50]]}, network)


def _refuse_faults(network: Network, given: Sequence[RuleValue]) -> None:
    if len(given) > MAX_RULES:
        refuse(f"{MAX_RULES} règles au plus en une fois.")
    if faults := rule_faults(network, given):
        place, _field, what = faults[0]
        refuse(f"Règle {place + 1} : {what}")


def _current(network: Network) -> dict[Key, MappingRule]:
    rows = MappingRule.objects.filter(network=network).select_related("entity")
    return {value_of(row).key: row for row in rows}


def _value(row: MappingRule | None) -> RuleValue | None:
    return value_of(row) if row is not None else None


def _write(
    network: Network,
    current: dict[Key, MappingRule],
    wanted: dict[Key, RuleValue | None],
    identity: str,
) -> None:
    """Bring each key to the rule wanted, None for none."""
    entities: dict[str, Any] = {"": None} | {e.code: e for e in network.entities.all()}
    gone = [current[key].pk for key in wanted if key in current]
    MappingRule.objects.filter(pk__in=gone).delete()
    MappingRule.objects.bulk_create(
        MappingRule(
            network=network,
            entity=entities[value.entity],
            prefix=value.prefix,
            exact=value.exact,
            target=value.target,
            note=value.note,
            set_by=identity,
        )
        for value in wanted.values()
        if value is not None
    )


@action(
    "ledger.mapping.undone", "Changement de correspondances défait", guard=rules.can_keep_finances
)
def undo_mapping(network: Network, change_id: int, *, actor: Actor) -> Outcome[MappingChange]:
    """Bring the rules back to what they were before the last change.

    Refuses (409) a change that is not the last one in force.
    """
    last = MappingChange.objects.filter(network=network, undone_at=None).first()
    if last is None or last.pk != change_id:
        why = "Seul le dernier changement se défait ; un autre est venu depuis, ou celui-ci l’est."
        refuse(why, 409)
    before = [RuleValue(**row) for row in last.before]
    after = [RuleValue(**row) for row in last.after]
    wanted: dict[Key, RuleValue | None] = dict.fromkeys(value.key for value in after)
    wanted |= {value.key: value for value in before}
    _write(network, _current(network), wanted, actor.identity)
    last.undone_at = timezone.now()
    last.save(update_fields=["undone_at"])
    return Outcome(last, {"label": last.label, "restored": len(before)}, network)
