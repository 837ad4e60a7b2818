"""What the room of schemes hands to the house: its page, its words, what it lets find."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from maillage.exchange.models import Document
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import (
    HIDDEN,
    Awaiting,
    Findable,
    Indexed,
    Page,
    Purpose,
    Resolved,
    Room,
    anyone,
    members,
    rows,
)
from maillage.network.models import Network
from maillage.network.queries import in_chain
from maillage.people.actors import Actor, Role
from maillage.schemes.citations import documents_visible_to, resting_upon
from maillage.schemes.engine import canonical, checks
from maillage.schemes.engine.coverage import coverage, tally_of
from maillage.schemes.engine.document import UNKNOWN, EditionDocument
from maillage.schemes.engine.shortened import named
from maillage.schemes.engine.trajectory import effective_modes
from maillage.schemes.events import copied_details, passage_details, tell, tell_observations
from maillage.schemes.figures import figures
from maillage.schemes.found import acts, search
from maillage.schemes.models import Edition, SealedContent, Section, Statement
from maillage.schemes.observations import observations_visible_to
from maillage.schemes.queries import (
    cells_held_by,
    document_of,
    editions_of,
    editions_visible_to,
    outdated_sources,
    version_of,
)
from maillage.schemes.rules import can_write


def awaits(actor: Actor, network: Network) -> Iterable[Awaiting]:
    """What is to be done in the edition being written, of the cells this actor may set."""
    if not actor.edits_something(network.pk):
        return []
    draft = editions_of(network, actor).draft
    if draft is None or not can_write(draft, actor=actor):
        return []
    since, about = timezone.localdate(draft.created_at), str(draft)
    alerts = _alerts(draft, actor)
    everything = actor.administers(network.pk)
    gaps = f"{reverse('schemes:cartography', args=[draft.pk])}?seulement=lacunes"
    if not everything:
        gaps += "".join(f"&fonction={code}" for code in alerts.functions)
    sheet = reverse("schemes:edition", args=[draft.pk])
    mine = "" if everything else "miennes"
    rules = f"{sheet}?{mine}#regles" if mine else f"{sheet}#regles"
    points = f"{sheet}?{mine}&regle={checks.POINTS}#regles".replace("?&", "?")
    chambers = f"{reverse('schemes:cartography', args=[draft.pk])}?seulement=lacunes&entite="
    found = [
        ("cellules à renseigner, tous jalons", gaps, alerts.unknown, "Saisir"),
        *(
            (f"cellules à renseigner, tous jalons, {chamber}", f"{chambers}{code}", count, "Saisir")
            for code, chamber, count in alerts.chambers
        ),
        ("règles enfreintes", rules, alerts.broken, "Corriger"),
        ("points à compléter", points, alerts.incomplete, "Compléter"),
    ]
    return [
        Awaiting(counted(what, count), url, about, count=count, since=since, verb=verb)
        for what, url, count, verb in found
        if count
    ]


def counted(what: str, count: int) -> str:
    """The words that follow a count, said of many, as it asks."""
    if count > 1:
        return what
    return re.sub(r"^(cellule|règle|point)s( enfreinte)?s?", r"\1\2", what)


class Alerts(NamedTuple):
    """Of some cells of a draft: those unknown, and the functions they are of; rules they break;
    what they leave to complete."""

    unknown: int
    functions: tuple[str, ...]
    broken: int
    incomplete: int
    chambers: tuple[tuple[str, str, int], ...] = ()
    """Of the chambers one fills: code, name, cells for which no value holds."""


def _alerts(draft: Edition, actor: Actor) -> Alerts:
    """For whoever holds these mandates; kept as long as nothing of the draft changes."""
    mandates = "" if actor.administers(draft.scheme.network_id) else actor.perimeters
    whole = hashlib.sha256(repr((draft.pk, version_of(draft), mandates)).encode()).hexdigest()
    key = f"alerts:{whole}"
    alerts: Alerts | None = caches["pages"].get(key)
    if alerts is None:
        document = document_of(draft)
        found = checks.check(
            document,
            cells_held_by(actor, draft, document),
            outdated_sources(draft),
            to_propose=True,
        )
        network = draft.scheme.network_id
        # The page of gaps shows a network's value even where a chamber states its own.
        gaps = {
            line.code: line.total.unknown
            for line in coverage(document).by_function
            if actor.edits_network_value(network, line.code)
        }
        alerts = Alerts(
            sum(gaps.values()),
            tuple(code for code, count in gaps.items() if count),
            sum(v.severity == "error" for v in found),
            checks.points_of(found),
            tuple(_chambers(draft, document, actor)),
        )
        caches["pages"].set(key, alerts)
    return alerts


def _chambers(
    draft: Edition, document: EditionDocument, actor: Actor
) -> Iterator[tuple[str, str, int]]:
    """Of each chamber this actor fills as its editor, the cells that read « non renseigné »: those
    its cartography shows, filtered on gaps."""
    network = draft.scheme.network
    held = {p.entity for p in actor.perimeters if p.entity and p.role is Role.ENTITY_EDITOR}
    if not held or actor.administers(network.pk):
        return
    counted = [process for process in document.processes if not process.is_action]
    for entity in network.entities.filter(pk__in=held, archived=False).order_by("pk"):
        modes = effective_modes(document.placements, entity.code)
        cells = ((p.code, m.code) for p in counted for m in document.milestones)
        count = tally_of(modes.get(cell, UNKNOWN) for cell in cells).unknown
        if count:
            yield entity.code, entity.short_name, count


def _editions(chain: str) -> Iterator[Findable]:
    """Public once sealed, for the members of the network until then; the last first."""
    editions = Edition.objects.select_related("scheme__network")
    for edition in in_chain(editions, chain, "scheme__network"):
        url, network = reverse("schemes:edition", args=[edition.pk]), edition.scheme.network
        yield Findable(
            str(edition.pk),
            network.chain,
            str(edition),
            url,
            network.name,
            (edition.scheme.title,),
            _audience(edition),
            -edition.number,
        )


def _texts(chain: str) -> Iterator[Findable]:
    """Each chapter, in the texts of its edition, as public as it is."""
    texts = Section.objects.select_related("edition__scheme__network")
    for text in in_chain(texts, chain, "edition__scheme__network"):
        edition = text.edition
        url = reverse("schemes:texts", args=[edition.pk])
        yield Findable(
            str(text.pk),
            edition.chain,
            text.title,
            f"{url}#texte-{text.code}",
            str(edition),
            (text.body,),
            _audience(edition),
            _place(edition, text.position),
        )


def _statements(chain: str) -> Iterator[Findable]:
    """By its words and those quoted for it, as public as its edition."""
    rows = Statement.objects.select_related("function", "edition__scheme__network")
    for said in in_chain(rows, chain, "edition__scheme__network"):
        edition = said.edition
        url = reverse("schemes:statements", args=[edition.pk])
        yield Findable(
            str(said.pk),
            edition.chain,
            named(said.text),
            f"{url}#enonce-{said.code}",
            f"{said.function.name}, {edition}",
            (said.text, said.source_quote),
            _audience(edition),
            _place(edition, said.position),
        )


def _place(edition: Edition, position: int) -> int:
    """What the last edition says before what the former ones do."""
    return position - 1000 * edition.number


def _documents(chain: str) -> Iterator[Findable]:
    """Documents are found by their network alone: what is public of them, a citation leads to."""
    for one in in_chain(Document.objects.select_related("network"), chain):
        url = reverse("schemes:document", args=[one.pk])
        yield Findable(str(one.pk), one.chain, one.title, url, one.network.name, (), one.chain)


def _audience(edition: Edition) -> str:
    return "" if edition.is_sealed else edition.chain


def observed(keys: Sequence[str], actor: Actor) -> Mapping[str, Resolved]:
    """Observations by the identity the journal knows them by."""
    rows_of = observations_visible_to(actor).filter(public_id__in=keys)
    seen = {row.public_id: row for row in rows_of}
    return {
        key: Resolved(
            f"{seen[key].process.name}, {seen[key]}",
            reverse("schemes:observations", args=[seen[key].network.code]),
        )
        if key in seen
        else HIDDEN
        for key in keys
    }


def proves() -> Iterator[tuple[str, str, list[str]]]:
    """That each sealed edition still holds the very bytes its seal is of."""
    count, faults = 0, []
    sealed = Edition.objects.exclude(seal="").select_related("scheme__network").order_by("pk")
    kept = sealed.values_list("pk", "seal", "sealed__content")
    named = {row.pk: f"{row}, {row.scheme.network}" for row in sealed}
    for pk, seal, content in kept.iterator(20):
        count += 1
        if content is None:
            faults.append(f"{named[pk]}\u00a0: contenu scellé absent")
        elif canonical.digest(bytes(content)) != seal:
            faults.append(f"{named[pk]}\u00a0: le contenu n’est plus celui qui fut scellé")
    yield "sceaux", f"{count} éditions", faults


ROOM = Room(
    code="schemes",
    label="Schéma",
    purpose=Purpose.SCHEME,
    may_enter=anyone,
    pages=(
        Page("schemes:current", "Schéma"),
        Page("schemes:observations", "Constats", may_enter=members),
    ),
    urls="maillage.schemes.urls",
    api="maillage.schemes.api",
    documentation="guide/explorer.md",
    nouns={
        "schemes.edition": rows(
            editions_visible_to, url=lambda row: reverse("schemes:edition", args=[row.pk])
        ),
        "exchange.document": rows(
            documents_visible_to, url=lambda row: reverse("schemes:document", args=[row.pk])
        ),
        "schemes.observation": observed,
    },
    tells={"schemes.": tell, "schemes.observation": tell_observations},
    details={
        "schemes.section.": passage_details,
        "schemes.statement.": passage_details,
        "schemes.texts.": copied_details,
    },
    awaits=awaits,
    figures=figures,
    acts=acts,
    search=search,
    proves=proves,
    keeps=(Keeps("schemes.seals", SealedContent.objects.all),),
    indexes=(
        Indexed(
            "schemes.edition",
            "Éditions",
            _editions,
            ("schemes.edition.", "schemes.scheme.", "network.network."),
        ),
        Indexed(
            "schemes.section",
            "Textes",
            _texts,
            ("schemes.section.", "schemes.texts.", "schemes.edition.", "schemes.scheme."),
        ),
        Indexed(
            "schemes.statement",
            "Énoncés",
            _statements,
            (
                "schemes.statement.",
                "schemes.texts.",
                "schemes.edition.",
                "schemes.scheme.",
                "network.",
            ),
        ),
        Indexed(
            "exchange.document", "Documents", _documents, ("exchange.document.", "network.network.")
        ),
    ),
    depends_on=resting_upon,
)
