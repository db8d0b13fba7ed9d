"""Whole checkpoints of every family, laid out as on the hub: what is loaded, what it computes, and what is refused."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import init_empty_weights
from safetensors.torch import save_file
from torch import Tensor
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from fastface_core.domain.checkpoints import AdapterFiles, Checkpoint, FamilyName
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters import FACE_LORA
from fastface_core.engine.attention import installed
from fastface_core.engine.conditioning import condition, face_tokens
from fastface_core.engine.decoding import decode, previews
from fastface_core.engine.device import Device
from fastface_core.engine.loading import Parts, load
from fastface_core.engine.lora import lora_at
from fastface_core.engine.sampler import Sampling, generators_for, sample
from fastface_core.engine.schedulers import Scheduler
from fastface_core.errors import ModelError
from fastface_core.progress import Cancelled, CancelToken, Stage, silent
from tests.core import tiny_models
from tests.core.tiny_models import (
    CPU,
    DISTILLED,
    IMAGE_ENCODER,
    MODEL_INDEX,
    SCHEDULER,
    TEXT_ENCODER,
    TEXT_ENCODER_2,
    TINY_UNET,
    TURBO_SCHEDULER,
    UNET,
    VAE,
    as_json,
    dotted,
    faceid_lora_file,
    image_encoder_state,
    lora_state,
    lora_targets,
    make_base,
    make_checkpoint,
    make_distillation_lora,
    make_fixed_vae,
    make_image_encoder,
    make_preview_decoder,
    make_turbo,
    other_unet_state,
    plus_face_state,
    random_lora,
    real_unet,
    save_weights,
    somebody,
    special_tokens_map,
    text_state,
    tokenizer_config,
    turbo_tokenizer_config,
    unet_state,
    vae_state,
    write_json,
)

HALF = Device(torch.device("cpu"), torch.float16, "CPU")
BRAIN = Device(torch.device("cpu"), torch.bfloat16, "CPU")
BEGIN, END, PAD_2 = 512, 513, 0


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never written to by tests."""
    return make_base(tmp_path_factory.mktemp("models") / "sdxl")


@pytest.fixture(scope="module")
def parts(base: Path) -> Parts:
    """Never changed by tests."""
    return loaded(make_checkpoint(base.parent, base))


@pytest.fixture
def own_base(base: Path, tmp_path: Path) -> Path:
    """One to write to."""
    return shutil.copytree(base, tmp_path / "sdxl")


def loaded(checkpoint: Checkpoint, device: Device = CPU) -> Parts:
    return load(checkpoint, device, silent, CancelToken())


def assert_refused(checkpoint: Checkpoint, *words: str) -> None:
    with pytest.raises(ModelError) as caught:
        loaded(checkpoint)
    message = caught.value.message
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.hint.endswith(".")
    for word in words:
        assert word in message


def assert_same(loaded: Mapping[str, Tensor], stored: Mapping[str, Tensor]) -> None:
    assert loaded.keys() == stored.keys()
    for name, value in loaded.items():
        assert torch.equal(value, stored[name].half().to(value.dtype)), name


# The real form


