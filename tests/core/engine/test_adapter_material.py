"""What adapters look at beside the aligned face: cut from photos, and kept with them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers.models.attention_processor import Attention
from PIL import Image
from torch import Tensor

from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import Face, FaceQuality, PhotoChoice
from fastface_core.domain.photo_weights import by_quality, in_effect, weighed
from fastface_core.domain.request import RecipePhoto
from fastface_core.engine.attention import Attended, FaceAttention
from fastface_core.engine.conditioning import face_tokens
from fastface_core.engine.cut_out import cut_out, grey_face, kept
from fastface_core.engine.detectors import InsightFaces
from fastface_core.engine.drawing.picture import Drawing, reference
from fastface_core.engine.face_memory import FaceMemory
from fastface_core.engine.head_crop import head_crop
from fastface_core.engine.joining import Joining
from fastface_core.engine.references import alike, merged_view, views_of
from fastface_core.library.people.files import Reading, reading_from_bytes, reading_to_bytes
from tests.core.adapter_pack import face, loaded, person
from tests.core.library.test_twin_library import TWIN
from tests.core.tiny_faces import PACK, PEOPLE, drawn


def seen_by(kind: AdapterKind, photo: Path) -> Face:
    memory = FaceMemory(InsightFaces(PACK), traits=TRAITS[kind])
    return memory.identify([PhotoChoice(photo)]).photos[0].face


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.fromarray(drawn(640, 480, (260, 120, 128, PEOPLE[2]))).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_a_photo_is_read_for_what_the_adapter_needs_and_no_more(photo: Path) -> None:
    plain, raw, head, cut = (seen_by(kind, photo) for kind in ("faceid", "instantid", "plus-face", "pulid-v1"))
    assert plain.frame == (640, 480)
    assert (plain.length, plain.head, plain.cut_out) == (None, None, None)
    for one in (raw, cut):
        assert one.length is not None
        assert one.view.raw is not None
        assert np.linalg.norm(one.view.raw) == pytest.approx(one.length, rel=1e-5)
        np.testing.assert_array_equal(one.embedding, plain.embedding)
    assert head.head is not None
    assert head.head.shape == (224, 224, 3)
    assert head.cut_out is None
    assert cut.cut_out is not None
    assert cut.cut_out.shape == (512, 512, 4)
    assert set(np.unique(cut.cut_out[..., 3])) <= {0, 255}


@pytest.fixture(scope="module")
def somebody() -> Drawing:
    """A drawn face: the mesh sees it as it sees a photo's."""
    return reference(TWIN, 512)


def box_of(points: np.ndarray) -> tuple[float, float, float, float]:
    left, top = points.min(0) - np.ptp(points, axis=0) * [0.5, 0.9]
    right, bottom = points.max(0) + np.ptp(points, axis=0) * 0.5
    return float(left), float(top), float(right), float(bottom)


def test_the_face_is_cut_out_of_what_is_around_it(somebody: Drawing) -> None:
    found = cut_out(somebody.image, somebody.points, box_of(somebody.points))
    assert found is not None
    face_there = found[..., 3] > 0
    # Eyes, nose and mouth where the template has them; corners, and what lies below the chin, are not the face.
    for x, y in ((193, 240), (319, 240), (256, 314), (256, 371), (256, 170)):
        assert face_there[y, x], (x, y)
    assert not face_there[500:, :40].any()
    assert not face_there[500:, 470:].any()
    assert 0.15 < face_there.mean() < 0.85
    grey = grey_face(found[..., :3], face_there)
    assert (grey[~face_there] == 1).all()
    assert (grey[..., 0] == grey[..., 2]).all()


def test_hair_and_glasses_belong_to_the_face_ears_and_neck_do_not() -> None:
    labels = np.arange(19, dtype=np.uint8)
    assert set(labels[kept(labels)]) == {1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 17}


def test_points_without_a_size_cut_nothing_out(somebody: Drawing) -> None:
    assert cut_out(somebody.image, np.full((5, 2), 100, np.float32), (90, 90, 110, 110)) is None


