"""Which device is chosen, and what stays on it."""

import dataclasses

import pytest
import torch

from fastface_core.engine import device
from fastface_core.errors import DeviceError
from fastface_core.settings import Memory


def test_the_cpu_is_always_offered_and_every_offer_can_be_chosen() -> None:
    offered = device.offered()
    assert offered[-1] == ("cpu", "CPU")
    for name, title in offered:
        assert device.choose(name).name == title


@pytest.mark.parametrize("memory", ["automatic", "saving", "fast"])
def test_on_the_cpu_the_choice_changes_nothing(memory: Memory) -> None:
    assert device.choose("cpu", memory=memory) == device.choose("cpu")


def test_saving_makes_one_picture_at_a_time() -> None:
    saving = dataclasses.replace(device.choose("cpu"), torch_device=torch.device("cuda"), memory="saving")
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
    assert found.memory == memory
    assert found.images_at_once(512, 512, 4) >= 1
    assert ("cuda:0", found.name) in device.offered()
