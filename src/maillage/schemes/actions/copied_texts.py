"""Take texts and statements of another edition into a draft: those one chose, as one saw them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from maillage.kernel.actions import Held, Outcome, action, stamp_of
from maillage.kernel.verdicts import refuse
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.passages import SECTIONS, STATEMENTS
from maillage.schemes.engine.copied_texts import Candidate, Coming, candidates
from maillage.schemes.engine.document import SectionDoc, StatementDoc
from maillage.schemes.models import Edition, Section, Statement
from maillage.schemes.queries import document_of


def candidates_of(draft: Edition, source: Edition) -> list[Candidate]:
    """What of `source` may come into `draft`."""
    functions = list(draft.scheme.network.functions.values_list("code", flat=True))
    return candidates(document_of(source), document_of(draft), functions)


def copied_stamp(found: Collection[Candidate]) -> str:
    """What the page gives back as `seen`: all that was shown on both sides."""
    return stamp_of((one.key, one.given, one.held) for one in found)


def _held(draft: Edition, *, source: Edition, **_: Any) -> Held:
    return Held(
        copied_stamp(candidates_of(draft, source)),
        "Les textes ont changé depuis que vous les avez lus\u00a0: relire ce qui viendrait.",
    )


@action("schemes.texts.copied", "Textes repris", guard=rules.can_administer, seen=_held)
def copy_texts(
    draft: Edition,
    *,
    actor: Actor,
    source: Edition,
    chosen: Collection[str],
    seen: str | None = None,
) -> Outcome[int]:
    """Take the passages of `source` with these keys; how many came. One that the draft has
    otherwise is replaced, one alike changes nothing.

    Refuses (422) nothing chosen, or one that has no place in the draft; (409) more than
    `passages.MOST`.
    """
    found = {one.key: one for one in candidates_of(draft, source)}
    if not chosen:
        refuse("Choisir au moins un texte ou un énoncé à reprendre.")
    if unknown := sorted(set(chosen) - found.keys()):
        refuse(f"Aucun passage «\u00a0{unknown[0]}\u00a0» dans cette édition.")
    taken = [one for key, one in found.items() if key in chosen]
    if homeless := [one for one in taken if one.coming is Coming.HOMELESS]:
        refuse(
            f"La fonction «\u00a0{homeless[0].given.function}\u00a0» n’est pas de ce réseau\u00a0: "
            "ce passage n’y a pas de place."
        )
    coming = [one for one in taken if one.may_come]
    if not coming:
        return Outcome(0, unchanged=True)
    _write(draft, coming)
    parts: dict[str, dict[str, Any]] = {"sections": {}, "statements": {}}
    for one in coming:
        parts["sections" if one.is_section else "statements"][one.given.code] = _pair(one)
    diff = {"from": source.subject, **parts}
    return Outcome(len(coming), diff, draft)


def _write(draft: Edition, coming: list[Candidate]) -> None:
    functions = {one.code: one for one in draft.scheme.network.functions.all()}
    sections = {one.code: one for one in SECTIONS.of(draft)}
    statements = {one.code: one for one in STATEMENTS.of(draft)}
    for one in coming:
        given = one.given
        if isinstance(given, SectionDoc):
            section = sections.setdefault(given.code, Section(edition=draft, code=given.code))
            section.kind, section.function = given.kind.value, functions.get(given.function)
            _fill(section, given, SECTIONS.written)
        else:
            said = statements.setdefault(given.code, Statement(edition=draft, code=given.code))
            said.function = functions[given.function]
            _fill(said, given, STATEMENTS.written)
    SECTIONS.number(list(sections.values()))
    STATEMENTS.number(list(statements.values()))


def _fill(
    row: Section | Statement, given: SectionDoc | StatementDoc, names: tuple[str, ...]
) -> None:
    """Set what is written; a new one waits for its place."""
    for name in names:
        setattr(row, name, getattr(given, name))
    if row.pk is not None:
        row.save()


def _pair(one: Candidate) -> list[Any]:
    return [_record(one.held) if one.held else None, _record(one.given)]


def _record(passage: SectionDoc | StatementDoc) -> dict[str, Any]:
    names = SECTIONS.written if isinstance(passage, SectionDoc) else STATEMENTS.written
    return {"function": passage.function} | {name: getattr(passage, name) for name in names}
