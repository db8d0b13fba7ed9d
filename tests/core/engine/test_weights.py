"""Weight files: which one is taken, what damage is seen, and that nothing in them ever runs."""

import json
import pickle
import struct
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextModel

from fastface_core.engine.weights import Stem, check_file, find_weights, load_model, loading_errors, read_state
from fastface_core.errors import ModelError
from tests.core.tiny_models import (
    TEXT_ENCODER,
    TINY_DECODER,
    TINY_TEXT,
    decoder_state,
    save_weights,
    text_state,
    write_json,
)

Suffix = Literal[".safetensors", ".bin"]
DIFFUSION: Stem = "diffusion_pytorch_model"
TENSORS = {"one": torch.arange(6.0).reshape(2, 3), "two": torch.ones(4, dtype=torch.float16)}


class RunsCode:
    """What a malicious file holds: unpickled, it makes a file."""

    def __init__(self, sentinel: Path) -> None:
        self.sentinel = sentinel

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.sentinel,)


def assert_says(error: ModelError, *words: str) -> None:
    """One sentence and a next step, both for people, that hold the words."""
    assert error.message.endswith(".")
    assert error.hint.endswith(".")
    assert "\n" not in error.message
    for word in words:
        assert word in error.message


def make_folder(folder: Path, stem: Stem) -> dict[str, Tensor]:
    """The configuration of a small model of diffusers or transformers; returns weights for it."""
    if stem == "model":
        write_json(folder / "config.json", {**TEXT_ENCODER, **TINY_TEXT})
        return text_state("text_encoder")
    write_json(folder / "config.json", TINY_DECODER)
    return decoder_state()


def load_folder(folder: Path, stem: Stem, dtype: torch.dtype = torch.float32) -> torch.nn.Module:
    kind = CLIPTextModel if stem == "model" else AutoencoderTiny
    return load_model(kind, folder, stem, dtype)


def scaled(state: dict[str, Tensor], factor: float) -> dict[str, Tensor]:
    return {name: value * factor for name, value in state.items()}


def factor_of(model: torch.nn.Module, state: dict[str, Tensor]) -> float:
    """By what `scaled` made the weights that were loaded."""
    first = next(name for name, value in state.items() if value.ndim > 1)
    loaded = model.state_dict()[first.removeprefix("text_model.")]
    return round(float(loaded.norm() / state[first].float().norm()), 2)


# Damage


