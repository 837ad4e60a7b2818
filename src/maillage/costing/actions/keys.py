"""Define keys, close them, issue recharge statements and reverse them.

A key a statement was issued by never changes: it is closed, and another version opened. A
statement never changes at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from maillage.costing.engine import allocation as engine
from maillage.costing.models import AllocationKey, KeyShare, RechargeLine, RechargeStatement
from maillage.costing.queries.keys import (
    closed_before,
    doubles_of,
    periods_of,
    unmapped_accounts,
    unread_months,
)
from maillage.costing.rules import keys as rules
from maillage.kernel.actions import Outcome, action, itself
from maillage.kernel.period import Period
from maillage.kernel.verdicts import (
    refuse,
    refuse_fault,
)
from maillage.network.models import Entity, Network
from maillage.network.rules import code_fault, name_fault, unseen_fault
from maillage.people.actors import Actor


@dataclass(frozen=True, slots=True)
class KeyDraft:
    """A version of a key as it is given. `parts`: quantity by entity code, or share where the
    driver is "entered" (in percent, two decimals)."""

    code: str
    name: str
    driver: str
    valid_from: dt.date
    valid_to: dt.date | None
    parts: Mapping[str, Decimal]
    fixed: int = 0
    note: str = ""

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)


@action("finance.key.defined", "Clé de répartition définie", guard=rules.can_keep_keys)
def define_key(network: Network, draft: KeyDraft, *, actor: Actor) -> Outcome[AllocationKey]:
    """Open a version of a key; its shares are computed from the quantities, or as entered.

    Refuses (422) shares that do not make exactly 100 %, quantities that give no share, a period
    another version of the same code already holds.
    """
    shares = _shares(draft)
    _refuse_text(draft)
    fault = engine.period_fault(draft.period, periods_of(network, draft.code))
    refuse_fault(fault)
    row = AllocationKey(network=network, code=draft.code)
    _save(row, draft, shares)
    return Outcome(row, _told(draft, shares), row)


@action(
    "finance.key.revised", "Clé de répartition modifiée", guard=rules.can_revise_key, seen=itself
)
def revise_key(
    row: AllocationKey, draft: KeyDraft, *, actor: Actor, seen: int | None = None
) -> Outcome[AllocationKey]:
    """Change a version no statement was issued by. Refuses (422) as `define_key` does."""
    shares = _shares(draft)
    _refuse_text(draft)
    fault = engine.period_fault(draft.period, periods_of(row.network, row.code, but=row.pk))
    if fault or draft.code != row.code:
        refuse(fault or "Le code d’une clé ne change pas.")
    _save(row, draft, shares)
    return Outcome(row, _told(draft, shares), row)


@action("finance.key.closed", "Fin de validité d’une clé enregistrée", guard=rules.can_close_key)
def close_key(row: AllocationKey, last_day: dt.date, *, actor: Actor) -> Outcome[AllocationKey]:
    """Say the last day a version holds.

    Refuses (422) an end before the start or over another version, (409) before a statement.
    """
    period = Period(row.valid_from, last_day)
    fault = engine.period_fault(period, periods_of(row.network, row.code, but=row.pk))
    refuse_fault(fault)
    if late := row.recharges.filter(last_day__gt=last_day).first():
        reason = f"Le relevé {late.reference} porte une période qui finit après ce jour."
        refuse(reason, 409)
    before = row.valid_to.isoformat() if row.valid_to else None
    if row.valid_to == last_day:
        return Outcome(row, unchanged=True)
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    return Outcome(row, {"code": row.code, "valid_to": [before, last_day.isoformat()]})


def _shares(draft: KeyDraft) -> dict[str, int]:
    """Hundredths of a percent by entity code. Raises Refusal (422) where they cannot hold."""
    fixed = draft.fixed if draft.driver == "fixed_variable" else 0
    refuse_fault(engine.parts_fault(draft.driver, draft.parts, fixed))
    if draft.driver == "entered":
        return {code: int(part * 100) for code, part in draft.parts.items()}
    return engine.shares_of(draft.parts, fixed)


def _refuse_text(draft: KeyDraft) -> None:
    fault = (
        code_fault(draft.code)
        or name_fault("Nom", draft.name)
        or unseen_fault("Provenance", draft.note, lines=True)
    )
    refuse_fault(fault)


def _save(row: AllocationKey, draft: KeyDraft, shares: Mapping[str, int]) -> None:
    row.name, row.driver, row.note = draft.name, draft.driver, draft.note
    row.fixed = draft.fixed if draft.driver == "fixed_variable" else 0
    row.valid_from, row.valid_to = draft.valid_from, draft.valid_to
    mine = Q(key_shares__key__network=row.network_id, key_shares__key__code=row.code)
    held = row.network.entities.filter(Q(archived=False) | mine).distinct()
    entities = {e.code: e for e in held}
    if unknown := sorted(set(shares) - set(entities)):
        refuse(f"Chambre «\u00a0{unknown[0]}\u00a0» inconnue.")
    row.save()
    row.shares.all().delete()
    entered = draft.driver == "entered"
    KeyShare.objects.bulk_create(
        KeyShare(
            key=row,
            entity=entities[code],
            quantity=None if entered else draft.parts[code],
            share=share,
        )
        for code, share in shares.items()
    )


def _told(draft: KeyDraft, shares: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": draft.code,
        "driver": draft.driver,
        "valid": [
            draft.valid_from.isoformat(),
            draft.valid_to.isoformat() if draft.valid_to else None,
        ],
        "shares": dict(shares),
    }


@dataclass(frozen=True, slots=True)
class Recharge:
    """A statement to issue: who provides, by which key, over what period, how much and why."""

    label: str
    provider: Entity
    key: AllocationKey
    issued_on: dt.date
    first_day: dt.date
    last_day: dt.date
    amount: int
    account: str = ""
    axis: str = ""
    reason: str = ""
    """Why the same cost is recharged once more, where another statement does already."""

    @property
    def origin(self) -> str:
        origins = RechargeStatement.Origin
        return origins.LEDGER if self.account else origins.ENTERED


_SHARED = ("first_day", "last_day", "label", "provider", "key", "origin", "account", "axis")
"""What a statement takes from what is asked, and a reversal from its statement."""


def recharge_faults(network: Network, asked: Recharge) -> dict[str, str]:
    """Why a statement is refused, by the field at fault: its label, its dates, its key, its amount.

    An amount read in the books wants whole months, every month in a book, every account mapped.
    """
    first, last, chamber = asked.first_day, asked.last_day, asked.provider
    found = rules.dates_faults(first, last, asked.issued_on, timezone.localdate())
    if fault := name_fault("Objet", asked.label):
        found["label"] = fault
    held = Period(asked.key.valid_from, asked.key.valid_to)
    if "last_day" not in found and not (held.holds(first) and held.holds(last)):
        found["key"] = (
            f"La clé «\u00a0{asked.key.name}\u00a0» ne vaut pas sur toute la période\u00a0: "
            "choisir la version qui vaut, ou établir un relevé par version."
        )
    found |= _reason_faults(network, asked)
    if not asked.account:
        fault = rules.amount_fault(asked.amount)
        return found | ({"amount": fault} if fault else {})
    if fault := rules.cost_account_fault(asked.account):
        return found | {"account": fault}
    found |= {} if "last_day" in found else rules.whole_months_faults(first, last)
    if found.keys() & {"first_day", "last_day"}:
        return found
    unread, books = unread_months(network, chamber.code, first, last)
    fault = (
        rules.books_fault(chamber.name, unread, books)
        or rules.unmapped_fault(
            chamber.name, unmapped_accounts(network, chamber.code, asked.account, first, last)
        )
        or rules.pool_fault(asked.amount, asked.axis)
    )
    return found | ({"account": fault} if fault else {})


def _reason_faults(network: Network, asked: Recharge) -> dict[str, str]:
    """What wants a reason: the same cost recharged again, a chamber that is no more."""
    held = [row.reference for row in doubles_of(network, asked.provider, asked)]
    over = closed_before(network, asked.key, asked.last_day)
    faults = rules.double_fault(held, asked.reason), rules.closed_fault(over, asked.reason)
    fault = " ".join(filter(None, faults))
    if (held or over) and not fault:
        fault = name_fault("Motif", asked.reason)
    return {"reason": fault} if fault else {}


@action("finance.recharge.issued", "Relevé de refacturation établi", guard=rules.can_issue)
def issue_recharge(
    network: Network, asked: Recharge, *, actor: Actor
) -> Outcome[RechargeStatement]:
    """Issue the next statement of the year it is dated in, its amount shared to the cent.

    Refuses (422) what `recharge_faults` tells. Why the same cost is recharged again is kept.
    """
    # Locked, so that a key does not change while a statement is being issued by it.
    key = AllocationKey.objects.select_for_update().get(pk=asked.key.pk)
    asked = replace(asked, key=key)
    if faults := recharge_faults(network, asked):
        refuse(next(iter(faults.values())))
    shares = {share.entity_id: share for share in asked.key.shares.all()}
    amounts = engine.distribute(asked.amount, {pk: s.share for pk, s in shares.items()})
    values = {name: getattr(asked, name) for name in (*_SHARED, "amount")}
    doubles = [row.reference for row in doubles_of(network, asked.provider, asked)]
    closed = [name for name, _ in closed_before(network, asked.key, asked.last_day)]
    values["reason"] = asked.reason.strip() if doubles or closed else ""
    row = _numbered(network, asked.issued_on, actor, **values)
    RechargeLine.objects.bulk_create(
        RechargeLine(
            statement=row,
            entity_id=pk,
            quantity=share.quantity,
            share=share.share,
            amount=amounts[pk],
        )
        for pk, share in shares.items()
    )
    diff = {"reference": row.reference, "amount": row.amount, "key": asked.key.code}
    diff |= {"provider": asked.provider.code}
    diff |= {"doubles": doubles, "reason": row.reason} if doubles else {}
    diff |= {"closed": closed, "reason": row.reason} if closed else {}
    return Outcome(row, diff, row)


def _numbered(network: Network, on: dt.date, actor: Actor, **values: Any) -> RechargeStatement:
    """The next statement of the year of `on`."""
    number = _next_number(network, on.year)
    return RechargeStatement.objects.create(
        network=network,
        year=on.year,
        number=number,
        issued_on=on,
        issued_by=actor.identity,
        **values,
    )


def _next_number(network: Network, year: int) -> int:
    """The rank after the last of the year; the network's row is locked, so none is skipped."""
    last = network.recharges.filter(year=year).order_by("-number").first()
    return last.number + 1 if last else 1


@action(
    "finance.recharge.reversed", "Relevé de refacturation contre-passé", guard=rules.can_reverse
)
def reverse_recharge(
    network: Network, statement: RechargeStatement, *, reason: str, actor: Actor
) -> Outcome[RechargeStatement]:
    """Issue the exact opposite of a statement, line by line, dated today; both stay readable.

    Refuses (422) without a reason.
    """
    refuse_fault(name_fault("Motif", reason))
    row = _numbered(
        network,
        timezone.localdate(),
        actor,
        amount=-statement.amount,
        reverses=statement,
        reason=reason.strip(),
        **{name: getattr(statement, name) for name in _SHARED},
    )
    RechargeLine.objects.bulk_create(
        RechargeLine(
            statement=row,
            entity_id=line.entity_id,
            quantity=line.quantity,
            share=line.share,
            amount=-line.amount,
        )
        for line in statement.lines.all()
    )
    diff = {"reference": row.reference, "reverses": statement.reference, "reason": row.reason}
    return Outcome(row, diff, row)
