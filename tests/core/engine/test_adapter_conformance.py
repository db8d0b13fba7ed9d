"""What every face adapter has to keep; a new one that is registered is asked all of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch import Tensor

import fastface_core.engine.adapters as package
from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.attention_maps import Moment
from fastface_core.domain.branches import Branch
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters import ADAPTERS, load_adapter
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.conditioning import face_tokens
from fastface_core.engine.joining import PLAIN
from fastface_core.engine.map_capture import MapCapture
from fastface_core.errors import ModelError
from fastface_core.presets.files import built_in
from fastface_core.progress import Cancelled, CancelToken
from tests.core.adapter_pack import face, files_of, loaded, pack, person
from tests.core.parity_pack import TinyPack
from tests.core.tiny_models import tiny_unet

KINDS: tuple[AdapterKind, ...] = get_args(AdapterKind)
SMALL = (8, 6)
EVERYTHING = built_in()["fastface-scale-power"]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> AdapterKind:
    return request.param


def test_each_kind_is_described_and_registered() -> None:
    assert set(TRAITS) == set(ADAPTERS) == set(KINDS)
    assert all(one.kind == kind for kind, one in ADAPTERS.items())
    assert len({traits.title for traits in TRAITS.values()}) == len(TRAITS)


def test_each_adapter_is_short() -> None:
    folder = Path(package.__file__).parent
    places = [place for place in folder.iterdir() if place.suffix == ".py" or place.is_dir()]
    for place in places:
        files = [place] if place.is_file() else list(place.glob("*.py"))
        assert all(len(file.read_text(encoding="utf-8").splitlines()) <= 300 for file in files), place.name


# ---- Tokens


@torch.inference_mode()
def test_nobody_has_as_many_tokens_as_somebody(kind: AdapterKind) -> None:
    parts = loaded(kind)
    adapter = parts.adapter
    one = face_tokens(parts, person(1))
    assert one.face.shape == one.nobody.shape == (1, adapter.tokens, 64)
    three = face_tokens(parts, person(1, 2, 3))
    assert three.face.shape == three.nobody.shape
    assert three.face.shape[1] == adapter.tokens * (3 if adapter.traits.several == "side-by-side" else 1)
    for tokens in (one, three):
        assert tokens.face.isfinite().all()
        assert (tokens.face - tokens.nobody).abs().max() > 1e-2


@torch.inference_mode()
def test_each_photo_counts(kind: AdapterKind) -> None:
    parts = loaded(kind)
    two, other = (face_tokens(parts, person(1, second)).face for second in (2, 3))
    assert (two - other).abs().max() > 1e-3


@torch.inference_mode()
def test_it_looks_at_what_it_says_it_needs(kind: AdapterKind) -> None:
    adapter = loaded(kind).adapter
    view, stranger = face(1).view, face(2).view
    assert view.raw is not None
    louder = replace(view, raw=view.raw * 2)
    changes: dict[str, tuple[FaceView, bool]] = {
        "embedding": (replace(view, embedding=stranger.embedding), adapter.traits.embedding == "normalised"),
        "length": (louder, adapter.traits.embedding == "raw"),
        "aligned": (replace(view, crop=stranger.crop), adapter.traits.picture == "aligned"),
        "head": (replace(view, head=stranger.head), adapter.traits.picture == "head"),
        "cut-out": (replace(view, cut_out=stranger.cut_out), adapter.traits.picture == "cut-out"),
    }
    tokens = adapter.project(view)
    for name, (changed, matters) in changes.items():
        assert adapter.project(changed).equal(tokens) != matters, name
    assert bool(adapter.encoders) == (adapter.traits.picture is not None)


@torch.inference_mode()
def test_somebody_who_was_given_as_numbers_has_tokens_too(kind: AdapterKind) -> None:
    known = face(1)
    assert loaded(kind).adapter.project(FaceView(known.embedding, known.crop)).isfinite().all()


def test_only_one_with_a_pose_has_a_control_network(kind: AdapterKind) -> None:
    adapter = loaded(kind).adapter
    views = (face(1).view,)
    there = adapter.controlled(views, EVERYTHING, 96, 128)
    assert (adapter.control is not None) == (there is not None) == adapter.traits.pose
    off = EVERYTHING.model_copy(update={"control_strength": 0.0})
    assert adapter.controlled(views, off, 96, 128) is None
    assert adapter.traits.lora or not adapter.has_lora


# ---- Pictures


def sampled(somebody: TinyPack, preset: Preset, *seeds: int, **options: Any) -> Tensor:
    return somebody.sample(preset, seeds=seeds or (3,), steps=2, latent=SMALL, **options)


def test_a_picture_is_the_same_alone_and_in_a_batch(kind: AdapterKind) -> None:
    somebody = pack(kind)
    seeds = (3, 11, 2**53 - 1)
    alone = torch.cat([sampled(somebody, EVERYTHING, seed) for seed in seeds])
    torch.testing.assert_close(sampled(somebody, EVERYTHING, *seeds), alone, rtol=0, atol=1e-4)
    assert (alone[0] - alone[1]).abs().max() > 0.1


def test_everything_of_a_preset_does_something(kind: AdapterKind) -> None:
    somebody = pack(kind)
    plain = sampled(somebody, built_in()["baseline"])
    changed = [built_in()[name] for name in ("scale-power", "scheduled-softmask", "decoupled-guidance")]
    if somebody.parts.adapter.has_lora:
        changed.append(built_in()["baseline"].model_copy(update={"lora_strength": 0.5}))
    if somebody.parts.adapter.traits.pose:
        changed.append(built_in()["baseline"].model_copy(update={"control_strength": 0.4}))
    for preset in changed:
        assert (sampled(somebody, preset) - plain).abs().max() > 1e-3, preset.name


def test_the_face_is_seen_and_without_strength_it_is_not(kind: AdapterKind) -> None:
    one, other = pack(kind), pack(kind, person(2))
    assert (sampled(one, EVERYTHING) - sampled(other, EVERYTHING)).abs().max() > 1e-3
    # The LoRA and the pose are not the face's attention.
    off = built_in()["baseline"].model_copy(update={"adapter_strength": 0.0, "control_strength": 0.0})
    assert sampled(one, off).equal(sampled(other, off))


def test_its_maps_are_shown_and_change_nothing(kind: AdapterKind) -> None:
    somebody, branches = pack(kind), get_args(Branch)
    capture = MapCapture((4, *SMALL), 2, branches)
    assert sampled(somebody, EVERYTHING, maps=capture).equal(sampled(somebody, EVERYTHING))
    maps = capture.maps(0, 0, 3)
    assert maps.tokens == somebody.parts.adapter.tokens
    shown = [maps.at(moment, block, 1) for moment in get_args(Moment) for block in maps.blocks]
    assert all(one is not None and np.isfinite(one).all() and one.max() > 0 for one in shown)


def at_rest(somebody: TinyPack) -> None:
    adapter, unet = somebody.parts.adapter, somebody.parts.unet
    assert not any(isinstance(one, FaceAttention) for one in dict(unet.attn_processors).values())
    for processor in adapter.processors.values():
        assert (processor.transform, processor.branches, processor.watch) == (None, 1, None)
        assert processor.joining is PLAIN


def test_a_cancelled_run_leaves_nothing_behind(kind: AdapterKind) -> None:
    somebody, cancel = pack(kind), CancelToken()
    alone = sampled(somebody, EVERYTHING)
    with pytest.raises(Cancelled):
        sampled(somebody, EVERYTHING, cancel=cancel, on_step=lambda _step, _latents: cancel.cancel())
    at_rest(somebody)
    assert sampled(somebody, EVERYTHING).equal(alone)


def test_a_run_that_fails_in_the_unet_leaves_nothing_behind(kind: AdapterKind) -> None:
    somebody = pack(kind)
    alone = sampled(somebody, EVERYTHING)

    def fail(*_: Any) -> None:
        raise RuntimeError("in the middle of the UNet")

    hook = somebody.parts.unet.get_submodule("up_blocks.0").register_forward_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="in the middle"):
            sampled(somebody, EVERYTHING)
    finally:
        hook.remove()
    at_rest(somebody)
    assert sampled(somebody, EVERYTHING).equal(alone)


# ---- Files


def test_the_file_of_another_kind_is_refused(kind: AdapterKind, tmp_path: Path) -> None:
    own = files_of(kind, tmp_path)
    for other in KINDS:
        if other == kind:
            continue
        unet = tiny_unet()
        before = unet.state_dict().keys()
        files = own.model_copy(update={"weights": files_of(other, tmp_path).weights})
        with pytest.raises(ModelError) as caught:
            load_adapter(files, unet, torch.float32)
        assert files.weights.name in caught.value.message
        assert unet.state_dict().keys() == before
