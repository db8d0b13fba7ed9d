"""What is learned of the time that pictures take."""

from pathlib import Path

import pytest

from fastface_core.cli.words import time_in_words
from fastface_core.domain.request import PortraitRequest
from fastface_core.domain.speed import full_size_seconds
from fastface_core.domain.timing import Kind, Timings, read_timings
from fastface_core.models import installed
from fastface_core.presets import files as preset_files

SAMPLING = installed.starter().sampling


def kind(preset: str = "baseline", size: int = 256, device: str = "CPU", checkpoint: str = "starter") -> Kind:
    request = PortraitRequest(prompt="a", preset=preset_files.find(preset), seed=0, width=size, height=size)
    return Kind.of(device, checkpoint, request, SAMPLING)


def test_nothing_is_known_at_first() -> None:
    assert Timings().seconds(kind()) is None
    assert Timings().loading_seconds("CPU", "starter") is None


def test_what_was_learned_is_expected_and_the_newest_counts_most() -> None:
    timings = Timings().learned(kind(), 2.0)
    assert timings.seconds(kind()) == 2.0
    assert timings.learned(kind(), 1.0).seconds(kind()) == 1.5
    assert len(timings.learned(kind(), 1.0).making) == 1


def test_another_size_or_preset_is_expected_in_proportion_to_the_nearest() -> None:
    timings = Timings().learned(kind(), 1.0)
    assert timings.seconds(kind(size=512)) == pytest.approx(4.0)
    # 12 branches and the decoder instead of 4 and the decoder.
    assert timings.seconds(kind("scheduled-softmask")) == pytest.approx(13 / 5)
    nearer = timings.learned(kind(size=512), 3.0)
    assert nearer.seconds(kind(size=448)) == pytest.approx(3.0 * (448 / 512) ** 2)


def test_another_device_or_checkpoint_says_nothing() -> None:
    timings = Timings().learned(kind(), 1.0)
    assert timings.seconds(kind(device="NVIDIA H200")) is None
    assert timings.seconds(kind(checkpoint="hyper-4")) is None


def test_loading_is_learned_by_device_and_checkpoint() -> None:
    timings = Timings().loaded("CPU", "starter", 1.0).loaded("CPU", "starter", 0.5).loaded("GPU", "starter", 0.1)
    assert timings.loading_seconds("CPU", "starter") == 0.5
    assert timings.loading_seconds("GPU", "starter") == 0.1
    assert timings.device == "GPU"


def test_it_stays_small() -> None:
    timings = Timings()
    for size in range(64, 64 + 8 * 230, 8):
        timings = timings.learned(kind(size=size), 1.0)
    assert len(timings.making) == 200
    assert timings.making[-1].kind.width == 64 + 8 * 229


def test_it_is_kept_in_a_file(tmp_path: Path) -> None:
    timings = Timings().learned(kind(), 1.25).loaded("CPU", "starter", 1.0)
    file = tmp_path / "timings.json"
    file.write_text(timings.model_dump_json())
    assert read_timings(file) == timings


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 2}',
        b"\xff",
        b'{"making": [{"kind": {"device": "CPU"}, "seconds": -1}]}',
        b"[" * 9999,
    ],
)
def test_a_damaged_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "timings.json"
    file.write_bytes(content)
    assert read_timings(file) == Timings()
    assert read_timings(tmp_path / "absent.json") == Timings()


def test_a_full_size_picture_takes_time_by_its_pixels_and_evaluations() -> None:
    whole = full_size_seconds(1e11, 10, 1024, 1024)
    assert whole == pytest.approx((10 * 6.761e12 + 10.47e12) / 0.5e11)
    assert full_size_seconds(1e11, 10, 512, 512) == pytest.approx(whole / 4)
    assert full_size_seconds(2e11, 10, 1024, 1024) == pytest.approx(whole / 2)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "1 second"), (43, "40 seconds"), (1210, "20 minutes"), (5900, "98 minutes"), (7300, "2 hours")],
)
def test_times_are_said_roughly(seconds: float, said: str) -> None:
    assert time_in_words(seconds) == said
