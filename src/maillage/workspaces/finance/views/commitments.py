"""What a chamber has engaged: the list, one order entered, a whole file reviewed then applied.

The file is the list: an order it no longer names is removed, and the review says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.queries.budgets import axes_on, axis_choices
from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.money import euros
from maillage.kernel.verdicts import Verdict, require
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import XLSX, Column, Sum, Table, to_xlsx
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import attachment, exported
from maillage.ui.fields import AmountField
from maillage.ui.tables import shown
from maillage.workspaces.finance.actions.landing import (
    axes_known,
    engaged_of,
    landing_row,
    write_commitments,
)
from maillage.workspaces.finance.engine.commitments import (
    COLUMNS,
    MAX_BYTES,
    SHEET,
    Engaged,
    read_commitments,
)
from maillage.workspaces.finance.models import Commitment
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.landing import CHAMBER
from maillage.workspaces.finance.views.page import chamber_or_404, chamber_outline


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of a chamber's year: what an import is about."""

    network: Network
    entity: Entity
    year: int

    def __str__(self) -> str:
        return f"Engagements {self.year}, {self.entity.short_name}"

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"finance.orders:{self.entity.pk}-{self.year}"

    @property
    def version(self) -> int:
        return landing_row(self.entity, self.year).version

    @property
    def held(self) -> dict[str, Engaged]:
        rows = Commitment.objects.filter(landing__entity=self.entity, landing__year=self.year)
        return {row.reference: one for row in rows if (one := engaged_of(row))}


def _find(request: Request, network: str, entity: str, year: int) -> Orders:
    found = kept_network(request, network)
    if rules.year_fault(year):
        raise Http404
    return Orders(found, chamber_or_404(found, entity), year)


def _can(orders: Orders, /, *, actor: Actor) -> Verdict:
    return rules.can_keep_calendar(orders.entity, actor=actor)


LISTED = (
    *(Column("Référence", width=18), Column("Objet", width=36), Column("Fournisseur", width=26)),
    *(Column("Compte", width=34), Column("Axe", width=18), Column("Reste engagé", "amount", 15)),
    *(Column("Déjà au 408", "amount", 15), Column("Compté", "amount", 15)),
)


def _table(orders: Orders) -> Table:
    """Every order, and what counts in the landing: what is left, less what 408 already holds."""
    held = list(orders.held.values())
    rows: list[Sequence[Any]] = [
        [one.reference, one.label, one.supplier, f"{one.account} {account_name(one.account)}",
         one.axis, one.amount, one.accrued, one.net]
        for one in held
    ]  # fmt: skip
    sums = (sum(x.amount for x in held), sum(x.accrued for x in held), sum(x.net for x in held))
    if held:
        rows.append(Sum(("Total", "", "", "", "", *sums)))
    title = f"Engagements {orders.year}, {orders.entity.short_name}"
    return Table(title, LISTED, rows, ["Compté\u00a0: reste engagé, moins ce qui est au 408"])


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """The orders that count in a landing; one of them taken away."""
    orders = _find(request, network, entity, year)
    verdict = _can(orders, actor=request.actor)
    if request.method == "POST":
        require(verdict)
        gone = [request.POST.get("retirer", "")[:60]]
        if write_commitments(
            orders.entity, actor=request.actor, year=year, written=[], removed=gone
        ):
            messages.success(request, f"Engagement {gone[0]} retiré.")
        return redirect(request.path)
    context = _page(request, orders, "Engagements") | {
        "table": shown(_table(orders), as_cards=True),
        "references": list(orders.held),
        "verdict": verdict,
    }
    return render(request, "finance/commitments.html", context)


def _page(request: Request, orders: Orders, *last: str) -> dict[str, Any]:
    return chamber_outline(
        request, "finance:landing", orders.network, orders.entity, orders.year, *last
    )


@require_safe
def export(request: Request, network: str, entity: str, year: int, extension: str) -> HttpResponse:
    """The list as the import takes it back."""
    orders = _find(request, network, entity, year)
    return exported(_file(orders, list(orders.held.values())), extension)


def _file(orders: Orders, held: Sequence[Engaged]) -> Table:
    rows = [[getattr(one, column.name) for column in COLUMNS] for one in held]
    return Table(f"{SHEET} {orders.year}, {orders.entity.short_name}", COLUMNS, rows, bare=True)


