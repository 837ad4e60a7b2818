"""Say which chamber an auxiliary account of the books stands for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from maillage.kernel.actions import Outcome, action
from maillage.kernel.money import NBSP
from maillage.kernel.verdicts import refuse, refuse_fault, refuse_unread
from maillage.ledger.engine.partners import Attached, fold
from maillage.ledger.models import PartnerNumber
from maillage.ledger.queries.partners import partners_version
from maillage.ledger.rules import NO_WORDS, OWN_PARTNER, can_keep_finances, written_fault
from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor


@action(
    "ledger.partner.named",
    "Compte auxiliaire rattaché à une chambre",
    guard=can_keep_finances,
    as_written=("number",),
)
def name_partner(
    network: Network,
    holder: int | None,
    number: str,
    entity: int | None,
    *,
    actor: Actor,
    kind: str = PartnerNumber.Kind.NUMBER,
) -> Outcome[None]:
    """The auxiliary account `number` of the book of chamber `holder` (None: of every book) stands
    for the chamber of id `entity`; or a local account, words of a label. 0: that is said no more.
    None: it stands for no chamber, whatever it seems; nothing infers a partner of that account.

    Refuses (422) words that stand for none, an empty or too long number, an unknown kind, words
    too short to tell, an entity or a holder that is not a chamber of the network, a chamber as its
    own partner.
    """
    chambers = {chamber.pk: chamber for chamber in every_chamber(network)}
    refuse_fault(_named_fault(kind, number, holder, entity, chambers))
    held = PartnerNumber.objects.filter(network=network, holder_id=holder, kind=kind)
    former = [row for row in held if fold(row.number) == fold(number)]
    if [row.entity_id for row in former] == ([] if entity == 0 else [entity]):
        return Outcome(None, unchanged=True)
    held.filter(pk__in=[row.pk for row in former]).delete()
    if entity != 0:
        held.create(
            network=network, holder_id=holder, kind=kind, number=number.strip(" "), entity_id=entity
        )
    diff = {
        "kind": kind,
        "book": chambers[holder].code if holder is not None else "",
        "number": number.strip(" "),
        "chamber": chambers[entity].code if entity else "",
    } | ({"none": True} if entity is None else {})
    return Outcome(None, diff, network)


@action(
    "ledger.partners.named",
    "Partenaires rattachés depuis un fichier",
    guard=can_keep_finances,
    as_written=("number",),
)
def name_partners(
    network: Network, rows: Sequence[Attached], *, actor: Actor, version: int | None = None
) -> Outcome[int]:
    """Attach all of these, each in place of what the same book's same writing stood for, or none;
    what is not given stays. How many were written.

    `version`: that a file's review was made on. Refuses (422) what `name_partner` does, with the
    first fault, and the same writing twice; (409) partners changed since the review.
    """
    refuse_unread("les partenaires", version, lambda: partners_version(network))
    chambers = {chamber.code: chamber for chamber in every_chamber(network)}
    given = _given(rows, chambers)
    former: dict[tuple[str, str, str], list[PartnerNumber]] = {}
    for kept in network.partner_numbers.select_related("holder", "entity"):
        former.setdefault(_value(kept).key, []).append(kept)
    new = {
        key: row for key, row in given.items()
        if [_value(kept).chamber for kept in former.get(key, ())] != [row.chamber]
    }  # fmt: skip
    if not new:
        return Outcome(0, unchanged=True)
    replaced = [kept for key in new for kept in former.get(key, ())]
    PartnerNumber.objects.filter(pk__in=[kept.pk for kept in replaced]).delete()
    PartnerNumber.objects.bulk_create(
        PartnerNumber(
            network=network,
            holder=chambers[row.holder] if row.holder else None,
            kind=row.kind,
            number=row.written.strip(" "),
            entity=chambers[row.chamber] if row.chamber else None,
        )
        for row in new.values()
    )
    diff = {
        "attached": [asdict(row) for row in new.values()],
        "replaced": [asdict(_value(kept)) for kept in replaced],
    }
    return Outcome(len(new), diff, network)


def _given(
    rows: Sequence[Attached], chambers: Collection[str]
) -> dict[tuple[str, str, str], Attached]:
    """The rows by what they say it of. Refuses one that does not hold, and two of the same."""
    for place, row in enumerate(rows, 1):
        if fault := _fault(row, chambers):
            refuse(f"Ligne {place}{NBSP}: {fault}")
    given = {row.key: row for row in rows}
    if len(given) < len(rows):
        refuse("Un même rattachement est donné deux fois.")
    return given


def _value(row: PartnerNumber) -> Attached:
    holder, chamber = (e.code if e else "" for e in (row.holder, row.entity))
    return Attached(holder, row.kind, row.number, chamber)


def _fault(row: Attached, chambers: Collection[str]) -> str:
    if fault := written_fault(row.kind, row.written):
        return fault
    if not row.chamber and row.kind == PartnerNumber.Kind.LABEL:
        return NO_WORDS
    if row.chamber and row.chamber not in chambers:
        return "La chambre est à choisir parmi celles du réseau."
    if row.holder and row.holder not in chambers:
        return "Le livre est à choisir parmi ceux des chambres du réseau."
    return OWN_PARTNER if row.holder and row.holder == row.chamber else ""


def _named_fault(
    kind: str, number: str, holder: int | None, entity: int | None, chambers: Collection[int]
) -> str:
    """Why that may not be said of it, "" where it may."""
    if fault := written_fault(kind, number):
        return fault
    if entity and entity not in chambers:
        return "La chambre est à choisir parmi celles du réseau."
    if entity is None and kind == PartnerNumber.Kind.LABEL:
        return NO_WORDS
    if holder is not None and holder not in chambers:
        return "Le livre est à choisir parmi ceux des chambres du réseau."
    return OWN_PARTNER if entity and holder == entity else ""
