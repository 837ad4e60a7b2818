"""Local accounts that a name says to be another chamber's, as real books write it."""

from __future__ import annotations

import pytest

from maillage.ledger.engine.likely import likely
from maillage.ledger.engine.partners import Attached, Known, Partners

NAMES = {
    "brenne": "CCI de la Brenne Brenne brenne 130012300",
    "cluse": "CCI Val de Cluse Cluse cluse 130045600",
    "vaux": "CCI de région Sept-Vaux Région vaux 130078900",
    "dorne": "CCI Dorne Dorne dorne 130011100",
}


def said(*accounts: tuple[str, str], known: Known | None = None) -> dict[str, tuple[str, ...]]:
    rows = [(number, label, 100, 0) for number, label in accounts]
    found = likely("dorne", rows, known or Known(), NAMES)
    return {row.account: row.chambers for row in found}


@pytest.mark.parametrize(
    ("label", "chamber"),
    [
        ("Fournisseur CCI Brenne", "brenne"),
        ("Prêt Brenne", "brenne"),
        ("Intérêts courus, prêt à Brenne", "brenne"),
        ("Fourn. C.C.I. Brenne", "brenne"),
        ("CCIBRENNE factures à recevoir", "brenne"),
        ("Client CCI BRE", "brenne"),
        ("Cli. CCIT-CLU", "cluse"),
        ("Fournisseur 130 012 300", "brenne"),
        ("Tiers 13001230000017", "brenne"),
        ("Emprunt CCI de région", "vaux"),
        ("Reversement taxe Sept-Vaux", "vaux"),
        ("TCCI à recevoir région Sept-Vaux", "vaux"),
        ("Personnel mis à disposition de Cluse", "cluse"),
    ],
)
def test_a_label_says_a_chamber_as_books_write_it(label: str, chamber: str) -> None:
    assert said(("401100", label)) == {"401100": (chamber,)}


@pytest.mark.parametrize(
    "label",
    [
        "SARL Transports du Val de Cluse",
        "Salon de la Brenne",
        "Subventions de la Région",
        "Fournisseurs",
        "Fournisseur BRE",
        "Client CCI Dorne",
        "Tiers 130099900",
    ],
)
def test_a_label_that_says_another_or_nobody_is_let_be(label: str) -> None:
    assert said(("401100", label)) == {}


def test_letters_that_end_a_number_say_what_they_say_elsewhere() -> None:
    """By the other accounts of the book, by what was attached, by a name they alone shorten."""
    marked = ("2748VX", "Prêts"), ("27684VX", "Intérêts courus"), ("4512VX", "Client CCI de région")
    assert said(*marked) == dict.fromkeys(("2748VX", "27684VX", "4512VX"), ("vaux",))
    assert said(*marked[:2]) == {}
    known = Partners().also([Attached("dorne", "account", "4512VX", "vaux")]).known_to("dorne")
    assert said(*marked, known=known) == dict.fromkeys(("2748VX", "27684VX"), ("vaux",))
    assert said(("2748CLU", "Prêts"), ("401DIV", "Fournisseurs")) == {"2748CLU": ("cluse",)}
    assert said(("401CLU", "Garage Martin"), ("512CLU", "Banque")) == {}
    both = ("4511Z", "CCI Cluse"), ("451AZ", "CCI Cluse"), ("452AZ", "CCI Brenne")
    assert said(*both, ("274AZ", "Prêt"))["274AZ"] == ("brenne", "cluse"), "both, for one to choose"
