"""The entries that bring charges and products to nil against the result, which a FEC leaves out.

Livre des procédures fiscales, article A47 A-1: the file holds the entries after those of inventory,
those that settle the accounts of charges and of products excepted. Some tools export them: every
charge and product of the exercise would read as zero. Knows stored lines and cubes; amounts decide,
never a label nor a journal.
"""

from __future__ import annotations

from collections.abc import Iterable

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.duck import Duck
from maillage.ledger.engine.entry_checks import KEYS
from maillage.ledger.engine.findings import Finding, Findings

RESULT = "12"
"""Accounts of the result, by which charges and products are settled."""
CLASSES = ("6", "7")


def may_settle(rows: Iterable[tuple[str, int, int]]) -> bool:
    """Whether all charges or all products of a book come to nil where its result moved.

    `rows`: accounts with what they moved, debits and credits, several times each if need be.
    """
    nets: dict[str, int] = {}
    has_result = False
    for account, debit, credit in rows:
        if account.startswith(CLASSES):
            nets[account] = nets.get(account, 0) + debit - credit
        has_result = has_result or account.startswith(RESULT)
    return has_result and any(
        not any(net for account, net in nets.items() if account[0] == class_)
        for class_ in {account[0] for account in nets}
    )


def check_settled(duck: Duck, lines: str, key: str, findings: Findings) -> str:
    """SQL of the entries to leave out, by what an entry is known ("" for none), and say so.

    They are of the last day, of charges, products and the result alone, and leave nothing on the
    accounts of charges and products they touch. `lines`: SQL of the stored lines.
    """
    rows = duck.run(
        "SELECT account, coalesce(sum(debit), 0), coalesce(sum(credit), 0) "
        f"FROM ({lines}) WHERE left(account, 1) IN {CLASSES} OR account LIKE '{RESULT}%' "
        "GROUP BY account"
    )
    if not may_settle(rows):
        return ""
    nil = [a for a, debit, credit in rows if a.startswith(CLASSES) and debit == credit]
    duck.connection.execute(
        "CREATE OR REPLACE TEMP TABLE nil AS SELECT unnest(?) AS account", [nil]
    )
    settled = "account IN (SELECT account FROM nil)"
    entries = (
        f"SELECT {KEYS[key]} FROM ({lines}) WHERE number <> '' GROUP BY {KEYS[key]} "
        f"HAVING bool_and({settled} OR account LIKE '{RESULT}%') AND bool_or({settled}) "
        f"AND bool_or(account LIKE '{RESULT}%') "
        "AND count(*) = count(debit) AND count(*) = count(credit) AND sum(debit) = sum(credit) "
        f"AND min(date) = (SELECT max(date) FROM ({lines}))"
    )
    ((counted, held, debit, line),) = duck.run(
        f"SELECT count(DISTINCT ({KEYS[key]})), count(*), "
        f"(coalesce(sum(debit), 0) * 100)::BIGINT, min(line) "
        f"FROM ({lines}) WHERE ({KEYS[key]}) IN ({entries})",
        "Contrôle du solde des charges et des produits",
    )
    if not counted:
        findings.add(Finding("result.nil"))
        return ""
    among = f"{counted} écritures" if counted > 1 else "une écriture"
    told = f"{among}, {held} lignes, débits {exact_euros(debit)}"
    findings.add(Finding("entry.settling", line, detail=told), counted)
    return entries
