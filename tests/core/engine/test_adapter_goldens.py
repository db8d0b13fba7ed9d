"""InstantID and PuLID against their published code: whole runs, tokens, pictures, alignment and joining.

The short form of `benchmarks/parity.py` over all published runs.
"""

import json

import numpy as np
import pytest
import torch

from benchmarks import parity, parity_units
from fastface_core.engine.adapters.instantid.keypoints import placed
from fastface_core.engine.adapters.pulid import Pulid
from fastface_core.engine.adapters.pulid.joining import Orthogonal
from fastface_core.engine.cut_out import SIZE, aligned_face
from tests.core.adapter_pack import CASES, loaded

RUNS = sorted(path.stem for path in CASES.glob("*.safetensors") if not path.stem.startswith("units"))
UNITS = sorted(path.stem for path in CASES.glob("units*.safetensors"))
# Ten times what was measured on this code; the tool's own tolerance allows for other processors and libraries.
CLOSE = 2e-4


@pytest.mark.parametrize("name", RUNS)
def test_a_run_of_the_published_code(name: str) -> None:
    content = parity.read_case(CASES / f"{name}.safetensors")
    assert content is not None
    case, tensors = content
    line, _ = parity.compared(loaded(case["adapter"]), case, tensors)
    assert line["passed"], line
    assert line["noise_difference"] == 0
    assert line["max_difference"] < CLOSE
    assert line["tokens_difference"] < 1e-5


@pytest.mark.parametrize("name", UNITS)
def test_single_steps_of_the_published_code(name: str) -> None:
    metadata, tensors = parity.read_file(CASES / f"{name}.safetensors")
    line = parity_units.compared(json.loads(metadata["unit"]), tensors, loaded)
    assert line["passed"], line


def test_what_is_to_be_missed_is_missed() -> None:
    """The two mistakes for which the files hold numbers."""
    _, tensors = parity.read_file(CASES / "units_instantid.safetensors")
    raw = tensors["embedding.0"]
    view = parity.views_of({"width": 64, "height": 64}, {"embedding": raw / raw.norm()})[0]
    wrong = loaded("instantid").adapter.project(view)[0]
    torch.testing.assert_close(wrong, tensors["tokens.0_normalised_wrong"], rtol=0, atol=1e-4)
    assert (wrong - tensors["tokens.0"]).abs().max() > 0.1
    _, tensors = parity.read_file(CASES / "units_pulid_tokens.safetensors")
    assert (tensors["eva_pixels.published"] - tensors["eva_pixels.antialiased"]).abs().max() > 0.1


def test_without_a_text_the_projection_is_nothing() -> None:
    generator = torch.Generator().manual_seed(1)
    query, key = torch.randn((2, 1, 2, 6, 4), generator=generator)
    identity = torch.randn((1, 2, 6, 4), generator=generator)
    for mode in ("v1", "v2"):
        joined = Orthogonal(8, mode).combine(torch.zeros(1, 2, 6, 4), identity, 0.8, query, key)
        torch.testing.assert_close(joined, 0.8 * identity)


@torch.inference_mode()
def test_the_tower_computes_its_own_rotation() -> None:
    """The file's tables are rounded; to read them would be seen."""
    adapter = loaded("pulid-v1.1").adapter
    assert isinstance(adapter, Pulid)
    assert not [name for name, _ in adapter.encoders[0].named_parameters() if "rope" in name]


# ---- Where the pose comes to lie


def test_points_go_with_the_photo() -> None:
    points = np.array([[400, 300], [520, 300], [460, 380], [420, 450], [500, 450]], np.float32)
    # The same shape: scaled, to the last bit for the same size.
    assert placed(points, (1000, 800), 1000, 800) is points
    np.testing.assert_allclose(placed(points, (1000, 800), 500, 400), points / 2)
    # Another shape: the photo fills the picture, the face comes into the middle.
    tall = placed(points, (1000, 800), 400, 800)
    np.testing.assert_allclose(tall[:, 1], points[:, 1])
    np.testing.assert_allclose(tall[:, 0].mean(), 200, atol=1e-3)
    # At the photo's edge there is no more photo to move in.
    left = points - np.array([400, 0], np.float32)
    np.testing.assert_allclose(placed(left, (1000, 800), 400, 800), left)


def test_a_large_photo_is_made_smaller_before_it_is_aligned() -> None:
    random = np.random.default_rng(2)
    small = random.integers(0, 256, (512, 512, 3), dtype=np.uint8)
    photo = small.repeat(4, axis=0).repeat(4, axis=1)
    points = np.array([[200, 220], [310, 215], [260, 290], [215, 350], [305, 345]], np.float32)
    square = aligned_face(photo, points * 4)
    assert square is not None
    assert square.shape == (SIZE, SIZE, 3)
    assert aligned_face(photo, np.zeros((5, 2), np.float32)) is None
