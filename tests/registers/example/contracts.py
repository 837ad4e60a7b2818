"""The register of contracts, declared: all there is to it besides its model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.network.models import Network
from maillage.people.actors import Actor, Role
from maillage.registers import kinds
from maillage.registers.declaration import Fault, Field, Link, Reach, Register, Row, Values
from tests.registers.example.models import Contract


def frameworks_have_lots(values: Values) -> Iterator[Fault]:
    if values["form"] == "framework" and values["lots"] is None:
        yield Fault("lots", "un accord-cadre dit combien il a de lots")


def ends_after_its_year(values: Values) -> Iterator[Fault]:
    end, year = values["end"], values["year"]
    if isinstance(end, dt.date) and year and end.year < year:
        yield Fault("end", f"la fin précède l’année {year}")


def chambers_of(actor: Actor) -> list[int]:
    return [p.entity for p in actor.perimeters if p.entity and p.role is Role.ENTITY_EDITOR]


def amount_readers(actor: Actor, network: Network) -> Reach:
    """Editors of a function do not read amounts; those of a chamber, its own."""
    if actor.administers(network.pk):
        return True
    return Q(entity__in=chambers_of(actor)) if chambers_of(actor) else False


def may_write(row: Contract, *, actor: Actor, **_: Any) -> Verdict:
    if actor.administers(row.network_id) or row.entity_id in chambers_of(actor):
        return ALLOWED
    return Denied("Ce contrat est celui d’une autre chambre que la vôtre.")


def not_secret(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return rows if actor.administers_something else rows.exclude(code__startswith="SECRET")


def links(row: Row, actor: Actor) -> list[Link]:
    return [Link("Le réseau", f"/reseaux/{row.network.code}/")]


CONTRACTS = Register(
    model=Contract,
    path="contrats",
    one="contrat",
    many="contrats",
    title="title",
    about="Ce que les chambres ont acheté, et jusqu’à quand.",
    fields=(
        Field("title", kinds.Text(), group="Objet"),
        Field("form", kinds.Choice(), group="Objet"),
        Field("themes", kinds.Choices((("it", "Informatique"), ("hr", "Personnel"))), listed=False),
        Field("note", kinds.LongText(), listed=False),
        Field("lots", kinds.Whole(1, 99), listed=False),
        Field("rate", kinds.Number(places=2), unit="%", listed=False),
        Field("amount", kinds.Amount(least=0), unit="HT", group="Montants", readers=amount_readers),
        Field("end", kinds.Date(), group="Dates"),
        Field("year", kinds.Year(), group="Dates"),
        Field("renewable", kinds.Boolean(), listed=False),
        Field("entity", kinds.Reference(named=("short_name",))),
        Field("processes", kinds.References(), listed=False),
        Field("buyer", kinds.Person(), listed=False),
        Field("contact", kinds.Email(), personal=True, listed=False),
        Field("site", kinds.Url(), listed=False),
        Field("outcome", kinds.LongText(), listed=False, by_verb=True),
    ),
    rules=(frameworks_have_lots, ends_after_its_year),
    visible=not_secret,
    may_write=may_write,
    numbering="C-",
    person="buyer",
    dates=("end",),
    links=links,
)
