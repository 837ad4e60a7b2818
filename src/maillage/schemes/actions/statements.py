"""What a draft states of a function without placing a cell: an aim, actions its source lists.

A booklet prints them after the function's text. Knows nothing of pages.
"""

from __future__ import annotations

from typing import Required, TypedDict, Unpack

from maillage.kernel.actions import Outcome, action, changes
from maillage.kernel.verdicts import refuse_fault
from maillage.network.rules import name_fault, unseen_fault
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.passages import STATEMENTS, function_of
from maillage.schemes.engine.document import MOST_QUOTE, OperatingMode
from maillage.schemes.models import Edition, Statement

MOST_TEXT = 4000
MOST_HORIZON = 80
MOST_PAGE = 40
CODED = 60
"""How much of a statement its code is made from."""


class Written(TypedDict, total=False):
    """What a statement says, in its own words and its source’s: what is left out says nothing."""

    text: Required[str]
    modes: str
    horizon: str
    source_page: str
    source_quote: str


@action("schemes.statement.added", "Énoncé ajouté", guard=rules.can_administer)
def add_statement(
    edition: Edition,
    *,
    actor: Actor,
    function: str,
    **written: Unpack[Written],
) -> Outcome[Statement]:
    """Add a statement as the last of its function; its code comes from its text.

    Refuses (422) a function that is not of the network, or what could not be sealed; (409) more
    than `passages.MOST`.
    """
    said = Statement(edition=edition, function=function_of(edition, function))
    _write(said, written)
    STATEMENTS.add(edition, said, said.text[:CODED])
    values = {"function": said.function.code, **STATEMENTS.values(said)}
    return Outcome(said, {"statement": said.code, **values}, edition)


@action(
    "schemes.statement.revised",
    "Énoncé modifié",
    guard=rules.can_administer,
    seen=STATEMENTS.held,
)
def revise_statement(
    edition: Edition,
    *,
    actor: Actor,
    code: str,
    seen: str | None = None,
    **written: Unpack[Written],
) -> Outcome[Statement]:
    """Set what one statement of a draft says. Refuses (422) what could not be sealed."""
    said = STATEMENTS.one(edition, code)
    before = STATEMENTS.values(said)
    _write(said, written)
    changed = changes(before, STATEMENTS.values(said))
    if not changed:
        return Outcome(said, unchanged=True)
    said.save(update_fields=list(STATEMENTS.written))
    return Outcome(said, {"statement": code, **changed}, edition)


@action("schemes.statement.moved", "Énoncé déplacé", guard=rules.can_administer)
def move_statement(edition: Edition, *, actor: Actor, code: str, up: bool) -> Outcome[Statement]:
    """Exchange a statement with its neighbour of the same function. Refuses (409) where there is
    none."""
    said, beside = STATEMENTS.move(edition, code, up=up)
    return Outcome(said, {"statement": code, "beside": beside, "up": up}, edition)


@action(
    "schemes.statement.removed",
    "Énoncé retiré",
    guard=rules.can_administer,
    seen=STATEMENTS.held,
)
def remove_statement(
    edition: Edition, *, actor: Actor, code: str, seen: str | None = None
) -> Outcome[None]:
    """Take a statement out of a draft; the journal keeps what it said."""
    said = STATEMENTS.one(edition, code)
    gone = {name: [value, None] for name, value in STATEMENTS.values(said).items() if value}
    said.delete()
    return Outcome(None, {"statement": code, **gone}, edition)


def _write(said: Statement, written: Written) -> None:
    """Set what a statement says; its letters in their one order."""
    said.text = " ".join(written["text"].split())
    said.modes = "".join(sorted(set(written.get("modes", ""))))
    said.horizon = written.get("horizon", "").strip()
    said.source_page = written.get("source_page", "").strip()
    said.source_quote = written.get("source_quote", "").strip()
    refuse_statement(said)


def refuse_statement(said: Statement) -> None:
    """Refuse (422) a statement that could not be sealed."""
    unknown = sorted(set(said.modes) - set(OperatingMode))
    refuse_fault(
        name_fault("Énoncé", said.text, MOST_TEXT)
        or (f"Mode «\u00a0{unknown[0]}\u00a0» inconnu." if unknown else "")
        or _long("Horizon", said.horizon, MOST_HORIZON)
        or _long("Page de la source", said.source_page, MOST_PAGE)
        or _long("Citation", said.source_quote, MOST_QUOTE)
    )


def _long(what: str, text: str, longest: int) -> str:
    return name_fault(what, text, longest) if text else unseen_fault(what, text)
