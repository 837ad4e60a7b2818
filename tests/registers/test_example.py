"""The example, by the suite of all registers."""

from __future__ import annotations

from typing import ClassVar

import pytest

from tests.registers.example.contracts import CONTRACTS
from tests.registers.suite import RegisterSuite
from tests.registers.world import VALUES

pytestmark = pytest.mark.django_db


class TestContracts(RegisterSuite):
    register = CONTRACTS
    values = VALUES
    bad: ClassVar = {
        "form": "troc",
        "themes": "it; jardin",
        "lots": "100",
        "rate": "1,234",
        "amount": "-1",
        "end": "31/02/2027",
        "year": "1066",
        "renewable": "peut-être",
        "entity": "ouest",
        "processes": "achats; cuisine",
        "contact": "jeanne",
        "site": "exemple.fr",
    }
    by_verb: ClassVar = {"outcome": "Tenu."}
    other = ("end", "2028-12-31", "31/12/2028")
