"""Attention maps of a run: the numbers that the engine's own tensors give by hand, and no trace where nobody asks."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from fastface_core.domain.attention_maps import AttentionMaps, MapsDone
from fastface_core.domain.branches import branches_at
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import Picture, PictureDone, PortraitRequest
from fastface_core.engine import map_capture
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.engine import Engine
from fastface_core.engine.map_capture import block_of
from fastface_core.engine.transforms import MapTransform, Values, adain
from fastface_core.errors import SettingsError, StorageError
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken, StepDone

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
PRESETS = ["baseline", "decoupled-guidance", "scale-power", "scheduled-softmask", "fastface-scheduled-softmask"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine("cpu")
    engine.load(installed.starter())
    return engine


@pytest.fixture(scope="module")
def person(engine: Engine) -> Identity:
    return engine.identify([PhotoChoice(EXAMPLE)])


def request(preset: Preset | str, **changes: object) -> PortraitRequest:
    chosen = preset_files.find(preset) if isinstance(preset, str) else preset
    fields = {"prompt": "portrait of a person", "preset": chosen, "seed": 5, "width": 64, "height": 96, "steps": 4}
    return PortraitRequest.model_validate({**fields, **changes})


def run(engine: Engine, asked: PortraitRequest, person: Identity) -> tuple[list[AttentionMaps], tuple[Picture, ...]]:
    maps: list[AttentionMaps] = []

    def report(event: object) -> None:
        if isinstance(event, MapsDone):
            maps.append(event.maps)

    return maps, engine.generate(asked, person, report, attention_maps=True).pictures


def pixels(picture: Picture) -> Any:
    return np.asarray(picture.image)


# ---- By hand


@contextmanager
def tensors_of(engine: Engine) -> Generator[dict[tuple[str, int], tuple[Tensor, Tensor, int]]]:
    """Every identity attention's query and key, (branch, head, place, channel), by processor and UNet call.

    Taken from the projections themselves, before any of our attention's own work on them.
    """
    unet = engine.loaded.unet
    found: dict[tuple[str, int], tuple[Tensor, Tensor, int]] = {}
    queries: dict[str, Tensor] = {}
    calls = [0]

    def split(states: Tensor, heads: int) -> Tensor:
        return states.unflatten(-1, (heads, -1)).transpose(1, 2)

    def keep_query(name: str) -> Any:
        def hook(_module: object, _inputs: object, output: Tensor) -> None:
            queries[name] = output.clone()

        return hook

    def keep_key(name: str, ours: FaceAttention, heads: int) -> Any:
        def hook(_module: object, _inputs: object, output: Tensor) -> None:
            found[name, calls[0]] = (split(queries[name], heads), split(output, heads).clone(), ours.branches)

        return hook

    handles = [unet.register_forward_hook(lambda *_: calls.__setitem__(0, calls[0] + 1))]
    for name, ours in engine.loaded.adapter.processors.items():
        layer = unet.get_submodule(name.removesuffix(".processor"))
        handles.append(layer.to_q.register_forward_hook(keep_query(name)))  # type: ignore[union-attr]
        handles.append(ours.to_k_ip[0].register_forward_hook(keep_key(name, ours, layer.heads)))  # type: ignore[union-attr]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def by_hand(
    engine: Engine, preset: Preset, tensors: dict[tuple[str, int], tuple[Tensor, Tensor, int]], steps: int
) -> dict[tuple[str, int], tuple[Tensor, Tensor]]:
    """By block and step, the maps before and after, (branch, place, token)."""
    sums: dict[tuple[str, int], list[tuple[Tensor, Tensor]]] = {}
    for (name, step), (query, key, _) in tensors.items():
        plain = torch.softmax(query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5, dim=-1)[None]
        changed = plain
        settings, part = preset.attention_at(step, steps), engine.loaded.adapter.processors[name].part
        if settings is not None and part in settings.parts:
            changed = MapTransform(settings, part, step, steps).transform(plain)
            if settings.adain:
                changed = adain(changed, plain, settings.adain, -1)
        sums.setdefault((block_of(name), step), []).append((plain[0].mean(1), changed[0].mean(1)))
    return {
        key: (torch.stack([one[0] for one in found]).mean(0), torch.stack([one[1] for one in found]).mean(0))
        for key, found in sums.items()
    }


@pytest.mark.parametrize("name", PRESETS)
def test_they_are_those_computed_by_hand(engine: Engine, person: Identity, name: str) -> None:
    preset = preset_files.find(name)
    with tensors_of(engine) as tensors, torch.inference_mode():
        (maps,), _ = run(engine, request(preset), person)
        expected = by_hand(engine, preset, tensors, 4)
    assert {block for block, _ in expected} == set(maps.blocks)
    assert (maps.index, maps.seed, maps.steps, maps.tokens) == (0, 5, 4, engine.loaded.adapter.tokens)
    own_scale = engine.loaded.checkpoint.sampling.guidance_scale
    for (block, step), (before, after) in expected.items():
        evaluated = branches_at(preset, own_scale, step, 4)
        for row, branch in enumerate(evaluated):
            for moment, hand in (("before", before[row]), ("after", after[row])):
                found = maps.at(moment, block, step, branch)  # type: ignore[arg-type]
                assert found is not None
                height, width, tokens = found.shape
                assert height / width == pytest.approx(96 / 64)
                assert np.abs(found.reshape(height * width, tokens) - hand.numpy()).max() < 1e-5
        assert all((maps.at("before", block, step, b) is None) == (b not in evaluated) for b in maps.branches)
    changed = any(np.nanmax(np.abs(maps.after[block] - maps.before[block])) > 0.01 for block in maps.blocks)
    assert changed == (preset.attention is not None)


def test_before_the_transform_the_tokens_share_all_attention(engine: Engine, person: Identity) -> None:
    (maps,), _ = run(engine, request("fastface-scheduled-softmask"), person)
    for before in maps.before.values():
        sums = before[~np.isnan(before).any(-1)].sum(-1)
        assert len(sums)
        assert np.abs(sums - 1).max() < 1e-5


def test_a_spoiled_correction_shows_the_map_that_was_used() -> None:
    settings = preset_files.find("fastface-scheduled-softmask").attention
    assert settings is not None
    attention = torch.rand(2, 3, 2, 6, 4, generator=torch.Generator().manual_seed(0)).softmax(-1)
    values = torch.rand(2, 3, 2, 4, 5, generator=torch.Generator().manual_seed(1))
    values[1, 0, 0, 0, 0] = torch.nan
    transform, seen = MapTransform(settings, "up", 1, 4), []
    transform.attend(attention, Values(values), seen.append)
    changed = transform.transform(attention)
    torch.testing.assert_close(seen[0][1], changed[1])
    torch.testing.assert_close(seen[0][0], adain(changed, attention, settings.adain, 4)[0])


# ---- The picture is the same, and nothing stays


@pytest.mark.parametrize("name", PRESETS)
def test_asking_for_them_changes_no_pixel(engine: Engine, person: Identity, name: str) -> None:
    asked = request(name)
    before = pixels(engine.generate(asked, person).pictures[0])
    _, (picture,) = run(engine, asked, person)
    assert np.array_equal(pixels(picture), before)
    assert np.array_equal(pixels(engine.generate(asked, person).pictures[0]), before)


def test_who_does_not_ask_gets_none_and_makes_none(
    engine: Engine, person: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a map was made")

    events: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(FaceAttention, "_map", refuse)
        patch.setattr(map_capture.MapCapture, "_add", refuse)
        engine.generate(request("baseline"), person, events.append)
    assert not [event for event in events if isinstance(event, MapsDone)]


def test_nothing_watches_after_a_cancelled_run(engine: Engine, person: Identity) -> None:
    token = CancelToken()

    def report(event: object) -> None:
        if isinstance(event, StepDone) and event.step == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        engine.generate(request("scale-power"), person, report, token, attention_maps=True)
    assert all(ours.watch is None for ours in engine.loaded.adapter.processors.values())


def test_each_picture_has_its_own_right_before_it(
    engine: Engine, person: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three pictures, two of them in one batch as on a GPU."""
    asked = request("scheduled-softmask", count=3)
    alone = [run(engine, request("scheduled-softmask", seed=5 + index), person)[0][0] for index in range(3)]
    monkeypatch.setattr(type(engine.device), "images_at_once", lambda *_: 2)
    events: list[object] = []
    engine.generate(
        asked,
        person,
        lambda event: events.append(event) if isinstance(event, MapsDone | PictureDone) else None,
        attention_maps=True,
    )
    assert [type(event) for event in events] == [MapsDone, PictureDone] * 3
    maps = [event.maps for event in events if isinstance(event, MapsDone)]
    assert [(one.index, one.seed) for one in maps] == [(0, 5), (1, 6), (2, 7)]
    for one, single in zip(maps, alone, strict=True):
        for block in one.blocks:
            assert np.nanmax(np.abs(one.after[block] - single.after[block])) < 1e-3


