"""What a request leaves open, and the sizes that go with an aspect."""

import pytest

from fastface_core.domain.branches import evaluations
from fastface_core.domain.checkpoints import sampling_of
from fastface_core.domain.plan import ASPECTS, Plan, size_of
from fastface_core.domain.request import PortraitRequest
from fastface_core.models import installed
from fastface_core.presets import files as preset_files

BASELINE = preset_files.find("baseline")


def test_what_is_asked_for_counts() -> None:
    request = PortraitRequest(prompt="a", preset=BASELINE, seed=0, steps=3, width=64, height=128, scheduler="euler")
    assert Plan.of(request, sampling_of("hyper")) == Plan(steps=3, scheduler="euler", width=64, height=128)


def test_what_is_left_open_comes_from_the_preset_then_from_the_checkpoint() -> None:
    request = PortraitRequest(prompt="a", preset=BASELINE, seed=0)
    assert Plan.of(request, sampling_of("hyper", 4)) == Plan(4, "ddim", 1024, 1024)
    assert Plan.of(request, sampling_of("turbo")) == Plan(4, "euler_a", 512, 512)
    # A preset for 4 steps, and a checkpoint that was not made for so few.
    assert Plan.of(request, sampling_of("base")).steps == 30
    wide = BASELINE.model_copy(update={"width": 640, "height": 320})
    assert Plan.of(PortraitRequest(prompt="a", preset=wide, seed=0), installed.starter().sampling).width == 640


@pytest.mark.parametrize(
    ("side", "sizes"),
    [
        (1024, [(896, 1152), (1024, 1024), (1152, 896)]),
        (512, [(448, 576), (512, 512), (576, 448)]),
        (256, [(224, 288), (256, 256), (288, 224)]),
    ],
)
def test_sizes_of_the_aspects(side: int, sizes: list[tuple[int, int]]) -> None:
    assert [size_of(aspect, side) for aspect in ASPECTS] == sizes


@pytest.mark.parametrize(
    ("preset", "own_scale", "expected"),
    [
        ("baseline", 1.0, 4),
        # With a scale of its own: u and t.
        ("baseline", 5.0, 8),
        # 1, 1.5, 1.5, 1 with a rescale: two branches where only t counts, three elsewhere.
        ("decoupled-guidance", 1.0, 10),
        # The softmask couples all three.
        ("scheduled-softmask", 1.0, 12),
    ],
)
def test_how_often_a_branch_is_evaluated(preset: str, own_scale: float, expected: int) -> None:
    assert evaluations(preset_files.find(preset), own_scale, 4) == expected
