"""Several people in one picture: each within their region, exactly, in attention, guidance, control and likeness."""

import base64
import zlib
from typing import get_args

import numpy as np
import pytest
import torch
from diffusers.models.attention_processor import Attention
from pydantic import ValidationError
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.drawn_regions import GRID, LONGEST_TEXT, cells_of, packed
from fastface_core.domain.places import Place, Placed, drawn_place, in_words, moved, side_by_side, word_of
from fastface_core.domain.presets import Preset
from fastface_core.domain.standing import Standing, as_they_stand
from fastface_core.engine.adapters import in_unet
from fastface_core.engine.adapters.instantid.keypoints import within
from fastface_core.engine.attention import Attended, FaceAttention
from fastface_core.engine.conditioning import condition, controls, face_tokens
from fastface_core.engine.matching import assigned
from fastface_core.engine.regions import Regions, coverage, grid_of
from fastface_core.engine.sampler import Sampling, generators_for, sample
from fastface_core.engine.schedulers import Scheduler
from fastface_core.engine.transforms import MapTransform
from fastface_core.presets.files import built_in
from fastface_core.progress import CancelToken
from tests.core.adapter_pack import loaded, person

KINDS: tuple[AdapterKind, ...] = get_args(AdapterKind)
CPU = torch.device("cpu")
HIDDEN, TEXT, HEADS, TOKENS = 24, 20, 3, 4
LATENT = (8, 12)
PLACES = side_by_side(2)


# ---- Places


def test_places_in_words() -> None:
    left, right = in_words(["left", "right"])
    assert (left.left, left.right, right.left, right.right) == (0, 0.5, 0.5, 1)
    thirds = in_words(["Center", "right", "left"])
    assert [place.left for place in thirds] == pytest.approx([1 / 3, 2 / 3, 0])
    (drawn,) = in_words(["10, 0,60,100"])
    assert (drawn.left, drawn.top, drawn.right, drawn.bottom) == (0.1, 0, 0.6, 1)
    for wrong in ("middle", "1,2,3", "0,0,5,100", "0,0,150,100"):
        with pytest.raises(ValueError, match=r"place|less than|percent"):
            in_words([wrong])


@pytest.mark.parametrize("soft", [0.0, 0.1, 0.5])
@pytest.mark.parametrize(("height", "width"), [(128, 96), (8, 12), (1, 2)])
def test_neighbours_share_their_edge(soft: float, height: int, width: int) -> None:
    columns = [Placed(place=place.model_copy(update={"soft": soft})) for place in side_by_side(3)]
    masks = Regions(columns, (height, width), CPU).masks(height, width)
    torch.testing.assert_close(masks.sum(0), torch.ones(height, width))


def test_a_region_fades_at_its_edges_and_ends() -> None:
    covered = coverage(Place(left=0.25, top=0.5, right=0.75, soft=0.1), 100, 100)
    row = covered[99]
    assert row[30:70].eq(1).all()
    assert torch.cat([row[:20], row[80:]]).eq(0).all()
    assert 0 < row[22] < row[27] < 1
    assert covered[:45].eq(0).all()
    # The picture's lower edge is no edge of the region.
    assert covered[99, 50] == 1


def test_where_people_overlap_they_share() -> None:
    people = [Placed(place=Place(right=0.8)), Placed(place=Place(left=0.2))]
    masks = Regions(people, (10, 10), CPU).masks(10, 10)
    assert masks.sum(0).le(1 + 1e-6).all()
    assert masks[0, 0, 5] == masks[1, 0, 5] == 0.5
    assert (masks[0, 0, 0], masks[1, 0, 0]) == (1, 0)


def cells(*rects: tuple[int, int, int, int]) -> list[list[bool]]:
    """Drawn within these rectangles of the grid: left, top, right, bottom."""
    return [
        [any(left <= x < right and top <= y < bottom for left, top, right, bottom in rects) for x in range(GRID)]
        for y in range(GRID)
    ]


