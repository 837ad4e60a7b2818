"""What a change of mode asks: what becomes of what was said of the former mode.

Who leads, for whom, the option, the reason, the source, what the mode is made of and the modes
beside it may not hold for another mode: each is kept, cleared or replaced. Where the mode stays and
the cell says more of who does it and how, its source alone is asked: nothing wears one that does
not state it, and until it is answered the provenance is not said. Knows states of a cell
as the journal and the grid keep them, fields by name, empty ones left out. Refuses to know who
asks, and how: a form, the grid, a passage read, a file and the API all come here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from maillage.schemes.engine.change import FIELD_LABELS, SOURCE, FieldChange, describe_states
from maillage.schemes.engine.document import NOT_APPLICABLE, UNKNOWN
from maillage.schemes.engine.fitting import FITTED, fitted
from maillage.schemes.engine.mode_details import Details, differing

KEEP, CLEAR = "garder", "effacer"
"""The answers; replacing is writing something else, which then asks nothing."""
PARTS: dict[str, tuple[str, ...]] = {
    "complementary": ("complementary",),
    "lead": ("lead",),
    "served": ("served",),
    "integration": ("integration",),
    "rationale": ("rationale",),
    "details": ("details",),
    "source": (*SOURCE, "provenance"),
}
"""The fields each part is of, in the order in which they are asked."""
FACTS = ("complementary", "lead", "served", "integration", "details")
"""What a source states beside the mode."""
OF_SOURCE = ("source_basis", "source_quote", "provenance")
"""Asked one by one where the document or its page is already another."""
LABELS = {name: FIELD_LABELS.get(name, "Source") for name in (*PARTS, *OF_SOURCE)}


class Part(NamedTuple):
    """A part of what was said of the former mode, left as it was: its fields that say something,
    and whether it may stay under the new one (else it goes, which is told)."""

    name: str
    fields: tuple[str, ...]
    can_stay: bool

    @property
    def label(self) -> str:
        return LABELS[self.name]


def asked(
    before: Mapping[str, Any], changes: Mapping[str, Any], said: Collection[str] = ()
) -> tuple[Part, ...]:
    """The parts to ask of a cell that takes other values; none where its mode was unknown, its
    source alone where its mode stays (`doubted`). `said`: fields the gesture states itself, even
    where they are as they were."""
    former, mode = before.get("mode") or UNKNOWN, changes.get("mode")
    if former == UNKNOWN:
        return ()
    if not mode or mode == former:
        of = PARTS["source"] if doubted(before, changes, said) else ()
        return (Part("source", tuple(n for n in of if before.get(n)), True),) if of else ()
    others = "".join(changes.get("complementary", before.get("complementary", "")))
    others = "" if mode in (UNKNOWN, NOT_APPLICABLE) else others.replace(mode, "")
    after = {**before, "mode": mode, "complementary": others}
    touched = {c.field for c in describe_states(before, {**before, **changes})} | set(said)
    touched -= set(_only_fitted(before, changes, after))
    left = {name for name, value in before.items() if value and name not in touched}
    return tuple(
        Part(name, fields, any(_stays(field, after) for field in fields))
        for name, of in _groups(touched)
        if (fields := tuple(field for field in of if field in left))
        and (name != "source" or not left.isdisjoint(SOURCE))
    )


def doubted(
    before: Mapping[str, Any], changes: Mapping[str, Any], said: Collection[str] = ()
) -> bool:
    """Whether a cell of the same mode says more than what its provenance was said of, while nothing
    is said of its source."""
    if not before.get("provenance") or changes.get("mode", before["mode"]) != before["mode"]:
        return False
    after = {**before, **changes}
    others = "".join(after.get("complementary") or "").replace(after["mode"], "")
    after["complementary"] = "" if after["mode"] == NOT_APPLICABLE else others
    found = describe_states(before, after)
    touched = {change.field for change in found} | set(said)
    return touched.isdisjoint(PARTS["source"]) and any(
        c.field in FACTS and _stays(c.field, after) and _says_more(c) for c in found
    )


def _says_more(change: FieldChange) -> bool:
    before, after = change.before, change.after
    if change.field == "details":
        return any(getattr(after, name) for name in differing(before, after))
    if change.field in ("complementary", "served"):
        return not set(after) <= set(before)
    return bool(after)


def _groups(touched: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A source is one thing: touched in part it is another, and its rest is asked one by one."""
    is_another = not set(SOURCE).isdisjoint(touched)
    for name, fields in PARTS.items():
        if name == "source" and is_another:
            yield from ((one, (one,)) for one in OF_SOURCE)
        else:
            yield name, fields


def _only_fitted(
    before: Mapping[str, Any], changes: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    """Fields given as they were, but for what the new modes do not take."""
    mode = {after["mode"]}
    given = set(changes.get("complementary") or "") - mode
    if given and given == set(before.get("complementary") or "") - mode:
        yield "complementary"
    details = Details.of(changes.get("details") or None)
    if details and details == Details.of(before.get("details")).under(
        after["mode"], after["complementary"]
    ):
        yield "details"


def _stays(field: str, after: Mapping[str, Any]) -> bool:
    """Whether a cell may still say this under its new modes."""
    if field == "complementary":
        return bool(after[field])
    return field not in FITTED or bool(fitted(after).get(field))


def unanswered(parts: Collection[Part], answers: Mapping[str, str]) -> list[Part]:
    """Those of which nothing is said yet."""
    return [part for part in parts if answers.get(part.name) not in (KEEP, CLEAR)]


def settled(
    before: Mapping[str, Any],
    changes: Mapping[str, Any],
    answers: Mapping[str, str],
    said: Collection[str] = (),
) -> tuple[dict[str, Any], bool]:
    """The changes with what the answers clear; and whether the source is said to hold for what the
    cell now says. What is not answered stays, its source listed as older than its mode; where the
    mode stays, `doubted` says that its provenance is then no longer known."""
    parts = asked(before, changes, said) if answers else ()
    cleared = [f for p in parts if answers.get(p.name) == CLEAR for f in p.fields]
    cited = any(p.name == "source" and answers.get(p.name) == KEEP for p in parts)
    return {**changes, **{name: () if name == "served" else "" for name in cleared}}, cited


def every() -> tuple[Part, ...]:
    """All that may have to be asked: what a page shows of them as one types."""
    return tuple(Part(name, PARTS.get(name, (name,)), True) for name in LABELS)


def table() -> dict[str, Any]:
    """The same for a page that asks as one types: the parts, their fields, and their names."""
    return {
        "parts": PARTS,
        "facts": FACTS,
        "source": SOURCE,
        "of_source": OF_SOURCE,
        "labels": LABELS,
    }
