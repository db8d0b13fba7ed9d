"""Tiny models in exactly the form of the real files: names, layouts, configurations and key names as on the hub.

The configurations are those of the files named, character by character (`test_loading.py` compares their sums with the
published ones); only the sizes in them are made small. The weights are those of the parity pack, or random.
"""

import json
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import torch
from accelerate import init_empty_weights
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterFiles, Checkpoint, FaceModels, FamilyName, sampling_of
from fastface_core.domain.identity import Identity
from fastface_core.engine.device import Device

PACK = Path(__file__).resolve().parents[1] / "data" / "parity" / "models"
FACEID = PACK / "faceid" / "ip-adapter-faceid-plusv2_sdxl.bin"
ENCODER = PACK / "image_encoder"
CPU = Device(torch.device("cpu"), torch.float32, "CPU")

State = dict[str, Tensor]
LoraForm = Literal["kohya", "diffusers", "diffusers-old", "peft", "peft-bare", "peft-wrapped"]


# The configurations of stabilityai/stable-diffusion-xl-base-1.0.
def _added_token(content: str, kind: Mapping[str, str] | None = None) -> dict[str, Any]:
    flags = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    return {**(kind or {}), "content": content, **flags}


def tokenizer_config(pad: str) -> dict[str, Any]:
    typed = {"__type": "AddedToken"}
    return {
        "add_prefix_space": False,
        "bos_token": _added_token("<|startoftext|>", typed),
        "clean_up_tokenization_spaces": True,
        "do_lower_case": True,
        "eos_token": _added_token("<|endoftext|>", typed),
        "errors": "replace",
        "model_max_length": 77,
        "pad_token": pad,
        "tokenizer_class": "CLIPTokenizer",
        "unk_token": _added_token("<|endoftext|>", typed),
    }


def special_tokens_map(pad: str) -> dict[str, Any]:
    return {
        "bos_token": _added_token("<|startoftext|>"),
        "eos_token": _added_token("<|endoftext|>"),
        "pad_token": pad,
        "unk_token": _added_token("<|endoftext|>"),
    }


def turbo_tokenizer_config(begin: int) -> dict[str, Any]:
    """The newer form, of stabilityai/sdxl-turbo's second tokenizer; `begin` is the first special token's number."""

    def token(content: str, normalized: bool, special: bool) -> dict[str, Any]:
        return {
            "content": content,
            "lstrip": False,
            "normalized": normalized,
            "rstrip": False,
            "single_word": False,
            "special": special,
        }

    return {
        "add_prefix_space": False,
        "added_tokens_decoder": {
            "0": token("!", False, True),
            str(begin): token("<|startoftext|>", True, False),
            str(begin + 1): token("<|endoftext|>", False, False),
        },
        "additional_special_tokens": [],
        "bos_token": "<|startoftext|>",
        "clean_up_tokenization_spaces": True,
        "do_lower_case": True,
        "eos_token": "<|endoftext|>",
        "errors": "replace",
        "model_max_length": 77,
        "pad_token": "!",
        "tokenizer_class": "CLIPTokenizer",
        "tokenizer_file": "/elsewhere/tokenizer.json",
        "unk_token": "<|endoftext|>",
    }


