"""Published benchmarks, read once from the referential: dated, sourced, never converted."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from maillage.costing.engine.costing import Quartiles

INVOICE = "ap-invoice"
"""The unit that both published benchmarks count: a supplier's invoice."""


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = files("maillage.referentials").joinpath("benchmarks.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@lru_cache(maxsize=1)
def units() -> dict[str, str]:
    """What may be counted and held against a benchmark: code and French name."""
    return {unit["code"]: unit["label"] for unit in _data()["units"]}


def benchmark(unit: str, measure: str) -> Quartiles | None:
    """The published quartiles of a unit by "per-fte" or "unit-cost"; None where there are none."""
    for row in _data()["benchmarks"]:
        if row["unit_of"] == unit and row["measure"] == measure:
            return _quartiles(row)
    return None


def _quartiles(row: dict[str, Any]) -> Quartiles:
    def number(name: str) -> Decimal | None:
        return None if row[name] is None else Decimal(row[name])

    return Quartiles(
        row["code"],
        row["label"],
        row["unit"],
        row["currency"],
        int(row["year"]),
        row["source"],
        number("p25"),
        number("median"),
        number("p75"),
    )
