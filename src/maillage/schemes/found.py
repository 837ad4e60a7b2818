"""What a search finds of schemes beyond the index: cells, by words of their three headings, and the
acts one may begin on an edition.

A cell is a macro-process, a chamber or the whole network, and a milestone: « paie 2027 mayenne »;
« changer le mode de la paie mayenne » leads to where a draft lets one set it. Where no chamber is
named it is the network's, where no milestone is, today's. Knows the edition in force of each
network, else the one being written; never shows one its reader may not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from maillage.kernel.prepared import Prepared
from maillage.kernel.rooms import ACTS, PAGES, Found
from maillage.kernel.words import EMPTY, Words, begins, tokens
from maillage.network.models import Entity, MacroProcess, Network
from maillage.people.actors import Actor
from maillage.schemes import found_texts, rules, stored_rows
from maillage.schemes.cartography.rendering import KNOWN_OTHERWISE
from maillage.schemes.engine.chamber import part_of
from maillage.schemes.engine.chamber_tables import briefly
from maillage.schemes.engine.document import (
    MODE_LABELS,
    UNKNOWN,
    MilestoneDoc,
    PlacementDoc,
    ProcessKind,
)
from maillage.schemes.engine.modes_held import milestone_on
from maillage.schemes.engine.resolution import CHAMBERS
from maillage.schemes.models import Edition, Milestone, Placement
from maillage.schemes.queries import sealed_names

CELLS = "Cellules"
CHANGE = "changer modifier passer saisir corriger mode"
"""What else one says for proposing a change of mode."""
_CHANGING = tuple(tokens(f"proposer un changement {CHANGE}"))
MOST = 8
"""Cells told with what they say; of the others nothing is said, not even that nothing is known."""
_PAGES = tuple(
    (address, label, tuple(tokens(label)))
    for address, label in (
        ("schemes:cartography", "Cartographie"),
        ("schemes:edition", "Édition et ses règles"),
        ("schemes:coverage", "Ce que dit la source"),
        ("schemes:texts", "Textes"),
        ("schemes:statements", "Énoncés"),
        ("schemes:compare", "Comparer deux éditions ou deux jalons"),
    )
)
"""Pages of an edition: address, name, the words it is found by."""

_editions: Prepared[Edition] = Prepared(
    lambda: Edition.objects.select_related("scheme__network").order_by(
        "-scheme__start_year", "-number"
    )
)


def editions_seen(actor: Actor) -> list[Edition]:
    """Those visible to an actor, the last first: the rule of `editions_visible_to`. One query."""
    return [e for e in _editions() if e.is_sealed or actor.sees(e.scheme.network_id)]


def current_of(editions: Sequence[Edition]) -> dict[int, Edition]:
    """By network, the edition in force, else the one being written."""
    found: dict[int, Edition] = {}
    for wanted in (lambda e: e.status == Edition.Status.ADOPTED, lambda e: not e.is_sealed):
        for edition in filter(wanted, editions):
            found.setdefault(edition.scheme.network_id, edition)
    return found


def acts(actor: Actor, networks: Sequence[Network]) -> Iterator[Found]:
    """To change a mode, prepare what follows, record what is observed. One query."""
    asked = {network.pk: network for network in networks}
    editions = [e for e in editions_seen(actor) if e.scheme.network_id in asked]
    current = current_of(editions)
    for edition in editions:
        if not edition.is_sealed and rules.can_write(edition, actor=actor):
            url = reverse("schemes:grid", args=[edition.pk])
            yield Found(ACTS, "Proposer un changement de mode", url, _about(edition), CHANGE)
    written = {e.scheme.network_id for e in editions if not e.is_sealed}
    for pk, edition in current.items():
        if pk not in written and rules.can_draft_next(edition, actor=actor):
            url = reverse("schemes:edition", args=[edition.pk])
            title = "Préparer l’édition suivante"
            yield Found(ACTS, title, url, _about(edition), "nouvelle brouillon")
        if len(editions) > 1:
            url = reverse("schemes:compare", args=[edition.pk])
            yield Found(ACTS, "Comparer deux éditions", url, _about(edition))
    for network in networks:
        if rules.can_observe_something(network, actor=actor):
            url = reverse("schemes:observations", args=[network.code])
            yield Found(ACTS, "Enregistrer un constat", url, network.name, "observer saisir")


def _about(edition: Edition) -> str:
    return f"{edition}, {edition.scheme.network.name}"


class Heading(NamedTuple):
    """Of a macro-process or a chamber: its code, what it is called, the words it is found by.
    `held`: the function of the one, the key of the other; of drafts alone."""

    code: str
    name: str
    words: tuple[str, ...]
    held: Any = None


class Headings(NamedTuple):
    """What the cells of an edition are named by."""

    processes: tuple[Heading, ...]
    chambers: tuple[Heading, ...]
    milestones: tuple[MilestoneDoc, ...]


def _chamber(code: str, name: str, short_name: str, held: Any = None) -> Heading:
    return Heading(code, short_name, tuple(tokens(f"{short_name} {name}")), held)


def _process(code: str, name: str, held: Any = None) -> Heading:
    return Heading(code, name, tuple(tokens(name)), held)


@lru_cache(maxsize=64)
def _sealed(seal: str) -> Headings:
    document = sealed_names(seal)
    return Headings(
        tuple(_process(p.code, p.name) for p in document.processes if not p.is_action),
        tuple(
            _chamber(e.code, e.name, e.short_name) for e in document.entities if e.kind in CHAMBERS
        ),
        document.milestones,
    )


def _drafts(editions: Sequence[Edition]) -> dict[int, Headings]:
    """Of drafts, by edition, in three queries whatever their number; none where there is none."""
    networks = [e.scheme.network_id for e in editions]
    if not networks:
        return {}
    ours = MacroProcess.objects.filter(network__in=networks).exclude(kind=ProcessKind.ACTION)
    processes = list(ours.order_by("pk").values_list("network", "code", "name", "function__code"))
    here = Entity.objects.filter(network__in=networks, kind__in=CHAMBERS, archived=False)
    chambers = list(here.values_list("network", "code", "name", "short_name", "pk"))
    milestones = list(Milestone.objects.filter(edition__in=editions))
    return {
        e.pk: Headings(
            tuple(_process(*row[1:]) for row in processes if row[0] == e.scheme.network_id),
            tuple(_chamber(*row[1:]) for row in chambers if row[0] == e.scheme.network_id),
            tuple(stored_rows.milestone(m) for m in milestones if m.edition_id == e.pk),
        )
        for e in editions
    }


@dataclass(frozen=True, slots=True)
class Cell:
    edition: Edition
    process: Heading
    milestone: MilestoneDoc
    chamber: Heading | None
    far: int
    """Words of the macro-process nobody asked for: the fewer, the nearer."""

    @property
    def key(self) -> tuple[int, str, str, str]:
        place = self.chamber.code if self.chamber else ""
        return self.edition.pk, self.process.code, self.milestone.code, place


def search(actor: Actor, words: Words) -> list[Found]:
    """The pages of editions and the cells that a question names, and of these, for whoever says
    that a mode is to change, those they may set. Two queries, and three more where some network has
    no edition but a draft, or one writes it. For whoever belongs to a network, one more: the cells
    whose justification holds the words."""
    named = [word for word in words.words if word not in EMPTY]
    begins = any(one.startswith(word) for word in named for _, _, held in _PAGES for one in held)
    is_placed, is_told = len(words.words) > 1, found_texts.is_asked(actor, words)
    if not (is_placed or is_told or begins):
        return []
    seen = editions_seen(actor)
    current = list(current_of(seen).values())
    found = [*_pages(current, words), *(cells(current, words) if is_placed else ())]
    found += [
        *_changes(actor, seen, words),
        *(found_texts.search(actor, words, seen) if is_told else ()),
    ]
    return found


def _changes(actor: Actor, seen: Sequence[Edition], words: Words) -> Iterator[Found]:
    """The cells of drafts that a question names beside the wish to change one, that this actor may
    set."""
    asked = [word for word in words.words if word not in EMPTY]
    place = [word for word in asked if not any(one.startswith(word) for one in _CHANGING)]
    if not place or len(place) == len(asked):
        return
    drafts = [e for e in seen if not e.is_sealed and rules.can_write(e, actor=actor)]
    headings, named = _drafts(drafts), Words(" ".join(place))
    found = [
        one
        for e in drafts
        for cell in _named(e, headings[e.pk], named, ahead=True)
        for one in _settable(cell, headings[e.pk].chambers, actor)
    ]
    for cell in sorted(found, key=lambda cell: cell.far):
        url = reverse("schemes:grid_cell", args=_codes(cell))
        yield Found(ACTS, f"Changer le mode\u00a0: {_title(cell)}", url, _about(cell.edition))


def _settable(cell: Cell, chambers: Sequence[Heading], actor: Actor) -> list[Cell]:
    """The cell where this actor may set it; the network's that they may not, in the chambers where
    they may."""

    def may(chamber: Heading | None) -> bool:
        key = chamber.held if chamber else None
        function = cell.process.held
        return bool(rules.can_place(cell.edition, actor=actor, function=function, entity=key))

    if cell.chamber is not None or may(None):
        return [cell] if may(cell.chamber) else []
    return [replace(cell, chamber=one) for one in chambers if may(one)]


def _pages(current: Sequence[Edition], words: Words) -> Iterator[Found]:
    """Of the edition in force of each network, else of the one being written."""
    for edition in current:
        about = tokens(f"{edition.scheme.network.name} {edition}")
        for address, label, held in _PAGES:
            mine = _begun(words.words, held)
            if mine - EMPTY and frozenset(words.words) <= mine | _begun(words.words, about):
                yield Found(PAGES, f"Schéma › {label}", reverse(address, args=[edition.pk]),
                            _about(edition))  # fmt: skip


def cells(current: Sequence[Edition], words: Words) -> list[Found]:
    """The cells a question names, the nearest first, each with what it says."""
    drafts = _drafts([e for e in current if not e.is_sealed])
    found: list[Cell] = []
    named: dict[int, Headings] = {}
    for edition in current:
        named[edition.pk] = _sealed(edition.seal) if edition.is_sealed else drafts[edition.pk]
        found += _named(edition, named[edition.pk], words)
    found = sorted(found, key=lambda cell: cell.far)
    said = _said(found[:MOST])
    told = [_told(c, named[c.edition.pk], said.get(c.key[:3], [])) for c in found[:MOST]]
    told += [""] * (len(found) - len(told))
    return [_found(cell, about) for cell, about in zip(found, told, strict=True)]


def _named(
    edition: Edition, headings: Headings, words: Words, *, ahead: bool = False
) -> Iterator[Cell]:
    """The cells of an edition that hold every word asked, and that need each heading they have.
    `ahead`: where nothing but the macro-process is named, those of today's milestone and on."""
    left = words.left_by(tokens(edition.scheme.network.name))
    places: list[tuple[Heading | None, frozenset[str]]] = [(None, frozenset())]
    places += [(one, held) for one in headings.chambers if (held := _begun(left, one.words))]
    today = milestone_on(headings.milestones, timezone.localdate())
    coming = [m for m in headings.milestones if not today or m.date >= today.date]
    times = [(m, frozenset[str]()) for m in (coming if ahead else filter(None, [today]))]
    times += [(m, held) for m in headings.milestones if (held := _begun(left, _when(m)))]
    for process in headings.processes:
        mine = _begun(left, process.words)
        rest = frozenset(left) - mine - EMPTY
        if not mine - EMPTY or not (rest or ahead):
            continue
        for chamber, by_place in places:
            for milestone, by_time in times:
                is_needed = (chamber is None or by_place & rest) and (not by_time or by_time & rest)
                if is_needed and rest <= by_place | by_time:
                    far = len(process.words) - len(mine)
                    yield Cell(edition, process, milestone, chamber, far)


