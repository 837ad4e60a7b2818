"""Say how a year is foreseen, what is engaged; keep a forecast, and make a revised budget of one.

A forecast kept never changes. What it lands on is read by `queries.landing`, never typed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.utils import timezone

from maillage.costing.engine.budgets import Kind, account_fault
from maillage.costing.models import Budget, BudgetAxis
from maillage.costing.queries.budgets import last_voted
from maillage.kernel.actions import Outcome, action
from maillage.kernel.money import LARGEST
from maillage.kernel.verdicts import refuse, refuse_fault, refuse_unread
from maillage.network.models import Entity
from maillage.people.actors import Actor
from maillage.workspaces.finance.actions.budgets import open_revision
from maillage.workspaces.finance.actions.lines import row_version
from maillage.workspaces.finance.engine.commitments import Engaged, commitment_fault
from maillage.workspaces.finance.engine.landing import Forecast, LineKey, Method
from maillage.workspaces.finance.models import (
    Commitment,
    Landing,
    LandingMethod,
    LandingVersion,
)
from maillage.workspaces.finance.queries.landing import ChamberLanding
from maillage.workspaces.finance.rules import budgets as rules

MOST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The method of every line, and of those that have one of their own: method, amount entered."""

    default: Method
    lines: Mapping[LineKey, tuple[Method, int | None]] = field(default_factory=dict)


@action(
    "finance.landing.foreseen",
    "Méthodes d’atterrissage enregistrées",
    guard=rules.can_keep_calendar,
)
def foresee(
    entity: Entity, *, actor: Actor, year: int, wanted: Foreseen, seen: int | None = None
) -> Outcome[int]:
    """Say by which method each line of a year is foreseen; how many lines have one of their own.

    Refuses (422) an account, an axis or an amount that does not hold; (409) where the landing is
    no longer the one `seen` (0: there was none). The same methods change nothing.
    """
    refuse_fault(rules.opening_fault("", year, timezone.localdate()))
    landing = landing_row(entity, year)
    refuse_unread("cet atterrissage", seen, lambda: landing.version)
    _refuse_lines(entity, wanted)
    rows: Iterable[LandingMethod] = landing.methods.all() if landing.pk else ()
    held = {(row.account, row.axis): (Method(row.method), row.amount) for row in rows}
    if (landing.method, held) == (wanted.default, dict(wanted.lines)):
        return Outcome(len(held), unchanged=True)
    before, landing.method = landing.method, wanted.default.value
    moved_on(landing)
    landing.methods.all().delete()
    LandingMethod.objects.bulk_create(
        LandingMethod(landing=landing, account=account, axis=axis, method=method, amount=amount)
        for (account, axis), (method, amount) in wanted.lines.items()
    )
    diff = {"entity": entity.code, "year": year, "default": [before, wanted.default.value]}
    diff |= {"lines": _differences(held, wanted.lines)}
    return Outcome(len(wanted.lines), diff, landing)


def _differences(
    held: Mapping[LineKey, tuple[Method, int | None]],
    wanted: Mapping[LineKey, tuple[Method, int | None]],
) -> dict[str, list[str]]:
    """What an event tells: "account|axis" to the method before and after, "" for none."""
    keys = sorted({*held, *wanted})
    told = {key: [_said(held.get(key)), _said(wanted.get(key))] for key in keys}
    return {"|".join(key): pair for key, pair in told.items() if pair[0] != pair[1]}


def _said(line: tuple[Method, int | None] | None) -> str:
    if line is None:
        return ""
    method, amount = line
    return method.value if amount is None else f"{method.value} {amount}"


def _refuse_lines(entity: Entity, wanted: Foreseen) -> None:
    if wanted.default is Method.ENTERED:
        refuse("Un montant se saisit ligne par ligne\u00a0: il ne peut pas valoir pour toutes.")
    axes = axes_known(entity)
    for (account, axis), (method, amount) in wanted.lines.items():
        refuse_fault(line_fault(account, axis, axes))
        if (method is Method.ENTERED) != (amount is not None):
            what = "un montant est attendu avec «\u00a0Montant saisi\u00a0», et avec lui seul"
            refuse(f"Compte {account}\u00a0: {what}.")
        if amount is not None and abs(amount) > LARGEST:
            refuse(f"Compte {account}\u00a0: dix milliards d’euros au plus.")


def axes_known(entity: Entity) -> set[str]:
    found = BudgetAxis.objects.filter(network_id=entity.network_id).values_list("code", flat=True)
    return {"", *found}


def line_fault(account: str, axis: str, axes: set[str]) -> str:
    """Say why no line bears this account and axis, "" where one may."""
    if fault := account_fault(account):
        return fault
    return (
        "" if axis in axes else f"Axe «\u00a0{axis[:40]}\u00a0»\u00a0: inconnu du plan analytique."
    )


def landing_row(entity: Entity, year: int) -> Landing:
    """The landing of a chamber's year, not written yet where there is none."""
    return Landing.objects.filter(entity=entity, year=year).first() or Landing(
        entity=entity, year=year
    )


def moved_on(landing: Landing) -> None:
    landing.version = max(row_version(), landing.version + 1)
    landing.save()


# -- commitments ----------------------------------------------------------------------------------


