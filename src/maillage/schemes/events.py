"""What the journal keeps of cells, in words: for its pages, and for the history of one cell.

Knows the diffs of events, older ones too, which kept the number of a lead instead of its code.
Refuses to know who may read a journal.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.models import Event
from maillage.kernel.money import NBSP
from maillage.kernel.period import french_date
from maillage.kernel.rooms import Happened
from maillage.network.models import Entity, MacroProcess, Network
from maillage.people.actors import Actor
from maillage.people.queries import names_of, names_told
from maillage.schemes.engine.change import FieldChange, describe_states
from maillage.schemes.engine.change_words import Names, Told
from maillage.schemes.engine.document import ACTION, ProcessKind
from maillage.schemes.engine.observed import NETWORK
from maillage.schemes.models import Edition, Milestone
from maillage.ui.templatetags.ui import pluriel

TOLD = 12
"""Cells of an event told one by one, at most."""
PLACED = "schemes.placement.placed"
EDITION = "schemes.edition"
CONFIRMED = "source confirmée pour le mode présent"
LOOKED_AT = 400
"""Events of an edition searched for those that touched a cell, the last ones first."""
SHOWN = 10
State = Mapping[str, Any] | None


def tell(events: Sequence[Happened], actor: Any) -> Iterator[tuple[str, ...]]:
    """What each event of schemes changed: three queries for all of them. Who reads the journal of
    a network reads its cells."""
    entities, processes = _named({event.chain for event in events})
    labels = _dated({event.chain for event in events})
    for event in events:
        names = entities.get(event.chain, Names({}))
        known = processes.get(event.chain, {}), labels.get(event.subject, {})
        yield tuple(_lines(event.diff, names, *known))


def _dated(chains: set[str]) -> dict[str, dict[str, str]]:
    """By edition, as an event names it: what its milestones are called."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    codes = [chain.removeprefix("network:") for chain in chains]
    rows = Milestone.objects.filter(edition__scheme__network__code__in=codes)
    for edition, code, label in rows.order_by().values_list("edition", "code", "label"):
        found[f"{EDITION}:{edition}"][code] = label
    return found


def _lines(
    diff: Mapping[str, Any],
    names: Names,
    processes: Mapping[str, str],
    milestones: Mapping[str, str],
) -> Iterator[str]:
    cells = diff.get("cells", {})
    for key, (before, after) in list(cells.items())[:TOLD]:
        process, milestone, entity = key.split("|")
        place = [processes.get(process, process), milestones.get(milestone, milestone)]
        place += [names.entity(entity)] if entity else []
        told = " ; ".join(map(str, names.tell(_fields(before, after, entity))))
        yield f"{', '.join(place)}. {told or CONFIRMED}"
    if len(cells) > TOLD:
        yield f"et {len(cells) - TOLD} autres cellules"
    if isinstance(moved := diff.get("number"), list):
        yield f"édition {moved[0]} → édition {moved[1]}"
    if "reworded" in diff:
        yield pluriel(len(diff["reworded"]), "libellé repris,libellés repris") + " de l’édition"
    if "cells_count" in diff:
        yield f"{diff['cells_count']} cellules"
    if "seal" in diff:
        yield f"sceau {diff['seal'][:16]}…"
    if diff.get("act"):
        yield f"acte {diff['act']}, {diff['body']}"


def _fields(before: State, after: State, entity: str) -> tuple[FieldChange, ...]:
    return describe_states(before, after, own=bool(entity))


def names_of_network(network: Network) -> Names:
    """The entities of a network, archived ones too. One query."""
    return _names(network.entities.values_list("pk", "code", "short_name"))


def _names(rows: Any) -> Names:
    entities = list(rows)
    return Names({code: name for _, code, name in entities}, {pk: code for pk, code, _ in entities})


def _named(chains: set[str]) -> tuple[dict[str, Names], dict[str, dict[str, str]]]:
    """By chain: what its entities and its macro-processes are called."""
    codes = {chain.removeprefix("network:") for chain in chains}
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    named = Entity.objects.filter(network__code__in=codes).order_by()
    for network, *row in named.values_list("network__code", "pk", "code", "short_name"):
        rows[f"network:{network}"].append(tuple(row))
    processes: dict[str, dict[str, str]] = defaultdict(dict)
    known = MacroProcess.objects.filter(network__code__in=codes).order_by()
    for network, code, name, kind in known.values_list("network__code", "code", "name", "kind"):
        called = f"{ACTION}{name}" if kind == ProcessKind.ACTION else name
        processes[f"network:{network}"][code] = called
    return {chain: _names(found) for chain, found in rows.items()}, processes


@dataclass(frozen=True, slots=True)
class Touched:
    """An act that changed a cell: when, by whom, what."""

    at: dt.datetime
    by: str
    told: tuple[Told, ...]


def history_of(edition: Edition, key: tuple[str, str, str]) -> list[Touched]:
    """The last acts that touched a cell, the latest first. Three queries."""
    events = Event.objects.filter(chain=edition.chain, subject=edition.subject, verb=PLACED)
    place = "|".join(key)
    latest = events.order_by("-sequence")[:LOOKED_AT]
    touched = [event for event in latest if place in event.diff.get("cells", {})][:SHOWN]
    if not touched:
        return []
    authors = names_of({event.actor for event in touched})
    names = names_of_network(edition.scheme.network)
    found = []
    for event in touched:
        before, after = event.diff["cells"][place]
        told = names.tell(_fields(before, after, key[2]))
        found.append(Touched(event.at, authors.get(event.actor, ""), told))
    return found