# ---- Bounds


def test_without_the_face_there_are_none(engine: Engine, person: Identity) -> None:
    off = preset_files.changed(preset_files.find("baseline"), {"adapter_strength": 0.0})
    with pytest.raises(SettingsError, match="no attention goes to the face"):
        engine.generate(request(off), person, attention_maps=True)


def test_too_large_ones_are_refused_after_the_first_step(
    engine: Engine, person: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maps,), _ = run(engine, request("baseline"), person)
    taken = sum(array.nbytes for arrays in (maps.before, maps.after) for array in arrays.values())
    monkeypatch.setattr(map_capture, "LIMIT", taken)
    run(engine, request("baseline"), person)
    monkeypatch.setattr(map_capture, "LIMIT", taken - 1)
    steps: list[object] = []
    with pytest.raises(SettingsError, match="more than a gigabyte") as caught:
        engine.generate(request("baseline"), person, steps.append, attention_maps=True)
    assert not [event for event in steps if isinstance(event, StepDone)]
    assert "smaller" in caught.value.hint


def test_a_side_that_does_not_halve_evenly(engine: Engine, person: Identity) -> None:
    (maps,), _ = run(engine, request("baseline", width=72, height=104, steps=1), person)
    grids = {block: maps.before[block].shape[2:4] for block in maps.blocks}
    factor = engine.loaded.vae_factor
    full = (-(-104 // factor), -(-72 // factor))
    halves = [full]
    while halves[-1] > (1, 1):
        halves.append(((halves[-1][0] + 1) // 2, (halves[-1][1] + 1) // 2))
    assert all(grid in halves for grid in grids.values())


# ---- As files


def test_they_come_back_from_a_file(engine: Engine, person: Identity, tmp_path: Path) -> None:
    (maps,), _ = run(engine, request("decoupled-guidance"), person)
    path = tmp_path / "maps.npz"
    maps.save(path)
    again = AttentionMaps.load(path)
    assert (again.index, again.seed, again.branches, again.blocks) == (0, 5, ("u", "i", "t"), maps.blocks)
    for block in maps.blocks:
        assert np.array_equal(again.before[block], maps.before[block], equal_nan=True)
        assert np.array_equal(again.after[block], maps.after[block], equal_nan=True)
    assert not [one for one in tmp_path.iterdir() if one.name.endswith(".part")]
    half = tmp_path / "half.npz"
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SettingsError, match="holds no attention maps"):
        AttentionMaps.load(half)


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_holds_none_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "maps.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"maps\.npz holds no attention maps"):
        AttentionMaps.load(path)


def test_a_folder_that_cannot_be_written_says_so(engine: Engine, person: Identity, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (maps,), _ = run(engine, request("baseline", steps=1), person)
    with pytest.raises(StorageError):
        maps.save(tmp_path / "file" / "maps.npz")
