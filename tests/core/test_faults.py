"""Kills, calls that fail, commands at once and poison, a few of each; `benchmarks/faults.py` does many."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "faults.py"


@pytest.mark.skipif(sys.platform != "linux", reason="commands run in forks")
def test_a_few_faults() -> None:
    # A process of its own: this one has threads, which a fork would leave behind.
    numbers = {"kills": 3, "failures": 3, "writes": 2, "rounds": 1, "poison": 2, "commands": 3, "seed": 5}
    words = [word for name, number in numbers.items() for word in (f"--{name}", str(number))]
    done = subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False)
    assert done.stdout == "3 kills, 3 failures, 2 writes, 1 rounds, 2 poison: 0 findings\n", done.stdout + done.stderr
    assert done.returncode == 0
