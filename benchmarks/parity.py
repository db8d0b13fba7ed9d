"""Compares the engine with results of the method's and the adapters' published code.

    python benchmarks/parity.py --models DIR [--adapters DIR] --cases DIR [--dump DIR]

`--models` holds a small SDXL pack (`sdxl/`, `image_encoder/`, `faceid/`), `--adapters` the files of further face
adapters (`faceid/`, `instantid/`, `pulid/`; the same folder where it is not given). `--cases` holds files of two kinds:

- Runs, with the settings as JSON in the metadata key `case`: `latents`, and what the adapter gets of the person:
  `embedding`, `face_crop` (as handed to CLIP), `keypoints`, `eva_pooled` and `eva_hidden`. Where they are there,
  `tokens`, `nobody_tokens` and `control_image` are compared as well.
- Single steps, with the metadata key `unit`: see `benchmarks/parity_units.py`.

Prints one JSON line each with the largest absolute differences; exits with 1 if latents differ by more than 2e-3,
tokens by more than 1e-4 or pictures at all, or if no file holds a case. Other files are passed over.
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

from benchmarks import parity_units
from fastface_core.domain.checkpoints import (
    AdapterFiles,
    AdapterKind,
    Checkpoint,
    FaceModels,
    SchedulerName,
    sampling_of,
)
from fastface_core.domain.identity import FaceView, Identity
from fastface_core.domain.presets import JoiningSettings, Preset
from fastface_core.engine import device, loading
from fastface_core.engine.adapters import Control, in_unet
from fastface_core.engine.adapters.pulid import Pulid
from fastface_core.engine.conditioning import FaceTokens, condition
from fastface_core.engine.device import Device
from fastface_core.engine.sampler import Sampling, generators_for, initial_noise, sample
from fastface_core.engine.schedulers import Scheduler
from fastface_core.errors import FastFaceError
from fastface_core.presets.author_configs import preset_from_author_config
from fastface_core.progress import CancelToken, silent

TOLERANCE = 2e-3
TOKENS = 1e-4

_FILES: Mapping[AdapterKind, tuple[str, str | None, str | None]] = {
    "faceid-plus-v2": ("faceid/ip-adapter-faceid-plusv2_sdxl.bin", "image_encoder", None),
    "faceid": ("faceid/ip-adapter-faceid_sdxl.bin", None, None),
    "faceid-portrait": ("faceid/ip-adapter-faceid-portrait_sdxl.bin", None, None),
    "instantid": ("instantid/ip-adapter.bin", None, "instantid/ControlNetModel"),
    "pulid-v1": ("pulid/pulid_v1.bin", "pulid/eva_clip.bin", None),
    "pulid-v1.1": ("pulid/pulid_v1.1.safetensors", "pulid/eva_clip.bin", None),
}
"""Weights, image encoder and control network of each adapter, in the folder of the adapters."""


def load_pack(
    models: Path, kind: AdapterKind = "faceid-plus-v2", adapters: Path | None = None, on: Device | None = None
) -> loading.Parts:
    """The pack with one of the adapters; in float32 on the CPU unless another device is given."""
    folder = models if kind == "faceid-plus-v2" or adapters is None else adapters
    weights, encoder, control = _FILES[kind]
    checkpoint = Checkpoint(
        name="parity",
        title="Parity pack",
        sampling=sampling_of("hyper"),
        base=models / "sdxl",
        adapter=AdapterFiles(
            kind=kind,
            weights=folder / weights,
            image_encoder=folder / encoder if encoder else None,
            control=folder / control if control else None,
        ),
        # The cases bring their embedding; no face is looked for.
        faces=FaceModels(kind="insightface", path=models),
    )
    return loading.load(checkpoint, on or device.choose("cpu", "float32"), silent, CancelToken())


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
            # The authors' files know the four of one adapter alone; those of the case are put in below.
            "target_tokens": [token for token in attention["tokens"] if token < 4] or [0],
            "target_tsteps": chosen,
            "inverse_neg_transforms": attention["invert_first_token"],
            "apply_schedule": attention["scheduled"],
            "apply_adain": attention["adain"],
        }
    config = {
        "ip_adapter_scale": case["identity_scale"] if "identity_scale" in case else case["ip_adapter_scale"],
        "faceid_lora_scale": 1.0 if case.get("lora_scale") is None else case["lora_scale"],
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
    preset = preset_from_author_config(config, "The case", "case")
    own: dict[str, Any] = {}
    if preset.attention is not None and attention is not None and "adapter" in case:
        own["attention"] = preset.attention.model_copy(update={"tokens": tuple(attention["tokens"])})
    if "num_zero" in case:
        own["joining"] = JoiningSettings(zero_tokens=case["num_zero"], projection=case["ortho"] or "off")
    if "controlnet_scale" in case:
        own["control_strength"] = case["controlnet_scale"]
    return preset.model_copy(update=own)


def views_of(case: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> tuple[FaceView, ...]:
    """What an adapter gets of a case's person, a view for each photo."""
    crop = np.zeros((224, 224, 3), np.uint8)
    if "face_crop" in tensors:
        # Kept as it was handed to CLIP, in blue-green-red order.
        crop = np.ascontiguousarray(tensors["face_crop"].numpy()[..., ::-1])
    points = tensors["keypoints"].numpy() if "keypoints" in tensors else None
    frame = (case["width"], case["height"])
    return tuple(
        FaceView(embedding=one, crop=crop, raw=one, points=points, frame=frame)
        for one in tensors["embedding"].reshape(-1, tensors["embedding"].shape[-1]).numpy()
    )


