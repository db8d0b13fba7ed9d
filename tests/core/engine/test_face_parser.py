"""The parser of faces: the published network's answers, its file in every form, and what is cut out with it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from benchmarks.adapter_shapes import State, face_parser
from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.identity import PhotoChoice
from fastface_core.engine.cut_out import cut_out, kept
from fastface_core.engine.detectors import InsightFaces
from fastface_core.engine.drawing.picture import reference
from fastface_core.engine.engine import Engine
from fastface_core.engine.face_memory import FaceMemory
from fastface_core.engine.face_parser import FaceParser
from fastface_core.errors import ModelError
from fastface_core.models import installed
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.conversion import to_safetensors
from fastface_core.studio.measuring import model_of
from tests.core.adapter_models import install, photo
from tests.core.adapter_pack import ADAPTERS
from tests.core.library.test_twin_library import TWIN
from tests.core.parser_files import parser_state, tiny_parser
from tests.core.tiny_faces import PACK

(COMPONENT,) = (one for one in Catalogue.load().components if one.role == "parser")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_parser(tmp_path)


def test_it_answers_as_the_published_network() -> None:
    """Numbers of facexlib 0.3.0's BiSeNet with the same weights, of real size."""
    expected = np.load(ADAPTERS.parent / "face_parser.npz")
    picture = np.random.default_rng(2).integers(0, 256, (8, 8, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    state = {name: value for name, value in parser_state(face_parser(), 1).items() if "out16" not in name}
    parser = FaceParser({name: value for name, value in state.items() if "out32" not in name})
    parser.load_state_dict({name: value for name, value in state.items() if "out32" not in name}, assign=True)
    parser.eval()
    np.testing.assert_array_equal(parser.labels(picture), expected["labels"])
    mean, deviation = (np.array(values, np.float32) for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    planes = torch.from_numpy((picture.astype(np.float32) / 255 - mean) / deviation).permute(2, 0, 1)[None]
    with torch.inference_mode():
        logits: torch.Tensor = parser(planes)
    assert np.abs(logits[0, :, ::16, ::16].numpy() - expected["logits"]).max() < 1e-5 * expected["logits"].std()


def test_the_shapes_are_those_of_the_published_file() -> None:
    state = face_parser()
    assert len(state) == 191
    numbers = sum(value.numel() * value.element_size() for value in state.values())
    # What is left is the structure: some 190 bytes a tensor.
    assert 0 < COMPONENT.bytes_total - numbers < 200 * len(state)


@pytest.mark.parametrize("form", ["zipped", "safetensors"])
def test_every_form_of_its_file_is_read(tiny: Path, form: str, tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    expected = FaceParser.load(tiny).labels(picture)
    assert expected.shape == (64, 96)
    assert len(np.unique(expected)) > 2
    state: State = torch.load(tiny, weights_only=True)
    other = tmp_path / ("other.safetensors" if form == "safetensors" else "other.pth")
    if form == "safetensors":
        save_file(state, other)
    else:
        torch.save(state, other)
    np.testing.assert_array_equal(FaceParser.load(other).labels(picture), expected)


def _without(state: State, name: str) -> State:
    return {key: value for key, value in state.items() if key != name}


def test_what_is_no_parser_is_said_by_its_name(tiny: Path, tmp_path: Path) -> None:
    state: State = torch.load(tiny, weights_only=True)
    others = (
        _without(state, "cp.resnet.layer3.1.conv2.weight"),
        _without(state, "ffm.convblk.bn.running_var"),
        state | {"cp.arm16.conv.bn.bias": torch.zeros(5)},
        state | {"conv_out.conv_out.weight": state["conv_out.conv_out.weight"][:11]},
        state | {"cp.resnet.layer1.2.conv1.weight": torch.zeros(4, 4, 3, 3)},
        {"something": torch.zeros(3)},
    )
    for number, other in enumerate(others):
        path = tmp_path / f"parser-{number}.pth"
        torch.save(other, path)
        with pytest.raises(ModelError, match=f"parser-{number}.pth is incomplete or of another form"):
            FaceParser.load(path)
    tiny.write_bytes(tiny.read_bytes()[:500])
    with pytest.raises(ModelError):
        FaceParser.load(tiny)


class _Halves(FaceParser):
    """Skin to the left, clothes to the right."""

    def __init__(self) -> None:
        torch.nn.Module.__init__(self)

    def labels(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        found = np.full(pixels.shape[:2], 16, np.uint8)
        found[:, : pixels.shape[1] // 2] = 1
        return found


def test_the_parser_says_what_is_cut_out() -> None:
    somebody = reference(TWIN, 512)
    left, top = somebody.points.min(0)
    right, bottom = somebody.points.max(0)
    box = (float(left), float(top), float(right), float(bottom))
    stand_in = cut_out(somebody.image, somebody.points, box)
    halves = cut_out(somebody.image, somebody.points, box, _Halves())
    assert stand_in is not None
    assert halves is not None
    np.testing.assert_array_equal(halves[..., :3], stand_in[..., :3])
    assert (halves[:, :256, 3] == 255).all()
    assert not halves[:, 256:, 3].any()


def test_photos_are_cut_out_with_it(tiny: Path, tmp_path: Path) -> None:
    parser = FaceParser.load(tiny)
    memory = FaceMemory(InsightFaces(PACK), traits=TRAITS["pulid-v1"], parser=parser)
    found = memory.identify([PhotoChoice(photo(tmp_path / "photo.png"))]).photos[0].face.cut_out
    assert found is not None
    np.testing.assert_array_equal(found[..., 3] > 0, kept(parser.labels(np.ascontiguousarray(found[..., :3]))))


def test_it_is_used_where_it_is_installed(tmp_path: Path) -> None:
    install(tmp_path)
    without = installed.find("pulid-base", tmp_path)
    assert without.adapter.parser is None
    place = tmp_path / COMPONENT.place
    place.parent.mkdir(parents=True)
    shutil.copy(tiny_parser(tmp_path), place)
    found = installed.find("pulid-base", tmp_path)
    assert found.adapter.parser == place
    assert installed.find("hyper-4", tmp_path).adapter.parser is None
    assert found.terms is not None
    assert without.terms is not None
    assert set(found.terms.licences) - set(without.terms.licences) == {"CelebAMask-HQ, non-commercial"}
    # What was cut out without it, or with another, is cut out again.
    names = {model_of(without), model_of(found)}
    shutil.copy(tiny_parser(tmp_path, seed=2), place)
    assert len(names | {model_of(found)}) == 3

    seen = photo(tmp_path / "photo.png")
    engine = Engine("cpu")
    masks: list[NDArray[np.uint8]] = []
    for checkpoint in (without, found):
        engine.load_faces(checkpoint)
        cut = engine.identify([PhotoChoice(seen)]).photos[0].face.cut_out
        assert cut is not None
        masks.append(cut[..., 3])
    assert not np.array_equal(masks[0], masks[1])


def test_its_file_becomes_safetensors_which_is_then_taken(tiny: Path, tmp_path: Path) -> None:
    """The published file has torch's older form."""
    assert COMPONENT.conversion == "safetensors"
    install(tmp_path)
    place = (tmp_path / COMPONENT.place).with_suffix(".safetensors")
    place.parent.mkdir(parents=True)
    to_safetensors(tiny, place)
    found = installed.find("pulid-lightning-4", tmp_path).adapter.parser
    assert found is not None
    assert found == place
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    np.testing.assert_array_equal(FaceParser.load(found).labels(picture), FaceParser.load(tiny).labels(picture))
