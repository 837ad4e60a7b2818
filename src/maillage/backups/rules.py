"""Whether the end of a journal goes on from the one that was kept of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

Heads = Mapping[str, tuple[int, str]]
"""Of each chain of a journal, the number and the hash of its last event."""


def cut_fault(kept: Heads, told: Heads) -> str:
    """Why a journal that ends so is not the one whose end was kept, gone on; "" where it may be."""
    for chain, (number, digest) in kept.items():
        now, hash_ = told.get(chain, (0, ""))
        if now < number:
            return f"{chain} allait jusqu’à l’événement {number}, elle s’arrête au {now}"
        if now == number and hash_ != digest:
            return f"l’événement {number} de {chain} n’est plus celui qui fut gardé"
    return ""