@pytest.mark.parametrize(
    ("content", "size", "sha256"),
    [
        (SCHEDULER, 479, "af3e45a949aff8b8341ab8b811429ec03fee857a700a1d9477363e4fff9666e2"),
        (TEXT_ENCODER, 565, "39b8b2e4b1949e36969caa425b6c81c68bace99198dd9078ce05d16ad401fe7f"),
        (TEXT_ENCODER_2, 575, "a892d1c3a69a7e9247a24de2bc1d5891e3109a54696e53be20093af671072c34"),
        (special_tokens_map("<|endoftext|>"), 472, "c4864a9376a8401918425bed71fc14fc0e81f9b59ec45c1cf96cccb2df508eac"),
        (tokenizer_config("<|endoftext|>"), 737, "19d7b034cb0cc3ce9766c2231373ab8aa8991fc72e2c8f76558bfaae3de0d563"),
        (special_tokens_map("!"), 460, "f118ab3a983206e4f32583448de6bd6aae4ee21869135cef1f5848a753cdaab6"),
        (tokenizer_config("!"), 725, "c9d23941f76a41cbd50eda9290f57be7828f0a7a677939e9ef181f7e12bd1bdf"),
        (UNET, 1680, "30ebc70750223e59006f7f2b4e1e6c102570aa19a9c4ae3e1fbe7591332dbae6"),
        (VAE, 642, "0b331c8ac22ded5f9997a144a575c1d113d6169aff262c353f39015bd24a6264"),
    ],
)
def test_the_configurations_are_the_published_ones(content: Mapping[str, Any], size: int, sha256: str) -> None:
    text = as_json(content).encode()
    assert (len(text), hashlib.sha256(text).hexdigest()) == (size, sha256)


def file_size(state: Mapping[str, Tensor], dtype: torch.dtype, metadata: bool = True) -> int:
    """The bytes of a safetensors file with these names and shapes, which may be on the meta device."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}} if metadata else {}
    end = 0
    for name, value in sorted(state.items(), key=lambda item: (item[1].dtype != torch.int64, item[0])):
        kept = value.dtype == torch.int64
        begin, end = end, end + value.numel() * (8 if kept else dtype.itemsize)
        kind = "I64" if kept else {torch.float16: "F16", torch.float32: "F32"}[dtype]
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [begin, end]}
    text = len(json.dumps(header, separators=(",", ":")))
    return 8 + (text + 7) // 8 * 8 + end


def without_weights(kind: Any, config: Any) -> dict[str, Tensor]:
    with init_empty_weights():
        return kind(config).state_dict()


def test_the_names_in_the_tiny_files_are_those_of_the_published_ones() -> None:
    # The published sizes come out to the byte only if every name and shape is right.
    assert file_size(real_unet().state_dict(), torch.float16) == 5_135_149_760
    first = without_weights(CLIPTextModel, CLIPTextConfig(**TEXT_ENCODER))
    second = without_weights(CLIPTextModelWithProjection, CLIPTextConfig(**TEXT_ENCODER_2))
    first = {f"text_model.{name}": value for name, value in first.items()}
    assert file_size(first, torch.float16) == 246_144_152
    assert file_size(second, torch.float16) == 1_389_382_176
    vision = without_weights(CLIPVisionModelWithProjection, CLIPVisionConfig(**IMAGE_ENCODER))
    vision["vision_model.embeddings.position_ids"] = torch.arange(257)[None]
    assert file_size(vision, torch.float32) == 2_528_373_448
    for real, tiny in ((first, text_state("text_encoder")), (second, text_state("text_encoder_2"))):
        assert {plain(name) for name in real} == {plain(name) for name in tiny}
    assert {plain(name) for name in vision} == {plain(name) for name in image_encoder_state()}
    # SDXL-Lightning's LoRA: rank 64.
    layers: dict[str, tuple[Tensor, Tensor]] = {}
    for name, value in real_unet().state_dict().items():
        layer = name.removesuffix(".weight")
        if name.endswith(tuple(f".{ending}.weight" for ending in DISTILLED)):
            shape = value.shape
            up = torch.empty(shape[0], 64, *(1 for _ in shape[2:]), device="meta")
            layers[layer] = torch.empty(64, *shape[1:], device="meta"), up
    lightning = lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 64.0), dtype=torch.float16)
    assert file_size(lightning, torch.float16, metadata=False) == 393_854_592


def plain(name: str) -> str:
    """A name without its numbers, as the tiny models have fewer layers."""
    return re.sub(r"\.\d+\.", ".N.", name)


def test_a_hub_folder_of_fp16_files_loads_as_float32(parts: Parts) -> None:
    assert_same(parts.vae.state_dict(), vae_state())
    first, second = (encoder.state_dict() for encoder in parts.text_encoders)
    assert_same({f"text_model.{name}": value for name, value in first.items()}, text_state("text_encoder"))
    assert_same(second, text_state("text_encoder_2"))
    plain = {name.replace(".base_layer", ""): value for name, value in parts.unet.state_dict().items()}
    assert_same({name: value for name, value in plain.items() if ".lora_" not in name}, unet_state())
    for model in (parts.unet, parts.vae, *parts.text_encoders, *parts.adapter.encoders):
        assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
        assert not any(parameter.requires_grad for parameter in model.parameters())
        assert not model.training
    assert parts.scheduler_config == SCHEDULER
    assert parts.preview is None
    assert parts.zero_empty_prompt
    assert parts.vae_factor == 2


def test_each_model_of_a_folder_may_have_its_own_layout(own_base: Path, parts: Parts) -> None:
    layouts: list[tuple[str, dict[str, Tensor], dict[str, Any]]] = [
        ("text_encoder", text_state("text_encoder"), {"variant": None, "dtype": torch.float32}),
        ("text_encoder_2", text_state("text_encoder_2"), {"suffix": ".bin"}),
        ("unet", unet_state(), {"parts": 2}),
        ("vae", vae_state(), {"suffix": ".bin", "variant": None, "parts": 2}),
    ]
    for name, state, layout in layouts:
        for file in (own_base / name).glob("*model*"):
            file.unlink()
        stem = "model" if name.startswith("text") else "diffusion_pytorch_model"
        save_weights(state, own_base / name, stem, **layout)
    mixed = loaded(make_checkpoint(own_base.parent, own_base))
    for one, other in (
        (mixed.unet, parts.unet),
        (mixed.vae, parts.vae),
        *zip(mixed.text_encoders, parts.text_encoders, strict=True),
    ):
        assert_same(one.state_dict(), other.state_dict())


@pytest.mark.parametrize("value", [True, False, None])
def test_what_an_empty_prompt_means_is_in_the_index(own_base: Path, value: bool | None) -> None:
    index = {name: entry for name, entry in MODEL_INDEX.items() if name != "force_zeros_for_empty_prompt"}
    write_json(
        own_base / "model_index.json", index if value is None else {**index, "force_zeros_for_empty_prompt": value}
    )
    assert loaded(make_checkpoint(own_base.parent, own_base)).zero_empty_prompt is (value is not False)


# Text


def ids(parts: Parts, text: str) -> list[list[int]]:
    return [
        tokenizer(text, padding="max_length", max_length=tokenizer.model_max_length, truncation=True).input_ids
        for tokenizer in parts.tokenizers
    ]


def letter(one: str, last: bool = False) -> int:
    """CLIP numbers the printable letters from "!"; at a word's end they stand 256 further."""
    return ord(one) - ord("!") + (256 if last else 0)