@torch.inference_mode()
def tokens_of(parts: loading.Parts, case: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> FaceTokens:
    """The tokens of a case's person and of nobody."""
    adapter, views = parts.adapter, views_of(case, tensors)
    if isinstance(adapter, Pulid):
        hidden = tensors["eva_hidden"]
        hidden = hidden if hidden.ndim == 4 else hidden[None]
        raws = torch.from_numpy(np.stack([view.embedding for view in views]))
        face = adapter.encode(raws, tensors["eva_pooled"].reshape(len(views), -1), hidden)
    else:
        face = adapter.project(*views)
    return FaceTokens(face=face, nobody=adapter.nobody(len(views)))


def controls_of(parts: loading.Parts, case: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> tuple[Control, ...]:
    found = parts.adapter.controlled(views_of(case, tensors), preset_of(case), case["width"], case["height"])
    return () if found is None else (found,)


def run_case(parts: loading.Parts, case: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """This engine's initial noise and final latents for a case, (1, channel, height, width)."""
    preset = preset_of(case)
    width, height, factor = case["width"], case["height"], parts.vae_factor
    shape = (cast(int, cast(Any, parts.unet.config).in_channels), height // factor, width // factor)
    scheduler = Scheduler(
        cast(SchedulerName, case["scheduler"]), parts.scheduler_config, True, case["steps"], parts.device.torch_device
    )
    with (
        torch.inference_mode(),
        in_unet(parts.unet, parts.adapter, preset) as attention,
    ):
        job = Sampling(
            unet=parts.unet,
            attention=attention,
            conditioning=condition(
                parts, case["prompt"], case.get("negative_prompt") or "", tokens_of(parts, case, tensors)
            ),
            preset=preset,
            own_scale=1.0,
            steps=case["steps"],
            width=width,
            height=height,
            latent_shape=shape,
            controls=controls_of(parts, case, tensors),
        )
        noise = initial_noise(shape, generators_for([case["seed"]]))
        latents = sample(job, scheduler, generators_for([case["seed"]]), lambda _step, _latents: None, CancelToken())
    return noise, latents.cpu()


def read_file(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    """A file's metadata and tensors."""
    with safe_open(path, framework="pt") as file:
        metadata: dict[str, str] | None = file.metadata()
        return metadata or {}, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118


def read_case(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    """A case's settings and tensors; None for a file that is no case."""
    metadata, tensors = read_file(path)
    return (json.loads(metadata["case"]), tensors) if "case" in metadata else None


def identity_of(tensors: Mapping[str, Tensor]) -> Identity:
    # The crop is kept as it was handed to CLIP, in blue-green-red order; an identity holds red-green-blue.
    crop = np.ascontiguousarray(tensors["face_crop"].numpy()[..., ::-1])
    return Identity(embedding=tensors["embedding"].numpy(), crop=crop)


def largest_difference(ours: Tensor, theirs: Tensor) -> float:
    """Infinite for tensors of different shapes."""
    return float((ours - theirs).abs().max()) if ours.shape == theirs.shape else float("inf")


def compared(
    parts: loading.Parts, case: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> tuple[dict[str, Any], Tensor]:
    """A case's line, and this engine's latents.

    Raises:
        FastFaceError: the case has settings that are not allowed.
    """
    noise, latents = run_case(parts, case, tensors)
    difference = largest_difference(latents, tensors["latents"])
    passed = difference <= TOLERANCE  # also false for a NaN
    line: dict[str, Any] = {
        "max_difference": difference,
        "noise_difference": largest_difference(noise, tensors["noise"]) if "noise" in tensors else None,
    }
    person = tokens_of(parts, case, tensors)
    for name, ours in (("tokens", person.face), ("nobody_tokens", person.nobody)):
        if name in tensors:
            line[f"{name}_difference"] = largest_difference(ours[0], tensors[name])
            passed = passed and line[f"{name}_difference"] <= TOKENS
    controls = controls_of(parts, case, tensors)
    if controls and "control_image" in tensors:
        drawn = (controls[0].picture[0].permute(1, 2, 0) * 255).round()
        line["picture_difference"] = largest_difference(drawn, tensors["control_image"].float())
        passed = passed and line["picture_difference"] == 0
    return {**line, "passed": passed}, latents


class PackError(Exception):
    """The model pack, or one of the adapters, cannot be loaded: nothing can be compared."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", type=Path, required=True, help="folder of the model pack")
    parser.add_argument("--adapters", type=Path, help="folder of further adapters, where that is another one")
    parser.add_argument("--cases", type=Path, required=True, help="folder of the case files")
    parser.add_argument("--dump", type=Path, help="folder for this engine's own latents")
    arguments = parser.parse_args()
    files = sorted(arguments.cases.glob("*.safetensors"))
    if not files:
        print(f"There are no case files in {arguments.cases}.", file=sys.stderr)
        return 1
    if arguments.dump:
        arguments.dump.mkdir(parents=True, exist_ok=True)
    loaded: dict[str, loading.Parts] = {}

    def parts_of(kind: AdapterKind) -> loading.Parts:
        # The cases come adapter by adapter: one is kept.
        if kind not in loaded:
            loaded.clear()
            try:
                loaded[kind] = load_pack(arguments.models, kind, arguments.adapters)
            except FastFaceError as error:
                raise PackError(f"{error.message} {error.hint}") from None
        return loaded[kind]

    results: list[bool] = []
    for file in files:
        metadata, tensors = read_file(file)
        start = time.perf_counter()
        try:
            if "case" in metadata:
                case = json.loads(metadata["case"])
                line, latents = compared(parts_of(case.get("adapter", "faceid-plus-v2")), case, tensors)
                if arguments.dump:
                    save_file({"latents": latents.contiguous()}, arguments.dump / f"{file.stem}.safetensors")
            elif "unit" in metadata:
                line = parity_units.compared(json.loads(metadata["unit"]), tensors, parts_of)
            else:
                continue
        except PackError as error:
            print(error, file=sys.stderr)
            return 1
        except FastFaceError as error:
            line = {"passed": False, "error": error.message}
        results.append(bool(line["passed"]))
        seconds = round(time.perf_counter() - start, 3)
        print(json.dumps({"case": file.stem, **line, "seconds": seconds}), flush=True)
    if not results:
        print(f"None of the files in {arguments.cases} holds a case.", file=sys.stderr)
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
