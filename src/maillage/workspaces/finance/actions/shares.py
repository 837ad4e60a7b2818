"""Say what a budget has with the other chambers: what its consolidation takes out of the sum."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.costing.engine.between import Share, excess_fault, share_fault
from maillage.costing.models import Budget, BudgetShare
from maillage.costing.queries.budgets import amounts_of
from maillage.costing.queries.shares import (
    budget_by_account,
    families_of_year,
    shares_of,
    shares_version,
)
from maillage.kernel.actions import Held, Outcome, action, stamp_of
from maillage.kernel.verdicts import refuse, refuse_fault, refuse_unread
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor
from maillage.workspaces.finance.rules import budgets as rules

MOST_SHARES = 500


def held_shares(budget: Budget, **_: object) -> Held:
    return Held(
        stamp_of(shares_of([budget.pk])[budget.pk]),
        "Ces parts ont changé depuis la lecture\u00a0: vérifier à nouveau.",
    )


@action(
    "finance.share.declared",
    "Parts entre chambres d’un budget enregistrées",
    guard=rules.can_keep_shares,
    seen=held_shares,
)
def declare_shares(
    budget: Budget,
    *,
    actor: Actor,
    shares: Sequence[Share],
    seen: str | None = None,
    version: int | None = None,
) -> Outcome[int]:
    """Replace what a budget has with other chambers; how many. A voted one too: no amount changes.

    Refuses (422) a share that does not hold, twice the same, more than its account; (409) where
    they are no longer those `seen`. The same shares change nothing. `version`: that a file's review
    was made on, likewise.
    """
    refuse_unread("les parts", version, lambda: shares_version(budget))
    held = shares_of([budget.pk])[budget.pk]
    year = budget_by_account(budget, amounts_of([budget])[budget.pk])
    families = families_of_year(budget.network, budget.year)
    chambers = {entity.code: entity for entity in every_chamber(budget.network)}
    for share in shares:
        refuse_fault(share_fault(share, budget.entity.code, year, families))
        if share.partner not in chambers:
            refuse(f"Compte {share.account}\u00a0: une chambre du réseau est attendue.")
    refuse_fault(excess_fault(shares, year))
    if len({(share.account, share.partner) for share in shares}) < len(shares):
        refuse("Un même compte figure deux fois avec la même chambre.")
    if len(shares) > MOST_SHARES:
        refuse(f"{MOST_SHARES} parts au plus.")
    if set(shares) == set(held):
        return Outcome(len(held), unchanged=True)
    BudgetShare.objects.filter(budget=budget).delete()
    BudgetShare.objects.bulk_create(
        BudgetShare(budget=budget, account=s.account, partner=chambers[s.partner], amount=s.cents)
        for s in shares
    )
    diff = {"shares": [len(held), len(shares)], "sum": sum(share.cents for share in shares)}
    return Outcome(len(shares), diff)
