"""Whom a line of a book is with: by number, account, entry, label, in that order."""

from __future__ import annotations

import pytest

from maillage.ledger.engine.partners import (
    Attached,
    Known,
    Labelled,
    Named,
    Partners,
    doubted,
    names_another,
)

HELD = Partners(
    {("", "REG"): "reg", ("", "C0001"): "sud", ("nord", "c0001"): "reg", ("nord", "NORD"): "nord"},
    {("nord", "4511"): "sud"},
)


@pytest.mark.parametrize(
    ("entity", "number", "chamber"),
    [
        ("sud", "REG", "reg"),
        ("sud", "reg", "reg"),
        ("sud", "  rEg ", "reg"),
        ("nord", "C0001", "reg"),  # its own book says otherwise than all books
        ("est", "C0001", "sud"),
        ("sud", "C0001", ""),  # nobody is its own partner
        ("reg", "REG", ""),
        ("nord", "nord", ""),
        ("sud", "REGION", ""),
        ("sud", "", ""),
    ],
)
def test_a_number_belongs_to_a_book(entity: str, number: str, chamber: str) -> None:
    assert HELD.of(entity, number) == chamber


def test_what_one_book_can_name() -> None:
    assert HELD.known_to("nord") == Known((("C0001", "reg"), ("REG", "reg")), (("4511", "sud"),))
    assert HELD.known_to("reg") == Known((("C0001", "sud"),))


def test_equal_partners_are_one_key() -> None:
    again = Partners(dict(HELD.numbers), dict(HELD.accounts))
    assert again == HELD and hash(again) == hash(HELD)
    assert Partners.everywhere({"reg": "reg"}) == Partners({("", "REG"): "reg"})


NAMES = "Chambre de commerce et d’industrie de la Région Val-Clair Région REG 130012300"


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("Boulangerie Martin", True),
        ("REGIE DU PORT", True),
        ("CCI Sud", True),
        ("", False),
        ("Tiers", False),
        ("Compte courant CCI", False),
        ("CCI région", False),
        ("CCIR VALCLAIR", True),
        ("Val Clair, compte de liaison", False),
        ("reg", False),
        ("Reg divers", False),
        ("SIREN 130 012 300", False),
        ("Chambre rég.", False),
        # A word of its name among others is a street, a valley, a firm.
        ("SARL Transports du Val Clair", True),
        ("Transports région", True),
        ("Association de la CCI Région", True),
        ("CCI Région, quote-part 2025", False),
        ("Région 2025", False),
        # Another's name may begin as this one's, and another chamber be of the same place.
        ("Chambre d’agriculture de la Région", True),
        ("CCI Val-Mortes", True),
        ("Reversement TCCI, CCI Région", False),
    ],
)
def test_a_label_that_clearly_names_another(label: str, other: bool) -> None:
    assert names_another(label, NAMES) is other


def test_a_code_alone_is_doubted_where_every_label_denies_it() -> None:
    partners = Partners({("", "REG"): "reg", ("", "130012300"): "reg"}, implied={"REG": NAMES})
    known, bread = partners.known_to("sud"), Named("reg", "Boulangerie", 100, 0)
    asked = ((bread,), {"REG"}, ())
    assert doubted(known, [bread]) == asked
    siren = Named("130012300", "Boulangerie", 5, 0)
    assert doubted(known, [siren]) == Labelled(), "a SIREN is proof"
    assert known.labelled(doubted(known, [bread])).numbers == (("130012300", "reg"),)
    for said, nobody in (("reg", set()), ("", {"REG"})):
        answered = partners.attached([Attached("sud", "number", "Reg", said)])
        assert doubted(answered.known_to("sud"), [bread]) == ((), nobody, ())
        assert answered.of("sud", "REG") == said
        assert doubted(answered.known_to("est"), [bread]) == asked
    everywhere = partners.attached([Attached("", "number", "reg", "reg")])
    assert doubted(everywhere.known_to("sud"), [bread]) == Labelled()


def test_of_one_number_with_two_labels_one_alone_is_the_chamber() -> None:
    partners = Partners({("", "REG"): "reg"}, implied={"REG": NAMES})
    known, bread = partners.known_to("sud"), Named("reg", "Boulangerie", 100_00, 0)
    named = [bread, Named("REG", "CCI Région", 5_00, 7_00)]
    told = doubted(known, named)
    (asked,) = told.asked
    assert asked[:4] == bread[:4]
    assert asked.also.replace("\u00a0", " ") == "« CCI Région » : débit 5,00 €, crédit 7,00 €"
    assert (told.nobody, told.denied) == (set(), (("reg", "Boulangerie"),))
    kept = known.labelled(told)
    assert (kept.numbers, kept.denied) == (known.numbers, told.denied)
    refused = partners.attached([Attached("sud", "number", "reg", "")]).known_to("sud")
    assert doubted(refused, named) == ((), set(), told.denied), "answered: asked no more"


def test_who_is_said_to_be_nobody_is_a_chamber_where_a_book_names_it() -> None:
    """The answer to one label is none to another, of another exercise."""
    partners = Partners({("", "REG"): "reg"}, implied={"REG": NAMES})
    known = partners.attached([Attached("sud", "number", "reg", "")]).known_to("sud")
    assert known.numbers == (("REG", "reg"),) and known.refused == ("REG",)
    for label, nobody in (("CCI Région", set()), ("Tiers", {"REG"}), ("Boulangerie", {"REG"})):
        assert doubted(known, [Named("reg", label, 5, 0)]) == ((), nobody, ())
    assert doubted(known, []) == ((), {"REG"}, ())
    nowhere = partners.attached([Attached("", "number", "reg", "")])
    assert nowhere.known_to("sud") == Known(), "what is nobody in every book is nobody"


def test_a_number_or_an_account_may_stand_for_nobody() -> None:
    held = HELD.attached(
        [Attached("sud", "number", "reg", ""), Attached("nord", "account", "7", "")]
    )
    assert (held.of("sud", "REG"), held.of("est", "REG")) == ("", "reg")
    assert held.known_to("nord").never == ("7",) and held.known_to("sud").never == ()
    assert "" not in held.chambers()