TEXT_ENCODER: dict[str, Any] = {
    "architectures": ["CLIPTextModel"],
    "attention_dropout": 0.0,
    "bos_token_id": 0,
    "dropout": 0.0,
    "eos_token_id": 2,
    "hidden_act": "quick_gelu",
    "hidden_size": 768,
    "initializer_factor": 1.0,
    "initializer_range": 0.02,
    "intermediate_size": 3072,
    "layer_norm_eps": 1e-05,
    "max_position_embeddings": 77,
    "model_type": "clip_text_model",
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "pad_token_id": 1,
    "projection_dim": 768,
    "torch_dtype": "float16",
    "transformers_version": "4.32.0.dev0",
    "vocab_size": 49408,
}
TEXT_ENCODER_2: dict[str, Any] = {
    **TEXT_ENCODER,
    "architectures": ["CLIPTextModelWithProjection"],
    "hidden_act": "gelu",
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_attention_heads": 20,
    "num_hidden_layers": 32,
    "projection_dim": 1280,
}
TINY_TEXT = {
    "hidden_size": 32,
    "intermediate_size": 37,
    "num_attention_heads": 4,
    "num_hidden_layers": 5,
    "projection_dim": 32,
    "vocab_size": 514,
}
UNET: dict[str, Any] = {
    "_class_name": "UNet2DConditionModel",
    "_diffusers_version": "0.19.0.dev0",
    "act_fn": "silu",
    "addition_embed_type": "text_time",
    "addition_embed_type_num_heads": 64,
    "addition_time_embed_dim": 256,
    "attention_head_dim": [5, 10, 20],
    "block_out_channels": [320, 640, 1280],
    "center_input_sample": False,
    "class_embed_type": None,
    "class_embeddings_concat": False,
    "conv_in_kernel": 3,
    "conv_out_kernel": 3,
    "cross_attention_dim": 2048,
    "cross_attention_norm": None,
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "downsample_padding": 1,
    "dual_cross_attention": False,
    "encoder_hid_dim": None,
    "encoder_hid_dim_type": None,
    "flip_sin_to_cos": True,
    "freq_shift": 0,
    "in_channels": 4,
    "layers_per_block": 2,
    "mid_block_only_cross_attention": None,
    "mid_block_scale_factor": 1,
    "mid_block_type": "UNetMidBlock2DCrossAttn",
    "norm_eps": 1e-05,
    "norm_num_groups": 32,
    "num_attention_heads": None,
    "num_class_embeds": None,
    "only_cross_attention": False,
    "out_channels": 4,
    "projection_class_embeddings_input_dim": 2816,
    "resnet_out_scale_factor": 1.0,
    "resnet_skip_time_act": False,
    "resnet_time_scale_shift": "default",
    "sample_size": 128,
    "time_cond_proj_dim": None,
    "time_embedding_act_fn": None,
    "time_embedding_dim": None,
    "time_embedding_type": "positional",
    "timestep_post_act": None,
    "transformer_layers_per_block": [1, 2, 10],
    "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "upcast_attention": None,
    "use_linear_projection": True,
}
TINY_UNET = {
    "addition_time_embed_dim": 8,
    "attention_head_dim": [2, 4, 4],
    "block_out_channels": [32, 64, 64],
    "cross_attention_dim": 64,
    "layers_per_block": 1,
    "norm_num_groups": 16,
    "projection_class_embeddings_input_dim": 80,
    "sample_size": 32,
    "transformer_layers_per_block": [1, 2, 2],
}
VAE: dict[str, Any] = {
    "_class_name": "AutoencoderKL",
    "_diffusers_version": "0.20.0.dev0",
    "_name_or_path": "../sdxl-vae/",
    "act_fn": "silu",
    "block_out_channels": [128, 256, 512, 512],
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "force_upcast": True,
    "in_channels": 3,
    "latent_channels": 4,
    "layers_per_block": 2,
    "norm_num_groups": 32,
    "out_channels": 3,
    "sample_size": 1024,
    "scaling_factor": 0.13025,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
}
TINY_VAE: dict[str, Any] = {
    "block_out_channels": [32, 32],
    "down_block_types": ["DownEncoderBlock2D"] * 2,
    "layers_per_block": 1,
    "up_block_types": ["UpDecoderBlock2D"] * 2,
}
SCHEDULER: dict[str, Any] = {
    "_class_name": "EulerDiscreteScheduler",
    "_diffusers_version": "0.19.0.dev0",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "interpolation_type": "linear",
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "sample_max_value": 1.0,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "timestep_spacing": "leading",
    "trained_betas": None,
    "use_karras_sigmas": False,
}
MODEL_INDEX: dict[str, Any] = {
    "_class_name": "StableDiffusionXLPipeline",
    "_diffusers_version": "0.19.0.dev0",
    "force_zeros_for_empty_prompt": True,
    "add_watermarker": None,
    "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "tokenizer_2": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
# Of stabilityai/sdxl-turbo.
TURBO_SCHEDULER: dict[str, Any] = {
    **SCHEDULER,
    "_class_name": "EulerAncestralDiscreteScheduler",
    "_diffusers_version": "0.24.0.dev0",
    "timestep_spacing": "trailing",
}
# Of madebyollin/taesdxl, with fewer channels and blocks.
TINY_DECODER: dict[str, Any] = {
    "_class_name": "AutoencoderTiny",
    "_diffusers_version": "0.20.0.dev0",
    "act_fn": "relu",
    "decoder_block_out_channels": [8, 8],
    "encoder_block_out_channels": [8, 8],
    "force_upcast": False,
    "in_channels": 3,
    "latent_channels": 4,
    "latent_magnitude": 3,
    "latent_shift": 0.5,
    "num_decoder_blocks": [1, 1],
    "num_encoder_blocks": [1, 1],
    "out_channels": 3,
    "scaling_factor": 1.0,
    "upsampling_scaling_factor": 2,
}
# Of h94/IP-Adapter's models/image_encoder.
IMAGE_ENCODER: dict[str, Any] = {
    "_name_or_path": "./image_encoder",
    "architectures": ["CLIPVisionModelWithProjection"],
    "attention_dropout": 0.0,
    "dropout": 0.0,
    "hidden_act": "gelu",
    "hidden_size": 1280,
    "image_size": 224,
    "initializer_factor": 1.0,
    "initializer_range": 0.02,
    "intermediate_size": 5120,
    "layer_norm_eps": 1e-05,
    "model_type": "clip_vision_model",
    "num_attention_heads": 16,
    "num_channels": 3,
    "num_hidden_layers": 32,
    "patch_size": 14,
    "projection_dim": 1024,
    "torch_dtype": "float16",
    "transformers_version": "4.28.0.dev0",
}
TINY_IMAGE = {
    "hidden_size": 32,
    "intermediate_size": 37,
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "patch_size": 32,
    "projection_dim": 32,
}


def as_json(content: Mapping[str, Any]) -> str:
    """As diffusers and transformers write it."""
    return json.dumps(content, indent=2) + "\n"


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(content), encoding="utf-8")


