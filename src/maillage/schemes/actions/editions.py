"""The life of an edition: drafted, proposed, adopted, superseded; and its texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.network.rules import name_fault
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.bulk_insert import insert_placements
from maillage.schemes.actions.renumbering import cite_as_numbered
from maillage.schemes.engine import canonical, checks
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.models import Edition, Placement, SealedContent, Section, Statement
from maillage.schemes.queries import document_of


@action("schemes.edition.drafted", "Édition suivante préparée", guard=rules.can_draft_next)
def draft_next_edition(edition: Edition, *, actor: Actor, title: str = "") -> Outcome[Edition]:
    """Copy an edition into the draft of the next: milestones, cells, texts, statements.

    Refuses (422) a title that could not be sealed.
    """
    title = title.strip() or edition.title
    refuse_fault(name_fault("Titre de l’édition", title))
    last = Edition.objects.filter(scheme_id=edition.scheme_id).aggregate(n=Max("number"))["n"]
    draft = Edition.objects.create(
        scheme=edition.scheme,
        number=last + 1,
        title=title,
        based_on=edition,
    )
    milestones = {}
    for milestone in edition.milestones.all():
        old = milestone.pk
        milestone.pk, milestone.edition = None, draft
        milestone.save(force_insert=True)
        milestones[old] = milestone.pk
    sections = list(edition.sections.all())
    for section in sections:
        section.pk, section.edition = None, draft
    statements = list(edition.statements.all())
    for statement in statements:
        statement.pk, statement.edition = None, draft
    rows = list(Placement.objects.filter(edition=edition))
    for row in rows:
        row.edition_id, row.milestone_id = draft.pk, milestones[row.milestone_id]
    cite_as_numbered(edition, rows, [*sections, *statements])
    Section.objects.bulk_create(sections)
    Statement.objects.bulk_create(statements)
    insert_placements(rows)
    return Outcome(draft, {"based_on": edition.subject, "number": draft.number}, draft)


def broken_rules(edition: Edition, *, to_propose: bool) -> list[checks.Violation]:
    """The rules that the content breaks; see `checks.check`."""
    found = checks.check(document_of(edition), to_propose=to_propose)
    return [v for v in found if v.severity == checks.ERROR]


def keeps_from_proposing(broken: Sequence[checks.Violation]) -> str:
    """Why an edition that breaks these rules is not proposed."""
    count = "une règle n’est pas respectée" if len(broken) == 1 else f"{len(broken)} règles"
    count += "" if len(broken) == 1 else " ne sont pas respectées"
    return f"L’édition ne peut pas être proposée : {count}. {broken[0].message}"


def refuse_errors(edition: Edition, *, to_propose: bool = False) -> None:
    """Raise Refusal (422, details "violations") where the content breaks one of `broken_rules`."""
    if broken := broken_rules(edition, to_propose=to_propose):
        refuse(keeps_from_proposing(broken), violations=[v.message for v in broken])


@action("schemes.edition.proposed", "Édition proposée", guard=rules.can_propose)
def propose_edition(edition: Edition, *, actor: Actor) -> Outcome[Edition]:
    """Submit a draft for adoption. Refuses one that breaks a rule of the model, or that its
    booklet could not print whole."""
    refuse_errors(edition, to_propose=True)
    return _move(edition, "propose")


@action("schemes.edition.withdrawn", "Édition remise en brouillon", guard=rules.can_withdraw)
def withdraw_edition(edition: Edition, *, actor: Actor) -> Outcome[Edition]:
    """Put a proposed edition back to draft."""
    return _move(edition, "withdraw")


def _move(edition: Edition, verb: str) -> Outcome[Edition]:
    before = edition.status
    edition.status = rules.LIFE.after(before, verb)
    edition.save(update_fields=["status"])
    return Outcome(edition, {"status": [before, edition.status]})


@action("schemes.edition.adopted", "Édition adoptée et scellée", guard=rules.can_adopt)
def adopt_edition(
    edition: Edition,
    *,
    actor: Actor,
    body: str,
    on: dt.date | None,
    act: str,
    taken_over: bool = False,
) -> Outcome[Edition]:
    """Seal an edition as the decision cited adopted it; the one it replaces is superseded.

    Refuses (422) an adoption without body, date and act number, unless `taken_over`.
    """
    fault = rules.adoption_fault(body, on, act, timezone.localdate(), taken_over)
    refuse_fault(fault)
    refuse_errors(edition)
    return seal(edition, body=body.strip(), on=on, act=act.strip(), taken_over=taken_over)


def seal(
    edition: Edition,
    *,
    body: str,
    on: dt.date | None,
    act: str,
    taken_over: bool,
    note: str = "",
    document: EditionDocument | None = None,
    in_force: bool = True,
) -> Outcome[Edition]:
    """Write the seal and the sealed content, then close the former edition.

    `note`: what is known of the adoption beside what its source states. `document` is what was
    adopted elsewhere, under the names it had; by default the rows. Not `in_force`: another has
    replaced it already, and stays.
    """
    content = canonical.dumps_content(document or document_of(edition))
    superseded: list[int] = []
    if in_force:
        former = Edition.objects.filter(scheme_id=edition.scheme_id, status=Edition.Status.ADOPTED)
        superseded = list(former.values_list("pk", flat=True))
        former.update(status=Edition.Status.SUPERSEDED)
    SealedContent.objects.create(edition=edition, content=content)
    edition.adopted_body, edition.adopted_on, edition.adopted_act = body, on, act
    edition.taken_over, edition.adopted_note = taken_over, note
    edition.status = Edition.Status.ADOPTED if in_force else Edition.Status.SUPERSEDED
    edition.seal = canonical.digest(content)
    edition.save()
    diff = {
        "status": ["proposed", str(edition.status)],
        "seal": edition.seal,
        "body": body,
        "on": on.isoformat() if on else None,
        "act": act,
        "supersedes": superseded,
    }
    return Outcome(edition, diff)


@action("schemes.edition.deleted", "Brouillon supprimé", guard=rules.can_delete)
def delete_edition(edition: Edition, *, actor: Actor) -> Outcome[None]:
    """Delete a draft and its cells. Refuses where another edition was made from it."""
    if edition.revisions.exists():
        refuse("Une autre édition est issue de ce brouillon.", 409)
    network = edition.scheme.network
    diff = {"scheme": edition.scheme.code, "number": edition.number, "title": edition.title}
    Placement.objects.filter(edition=edition)._raw_delete("default")
    edition.delete()
    return Outcome(None, diff, network)