@pytest.mark.parametrize("name", ["model.safetensors", "model.bin", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        check_file(tmp_path / "unet" / name)
    assert_says(caught.value, f"unet/{name}", "missing")


def test_a_folder_in_a_files_place_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").mkdir()
    with pytest.raises(ModelError, match=r"model\.safetensors is missing"):
        check_file(tmp_path / "model.safetensors")


@pytest.mark.parametrize("name", ["model.safetensors", "model.bin"])
def test_an_empty_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(ModelError) as caught:
        read_state(tmp_path / name)
    assert_says(caught.value, name, "empty")


def test_a_whole_file_passes(tmp_path: Path) -> None:
    save_file(TENSORS, tmp_path / "model.safetensors", metadata={"format": "pt"})
    check_file(tmp_path / "model.safetensors")
    state = read_state(tmp_path / "model.safetensors")
    assert state.keys() == TENSORS.keys()
    assert all(torch.equal(state[name], TENSORS[name]) for name in TENSORS)


def test_safetensors_cut_anywhere_or_too_long_are_seen_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "lora" / "model.safetensors"
    path.parent.mkdir()
    save_file(TENSORS, path)
    whole = path.read_bytes()
    header = 8 + struct.unpack("<Q", whole[:8])[0]
    for content in (
        *(whole[:size] for size in (1, 7, 8, 9, header - 1, header, header + 1, len(whole) - 1)),
        whole + b"x",
    ):
        path.write_bytes(content)
        for look in (check_file, read_state):
            with pytest.raises(ModelError) as caught:
                look(path)
            assert_says(caught.value, "lora/model.safetensors", "damaged")


@pytest.mark.parametrize(
    "header",
    [
        b"\xff" * 40,
        b"not json",
        b"[" * 100_000,
        b"[]",
        b"7",
        b'{"one": 3}',
        b'{"one": {"dtype": "F32", "shape": [1]}}',
        b'{"one": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}',
        b'{"one": {"dtype": "F32", "shape": [1], "data_offsets": ["a", "b"]}}',
        b'{"one": {"dtype": "F32", "shape": [1], "data_offsets": null}}',
    ],
)
def test_a_safetensors_header_of_garbage_is_damage(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 4)
    with pytest.raises(ModelError, match="damaged"):
        check_file(path)


def test_a_header_that_lies_about_the_tensors_is_damage(tmp_path: Path) -> None:
    header = b'{"one": {"dtype": "F32", "shape": [5], "data_offsets": [0, 4]}}'
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 4)
    check_file(path)  # The sizes are right; only the library sees it.
    with pytest.raises(ModelError) as caught:
        read_state(path)
    assert_says(caught.value, "model.safetensors", "damaged")


@pytest.mark.parametrize("zipped", [True, False])
def test_pickles_of_both_kinds_come_out_with_dotted_names(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "adapter.bin"
    torch.save({"a": TENSORS, "b": {"c": {"d": torch.ones(2)}}, "e": 3}, path, _use_new_zipfile_serialization=zipped)
    state = read_state(path)
    assert sorted(state) == ["a.one", "a.two", "b.c.d"]
    assert torch.equal(state["a.one"], TENSORS["one"])


@pytest.mark.parametrize("zipped", [True, False])
def test_pickles_cut_anywhere_are_damage(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "adapter.bin"
    torch.save(TENSORS, path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    for size in (*range(1, len(whole), 7), len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ModelError) as caught:
            read_state(path)
        assert_says(caught.value, "adapter.bin", "damaged")
        if zipped and size > 1:
            with pytest.raises(ModelError, match="damaged"):
                check_file(path)


@pytest.mark.parametrize("suffix", [".safetensors", ".bin", ".ckpt", ".pth"])
def test_garbage_is_damage(tmp_path: Path, suffix: str) -> None:
    generator = torch.Generator().manual_seed(1)
    for size in (3, 50, 5000):
        path = tmp_path / f"weights{suffix}"
        path.write_bytes(bytes(torch.randint(0, 256, (size,), generator=generator).tolist()))
        with pytest.raises(ModelError) as caught:
            read_state(path)
        assert_says(caught.value, f"weights{suffix}", "damaged")


@pytest.mark.parametrize("name", ["model.safetensors", "model.bin", "model.onnx"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 7\n", "it is a pointer of Git LFS"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "it is a web page"),
        (b'{"error": "Repository not found"}', "it is a text in JSON"),
        (b"Access to this model is restricted.", "it is a text"),
        (b"GGUF" + bytes(60), "it is a GGUF file"),
    ],
)
def test_what_lies_in_a_model_s_place_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """As a clone without Git LFS leaves them, or a download that got a page."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        check_file(tmp_path / name)
    assert_says(caught.value, name, said)


@pytest.mark.parametrize("size", ["Infinity", "1e400", "NaN"])
def test_a_size_without_end_is_damage(tmp_path: Path, size: str) -> None:
    header = f'{{"one": {{"dtype": "F32", "shape": [1], "data_offsets": [0, {size}]}}}}'.encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    for look in (check_file, read_state):
        with pytest.raises(ModelError, match="damaged"):
            look(path)


def test_a_zip_that_says_it_goes_on_elsewhere_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "model.ckpt"
    torch.save(TENSORS, path)
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    # The locator of a directory for large files, which says that there are several disks.
    content[end:end] = b"PK\x06\x07" + struct.pack("<LQL", 1, 0, 9)
    path.write_bytes(content)
    for look in (check_file, read_state):
        with pytest.raises(ModelError, match="damaged"):
            look(path)


def test_dictionaries_without_end_are_damage(tmp_path: Path) -> None:
    nested: dict[str, Any] = {"weight": torch.ones(1)}
    for _ in range(400):
        nested = {"deeper": nested}
    torch.save(nested, tmp_path / "deep.ckpt")
    with pytest.raises(ModelError, match="damaged"):
        read_state(tmp_path / "deep.ckpt")
    wide: dict[str, Any] = {}
    for _ in range(40):
        wide = {"a": wide, "b": wide}
    torch.save(wide, tmp_path / "wide.ckpt")
    with pytest.raises(ModelError, match="damaged"):
        read_state(tmp_path / "wide.ckpt")


@pytest.mark.parametrize("form", ["zipped", "legacy", "plain"])
def test_code_in_a_pickle_never_runs(tmp_path: Path, form: str) -> None:
    sentinel, path = tmp_path / "it-ran", tmp_path / "adapter.bin"
    content = {"image_proj": {"latents": torch.ones(2)}, "ip_adapter": RunsCode(sentinel)}
    if form == "plain":
        path.write_bytes(pickle.dumps(content["ip_adapter"], protocol=2))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form == "zipped")
    with pytest.raises(ModelError) as caught:
        read_state(path)
    assert_says(caught.value, "adapter.bin", "not opened")
    assert "original source" in caught.value.hint
    assert not sentinel.exists()
    if form == "plain":  # The file is what it is meant to be: opened carelessly, it does run.
        pickle.loads(path.read_bytes())
        assert sentinel.exists()


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
def test_code_in_a_models_pickle_never_runs(tmp_path: Path, stem: Stem) -> None:
    state: dict[str, Any] = make_folder(tmp_path, stem)
    state["more"] = RunsCode(tmp_path / "it-ran")
    name = "pytorch_model.bin" if stem == "model" else f"{stem}.bin"
    torch.save(state, tmp_path / name)
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, stem)
    assert_says(caught.value, tmp_path.name)
    assert not (tmp_path / "it-ran").exists()


def test_a_pickle_without_tensors_holds_no_weights(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "names": ["a", "b"]}, tmp_path / "adapter.bin")
    with pytest.raises(ModelError, match=r"adapter\.bin holds no weights"):
        read_state(tmp_path / "adapter.bin")


def test_no_folder_of_the_users_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "somebody"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    told = {
        home / "lora.safetensors": "file lora.safetensors is",
        home / "models" / "lora.safetensors": "file models/lora.safetensors is",
        home / "pictures" / "private" / "sdxl" / "unet" / "model.bin": "file unet/model.bin is",
    }
    for path, words in told.items():
        with pytest.raises(ModelError, match=words):
            check_file(path)


# Which file


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([".fp16.safetensors", ".safetensors", ".fp16.bin", ".bin"], 0),
        ([".safetensors", ".fp16.bin", ".bin"], 0),
        ([".fp16.bin", ".bin"], 0),
        ([".bin"], 0),
        ([".safetensors.index.fp16.json", ".safetensors"], 0),
        ([".safetensors", ".bin.index.fp16.json", ".bin.index.json"], 0),
        ([".bin.index.fp16.json", ".bin.index.json"], 0),
        ([".bin.index.json"], 0),
        ([".safetensors.index.json", ".bin"], 0),
    ],
)
def test_the_order_of_choice(tmp_path: Path, stem: Stem, names: list[str], chosen: int) -> None:
    base = {name: "pytorch_model" if stem == "model" and ".bin" in name else stem for name in names}
    for name in names:
        path = tmp_path / f"{base[name]}{name}"
        match path.suffix:
            case ".json":
                write_json(path, {"metadata": {}, "weight_map": {}})
            case ".bin":
                torch.save(TENSORS, path)
            case _:
                save_file(TENSORS, path)
    expected = tmp_path / f"{base[names[chosen]]}{names[chosen]}"
    assert find_weights(tmp_path, stem) == (expected, "fp16" if "fp16" in expected.name else None)


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize("variant", ["fp16", None])
@pytest.mark.parametrize("suffix", [".safetensors", ".bin"])
@pytest.mark.parametrize("parts", [1, 3])
def test_every_layout_loads_as_float32(
    tmp_path: Path, stem: Stem, variant: str | None, suffix: Suffix, parts: int
) -> None:
    state = make_folder(tmp_path, stem)
    path = save_weights(state, tmp_path, stem, variant=variant, suffix=suffix, parts=parts)
    assert find_weights(tmp_path, stem) == (path, variant)
    model = load_folder(tmp_path, stem)
    loaded = model.state_dict()
    for name, value in state.items():
        own = loaded[name.removeprefix("text_model.")]
        assert own.dtype == torch.float32
        assert torch.equal(own, value.half().float())
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize("others", ["plain", "pickles", "whole and parts"])
def test_what_was_found_is_what_is_loaded(tmp_path: Path, stem: Stem, others: str) -> None:
    state = make_folder(tmp_path, stem)
    match others:
        case "plain":
            save_weights(scaled(state, 1), tmp_path, stem, variant="fp16")
            save_weights(scaled(state, 2), tmp_path, stem, variant=None, dtype=torch.float32)
            expected = {"fp16": 1}
        case "pickles":
            save_weights(scaled(state, 1), tmp_path, stem, variant=None, dtype=torch.float32)
            save_weights(scaled(state, 2), tmp_path, stem, variant="fp16", suffix=".bin")
            expected = {"safetensors": 1}
        case _:
            save_weights(scaled(state, 1), tmp_path, stem)
            save_weights(scaled(state, 2), tmp_path, stem, parts=2)
            expected = {"fp16.safetensors": 1, "index": 2}
    path, _ = find_weights(tmp_path, stem)
    factor = next(factor for words, factor in expected.items() if words in path.name)
    assert factor_of(load_folder(tmp_path, stem), state) == factor


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("stem", ["model", DIFFUSION])
def test_the_dtype_asked_for_is_the_dtype_of_every_weight(tmp_path: Path, stem: Stem, dtype: torch.dtype) -> None:
    save_weights(make_folder(tmp_path, stem), tmp_path, stem, dtype=torch.float32, variant=None)
    model = load_folder(tmp_path, stem, dtype)
    assert {parameter.dtype for parameter in model.parameters()} == {dtype}


# What does not fit


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    save_weights(make_folder(tmp_path, DIFFUSION), tmp_path, DIFFUSION, parts=3)
    (tmp_path / f"{DIFFUSION}.fp16-00002-of-00003.safetensors").unlink()
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, DIFFUSION)
    assert_says(caught.value, f"{DIFFUSION}.fp16-00002-of-00003.safetensors", "missing")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"weight_map": 3}', '{"weight_map": ["a"]}'])
def test_an_index_of_garbage_is_named(tmp_path: Path, content: str) -> None:
    make_folder(tmp_path, DIFFUSION)
    (tmp_path / f"{DIFFUSION}.safetensors.index.json").write_text(content)
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, DIFFUSION)
    assert_says(caught.value, f"{DIFFUSION}.safetensors.index.json")


def test_no_weights_at_all(tmp_path: Path) -> None:
    make_folder(tmp_path / "unet", DIFFUSION)
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path / "unet", DIFFUSION)
    assert_says(caught.value, f"unet/{DIFFUSION}.safetensors", "missing")


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize("suffix", [".safetensors", ".bin"])
def test_a_weight_that_is_missing_is_not_made_up(tmp_path: Path, stem: Stem, suffix: Suffix) -> None:
    state = make_folder(tmp_path, stem)
    del state[next(name for name in reversed(state) if name.endswith(".weight"))]
    path = save_weights(state, tmp_path, stem, suffix=suffix)
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, stem)
    assert_says(caught.value, path.name, "incomplete")


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize("parts", [1, 2])
def test_weights_of_another_size_do_not_fit(tmp_path: Path, stem: Stem, parts: int) -> None:
    state = make_folder(tmp_path, stem)
    name = next(name for name in reversed(state) if name.endswith(".weight"))
    state[name] = torch.zeros(5, *state[name].shape[1:])
    save_weights(state, tmp_path, stem, parts=parts)
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, stem)
    assert_says(caught.value, tmp_path.name)


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_models_pickle_that_was_cut_is_damage(tmp_path: Path, stem: Stem, zipped: bool, share: float) -> None:
    state = make_folder(tmp_path, stem)
    path = tmp_path / ("pytorch_model.bin" if stem == "model" else f"{stem}.bin")
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, stem)
    assert_says(caught.value, "damaged")


@pytest.mark.parametrize("stem", ["model", DIFFUSION])
@pytest.mark.parametrize("content", ["", "{", "[1]", '"text"'])
def test_a_configuration_of_garbage_is_named(tmp_path: Path, stem: Stem, content: str) -> None:
    save_weights(make_folder(tmp_path, stem), tmp_path, stem)
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, stem)
    assert_says(caught.value, "config.json")


@pytest.mark.parametrize(
    ("stem", "changes"),
    [
        ("model", {"hidden_size": "many"}),
        ("model", {"num_attention_heads": 7}),
        ("model", {"hidden_act": "none such"}),
        ("model", {"vocab_size": -4}),
        (DIFFUSION, {"decoder_block_out_channels": "abc"}),
        (DIFFUSION, {"decoder_block_out_channels": None}),
        (DIFFUSION, {"act_fn": "none such"}),
        (DIFFUSION, {"num_decoder_blocks": [1]}),
    ],
)
def test_a_configuration_of_nonsense_is_an_error_of_the_model(
    tmp_path: Path, stem: Stem, changes: dict[str, Any]
) -> None:
    save_weights(make_folder(tmp_path, stem), tmp_path, stem)
    config = json.loads((tmp_path / "config.json").read_text())
    write_json(tmp_path / "config.json", {**config, **changes})
    with pytest.raises(ModelError) as caught:
        load_folder(tmp_path, stem)
    assert_says(caught.value, tmp_path.name)


def test_running_out_of_memory_is_no_damage() -> None:
    with pytest.raises(RuntimeError, match="memory"), loading_errors(Path("unet")):
        torch.empty(1 << 62, dtype=torch.uint8)
    with pytest.raises(torch.OutOfMemoryError), loading_errors(Path("unet")):
        raise torch.OutOfMemoryError
