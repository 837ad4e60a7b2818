"""What stands for chambers from a spreadsheet: what is read, what would change, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.ledger.actions.partners import name_partners
from maillage.ledger.engine.partners import KINDS, NOBODY, Attached
from maillage.ledger.partner_files import NOBODY as FOR_NONE
from maillage.ledger.partner_files import read_seen_partners
from maillage.ledger.queries.books import years_kept
from maillage.ledger.queries.consolidated import years_of
from maillage.ledger.queries.partners import about_partners, attached_of, partners_version
from maillage.ledger.rules import can_keep_finances
from maillage.ledger.views.partners import effect_table
from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.marks import Seen, is_left, is_lost
from maillage.ui import tables
from maillage.ui.outline import Crumb, outline

NONE = "aucune chambre"


def _names(network: Network) -> dict[str, str]:
    return {chamber.code: chamber.short_name for chamber in every_chamber(network)}


@dataclass(frozen=True, slots=True)
class ReceivedPartner:
    """What a row attaches, and what its file saw of it."""

    partner: Attached
    seen: Seen | None = None


def _read(network: Network, data: bytes, name: str, _actor: Actor) -> list[ReceivedPartner]:
    found = read_seen_partners(data, name, _names(network), about_partners(network))
    return [ReceivedPartner(*one) for one in found]


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[ReceivedPartner]:
    """A file that waited since before marks were read says nothing of them."""
    return [
        ReceivedPartner(Attached(**row.get("partner", row)), Seen.kept(row.get("seen")))
        for row in rows
    ]


def _changes(network: Network, rows: Sequence[ReceivedPartner], _actor: Actor) -> list[Change]:
    """Those that stand for another chamber than now, or for none; one left as it was exported is
    nobody's word, one that both sides have set is to be chosen."""
    kept = {row.key: row for row in attached_of(network)}
    found = []
    for row in rows:
        held = kept.get(row.partner.key)
        if is_left(row.seen) or (held and held.chamber == row.partner.chamber):
            continue
        moved = row.seen.moved({"chamber": held.chamber or FOR_NONE}) if row.seen and held else ()
        found.append(Change(row.partner, held, clashes=moved, lost=is_lost(row.seen)))
    return found


def _shown(network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    names = _names(network)
    for change in changes:
        row, before = change.row, change.before
        book = names.get(row.holder, row.holder) or "Tous les livres"
        was = names.get(before.chamber, NONE) if before else ""
        said = ("chamber", "Désigne", was, names.get(row.chamber, NONE))
        yield Shown.of((row.written, KINDS[row.kind], book), [said], change)


def _theirs(_change: Change, _names: Collection[str]) -> None:
    """Nothing is left of a row that only says what is kept otherwise."""


def _about(network: Network, changes: Sequence[Change]) -> dict[str, Any]:
    """What the changes would eliminate in each exercise that has books, the latest first."""
    years = years_kept(network)
    told = {"everywhere": sum(not change.row.holder for change in changes), "books": bool(years)}
    if not years or not changes:
        return told
    given = NOBODY.also(change.row for change in changes)
    held = years_of(network, years)
    effects = [(year, effect_table(held[year], given)) for year in years]
    return told | {"effects": [(year, tables.shown(t)) for year, t in effects if t.rows]}


def _apply(network: Network, rows: Sequence[Attached], *, actor: Actor, seen: int) -> int:
    done: int = name_partners(network, rows, actor=actor, version=seen)
    return done


def _page(request: Request, network: Network, *last: Crumb) -> dict[str, Any]:
    above = ("Partenaires", reverse("ledger:partners", args=[network.code]))
    return outline(request, network, "ledger:intercompany", above, *last)


PARTNERS = ImportFlow(
    name="partners",
    addresses=(
        "ledger:partners_import",
        "ledger:partners_import_review",
        "ledger:partners_import_apply",
    ),
    find=kept_network,
    guard=can_keep_finances,
    version=partners_version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Écrit", "Nature", "Livre"),
    shown=_shown,
    seen=lambda row: row.seen,
    theirs=_theirs,
    apply=_apply,
    home=lambda network: reverse("ledger:partners", args=[network.code]),
    page=_page,
    frame="ledger/import_frame.html",
    hint="ledger/partners_hint.html",
    summary="ledger/partners_effect.html",
    about=_about,
    title="Importer des partenaires",
    thing="les partenaires",
    read_words="rattachement lu,rattachements lus",
    would="rattachement changerait,rattachements changeraient",
    done="rattachement enregistré,rattachements enregistrés",
    new="nouveau",
)

routes = pages_of(PARTNERS, "reciproques/partenaires/importer/")
