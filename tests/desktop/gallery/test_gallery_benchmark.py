"""The benchmark of the Gallery in a small form: that it opens, scrolls, compares and tells."""

from pathlib import Path

import pytest

from benchmarks import gallery as benchmark


@pytest.mark.slow
def test_a_small_form(tmp_path: Path) -> None:
    home = tmp_path / "benchmark"
    home.mkdir()
    benchmark.make(home, benchmark.SMALL)
    found = benchmark.in_process(home, 30)
    assert found["pictures"] == benchmark.SMALL
    assert len(benchmark.frames_of(found, "wheel", "taken")) == 30
    assert int(str(found["compared"])) > 20
    times = [float(str(found[name])) for name in ("page", "first paint", "thumbnails")]
    assert 0 < times[0] <= times[2]
    shown = benchmark.table(found)
    assert shown.startswith("600 pictures")


def test_a_bar_that_is_missed_is_told() -> None:
    wheel, drag = [0.01] * 95 + [0.02] * 5, [0.01] * 9 + [0.02]
    found: dict[str, object] = {"first paint": 0.2, "wheel": {"taken": wheel}, "drag": {"taken": drag}}
    assert benchmark.smooth([0.01, 0.02]) == 0.5
    assert benchmark.missed(found) == ["drag"]
    assert benchmark.missed({**found, "first paint": 0.31}) == ["first paint", "drag"]