def test_the_tokenizers_pad_each_in_its_way(parts: Parts) -> None:
    # "cat" is whole by two merges; capitals and runs of spaces are no different.
    words = [BEGIN, letter("a", True), 511, letter("o"), letter("n", True), END]
    assert ids(parts, "a CAT   on") == [words + [END] * 71, words + [PAD_2] * 71]
    assert ids(parts, "") == [[BEGIN] + [END] * 76, [BEGIN, END] + [PAD_2] * 75]


def test_a_prompt_that_is_too_long_ends_with_the_end(parts: Parts) -> None:
    for tokens in ids(parts, "cat " * 100):
        assert tokens == [BEGIN, *[511] * 75, END]


def test_the_newer_form_of_the_second_tokenizer(own_base: Path, parts: Parts) -> None:
    write_json(own_base / "tokenizer_2" / "tokenizer_config.json", turbo_tokenizer_config(BEGIN))
    newer = loaded(make_checkpoint(own_base.parent, own_base))
    for text in ("a cat", "", "cat " * 100, "a cat! really"):
        assert ids(newer, text) == ids(parts, text)


def test_a_tokenizer_json_alone(own_base: Path, parts: Parts) -> None:
    for number, name in enumerate(("tokenizer", "tokenizer_2")):
        shutil.rmtree(own_base / name)
        parts.tokenizers[number].save_pretrained(own_base / name)
        assert sorted(file.name for file in (own_base / name).iterdir()) == ["tokenizer.json", "tokenizer_config.json"]
    newer = loaded(make_checkpoint(own_base.parent, own_base))
    for text in ("a cat", "", "cat " * 100):
        assert ids(newer, text) == ids(parts, text)


