"""Create a scheme with its first draft, or the first draft of a scheme that has none left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.milestones import Given, cleaned, journaled, refuse_faults
from maillage.schemes.engine import edition_faults
from maillage.schemes.models import Edition, Milestone, Scheme


@action(
    "schemes.scheme.created",
    "Schéma créé avec son premier brouillon",
    guard=rules.can_create_scheme,
)
def create_scheme(
    network: Network,
    *,
    actor: Actor,
    code: str,
    title: str,
    start_year: int,
    end_year: int,
    edition_title: str,
    milestones: Sequence[Given],
) -> Outcome[Edition]:
    """Create a scheme of the network and its first draft, with its milestones.

    Refuses (422, details "faults") what does not hold, (409) a code the network already has.
    """
    title, edition_title, milestones = title.strip(), edition_title.strip(), cleaned(milestones)
    faults = edition_faults.scheme_faults(code, title, start_year, end_year)
    refuse_faults(faults + edition_faults.edition_faults(edition_title, milestones))
    if network.schemes.filter(code=code).exists():
        taken = f"Le code «\u00a0{code}\u00a0» est déjà celui d’un schéma de ce réseau."
        details = {"faults": [{"row": None, "field": "code", "message": taken}]}
        refuse(taken, 409, **details)
    scheme = Scheme.objects.create(
        network=network, code=code, title=title, start_year=start_year, end_year=end_year
    )
    draft = _first_edition(scheme, edition_title, milestones)
    diff = {"scheme": code, "title": title, "years": [start_year, end_year]}
    return Outcome(draft, diff | _as_journaled(draft, milestones), draft)


@action("schemes.edition.opened", "Première édition ouverte", guard=rules.can_open_first)
def open_first_edition(
    scheme: Scheme, *, actor: Actor, edition_title: str, milestones: Sequence[Given]
) -> Outcome[Edition]:
    """Create the first draft of a scheme whose only draft was deleted.

    Refuses (422, details "faults") what does not hold.
    """
    edition_title, milestones = edition_title.strip(), cleaned(milestones)
    refuse_faults(edition_faults.edition_faults(edition_title, milestones))
    draft = _first_edition(scheme, edition_title, milestones)
    return Outcome(draft, {"scheme": scheme.code} | _as_journaled(draft, milestones), draft)


def _first_edition(scheme: Scheme, title: str, milestones: Sequence[Given]) -> Edition:
    edition = Edition.objects.create(scheme=scheme, number=1, title=title)
    Milestone.objects.bulk_create(
        Milestone(
            edition=edition,
            code=given["code"],
            label=given["label"],
            date=given["date"],
            precision=given["precision"],
            nature=given["nature"],
        )
        for given in milestones
    )
    return edition


def _as_journaled(draft: Edition, milestones: Sequence[Given]) -> dict[str, Any]:
    return {
        "number": draft.number,
        "edition": draft.title,
        "milestones": {m["code"]: journaled(m) for m in milestones},
    }
