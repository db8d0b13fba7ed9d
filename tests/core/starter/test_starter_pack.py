"""The starter pack as shipped: its sums, its size, and that the loaders of the real files take every part."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from fastface_core.domain.likeness import LikenessScale
from fastface_core.models import installed

PACK = Path(__file__).resolve().parents[3] / "resources" / "starter"
LIMIT = 24_000_000


@pytest.fixture(scope="module")
def pack() -> dict:
    return json.loads((PACK / "pack.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pipeline():
    from diffusers import StableDiffusionXLPipeline

    return StableDiffusionXLPipeline.from_pretrained(
        PACK / "sdxl", variant="fp16", dtype=torch.float32, local_files_only=True, add_watermarker=False
    )


def test_every_file_has_its_sum(pack: dict) -> None:
    files = {path.relative_to(PACK).as_posix(): path for path in PACK.rglob("*") if path.is_file()}
    del files["pack.json"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == pack["sha256"]


def test_stays_below_the_limit() -> None:
    assert sum(path.stat().st_size for path in PACK.rglob("*") if path.is_file()) <= LIMIT


def test_says_what_it_is(pack: dict) -> None:
    card = (PACK / "README.md").read_text(encoding="utf-8")
    assert pack["title"] in card
    assert (pack["name"], pack["size"], pack["steps"], pack["licence"]) == ("starter", 256, 4, "Apache-2.0")
    assert pack["trained"] or "not trained" in card or "did not reach its aim" in card


def test_the_words_for_a_match_are_those_of_its_own_recogniser(pack: dict) -> None:
    starter = installed.starter(PACK)
    assert starter.match is not None
    assert starter.match.model_dump(mode="json") == pack["match"]
    assert starter.match.fit is not None
    # It tells drawn strangers apart less surely than a recogniser of photos does.
    assert starter.match.good > LikenessScale().good
    assert starter.match.strong > LikenessScale().strong


def test_scheduler_is_sdxl_s(pack: dict, pipeline) -> None:
    config = pipeline.scheduler.config
    assert (config.beta_start, config.beta_end, config.beta_schedule) == (0.00085, 0.012, "scaled_linear")
    assert (config.steps_offset, config.clip_sample, config.timestep_spacing) == (1, False, "leading")
    assert config.prediction_type == pack["prediction_type"]
    assert pipeline.config.force_zeros_for_empty_prompt


def test_tokenizers_know_the_prompt_words_and_read_any_other(pipeline) -> None:
    for tokenizer in (pipeline.tokenizer, pipeline.tokenizer_2):
        known = tokenizer("Portrait of a person, oil painting").input_ids
        assert len(known) == 9
        assert known[0] == tokenizer.bos_token_id
        assert known[-1] == tokenizer.eos_token_id
        strange = tokenizer("quokka 42 Žižkov 猫").input_ids
        assert tokenizer.eos_token_id not in strange[:-1]
        assert tokenizer.decode(strange, skip_special_tokens=True).replace(" ", "") == "quokka42žižkov猫"
        padded = tokenizer("photo", padding="max_length", max_length=77, truncation=True).input_ids
        assert len(padded) == 77
    assert pipeline.tokenizer_2("a", padding="max_length", max_length=77).input_ids[-1] == 0


def test_draws_a_picture_with_and_without_a_face(pipeline) -> None:
    from diffusers import DDIMScheduler

    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config, timestep_spacing="trailing")
    pipeline.set_progress_bar_config(disable=True)
    settings = {"height": 256, "width": 256, "num_inference_steps": 4, "guidance_scale": 1.0, "output_type": "np"}
    plain = pipeline("a photo of a person", generator=torch.Generator().manual_seed(0), **settings).images[0]
    assert plain.shape == (256, 256, 3)
    assert np.isfinite(plain).all()

    try:
        pipeline.load_ip_adapter(
            str(PACK), "faceid", "ip-adapter-faceid-plusv2_starter.safetensors", image_encoder_folder=None
        )
        projection = pipeline.unet.encoder_hid_proj.image_projection_layers[0]
        assert projection.num_tokens == 4
        projection.shortcut = True
        projection.clip_embeds = torch.randn(1, 1, 50, projection.proj_in.in_features)
        assert "faceid_0" in pipeline.unet.peft_config
        face = [torch.nn.functional.normalize(torch.randn(1, 1, 512), dim=-1)]
        drawn = pipeline(
            "a photo of a person",
            ip_adapter_image_embeds=face,
            generator=torch.Generator().manual_seed(0),
            **settings,
        ).images[0]
        assert np.isfinite(drawn).all()
        assert not np.array_equal(plain, drawn)
    finally:
        pipeline.unload_lora_weights()
        pipeline.unload_ip_adapter()


def test_vision_encoder_gives_fifty_states() -> None:
    from transformers import CLIPVisionModelWithProjection

    encoder = CLIPVisionModelWithProjection.from_pretrained(
        PACK / "image_encoder", variant="fp16", dtype=torch.float32, local_files_only=True
    )
    states = encoder(torch.zeros(1, 3, 224, 224), output_hidden_states=True).hidden_states[-2]
    assert states.shape == (1, 50, encoder.config.hidden_size)


def test_recogniser_is_arcface_to_insightface() -> None:
    from insightface.model_zoo import get_model
    from insightface.model_zoo.arcface_onnx import ArcFaceONNX

    model = get_model(str(PACK / "recogniser.onnx"), providers=["CPUExecutionProvider"])
    assert isinstance(model, ArcFaceONNX)
    assert (model.input_mean, model.input_std, model.input_size) == (127.5, 127.5, (112, 112))
    pictures = list(np.random.default_rng(0).integers(0, 256, (2, 112, 112, 3), dtype=np.uint8))
    features = np.asarray(model.get_feat(pictures))
    assert features.shape == (2, 512)
    assert np.isfinite(features).all()


def test_preview_decodes_latents_eightfold() -> None:
    from diffusers import AutoencoderTiny

    preview = AutoencoderTiny.from_pretrained(
        PACK / "preview", variant="fp16", dtype=torch.float32, local_files_only=True
    )
    (pixels,) = preview.decode(torch.zeros(1, cast(Any, preview.config).latent_channels, 32, 32), return_dict=False)
    assert pixels.shape == (1, 3, 256, 256)
