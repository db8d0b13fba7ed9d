"""The short form of the benchmark: files that are broken off at random bytes finish, and hardly a byte comes twice."""

import pytest

from benchmarks.downloads import broken_off, summary
from tests.core.downloads import online as online

pytestmark = pytest.mark.usefixtures("online")


def test_files_that_are_broken_off() -> None:
    """At 20 MB a second, so that there is time to kill a process in the middle."""
    size = 8_000_000
    runs = list(broken_off(4, size, 20e6, seed=3))
    assert {run.how for run in runs} >= {"killed"}
    assert len({run.how for run in runs}) > 1
    found = summary(runs)
    assert found["right"] == 4
    assert found["from_zero"] == 0
    for run in runs:
        # A cut takes nothing with it; a kill, what was on its way.
        assert run.again == 0 if run.how == "cut" else run.again < 2_000_000
        assert run.resumed >= run.at or run.how == "reset"
