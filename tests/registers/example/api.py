"""The API of the example."""

from __future__ import annotations

from maillage.registers.api import router_of
from tests.registers.example.contracts import CONTRACTS

router = router_of(CONTRACTS)
