"""What the example hands to the house."""

from __future__ import annotations

from maillage.kernel.rooms import Page, Purpose, Room
from maillage.registers.house import Handed
from tests.registers.example.contracts import CONTRACTS

HANDED = Handed(CONTRACTS)
ROOM = Room(
    code="tests",
    label="Contrats",
    purpose=Purpose.MANAGE,
    pages=(Page("tests:contract", "Contrats"),),
    urls="tests.registers.example.urls",
    api="tests.registers.example.api",
    nouns={CONTRACTS.noun: HANDED.resolve},
    search=HANDED.search,
    personal_data=HANDED.personal_data,
    forget=HANDED.forget,
)
