"""An SDXL with face adapter and random weights, made in place: for measuring where there are no model files.

`REAL` has the sizes of SDXL base, of FaceID-Plus-v2 and its ViT-H; `TINY` has the same parts, small enough for any
machine. The weights keep the deviation of what flows through a layer, so that half precision holds it as it holds the
activations of trained weights.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import torch
from accelerate import init_empty_weights
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.embeddings import IPAdapterFaceIDPlusImageProjection
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from tokenizers.pre_tokenizers import ByteLevel
from torch import Tensor
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from fastface_core.domain.checkpoints import AdapterFiles, Checkpoint, FaceModels, sampling_of
from fastface_core.domain.identity import Identity
from fastface_core.domain.presets import Part
from fastface_core.engine.adapters import FACE_LORA, FaceIdPlusV2
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.device import Device
from fastface_core.engine.libraries import quieten
from fastface_core.engine.loading import Parts
from fastface_core.engine.lora import LoraLayer, add_to_unet, loras_of
from fastface_core.engine.residence import Residence, moved_to

Model = TypeVar("Model", bound=torch.nn.Module)

EMBEDDING = 512
TOKENS = 4
NOWHERE = Path("random")
"""Stands for the files that there are not."""

# The scheduler of SDXL base.
SCHEDULER: Mapping[str, Any] = {
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
    "use_karras_sigmas": False,
}


@dataclass(frozen=True)
class Size:
    """Configurations of all parts, in the libraries' own names.

    Attributes:
        texts: of the two text encoders.
        projection: of the face adapter's resampler.
        rank: of the face adapter's LoRA.
    """

    unet: Mapping[str, Any]
    texts: tuple[Mapping[str, Any], Mapping[str, Any]]
    vision: Mapping[str, Any]
    vae: Mapping[str, Any]
    projection: Mapping[str, Any]
    rank: int


def _unet(channels: tuple[int, int, int], heads: tuple[int, int, int], layers: tuple[int, int, int]) -> dict[str, Any]:
    return {
        "addition_embed_type": "text_time",
        "attention_head_dim": heads,
        "block_out_channels": channels,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "transformer_layers_per_block": layers,
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "use_linear_projection": True,
    }


def _vae(channels: tuple[int, ...]) -> dict[str, Any]:
    return {
        "block_out_channels": channels,
        "down_block_types": ("DownEncoderBlock2D",) * len(channels),
        "up_block_types": ("UpDecoderBlock2D",) * len(channels),
        "latent_channels": 4,
    }


REAL = Size(
    unet=_unet((320, 640, 1280), (5, 10, 20), (1, 2, 10))
    | {
        "addition_time_embed_dim": 256,
        "cross_attention_dim": 2048,
        "projection_class_embeddings_input_dim": 2816,
        "sample_size": 128,
    },
    texts=(
        {
            "hidden_act": "quick_gelu",
            "hidden_size": 768,
            "intermediate_size": 3072,
            "num_attention_heads": 12,
            "num_hidden_layers": 12,
            "projection_dim": 768,
            "vocab_size": 49408,
        },
        {
            "hidden_act": "gelu",
            "hidden_size": 1280,
            "intermediate_size": 5120,
            "num_attention_heads": 20,
            "num_hidden_layers": 32,
            "projection_dim": 1280,
            "vocab_size": 49408,
        },
    ),
    vision={
        "hidden_act": "gelu",
        "hidden_size": 1280,
        "image_size": 224,
        "intermediate_size": 5120,
        "num_attention_heads": 16,
        "num_hidden_layers": 32,
        "patch_size": 14,
        "projection_dim": 1024,
    },
    # Half precision holds it, as it holds the VAE that the app takes; the scaling is SDXL's.
    vae=_vae((128, 256, 512, 512))
    | {"force_upcast": False, "layers_per_block": 2, "sample_size": 512, "scaling_factor": 0.13025},
    projection={"embed_dims": 2048, "output_dims": 2048, "hidden_dims": 1280, "heads": 32},
    rank=128,
)

_TINY_TEXT = {"hidden_act": "gelu", "intermediate_size": 64, "num_attention_heads": 2, "vocab_size": 600}
TINY = Size(
    unet=_unet((32, 64, 64), (2, 4, 4), (1, 1, 2))
    | {
        "addition_time_embed_dim": 8,
        "cross_attention_dim": 64,
        "layers_per_block": 1,
        "norm_num_groups": 16,
        "projection_class_embeddings_input_dim": 80,
    },
    texts=(
        _TINY_TEXT | {"hidden_size": 32, "num_hidden_layers": 2, "projection_dim": 32},
        _TINY_TEXT | {"hidden_size": 32, "num_hidden_layers": 3, "projection_dim": 32},
    ),
    vision={
        "hidden_act": "gelu",
        "hidden_size": 32,
        "image_size": 224,
        "intermediate_size": 64,
        "num_attention_heads": 2,
        "num_hidden_layers": 2,
        "patch_size": 32,
        "projection_dim": 32,
    },
    vae=_vae((32, 32, 32, 32))
    | {"force_upcast": False, "layers_per_block": 1, "norm_num_groups": 16, "scaling_factor": 0.13025},
    projection={"embed_dims": 64, "output_dims": 64, "hidden_dims": 32, "heads": 1},
    rank=4,
)


def build(size: Size, device: Device, seed: int = 0) -> Parts:
    """All parts, where and in the type that loading them from files would have them."""
    quieten()
    make = _Maker(device, seed)
    target = device.torch_device
    encoders_on = target if device.plan.encoders_stay else torch.device("cpu")
    first, second = (CLIPTextConfig(**_text(config)) for config in size.texts)
    text_encoders = (
        make.model(lambda: CLIPTextModel(first), encoders_on),
        make.model(lambda: CLIPTextModelWithProjection(second), encoders_on),
    )
    unet = make.model(lambda: UNet2DConditionModel(**size.unet), target)
    encoder = make.model(lambda: CLIPVisionModelWithProjection(CLIPVisionConfig(**size.vision)), encoders_on)
    projection = make.model(
        lambda: IPAdapterFaceIDPlusImageProjection(
            **size.projection, id_embeddings_dim=EMBEDDING, num_tokens=TOKENS, depth=4
        ),
        target,
    )
    processors = {
        f"{name}.processor": FaceAttention(
            make.weight((hidden, text), target), make.weight((hidden, text), target), TOKENS, _part(name)
        )
        for name, hidden, text in _attention(unet)
        if name.endswith("attn2")
    }
    add_to_unet(unet, _lora(unet, size.rank, make), FACE_LORA, NOWHERE)
    adapter = FaceIdPlusV2(projection, processors, encoder)
    adapter.has_lora = True
    vae = make.model(lambda: AutoencoderKL(**size.vae), target)
    residence = Residence(target, unet, vae, (*text_encoders, *adapter.before_pictures))
    residence.follow(device.plan)
    tokenizer = _tokenizer(first.vocab_size)
    return Parts(
        checkpoint=_checkpoint(),
        device=device,
        unet=unet,
        vae=vae,
        preview=None,
        tokenizers=(tokenizer, tokenizer),
        text_encoders=text_encoders,
        scheduler_config=dict(SCHEDULER),
        adapter=adapter,
        residence=residence,
        zero_empty_prompt=True,
    )


def build_decoder(dtype: torch.dtype, seed: int = 0) -> AutoencoderKL:
    """SDXL's decoder by itself, on the CPU."""
    cpu = torch.device("cpu")
    return _Maker(Device(cpu, dtype, "CPU"), seed).model(lambda: AutoencoderKL(**REAL.vae), cpu)


