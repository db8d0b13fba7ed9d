"""Writes the pack: every part in the hub's layout as fp16 safetensors, with the sums of all files in `pack.json`."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, cast

import torch
from diffusers import StableDiffusionXLPipeline
from safetensors.torch import save_file
from transformers import CLIPTokenizer

from tools.starter import architecture, faceid, recogniser_onnx, vocabulary
from tools.starter.parts import Parts

ADAPTER_FILE = "faceid/ip-adapter-faceid-plusv2_starter.safetensors"
LIMIT = 24_000_000


def write_pack(parts: Parts, folder: Path, pack: dict[str, object], card: str) -> None:
    """Write all files of the pack below `folder`, replacing those that are there."""
    for name in ("sdxl", "image_encoder", "faceid", "preview"):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    _write_sdxl(parts, folder / "sdxl")
    parts.vision.half().save_pretrained(folder / "image_encoder", variant="fp16")
    parts.vision.float()
    parts.preview.half().save_pretrained(folder / "preview", variant="fp16")
    parts.preview.float()
    recogniser_onnx.write(parts.recogniser, folder / "recogniser.onnx")
    _write_adapter(parts, folder / ADAPTER_FILE)
    (folder / "README.md").write_text(card, encoding="utf-8")

    for path in folder.rglob("*.safetensors"):
        path.chmod(0o644)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "pack.json")
    sums = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    text = json.dumps(pack | {"sha256": sums}, indent=2) + "\n"
    size = sum(path.stat().st_size for path in files) + len(text)
    if size > LIMIT:
        raise ValueError(f"the pack has {size} bytes, more than {LIMIT}")
    (folder / "pack.json").write_text(text, encoding="utf-8")


def _write_sdxl(parts: Parts, folder: Path) -> None:
    vocabulary.write_tokenizer(folder / "tokenizer", pad_token=vocabulary.END)
    vocabulary.write_tokenizer(folder / "tokenizer_2", pad_token="!")
    unet = architecture.unet()
    unet.load_state_dict(faceid.base_state(parts.unet))
    pipeline = StableDiffusionXLPipeline(
        vae=parts.vae,
        text_encoder=parts.text,
        text_encoder_2=parts.text_2,
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        tokenizer_2=CLIPTokenizer.from_pretrained(folder / "tokenizer_2"),
        unet=unet,
        # diffusers names its schedulers in an enumeration that is only for their names.
        scheduler=cast(Any, architecture.scheduler(parts.prediction)),
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
    pipeline.to(dtype=torch.float16)
    pipeline.save_pretrained(folder, variant="fp16")
    pipeline.to(dtype=torch.float32)
    # transformers writes the tokenizers in its own newer form: put the hub's form back.
    for name, pad in (("tokenizer", vocabulary.END), ("tokenizer_2", "!")):
        shutil.rmtree(folder / name)
        vocabulary.write_tokenizer(folder / name, pad_token=pad)


def _write_adapter(parts: Parts, path: Path) -> None:
    state = faceid.original_state(parts.projection, parts.unet)
    flat = {f"{group}.{key}": value.half().contiguous() for group, part in state.items() for key, value in part.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(flat, path, metadata={"format": "pt"})
