"""Compares the engine with results of the method's published code.

    python benchmarks/parity.py --models DIR --cases DIR [--dump DIR]

`--models` holds a small SDXL pack (`sdxl/`, `image_encoder/`, `faceid/`), `--cases` files that hold one run each:
`embedding`, `face_crop` (as handed to CLIP), `latents`, and the settings as JSON in the metadata key `case`. Prints one
JSON line a case with the largest absolute difference of the final latents; exits with 1 if any is above 2e-3, or if no
file holds a case. Files without that key are passed over.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.author_configs import preset_from_author_config
from fastface_core.checkpoints import AdapterFiles, Checkpoint, FaceModels, SchedulerName, sampling_of
from fastface_core.engine import device, loading
from fastface_core.engine.adapters import FACE_LORA
from fastface_core.engine.attention import installed
from fastface_core.engine.conditioning import condition, face_tokens
from fastface_core.engine.lora import lora_at
from fastface_core.engine.sampler import Sampling, generators_for, initial_noise, sample
from fastface_core.engine.schedulers import Scheduler
from fastface_core.errors import FastFaceError
from fastface_core.identity import Identity
from fastface_core.presets import Preset
from fastface_core.progress import CancelToken, silent

TOLERANCE = 2e-3


def load_pack(models: Path) -> loading.Parts:
    """The pack in float32 on the CPU."""
    checkpoint = Checkpoint(
        name="parity",
        title="Parity pack",
        sampling=sampling_of("hyper"),
        base=models / "sdxl",
        adapter=AdapterFiles(
            kind="faceid-plus-v2",
            weights=models / "faceid" / "ip-adapter-faceid-plusv2_sdxl.bin",
            image_encoder=models / "image_encoder",
        ),
        # The cases bring their embedding; no face is looked for.
        faces=FaceModels(kind="insightface", path=models),
    )
    return loading.load(checkpoint, device.choose("cpu", "float32"), silent, CancelToken())


def preset_of(case: Mapping[str, Any]) -> Preset:
    """A case's settings, by way of the authors' own names for them."""
    attention: Mapping[str, Any] | None = case.get("attention")
    guidance: Mapping[str, Any] = case["guidance"]
    patch: dict[str, Any] = {}
    # A chosen step that is never reached changes nothing; with none left, the attention is the plain one.
    chosen = [step for step in attention["steps"] if step < case["steps"]] if attention is not None else []
    if attention is not None and chosen:
        patch = {
            "am_transforms": attention["transforms"],
            "target_parts": attention["parts"],
            "target_tokens": attention["tokens"],
            "target_tsteps": chosen,
            "inverse_neg_transforms": attention["invert_first_token"],
            "apply_schedule": attention["scheduled"],
            "apply_adain": attention["adain"],
        }
    config = {
        "ip_adapter_scale": case["ip_adapter_scale"],
        "faceid_lora_scale": case["lora_scale"],
        "patch_pipe": bool(patch),
        "am_patch_kwargs": patch,
        "pipe_kwargs": {
            "num_inference_steps": case["steps"],
            "dcg_kwargs": {
                "term_postproc": "rescale" if guidance["rescale"] else "",
                "rescale": guidance["rescale"],
                "a_scheduler": "custom",
                "b_scheduler": "custom",
                "sch_kwargs": {"custom": {"a": guidance["identity_weight"], "b": guidance["text_weight"]}},
            },
        },
    }
    return preset_from_author_config(config, "The case", "case")


def run_case(parts: loading.Parts, case: Mapping[str, Any], identity: Identity) -> tuple[Tensor, Tensor]:
    """This engine's initial noise and final latents for a case, (1, channel, height, width)."""
    preset = preset_of(case)
    width, height, factor = case["width"], case["height"], parts.vae_factor
    shape = (cast(int, parts.unet.config.in_channels), height // factor, width // factor)
    scheduler = Scheduler(
        cast(SchedulerName, case["scheduler"]), parts.scheduler_config, True, case["steps"], torch.device("cpu")
    )
    with (
        torch.inference_mode(),
        installed(parts.unet, parts.adapter.processors, preset.adapter_strength) as attention,
        lora_at(parts.unet, FACE_LORA, preset.lora_strength),
    ):
        job = Sampling(
            unet=parts.unet,
            attention=attention,
            conditioning=condition(
                parts, case["prompt"], case.get("negative_prompt") or "", face_tokens(parts, identity)
            ),
            preset=preset,
            own_scale=1.0,
            steps=case["steps"],
            width=width,
            height=height,
            latent_shape=shape,
        )
        noise = initial_noise(shape, generators_for([case["seed"]]))
        latents = sample(job, scheduler, generators_for([case["seed"]]), lambda _step, _latents: None, CancelToken())
    return noise, latents


def read_case(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    """A case's settings and tensors; None for a file that is no case."""
    with safe_open(path, framework="pt") as file:
        metadata: Mapping[str, str] | None = file.metadata()
        if not metadata or "case" not in metadata:
            return None
        tensors: dict[str, Tensor] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        return json.loads(metadata["case"]), tensors


def identity_of(tensors: Mapping[str, Tensor]) -> Identity:
    # The crop is kept as it was handed to CLIP, in blue-green-red order; an identity holds red-green-blue.
    crop = np.ascontiguousarray(tensors["face_crop"].numpy()[..., ::-1])
    return Identity(embedding=tensors["embedding"].numpy(), crop=crop)


def largest_difference(ours: Tensor, theirs: Tensor) -> float:
    """Infinite for tensors of different shapes."""
    return float((ours - theirs).abs().max()) if ours.shape == theirs.shape else float("inf")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", type=Path, required=True, help="folder of the model pack")
    parser.add_argument("--cases", type=Path, required=True, help="folder of the case files")
    parser.add_argument("--dump", type=Path, help="folder for this engine's own latents")
    arguments = parser.parse_args()
    files = sorted(arguments.cases.glob("*.safetensors"))
    if not files:
        print(f"There are no case files in {arguments.cases}.", file=sys.stderr)
        return 1
    try:
        parts = load_pack(arguments.models)
    except FastFaceError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1
    if arguments.dump:
        arguments.dump.mkdir(parents=True, exist_ok=True)
    results: list[bool] = []
    for file in files:
        content = read_case(file)
        if content is None:
            continue
        case, tensors = content
        start = time.perf_counter()
        try:
            noise, latents = run_case(parts, case, identity_of(tensors))
        except FastFaceError as error:
            results.append(False)
            print(json.dumps({"case": file.stem, "passed": False, "error": error.message}), flush=True)
            continue
        difference = largest_difference(latents, tensors["latents"])
        results.append(difference <= TOLERANCE)  # also false for a NaN
        line = {
            "case": file.stem,
            "max_difference": difference,
            "noise_difference": largest_difference(noise, tensors["noise"]) if "noise" in tensors else None,
            "passed": results[-1],
            "seconds": round(time.perf_counter() - start, 3),
        }
        print(json.dumps(line), flush=True)
        if arguments.dump:
            save_file({"latents": latents.contiguous()}, arguments.dump / f"{file.stem}.safetensors")
    if not results:
        print(f"None of the files in {arguments.cases} holds a case.", file=sys.stderr)
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