@torch.inference_mode()
def test_the_pooled_text_is_that_of_the_end_token(parts: Parts) -> None:
    # The configuration has eos_token_id 2, which is no token here: the highest number is meant.
    encoder, person = parts.text_encoders[1], somebody()
    for text, end in (("a cat on", 5), ("cat " * 100, 76)):
        tokens = torch.tensor([ids(parts, text)[1]])
        assert tokens[0, end] == END
        state = (
            encoder(tokens).last_hidden_state[:, end] @ text_state("text_encoder_2")["text_projection.weight"].float().T
        )
        conditions = condition(parts, text, "", face_tokens(parts, person))
        assert (conditions["t"].pooled - state).abs().max() < 1e-6
        assert conditions["t"].text.shape == (1, 77, 64)


def test_a_vocabulary_that_is_larger_than_the_text_encoders(own_base: Path) -> None:
    path = own_base / "tokenizer_2" / "vocab.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "more": 514}))
    assert_refused(make_checkpoint(own_base.parent, own_base), "tokenizers do not fit the text encoders")


# Decoders


@pytest.mark.parametrize(
    ("device", "fixed", "expected"),
    [
        (HALF, False, torch.float32),
        (HALF, True, torch.float16),
        (BRAIN, False, torch.bfloat16),
        (BRAIN, True, torch.bfloat16),
        (CPU, False, torch.float32),
        (CPU, True, torch.float32),
    ],
)
def test_the_vae_has_the_dtype_that_it_can_bear(
    tmp_path: Path, base: Path, device: Device, fixed: bool, expected: torch.dtype
) -> None:
    vae = make_fixed_vae(tmp_path / "vae-fp16-fix") if fixed else None
    preview = make_preview_decoder(tmp_path / "taesdxl")
    parts = loaded(make_checkpoint(tmp_path, base, vae=vae, preview=preview), device)
    assert {parameter.dtype for parameter in parts.vae.parameters()} == {expected}
    assert parts.preview is not None
    for model in (parts.unet, parts.preview, *parts.text_encoders, *parts.adapter.encoders):
        assert {parameter.dtype for parameter in model.parameters()} == {device.dtype}
    latents = torch.randn(1, 4, 8, 6, generator=torch.Generator().manual_seed(1))
    (picture,), (preview,) = decode(parts, latents), previews(parts, latents)
    assert (picture.width, picture.height) == (12, 16)
    assert (preview.width, preview.height) == (12, 16)


def test_a_vae_with_the_old_names_of_its_attention(own_base: Path, parts: Parts) -> None:
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    state: dict[str, Tensor] = {}
    for name, value in vae_state().items():
        layer, _, kind = name.rpartition(".")
        for new, former in old.items():
            layer = layer.removesuffix(new) + former if layer.endswith(f".{new}") else layer
        state[f"{layer}.{kind}"] = value
    assert sum("proj_attn" in name for name in state) == 4
    save_weights(state, own_base / "vae", "diffusion_pytorch_model")
    assert_same(loaded(make_checkpoint(own_base.parent, own_base)).vae.state_dict(), parts.vae.state_dict())


# Every family, down to latents


PRESET = Preset(name="test", title="Test", steps=4)


