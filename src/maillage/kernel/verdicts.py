"""May this be done, and if not, why. A verdict is a value; a refusal is a verdict that travels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class Allowed:
    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """A refusal: `reason` is a French sentence for the person who asked.

    `status` is the HTTP status an outside caller gets: 403 not yours to do, 409 the thing has
    moved since, 422 what was given does not hold.
    """

    reason: str
    status: int = 403

    def __bool__(self) -> bool:
        return False


Verdict = Allowed | Denied
ALLOWED = Allowed()


class Refusal(Exception):
    """Raised by an action whose guard or body refuses; nothing was written."""

    def __init__(self, denied: Denied, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(denied.reason)
        self.denied = denied
        self.details: Mapping[str, Any] = details or {}


def refuse(reason: str, status: int = 422, **details: Any) -> NoReturn:
    """Refuse an act, in French, to the person who asked; see `Denied` for `status`."""
    raise Refusal(Denied(reason, status), details) from None


def refuse_fault(fault: str, status: int = 422) -> None:
    """Refuse where a rule finds a fault; "" is none."""
    if fault:
        refuse(fault, status)


def refuse_unread(thing: str, seen: int | None, version: Callable[[], int]) -> None:
    """Refuse (409) to write on `thing` where `version()` is not the one `seen`; None does not look.

    To be called inside the action, once it holds the lock that whoever writes the thing takes.
    """
    if seen is not None and seen != version():
        refuse(f"{changed(thing)} depuis la lecture\u00a0: vérifier à nouveau.", 409)


def changed(thing: str) -> str:
    """That a thing, with its article, has changed, as a sentence begins."""
    said = "ont" if thing.startswith(("les ", "ces ", "des ")) else "a"
    return f"{thing[0].upper()}{thing[1:]} {said} changé"


def require(verdict: Verdict) -> None:
    """Turn a denial into a refusal."""
    if isinstance(verdict, Denied):
        raise Refusal(verdict)
