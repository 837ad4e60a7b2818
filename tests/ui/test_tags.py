"""How the design system writes dates, numbers, icons and filters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from maillage.ui.templatetags import ui

N = "\u202f"
B = "\u00a0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 11, 23), f"23{B}novembre{B}2026"),
        (date(2017, 8, 1), f"1er{B}août{B}2017"),
        (datetime(2026, 2, 3, 9, 5), f"3{B}février{B}2026"),
        (None, ""),
        ("2026", ""),
    ],
)
def test_date_fr(value: object, expected: str) -> None:
    assert ui.date_fr(value) == expected


def test_datetime_zone_says_whose_hour_it_is() -> None:
    at = datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
    assert ui.datetime_zone(at) == f"4{B}juillet{B}2026 à 0{B}h{B}30 (heure de Paris)"
    assert ui.datetime_zone(None) == ui.datetime_fr(None)


def test_datetime_fr_says_the_hour() -> None:
    assert ui.datetime_fr(datetime(2026, 2, 3, 9, 5)) == f"3{B}février{B}2026 à 9{B}h{B}05"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1234.56, None, f"1{N}234,56"),
        (Decimal("1234567.5"), 2, f"1{N}234{N}567,50"),
        (22500, None, f"22{N}500"),
        (-12, None, "\u221212"),
        (0, 0, "0"),
        ("pas un nombre", None, ""),
        (None, None, ""),
        (float("nan"), None, ""),
    ],
)
def test_nombre(value: object, decimals: int | None, expected: str) -> None:
    assert ui.nombre(value, decimals) == expected


def test_euros_carries_its_unit() -> None:
    assert ui.euros(1234.5) == f"1{N}234,50{B}€"
    assert ui.euros(None) == ""


@pytest.mark.parametrize(
    ("count", "expected"), [(0, f"0{B}écart"), (1, f"1{B}écart"), (2, f"2{B}écarts")]
)
def test_pluriel(count: int, expected: str) -> None:
    assert ui.pluriel(count, "écart,écarts") == expected


def test_icon_is_inline_and_silent_unless_labelled() -> None:
    silent = ui.icon("search")
    assert silent.startswith("<svg") and 'aria-hidden="true"' in silent
    assert "style=" not in silent
    spoken = ui.icon("search", 18, 'Chercher "ici"')
    assert 'role="img"' in spoken and "&quot;ici&quot;" in spoken


def test_chip_escapes_and_says_it_can_be_removed() -> None:
    chip = ui.chip("<b>", "?a=1&b=2")
    assert "&lt;b&gt;" in chip and "retirer ce filtre" in chip and "?a=1&amp;b=2" in chip