@require_safe
def template(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """The same workbook, empty."""
    orders = _find(request, network, entity, year)
    data = to_xlsx(_file(orders, []), timezone.localdate())
    return attachment(data, XLSX, "modele-d-engagements.xlsx")


class OrderForm(forms.Form):
    reference = forms.CharField(label="Référence", max_length=60,
                                help_text="Le numéro de la commande ou du marché.")  # fmt: skip
    label = forms.CharField(label="Objet", max_length=200, required=False)
    supplier = forms.CharField(label="Fournisseur", max_length=120, required=False)
    account = forms.CharField(label="Compte", max_length=12,
                              help_text="Une charge (6) ou un emploi (2).")  # fmt: skip
    axis = forms.ChoiceField(label="Action ou section", required=False)
    amount = AmountField(label="Reste engagé (€)",
                         help_text="Ce qui est commandé et n’est pas encore facturé.")  # fmt: skip
    accrued = AmountField(
        label="Déjà au 408 (€)", required=False,
        help_text="De ce reste, ce que les livres portent déjà en factures à recevoir\u00a0: "
        "il n’est pas compté deux fois.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """Enter one order, or correct it under its reference."""
    orders = _find(request, network, entity, year)
    home = reverse("finance:commitments", args=[network, entity, year])
    verdict = _can(orders, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    held = orders.held.get(request.GET.get("reference", ""))
    form = OrderForm(request.POST or None, initial=asdict(held) if held else None)
    axes = axis_choices(axes_on(orders.network, year))
    form.fields["axis"].choices = [("", "Aucune"), *axes]  # type: ignore[attr-defined]

    def run(**given: Any) -> Done:
        one = Engaged(**given)
        write_commitments(
            orders.entity, actor=request.actor, year=year, written=[one], new=held is None
        )
        return f"Engagement {one.reference} enregistré.", home

    act = Act(
        "Saisir un engagement",
        "Enregistrer",
        home,
        lead=f"{orders.entity.name}, exercice {year}.",
        verdict=verdict,
        outline=_page(request, orders, "Saisir un engagement"),
    )
    return act_page(request, act, run, form)


# -- the import -----------------------------------------------------------------------------------


def _read(orders: Orders, data: bytes, name: str, _actor: Actor) -> list[Engaged]:
    return read_commitments(data, name, axes_known(orders.entity) - {""})


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[Engaged]:
    return [Engaged(**row) for row in rows]


def _changes(orders: Orders, rows: Sequence[Engaged], _actor: Actor) -> list[Change]:
    """Orders that are new or differ; those the file no longer names, whose row is a reference."""
    held = orders.held
    found = [Change(one, held.get(one.reference)) for one in rows if one != held.get(one.reference)]
    gone = held.keys() - {one.reference for one in rows}
    return found + [Change(reference, held[reference]) for reference in sorted(gone)]


def _shown(_orders: Orders, changes: Sequence[Change]) -> Iterator[Shown]:
    for change in changes:
        old = _words(change.before) if change.before else {}
        if isinstance(change.row, str):
            new = dict.fromkeys(old, "") | {"Reste engagé": "retiré"}
        else:
            new = _words(change.row)
        told = [(label, old.get(label, ""), new[label]) for label in new]
        name = change.row if isinstance(change.row, str) else change.row.reference
        yield Shown((name,), tuple(field for field in told if field[1] != field[2]))


def _words(one: Engaged) -> dict[str, str]:
    return {"Objet": one.label, "Fournisseur": one.supplier, "Compte": one.account,
            "Axe": one.axis, "Reste engagé": euros(one.amount),
            "Déjà au 408": euros(one.accrued)}  # fmt: skip


def _apply(orders: Orders, rows: Sequence[Engaged | str], *, actor: Actor, seen: int) -> int:
    return write_commitments(
        orders.entity,
        actor=actor,
        year=orders.year,
        written=[row for row in rows if isinstance(row, Engaged)],
        removed=[row for row in rows if isinstance(row, str)],
        seen=seen,
    )


HERE = f"{CHAMBER}engagements/"
ORDERS = ImportFlow(
    name="orders",
    addresses=(
        "finance:commitment_import",
        "finance:commitment_review",
        "finance:commitment_apply",
    ),
    find=_find,
    guard=_can,
    version=lambda orders: orders.version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Référence",),
    shown=_shown,
    apply=_apply,
    home=lambda o: reverse("finance:commitments", args=[o.network.code, o.entity.code, o.year]),
    page=_page,
    frame="finance/frame.html",
    hint="finance/commitment_import_hint.html",
    limit=MAX_BYTES,
    title="Importer des engagements",
    thing="la liste des engagements",
    read_words="engagement lu,engagements lus",
    would="engagement changerait,engagements changeraient",
    done="engagement changé,engagements changés",
    new="nouveau",
)
routes = [
    path(HERE, listed, name="commitments"),
    path(f"{HERE}export.<slug:extension>", export, name="commitments_export"),
    path(f"{HERE}modele.xlsx", template, name="commitments_template"),
    path(f"{HERE}saisir/", enter, name="commitment_enter"),
    *pages_of(ORDERS, f"{HERE}importer/"),
]