def somebody(seed: int = 0) -> Identity:
    """A face that nobody has."""
    generator = np.random.default_rng(seed)
    embedding = generator.standard_normal(EMBEDDING).astype(np.float32)
    crop = generator.integers(0, 256, (224, 224, 3), dtype=np.uint8)
    return Identity(embedding=embedding / np.float32(np.linalg.norm(embedding)), crop=crop)


def empty(make: Callable[[], Model]) -> Model:
    """A model without memory for its parameters; its buffers are there."""
    with init_empty_weights():
        return make().eval().requires_grad_(False)


class _Maker:
    """Makes weights, one after the other from one seed."""

    def __init__(self, device: Device, seed: int) -> None:
        self._dtype = device.dtype
        self._generators: dict[torch.device, torch.Generator] = {}
        self._seed = seed

    def weight(self, shape: tuple[int, ...], device: torch.device, gain: float = 1.0) -> Tensor:
        """Normal, with the deviation that what flows through keeps: one over the root of the inputs."""
        generator = self._generators.get(device)
        if generator is None:
            generator = self._generators[device] = torch.Generator(device).manual_seed(self._seed)
        deviation = gain / max(1, torch.Size(shape[1:]).numel()) ** 0.5
        return torch.empty(shape, dtype=self._dtype, device=device).normal_(0, deviation, generator=generator)

    def model(self, make: Callable[[], Model], device: torch.device) -> Model:
        """A model filled parameter by parameter, so that the memory's peak is the model itself."""
        model = empty(make)
        for module in model.modules():
            for name, parameter in list(module.named_parameters(recurse=False)):
                if parameter.ndim > 1:
                    value = self.weight(tuple(parameter.shape), device)
                else:
                    fill = torch.ones if "norm" in type(module).__name__.lower() and name == "weight" else torch.zeros
                    value = fill(parameter.shape, dtype=self._dtype, device=device)
                module.register_parameter(name, torch.nn.Parameter(value, requires_grad=False))
        moved_to(model, device)
        return model


