"""Which device is chosen, and what stays on it."""

import dataclasses

import pytest
import torch

from fastface_core.engine import device
from fastface_core.errors import DeviceError
from fastface_core.settings import Memory

GIB = 1 << 30


def test_the_cpu_is_always_offered_and_every_offer_can_be_chosen() -> None:
    offered = device.offered()
    assert offered[-1] == ("cpu", "CPU")
    for name, title in offered:
        assert device.choose(name).name == title


@pytest.mark.parametrize(
    ("memory", "gigabytes", "stay", "tiles"),
    [
        ("automatic", 24, True, False),
        ("automatic", 15.6, True, False),
        ("automatic", 11.7, False, False),
        ("automatic", 8, False, True),
        ("saving", 24, False, True),
        ("saving", 8, False, True),
        ("fast", 8, True, False),
        ("fast", 24, True, False),
    ],
)
def test_what_stays_on_a_gpu_goes_by_the_choice_and_its_memory(
    memory: Memory, gigabytes: float, stay: bool, tiles: bool
) -> None:
    total = int(gigabytes * GIB)
    assert device._keeps_encoders(memory, total) == stay  # pyright: ignore[reportPrivateUsage]
    assert device._decodes_in_tiles(memory, total) == tiles  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("memory", ["automatic", "saving", "fast"])
def test_on_the_cpu_the_choice_changes_nothing(memory: Memory) -> None:
    assert device.choose("cpu", memory=memory) == device.choose("cpu")


def test_saving_makes_one_picture_at_a_time() -> None:
    saving = dataclasses.replace(
        device.choose("cpu"), torch_device=torch.device("cuda"), one_at_a_time=True, keep_encoders=False
    )
    # Without asking a GPU, which need not be there.
    assert saving.images_at_once(1024, 1024, 8) == 1


def test_a_device_that_is_not_there_is_said() -> None:
    for name, words in {"cuda:99": "no such NVIDIA GPU", "cudaa": "is not a device", "meta": "not supported"}.items():
        with pytest.raises(DeviceError, match=words):
            device.choose(name)


@pytest.mark.gpu
@pytest.mark.parametrize("memory", ["automatic", "saving", "fast"])
def test_every_choice_works_on_a_gpu(memory: Memory) -> None:
    found = device.choose("cuda", memory=memory)
    assert found.one_at_a_time == (memory == "saving")
    assert found.images_at_once(512, 512, 4) >= 1
    assert ("cuda:0", found.name) in device.offered()
