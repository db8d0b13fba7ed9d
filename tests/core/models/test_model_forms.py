"""What model files are said to be: LoRAs of every form, parts, adapters, other families, and what holds no weights."""

import contextlib
import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fastface_core.errors import ModelError
from fastface_core.file_kinds import of_bytes
from fastface_core.models import base_files, sdxl
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.disk.importing import nothing_found, search
from fastface_core.models.disk.lora_import import take_over
from fastface_core.models.forms import UNET_LORA
from fastface_core.models.store import Store
from tests.core import headers

DATA = Path(__file__).resolve().parents[2] / "data/forms"
TO_Q = "down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q"
TO_Q_DOTS = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"


def refused(path: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        base_files.check(path)
    assert caught.value.message.startswith(path.name)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


def said(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> ModelError:
    return refused(headers.write(folder / "file.safetensors", shapes))


# The inputs that were found: each README says the right value.


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("controlnet", "it is a ControlNet"),
        ("embedding", "it is a textual inversion, the embedding"),
        ("ipadapter", "it is an IP-Adapter"),
        ("lora_flux_diffusers", "it is a LoRA for Flux"),
        ("lora_lokr", "it is a LoRA of the kind LoKr"),
        ("lora_oft", "it is a LoRA of the kind OFT"),
        ("lora_peft_bare", "it is a LoRA"),
        ("lora_peft_wrapped", "it is a LoRA"),
        ("lora_te_diffusers", "it is a LoRA for text encoders"),
        ("upscaler", "it is an upscaler"),
        ("vae_ldm", "it is a VAE"),
    ],
)
def test_the_files_that_were_found(name: str, words: str) -> None:
    error = refused(DATA / f"{name}.safetensors")
    assert f": {words}" in error.message
    if name.startswith("lora"):
        assert ("import-lora" if "peft" in name else "LoRAs of this kind cannot be used") in error.hint


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([f"lora_unet_{TO_Q}.lora_down.weight", f"lora_unet_{TO_Q}.alpha"], "a LoRA"),
        ([f"lora_unet_{TO_Q}.hada_w1_a", f"lora_unet_{TO_Q}.hada_w2_b"], "a LoRA of the kind LoHa"),
        ([f"lora_unet_{TO_Q}.lokr_w1", f"lora_unet_{TO_Q}.lokr_w2_a"], "a LoRA of the kind LoKr"),
        ([f"lycoris_{TO_Q}.lokr_t2"], "a LoRA of the kind LoKr"),
        ([f"base_model.model.{TO_Q_DOTS}.hada_w1_a.default"], "a LoRA of the kind LoHa"),
        ([f"oft_unet_{TO_Q}.oft_diag"], "a LoRA of the kind OFT"),
        ([f"{TO_Q_DOTS}.oft_R.weight"], "a LoRA of the kind OFT"),
        ([f"{TO_Q_DOTS}.boft_R.default"], "a LoRA of the kind BOFT"),
        ([f"lora_unet_{TO_Q}.on_input", f"lora_unet_{TO_Q}.weight"], "a LoRA of the kind IA3"),
        ([f"lora_unet_{TO_Q}.a1.weight", f"lora_unet_{TO_Q}.b2.weight"], "a LoRA of the kind GLoRA"),
        ([f"lora_unet_{TO_Q}.lora_up.weight", f"lora_unet_{TO_Q}.dora_scale"], "a LoRA of the kind DoRA"),
        ([f"unet.{TO_Q_DOTS}.lora_magnitude_vector"], "a LoRA of the kind DoRA"),
        ([f"lora_unet_{TO_Q}.diff", f"lora_unet_{TO_Q}.diff_b"], "a LoRA"),
        ([f"unet.{TO_Q_DOTS}.lora.down.weight", f"unet.{TO_Q_DOTS}.lora.up.weight"], "a LoRA"),
        (["unet.down_blocks.1.attentions.0.attn1.processor.to_q_lora.down.weight"], "a LoRA"),
        ([f"unet.{TO_Q_DOTS}.lora_linear_layer.up.weight"], "a LoRA"),
        ([f"unet.base_model.model.{TO_Q_DOTS}.lora_A.default_0.weight"], "a LoRA"),
        (["lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight"], "a LoRA for text encoders"),
        (["text_encoder_2.text_model.encoder.layers.0.mlp.fc1.lora_B.weight"], "a LoRA for SDXL"),
        (["lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.lora_down.weight"], "a LoRA for SDXL"),
        (["lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight"], "a LoRA for Flux"),
        (["diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight"], "a LoRA for Flux"),
        (["lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight"], "a LoRA for Stable Diffusion 3"),
        (["diffusion_model.blocks.0.cross_attn.k.lora_A.weight"], "a LoRA for Wan"),
        (["transformer.transformer_blocks.0.img_mod.1.lora_A.weight"], "a LoRA for Qwen-Image"),
        (["transformer.blocks.0.attn1.to_q.lora_A.weight"], "a LoRA for Wan"),
        (["lora_prior_unet_down_blocks_0_2_attention_attn_to_q.lora_down.weight"], "a LoRA for Stable Cascade"),
    ],
)
def test_every_form_of_lora(tmp_path: Path, names: list[str], words: str) -> None:
    error = said(tmp_path, dict.fromkeys(names, (4, 64)))
    assert f": it is {words}" in error.message
    plain = words in ("a LoRA", "a LoRA for SDXL") and any(UNET_LORA.search(name) for name in names)
    assert ("import-lora" if plain else "LoRAs of this kind cannot be used") in error.hint
    file = headers.write(tmp_path / "mine.safetensors", dict.fromkeys(names, (4, 64)))
    with (
        pytest.raises(ModelError, match="cannot be used: it is a LoRA")
        if not plain
        else contextlib.suppress(ModelError)
    ):
        take_over(Store(tmp_path / "models", Catalogue.load()), file, "mine")