def _when(milestone: MilestoneDoc) -> list[str]:
    return tokens(f"{milestone.label} {milestone.date.year}")


def _begun(asked: Sequence[str], named: Sequence[str]) -> frozenset[str]:
    """Of the words asked, those that begin one of these."""
    return frozenset(word for word in asked if any(begins(word, one) for one in named))


class Said(NamedTuple):
    """A value, and the name of who does it."""

    value: PlacementDoc
    lead: str


def _said(found: Sequence[Cell]) -> dict[tuple[int, str, str], list[Said]]:
    """By edition, macro-process and milestone, every value of those of these cells. One query."""
    places = [
        Q(edition=c.edition.pk, process__code=c.process.code, milestone__code=c.milestone.code)
        for c in found
    ]
    if not places:
        return {}
    rows = Placement.objects.filter(reduce(or_, places)).values_list(
        *("edition", "process__code", "milestone__code", "entity__code", "mode", "complementary"),
        *("lead__code", "served", "integration", "provenance", "lead__short_name"),
    )
    said: dict[tuple[int, str, str], list[Said]] = {}
    for (
        edition,
        process,
        milestone,
        entity,
        mode,
        letters,
        lead,
        served,
        option,
        known,
        who,
    ) in rows:
        value = PlacementDoc(
            *(process, milestone, entity or "", mode, letters, lead or "", tuple(served), option),
            provenance=known,
        )
        said.setdefault((edition, process, milestone), []).append(Said(value, who or ""))
    return said


