"""The benchmark of the window during a download, in a small form."""

import pytest

from benchmarks import window_downloads


@pytest.mark.slow
def test_a_window_downloads_while_its_event_loop_is_watched() -> None:
    (found,) = window_downloads.measure(20_000_000, rounds=1)
    assert found["news"] > 3
    assert found["mb_s"] > 1
    # A machine that does much else holds up everybody; a window that waits for a download is held up for all of it.
    assert 0 < found["stall"] < max(0.5, found["seconds"] / 2)
