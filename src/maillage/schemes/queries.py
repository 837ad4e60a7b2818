"""What may be read of schemes, and in which shape.

`*_visible_to(actor)` decide what exists for someone; the rest reads what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet

from maillage.kernel.models import Event
from maillage.kernel.prepared import Prepared
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.people.actors import Actor
from maillage.schemes import stored_rows
from maillage.schemes.engine import canonical
from maillage.schemes.engine import document as doc
from maillage.schemes.engine.checks import Key
from maillage.schemes.engine.document import EditionDocument, by_date, in_rows
from maillage.schemes.models import (
    Edition,
    Milestone,
    Placement,
    SealedContent,
)
from maillage.schemes.rules import can_place

N = TypeVar("N", bound=Model)


def editions_visible_to(actor: Actor) -> QuerySet[Edition]:
    """What is adopted is public; the rest is for those who hold a mandate in the network."""
    editions = Edition.objects.select_related("scheme__network")
    if actor.reaches_all:
        return editions
    public = Q(status__in=Edition.SEALED)
    return editions.filter(public | Q(scheme__network_id__in=actor.networks))


_edition: Prepared[Edition] = Prepared(
    lambda pk: Edition.objects.filter(pk=pk).select_related("scheme__network")
)


def edition_visible_to(actor: Actor, pk: int) -> Edition | None:
    """One of `editions_visible_to(actor)`: the same rule, on a row every page asks for."""
    for edition in _edition(pk):
        if edition.is_sealed or actor.sees(edition.scheme.network_id):
            return edition
    return None


def networks_visible_to(actor: Actor) -> QuerySet[Network]:
    """Networks one holds a mandate in, and those with something published."""
    if actor.reaches_all:
        return Network.objects.all()
    published = Edition.objects.filter(status__in=Edition.SEALED).values("scheme__network_id")
    return Network.objects.filter(Q(pk__in=actor.networks) | Q(pk__in=published))


_every_network: Prepared[Network] = Prepared(Network.objects.all)
_networks: Prepared[Network] = Prepared(
    lambda: Network.objects.annotate(
        is_published=Exists(
            Edition.objects.filter(scheme__network=OuterRef("pk"), status__in=Edition.SEALED)
        )
    )
)


def networks_seen_by(actor: Actor) -> list[Network]:
    """`networks_visible_to(actor)`, read: the same rule, on rows every search asks for."""
    if actor.reaches_all:
        return _every_network()
    return [
        network
        for network in _networks()
        if network.is_published or actor.sees(network.pk)  # type: ignore[attr-defined]
    ]


PARTS: dict[type[Model], str] = {
    Entity: "entities",
    Function: "functions",
    MacroProcess: "processes",
}


def nouns_visible_to(
    actor: Actor, nouns: QuerySet[N], editions: Iterable[Edition] | None = None
) -> QuerySet[N]:
    """Of these chambers, functions or macro-processes, those someone may know of.

    Whoever holds a mandate in their network knows them all; others, those that a published
    edition names: what is recorded for a draft is not public before its adoption. `editions`:
    those visible to the actor, where they are at hand.
    """
    if actor.reaches_all:
        return nouns
    known, part = Q(network__in=actor.networks), PARTS[nouns.model]
    for edition in editions_visible_to(actor) if editions is None else editions:
        network = edition.scheme.network_id
        if edition.is_sealed and not actor.sees(network):
            codes = [noun.code for noun in getattr(sealed_names(edition.seal), part)]
            known |= Q(network=network, code__in=codes)
    return nouns.filter(known)


def published_names(model: type[Model]) -> dict[int, frozenset[str]]:
    """By network, the codes of its chambers, functions or macro-processes that a published edition
    names."""
    found: dict[int, frozenset[str]] = {}
    sealed = Edition.objects.filter(status__in=Edition.SEALED)
    for network, seal in sealed.values_list("scheme__network_id", "seal"):
        codes = frozenset(noun.code for noun in getattr(sealed_names(seal), PARTS[model]))
        found[network] = found.get(network, frozenset()) | codes
    return found


_last_event: Prepared[tuple[int]] = Prepared(
    lambda chain, edition, network: (
        Event.objects.filter(chain=chain, subject__in=[edition, network])
        .order_by()
        .values("chain")
        .annotate(last=Max("sequence"))
        .values_list("last")
    )
)


def version_of(edition: Edition) -> int:
    """The number of the last event that may change what a page of this edition shows."""
    network = edition.scheme.network
    found = _last_event(network.chain, edition.subject, network.subject)
    return found[0][0] if found else 0


def versions_of(edition: Edition) -> dict[Key, int]:
    """The version of each cell that exists, by codes."""
    rows = edition.placements.values_list(
        "process__code", "milestone__code", "entity__code", "version"
    )
    return {(process, date, entity or ""): version for process, date, entity, version in rows}


def outdated_sources(edition: Edition) -> frozenset[Key]:
    """Cells of a draft whose source was stated under another mode. One query; none once sealed."""
    if edition.is_sealed:
        return frozenset()
    rows = Placement.objects.filter(edition=edition).exclude(source_mode="")
    found = rows.values_list("process__code", "milestone__code", "entity__code")
    return frozenset((process, milestone, entity or "") for process, milestone, entity in found)


def cells_held_by(
    actor: Actor, edition: Edition, document: EditionDocument
) -> Callable[[Key], bool] | None:
    """Whether a cell is this actor's to set; None where all are. One query."""
    network = edition.scheme.network
    if actor.administers(network.pk):
        return None
    functions = {process.code: process.function for process in document.processes}
    ids = dict(network.entities.values_list("code", "pk"))

    def held(key: Key) -> bool:
        process, _, entity = key
        place = ids.get(entity, 0) if entity else None
        return bool(can_place(edition, actor=actor, function=functions[process], entity=place))

    return held