def latents_of(parts: Parts, steps: int) -> Tensor:
    sampling = parts.checkpoint.sampling
    with (
        installed(parts.unet, parts.adapter.processors, PRESET.adapter_strength) as attention,
        lora_at(parts.unet, FACE_LORA, PRESET.lora_strength if parts.adapter.has_lora else 0),
    ):
        job = Sampling(
            unet=parts.unet,
            attention=attention,
            conditioning=condition(parts, "a cat", "", face_tokens(parts, somebody())),
            preset=PRESET,
            own_scale=sampling.guidance_scale,
            steps=steps,
            width=16,
            height=16,
            latent_shape=(4, 8, 8),
        )
        scheduler = Scheduler(sampling.scheduler, parts.scheduler_config, sampling.trailing, steps, CPU.torch_device)
        return sample(job, scheduler, generators_for([4]), lambda _step, _latents: None, CancelToken())


def hyper(folder: Path) -> dict[str, Any]:
    return {"lora": make_distillation_lora(folder / "Hyper-SDXL-4steps-lora.safetensors")}


def lightning_lora(folder: Path) -> dict[str, Any]:
    return {"lora": make_distillation_lora(folder / "sdxl_lightning_4step_lora.safetensors")}


def lightning_unet(folder: Path) -> dict[str, Any]:
    state = {name: value.half() for name, value in other_unet_state().items()}
    save_file(state, folder / "sdxl_lightning_4step_unet.safetensors")
    return {"unet": folder / "sdxl_lightning_4step_unet.safetensors"}


def lcm(folder: Path) -> dict[str, Any]:
    return {"lora": make_distillation_lora(folder / "pytorch_lora_weights.safetensors")}


def turbo(folder: Path) -> dict[str, Any]:
    own = make_turbo(folder / "sdxl-turbo")
    return {"unet": own / "unet", "scheduler_folder": own / "scheduler"}


def undistilled(folder: Path) -> dict[str, Any]:
    return {}


def commercial(folder: Path) -> dict[str, Any]:
    path = folder / "ip-adapter-plus-face_sdxl_vit-h.safetensors"
    save_file(dotted(plus_face_state()), path)
    encoder = make_image_encoder(folder / "image_encoder")
    adapter = AdapterFiles(kind="plus-face", weights=path, image_encoder=encoder)
    return {**lightning_lora(folder), "adapter": adapter, "vae": make_fixed_vae(folder / "vae")}


def separate_lora(folder: Path) -> dict[str, Any]:
    adapter = AdapterFiles(
        kind="faceid-plus-v2",
        weights=tiny_models.FACEID,
        image_encoder=tiny_models.ENCODER,
        lora=faceid_lora_file(folder / "ip-adapter-faceid-plusv2_sdxl_lora.safetensors"),
    )
    return {**hyper(folder), "adapter": adapter}


@pytest.mark.parametrize(
    ("family", "make", "steps", "device"),
    [
        ("hyper", hyper, 4, CPU),
        ("hyper", separate_lora, 2, BRAIN),
        ("lightning", lightning_lora, 4, CPU),
        ("lightning", lightning_unet, 2, HALF),
        ("lightning", commercial, 4, CPU),
        ("lcm", lcm, 4, CPU),
        ("turbo", turbo, 2, CPU),
        ("base", undistilled, 4, CPU),
    ],
)
def test_a_checkpoint_of_each_family_samples(
    tmp_path: Path,
    base: Path,
    parts: Parts,
    family: FamilyName,
    make: Callable[[Path], dict[str, Any]],
    steps: int,
    device: Device,
) -> None:
    changes = make(tmp_path)
    own = loaded(make_checkpoint(tmp_path, base, family, **changes), device)
    assert own.scheduler_config == (TURBO_SCHEDULER if family == "turbo" else SCHEDULER)
    assert own.adapter.tokens == (16 if make is commercial else 4)
    assert own.adapter.has_lora == (make is not commercial)
    latents = latents_of(own, steps)
    assert latents.shape == (1, 4, 8, 8)
    assert latents.dtype == torch.float32
    assert latents.isfinite().all()
    assert torch.equal(latents_of(own, steps), latents)  # Nothing of the run before is left.
    layer = "down_blocks.1.attentions.0.proj_in.weight"
    assert torch.equal(own.unet.state_dict()[layer].float(), parts.unet.state_dict()[layer]) == (family == "base")