def removed_by(edition: Edition, keys: Collection[str]) -> dict[str, str]:
    """Of cells without a value, by their key in the journal, who last touched each: identities. One
    query, none where no cell is asked."""
    if not keys:
        return {}
    events = Event.objects.filter(chain=edition.chain, subject=edition.subject, verb=PLACED)
    found: dict[str, str] = {}
    for event in events.order_by("-sequence")[:LOOKED_AT]:
        for key in event.diff.get("cells", {}):
            if key in keys:
                found.setdefault(key, event.actor)
    return found


SOMEBODY = "une autre personne"


def named_conflicts(conflicts: Iterable[Mapping[str, Any]], reader: Actor) -> list[dict[str, Any]]:
    """Conflicts on cells with who set each, or left it without a value, by name. One query."""
    conflicts = list(conflicts)
    names = names_told({c["by"] for c in conflicts}, reader)

    def named(one: Mapping[str, Any]) -> str:
        is_said = one["by"] or one["version"]
        return names.get(one["by"], SOMEBODY) if is_said else SOMEBODY

    return [{**one, "by": named(one)} for one in conflicts]


def last_by(edition: Edition, verb: str, reader: Actor, **about: str) -> str:
    """Who last did this to an edition, of what its diff says, by name. Two queries."""
    events = Event.objects.filter(chain=edition.chain, subject=edition.subject, verb=verb)
    for event in events.order_by("-sequence")[:LOOKED_AT]:
        if all(event.diff.get(name) == value for name, value in about.items()):
            return names_told([event.actor], reader).get(event.actor, SOMEBODY)
    return SOMEBODY


def tell_observations(events: Sequence[Happened], actor: Any) -> Iterator[tuple[str, ...]]:
    """What each event of observations changed: two queries for all of them. Whoever reads the
    journal of a network may read them."""
    entities, processes = _named({event.chain for event in events})
    for event in events:
        names = entities.get(event.chain, Names({}))
        yield tuple(_observed(event.diff, names, processes.get(event.chain, {})))


_LABELS = {
    "on": "jour", "mode": "mode", "lead": "assuré par", "served": "pour",
    "observer": "constaté par", "evidence": "preuve", "comment": "commentaire",
}  # fmt: skip


def _observed(diff: Mapping[str, Any], names: Names, processes: Mapping[str, str]) -> Iterator[str]:
    if "count" in diff:
        yield f"{diff['count']} constats"
    if "process" in diff:
        whose = names.entity(diff["entity"]) if diff["entity"] else NETWORK
        yield f"{processes.get(diff['process'], diff['process'])}, {whose}"
    for name, label in _LABELS.items():
        if name in diff:
            before, after = (_word(name, value, names) for value in diff[name])
            yield f"{label}{NBSP}: {before} → {after}" if before else f"{label}{NBSP}: {after}"
    if "reason" in diff:
        yield f"motif{NBSP}: {diff['reason']}"


def _word(name: str, value: Any, names: Names) -> str:
    """A field of an observation, in words; nothing where it says nothing."""
    if not value:
        return ""
    if name == "on":
        return french_date(dt.date.fromisoformat(str(value)))
    return names.word(name, value) if name in ("mode", "lead", "served") else str(value)


_WRITTEN = {
    "title": "titre",
    "text": "énoncé",
    "modes": "modes",
    "horizon": "horizon",
    "source_page": "page",
    "source_quote": "citation",
    "body": "texte",
}


def passage_details(diff: Mapping[str, Any], actor: Any) -> Iterator[str]:
    """What an event of the texts or statements of an edition changed, in words; of a long text,
    its length."""
    if "sections" in diff:
        yield ", ".join(diff["sections"])
    for noun, label in (("section", "chapitre"), ("statement", "énoncé")):
        if noun in diff:
            yield f"{label} {diff[noun]}"
    for name, label in _WRITTEN.items():
        if name not in diff:
            continue
        told = diff[name] if isinstance(diff[name], list) else [None, diff[name]]
        both = [_length(one) if name == "body" else one for one in told]
        if any(both):
            yield f"{label}{NBSP}: {' → '.join(one or '∅' for one in both)}"
    if "beside" in diff:
        yield f"{'avant' if diff['up'] else 'après'} {diff['beside']}"


def copied_details(diff: Mapping[str, Any], actor: Any) -> Iterator[str]:
    """What a copy brought from another edition, and what it replaced."""
    for many, words in (("sections", "chapitre,chapitres"), ("statements", "énoncé,énoncés")):
        if found := diff.get(many):
            replaced = sum(before is not None for before, _ in found.values())
            tail = f", dont {pluriel(replaced, 'remplacé,remplacés')}" if replaced else ""
            yield f"{pluriel(len(found), words)}{NBSP}: {', '.join(found)}{tail}"


def _length(text: str | None) -> str:
    return pluriel(len(text.split()), "mot,mots") if text else ""