def test_the_head_is_shown_with_room_and_level(somebody: Drawing) -> None:
    upright = head_crop(somebody.image, somebody.points)
    turned = np.ascontiguousarray(np.rot90(somebody.image))
    # Turned to the left: what was at (x, y) is at (y, width - 1 - x).
    points = np.column_stack([somebody.points[:, 1], somebody.image.shape[1] - 1 - somebody.points[:, 0]])
    again = head_crop(turned, points.astype(np.float32))
    assert np.abs(upright[40:-40, 40:-40].astype(int) - again[40:-40, 40:-40]).mean() < 3
    assert upright.shape == (224, 224, 3)


def test_what_was_cut_is_kept_with_the_photo() -> None:
    whole = person(1, 2)
    first, second = whole.photos
    bare = replace(second.face, length=None, head=None, cut_out=None, frame=None)
    photos = (first, replace(second, face=bare))
    reading = Reading("model", 0.2, {(one.sha256, one.face_index): one for one in photos})
    one, other = reading_from_bytes(reading_to_bytes(reading)).faces.values()
    assert (one.face.length, one.face.frame) == (first.face.length, first.face.frame)
    for name in ("head", "cut_out"):
        np.testing.assert_array_equal(getattr(one.face, name), getattr(first.face, name))
    assert (other.face.length, other.face.head, other.face.cut_out, other.face.frame) == (None, None, None, None)


def test_several_photos_are_told_as_the_adapter_wants_them() -> None:
    somebody = person(1, 2, 3)
    for several in ("side-by-side", "fused", "tokens"):
        views, shares = views_of(somebody, several)
        assert len(views) == len(shares) == 3
        assert sum(shares) == pytest.approx(1)
    ((merged,), (share,)) = views_of(somebody, "embedding")
    assert share == 1
    np.testing.assert_array_equal(merged.embedding, somebody.embedding)
    raws = [raw for raw in (face(seed).view.raw for seed in (1, 2, 3)) if raw is not None]
    assert merged.raw is not None
    np.testing.assert_allclose(merged.raw, np.mean(raws, axis=0), rtol=1e-5)
    assert merged_view(person(4)).cut_out is not None


def test_a_photo_counts_as_much_as_is_said() -> None:
    somebody = person(1, 2, 3)
    same = weighed(somebody, (1, 1, 1))
    np.testing.assert_allclose(same.embedding, somebody.embedding, atol=1e-6)
    without = weighed(somebody, (1, 0, 3))
    assert len(without.photos) == 3  # it stays one of the photos
    views, shares = views_of(without, "side-by-side")
    assert [view.points for view in views] == [somebody.photos[0].face.points, somebody.photos[2].face.points]
    assert shares == (0.25, 0.75)
    expected = face(1).embedding + 3 * face(3).embedding
    np.testing.assert_allclose(without.embedding, expected / np.linalg.norm(expected), atol=1e-6)
    assert without.crop is somebody.photos[2].face.crop
    only = merged_view(weighed(somebody, (0, 1, 0)))
    np.testing.assert_allclose(only.embedding, face(2).embedding, atol=1e-6)
    assert not alike(somebody, without)
    assert alike(somebody, same)
    for wrong in ((1, 1), (0, 0, 0), (1, -1, 1)):
        with pytest.raises(ValueError, match="weight"):
            weighed(somebody, wrong)
    assert RecipePhoto.of(same.photos[0]).weight is None
    assert RecipePhoto.of(without.photos[1]).weight == 0


def test_photos_that_are_fused_count_as_much_as_is_said() -> None:
    parts = loaded("pulid-v1.1")
    first, second = (one.face.view for one in person(1, 2).photos)

    def fused(*weights: float) -> Tensor:
        return face_tokens(parts, weighed(person(1, 2), weights)).face

    published = parts.adapter.project(first, second)
    assert fused(1, 1).equal(published.to(fused(1, 1).dtype))
    # Nearly alone, a photo is what it is twice: both places are its own.
    torch.testing.assert_close(fused(1, 1e-7), parts.adapter.project(first, first), atol=1e-4, rtol=0)
    half, more = ((fused(*weights) - published).abs().max() for weights in ((2, 1), (8, 1)))
    assert 1e-4 < half < more
    assert face_tokens(parts, weighed(person(1, 2), (0, 1))).face.equal(parts.adapter.project(second))


