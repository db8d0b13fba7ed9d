"""What stays on a GPU: the plan that is chosen, and that none changes a picture."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks import random_sdxl
from fastface_core import footprint, memory_plans
from fastface_core.domain.request import Computed, PortraitRequest
from fastface_core.engine import device, lora, series, strips
from fastface_core.engine.device import Device
from fastface_core.engine.engine import Engine
from fastface_core.engine.residence import Visitors
from fastface_core.engine.ways import Ways
from fastface_core.errors import DeviceError, OutOfMemoryError
from fastface_core.memory_plans import MemoryPlan
from fastface_core.models import installed
from fastface_core.presets.files import find
from fastface_core.settings import Memory
from tests.core.engine.test_memory import full_size, write

GIB = 1 << 30
CPU = torch.device("cpu")
RESIDENT = MemoryPlan("resident", 0)
STRIPS = MemoryPlan("strips", 0)


@pytest.fixture
def sdxl(tmp_path: Path) -> footprint.Checkpoint:
    return full_size(tmp_path)


# What is free on cards of 4, 6, 8, 10, 12, 16 and 24 GB, with a desktop on them.
@pytest.mark.parametrize(
    ("memory", "free", "name"),
    [
        ("automatic", 3.3, "streamed"),
        ("automatic", 5.3, "streamed"),
        ("automatic", 7.5, "strips"),
        ("automatic", 9.3, "apart"),
        ("automatic", 11.3, "resident"),
        ("automatic", 15.2, "resident"),
        ("saving", 23.0, "strips"),
        ("saving", 5.3, "streamed"),
        ("fast", 5.3, "resident"),
    ],
)
def test_the_largest_plan_that_fits_is_taken(
    sdxl: footprint.Checkpoint, memory: Memory, free: float, name: str
) -> None:
    card = Device(torch.device("cuda"), torch.float16, "A card", memory)
    plans = [found.plan for found in device.with_plans(card, sdxl, round(free * GIB))]
    assert plans[0].name == name
    # What follows, for when memory runs out all the same, needs less and less.
    assert [one.needed for one in plans] == sorted((one.needed for one in plans), reverse=True)
    if memory != "fast":
        assert plans[0].needed + memory_plans.MARGIN <= free * GIB


# The recommended limits of Apple's GPUs with 8, 16 and 24 GB.
@pytest.mark.parametrize(("limit", "name"), [(5.3, "streamed"), (10.7, "apart"), (16.0, "resident")])
def test_apple_gpus_have_plans_too(sdxl: footprint.Checkpoint, limit: float, name: str) -> None:
    mac = Device(torch.device("mps"), torch.float16, "Apple GPU")
    assert device.with_plans(mac, sdxl, round(limit * GIB))[0].plan.name == name


def test_what_the_streamed_plan_keeps_of_the_unet_is_what_is_free(sdxl: footprint.Checkpoint) -> None:
    size = footprint.of(sdxl)
    small, large = (memory_plans.plans(size, 2, round(room * GIB))[-2] for room in (4.5, 5.5))
    assert small.unet_stays is not None
    assert large.unet_stays is not None
    assert large.unet_stays - small.unet_stays == GIB
    assert 0 < small.unet_stays < size.unet * 2


def test_one_sentence_where_none_fits(sdxl: footprint.Checkpoint) -> None:
    card = Device(torch.device("cuda"), torch.float16, "A card")
    with pytest.raises(DeviceError, match=r"Full needs at least .* GB of the GPU's memory, and 1[.]5 GB are free"):
        device.with_plans(card, sdxl, round(1.5 * GIB))
    # The starter stays.
    assert device.with_plans(card, installed.starter(), round(1.5 * GIB))[0].plan.name == "resident"


def test_the_parts_of_an_adapters_file_are_told_apart(tmp_path: Path) -> None:
    checkpoint = full_size(tmp_path)
    shapes = {
        "image_proj.norm.weight": (10,),
        "ip_adapter.1.to_k_ip.weight": (20, 2),
        "ip_adapter.0.to_q_lora.up": (5,),
    }
    write(checkpoint.adapter.weights, shapes)
    found = footprint.of(checkpoint)
    assert (found.adapter, found.lora, found.encoders[-1]) == (40, 5, 10)


# ---- Decoding in strips


@pytest.mark.parametrize("size", [1 << 8, 1 << 13, 1 << 25])
def test_a_picture_in_strips_has_no_seams(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one row, of a few, and of all: what differs is rounding."""
    vae = random_sdxl.build(random_sdxl.TINY, device.choose("cpu", "float32")).vae
    latents = torch.randn(1, 4, 9, 7, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        (whole,) = vae.decode(latents, return_dict=False)  # type: ignore[reportArgumentType]
        monkeypatch.setattr(strips, "_STRIP_BYTES", size)
        strips.set_strips(vae, True)
        (found,) = vae.decode(latents, return_dict=False)  # type: ignore[reportArgumentType]
        strips.set_strips(vae, False)
        (again,) = vae.decode(latents, return_dict=False)  # type: ignore[reportArgumentType]
    assert float((found - whole).abs().max()) < 1e-5 * float(whole.abs().max())
    assert torch.equal(again, whole)


# ---- What waits in main memory


def engine(plan: MemoryPlan, *smaller: MemoryPlan) -> Engine:
    found = Engine("cpu", "float32")
    found._ways = Ways([replace(found.device, plan=one) for one in (plan, *smaller)])  # pyright: ignore[reportPrivateUsage]
    found._parts = random_sdxl.build(random_sdxl.TINY, found.device)  # pyright: ignore[reportPrivateUsage]
    return found


def pictures(found: Engine, count: int = 1) -> list[NDArray[np.int16]]:
    request = PortraitRequest(
        prompt="a portrait",
        negative_prompt="blurry",
        preset=find("fastface-scale-power"),
        seed=0,
        count=count,
        width=64,
        height=64,
    )
    return [np.asarray(one.image, np.int16) for one in found.generate(request, random_sdxl.somebody()).pictures]


@pytest.fixture(scope="module")
def expected() -> NDArray[np.int16]:
    return pictures(engine(RESIDENT))[0]


@pytest.mark.parametrize(
    "plan", [MemoryPlan("apart", 0), MemoryPlan("streamed", 0, 0), MemoryPlan("streamed", 0, 200_000)]
)
def test_every_plan_makes_the_same_picture(plan: MemoryPlan, expected: NDArray[np.int16]) -> None:
    found = engine(plan)
    (picture,) = pictures(found)
    # Strips round in another order.
    assert np.abs(picture - expected).max() <= (1 if plan.in_strips else 0)
    for visitors in found.loaded.residence._visitors:  # pyright: ignore[reportPrivateUsage]
        assert not visitors._here  # pyright: ignore[reportPrivateUsage]
    assert np.array_equal(pictures(found)[0], picture)


def test_where_loras_have_no_room_they_go_along_with_what_is_streamed(
    expected: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lora, "_room_for", lambda _weights: False)
    (picture,) = pictures(engine(MemoryPlan("streamed", 0, 0)))
    assert np.abs(picture - expected).max() <= 1


def test_memory_that_runs_out_leads_to_the_next_plan(
    expected: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = engine(RESIDENT, MemoryPlan("apart", 0), MemoryPlan("streamed", 0, 0))
    left = iter([True, False, True])
    real = series.sample

    def short(*arguments: object) -> torch.Tensor:
        if next(left, False):
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(*arguments)  # type: ignore[reportArgumentType]

    monkeypatch.setattr(series, "sample", short)
    (picture,) = pictures(found)
    # The LoRA's second weights are given up: what it adds is rounded in another order.
    assert np.abs(picture - expected).max() <= 1
    assert found.device.plan.name == "apart"
    pictures(found)
    assert found.device.plan.name == "streamed"


def test_where_the_last_plan_fails_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_arguments: object) -> torch.Tensor:
        raise RuntimeError("MPS backend out of memory (MPS allocated: 9.00 GB)")

    monkeypatch.setattr(series, "sample", short)
    found = engine(RESIDENT, STRIPS)
    with pytest.raises(OutOfMemoryError, match="not enough memory for this picture"):
        pictures(found)
    assert found.device.plan == STRIPS


def test_a_call_that_fails_leaves_nothing_on_the_device() -> None:
    layers = torch.nn.ModuleList(torch.nn.Linear(3, 3) for _ in range(3))

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = layers
            self.fail = False

        def forward(self, values: torch.Tensor) -> torch.Tensor:
            for index, layer in enumerate(self.layers):
                if self.fail and index == 1:
                    raise ValueError("stop")
                values = layer(values)
            return values

    network = Network()
    homes = [weight.data_ptr() for weight in network.parameters()]
    values = torch.ones(1, 3)
    before = network(values)
    visitors = Visitors(list(layers), CPU, network)
    assert torch.equal(network(values), before)
    network.fail = True
    with pytest.raises(ValueError, match="stop"):
        network(values)
    assert [weight.data_ptr() for weight in network.parameters()] == homes
    assert not visitors._here  # pyright: ignore[reportPrivateUsage]
    visitors.end()
    network.fail = False
    assert torch.equal(network(values), before)


def test_a_recipe_says_how_it_was_computed_and_another_batch_differs_by_rounding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = PortraitRequest(
        prompt="a portrait", preset=find("fastface-scheduled-softmask"), seed=0, count=3, width=64, height=64
    )
    found = engine(RESIDENT)
    alone = found.generate(request, random_sdxl.somebody()).pictures
    monkeypatch.setattr(Device, "images_at_once", lambda *_: 3)
    together = found.generate(request, random_sdxl.somebody()).pictures
    for one, other in zip(alone, together, strict=True):
        assert one.recipe.computed == Computed(together=1, plan="resident")
        assert other.recipe.computed == Computed(together=3, plan="resident")
        assert np.abs(np.asarray(one.image, np.int16) - np.asarray(other.image, np.int16)).max() <= 1


def test_what_is_kept_in_float32_counts_so(sdxl: footprint.Checkpoint) -> None:
    pulid = sdxl.model_copy(update={"adapter": sdxl.adapter.model_copy(update={"kind": "pulid-v1"})})
    half, whole = footprint.of(sdxl), footprint.of(pulid)
    texts, own = half.encoders[:2], half.encoders[2:]
    assert whole.adapter_bytes(2) == 2 * half.adapter_bytes(2) == whole.adapter_bytes(4)
    assert whole.encoder_bytes(2) == (*(2 * one for one in texts), *(4 * one for one in own))
    more = memory_plans.plans(whole, 2, 12 * GIB)[0].needed - memory_plans.plans(half, 2, 12 * GIB)[0].needed
    assert more == 2 * (half.adapter + sum(own))
    assert whole.main_memory(4) == half.main_memory(4)