@cache
def _pack_state(name: str) -> State:
    return load_file(PACK / name)


def unet_state() -> State:
    return dict(_pack_state("sdxl/unet/diffusion_pytorch_model.safetensors"))


def vae_state() -> State:
    return dict(_pack_state("sdxl/vae/diffusion_pytorch_model.safetensors"))


def text_state(name: Literal["text_encoder", "text_encoder_2"]) -> State:
    """With the names that the hub's files have, which newer libraries have shortened."""
    prefix = "text_model."
    state = _pack_state(f"sdxl/{name}/model.safetensors")
    return {key if key.startswith((prefix, "text_projection")) else prefix + key: value for key, value in state.items()}


def image_encoder_state() -> State:
    """The real file holds a buffer besides that newer libraries no longer have."""
    return {
        **_pack_state("image_encoder/model.safetensors"),
        "vision_model.embeddings.position_ids": torch.arange(50)[None],
    }


def save_weights(
    state: Mapping[str, Tensor],
    folder: Path,
    stem: str,
    *,
    dtype: torch.dtype = torch.float16,
    variant: str | None = "fp16",
    suffix: Literal[".safetensors", ".bin"] = ".safetensors",
    parts: int = 1,
) -> Path:
    """A model's weights as the libraries name them, in one file or in `parts` beside an index (which is returned)."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.to(dtype) if value.is_floating_point() else value for name, value in state.items()}
    if suffix == ".bin" and stem == "model":
        stem = "pytorch_model"
    infix = f".{variant}" if variant else ""

    def save(part: State, path: Path) -> None:
        if suffix == ".bin":
            torch.save(part, path)
        else:
            save_file(part, path, metadata={"format": "pt"})

    if parts == 1:
        path = folder / f"{stem}{infix}{suffix}"
        save(state, path)
        return path
    names = sorted(state)
    weight_map: dict[str, str] = {}
    for number in range(parts):
        file = f"{stem}{infix}-{number + 1:05}-of-{parts:05}{suffix}"
        own = names[number::parts]
        save({name: state[name] for name in own}, folder / file)
        weight_map |= dict.fromkeys(own, file)
    index = folder / f"{stem}{suffix}.index{infix}.json"
    write_json(index, {"metadata": {"total_size": 0}, "weight_map": weight_map})
    return index


def make_tokenizer(folder: Path, pad: str) -> None:
    """vocab.json and merges.txt, and no tokenizer.json: "cat" is one token by two merges, everything else letters."""
    model = json.loads((PACK / "sdxl/tokenizer/tokenizer.json").read_text(encoding="utf-8"))["model"]
    vocabulary = {word: number for word, number in model["vocab"].items() if number not in (510, 511)}
    vocabulary |= {"ca": 510, "cat</w>": 511}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nc a\nca t</w>\n", encoding="utf-8")
    write_json(folder / "tokenizer_config.json", tokenizer_config(pad))
    write_json(folder / "special_tokens_map.json", special_tokens_map(pad))


def make_base(folder: Path, **weights: Any) -> Path:
    """A diffusers folder of SDXL; `weights` as for `save_weights`."""
    write_json(folder / "model_index.json", MODEL_INDEX)
    write_json(folder / "scheduler" / "scheduler_config.json", SCHEDULER)
    make_tokenizer(folder / "tokenizer", "<|endoftext|>")
    make_tokenizer(folder / "tokenizer_2", "!")
    write_json(folder / "text_encoder" / "config.json", {**TEXT_ENCODER, **TINY_TEXT})
    write_json(folder / "text_encoder_2" / "config.json", {**TEXT_ENCODER_2, **TINY_TEXT})
    write_json(folder / "unet" / "config.json", {**UNET, **TINY_UNET})
    write_json(folder / "vae" / "config.json", {**VAE, **TINY_VAE})
    save_weights(text_state("text_encoder"), folder / "text_encoder", "model", **weights)
    save_weights(text_state("text_encoder_2"), folder / "text_encoder_2", "model", **weights)
    save_weights(unet_state(), folder / "unet", "diffusion_pytorch_model", **weights)
    save_weights(vae_state(), folder / "vae", "diffusion_pytorch_model", **weights)
    return folder


def make_fixed_vae(folder: Path) -> Path:
    """A VAE that is safe in float16: plain name, float32."""
    write_json(folder / "config.json", {**VAE, **TINY_VAE, "force_upcast": False})
    save_weights(vae_state(), folder, "diffusion_pytorch_model", dtype=torch.float32, variant=None)
    return folder


def decoder_state() -> State:
    torch.manual_seed(11)
    return cast(AutoencoderTiny, AutoencoderTiny.from_config(TINY_DECODER)).state_dict()


def make_preview_decoder(folder: Path) -> Path:
    write_json(folder / "config.json", TINY_DECODER)
    save_weights(decoder_state(), folder, "diffusion_pytorch_model", dtype=torch.float32, variant=None)
    return folder


def make_image_encoder(folder: Path, **weights: Any) -> Path:
    write_json(folder / "config.json", {**IMAGE_ENCODER, **TINY_IMAGE})
    options: dict[str, Any] = {"dtype": torch.float32, "variant": None, **weights}
    save_weights(image_encoder_state(), folder, "model", **options)
    return folder


def make_turbo(folder: Path) -> Path:
    """A UNet folder and a scheduler folder of its own; the UNet differs from the base's."""
    write_json(folder / "unet" / "config.json", {**UNET, **TINY_UNET, "_diffusers_version": "0.24.0.dev0"})
    write_json(folder / "scheduler" / "scheduler_config.json", TURBO_SCHEDULER)
    save_weights(other_unet_state(), folder / "unet", "diffusion_pytorch_model")
    return folder


