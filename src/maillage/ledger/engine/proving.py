"""Whether a text ledger is sound, asked of what Numba compiles, where that is to be had.

Numba takes a third of a second to import, which whoever proves nothing does not wait for.
"""

from __future__ import annotations

import importlib
from datetime import date
from typing import Any

from maillage.kernel.period import opening_of
from maillage.ledger.engine.cube import Sound
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.partners import Known


def proved(form: Form, known: Known, closing: date | None) -> Sound | None:
    """What a sound file comes to in one pass, None where there is something to say of it."""
    soundness = compiled("soundness")
    return soundness.one_pass(form, known, *allowed(closing)) if soundness is not None else None


def compiled(name: str) -> Any:
    """A module of the engine that needs Numba; None where it is absent, or has no folder where it
    may keep what it compiles."""
    try:
        return importlib.import_module(f"maillage.ledger.engine.{name}")
    except (ImportError, RuntimeError):
        return None


def allowed(closing: date | None) -> tuple[date, date]:
    """The days between which the entries of a sound file fall."""
    first = opening_of(closing) if closing else date(1900, 1, 1)
    return first, closing or date(2099, 12, 31)
