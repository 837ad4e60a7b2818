"""What changed between two versions of a definition, as its page and the journal tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from maillage.workspaces.returns.engine.definition import (
    KINDS,
    PARTS,
    SCOPES,
    SENSES,
    SOURCES,
    UNITS,
    UNTIL,
    YEARS,
    Definition,
)

FIELDS = {
    "label": "Libellé", "kind": "Nature", "content": "Contenu", "unit": "Unité", "sense": "Sens",
    "decimals": "Décimales", "scope": "Périmètre", "source": "Source", "year": "Année",
    "until": "Étendue", "rule": "Règle", "blocking": "Bloquant", "place": "Rang",
}  # fmt: skip
_WORDS: dict[str, Mapping[Any, str]] = {
    "kind": KINDS, "unit": UNITS, "sense": SENSES, "scope": SCOPES, "source": SOURCES,
    "year": YEARS, "until": UNTIL, "blocking": {True: "oui", False: "non"},
}  # fmt: skip


def said(name: str, value: Any) -> str:
    """A field as people read it."""
    return str(_WORDS.get(name, {}).get(value, value))


def in_words(change: tuple[str, str, str, str, str]) -> str:
    """A difference as the journal tells it."""
    noun, code, what, before, after = change
    if not before or not after:
        gone = f"«\u00a0{before or after}\u00a0»"
        if what in ("Ajoutée", "Retirée"):
            return f"{noun} {code} {what.lower()}\u00a0: {gone}"
    return f"{noun} {code}, {what}\u00a0: {before or 'vide'} → {after or 'vide'}"


def differences(before: Definition, after: Definition) -> list[tuple[str, str, str, str, str]]:
    """What changed: part, code, what, before, after; "" where there is nothing on that side."""
    found: list[tuple[str, str, str, str, str]] = []
    for part, noun in PARTS.items():
        former = {one.code: one for one in getattr(before, part)}
        held = {one.code: one for one in getattr(after, part)}
        found += [(noun, c, "Retirée", former[c].label, "") for c in former if c not in held]
        shared = [c for c in former if c in held]
        order = [c for c in held if c in former]
        for code, one in held.items():
            if code not in former:
                found.append((noun, code, "Ajoutée", "", one.label))
                continue
            old, new = asdict(former[code]), asdict(one)
            found += [
                (noun, code, FIELDS[n], said(n, old[n]), said(n, new[n]))
                for n in new
                if new[n] != old[n]
            ]
            if shared.index(code) != order.index(code):
                ranks = str(shared.index(code) + 1), str(order.index(code) + 1)
                found.append((noun, code, FIELDS["place"], *ranks))
    return found