class Axis(NamedTuple):
    """A row or column heading: its id in the database, its code and names in this edition.

    `kind` is an entity's or a process's; `function` and `parent`: the codes of a process's. A
    tuple: every page makes some eighty.
    """

    id: int
    code: str
    name: str
    short_name: str = ""
    kind: str = ""
    function: str = ""
    group: str = ""
    parent: str = ""

    @property
    def title(self) -> str:
        """Its name; of an action, said to be one."""
        return f"{doc.ACTION}{self.name}" if self.parent else self.name


@dataclass(frozen=True, slots=True)
class Axes:
    """What a cartography's rows and columns are."""

    entities: tuple[Axis, ...]
    functions: tuple[Axis, ...]
    processes: tuple[Axis, ...]
    milestones: tuple[Milestone, ...]

    @property
    def chambers(self) -> tuple[Axis, ...]:
        return tuple(e for e in self.entities if e.kind in Entity.CHAMBERS)


_entities: Prepared[tuple[Any, ...]] = Prepared(
    lambda network: Entity.objects.filter(network=network).values_list(
        "pk", "code", "name", "short_name", "kind", "archived"
    )
)
_functions: Prepared[tuple[int, str, str]] = Prepared(
    lambda network: Function.objects.filter(network=network).values_list("pk", "code", "name")
)
_processes: Prepared[tuple[int, str, str, str, str, str, str | None]] = Prepared(
    lambda network: (
        MacroProcess.objects.filter(network=network)
        .order_by("function__position", "function_id", "position", "name")
        .values_list("pk", "code", "name", "kind", "function__code", "group", "parent__code")
    )
)
_milestones: Prepared[Milestone] = Prepared(
    lambda edition: Milestone.objects.filter(edition=edition).order_by("date", "pk")
)


def axes_of(edition: Edition) -> Axes:
    """Rows and columns of an edition, in four queries (five the first time, once sealed)."""
    network, sealed = edition.scheme.network_id, edition.is_sealed
    axes = Axes(
        tuple(Axis(*row) for *row, archived in _entities(network) if sealed or not archived),
        tuple(Axis(*row) for row in _functions(network)),
        in_rows(
            Axis(pk, code, name, "", kind, f, group, parent or "")
            for pk, code, name, kind, f, group, parent in _processes(network)
        ),
        by_date(_milestones(edition.pk)),
    )
    return _as_sealed(edition, axes) if sealed else axes


