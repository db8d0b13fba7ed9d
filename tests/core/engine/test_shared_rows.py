"""What two branches have in common is computed once, and gives what it gave twice."""

from contextlib import nullcontext
from typing import Any

import pytest
import torch

from benchmarks import random_sdxl
from fastface_core.domain.branches import Branch
from fastface_core.engine import sampler
from fastface_core.engine.device import choose
from fastface_core.engine.engine import Engine
from fastface_core.engine.shared_rows import SharedRows, shared
from fastface_core.memory_plans import MemoryPlan
from tests.core.engine.test_memory_plans import engine, pictures


@pytest.fixture(scope="module")
def tiny() -> Engine:
    return engine(MemoryPlan("resident", 0))


@pytest.mark.parametrize("images", [1, 2])
def test_outputs_are_the_same_with_fewer_rows(images: int) -> None:
    """Of a block with several outputs, a resnet with a time, and an attention that is called by names."""
    unet: Any = random_sdxl.build(random_sdxl.TINY, choose("cpu", "float32")).unet
    generator = torch.Generator().manual_seed(0)

    def branches(*shape: int) -> torch.Tensor:
        one = torch.randn(images, 2, *shape, generator=generator)
        return torch.stack([one[:, 0], one[:, 0], one[:, 1]], dim=1).flatten(0, 1)

    first, second = unet.down_blocks[0], unet.down_blocks[1]
    attention = second.attentions[0].transformer_blocks[0].attn1
    channels, width = first.resnets[0].in_channels, attention.to_q.in_features
    states, hidden, times = (
        branches(channels, 8, 8),
        branches(16, width),
        branches(first.resnets[0].time_emb_proj.in_features),
    )
    rows: list[int] = []
    hooks = [
        module.register_forward_pre_hook(lambda _module, inputs: rows.append(len(inputs[0])))
        for module in (first.resnets[0].conv1, attention.to_q)
    ]
    found: list[list[torch.Tensor]] = []
    with torch.inference_mode(), shared(unet) as sharing:
        steps: tuple[tuple[Branch, ...], ...] = (("i", "t"), ("u", "i", "t"))
        for used in steps:
            sharing.set_step(used)
            output, skipped = first(hidden_states=states, temb=times)
            found.append([output, *skipped, attention(hidden, encoder_hidden_states=None)])
    for hook in hooks:
        hook.remove()
    assert rows == [3 * images] * 2 + [2 * images] * 2
    for whole, few in zip(*found, strict=True):
        assert whole.shape == few.shape
        assert torch.allclose(whole, few, atol=1e-6)
    assert not any("forward" in vars(module) for module in unet.modules())


@pytest.mark.parametrize(("used", "expected"), [(("u", "i"), 2), (("u", "t"), 0), (("i", "t"), 0), (("t",), 0)])
def test_only_the_two_that_differ_by_the_face_alone_share(used: tuple[Branch, ...], expected: int) -> None:
    rows = SharedRows()
    rows.set_step(used)
    assert rows.branches == expected


def test_pictures_are_the_same(tiny: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = pictures(tiny)
    monkeypatch.setattr(sampler, "shared", lambda _unet: nullcontext(SharedRows()))
    (expected,) = pictures(tiny)
    assert abs(found - expected).max() <= 1