def other_unet_state() -> State:
    """Another UNet than the base's."""
    return {name: value * 0.875 for name, value in unet_state().items()}


def faceid_state() -> dict[str, State]:
    """FaceID-Plus-v2, nested as in its `.bin`."""
    return torch.load(FACEID, weights_only=True)


def dotted(nested: Mapping[str, Mapping[str, Tensor]]) -> State:
    return {f"{outer}.{inner}": value for outer, state in nested.items() for inner, value in state.items()}


def attention_names() -> list[str]:
    """The UNet's attention layers in the order in which adapter files number them."""
    found = dict.fromkeys(re.sub(r"\.to_q\.weight$", "", key) for key in unet_state() if key.endswith(".to_q.weight"))

    def place(name: str) -> tuple[int, list[int], str]:
        block = ("down_blocks", "up_blocks", "mid_block").index(name.split(".")[0])
        return block, [int(number) for number in re.findall(r"\.(\d+)(?=\.|$)", name)], name

    return sorted(found, key=place)


def faceid_lora_file(path: Path) -> Path:
    """FaceID-Plus-v2's LoRA as a file of its own: kohya names, no alphas."""
    attention = faceid_state()["ip_adapter"]
    state: State = {}
    for key, value in attention.items():
        match = re.fullmatch(r"(\d+)\.(to_\w+)_lora\.(down|up)\.weight", key)
        if match is None:
            continue
        number, projection, part = match.groups()
        layer = f"{attention_names()[int(number)]}.{projection}".replace(".", "_")
        layer += "_0" if projection == "to_out" else ""
        state[f"lora_unet_{layer}.lora_{part}.weight"] = value
    save_file(state, path)
    return path


