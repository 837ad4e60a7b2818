"""What holds of a network's nouns, and who writes them. Pure."""

from __future__ import annotations

import re
from typing import Protocol

from maillage.kernel import unprintable
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEPARTEMENT = re.compile(r"\d{2}|2[AB]|97[1-8]|98[4-8]")


class NetworkLike(Protocol):
    @property
    def pk(self) -> int: ...


class EntityLike(Protocol):
    network_id: int

    @property
    def pk(self) -> int: ...


class Administrating(Protocol):
    """Whoever acts, as far as networks know: people live above."""

    @property
    def identity(self) -> str: ...

    def administers(self, network: int | None) -> bool: ...


def can_create_network(_: object, *, actor: Administrating, **__: object) -> Verdict:
    if actor.administers(None):
        return ALLOWED
    return Denied("Seul un administrateur de l’installation peut créer un réseau.")


def can_manage(network: NetworkLike, *, actor: Administrating, **_: object) -> Verdict:
    if actor.administers(network.pk):
        return ALLOWED
    return Denied("Seul un administrateur du réseau peut modifier ses chambres et ses processus.")


def short_name(name: str) -> str:
    """What a chamber is called in short where nobody says: its name, as far as it is kept."""
    return name[:60].strip()


def siren_of(text: str) -> str:
    """A SIREN as it is kept: its digits, without the spaces, dots or hyphens typed between them."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", text)


def siren_fault(siren: str) -> str:
    """Say what is wrong with a SIREN, "" where nothing is (empty: not known, which is allowed).

    Nine digits whose last is a Luhn key.
    """
    if not siren:
        return ""
    if not re.fullmatch(r"[0-9]{9}", siren):
        return f"SIREN « {siren} » : neuf chiffres attendus."
    total = 0
    for rank, digit in enumerate(reversed(siren)):
        value = int(digit) * (1 + rank % 2)
        total += value - 9 if value > 9 else value
    return "" if total % 10 == 0 else f"SIREN « {siren} » : la clé de contrôle ne correspond pas."


def code_fault(code: str) -> str:
    """Say what is wrong with a code, "" where nothing is."""
    if CODE.fullmatch(code):
        return ""
    return f"Code « {code} » : minuscules sans accent, chiffres et tirets attendus."


def name_fault(what: str, name: str, longest: int = 200) -> str:
    """Say what is wrong with a name or title, "" where nothing is. `what` opens the sentence."""
    if not name.strip():
        return f"{what}\u00a0: un texte est attendu."
    if len(name) > longest:
        return f"{what}\u00a0: {longest} caractères au plus, {len(name)} reçus."
    return unseen_fault(what, name)


def unseen_fault(what: str, text: str, *, lines: bool = False) -> str:
    """Say that a text holds a character nobody sees, "" where it does not."""
    fault = unprintable.fault(text, lines=lines)
    return f"{what}\u00a0: {fault}." if fault else ""


def departement_fault(departement: str) -> str:
    """Say what is wrong with a département's number, "" where nothing is."""
    if not departement or DEPARTEMENT.fullmatch(departement):
        return ""
    return (
        f"Département « {departement} » : son nom, deux chiffres, 2A, 2B, ou trois chiffres "
        "outre-mer."
    )


INSTEAD = {
    "entity": "Retirer d’abord ce qui la nomme\u00a0; ce qu’une édition adoptée nomme reste\u00a0: "
    "archiver la chambre, elle sort des brouillons.",
    "function": "Retirer d’abord ce qui la nomme\u00a0; ce qu’une édition adoptée nomme reste"
    "\u00a0: la renommer, ou laisser ses cellules sans objet dans l’édition suivante.",
    "process": "Retirer d’abord ce qui le nomme\u00a0; ce qu’une édition adoptée nomme reste"
    "\u00a0: le renommer, ou laisser ses cellules sans objet dans l’édition suivante.",
}
"""By kind of noun, what to do where one cannot be taken out."""

NOT_EMPTY = (
    "Ce réseau porte quelque chose\u00a0: il ne se retire que vide. Retirer d’abord ce qui est dit "
    "ci-dessous\u00a0; ce qui est scellé reste."
)
"""Why a network that holds something is not taken out."""
