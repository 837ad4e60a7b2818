"""The texts of a draft: its preamble, what goes with each function, its governance.

A booklet prints them part by part; their order is that within a part. Knows nothing of pages.
"""

from __future__ import annotations

from maillage.kernel.actions import Outcome, action, changes
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.network.models import Function
from maillage.network.rules import name_fault, unseen_fault
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.passages import KIND_ORDER, SECTIONS, free_code, function_of
from maillage.schemes.models import Edition, Section


@action("schemes.section.added", "Chapitre ajouté", guard=rules.can_administer)
def add_section(
    edition: Edition,
    *,
    actor: Actor,
    kind: str,
    title: str,
    function: str = "",
    body: str = "",
    source_page: str = "",
) -> Outcome[Section]:
    """Add a chapter as the last of its part; its code comes from its title.

    Refuses (422) a function that is not of the network, or a text that could not be sealed; (409)
    more than `passages.MOST`.
    """
    section = Section(edition=edition, kind=kind, function=_function(edition, kind, function))
    section.title, section.body, section.source_page = title.strip(), body, source_page.strip()
    refuse_section(section)
    SECTIONS.add(edition, section, section.title)
    return Outcome(section, {"section": section.code, **SECTIONS.values(section)}, edition)


@action("schemes.section.revised", "Texte modifié", guard=rules.can_administer, seen=SECTIONS.held)
def revise_section(
    edition: Edition,
    *,
    actor: Actor,
    code: str,
    title: str,
    body: str,
    source_page: str | None = None,
    seen: str | None = None,
) -> Outcome[Section]:
    """Set the text of one chapter of a draft. Refuses (422) one that could not be sealed."""
    section = SECTIONS.one(edition, code)
    before = SECTIONS.values(section)
    section.title, section.body = title.strip(), body
    if source_page is not None:
        section.source_page = source_page.strip()
    refuse_section(section)
    changed = changes(before, SECTIONS.values(section))
    if not changed:
        return Outcome(section, unchanged=True)
    section.save(update_fields=list(SECTIONS.written))
    return Outcome(section, {"section": code, **changed}, edition)


@action("schemes.section.moved", "Chapitre déplacé", guard=rules.can_administer)
def move_section(edition: Edition, *, actor: Actor, code: str, up: bool) -> Outcome[Section]:
    """Exchange a chapter with its neighbour of the same part. Refuses (409) where there is none."""
    section, beside = SECTIONS.move(edition, code, up=up)
    return Outcome(section, {"section": code, "beside": beside, "up": up}, edition)


@action(
    "schemes.section.removed", "Chapitre retiré", guard=rules.can_administer, seen=SECTIONS.held
)
def remove_section(
    edition: Edition, *, actor: Actor, code: str, seen: str | None = None
) -> Outcome[None]:
    """Take a chapter out of a draft; the journal keeps its text."""
    section = SECTIONS.one(edition, code)
    gone = {name: [value, None] for name, value in SECTIONS.values(section).items()}
    section.delete()
    return Outcome(None, {"section": code, **gone}, edition)


@action("schemes.section.outlined", "Plan des textes ouvert", guard=rules.can_administer)
def open_outline(edition: Edition, *, actor: Actor) -> Outcome[int]:
    """Add an empty chapter to each part that has none: preamble, each function, governance.

    The value is how many were added; none changes nothing.
    """
    added = lacking_parts(edition)
    if not added:
        return Outcome(0, unchanged=True)
    held = SECTIONS.of(edition)
    codes = {one.code for one in held}
    for section in added:
        section.code = free_code(section.title, codes, SECTIONS.noun)
        codes.add(section.code)
    SECTIONS.number([*held, *added])
    return Outcome(len(added), {"sections": [section.code for section in added]}, edition)


def lacking_parts(edition: Edition) -> list[Section]:
    """An empty chapter for each part of an edition that has none, not yet written."""
    parts = {SECTIONS.part(one) for one in SECTIONS.rows(edition)}
    wanted = [Section(edition=edition, kind=Section.Kind.PREAMBLE, title="Préambule")]
    for one in edition.scheme.network.functions.all():
        kind = Section.Kind.FUNCTION
        wanted.append(Section(edition=edition, kind=kind, function=one, title=one.name))
    wanted.append(Section(edition=edition, kind=Section.Kind.GOVERNANCE, title="Gouvernance"))
    return [section for section in wanted if SECTIONS.part(section) not in parts]


def _function(edition: Edition, kind: str, code: str) -> Function | None:
    if kind not in KIND_ORDER:
        refuse(f"Partie «\u00a0{kind}\u00a0» inconnue.")
    return function_of(edition, code) if kind == Section.Kind.FUNCTION else None


def refuse_section(section: Section) -> None:
    """Refuse (422) a text that could not be sealed."""
    refuse_fault(
        name_fault("Titre du chapitre", section.title)
        or unseen_fault("Texte", section.body, lines=True)
        or unseen_fault("Page de la source", section.source_page)
    )