def _as_sealed(edition: Edition, axes: Axes) -> Axes:
    """Keep only what was adopted, under the names it had then."""
    sealed = sealed_names(edition.seal)

    def kept(rows: Iterable[Axis], names: dict[str, Any], fields: Callable[[Any], Any]) -> Any:
        by_code = {row.code: row for row in rows}
        return tuple(fields((by_code[c], d)) for c, d in names.items() if c in by_code)

    return Axes(
        kept(
            axes.entities,
            {e.code: e for e in sealed.entities},
            lambda p: Axis(p[0].id, p[0].code, p[1].name, p[1].short_name, p[1].kind.value),
        ),
        kept(
            axes.functions,
            {f.code: f for f in sealed.functions},
            lambda p: Axis(p[0].id, p[0].code, p[1].name),
        ),
        kept(
            axes.processes,
            {p.code: p for p in sealed.processes},
            lambda p: Axis(
                p[0].id, p[0].code, p[1].name, "", p[1].kind, p[1].function, p[1].group, p[1].parent
            ),
        ),
        axes.milestones,
    )


@lru_cache(maxsize=64)
def sealed_names(seal: str) -> doc.EditionDocument:
    """What was sealed, without its cells. A seal stands for its content: it can be kept."""
    content = SealedContent.objects.filter(edition__seal=seal).values_list("content", flat=True)[0]
    return replace(canonical.loads_content(bytes(content)), placements=())


def _processes_in_order(network: Network) -> QuerySet[MacroProcess]:
    own = MacroProcess.objects.filter(network=network)
    return own.order_by("function__position", "function_id", "position", "name")


def document_of(edition: Edition, *, texts: bool = True, cells: bool = True) -> doc.EditionDocument:
    """The whole content: as sealed where it is, else from the rows (seven queries). Without
    `texts`, what is read of its cells alone: chapters and statements may be left out (five).
    Without `cells`, what names them: they may be left out too."""
    if edition.is_sealed:
        return canonical.loads_content(bytes(edition.sealed.content))
    scheme, network = edition.scheme, edition.scheme.network
    entities = list(Entity.objects.filter(network=network, archived=False))
    functions = list(Function.objects.filter(network=network))
    processes = list(_processes_in_order(network))
    milestones = by_date(edition.milestones.order_by("date", "pk"))
    names = {f.pk: f.code for f in functions}
    codes = {p.pk: p.code for p in processes}
    return doc.EditionDocument(
        network_code=network.code,
        network_name=network.name,
        fictional=network.fictional,
        scheme_code=scheme.code,
        scheme_title=scheme.title,
        start_year=scheme.start_year,
        end_year=scheme.end_year,
        number=edition.number,
        title=edition.title,
        entities=tuple(stored_rows.entity(e) for e in entities),
        functions=tuple(doc.FunctionDoc(f.code, f.name, f.description) for f in functions),
        processes=in_rows(stored_rows.process(p, names, codes) for p in processes),
        milestones=tuple(stored_rows.milestone(m) for m in milestones),
        placements=stored_rows.placements(edition, codes, milestones, entities) if cells else (),
        sections=tuple(
            stored_rows.section(s, names)
            for s in (edition.sections.order_by("position") if texts else ())
        ),
        statements=tuple(
            stored_rows.statement(s, names) for s in (edition.statements.all() if texts else ())
        ),
    )


def file_of(edition: Edition) -> doc.EditionFile:
    """The edition as a file carries it."""
    return doc.EditionFile(document_of(edition), edition.status, edition.adoption, edition.seal)


@dataclass(frozen=True, slots=True)
class NetworkEditions:
    """A network's editions of use on a page: the one in force, the one being written."""

    in_force: Edition | None
    draft: Edition | None
    all: tuple[Edition, ...]


def editions_of(network: Network, actor: Actor) -> NetworkEditions:
    editions = tuple(
        editions_visible_to(actor)
        .filter(scheme__network=network)
        .order_by("-scheme__start_year", "-number")
    )
    in_force = next((e for e in editions if e.status == Edition.Status.ADOPTED), None)
    draft = next((e for e in editions if not e.is_sealed), None)
    return NetworkEditions(in_force, draft, editions)
