"""LoRAs of the user's own at import: which fit a checkpoint, and what the others are said to be, in every writing."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastface_core.domain.lora_names import is_beside, plain
from fastface_core.engine.lora import names_in_files
from fastface_core.errors import ModelError, SettingsError
from fastface_core.models import lora_fit
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.conversion import read_head
from fastface_core.models.disk.lora_import import take_over
from fastface_core.models.sdxl import UNetSizes
from fastface_core.models.store import Store
from tests.core import headers
from tests.core.tiny_models import real_unet

Shapes = dict[str, tuple[int, ...]]
BLOCK = "attentions.1.transformer_blocks.0"


def pair(layer: str, inside: int, outside: int, form: str, rank: int = 4) -> Shapes:
    """Both matrices of a layer as the programs name them."""
    match form:
        case "kohya":
            base = f"lora_unet_{layer.replace('.', '_')}"
            return {
                f"{base}.alpha": (),
                f"{base}.lora_down.weight": (rank, inside),
                f"{base}.lora_up.weight": (outside, rank),
            }
        case "diffusers":
            return {f"unet.{layer}.lora.down.weight": (rank, inside), f"unet.{layer}.lora.up.weight": (outside, rank)}
        case "old diffusers":
            base = f"unet.{layer.rpartition('.')[0]}.processor.{layer.rpartition('.')[2]}_lora"
            return {f"{base}.down.weight": (rank, inside), f"{base}.up.weight": (outside, rank)}
        case "comfy":
            base = f"diffusion_model.{layer}"
        case "peft wrapped":
            base = f"unet.base_model.model.{layer}"
        case _:
            base = f"base_model.model.{layer}"
    parts = ("lora_down", "lora_up") if form == "comfy" else ("lora_A", "lora_B")
    return {f"{base}.{parts[0]}.weight": (rank, inside), f"{base}.{parts[1]}.weight": (outside, rank)}


FORMS = ("kohya", "diffusers", "old diffusers", "comfy", "peft", "peft wrapped")


def imported(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> str:
    file = headers.write(folder / "Mine.safetensors", shapes)
    return take_over(Store(folder / "models", Catalogue.load()), file).name


def refused(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> str:
    with pytest.raises(ModelError) as caught:
        imported(folder, shapes)
    assert not list((folder / "models").rglob("*.safetensors"))
    return caught.value.message


def test_layers_have_the_names_and_sizes_that_the_engine_knows() -> None:
    unet = real_unet()
    modules = dict(unet.named_modules())
    engines = {name: tuple(modules[layer].weight.shape) for name, layer in names_in_files(unet).items() if name}  # type: ignore[union-attr]
    assert lora_fit.layers_of(UNetSizes()) == engines


@pytest.mark.parametrize("form", FORMS)
def test_sdxl_in_every_writing(form: str, tmp_path: Path) -> None:
    shapes = pair(f"down_blocks.1.{BLOCK}.attn1.to_q", 640, 640, form) | pair(
        f"up_blocks.0.{BLOCK}.attn2.to_v", 2048, 1280, form
    )
    assert imported(tmp_path, shapes) == "mine"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "layer",
    [
        ("down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q", 320, 320),
        ("up_blocks.3.attentions.1.transformer_blocks.0.ff.net.2", 1280, 320),
        ("down_blocks.3.resnets.0.time_emb_proj", 1280, 1280),
    ],
)
def test_older_models_without_the_layers_of_the_text(layer: tuple[str, int, int], form: str, tmp_path: Path) -> None:
    shapes = pair(*layer, form) | pair("mid_block.attentions.0.transformer_blocks.0.attn1.to_k", 1280, 1280, form)
    assert refused(tmp_path, shapes) == ("Mine.safetensors cannot be used: it is a LoRA for Stable Diffusion 1 or 2.")


def _with(shapes: Shapes) -> Callable[[], Shapes]:
    return lambda: pair(f"down_blocks.1.{BLOCK}.attn1.to_q", 640, 640, "kohya") | shapes


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        # One layer too many, too small, alone, or in another decomposition.
        (_with(pair("down_blocks.1.attentions.5.proj_in", 640, 640, "kohya")), "layers are not those"),
        (_with(pair("mid_block.attentions.0.proj_in", 640, 640, "kohya")), "layers are not those"),
        (_with({"lora_unet_conv_in.lora_down.weight": (4, 4, 3, 3)}), "layers are not those"),
        (_with({"lora_unet_conv_in.lora_up.weight": (320, 8, 1, 1)}), "layers are not those"),
        (_with(pair("conv_out", 2880, 4, "kohya", rank=0)), "layers are not those"),
        (_with({"lora_unet_conv_in.diff": (320, 4, 3, 3)}), "layers are not those"),
        (_with({"lora_unet_conv_in.lora_mid.weight": (4, 4, 3, 3)}), "of the kind LoCon with Tucker's"),
        # SDXL's refiner, which is another UNet.
        (lambda: pair("down_blocks.1.attentions.0.proj_in", 768, 768, "kohya"), "layers are not those"),
        (lambda: pair("transformer_blocks.0.attn.to_q", 1536, 1536, "peft"), "for Stable Diffusion 3"),
        (lambda: pair("transformer_blocks.0.attn1.to_q", 2048, 2048, "comfy"), "for PixArt or LTX"),
        (lambda: pair("layers.0.attention.qkv", 2304, 6912, "comfy"), "for Lumina or Z-Image"),
        (lambda: pair("double_stream_blocks.0.block.attn1.to_q", 2560, 2560, "comfy"), "for HiDream"),
        (lambda: pair("transformer_blocks.3.img_mlp.net.2", 64, 64, "peft"), "for Qwen-Image"),
        (lambda: pair("double_blocks.0.img_attn.qkv", 3072, 9216, "kohya"), "for Flux or a model built like it"),
    ],
)
def test_others_are_named(shapes: Callable[[], Shapes], words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path, shapes())


def test_what_trainers_put_beside_the_layers_is_left_out(tmp_path: Path) -> None:
    beside = {
        "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 768),
        "lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha": (),
        "text_encoder_2.text_model.encoder.layers.0.mlp.fc1.lora_A.weight": (4, 1280),
        "bundle_emb.ohwx.string_to_param.clip_l": (2, 768),
    }
    assert all(map(is_beside, beside))
    assert imported(tmp_path, _with(beside)()) == "mine"


def test_convolutions_and_linear_layers_stand_for_one_another(tmp_path: Path) -> None:
    base = "lora_unet_mid_block_attentions_0_proj_in"
    shapes = {f"{base}.lora_down.weight": (4, 1280, 1, 1), f"{base}.lora_up.weight": (1280, 4, 1, 1)}
    assert imported(tmp_path, shapes) == "mine"
    assert plain("unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_out").endswith("to_out_0")


def test_settings_beside_a_lora_go_into_its_head(tmp_path: Path) -> None:
    shapes = pair(f"down_blocks.1.{BLOCK}.attn1.to_q", 640, 640, "peft")
    said = {"peft_type": "LORA", "r": 4, "lora_alpha": 16, "base_model_name_or_path": "/home/quen/sdxl"}
    (tmp_path / "adapter_config.json").write_text(json.dumps(said))
    for _ in range(2):  # the same again changes nothing
        assert imported(tmp_path, shapes) == "mine"
    head = read_head(tmp_path / "models/own/loras/mine.safetensors")
    assert set(head.tensors) == set(shapes)
    assert json.loads(head.metadata["lora_adapter_metadata"]) == {"unet.r": 4, "unet.lora_alpha": 16}
    (tmp_path / "adapter_config.json").write_text("{")
    assert "another LoRA" in refused_again(tmp_path, shapes)


def refused_again(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> str:
    with pytest.raises(SettingsError) as caught:
        imported(folder, shapes)
    return caught.value.message
