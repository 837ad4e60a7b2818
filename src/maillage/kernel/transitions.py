"""Which state leads to which by which verb: one table per model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict


@dataclass(frozen=True, slots=True)
class Transitions:
    """`table` maps (state, verb) to the next state; `labels` names states in French."""

    table: Mapping[tuple[str, str], str]
    labels: Mapping[str, str]

    def can(self, state: str, verb: str, what: str) -> Verdict:
        """Say whether `verb` applies to `what` ("proposer l’édition") in `state`."""
        if (state, verb) in self.table:
            return ALLOWED
        sources = [self.labels[s] for s, v in self.table if v == verb]
        return Denied(
            f"Impossible de {what} : état actuel « {self.labels[state]} », "
            f"état attendu « {' » ou « '.join(sources)} ».",
            status=409,
        )

    def after(self, state: str, verb: str) -> str:
        """The state reached. Raises KeyError where `can` would deny."""
        return self.table[(state, verb)]
