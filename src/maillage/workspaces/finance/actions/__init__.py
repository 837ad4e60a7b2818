"""The only writers of the finance room: verbs of the trade, permitted, journaled, whole."""

from maillage.workspaces.finance.actions.budgets import (
    START_LABELS,
    Start,
    approve_budget,
    correct_vote,
    delete_budget,
    open_budget,
    refuse_budget,
    revise_budget,
    send_budget,
    vote_budget,
)
from maillage.workspaces.finance.actions.calendar import (
    meet_deadline,
    plan_assemblies,
    reopen_deadline,
)
from maillage.workspaces.finance.actions.lines import LineEdit, enter_amounts
from maillage.workspaces.finance.actions.personnel import (
    carry_personnel,
    edits_of_jobs,
    save_personnel,
)

__all__ = [
    "START_LABELS",
    "LineEdit",
    "Start",
    "approve_budget",
    "carry_personnel",
    "correct_vote",
    "delete_budget",
    "edits_of_jobs",
    "enter_amounts",
    "meet_deadline",
    "open_budget",
    "plan_assemblies",
    "refuse_budget",
    "reopen_deadline",
    "revise_budget",
    "save_personnel",
    "send_budget",
    "vote_budget",
]
