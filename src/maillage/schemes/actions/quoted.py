"""A quote is what was read for one cell: no edit gives another cell the same one unasked.

A value that is copied travels without what it rests on. Who means that a passage speaks of several
cells says so (`CellEdit.quoted`): a form where it was typed, a passage read, a file reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from maillage.kernel.verdicts import refuse
from maillage.schemes.actions.cell_edits import FEW, CellEdit
from maillage.schemes.models import Edition, Placement

Key = tuple[str, str, str]


def refuse_copied_quotes(
    edition: Edition, edits: Sequence[CellEdit], current: Mapping[Key, Placement]
) -> None:
    """Raise Refusal (422) where an edit that does not say `quoted` gives a cell the quote of
    another. One query, and only where some edit gives a quote that its cell does not hold."""
    given = {edit.key: quote for edit in edits if (quote := _given(edit, current.get(edit.key)))}
    unsaid = [edit for edit in edits if edit.key in given and not edit.quoted]
    if not unsaid:
        return
    holders: dict[tuple[str, str], Key] = {}
    for quote, key in (*_held(edition, {given[e.key][1] for e in unsaid}), *_flipped(given)):
        holders.setdefault(quote, key)
    refused = [edit for edit in unsaid if holders[given[edit.key]] != edit.key]
    if not refused:
        return
    told = [
        {
            "process": edit.process,
            "milestone": edit.milestone,
            "entity": edit.entity,
            "field": "source_quote",
            "reason": _reason(edit.key, holders[given[edit.key]]),
        }
        for edit in refused[:FEW]
    ]
    refuse(told[0]["reason"], refused=told)


def _reason(key: Key, holder: Key) -> str:
    return (
        f"La citation donnée à {_named(key)} est celle de {_named(holder)}\u00a0: dire qu’elle "
        "parle aussi de cette cellule («\u00a0quoted\u00a0»), ou l’en ôter."
    )


def _given(edit: CellEdit, row: Placement | None) -> tuple[str, str] | None:
    """The document and the quote that an edit gives a cell, None where it brings none."""
    changes = edit.changes or {}
    quote = changes.get("source_quote") or ""
    document = changes.get("source_document", row.source_document if row else "")
    if not quote or (row and (row.source_document, row.source_quote) == (document, quote)):
        return None
    return document, quote


def _held(edition: Edition, quotes: set[str]) -> Iterator[tuple[tuple[str, str], Key]]:
    rows = Placement.objects.filter(edition=edition, source_quote__in=quotes).order_by("pk")
    for document, quote, *key, entity in rows.values_list(
        "source_document", "source_quote", "process__code", "milestone__code", "entity__code"
    ):
        yield (document, quote), (key[0], key[1], entity or "")


def _flipped(given: Mapping[Key, tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Key]]:
    for key, quote in given.items():
        yield quote, key


def _named(key: Key) -> str:
    return f"«\u00a0{', '.join(filter(None, key))}\u00a0»"