def _text(config: Mapping[str, Any]) -> dict[str, Any]:
    last = config["vocab_size"] - 1
    return {**config, "bos_token_id": last - 1, "eos_token_id": last, "pad_token_id": last}


def _tokenizer(vocabulary: int) -> CLIPTokenizer:
    """Letter by letter: as many tokens as CLIP's own, without its files."""
    letters = sorted(ByteLevel.alphabet())
    names = [*letters, *(f"{letter}</w>" for letter in letters)]
    ids = {name: index for index, name in enumerate(names)}
    ids |= {"<|startoftext|>": vocabulary - 2, "<|endoftext|>": vocabulary - 1}
    return CLIPTokenizer(vocab=ids, merges=[], model_max_length=77)


def _attention(unet: UNet2DConditionModel) -> Iterator[tuple[str, int, int]]:
    """Name, hidden size and size of what is attended to, of every attention layer."""
    modules = dict(unet.named_modules())
    for processor in cast(dict[str, Any], unet.attn_processors):
        name = processor.removesuffix(".processor")
        hidden, attended = cast(torch.nn.Linear, modules[f"{name}.to_k"]).weight.shape
        yield name, hidden, attended


def _part(name: str) -> Part:
    return cast(Part, name.partition("_")[0])


def _lora(unet: UNet2DConditionModel, rank: int, make: _Maker) -> dict[str, LoraLayer]:
    """In all four projections of every attention layer, as FaceID-Plus-v2 has it."""
    device, lora = unet.device, dict[str, LoraLayer]()
    for name, hidden, attended in _attention(unet):
        for layer, inputs in (("to_q", hidden), ("to_k", attended), ("to_v", attended), ("to_out.0", hidden)):
            down = make.weight((rank, inputs), device)
            # Small beside the layer itself, as a trained one is.
            lora[f"{name}.{layer}"] = LoraLayer(down, make.weight((hidden, rank), device, gain=0.1))
    return lora


def _checkpoint() -> Checkpoint:
    return Checkpoint(
        name="random-sdxl",
        title="Random SDXL",
        sampling=sampling_of("hyper"),
        base=NOWHERE,
        adapter=AdapterFiles(kind="faceid-plus-v2", weights=NOWHERE, image_encoder=NOWHERE),
        faces=FaceModels(kind="blazeface", path=NOWHERE),
        likeness_reason="Random weights draw no faces.",
    )