@pytest.mark.parametrize(
    ("width", "model"), [(768, "Stable Diffusion 1"), (1024, "Stable Diffusion 2"), (2048, "SDXL")]
)
@pytest.mark.parametrize(
    "name",
    [
        "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight",
        "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight",
        "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora.down.weight",
    ],
)
def test_what_a_lora_is_for_shows_in_its_sizes(tmp_path: Path, name: str, width: int, model: str) -> None:
    assert f"it is a LoRA for {model}." in said(tmp_path, {name: (4, width)}).message


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        # Adapters.
        ({"control_add_embedding.linear_1.weight": (4, 4), "controlnet_down_blocks.0.weight": (4, 4)}, "a ControlNet"),
        ({"input_hint_block.0.weight": (4, 3, 3, 3), "input_blocks.0.0.weight": (4, 4, 3, 3)}, "a ControlNet"),
        ({"controlnet_cond_embedding.conv_in.weight": (4, 3, 3, 3)}, "a ControlNet"),
        ({"controlnet_blocks.0.weight": (4, 4), "transformer_blocks.0.x": (4,)}, "a ControlNet"),
        ({"lllite_unet_input_blocks_4_1.down.0.weight": (4, 4)}, "a ControlNet of the kind LLLite"),
        ({"lora_controlnet": (0,), "input_blocks.0.0.down": (4, 4)}, "a Control-LoRA"),
        ({"adapter.body.0.resnets.0.block1.weight": (4, 4, 3, 3)}, "a T2I-Adapter"),
        ({"body.0.block1.weight": (4, 4, 3, 3), "conv_in.weight": (4, 4, 3, 3)}, "a T2I-Adapter"),
        ({"image_proj.latents": (1, 4, 4), "ip_adapter.1.to_q_lora.down.weight": (4, 4)}, "an IP-Adapter"),
        ({"id_encoder.visual_projection_2.weight": (4, 4)}, "a PhotoMaker face adapter"),
        ({"pulid_ca.0.to_q.weight": (4, 4)}, "a PuLID face adapter"),
        ({"down_blocks.0.motion_modules.0.temporal_transformer.norm.weight": (4,)}, "a motion module"),
        # Embeddings.
        ({"emb_params": (8, 768)}, "a textual inversion"),
        ({"clip_l": (2, 768), "clip_g": (2, 1280)}, "a textual inversion"),
        ({"<cat-toy>": (768,)}, "a textual inversion"),
        ({"my-word": (1, 1024)}, "a textual inversion"),
        ({"text_encoders_0": (2, 768), "text_encoders_1": (2, 1280)}, "a textual inversion"),
        # Parts.
        ({"encoder.down.0.block.0.conv1.weight": (4, 4, 3, 3), "quant_conv.weight": (8, 8, 1, 1)}, "a VAE"),
        ({"decoder.up_blocks.0.resnets.0.conv1.weight": (4, 4, 3, 3)}, "a VAE"),
        ({"decoder.conv_in.weight": (4, 4, 3, 3)}, "a VAE"),
        ({"decoder.layers.0.conv.weight": (4, 4, 3, 3)}, "a small VAE"),
        ({"1.weight": (64, 4, 3, 3), "3.conv.0.weight": (64, 64, 3, 3)}, "a small VAE"),
        ({"down_blocks.0.resnets.0.conv1.weight": (4, 4, 3, 3), "conv_in.weight": (4,)}, "a UNet"),
        ({"input_blocks.0.0.weight": (320, 4, 3, 3), "out.2.weight": (4, 320, 3, 3)}, "a UNet"),
        ({"text_model.encoder.layers.0.mlp.fc1.weight": (4, 4)}, "a text encoder"),
        ({"transformer.resblocks.0.mlp.c_fc.weight": (4, 4)}, "a text encoder"),
        ({"encoder.block.0.layer.0.SelfAttention.q.weight": (4, 4)}, "a text encoder"),
        ({"vision_model.encoder.layers.0.mlp.fc1.weight": (4, 4)}, "an image encoder"),
        # Upscalers.
        ({"conv_first.weight": (64, 3, 3, 3), "body.0.rdb1.conv1.weight": (4, 4, 3, 3)}, "an upscaler"),
        ({"RRDB_trunk.0.RDB1.conv1.weight": (4, 4, 3, 3)}, "an upscaler"),
        ({"params_ema.conv_first.weight": (64, 3, 3, 3)}, "an upscaler"),
        ({"layers.0.residual_group.blocks.0.attn.qkv.weight": (4, 4)}, "an upscaler"),
        ({"body.0.weight": (64, 3, 3, 3), "body.1.weight": (64,)}, "an upscaler"),
        ({"feats.0.weight": (64, 3, 3, 3)}, "an upscaler"),
        # Other families.
        ({"model.diffusion_model.double_blocks.0.img_attn.qkv.weight": (4, 4)}, "a Flux model"),
        ({"single_transformer_blocks.0.attn.to_q.weight": (4, 4)}, "a Flux model"),
        ({"distilled_guidance_layer.in_proj.weight": (4, 4), "double_blocks.0.x": (4,)}, "a Chroma model"),
        ({"model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight": (4, 4)}, "a Stable Diffusion 3 model"),
        ({"transformer_blocks.0.img_mod.1.weight": (4, 4)}, "a Qwen-Image model"),
        ({"blocks.0.cross_attn.norm_k.weight": (4,)}, "a Wan model"),
        ({"model.layers.0.self_attn.q_proj.weight": (4, 4), "lm_head.weight": (4, 4)}, "a language model"),
        ({"blocks.0.attn1.to_q.weight": (4,), "condition_embedder.time_embedder.linear_1.weight": (4,)}, "a Wan model"),
        (
            {"context_embedder.token_refiner.x.weight": (4,), "single_transformer_blocks.0.attn.to_q.weight": (4,)},
            "a HunyuanVideo model",
        ),
        ({"transformer_blocks.0.ff.conv_inverted.weight": (4,), "time_embed.x": (4,)}, "a Sana model"),
        ({"patch_embed.text_proj.weight": (4,), "time_embedding.linear_1.weight": (4,)}, "a CogVideoX model"),
        ({"vquantizer.codebook.weight": (4,), "up_blocks.0.0.weight": (4,)}, "a VAE"),
        ({"blocks.0.ffn.gate.0.weight": (4,), "token_embedding.weight": (4, 4)}, "a text encoder"),
        ({"model.control_model.input_blocks.0.0.weight": (4,)}, "a SUPIR model"),
        ({"visual.transformer.x": (4,), "transformer.resblocks.0.mlp.c_fc.weight": (4, 4)}, "a model that compares"),
        ({"embeddings.patch_embeddings.projection.weight": (4, 4)}, "no Stable Diffusion checkpoint"),
        ({"model.diffusion_model.something.weight": (4, 4)}, "a diffusion model of another architecture"),
        ({"weight": (4,)}, "no Stable Diffusion checkpoint"),
    ],
)
def test_parts_adapters_and_other_families(tmp_path: Path, shapes: dict[str, tuple[int, ...]], words: str) -> None:
    assert f"it is {words}" in said(tmp_path, shapes).message


