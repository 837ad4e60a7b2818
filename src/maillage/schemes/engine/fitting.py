"""What a cell may say under its modes: the one rule by which a cell is tidied, and a value refused.

Knows the fields of a cell by name. Refuses to know whether something that goes was typed or left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.schemes.engine.checks import takes_option
from maillage.schemes.engine.document import NOT_APPLICABLE, UNKNOWN
from maillage.schemes.engine.mode_details import Details

FITTED = ("complementary", "lead", "served", "integration", "provenance", "details")
"""The fields that the modes of a cell may not take, in the order in which they are told."""


def fitted(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields given, without what their `mode` and `complementary` do not take; the latter in
    its one order, without the former; `details` as a mapping."""
    mode, given = values["mode"], values.get("complementary") or ""
    is_blank = mode in (UNKNOWN, NOT_APPLICABLE)
    others = "" if is_blank else "".join(sorted(set(given) - {mode}))
    found = {**values, "complementary": others}
    if mode == NOT_APPLICABLE:
        found |= {"lead": "", "served": ()}
    if not takes_option(mode, others):
        found["integration"] = ""
    if mode == UNKNOWN:
        found["provenance"] = ""
    if details := values.get("details"):
        found["details"] = Details.of(details).under(mode, others).record()
    return found


def untaken(changes: Mapping[str, Any], mode: str, complementary: str) -> list[str]:
    """The fields given, as a form names them, that a cell of these modes would not keep once
    changed: what tidying it makes go."""
    modes = {"mode": mode, "complementary": complementary, **changes}
    kept = fitted(modes)
    found = []
    for name in FITTED:
        given = changes.get(name)
        if not given:
            continue
        if name == "details":
            said = Details.of(given).record()
            found += [f"detail_{one}" for one in said if one not in kept["details"]]
        elif set(given) - set(kept[name]):
            found.append(name)
    return found