class Seen:
    """What was seen while a model ran.

    Attributes:
        largest: the largest magnitude that came out of any layer of any part, 0 where none ran.
    """

    def __init__(self) -> None:
        self._by_device: dict[torch.device, Tensor] = {}

    def note(self, values: Tensor) -> None:
        # Kept on its device: asking each layer for a number would have the CPU wait for each of them.
        largest = values.detach().abs().amax().float()
        before = self._by_device.get(values.device)
        self._by_device[values.device] = largest if before is None else torch.maximum(before, largest)

    @property
    def largest(self) -> float:
        return max((float(value) for value in self._by_device.values()), default=0.0)


@contextmanager
def watched(parts: Parts) -> Iterator[Seen]:
    """Within the block, every layer is looked at, and each call of the UNet for types, devices and overflow.

    Raises:
        AssertionError: something is of another type, elsewhere, or not finite; the sentence says what.
    """
    device, dtype = parts.device.torch_device, parts.device.dtype
    seen = Seen()

    def before(_module: torch.nn.Module, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        added = cast(dict[str, Tensor], options["added_cond_kwargs"])
        text, tokens = cast(tuple[Tensor, list[Tensor]], options["encoder_hidden_states"])
        given = {"latents": arguments[0], "text": text, "identity tokens": tokens[0], **added}
        for name, value in given.items():
            _check(name, value, device, dtype)

    def after(_module: torch.nn.Module, _arguments: tuple[Any, ...], output: tuple[Tensor]) -> None:
        _check("prediction", output[0], device, dtype)

    def of_layer(_module: torch.nn.Module, _arguments: tuple[Any, ...], output: object) -> None:
        if isinstance(output, Tensor) and output.is_floating_point():
            seen.note(output)

    hooks = [
        parts.unet.register_forward_pre_hook(before, with_kwargs=True),
        parts.unet.register_forward_hook(after),
    ]
    for model in (parts.unet, parts.vae, *_encoders(parts).values()):
        hooks += [layer.register_forward_hook(of_layer) for layer in model.modules() if layer is not parts.unet]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def check_weights(parts: Parts) -> None:
    """Every weight in one type and, but for encoders that wait in main memory, on one device.

    Raises:
        AssertionError: one is not; the sentence names it.
    """
    device, dtype = parts.device.torch_device, parts.device.dtype
    models = {"unet": parts.unet, "vae": parts.vae, **_encoders(parts)}
    models |= {f"face attention {name}": processor for name, processor in parts.adapter.processors.items()}
    for owner, model in models.items():
        at = torch.device("cpu") if owner.endswith("encoder") and not parts.device.plan.encoders_stay else device
        for name, weight in model.named_parameters():
            _check(f"{owner} {name}", weight, at, dtype, finite=False)


def _check(name: str, value: Tensor, device: torch.device, dtype: torch.dtype, *, finite: bool = True) -> None:
    if value.dtype != dtype or value.device.type != device.type:
        raise AssertionError(f"{name} is {value.dtype} on {value.device}, instead of {dtype} on {device}")
    if finite and not bool(value.isfinite().all()):
        raise AssertionError(f"{name} overflows")


def _encoders(parts: Parts) -> dict[str, torch.nn.Module]:
    first, second = parts.text_encoders
    (of_images,) = parts.adapter.encoders
    return {"first text encoder": first, "second text encoder": second, "image encoder": of_images}


def parameters(parts: Parts) -> dict[str, int]:
    """How many parameters each part has."""
    counts = {
        "unet": parts.unet,
        "vae": parts.vae,
        **_encoders(parts),
    }
    found = {name: sum(weight.numel() for weight in model.parameters()) for name, model in counts.items()}
    layers = [layer for lora in loras_of(parts.unet).values() for layer in lora.values()]
    lora = sum(layer.down.numel() + layer.up.numel() for layer in layers)
    attention = sum(
        weight.numel() for processor in parts.adapter.processors.values() for weight in processor.parameters()
    )
    return {**found, "face lora": lora, "face attention": attention}