def test_no_weights_at_all(tmp_path: Path) -> None:
    assert "it holds no weights" in said(tmp_path, {}).message


# Files that hold no weights.


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 6938078334\n", "a pointer of Git LFS"),
        (b"/annex/objects/SHA256E-s1--0a.safetensors\n", "a pointer of git-annex"),
        (b"<!DOCTYPE html>\n<html><head><title>Log in</title>", "a web page"),
        (b"\xef\xbb\xbf\n  <!doctype HTML>", "a web page"),
        (b"<html>", "a web page"),
        (b"<!-- comment --><head>", "a web page"),
        ("<html>".encode("utf-16"), "a web page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code>', "an XML answer of a server"),
        (b'{"error":"Invalid credentials"}', "a text in JSON"),
        (b"Invalid username or password.", "a text"),
        (b"GGUF\x03\0\0\0" + bytes(30), "a GGUF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(30), "a picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a picture"),
        (b"Rar!\x1a\x07\x01\0", "an archive"),
        (b"7z\xbc\xaf\x27\x1c", "an archive"),
        (b"\x1f\x8b\x08\0", "an archive"),
        (b"d8:announce35:udp", "a torrent"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"%PDF-1.7", "a PDF document"),
    ],
)
@pytest.mark.parametrize("suffix", [".safetensors", ".ckpt", ".gguf", ""])
def test_what_is_no_model_at_all(tmp_path: Path, content: bytes, words: str, suffix: str) -> None:
    (tmp_path / f"model{suffix}").write_bytes(content)
    error = refused(tmp_path / f"model{suffix}")
    assert "is no .safetensors file: it is " + words in error.message


