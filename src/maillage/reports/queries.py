"""Which documents someone may see: of the editions they see, of the networks they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from maillage.costing.queries.budgets import Coverage, YearOfBudgets, year_of
from maillage.jobs.models import OVER
from maillage.kernel.period import CutOff
from maillage.ledger.queries.books import current_files
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by
from maillage.reports.models import AssemblyFile, Dossier
from maillage.schemes.models import Edition
from maillage.schemes.queries import editions_visible_to
from maillage.schemes.rules import SEALED
from maillage.sheets.writing import Table
from maillage.workspaces.finance.engine.budget_question import BudgetQuestion
from maillage.workspaces.finance.queries.comparison import (
    Group,
    comparison_table,
    groups_of,
    words_of,
)


def dossiers_visible_to(actor: Actor) -> QuerySet[Dossier]:
    """Those of what one may see; who is not signed in, the booklets made at the sealing."""
    mine = Q(edition__in=editions_visible_to(actor))
    if actor.is_known:
        mine |= Q(assembly__in=assemblies_visible_to(actor))
    else:
        mine &= _PUBLISHED & Q(state=Dossier.State.DONE)
    return Dossier.objects.filter(mine).select_related(
        "edition__scheme__network", "assembly__network", "assembly__entity"
    )


_PUBLISHED = Q(requested_by="", edition__status__in=SEALED)


def published_of(edition: Edition) -> list[Dossier]:
    """The booklets anybody may take: made by the installation once the edition was sealed."""
    done = Dossier.objects.filter(_PUBLISHED, edition=edition, state=Dossier.State.DONE)
    return list(done.select_related("edition__scheme").order_by("-kind"))


def to_publish() -> list[tuple[Edition, str]]:
    """Sealed editions without a booklet of theirs, by kind. One that failed is not tried again."""
    found = []
    for kind in Dossier.BOOKLETS:
        made = Dossier.objects.filter(_PUBLISHED, kind=kind).values("edition")
        sealed = Edition.objects.filter(status__in=SEALED).exclude(pk__in=made)
        found += [(edition, str(kind)) for edition in sealed.select_related("scheme__network")]
    return found


def made_on_request() -> QuerySet[Dossier]:
    """Documents over that somebody asked for: not the booklets made at the sealing."""
    return Dossier.objects.filter(state__in=OVER).exclude(_PUBLISHED)


def assemblies_visible_to(actor: Actor) -> QuerySet[AssemblyFile]:
    """Those of the networks someone holds a mandate in; nobody else sees that they exist."""
    held = AssemblyFile.objects.select_related("network", "entity")
    return held.filter(network__in=networks_held_by(actor))


def assembly_of(network: Network, entity: Entity | None, until: CutOff) -> AssemblyFile:
    """What is written in the file of a chamber, or of the network; a row not kept yet where
    nothing is."""
    of = {"network": network, "entity": entity, "year": until.year, "month": until.month}
    found = AssemblyFile.objects.select_related("network", "entity").filter(**of).first()
    return found or AssemblyFile(**of)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was budgeted and realised up to a month, as the comparison of budgets says it.

    `keys`: of each row of the table, what its text is kept under; "" for a sum.
    """

    view: YearOfBudgets
    groups: Sequence[Group]
    coverage: Mapping[str, Coverage]
    table: Table

    @property
    def keys(self) -> list[str]:
        found: list[str] = []
        for group in self.groups:
            found += [row.row for _label, row in group.rows]
            found += ["", ""] if group.after else [""]
        return found


def gaps_of(file: AssemblyFile) -> Gaps:
    """By account, two digits: the comparison as its page opens on it."""
    code = file.entity.code if file.entity else ""
    asked = replace(BudgetQuestion.of({"chambre": code}, file.year), month=file.month)
    books = current_files(file.network)
    view = year_of(file.network, file.year, month=file.month, books=books)
    entities = [file.entity] if file.entity else view.chambers
    columns, coverage = view.columns(entities, by=asked.by, former=True)
    groups = groups_of(file.network, columns, asked)
    table = comparison_table(groups, f"Comparaison {file.year}", words_of(asked, coverage))
    return Gaps(view, groups, coverage, table)
