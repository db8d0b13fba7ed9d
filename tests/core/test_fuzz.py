"""Every parser with some inputs that are nearly right; `benchmarks/fuzz.py` does the same a million times."""

import resource
import sys
from pathlib import Path

import pytest

from benchmarks.fuzz import executed, run
from benchmarks.fuzz_parsers import parsers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="alarms are needed to end what takes too long")
REFUSED = {"checkpoint", "another suffix", "name of a preset"}
"""Parsers of which some samples are made to be refused."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FASTFACE_HOME", str(tmp_path))
    return tmp_path


def test_the_samples_are_read(home: Path) -> None:
    for parser in parsers(home):
        for sample in parser.samples:
            word, what, _ = executed(parser.run, parser.known, sample)
            assert word == "right" or (word, parser.name) in {("refused", name) for name in REFUSED}, (parser, what)


@pytest.mark.filterwarnings("ignore")
def test_inputs_that_are_nearly_right(home: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = run(1500, seed=7)
    assert outcome.findings == {}
    assert outcome.total("right") > 300
    assert outcome.total("refused") > 300
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20  # kB