def test_better_photos_count_more() -> None:
    good = FaceQuality(size=400, sharpness=900, yaw=0, pitch=0, roll=0, agreement=0.8, brightness=0.5)
    worse = [
        replace(good, size=70),
        replace(good, sharpness=40),
        replace(good, yaw=40),
        replace(good, pitch=-30),
        replace(good, agreement=0.3),
    ]
    weights = by_quality([good, *worse])
    assert weights[0] == 1
    assert all(0.1 <= weight < 0.8 for weight in weights[1:])
    assert by_quality([good, good]) == (1, 1)
    hopeless = replace(good, size=0, sharpness=0, agreement=-1)
    assert by_quality([good, hopeless]) == (1, 0.1)
    somebody = weighed(person(1, 2))
    assert {photo.weight for photo in somebody.photos} == {1.0}


@torch.inference_mode()
@pytest.mark.parametrize("kind", ["faceid", "pulid-v1.1"])
def test_photos_are_told_in_each_way(kind: AdapterKind) -> None:
    parts, somebody = loaded(kind), weighed(person(1, 2), (1, 3))
    adapter = parts.adapter
    each = [adapter.project(face(seed).view) for seed in (1, 2)]
    mean = face_tokens(parts, somebody, "tokens")
    torch.testing.assert_close(mean.face, each[0] / 4 + each[1] * 3 / 4)
    assert mean.nobody.shape == mean.face.shape
    beside = face_tokens(parts, somebody, "side-by-side")
    torch.testing.assert_close(beside.face, torch.cat(each, dim=1))
    torch.testing.assert_close(beside.nobody, torch.cat([adapter.nobody()] * 2, dim=1))
    together = face_tokens(parts, somebody, "embedding")
    torch.testing.assert_close(together.face, adapter.project(merged_view(somebody)))


@torch.inference_mode()
@pytest.mark.parametrize("zeros", [0, 3])
def test_tokens_side_by_side_count_as_their_photos_do(zeros: int) -> None:
    parts = loaded("faceid-portrait")
    alike = face_tokens(parts, person(1, 2), "side-by-side")
    uneven = face_tokens(parts, weighed(person(1, 2), (1, 3)), "side-by-side")
    assert alike.bias is None
    assert uneven.bias is not None
    assert uneven.face.equal(alike.face)
    count = uneven.face.shape[1] // 2
    torch.testing.assert_close(uneven.bias.exp(), torch.tensor([0.5, 1.5]).repeat_interleave(count))
    # A layer whose logits are all the same: what a token gets is then what it counts for.
    layer = Attention(query_dim=64, cross_attention_dim=64, heads=2, dim_head=32)
    attention = FaceAttention(torch.zeros(64, 64), torch.eye(64), 2 * count, "up")
    attention.scale[:] = [1.0]
    attention.joining = Joining(zeros)
    shown: list[Tensor] = []
    attention.watch = lambda before, _after: shown.append(before)
    attended = Attended((torch.zeros(1, 3, 64), [uneven.face]), None, (uneven.bias,))
    attention(layer, torch.randn(1, 6, 64), attended)
    (found,) = shown
    tokens = 2 * count
    torch.testing.assert_close(found.sum(-1), torch.full(found.shape[:-1], tokens / (tokens + zeros)))
    torch.testing.assert_close(found[..., count:].sum(-1), 3 * found[..., :count].sum(-1))


def test_photos_weighed_by_hand_and_by_quality() -> None:
    good = face(1).quality
    poor = replace(good, sharpness=good.sharpness / 10)
    assert in_effect([None, 2.0, None], [good, good, None], weigh=False) == (1, 2, 1)
    by_quality_alone = in_effect([None, None, None], [good, poor, None], weigh=True)
    assert by_quality_alone[0] == by_quality_alone[2] == 1 > by_quality_alone[1]
    assert in_effect([None, 2.0], [good, poor], weigh=True) == (1, 2)