@pytest.mark.parametrize("soft", [0.0, 0.1, 0.3])
@pytest.mark.parametrize(("height", "width"), [(128, 96), (64, 64), (38, 28), (8, 12)])
def test_a_rectangle_that_is_drawn_is_that_rectangle(soft: float, height: int, width: int) -> None:
    place = Place(left=0.25, top=0, right=0.75, bottom=0.625, soft=soft)
    drawn = drawn_place(cells((16, 0, 48, 40)), soft)
    assert drawn.model_copy(update={"drawn": None}) == place
    torch.testing.assert_close(coverage(drawn, height, width), coverage(place, height, width), rtol=0, atol=1e-6)


def test_what_is_drawn_is_a_region_of_any_form() -> None:
    ring = drawn_place(
        [[16**2 > (x - 31.5) ** 2 + (y - 31.5) ** 2 > 8**2 for x in range(GRID)] for y in range(GRID)], soft=0.05
    )
    assert (ring.left, ring.right) == (0.25, 0.75)
    for side in (32, 64, 128):
        covered = coverage(ring, side, side)
        assert covered[side // 2, side // 2] == 0
        assert covered[side // 2, round(side * 0.31)] == 1
        assert covered[0].eq(0).all()
        assert covered.mean() == pytest.approx(np.pi * (16**2 - 8**2) / GRID**2, rel=0.02)


def test_drawn_regions_are_short_and_read_back() -> None:
    lot = np.random.default_rng(1).random((GRID, GRID)) < 0.5
    text = packed(lot.tolist())
    assert len(text) <= LONGEST_TEXT
    assert np.array_equal(np.array(cells_of(text)), lot)
    assert len(packed(cells((10, 10, 40, 60)))) < 60
    # A single short stroke is too little; a thin long one gets a rectangle that has room.
    with pytest.raises(ValueError, match="hundredth"):
        drawn_place(cells((0, 0, 6, 6)))
    thin = drawn_place(cells((63, 0, 64, 64)))
    assert (thin.left, thin.right) == (pytest.approx(0.9), 1)
    too_large = base64.b64encode(zlib.compress(bytes(10_000_000))).decode()
    for wrong in ("", "no", "####", text[:-8], text + "AAAA", base64.b64encode(b"x").decode(), too_large):
        with pytest.raises(ValidationError):
            Place(drawn=wrong)


def test_words_leave_what_is_drawn() -> None:
    drawn = drawn_place(cells((0, 0, 32, 64)))
    assert word_of(drawn) is None
    left, right = side_by_side(2)
    assert moved((drawn, left), 1, "right") == (drawn, right)
    assert moved((drawn, left), 0, "left") == (left, drawn)


@pytest.mark.parametrize("latent", [(128, 128), (152, 104), (15, 11)])
def test_the_grid_of_every_layer(latent: tuple[int, int]) -> None:
    height, width = latent
    for _ in range(3):
        assert grid_of(latent, height * width) == (height, width)
        height, width = (height + 1) // 2, (width + 1) // 2


# ---- One layer


def layer() -> tuple[Attention, FaceAttention]:
    torch.manual_seed(0)
    attention = Attention(query_dim=HIDDEN, cross_attention_dim=TEXT, heads=HEADS, dim_head=HIDDEN // HEADS, bias=True)
    # The output projection mixes channels, not places; none keeps the test about the attention itself.
    generator = torch.Generator().manual_seed(1)
    key, value = torch.randn((2, HIDDEN, TEXT), generator=generator)
    face = FaceAttention(key, value, TOKENS, "up")
    face.scale[:] = [0.8]
    return attention.eval().requires_grad_(False), face


def attended(regions: Regions | None, *tokens: Tensor) -> Attended:
    generator = torch.Generator().manual_seed(2)
    return Attended((torch.randn((3, 7, TEXT), generator=generator), list(tokens)), regions)


def tokens_of(seed: int) -> Tensor:
    return torch.randn((3, TOKENS, TEXT), generator=torch.Generator().manual_seed(seed))


def states() -> Tensor:
    return torch.randn((3, LATENT[0] * LATENT[1], HIDDEN), generator=torch.Generator().manual_seed(3))


PRESETS = ("baseline", "scale-power", "fastface-scheduled-softmask")
DRAWN = (drawn_place(cells((0, 0, 20, 64), (20, 30, 30, 50))), drawn_place(cells((40, 8, 64, 64)), soft=0.2))
"""An L and a column."""


def prepared(name: str) -> tuple[Attention, FaceAttention]:
    attention, face = layer()
    settings = built_in()[name].attention
    face.branches = 3
    face.transform = None if settings is None else MapTransform(settings, "up", 1, 4)
    return attention, face


@pytest.mark.parametrize("places", [PLACES, DRAWN])
@pytest.mark.parametrize("name", PRESETS)
def test_outside_their_region_a_persons_tokens_change_nothing(name: str, places: tuple[Place, Place]) -> None:
    attention, face = prepared(name)
    regions = Regions([Placed(place=place) for place in places], LATENT, CPU)
    first, second, stranger = (tokens_of(seed) for seed in (4, 5, 6))
    before = face(attention, states(), attended(regions, first, second))
    after = face(attention, states(), attended(regions, stranger, second))
    outside = regions.masks(*LATENT)[0].flatten() == 0
    assert 0 < outside.sum() < len(outside)
    assert before[:, outside].equal(after[:, outside])
    assert (before[:, ~outside] - after[:, ~outside]).abs().max() > 1e-3


@pytest.mark.parametrize("places", [PLACES, DRAWN])
@pytest.mark.parametrize("name", PRESETS)
def test_two_people_do_not_leak(name: str, places: tuple[Place, Place]) -> None:
    attention, face = prepared(name)
    people = [Placed(place=place) for place in places]
    regions = Regions(people, LATENT, CPU)
    first, second = tokens_of(4), tokens_of(5)
    both = face(attention, states(), attended(regions, first, second))
    masks = regions.masks(*LATENT).flatten(1)
    # Where one person counts wholly, the picture is as if the other were not there at all.
    for index, (tokens, other) in enumerate([(first, second), (second, first)]):
        off = [
            one if number == index else one.model_copy(update={"strength": 0.0}) for number, one in enumerate(people)
        ]
        nobody_else = face(
            attention,
            states(),
            attended(Regions(off, LATENT, CPU), *((tokens, other) if index == 0 else (other, tokens))),
        )
        own = masks[index] == 1
        assert own.any()
        assert both[:, own].equal(nobody_else[:, own])


@pytest.mark.parametrize("name", PRESETS)
def test_a_region_that_is_everything_is_no_region(name: str) -> None:
    attention, face = prepared(name)
    tokens = tokens_of(4)
    alone = face(attention, states(), attended(None, tokens))
    everywhere = face(attention, states(), attended(Regions([Placed()], LATENT, CPU), tokens))
    torch.testing.assert_close(everywhere, alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", PRESETS)
def test_a_transform_goes_over_the_places_of_the_region_alone(name: str) -> None:
    attention, face = prepared(name)
    # A hard edge: the person's half of the places, as a picture of its own.
    place = Place(right=0.5, soft=0)
    tokens, all_states = tokens_of(4), states()
    found = face(attention, all_states, attended(Regions([Placed(place=place)], LATENT, CPU), tokens))
    own = coverage(place, *LATENT).flatten() == 1
    alone = face(attention, all_states[:, own], attended(None, tokens))
    torch.testing.assert_close(found[:, own], alone, rtol=0, atol=1e-5)


def test_the_maps_that_are_shown_are_those_of_each_in_their_place() -> None:
    attention, face = prepared("scale-power")
    regions = Regions([Placed(place=place) for place in PLACES], LATENT, CPU)
    shown: list[tuple[Tensor, Tensor]] = []
    face.watch = lambda before, after: shown.append((before, after))
    watched = face(attention, states(), attended(regions, tokens_of(4), tokens_of(5)))
    face.watch = None
    assert watched.equal(face(attention, states(), attended(regions, tokens_of(4), tokens_of(5))))
    ((before, after),) = shown
    assert before.shape == after.shape == (1, 3, HEADS, LATENT[0] * LATENT[1], 2 * TOKENS)
    masks = regions.masks(*LATENT).flatten(1)
    for mask, part in zip(masks, before.split(TOKENS, -1), strict=True):
        outside = mask == 0
        assert part[:, :, :, outside].eq(0).all()
        torch.testing.assert_close(part[:, :, :, ~outside].sum(-1), torch.ones(1, 3, HEADS, int((~outside).sum())))


# ---- Pictures


def sampled(
    kind: AdapterKind,
    preset: Preset,
    placed: tuple[Placed, ...],
    *seeds: int,
    steps: int = 2,
    noise: tuple[int, ...] = (3,),
) -> Tensor:
    """Latents of people, who are `person(seed)` each."""
    parts = loaded(kind)
    height, width = (side * parts.vae_factor for side in LATENT)
    with torch.inference_mode(), in_unet(parts.unet, parts.adapter, preset) as attention:
        people = [person(seed) for seed in seeds]
        tokens = [face_tokens(parts, one) for one in people]
        whose = [(one, where.place) for one, where in zip(people, placed, strict=True)]
        job = Sampling(
            unet=parts.unet,
            attention=attention,
            conditioning=condition(parts, "two men", "blurry", *tokens),
            preset=preset,
            own_scale=2.0,
            steps=steps,
            width=width,
            height=height,
            latent_shape=(4, *LATENT),
            controls=controls(parts, whose, preset, width, height),
            regions=Regions(placed, LATENT, CPU),
        )
        scheduler = Scheduler("ddim", parts.scheduler_config, True, steps, CPU)
        return sample(job, scheduler, generators_for(noise), lambda _step, _latents: None, CancelToken())


TWO = tuple(Placed(place=place) for place in PLACES)


@pytest.mark.parametrize("kind", KINDS)
def test_each_adapter_draws_two_people(kind: AdapterKind) -> None:
    preset = built_in()["fastface-scale-power"]
    both = sampled(kind, preset, TWO, 1, 2)
    assert both.isfinite().all()
    assert (sampled(kind, preset, TWO, 1, 3) - both).abs().max() > 1e-3
    # A batch of two is two pictures.
    batch = sampled(kind, preset, TWO, 1, 2, noise=(3, 11))
    torch.testing.assert_close(batch[:1], both, rtol=0, atol=1e-4)


def test_guidance_differs_from_place_to_place() -> None:
    preset = built_in()["baseline"]
    plain = sampled("faceid", preset, TWO, 1, 2, steps=1)
    louder = tuple(one.model_copy(update={"guidance": guidance}) for one, guidance in zip(TWO, (1.0, 2.0), strict=True))
    found = sampled("faceid", preset, louder, 1, 2, steps=1)
    outside = Regions(TWO, LATENT, CPU).masks(*LATENT)[1] == 0
    # After a single step nothing has spread yet.
    torch.testing.assert_close(found[..., outside], plain[..., outside], rtol=0, atol=1e-5)
    assert (found[..., ~outside] - plain[..., ~outside]).abs().max() > 1e-3


def test_poses_stand_in_their_places() -> None:
    parts = loaded("instantid")
    preset = built_in()["baseline"]
    found = controls(
        parts, [(person(seed), place) for seed, place in zip((1, 2), PLACES, strict=True)], preset, 192, 128
    )
    for control, columns in zip(found, (slice(0, 96), slice(96, 192)), strict=True):
        drawn = control.picture[0].sum((0, 1)) > 0
        inside = torch.zeros(192, dtype=torch.bool)
        inside[columns] = True
        assert drawn.any()
        assert not drawn[~inside].any()


def test_a_pose_proposed_from_the_photo_stays_where_it_was() -> None:
    points = np.array([[60, 50], [76, 48], [68, 60], [62, 70], [76, 69]], np.float32)
    (place,) = as_they_stand([Standing(points.tolist(), (192, 256), "photo")], 192 / 256)
    assert np.abs(within(points, place, 192, 256) - points).max() < 0.2
    # Another size of the same shape.
    assert np.abs(within(points, place, 384, 512) - 2 * points).max() < 0.4


# ---- Whose face is whose


def test_each_face_is_one_persons() -> None:
    similarity = np.array([[0.6, 0.5], [0.55, 0.1]], np.float32)
    # The greedy choice, 0.6 and 0.1, is less than 0.5 and 0.55.
    assert assigned(similarity) == pytest.approx((0.5, 0.55))
    assert assigned(np.array([[0.2], [0.7]], np.float32)) == (None, pytest.approx(0.7))
    assert assigned(np.array([[0.2, 0.9, 0.1]], np.float32)) == (pytest.approx(0.9),)
