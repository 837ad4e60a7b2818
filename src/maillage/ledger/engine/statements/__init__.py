"""Trial balance, income statement and balance sheet of the chambers.

`layouts` reads the lines from data, `books` takes balances on the common chart, `presentation`
lays them out, `proofs` presents all three and says which equality fails. Amounts are integer cents.
Knows no file of books and no Django.
"""

from maillage.ledger.engine.statements.books import (
    BALANCE_GAP,
    CONSOLIDATED,
    GAP_NAMES,
    GAPS,
    RESULT_GAP,
    Balances,
    Movement,
    TrialBalance,
    TrialLine,
    account_name,
    cumulate,
    last_day,
    trial_balance,
)
from maillage.ledger.engine.statements.layouts import (
    Layout,
    LayoutFile,
    LayoutLine,
    Term,
    load_layouts,
    shipped_text,
)
from maillage.ledger.engine.statements.presentation import (
    Amount,
    Share,
    Statement,
    StatementLine,
    lay_out,
)
from maillage.ledger.engine.statements.proofs import Accounts, coverage, present, prove

__all__ = [
    "BALANCE_GAP",
    "CONSOLIDATED",
    "GAPS",
    "GAP_NAMES",
    "RESULT_GAP",
    "Accounts",
    "Amount",
    "Balances",
    "Layout",
    "LayoutFile",
    "LayoutLine",
    "Movement",
    "Share",
    "Statement",
    "StatementLine",
    "Term",
    "TrialBalance",
    "TrialLine",
    "account_name",
    "coverage",
    "cumulate",
    "last_day",
    "lay_out",
    "load_layouts",
    "present",
    "prove",
    "shipped_text",
    "trial_balance",
]