def test_weights_are_taken_for_nothing_else(tmp_path: Path) -> None:
    path = headers.write(tmp_path / "a.safetensors", {"a": (4,)})
    assert of_bytes(path.read_bytes()) is None
    for content in (
        b"\x80",
        b"P",
        b"PK",
        b"\xc3\xa4\xff" * 9,
        b"PK\x03\x04" + bytes(40),
        b"\x80\x02}q\0.",
        b"\x08\x07\x12\x07pytorch",
        b"",
        bytes(40),
    ):
        assert of_bytes(content) is None


class Parameter:
    """As torch pickles one: by a function that a reader without torch does not have."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape


def pickled(shapes: Mapping[str, tuple[int, ...]]) -> bytes:
    """A dictionary of tensors as torch writes it, by hand: the storages are references."""
    out = b"\x80\x02}("
    for name, shape in shapes.items():
        text = name.encode()
        numbers = b"(" + b"".join(b"J" + struct.pack("<i", size) for size in shape) + b"t"
        storage = b"(X\x07\0\0\0storagectorch\nHalfStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ"
        out += b"X" + struct.pack("<I", len(text)) + text
        out += b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0" + numbers + numbers + b"\x89N" + b"tR"
    return out + b"u."


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(
    ("name", "shapes", "words"),
    [
        ("4x-UltraSharp.pth", {"model.0.weight": (64, 3, 3, 3)}, ": it is an upscaler"),
        ("easynegative.pt", {"emb_params": (8, 768)}, ": it is a textual inversion"),
        ("style.ckpt", {f"lora_unet_{TO_Q}.lora_down.weight": (4, 64)}, ": it is a LoRA"),
        ("control.pth", {"control_model.input_blocks.0.0.weight": (4, 4, 3, 3)}, ": it is a ControlNet"),
        ("vae.pt", {"state_dict.decoder.conv_in.weight": (4, 4, 3, 3)}, ": it is a VAE"),
        ("whole.ckpt", {"model.diffusion_model.input_blocks.0.0.weight": (320, 4, 3, 3)}, " is no .safetensors file."),
        ("other.ckpt", {"weight": (3,)}, " is no .safetensors file."),
    ],
)
def test_pickles_are_named_too_and_never_run(
    tmp_path: Path, zipped: bool, name: str, shapes: dict[str, tuple[int, ...]], words: str
) -> None:
    if zipped:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("archive/data.pkl", pickled(shapes))
    else:
        (tmp_path / name).write_bytes(pickled(shapes) + b"\x01\x02 the numbers")
    assert words in refused(tmp_path / name).message


class Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_a_pickle_that_would_run_something_does_not(tmp_path: Path) -> None:
    (tmp_path / "bad.ckpt").write_bytes(
        pickle.dumps({"a": Runs(tmp_path / "ran"), "b": {"c": [Runs(tmp_path / "ran")]}})
    )
    refused(tmp_path / "bad.ckpt")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "structure",
    [
        b"\x80\x02}r" + struct.pack("<I", 2**28) + b".",
        b"\x80\x02}r" + struct.pack("<I", 2**31 - 1) + b".",
        b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b".",
        b"\x80\x05\x96" + struct.pack("<Q", 2**45) + b".",
        b"\x80\x04\x95" + struct.pack("<Q", 2**40) + b"}.",
        b"\x80\x02\x8b\xff\xff\xff\x7f.",
        b"(dp99999999999\n.",
        b"\x80\x02" + b"}X\x01\0\0\0a" * 5000 + b"}" + b"s" * 5000 + b".",
        b"\x80\x02}q\0"
        + b"".join(
            b"}q%c(X\x01\0\0\0ah%cX\x01\0\0\0bh%cu" % (number, number - 1, number - 1) for number in range(1, 60)
        )
        + b".",
        b"\x80\x02" + b"(" * 100,
        b"",
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_few_bytes_cannot_ask_for_much_memory(tmp_path: Path, structure: bytes, zipped: bool) -> None:
    path = tmp_path / "model.ckpt"
    if zipped:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("archive/data.pkl", structure)
            archive.writestr("archive/byteorder", "little")
    else:
        path.write_bytes(structure)
    assert "model.ckpt is no .safetensors file" in refused(path).message


def test_an_unfinished_download(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors.crdownload").write_bytes(bytes(100))
    assert "it is an unfinished download" in refused(tmp_path / "model.safetensors.crdownload").message


def test_a_zip_of_something_else_is_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "it is an archive" in refused(tmp_path / "model.zip").message


@pytest.mark.parametrize("size", ["Infinity", "NaN", "1e400", "true", "1.0", "-1", "9" * 40, '"4"', "null", "[4]"])
def test_sizes_that_are_none(tmp_path: Path, size: str) -> None:
    for entry in (
        f'"shape":[{size}],"data_offsets":[0,4]',
        f'"shape":[1],"data_offsets":[0,{size}]',
    ):
        text = f'{{"a":{{"dtype":"F32",{entry}}}}}'.encode()
        (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
        with pytest.raises(ModelError, match="damaged, incomplete"):
            base_files.check(tmp_path / "a.safetensors")


def test_a_shape_that_does_not_fit_its_bytes(tmp_path: Path) -> None:
    text = b'{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,4]}}'
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
    with pytest.raises(ModelError, match="damaged, incomplete"):
        base_files.check(tmp_path / "a.safetensors")


# SDXL itself, in its true sizes: the files are sparse.


def whole() -> dict[str, tuple[int, ...]]:
    sizes = sdxl.Sizes()
    return {
        **{f"{sdxl.UNET}{name}": shape for name, shape in sdxl.unet(sizes.unet).items()},
        **{f"{sdxl.FIRST_TEXT}{name}": shape for name, shape in sdxl.first_text(sizes.first).items()},
        **{f"{sdxl.SECOND_TEXT}{name}": shape for name, shape in sdxl.second_text(sizes.second).items()},
        # Of what programs write besides, and nobody reads.
        f"{sdxl.FIRST_TEXT}text_model.embeddings.position_ids": (1, 77),
        f"{sdxl.FIRST_TEXT}text_projection.weight": (768, 768),
        f"{sdxl.SECOND_TEXT}logit_scale": (),
        "first_stage_model.decoder.conv_in.weight": (512, 4, 3, 3),
        "alphas_cumprod": (1000,),
    }


MARKS = {"v_pred": (0,), "ztsnr": (0,)}


@pytest.mark.parametrize(
    ("more", "metadata", "expected"),
    [
        ({}, {}, "epsilon"),
        ({}, {"modelspec.prediction_type": "epsilon"}, "epsilon"),
        ({"v_pred": (0,)}, {}, "v"),
        (MARKS, {}, "v-zero-snr"),
        ({"ztsnr": (0,)}, {"modelspec.prediction_type": "v"}, "v-zero-snr"),
        ({"ztsnr": (0,)}, {}, "epsilon"),
        ({}, {"modelspec.prediction_type": "v"}, "v"),
        ({}, {"modelspec.prediction_type": "v_prediction"}, "v"),
        ({}, {"modelspec.prediction_type": " V-Prediction "}, "v"),
        ({}, {"ss_v_parameterization": "True", "ss_zero_terminal_snr": "True"}, "v-zero-snr"),
        ({}, {"ss_v_parameterization": "False", "ss_zero_terminal_snr": "None"}, "epsilon"),
    ],
)
def test_a_file_says_how_it_is_sampled(
    tmp_path: Path, more: dict[str, tuple[int, ...]], metadata: dict[str, str], expected: str
) -> None:
    path = headers.write(tmp_path / "a.safetensors", whole() | more, metadata)
    assert base_files.check(path) == expected
    assert base_files.prediction_in(path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('model:\n  params:\n    parameterization: "v"\n', "v"),
        ("    parameterization: v # as trained\n    zero_terminal_snr: true\n", "v-zero-snr"),
        ('    parameterization: "eps"\n', "epsilon"),
        ("scaling_config:\n  target: sgm.modules.diffusionmodules.denoiser_scaling.VScaling\n", "v"),
        ("scaling_config:\n  target: sgm.modules.diffusionmodules.denoiser_scaling.EpsScaling\n", "epsilon"),
    ],
)
def test_settings_beside_a_file_say_it_too(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert base_files.check(headers.write(tmp_path / "a.safetensors", whole())) == expected


def test_settings_beside_a_file_say_that_it_is_sampled_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("target: 'sgm.x.denoiser_scaling.VScalingWithEDMcNoise' # CosXL\n")
    assert "it is an EDM model" in refused(headers.write(tmp_path / "a.safetensors", whole())).message


@pytest.mark.parametrize(
    ("more", "metadata", "words"),
    [
        ({"edm_mean": (1, 4, 1, 1), "edm_std": (1, 4, 1, 1)}, {}, "it is an EDM model such as Playground 2.5"),
        ({"edm_std": (1, 4, 1, 1)}, {}, "it is an EDM model"),
        ({"edm_vpred.sigma_max": (), "edm_vpred.sigma_min": ()}, {}, "it is a CosXL model"),
        ({"edm_vpred.sigma_max": ()}, {}, "it is a CosXL model"),
        ({}, {"modelspec.prediction_type": "rectified_flow"}, 'it predicts "rectified_flow"'),
        ({}, {"modelspec.prediction_type": "x0"}, 'it predicts "x0"'),
        ({}, {"ss_flow_model": "True"}, 'it predicts "flow"'),
        ({"flow_pred": (0,)}, {}, 'it is marked as "flow_pred"'),
        ({f"{sdxl.UNET}motion_modules.0.weight": (4,)}, {}, "its UNet holds weights that SDXL has not"),
        ({f"{sdxl.UNET}out.2.scale_weight": ()}, {}, "scaled to 8 bits"),
        ({f"{sdxl.UNET}out.2.weight.absmax": (4,)}, {}, "packed in few bits"),
        ({f"{sdxl.UNET}input_blocks.0.0.weight": (320, 9, 3, 3)}, {}, "as for inpainting"),
        ({f"{sdxl.UNET}input_blocks.0.0.weight": (320, 8, 3, 3)}, {}, "as for changing pictures"),
        (
            {f"{sdxl.UNET}input_blocks.0.0.weight": (320, 8, 3, 3), "edm_vpred.sigma_max": ()},
            {},
            "it is CosXL Edit",
        ),
        ({f"{sdxl.UNET}out.2.weight": (8, 320, 3, 3)}, {}, "its model.diffusion_model.out.2.weight is of another size"),
        ({f"{sdxl.SECOND_TEXT}ln_final.bias": (8,)}, {}, "ln_final.bias is of another size"),
        ({f"{sdxl.UNET}input_blocks.1.0.time_stack.in_layers.0.weight": (4,)}, {}, "Stable Video Diffusion"),
    ],
)
def test_other_ways_to_sample_and_other_architectures_are_refused(
    tmp_path: Path, more: dict[str, tuple[int, ...]], metadata: dict[str, str], words: str
) -> None:
    assert words in refused(headers.write(tmp_path / "a.safetensors", whole() | more, metadata)).message


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("out.2.weight", "it is incomplete: model.diffusion_model.out.2.weight is missing"),
        ("output_blocks.8", "it is incomplete: 12 weights are missing, model.diffusion_model.output_blocks.8"),
        ("transformer_blocks.9", "cut down from SDXL, such as SSD-1B"),
        ("ln_final.bias", "it is incomplete: conditioner.embedders.1.model.ln_final.bias is missing"),
        ("mlp.fc1.weight", "it is incomplete: 12 weights are missing, conditioner.embedders.0"),
        ("conditioner.embedders.0", "its first text encoder is missing"),
        ("conditioner.embedders.1", "its second text encoder is missing"),
        ("conditioner", "its first text encoder is missing"),
    ],
)
def test_every_name_is_looked_for(tmp_path: Path, left_out: str, words: str) -> None:
    shapes = {name: shape for name, shape in whole().items() if left_out not in name}
    assert words in refused(headers.write(tmp_path / "a.safetensors", shapes)).message


@pytest.mark.parametrize(("width", "model"), [(768, 1), (1024, 2)])
def test_older_models(tmp_path: Path, width: int, model: int) -> None:
    shapes = {
        f"{sdxl.UNET}input_blocks.0.0.weight": (320, 4, 3, 3),
        f"{sdxl.UNET}input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, width),
        "cond_stage_model.transformer.text_model.final_layer_norm.weight": (768,),
    }
    path = headers.write(tmp_path / "a.safetensors", shapes)
    assert f"it is a Stable Diffusion {model} model" in refused(path).message


@pytest.mark.parametrize("dtype", ["F16", "BF16", "F32", "F8_E4M3"])
def test_every_precision(tmp_path: Path, dtype: str) -> None:
    assert base_files.check(headers.write(tmp_path / "a.safetensors", whole(), dtype=dtype)) == "epsilon"


def test_whole_numbers_are_no_weights(tmp_path: Path) -> None:
    assert "of the kind I8" in refused(headers.write(tmp_path / "a.safetensors", whole(), dtype="I8")).message


# Folders.


def test_a_folder_says_what_is_in_it(tmp_path: Path) -> None:
    catalogue = Catalogue.load()

    def told(folder: Path) -> ModelError:
        findings = search(folder, catalogue)
        assert findings.found == ()
        return nothing_found(folder, findings, "Choose another folder.")

    loras = tmp_path / "loras"
    loras.mkdir()
    assert told(loras).message.startswith("Nothing that this program knows was found")
    assert told(loras).hint == "Choose another folder."
    (loras / "a.safetensors").write_bytes((DATA / "lora_lokr.safetensors").read_bytes())
    assert "a.safetensors, for one: it is a LoRA of the kind LoKr" in told(loras).message
    assert "LoRAs of this kind cannot be used" in told(loras).hint
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "model.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 7\n")
    assert "it is a pointer of Git LFS" in told(clone).message
    assert "git lfs pull" in told(clone).hint
    (clone / "model_index.json").write_text("{}", encoding="utf-8")
    assert "checkpoint in diffusers' form" in told(clone).message
    assert "checkpoint in diffusers' form" in told(tmp_path).message
    mine = tmp_path / "mine"
    mine.mkdir()
    headers.write(mine / "good.safetensors", whole())
    assert "good.safetensors is a checkpoint" in told(mine).message
    assert str(mine / "good.safetensors") in told(mine).hint
