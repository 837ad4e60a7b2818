"""What an address asks of a page, and what of it no page understands.

A value nobody understands is never passed over: a page says it and what it shows instead
(`ui/base.html`), a file is not written of something other than what was asked (404, and why).
Refuses to know what values mean.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from maillage.kernel.verdicts import refuse

LONGEST = 60
FILES = (".csv", ".xlsx", ".json", ".ics", ".ods", ".pdf", ".docx", ".txt")


@dataclass(frozen=True, slots=True)
class Misread:
    """A value of an address that is not understood. `shown`: what stands instead, in words."""

    name: str
    value: str
    shown: str

    @property
    def words(self) -> str:
        asked = f"{self.name}={self.value}"
        return f"«\u00a0{asked}\u00a0» n’est pas compris. Montré à la place\u00a0: {self.shown}."

    @property
    def of_file(self) -> str:
        asked = f"{self.name}={self.value}"
        return (
            f"«\u00a0{asked}\u00a0» n’est pas compris. Aucun fichier n’est fait d’autre chose que "
            f"de ce qui est demandé\u00a0: corriger ce réglage, ou l’ôter ({self.shown})."
        )


def misread(request: HttpRequest, name: str, shown: str) -> None:
    """Say that what the address gives under that name is not understood, where it gives any."""
    value = " ".join(request.GET.get(name, "").split())[:LONGEST]
    if not value:
        return
    said = Misread(name, value, shown)
    if request.path.endswith(FILES):
        refuse(said.of_file, 404)
    held: list[Misread] = request.__dict__.setdefault("misread", [])
    if said not in held:
        held.append(said)


def choice(
    request: HttpRequest, name: str, among: Collection[str], shown: str, default: str = ""
) -> str:
    """One of a few values, the default where the address says none or none of them."""
    value = request.GET.get(name, "")
    if value in among:
        return value
    misread(request, name, shown)
    return default


def flag(request: HttpRequest, name: str, shown: str) -> bool:
    """`oui`, or not."""
    return choice(request, name, ("oui", "non"), shown) == "oui"


def without(request: HttpRequest, unapplied: Mapping[str, str]) -> None:
    """Read the address as if it did not ask what the page has no use for, and say so.

    `unapplied`: by the name of each parameter, what is shown instead, in words.
    """
    for name, shown in unapplied.items():
        misread(request, name, shown)
    kept = {name: given for name, given in request.GET.lists() if name not in unapplied}
    request.GET = QueryDict(urlencode(kept, doseq=True))


def understood(request: HttpRequest) -> str:
    """The query of an address without what is not understood of it: what its files are asked."""
    query = request.GET.copy()
    for said in request.__dict__.get("misread", ()):
        query.pop(said.name, None)
    return query.urlencode()