def test_the_distillation_is_in_the_weights_below_the_face_lora(tmp_path: Path, base: Path) -> None:
    own = loaded(make_checkpoint(tmp_path, base, **hyper(tmp_path)))
    state = {name.replace(".base_layer", ""): value for name, value in own.unet.state_dict().items()}
    for name, (down, up) in random_lora(lora_targets()).items():
        change = (up.half().double().flatten(1) @ down.half().double().flatten(1)).view(state[f"{name}.weight"].shape)
        expected = unet_state()[f"{name}.weight"].half().double() + change
        assert (state[f"{name}.weight"] - expected).abs().max() < 1e-6, name
    names = {name.rpartition(".lora_A")[0].rpartition(".")[2] for name in state if ".lora_A." in name}
    assert names <= {"to_q", "to_k", "to_v", "0"}


@pytest.mark.parametrize("make", [lightning_unet, turbo])
def test_a_unet_of_its_own_replaces_the_bases(
    tmp_path: Path, own_base: Path, make: Callable[[Path], dict[str, Any]]
) -> None:
    (own_base / "unet" / "diffusion_pytorch_model.fp16.safetensors").unlink()  # It need not even be there.
    own = loaded(make_checkpoint(tmp_path, own_base, "lightning", **make(tmp_path)))
    plain = {name.replace(".base_layer", ""): value for name, value in own.unet.state_dict().items()}
    assert_same({name: value for name, value in plain.items() if ".lora_" not in name}, other_unet_state())


# What is refused


def resized_unet() -> dict[str, Tensor]:
    return {name: value[: len(value) // 2] for name, value in unet_state().items()}


def without_one() -> dict[str, Tensor]:
    return {name: value for name, value in unet_state().items() if name != "conv_out.bias"}


def with_one_more() -> dict[str, Tensor]:
    return {**unet_state(), "down_blocks.3.resnets.0.conv1.weight": torch.zeros(2, 2)}


@pytest.mark.parametrize("state", [resized_unet, without_one, with_one_more])
def test_a_single_unet_file_for_another_architecture(
    tmp_path: Path, base: Path, state: Callable[[], dict[str, Tensor]]
) -> None:
    save_file({name: value.contiguous() for name, value in state().items()}, tmp_path / "unet.safetensors")
    checkpoint = make_checkpoint(tmp_path, base, "lightning", unet=tmp_path / "unet.safetensors")
    assert_refused(checkpoint, "UNet unet.safetensors does not fit")


def test_a_unet_that_is_not_sdxls(own_base: Path) -> None:
    config = {**UNET, **TINY_UNET, "addition_embed_type": None}
    write_json(own_base / "unet" / "config.json", config)
    state = {name: value for name, value in unet_state().items() if not name.startswith("add_embedding")}
    save_weights(state, own_base / "unet", "diffusion_pytorch_model")
    assert_refused(make_checkpoint(own_base.parent, own_base), "Tiny hyper is not an SDXL model")


def test_a_lora_for_another_architecture(tmp_path: Path, base: Path) -> None:
    path = tmp_path / "lora.safetensors"
    key = "lora_unet_down_blocks_1_attentions_0_proj_in"
    save_file({f"{key}.lora_down.weight": torch.ones(4, 320), f"{key}.lora_up.weight": torch.ones(320, 4)}, path)
    assert_refused(make_checkpoint(tmp_path, base, lora=path), "LoRA lora.safetensors does not fit")


FILES = [
    "model_index.json",
    "scheduler/scheduler_config.json",
    "tokenizer/vocab.json",
    "tokenizer/merges.txt",
    "tokenizer_2/vocab.json",
    "tokenizer_2/merges.txt",
    "text_encoder/config.json",
    "text_encoder/model.fp16.safetensors",
    "text_encoder_2/config.json",
    "text_encoder_2/model.fp16.safetensors",
    "unet/config.json",
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model.fp16.safetensors",
]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(own_base: Path, file: str) -> None:
    (own_base / file).unlink()
    assert_refused(make_checkpoint(own_base.parent, own_base), file.replace(".fp16", ""), "missing")


@pytest.mark.parametrize("file", FILES)
def test_an_empty_file_is_named(own_base: Path, file: str) -> None:
    (own_base / file).write_bytes(b"")
    assert_refused(make_checkpoint(own_base.parent, own_base), file, "empty")


@pytest.mark.parametrize("file", FILES)
def test_garbage_is_named(own_base: Path, file: str) -> None:
    (own_base / file).write_bytes(bytes(range(255, 0, -1)) * 3)
    place = Path(file).parent.name if file.startswith("tokenizer") else file
    assert_refused(make_checkpoint(own_base.parent, own_base), place, "damaged")


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".safetensors")])
def test_a_weight_file_that_was_cut_is_named(own_base: Path, file: str) -> None:
    whole = (own_base / file).read_bytes()
    (own_base / file).write_bytes(whole[:-1])
    assert_refused(make_checkpoint(own_base.parent, own_base), file, f"{len(whole) - 1} bytes instead of {len(whole)}")


