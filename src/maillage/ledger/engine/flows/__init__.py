"""Self-financing, working capital, treasury and the financing table, read from dated data.

`definitions` reads the tables, `rows` computes them: what was booked (or budgeted) by common
account gives rows, each with the accounts it is made of and its formula in words. Amounts are
integer cents. Refuses to know books, budgets and Django.
"""

from maillage.ledger.engine.flows.definitions import (
    ACCRUED,
    EXIT,
    RENUMBERED,
    WRITTEN_DOWN,
    Accounts,
    FlowFile,
    FlowTable,
    Line,
    load_flows,
    shipped_flows,
    shipped_text,
)
from maillage.ledger.engine.flows.rows import (
    Position,
    Row,
    SheetRow,
    Terms,
    computed,
    disagreements,
    lacking,
    misplaced,
    of_role,
    side_by_side,
)

__all__ = [
    "ACCRUED",
    "EXIT",
    "RENUMBERED",
    "WRITTEN_DOWN",
    "Accounts",
    "FlowFile",
    "FlowTable",
    "Line",
    "Position",
    "Row",
    "SheetRow",
    "Terms",
    "computed",
    "disagreements",
    "lacking",
    "load_flows",
    "misplaced",
    "of_role",
    "shipped_flows",
    "shipped_text",
    "side_by_side",
]
