"""Every baseline that this machine can run finds the truth; a wrong total is not let pass."""

from __future__ import annotations

import dataclasses
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.ledger.baselines import ALL, Baseline, Skipped, WrongTotals
from tests.bench.ledger.child import call, run
from tests.generated_books import Truth, generate_books


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate_books(tmp_path_factory.mktemp("books"), seed=3, lines=3_000)


@pytest.mark.parametrize("name", ALL)
def test_a_baseline_finds_the_truth_or_says_why_it_is_skipped(
    name: str, truth: Truth, tmp_path: Path
) -> None:
    made = ALL[name](truth, tmp_path)
    if isinstance(made, Skipped):
        assert made.reason
        return
    cost = made.measure()
    assert cost.seconds > 0 and cost.peak > 0


@pytest.mark.parametrize("name", ALL)
def test_a_wrong_total_is_told(name: str, truth: Truth, tmp_path: Path) -> None:
    key, (debit, credit) = next(iter(truth.balances.items()))
    wrong = dataclasses.replace(
        truth, lines=truth.lines + 1, balances={**truth.balances, key: (debit + 1, credit)}
    )
    made = ALL[name](wrong, tmp_path)
    if isinstance(made, Baseline):
        with pytest.raises(WrongTotals):
            made.measure()


def test_slow_programs_are_skipped_on_large_books(truth: Truth, tmp_path: Path) -> None:
    large = dataclasses.replace(truth, lines=10_000_000)
    for name in ("hledger", "beancount"):
        assert isinstance(ALL[name](large, tmp_path), Skipped)


def test_the_peak_of_a_child_is_its_own_or_that_of_its_parent() -> None:
    inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    small, _ = run([sys.executable, "-c", "pass"])
    large, _ = run([sys.executable, "-c", "bytearray(600_000_000)"])
    assert small.peak <= max(inherited, 100_000_000)
    assert large.peak > 600_000_000


def test_a_call_returns_its_result() -> None:
    cost, result = call("math:hypot", 3, 4)
    assert result == 5 and cost.seconds < 60


def test_a_failure_is_told_with_what_was_said() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run([sys.executable, "-c", "import sys; sys.exit('no such book')"])
    assert "no such book" in caught.value.stderr
