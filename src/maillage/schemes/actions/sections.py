"""The texts of a draft: its preamble, what goes with each function, its governance.

A booklet prints them part by part; their order is that within a part. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import slugify

from maillage.kernel.actions import Held, Outcome, action, changes, stamp_of
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.network.models import Function
from maillage.network.rules import name_fault, unseen_fault
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.models import Edition, Section

MOST_SECTIONS = 200
KIND_ORDER = {kind: rank for rank, kind in enumerate(Section.Kind.values)}
WRITTEN = ("title", "body", "source_page")


def section_stamp(section: Section) -> str:
    """What the form of a text gives back as `seen`."""
    return stamp_of([section.title, section.body, section.source_page])


def _held(edition: Edition, *, code: str, **_: Any) -> Held:
    section = edition.sections.filter(code=code).first()
    stamp = section_stamp(section) if section else ""
    return Held(stamp, "Une autre personne a changé ce texte depuis que vous l’avez lu.")


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
    more than `MOST_SECTIONS`.
    """
    section = Section(edition=edition, kind=kind, function=_function(edition, kind, function))
    section.title, section.body, section.source_page = title.strip(), body, source_page.strip()
    _refuse_texts(section)
    held = list(edition.sections.select_related("function"))
    if len(held) >= MOST_SECTIONS:
        refuse(f"Une édition a {MOST_SECTIONS} textes au plus.", 409)
    section.code = _free_code(section.title, {one.code for one in held})
    _number(sorted([*held, section], key=_part))
    return Outcome(section, {"section": section.code, **_values(section)}, edition)


@action("schemes.section.revised", "Texte modifié", guard=rules.can_administer, seen=_held)
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
    section = _section(edition, code)
    before = _values(section)
    section.title, section.body = title.strip(), body
    if source_page is not None:
        section.source_page = source_page.strip()
    _refuse_texts(section)
    changed = changes(before, _values(section))
    if not changed:
        return Outcome(section, unchanged=True)
    section.save(update_fields=list(WRITTEN))
    return Outcome(section, {"section": code, **changed}, edition)


@action("schemes.section.moved", "Chapitre déplacé", guard=rules.can_administer)
def move_section(edition: Edition, *, actor: Actor, code: str, up: bool) -> Outcome[Section]:
    """Exchange a chapter with its neighbour of the same part. Refuses (409) where there is none."""
    section = _section(edition, code)
    held = sorted(edition.sections.select_related("function"), key=_part)
    rank = held.index(section)
    other = rank - 1 if up else rank + 1
    if not 0 <= other < len(held) or _part(held[other]) != _part(section):
        place = "le premier" if up else "le dernier"
        refuse(f"Ce chapitre est déjà {place} de sa partie.", 409)
    held[rank], held[other] = held[other], held[rank]
    _number(held)
    return Outcome(section, {"section": code, "beside": held[rank].code, "up": up}, edition)


@action("schemes.section.removed", "Chapitre retiré", guard=rules.can_administer, seen=_held)
def remove_section(
    edition: Edition, *, actor: Actor, code: str, seen: str | None = None
) -> Outcome[None]:
    """Take a chapter out of a draft; the journal keeps its text."""
    section = _section(edition, code)
    gone = {name: [value, None] for name, value in _values(section).items()}
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
    held = list(edition.sections.select_related("function"))
    codes = {one.code for one in held}
    for section in added:
        section.code = _free_code(section.title, codes)
        codes.add(section.code)
    _number(sorted([*held, *added], key=_part))
    return Outcome(len(added), {"sections": [section.code for section in added]}, edition)


def lacking_parts(edition: Edition) -> list[Section]:
    """An empty chapter for each part of an edition that has none, not yet written."""
    parts = {_part(one) for one in edition.sections.select_related("function")}
    wanted = [Section(edition=edition, kind=Section.Kind.PREAMBLE, title="Préambule")]
    for one in edition.scheme.network.functions.all():
        kind = Section.Kind.FUNCTION
        wanted.append(Section(edition=edition, kind=kind, function=one, title=one.name))
    wanted.append(Section(edition=edition, kind=Section.Kind.GOVERNANCE, title="Gouvernance"))
    return [section for section in wanted if _part(section) not in parts]


def _section(edition: Edition, code: str) -> Section:
    section = edition.sections.select_related("function").filter(code=code).first()
    if section is None:
        refuse(f"Aucun texte «\u00a0{code}\u00a0» dans cette édition.")
    return section


def _function(edition: Edition, kind: str, code: str) -> Function | None:
    if kind not in KIND_ORDER:
        refuse(f"Partie «\u00a0{kind}\u00a0» inconnue.")
    if kind != Section.Kind.FUNCTION:
        return None
    found: Function | None = edition.scheme.network.functions.filter(code=code).first()
    if found is None:
        refuse(f"Le code «\u00a0{code}\u00a0» ne désigne aucune fonction de ce réseau.")
    return found


def _refuse_texts(section: Section) -> None:
    refuse_fault(
        name_fault("Titre du chapitre", section.title)
        or unseen_fault("Texte", section.body, lines=True)
        or unseen_fault("Page de la source", section.source_page)
    )


def _part(section: Section) -> tuple[int, int, str]:
    """Where a text stands in a booklet, but for its place among those of the same part."""
    function = section.function
    place = (function.position, function.code) if function else (0, "")
    return KIND_ORDER[section.kind], *place


def _values(section: Section) -> dict[str, Any]:
    return {name: getattr(section, name) for name in WRITTEN}


def _free_code(title: str, taken: set[str]) -> str:
    """A code from a title, with a number where another text has it."""
    base = slugify(title)[:70].strip("-_") or "texte"
    free = (base if rank == 1 else f"{base}-{rank}" for rank in range(1, MOST_SECTIONS + 2))
    return next(code for code in free if code not in taken)


def _number(sections: Sequence[Section]) -> None:
    """Keep the order; a new one is written with it."""
    for position, section in enumerate(sections):
        moved, section.position = section.position != position, position
        if section.pk is None:
            section.save(force_insert=True)
        elif moved:
            section.save(update_fields=["position"])