def _told(cell: Cell, headings: Headings, at: Sequence[Said]) -> str:
    """What a cell says; of a chamber that does it for others otherwise than for itself, under
    which modes."""
    by_place = {one.value.entity: one for one in at}
    held = by_place.get(cell.key[3]) or by_place.get("")
    mode, known = (held.value.mode, held.value.provenance) if held else (UNKNOWN, "")
    words = [MODE_LABELS[mode], *([f"assuré par {held.lead}"] if held and held.lead else [])]
    if cell.chamber is not None:
        chambers = [heading.code for heading in headings.chambers]
        part = part_of([one.value for one in at], chambers, cell.chamber.code)
        words += [briefly(part, "others")] if part.is_otherwise else []
    words += [KNOWN_OTHERWISE[known]] if known in KNOWN_OTHERWISE else []
    return ", ".join(words)


def _found(cell: Cell, about: str) -> Found:
    return Found(CELLS, _title(cell), reverse("schemes:cell", args=_codes(cell)), about)


def _title(cell: Cell) -> str:
    place = cell.chamber.name if cell.chamber else cell.edition.scheme.network.name
    return f"{cell.process.name}, {place}, {cell.milestone.label}"


def _codes(cell: Cell) -> list[str | int]:
    """Of its address."""
    codes: list[str | int] = [cell.edition.pk, cell.process.code, cell.milestone.code]
    return [*codes, cell.chamber.code] if cell.chamber else codes