@action(
    "finance.commitment.written",
    "Engagements enregistrés",
    guard=rules.can_keep_calendar,
    as_written=("axis",),
)
def write_commitments(
    entity: Entity,
    *,
    actor: Actor,
    year: int,
    written: Sequence[Engaged],
    removed: Sequence[str] = (),
    seen: int | None = None,
    new: bool = False,
) -> Outcome[int]:
    """Write commitments of a year by their reference, take others away, all or none; how many.

    `new`: none of them may be there already (409). Refuses (422) a commitment that does not hold,
    twice the same reference; (409) where the landing is no longer the one `seen`.
    """
    refuse_fault(rules.opening_fault("", year, timezone.localdate()))
    landing = landing_row(entity, year)
    refuse_unread("la liste des engagements", seen, lambda: landing.version)
    axes = axes_known(entity)
    for one in written:
        refuse_fault(commitment_fault(one) or line_fault(one.account, one.axis, axes))
    rows: Iterable[Commitment] = landing.commitments.all() if landing.pk else ()
    held = {row.reference: row for row in rows}
    _refuse_doubles(written, held if new else ())
    lost = [reference for reference in removed if reference in held]
    changed = [one for one in written if one != engaged_of(held.get(one.reference))]
    if not changed and not lost:
        return Outcome(0, unchanged=True)
    moved_on(landing)
    Commitment.objects.filter(landing=landing, reference__in=lost).delete()
    for one in changed:
        Commitment.objects.update_or_create(
            landing=landing, reference=one.reference, defaults=asdict(one)
        )
    diff = {"entity": entity.code, "year": year, "removed": lost,
            "written": {one.reference: [_net(held.get(one.reference)), one.net]
                        for one in changed}}  # fmt: skip
    return Outcome(len(changed) + len(lost), diff, landing)


def _refuse_doubles(written: Sequence[Engaged], held: Collection[str]) -> None:
    """Refuse twice the same reference, and one that is held where it may not be."""
    if len({one.reference for one in written}) < len(written):
        refuse("Une même référence figure deux fois.")
    for one in written:
        if one.reference in held:
            told = f"Référence «\u00a0{one.reference}\u00a0»"
            refuse(f"{told}\u00a0: cet engagement existe déjà.", 409)


def engaged_of(row: Commitment | None) -> Engaged | None:
    if row is None:
        return None
    return Engaged(
        row.reference, row.account, row.axis, row.amount, row.accrued, row.supplier, row.label
    )


def _net(row: Commitment | None) -> int | None:
    return None if row is None else row.net


# -- forecasts kept -------------------------------------------------------------------------------


@action("finance.forecast.kept", "Prévision conservée", guard=rules.can_keep_calendar)
def keep_forecast(
    entity: Entity, *, actor: Actor, landing: ChamberLanding, note: str = ""
) -> Outcome[LandingVersion]:
    """Keep where a chamber lands at a cut-off, as it is read now: it never changes again.

    Refuses (409) a landing without any line, or that is the last one kept; (422) a note that does
    not hold.
    """
    if len(note) > MOST_NOTE or not note.isprintable():
        refuse(f"Hypothèse\u00a0: une ligne de {MOST_NOTE} caractères au plus.")
    if not landing.lines:
        refuse("Rien n’est prévu\u00a0: ni budget voté, ni livre de cet exercice.", 409)
    year, month = landing.until.year, landing.until.month
    last = LandingVersion.objects.filter(entity=entity, year=year).order_by("-number").first()
    lines = [_kept(line.account, line.axis, line.method, line.forecast, {
            "budget": line.known.budget, "realised": line.known.realised,
            "committed": line.known.committed,
            "months": line.months and {axis: list(cents) for axis, cents in line.months.items()},
        }) for line in landing.lines]  # fmt: skip
    told = {"month": month, "note": note.strip(), "lines": lines}
    if last and {name: getattr(last, name) for name in told} == told:
        refuse(f"Cette prévision est déjà conservée\u00a0: n° {last.number}.", 409)
    kept = LandingVersion.objects.create(
        entity=entity,
        year=year,
        number=last.number + 1 if last else 1,
        kept_by=actor.identity,
        **told,
    )
    diff = {"entity": entity.code, "year": year, "number": kept.number, "month": month}
    return Outcome(kept, diff | {"lines": len(kept.lines)}, kept)


def _kept(
    account: str, axis: str, method: Method, found: Forecast, more: dict[str, object]
) -> dict[str, object]:
    return {"account": account, "axis": axis, "method": method.value, "forecast": found.cents,
            "how": found.how, "reason": found.reason} | more  # fmt: skip


@action(
    "finance.forecast.revised",
    "Budget rectifié préparé d’après une prévision",
    guard=rules.can_revise_from,
)
def revise_from_forecast(version: LandingVersion, *, actor: Actor) -> Outcome[Budget]:
    """Open the next revised budget of the year as a draft that says what a forecast lands on.

    Refuses (409) where no budget is voted, where a revised one is being prepared, and where a line
    of the forecast lands nowhere: a budget carries no unknown.
    """
    lacking = sorted({line["account"] for line in version.lines if line["months"] is None})
    if lacking:
        told = ", ".join(lacking[:12]) + ("…" if len(lacking) > 12 else "")
        refuse(
            f"Sans prévision\u00a0: {told}. Choisir une autre méthode pour ces lignes, "
            "puis conserver de nouveau.",
            409,
        )
    voted = last_voted(version.entity, version.year)
    if voted is None:
        refuse(f"Aucun budget {version.year} n’est voté\u00a0: rien à rectifier.", 409)
    assert voted is not None
    amounts = {
        (version.entity.code, line["account"], axis, month): cents
        for line in version.lines
        for axis, months in line["months"].items()
        for month, cents in enumerate(months, 1)
    }
    draft = open_revision(voted, amounts, actor)
    diff = {"entity": version.entity.code, "year": version.year, "number": draft.number}
    return Outcome(draft, diff | {"forecast": version.subject, "kind": Kind.REVISED.value}, draft)
