"""The kernels of the identity attention: run number by number on the CPU, they give what the reference gives."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from diffusers.models.attention_processor import Attention as Layer
from torch._subclasses.fake_tensor import FakeTensorMode

from fastface_core.domain.presets import Attention, Power, Scale, Softmask
from fastface_core.engine import fused
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.fused import Chain
from fastface_core.engine.transforms import MapTransform
from fastface_core.presets.files import built_in

PRESETS = built_in()


def chain_of(settings: Attention | None, step: int = 0) -> Chain | None:
    assert settings is not None
    return Chain.of(MapTransform(settings, "down", step, 4))


def test_a_chain_has_the_numbers_of_its_step() -> None:
    assert chain_of(PRESETS["scale-power"].attention) == Chain(False, None, None, 0, 1.3, 1.55, 10, 0, True)
    flagship = PRESETS["fastface-scheduled-softmask"].attention
    assert chain_of(flagship) == Chain(True, 7.5, 0.65, 0.5, None, 1, 10, 0.7, True)
    assert chain_of(flagship, 1) == Chain(True, 5, 0.65, 0.5, None, 1.55, 10, 0.7, True)


@pytest.mark.parametrize(
    "settings",
    [
        Attention(transforms=(Scale(), Power())),
        Attention(transforms=(Scale(), Scale())),
        Attention(transforms=(Power(), Softmask())),
        Attention(transforms=(Power(exponent=-1.0),)),
        Attention(transforms=(Scale(),), tokens=(1, 2)),
    ],
)
def test_what_no_kernel_was_written_for_is_left_to_the_reference(settings: Attention) -> None:
    assert chain_of(settings) is None


def test_a_device_without_a_compiler_goes_without() -> None:
    assert not fused.available(torch.device("cpu"))


def test_what_was_the_end_of_the_gpu_is_tried_twice(tmp_path: Path) -> None:
    calls: list[int] = []

    def check(error: Exception | None = None) -> bool:
        calls.append(1)
        if error is not None:
            raise error
        return True

    folder = tmp_path / "kernels"
    assert not fused.tried(lambda: check(RuntimeError("no compiler")), folder)
    assert fused.tried(check, folder)
    assert not list(folder.iterdir())
    lost = torch.AcceleratorError("CUDA error: an illegal memory access was encountered")
    assert not any(fused.tried(lambda: check(lost), folder) for _ in range(3))
    assert len(calls) == 4
    assert not fused.tried(check, folder)


def test_shapes_are_known_without_computing() -> None:
    chain = chain_of(PRESETS["fastface-scheduled-softmask"].attention)
    assert chain is not None
    with FakeTensorMode():
        query, key = torch.empty(3, 50, 2, 16).transpose(1, 2), torch.empty(3, 2, 4, 16)
        found = chain.attend(query, query, key, key, 0.8, 3)
    assert found.shape == query.shape
    assert found.stride() == query.stride()


def agree() -> bool:
    return fused.agrees(torch.device("cpu"), torch.float32, heads=2, queries=21, channels=6)


def agree_in_a_layer() -> None:
    torch.manual_seed(0)
    layer = Layer(query_dim=24, cross_attention_dim=20, heads=3, dim_head=8, bias=True).eval().requires_grad_(False)
    key, value = torch.randn(2, 24, 20)
    ours = FaceAttention(key, value, 4, "up")
    ours.scale[:] = [0.8]
    ours.branches = 3
    given = torch.randn(6, 20, 24), (torch.randn(6, 7, 20), [torch.randn(6, 4, 20)])
    for name in ("fastface-scale-power", "fastface-scheduled-softmask"):
        settings = PRESETS[name].attention
        assert settings is not None
        ours.transform, ours.chain = MapTransform(settings, "up", 1, 4), None
        expected = ours(layer, *given)
        ours.chain = Chain.of(ours.transform)
        torch.testing.assert_close(ours(layer, *given), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton comes with torch for NVIDIA GPUs on Linux")
def test_the_kernels_agree_with_the_reference() -> None:
    # Asked for before it is imported, Triton runs them itself, number by number.
    code = "from tests.core.engine import test_fused; test_fused.agree_in_a_layer(); print(test_fused.agree())"
    environment = os.environ | {"TRITON_INTERPRET": "1"}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "True"