def plus_face_state(tokens: int = 16, size: int = 64, clip: int = 32, out: int = 64) -> dict[str, State]:
    """IP-Adapter Plus-Face, with the names of its file; random."""
    generator = torch.Generator().manual_seed(7)

    def random(*shape: int) -> Tensor:
        return (torch.randn(shape, generator=generator) * 0.1).half()

    projection: State = {
        "latents": random(1, tokens, size),
        "proj_in.weight": random(size, clip),
        "proj_in.bias": random(size),
        "proj_out.weight": random(out, size),
        "proj_out.bias": random(out),
        "norm_out.weight": random(out) + 1,
        "norm_out.bias": random(out),
    }
    for layer in range(4):
        for norm in ("0.norm1", "0.norm2", "1.0"):
            projection[f"layers.{layer}.{norm}.weight"] = random(size) + 1
            projection[f"layers.{layer}.{norm}.bias"] = random(size)
        projection[f"layers.{layer}.0.to_q.weight"] = random(size, size)
        projection[f"layers.{layer}.0.to_kv.weight"] = random(2 * size, size)
        projection[f"layers.{layer}.0.to_out.weight"] = random(size, size)
        projection[f"layers.{layer}.1.1.weight"] = random(4 * size, size)
        projection[f"layers.{layer}.1.3.weight"] = random(size, 4 * size)
    attention = {key: random(*value.shape) for key, value in faceid_state()["ip_adapter"].items() if "_ip." in key}
    return {"image_proj": projection, "ip_adapter": attention}


# What the distillation LoRAs of Hyper-SD, SDXL-Lightning and LCM are on (788 of SDXL's 794 layers).
DISTILLED = (
    "to_q",
    "to_k",
    "to_v",
    "to_out.0",
    "proj_in",
    "proj_out",
    "ff.net.0.proj",
    "ff.net.2",
    "conv1",
    "conv2",
    "conv_shortcut",
    "downsamplers.0.conv",
    "upsamplers.0.conv",
    "time_emb_proj",
)


def lora_targets(endings: Iterable[str] = DISTILLED) -> list[str]:
    endings = tuple(f".{ending}.weight" for ending in endings)
    return sorted(key.removesuffix(".weight") for key in unet_state() if key.endswith(endings))


def random_lora(names: Iterable[str], ranks: Iterable[int] = (4,), seed: int = 5) -> dict[str, tuple[Tensor, Tensor]]:
    """`(down, up)` by layer, small enough to leave the UNet sane; the ranks take turns."""
    generator = torch.Generator().manual_seed(seed)
    ranks, weights = list(ranks), unet_state()
    layers: dict[str, tuple[Tensor, Tensor]] = {}
    for number, name in enumerate(names):
        shape, rank = weights[f"{name}.weight"].shape, ranks[number % len(ranks)]
        down = torch.randn((rank, *shape[1:]), generator=generator) * 0.05
        up = torch.randn((shape[0], rank, *(1 for _ in shape[2:])), generator=generator) * 0.05
        layers[name] = down, up
    return layers


