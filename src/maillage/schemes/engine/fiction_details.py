"""What fictitious editions say beyond their modes: dates, provenance, what a mode is made of.

Drawn apart from the rest, so that a seed still gives the modes it gave before. All invented.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace

from maillage.schemes.engine.document import (
    MILESTONE_NATURE_LABELS,
    MilestoneDoc,
    MilestoneNature,
    Provenance,
    StatementDoc,
)
from maillage.schemes.engine.mode_details import POOLED, POOLINGS, REACHES, Details
from maillage.schemes.engine.partial_dates import Precision


class Fates:
    """Draws of one network's edition, over its years."""

    def __init__(self, seed: str, years: Sequence[int]) -> None:
        self.rng, self.years = random.Random(seed), years

    def provenance(self, step: int) -> str:
        """Most cells are stated; later ones are at times what an earlier milestone states."""
        drawn = self.rng.random()
        if drawn < 0.15:
            return Provenance.INFERRED.value
        return Provenance.CARRIED.value if step and drawn > 0.9 else Provenance.STATED.value

    def details(self, modes: str, year: int, town: str) -> Details:
        """What these modes are made of, the dominant first; one time in five no more than that.

        What the definition of a mode names first is always said: a full edition asks for nothing.
        """
        said = Details(
            purpose="Partager des pratiques fictives",
            frame="Charte fictive des pratiques communes",
            sites=town,
        )
        if self.rng.random() >= 0.2:
            said = self._at_length(said, year)
        return said.under(modes[0], modes[1:])

    def _at_length(self, said: Details, year: int) -> Details:
        return replace(
            said,
            start=str(year),
            end=f"{year + 2}-06",
            form=self.rng.choice(["project", "community"]),
            frame_version=f"{self.years.index(year) + 1}.0",
            frame_adopted_by="Assemblée fictive",
            pooled=tuple(sorted(self.rng.sample(sorted(POOLED), 2))),
            pooling=self.rng.choice(sorted(POOLINGS)),
            reach=self.rng.choice(sorted(REACHES)),
        )


def milestones_of(years: Sequence[int]) -> tuple[MilestoneDoc, ...]:
    """Known to the year: the first an inventory, the last a projection."""
    natures = [MilestoneNature.STATUS] * len(years)
    natures[-1] = MilestoneNature.PROJECTION
    natures[0] = MilestoneNature.INVENTORY
    dated = zip(years, natures, [dt.date(year, 12, 31) for year in years], strict=True)
    return tuple(
        MilestoneDoc(str(y), f"{MILESTONE_NATURE_LABELS[n]} {y}", day, n, Precision.YEAR)
        for y, n, day in dated
    )


def aim_of(function: str, name: str, horizon: str) -> StatementDoc:
    """An aim of a whole function, which places no cell."""
    return StatementDoc(
        code=f"vise-{function}",
        function=function,
        text=f"Viser un cadre commun à toutes les chambres\u00a0: {name.lower()}.",
        modes="H",
        horizon=horizon,
        source_page="p.\u00a018",
    )
