"""The benchmark of the library in a small form: that it fills, asks and tells."""

import json
import os
from pathlib import Path

import pytest

from benchmarks import library as benchmark
from benchmarks import made_up_library
from fastface_core.library.library import Library
from fastface_core.library.queries import Query


def test_a_small_form(home: Path) -> None:
    made_up_library.make(600, thumbnails=True)
    with Library() as library:
        assert library.gallery.count(Query()) == 600
        assert len(library.people.all()) == 3
        assert library.database.problems(full=True) == ()
        row = library.gallery.page(Query()).rows[0]
        assert library.thumbnails.find(row.pixels) is not None
        assert 0 < library.gallery.count(Query(text="forest")) < 600
    timings = benchmark.measure(home)
    assert all(0 < timing.median <= timing.worst for timing in timings)
    assert {timing.bar for timing in timings} >= set(benchmark.BARS.values())
    shown = benchmark.table(timings, 600)
    assert shown.startswith("600 pictures")
    assert len(shown.splitlines()) == len(timings) + 4


def test_a_bar_that_is_missed_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    timing = benchmark.Timing("slow", 1.0, 2.0, 1.5)
    assert not timing.met
    assert "(missed)" in benchmark.table([timing], 1)
    monkeypatch.setattr(benchmark, "measure", lambda home: [timing])
    monkeypatch.setattr("sys.argv", ["library.py", "--pictures", "1", "--no-thumbnails", "--json", str(tmp_path / "j")])
    before = os.environ["FASTFACE_HOME"]
    monkeypatch.setenv("FASTFACE_HOME", before)
    assert benchmark.main() == 1
    assert json.loads((tmp_path / "j").read_text())[0]["worst"] == 2.0