def lora_state(
    layers: Mapping[str, tuple[Tensor, Tensor]],
    form: LoraForm,
    *,
    alphas: Mapping[str, float] | None = None,
    dtype: torch.dtype = torch.float32,
) -> State:
    """A LoRA with the key names of a form."""
    state: State = {}
    for name, (down, up) in layers.items():
        match form:
            case "kohya":
                base = "lora_unet_" + name.replace(".", "_")
                keys = f"{base}.lora_down.weight", f"{base}.lora_up.weight"
                if alphas:
                    state[f"{base}.alpha"] = torch.tensor(alphas[name], dtype=dtype)
            case "diffusers":
                keys = f"unet.{name}.lora.down.weight", f"unet.{name}.lora.up.weight"
            case "diffusers-old":
                layer, _, projection = name.removesuffix(".0").rpartition(".")
                base = f"unet.{layer}.processor.{projection}_lora"
                keys = f"{base}.down.weight", f"{base}.up.weight"
            case "peft":
                keys = f"unet.{name}.lora_A.weight", f"unet.{name}.lora_B.weight"
            case "peft-bare":
                keys = f"{name}.lora_A.weight", f"{name}.lora_B.weight"
            case "peft-wrapped":
                base = f"base_model.model.{name}"
                keys = f"{base}.lora_A.default.weight", f"{base}.lora_B.default.weight"
        state[keys[0]], state[keys[1]] = down.to(dtype), up.to(dtype)
    return state


def make_distillation_lora(path: Path) -> Path:
    """As Hyper-SD's, SDXL-Lightning's and LCM's: kohya names on attention, feed-forward, convolutions, with alphas."""
    layers = random_lora(lora_targets())
    save_file(lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 4.0), dtype=torch.float16), path)
    return path


def make_checkpoint(folder: Path, base: Path, family: FamilyName = "hyper", **changes: Any) -> Checkpoint:
    """A checkpoint of the parity pack's adapter on `base`; `changes` are its fields."""
    fields: dict[str, Any] = {
        "name": family,
        "title": f"Tiny {family}",
        "sampling": sampling_of(family),
        "base": base,
        "adapter": AdapterFiles(kind="faceid-plus-v2", weights=FACEID, image_encoder=ENCODER),
        "faces": FaceModels(kind="blazeface", path=folder / "recogniser.onnx"),
    }
    return Checkpoint(**{**fields, **changes})


@cache
def real_unet() -> UNet2DConditionModel:
    """SDXL's UNet in its true sizes, without weights."""
    with init_empty_weights():
        return cast(UNet2DConditionModel, UNet2DConditionModel.from_config(UNET))


@cache
def _tiny_unet() -> UNet2DConditionModel:
    with init_empty_weights():
        unet = cast(UNet2DConditionModel, UNet2DConditionModel.from_config({**UNET, **TINY_UNET}))
    unet.load_state_dict({name: value.float() for name, value in unet_state().items()}, assign=True)
    return unet.eval().requires_grad_(False)


def tiny_unet(dtype: torch.dtype = torch.float32) -> UNet2DConditionModel:
    """The base's UNet, one to change."""
    unet = deepcopy(_tiny_unet())
    # By the class's own method, because diffusers declares its `to` wrongly.
    torch.nn.Module.to(unet, dtype)
    return unet


@torch.inference_mode()
def run_unet(unet: torch.nn.Module, seed: int = 1) -> Tensor:
    """The prediction for a random latent of 8 x 8 and a random text, float32."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).to(next(unet.parameters()).dtype)

    conditions = {"text_embeds": random(1, 32), "time_ids": torch.tensor([[64, 64, 0, 0, 64, 64]])}
    latents, text = random(1, 4, 8, 8), random(1, 77, 64)
    output = unet(latents, 500, encoder_hidden_states=text, added_cond_kwargs=conditions, return_dict=False)
    return output[0].float()


def somebody() -> Identity:
    random = np.random.default_rng(3)
    embedding = random.standard_normal(512).astype(np.float32)
    crop = random.integers(0, 256, (224, 224, 3), dtype=np.uint8)
    return Identity((embedding / np.linalg.norm(embedding)).astype(np.float32), crop)
