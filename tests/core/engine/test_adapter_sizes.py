"""The adapters in their real sizes, without memory: what is built from a file's shapes takes all of the file."""

import math
from collections.abc import Callable
from typing import get_args

import pytest
import torch
from accelerate import init_empty_weights

from benchmarks import adapter_shapes
from benchmarks.adapter_shapes import State
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.engine.adapters.eva_clip import EvaTower
from fastface_core.engine.adapters.instantid.adapter import Resampler
from fastface_core.engine.adapters.pulid.encoders import IdEncoder, IdFormer
from fastface_core.models.catalogue import Catalogue
from tests.core.tiny_models import real_unet


@pytest.mark.parametrize(
    ("make", "shapes", "tokens"),
    [
        (Resampler, adapter_shapes.instantid, 16),
        (IdEncoder, adapter_shapes.id_encoder, 10),
        (IdFormer, adapter_shapes.id_former, 32),
    ],
)
def test_an_encoder_takes_all_of_its_file(
    make: Callable[[State], torch.nn.Module], shapes: Callable[[], State], tokens: int
) -> None:
    state = shapes()
    with init_empty_weights():
        module = make(state)
    module.load_state_dict(state, assign=True)
    found = module.latents.shape[1] if isinstance(module, Resampler) else module.tokens
    assert found == tokens


@pytest.mark.parametrize("kind", get_args(AdapterKind))
def test_the_shapes_are_those_of_the_published_file(kind: AdapterKind) -> None:
    """Their numbers, in the type of the file, come to its size but for its header."""
    state, dtype = adapter_shapes.file_of(kind, real_unet())
    numbers = sum(value.numel() for value in state.values())
    (component,) = (one for one in Catalogue.load().components if one.role == "adapter" and one.kind == kind)
    assert numbers * dtype.itemsize == pytest.approx(component.bytes_total, rel=1e-3)


def test_the_tower_is_that_of_the_published_file() -> None:
    tower = EvaTower.of(adapter_shapes.tower())
    assert (tower.side, tower.grid, tower.head_size) == (336, 24, 64)
    assert sum(math.prod(one.shape) for one in tower.parameters()) == pytest.approx(304.4e6, rel=1e-3)
