"""What is published is read as it is published: dated, sourced, in its own currency."""

from __future__ import annotations

from decimal import Decimal

from maillage.costing.engine.benchmarks import INVOICE, benchmark, units


def test_invoices_per_fte_have_no_currency_and_can_be_placed() -> None:
    found = benchmark(INVOICE, "per-fte")
    assert found is not None
    assert (found.p25, found.median, found.p75) == (Decimal(6488), None, Decimal(20964))
    assert found.currency == ""
    assert found.year == 2023
    assert "APQC" in found.source
    assert "entre" in found.place(Decimal(9000))


def test_the_cost_of_an_invoice_stays_in_dollars_and_is_not_placed() -> None:
    found = benchmark(INVOICE, "unit-cost")
    assert found is not None
    assert (found.p25, found.median, found.p75) == (Decimal("2.07"), Decimal("5.83"), Decimal(10))
    assert found.currency == "USD"
    assert found.place(Decimal(5)) == ""


def test_what_is_not_published_is_not_made_up() -> None:
    assert benchmark(INVOICE, "delay") is None
    assert benchmark("badge", "per-fte") is None
    assert INVOICE in units()