@pytest.mark.parametrize("content", ['{"a": "b"}', '["a"]', "7"])
def test_a_vocabulary_of_nonsense(own_base: Path, content: str) -> None:
    (own_base / "tokenizer" / "vocab.json").write_text(content)
    assert_refused(make_checkpoint(own_base.parent, own_base), "tokenizer")


@pytest.mark.parametrize("field", ["unet", "lora", "vae", "preview", "scheduler_folder"])
def test_a_missing_part_of_the_checkpoint_is_named(tmp_path: Path, base: Path, field: str) -> None:
    missing: dict[str, Any] = {field: tmp_path / "nowhere"}
    checkpoint = make_checkpoint(tmp_path, base, "hyper", **missing)
    assert_refused(checkpoint, "nowhere", "missing")


# On the way


def test_the_stages_are_told_in_order(tmp_path: Path, base: Path) -> None:
    events: list[object] = []
    load(make_checkpoint(tmp_path, base), CPU, events.append, CancelToken())
    assert all(isinstance(event, Stage) for event in events)
    stages = [event for event in events if isinstance(event, Stage)]
    assert [stage.text for stage in stages] == [
        "Checking the model files",
        "Loading the text encoders",
        "Loading the UNet",
        "Loading the face adapter",
        "Loading the decoder",
        "Moving the model to CPU",
    ]
    fractions = [stage.fraction for stage in stages]
    assert fractions == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])


@pytest.mark.parametrize("last", range(6))
def test_cancelling_stops_before_the_next_part(tmp_path: Path, base: Path, last: int) -> None:
    token, told = CancelToken(), []

    def report(event: object) -> None:
        told.append(event)
        if len(told) == last:
            token.cancel()

    if last == 0:
        token.cancel()
    with pytest.raises(Cancelled):
        load(make_checkpoint(tmp_path, base), CPU, report, token)
    assert len(told) == last


def test_one_that_was_cancelled_before_loads_again(tmp_path: Path, base: Path, parts: Parts) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        load(make_checkpoint(tmp_path, base), CPU, silent, token)
    again = loaded(make_checkpoint(tmp_path, base))
    assert torch.equal(latents_of(again, 2), latents_of(parts, 2))
