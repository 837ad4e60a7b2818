"""Local accounts of several books to common ones, on any engine, written once in Ibis.

Knows tables and joins; refuses to know where books lie and what chambers have with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from maillage.ledger.engine import mapping as mappings
from maillage.ledger.engine.partners import ACCOUNT, AUXILIARY, Partners

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Ibis takes as long to import as Django: whoever consolidates nothing does not wait for it.


def by_common(cube: ir.Table, accounts: ir.Table, numbers: ir.Table, meant: ir.Table) -> ir.Table:
    """Common accounts by chamber, month, partner, means and axis.

    `cube`: entity, account, month, aux, axis, debit, credit. `accounts`: entity, account, common.
    `numbers`: entity, aux, chamber. `meant`: entity, account, chamber. A local account without a
    rule stays, under the common account "".
    """
    import ibis

    known = (
        cube.left_join(accounts, ["entity", "account"])
        .left_join(numbers.rename(third="chamber"), ["entity", "aux"])
        .left_join(meant.rename(dedicated="chamber"), ["entity", "account"])
    )
    named = known.select(
        "entity",
        "month",
        "axis",
        "debit",
        "credit",
        common=known.common.fill_null(""),
        chamber=ibis.coalesce(known.third, known.dedicated, ""),
        means=ibis.cases(
            (known.third.notnull(), AUXILIARY), (known.dedicated.notnull(), ACCOUNT), else_=""
        ),
        local=ibis.ifelse(known.common.isnull(), known.account, ""),
    )
    return named.group_by("entity", "month", "common", "chamber", "means", "axis", "local").agg(
        debit=named.debit.sum(), credit=named.credit.sum()
    )


def tables(
    accounts: Iterable[tuple[str, str]],
    written: Iterable[tuple[str, str]],
    mapping: mappings.Mapping,
    partners: Partners,
) -> tuple[ir.Table, ir.Table, ir.Table]:
    """The small tables `by_common` joins: local accounts to common, what stands for chambers.

    `accounts` and `written`: the local accounts and the auxiliaries of the books, by chamber.
    """
    keys = sorted(set(accounts))
    found = [
        (entity, account, target.account)
        for entity, account in keys
        if (target := mapping.resolve(entity, account))
    ]
    third = [(e, aux, to) for e, aux in sorted(set(written)) if (to := partners.of(e, aux))]
    meant = [
        (entity, *pair)
        for entity in sorted({entity for entity, _ in keys})
        for pair in partners.known_to(entity).accounts
    ]
    return (
        _table(found, "entity", "account", "common"),
        _table(third, "entity", "aux", "chamber"),
        _table(meant, "entity", "account", "chamber"),
    )


def _table(rows: Iterable[Sequence[str]], *names: str) -> ir.Table:
    import ibis

    kinds = dict.fromkeys(names, "string")
    return ibis.memtable(_columns(rows, names), schema=kinds)


def _columns(rows: Iterable[Sequence[Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    rows = list(rows)
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}
